"""One past case of the invented city with its steps, and the order in which cases were taken."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ayan.core.casework.case_kind import Party

_ORDER_REASONS: Final = ("urgent", "simple", "")
_TURNED: Final = 0.6
"""How many of those that could be taken before an earlier one are."""


@dataclass(frozen=True, slots=True)
class PastStep:
    """One step of a past case: its code in the kind, when and by whom, and what came with it."""

    code: str
    party: Party
    at: datetime
    text: str = ""
    ground: str = ""
    outcome: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastCase:
    """One past case: what was filled in by field, what it is about, and its steps in their order."""

    kind: str
    came: datetime
    office: str
    said: tuple[tuple[str, str], ...]
    steps: tuple[PastStep, ...] = ()
    place: str = ""
    about: str = ""
    column: str = ""
    dataset: str = ""
    appeal_of: int | None = None
    out_of_order: str = ""
    support: int = 0
    rating: int | None = None


def taken_in_turn(chance: random.Random, cases: Sequence[PastCase]) -> list[PastCase]:
    """Cases in the order in which they came, each taken after those of its unit and kind before it.

    Some are taken earlier all the same, mostly with a reason.
    """
    last: dict[tuple[str, str], datetime] = {}
    turned = []
    for case in cases:
        line = (case.office, case.kind)
        shown = case
        if case.steps and (before := last.get(line)) and case.steps[0].at < before:
            in_turn = before + timedelta(minutes=3)
            if (case.steps[1:] and case.steps[1].at <= in_turn) or chance.random() < _TURNED:
                shown = replace(case, out_of_order=chance.choice(_ORDER_REASONS))
            else:
                shown = replace(case, steps=(replace(case.steps[0], at=in_turn), *case.steps[1:]))
        if shown.steps:
            last[line] = max(shown.steps[0].at, last.get(line, shown.steps[0].at))
        turned.append(shown)
    return turned
