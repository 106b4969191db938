"""The order in which cases are served: whoever takes one before an earlier one says why, and by how much is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ayan.apps.counter.models import Case
from ayan.core.casework.case_kind import CaseStep, Party
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.label import Label

DUPLICATE: Final = "duplicate"
ORDER_REASONS: Final[Mapping[str, Label]] = {
    "urgent": Label("خطر جانی یا ایمنی", "Urgent: somebody’s safety"),
    "vulnerable": Label("کسی که نمی‌تواند صبر کند (بیمار، سالمند، کودک)", "A vulnerable person (ill, old, a child)"),
    "simple": Label("ساده است و در چند دقیقه پاسخ می‌گیرد", "Simple, and answered within minutes"),
    DUPLICATE: Label("همانند موردی است که بررسی شده", "The same as one that was dealt with"),
    "other": Label("دلیل دیگر", "Another reason"),
}
"""Why a case was served before earlier ones: codes that are counted and public."""


@dataclass(frozen=True, slots=True)
class EarlierCases:
    """What of the same kind and unit came earlier and still waits: how many, and the first of them."""

    count: int
    first: Case | None


def earlier(case: Case) -> EarlierCases:
    """The cases that should be served before one that nobody has taken yet; none for one that is being dealt with."""
    if case.stage != CaseStage.RECEIVED or case.holder_id is not None or case.order_reason:
        return EarlierCases(0, None)
    waiting = Case.objects.filter(
        office=case.office, stage=CaseStage.RECEIVED, kind=case.kind, holder=None, received_at__lt=case.received_at
    )
    return EarlierCases(waiting.count(), waiting.order_by("received_at", "pk").first())


def serves(step: CaseStep, party: Party) -> bool:
    """Whether a step begins to deal with a case. Handing it on and joining it with another do not."""
    return bool(step.to) and party in ("handler", "reviewer") and not {"unit", "case"} & step.needs
