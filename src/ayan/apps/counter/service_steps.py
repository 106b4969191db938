"""The steps of the service that a case asks for: which were taken and when, where it is, and what is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ayan.apps.counter.case_standing import between
from ayan.apps.counter.case_subject import office_of
from ayan.apps.counter.models import Case, CaseEntry
from ayan.core.casework.case_kind import CaseKind
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.wiring import city


@dataclass(frozen=True, slots=True)
class CaseServiceStep:
    """One step: ``done`` and on which day it began, ``current``, ``passed`` without being taken, or still to come.

    ``desk`` is the slug of the unit that had it when the step began, None of a step that did not; ``days`` how many
    days of its clock it took, or has taken so far.
    """

    title: Label
    state: Literal["done", "current", "passed", "next"]
    on: date | None = None
    desk: str | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class CaseServiceWay:
    """All steps in their order. ``number`` is that of the step that was reached last, of ``total`` declared ones."""

    steps: tuple[CaseServiceStep, ...]
    current_step: Label
    number: int
    total: int


def has_steps(kind: CaseKind) -> bool:
    """Whether the steps of a kind say more than who has a case."""
    declared = kind.steps_of_service
    return len({kind.state(code).stage for code in declared}) < len(declared)


def way_of(case: Case, kind: CaseKind, entries: Sequence[CaseEntry]) -> CaseServiceWay | None:
    """The steps of a case; None of a kind whose steps say no more than who has it.

    A state beside the declared steps, such as a commission, stands after the step from which the case went there.
    """
    declared = kind.steps_of_service
    if not has_steps(kind):
        return None
    visits = _visits(case, kind, entries)
    order = [visit.state for visit in visits if visit.state in declared]
    position = declared.index(order[-1]) if order else -1
    steps: list[CaseServiceStep] = []
    for number, code in enumerate(declared):
        title, visit = kind.state(code).title, next((each for each in reversed(visits) if each.state == code), None)
        if number > position:
            steps.append(CaseServiceStep(title, "next"))
        elif visit is None:
            steps.append(CaseServiceStep(title, "passed"))
        else:
            steps.append(_taken(title, visit, is_current=code == case.state))
    current_step = kind.state(case.state).title
    if case.state not in declared:
        beside = next((each for each in reversed(visits) if each.state == case.state), None)
        if beside is not None:
            steps.insert(position + 1, _taken(current_step, beside, is_current=True))
    return CaseServiceWay(tuple(steps), current_step, position + 1, len(declared))


def desks_of(case: Case, kind: CaseKind, entries: Sequence[CaseEntry]) -> set[str]:
    """The slugs of all units that a case has been at."""
    return {case.office, *(visit.desk for visit in _visits(case, kind, entries))}


@dataclass(slots=True)
class _Visit:
    """One time that a case was in a state: since when, where, and for how many days of its clock."""

    state: str
    on: date
    desk: str
    days: int = 0


def _visits(case: Case, kind: CaseKind, entries: Sequence[CaseEntry]) -> list[_Visit]:
    current_city = city.current()
    workdays, day = current_city.profile.workdays, case.closed_on or today(current_city.clock)
    desk, visits = office_of(kind, case.dataset), list[_Visit]()
    for entry in entries:
        desk = str(entry.facts.get("unit", "")) or desk
        if not visits or entry.after != visits[-1].state:
            if visits:
                visits[-1].days = between(visits[-1].on, entry.on, kind.clock, workdays)
            visits.append(_Visit(entry.after, entry.on, desk))
    if visits:
        visits[-1].days = between(visits[-1].on, day, kind.clock, workdays)
    return visits


def _taken(title: Label, visit: _Visit, *, is_current: bool) -> CaseServiceStep:
    return CaseServiceStep(title, "current" if is_current else "done", visit.on, visit.desk, visit.days)
