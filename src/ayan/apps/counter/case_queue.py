"""The queue of the officers: what waits by the day on which it is due, narrowed, searched, and paged by a cursor."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import Unit, User
from ayan.apps.counter import case_desks, rules, service_steps
from ayan.apps.counter.case_subject import headlines
from ayan.apps.counter.limits import MOST_QUEUE_WORDS, QUEUE_PAGE
from ayan.apps.counter.models import Case
from ayan.core.casework.case_words import OUTCOMES, STAGES, CaseStage, Outcome
from ayan.core.values.clock import today
from ayan.core.values.digits import to_latin, to_persian
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import publish
from ayan.core.values.workdays import Workdays
from ayan.ui.component_parts import Status, Tone
from ayan.wiring import city

COUNTER: Final = "-"
"""How the filter names the city's counter, which is no unit."""

AT_THE_COUNTER: Final = Label("پیشخان شهر", "The city’s counter")
STAGES_FOR_OFFICERS: Final[Mapping[str, Label]] = {
    **{str(stage): label for stage, label in STAGES.items()},
    CaseStage.ASKED: Label("منتظر پاسخ درخواست‌کننده", "Waits for the person"),
}
_NUMBER: Final = re.compile(r"[A-Z]-[0-9]{4}-[0-9]{1,9}")
_TONES: Final[Mapping[str, Tone]] = {CaseStage.RECEIVED: "off", CaseStage.WORKING: "ok"}
_ARABIC: Final = str.maketrans("یک", "يك")


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of the queue is asked for. ``whose`` is mine or nobody; ``stage`` "" for all that is open.

    ``after`` is where the page begins: the day and the id of the case before it.
    """

    kind: str = ""
    unit: str = ""
    whose: str = ""
    stage: str = ""
    late: bool = False
    words: str = ""
    after: str = ""

    @classmethod
    def read(cls, said: Mapping[str, str]) -> QueueFilter:
        """The filter that an address names; what it does not know counts for nothing."""
        whose, stage = said.get("whose", ""), said.get("stage", "")
        return cls(
            kind=said.get("kind", "")[:40],
            unit=said.get("unit", "")[:120],
            whose=whose if whose in ("mine", "nobody") else "",
            stage=stage if stage in {*CaseStage} else "",
            late=said.get("late") == "1",
            words=" ".join(said.get("q", "").split())[:200],
            after=said.get("after", "")[:40],
        )

    @property
    def query(self) -> str:
        """The filter as the end of an address."""
        pairs = {"kind": self.kind, "unit": self.unit, "whose": self.whose, "stage": self.stage}
        pairs |= {"late": "1" if self.late else "", "q": self.words, "after": self.after}
        return urlencode({name: value for name, value in pairs.items() if value})

    def only(self, **parts: object) -> QueueFilter:
        """The same kind and unit with nothing else but these."""
        return replace(QueueFilter(kind=self.kind, unit=self.unit), **parts)  # type: ignore[arg-type]  # names of fields


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many open cases there are, by what an officer looks for first."""

    open: int
    mine: int
    nobody: int
    late: int
    asked: int
    review: int


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One case in the queue; ``days`` are working days until it is due, below 0 since then, None while it is paused.

    ``title`` is its one sentence, also where that is for officers alone; empty where there is none. ``step`` is where
    it is among the steps of its service, of a kind that says more of them than who has it.
    """

    case: Case
    kind: Label
    title: str
    unit: Label
    status: Status
    days: int | None
    mine: bool
    step: Label | None = None

    @property
    def late_days(self) -> int:
        """How many working days it is late."""
        return max(0, -(self.days or 0))


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the queue; ``following`` is where the next begins, "" on the last."""

    lines: Sequence[QueueLine]
    following: str


def seen_by(actor: User) -> QuerySet[Case]:
    """The cases that an officer may see."""
    return Case.objects.filter(reach(actor))


def reach(actor: User) -> Q:
    """The condition that holds of the cases that an officer may see."""
    return policy.within(actor, "case.view", unit="office")


def counts(actor: User, asked: QueueFilter) -> QueueCounts:
    """How many are open of the kind and unit that are asked for: one question for all of them."""
    day = today(city.current().clock)
    chosen = _of_kind_and_unit(seen_by(actor), asked).exclude(stage=CaseStage.CLOSED)
    said = chosen.aggregate(
        open=Count("pk"),
        mine=Count("pk", filter=case_desks.on_desk_of(actor)),
        nobody=Count("pk", filter=case_desks.on_no_desk()),
        late=Count("pk", filter=Q(due_on__lt=day)),
        asked=Count("pk", filter=Q(stage=CaseStage.ASKED)),
        review=Count("pk", filter=Q(stage=CaseStage.REVIEW)),
    )
    return QueueCounts(**said)


def page(actor: User, asked: QueueFilter, lang: Lang) -> QueuePage:
    """One page: what is late first, then by the day on which it is due; what stands still comes last."""
    chosen = _of_kind_and_unit(seen_by(actor), asked)
    chosen = _narrowed(chosen, asked, actor)
    closed = asked.stage == CaseStage.CLOSED or bool(asked.words)
    if closed:
        chosen = chosen.order_by("-pk")
        if asked.after.isdecimal():
            chosen = chosen.filter(pk__lt=int(asked.after))
    else:
        chosen = _after(chosen, asked.after).order_by(F("due_on").asc(nulls_last=True), "pk")
    cases = list(chosen.select_related("holder")[: QUEUE_PAGE + 1])
    shown = cases[:QUEUE_PAGE]
    last = shown[-1] if len(cases) > QUEUE_PAGE else None
    following = "" if last is None else str(last.pk) if closed else f"{last.due_on or ''}~{last.pk}"
    return QueuePage(lines(shown, actor, lang), following)


def lines(cases: Iterable[Case], actor: User, lang: Lang) -> list[QueueLine]:
    """Cases as the queue shows them."""
    day, workdays = today(city.current().clock), city.current().profile.workdays
    names, mine = unit_names(), {actor.pk, *case_desks.stood_in_for(actor)}
    drawn, shown = [], list(cases)
    titles = headlines(shown)
    late = _late_days({case.due_on for case in shown if case.due_on and case.due_on < day}, day, workdays)
    for case in shown:
        due = case.due_on if case.stage != CaseStage.CLOSED else None
        days = None
        if due is not None:
            days = -max(1, late[due]) if due in late else workdays.between(day, due)
        drawn.append(
            QueueLine(
                case,
                title_of(case),
                titles.get(case.pk, ""),
                names.get(case.office, Label(case.office, case.office)),
                status(case, day, lang),
                days,
                case.holder_id in mine,
                step_of(case),
            )
        )
    return drawn


def _late_days(dues: Collection[date], day: date, workdays: Workdays) -> dict[date, int]:
    """The working days since each of these days: counted in one go, as some are years old."""
    counted, passed = {}, 0
    for back in range((day - min(dues, default=day)).days + 1):
        each = day - timedelta(days=back)
        if each in dues:
            counted[each] = passed
        passed += workdays.works(each)
    return counted


def status(case: Case, day: date, lang: Lang) -> Status:
    """Where a case is, or what came of it; late where its day is over."""
    if case.stage == CaseStage.CLOSED:
        return Status(
            "off", OUTCOMES[Outcome(case.outcome)].of(lang) if case.outcome else STAGES[CaseStage.CLOSED].of(lang)
        )
    if case.due_on is not None and case.due_on < day:
        return Status("bad", Label("دیر شده", "Overdue").of(lang))
    return Status(_TONES.get(case.stage, "info"), STAGES_FOR_OFFICERS[case.stage].of(lang))


def title_of(case: Case) -> Label:
    """What the kind of a case is called today; what it was called, where it is no more."""
    kind = rules.kinds().sound.get(case.kind)
    return (kind or rules.kind_of(case)).title


def step_of(case: Case) -> Label | None:
    """The step of its service that an open case is at; None of a kind that says no more than who has it.

    Of one that waits for the person the status says enough: the words of its state speak to them.
    """
    kind = rules.kind_of(case)
    if case.stage in (CaseStage.CLOSED, CaseStage.ASKED) or not service_steps.has_steps(kind):
        return None
    return kind.state(case.state).title


def unit_names() -> dict[str, Label]:
    """The names of units by their codes, the city's counter among them."""
    return {"": AT_THE_COUNTER, **{unit.slug: unit.name for unit in Unit.objects.all()}}


def _of_kind_and_unit(chosen: QuerySet[Case], asked: QueueFilter) -> QuerySet[Case]:
    if asked.kind:
        chosen = chosen.filter(kind=asked.kind)
    if asked.unit:
        chosen = chosen.filter(office="" if asked.unit == COUNTER else asked.unit)
    return chosen


def _narrowed(chosen: QuerySet[Case], asked: QueueFilter, actor: User) -> QuerySet[Case]:
    if asked.words:
        chosen = chosen.filter(_worded(asked.words))
    if asked.stage:
        chosen = chosen.filter(stage=asked.stage)
    if asked.stage != CaseStage.CLOSED and not asked.words:
        chosen = chosen.exclude(stage=CaseStage.CLOSED)
    if asked.whose:
        chosen = chosen.filter(case_desks.on_no_desk() if asked.whose == "nobody" else case_desks.on_desk_of(actor))
    if asked.late:
        chosen = chosen.filter(due_on__lt=today(city.current().clock)).exclude(stage=CaseStage.CLOSED)
    return chosen


def _worded(text: str) -> Q:
    """A number, or cases whose sentence holds every word, whichever letters and digits it was written with."""
    as_number = to_latin(text).upper().replace("–", "-")
    if _NUMBER.fullmatch(as_number):
        return Q(number=as_number)
    chosen = Q()
    for word in text.split()[:MOST_QUEUE_WORDS]:
        plain = publish(word)
        ascii_word = to_latin(plain)
        spelled = {word, plain, plain.translate(_ARABIC), ascii_word, to_persian(ascii_word)}
        either = Q()
        for each in sorted(spelled - {""}):
            either |= Q(summary__icontains=each)
        chosen &= either
    return chosen


def _after(chosen: QuerySet[Case], cursor: str) -> QuerySet[Case]:
    day, parting, key = cursor.partition("~")
    if not parting or not key.isdecimal():
        return chosen
    if not day:
        return chosen.filter(due_on=None, pk__gt=int(key))
    try:
        due = date.fromisoformat(day)
    except ValueError:
        return chosen
    return chosen.filter(Q(due_on__gt=due) | Q(due_on=due, pk__gt=int(key)) | Q(due_on=None))
