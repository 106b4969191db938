"""The steps of the service that a case asks for: which were taken and when, where it is, and what is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ayan.apps.counter.models import Case, CaseEntry
from ayan.core.casework.case_kind import CaseKind
from ayan.core.values.label import Label


@dataclass(frozen=True, slots=True)
class CaseServiceStep:
    """One step: ``done`` and on which day it began, ``here``, ``passed`` without being taken, or still to come."""

    title: Label
    state: Literal["done", "here", "passed", "next"]
    on: date | None = None


@dataclass(frozen=True, slots=True)
class CaseServiceWay:
    """All steps in their order. ``number`` is that of the step that was reached last, of ``total`` declared ones."""

    steps: tuple[CaseServiceStep, ...]
    here: Label
    number: int
    total: int


def way_of(case: Case, kind: CaseKind, entries: Sequence[CaseEntry]) -> CaseServiceWay | None:
    """The steps of a case; None of a kind whose steps say no more than who has it.

    A state beside the declared steps, such as a commission, stands after the step from which the case went there.
    """
    declared = kind.steps_of_service
    if len({kind.state(code).stage for code in declared}) == len(declared):
        return None
    begun = {entry.after: entry.on for entry in entries if entry.after != entry.before}
    order = [entry.after for entry in entries if entry.after in declared]
    position = declared.index(order[-1]) if order else -1
    steps: list[CaseServiceStep] = []
    for number, code in enumerate(declared):
        title, on = kind.state(code).title, begun.get(code)
        if number > position:
            steps.append(CaseServiceStep(title, "next"))
        elif code == case.state:
            steps.append(CaseServiceStep(title, "here", on))
        else:
            steps.append(CaseServiceStep(title, "done", on) if on else CaseServiceStep(title, "passed"))
    here = kind.state(case.state).title
    if case.state not in declared:
        steps.insert(position + 1, CaseServiceStep(here, "here", begun.get(case.state)))
    return CaseServiceWay(tuple(steps), here, position + 1, len(declared))
