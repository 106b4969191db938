"""What everybody may read of a case, and how its standing is told to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from ayan.apps.accounts.models import Unit
from ayan.apps.counter.models import Case
from ayan.apps.counter.workday_counts import WorkdayCounts
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_words import OUTCOMES, STAGES, CaseStage, Outcome
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.workdays import Workdays
from ayan.ui.component_parts import Status, Tone
from ayan.ui.value_html import plain_number

PUBLIC_STAGES: Final[Mapping[CaseStage, Label]] = {
    **STAGES,
    CaseStage.ASKED: Label("منتظر پاسخ درخواست‌کننده", "Waits for whoever brought it"),
}
"""Where a case is, as it is told to everybody rather than to whoever brought it."""

TONES: Final[Mapping[CaseStage, Tone]] = {
    CaseStage.RECEIVED: "info",
    CaseStage.WORKING: "info",
    CaseStage.ASKED: "info",
    CaseStage.REVIEW: "info",
    CaseStage.CLOSED: "off",
}
_IN_FAVOUR: Final = frozenset(
    {
        Outcome.ANSWERED, Outcome.PARTLY, Outcome.PUBLIC_ALREADY, Outcome.CORRECTED, Outcome.DONE, Outcome.ARRANGED,
        Outcome.UPHELD,
    }
)  # fmt: skip
LATE: Final = Label("{n} روز کاری دیر", "{n} working days late")
COUNTER: Final = Label("پیشخان شهرداری", "The city’s counter")
"""Who deals with what belongs to no unit: those at the counter itself, as the person is told, too."""


def is_told(kind: CaseKind) -> bool:
    """Whether anything but the dates of such a case is for everybody; cases of some kinds are never published."""
    return kind.publication != "never"


def may_read(case: Case, kind: CaseKind) -> bool:
    """Whether everybody may read the words of a case: an officer has let them, and its kind says that it is time."""
    if not is_told(kind) or case.checked_at is None or case.hidden:
        return False
    return kind.publication == "checked" or case.stage == CaseStage.CLOSED


def days_late(case: Case, day: date, workdays: Workdays | WorkdayCounts) -> int:
    """How many working days a case is late, or was when it was closed; 0 for one in time."""
    end = case.closed_on if case.stage == CaseStage.CLOSED else day
    return workdays.between(case.due_on, end) if case.due_on is not None and end is not None else 0


def status_of(case: Case, kind: CaseKind, late: int, lang: Lang) -> Status:
    """The standing of a case in a word; what came of one whose kind is never published is not told."""
    stage = CaseStage(case.stage)
    if stage == CaseStage.CLOSED and case.outcome and is_told(kind):
        outcome = Outcome(case.outcome)
        return Status("ok" if outcome in _IN_FAVOUR else "off", OUTCOMES[outcome].of(lang))
    if late and stage != CaseStage.CLOSED:
        return Status("late", LATE.of(lang).format(n=plain_number(late, lang)))
    return Status(TONES[stage], PUBLIC_STAGES[stage].of(lang))


class UnitNames:
    """The names of all units, the retired ones too, asked for once."""

    def __init__(self) -> None:
        self._names = {unit.slug: unit.name for unit in Unit.objects.all()}

    def of(self, slug: str, lang: Lang) -> str:
        """The name of a unit; of none, the city's counter, which deals with such cases."""
        label = self._names.get(slug, COUNTER) if slug else COUNTER
        return label.of(lang)
