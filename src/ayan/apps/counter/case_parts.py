"""Where the working days of finished cases went, by their entries: in the queue, in hand, or waiting for the person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from ayan.apps.counter import rules
from ayan.apps.counter.models import Case, CaseEntry, FilingChannel
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.label import Label
from ayan.core.values.workdays import Workdays
from ayan.wiring import city

ABOUT: Final = "service:"
"""How a case says which service it is about."""


@dataclass(frozen=True, slots=True)
class CaseParts:
    """The working days of one case after the day on which it counts as received, up to the day on which it was closed.

    ``returns`` is how often the person was asked for something, ``visits`` how often they came to an office: when they
    brought it, as far as it is known.
    """

    queued: int
    worked: int
    waited: int
    returns: int
    visits: int


@dataclass(frozen=True, slots=True)
class CaseStay:
    """How long a case stayed in one state before it was closed: in all its visits of it together, in working days.

    ``part`` is what the days count as, ``place`` where the state stands among those of its kind.
    """

    part: str
    title: Label
    place: int
    days: int


def parts_of_closed() -> dict[int, CaseParts]:
    """The parts of every closed case, by its id."""
    workdays = city.current().profile.workdays
    return {case.pk: _parts(case, entries, workdays) for case, entries in _closed_cases()}


def stays_of_closed() -> dict[int, tuple[CaseStay, ...]]:
    """In which states every closed case stayed, by its id, in the order of the kind; their days are those of the parts.

    A state that was left on the day on which it began stands there too, with no days.
    """
    workdays = city.current().profile.workdays
    return {case.pk: tuple(_stays(case, entries, workdays)) for case, entries in _closed_cases()}


def _closed_cases() -> Iterator[tuple[Case, list[CaseEntry]]]:
    cases = {case.pk: case for case in Case.objects.exclude(closed_on=None)}
    entries = CaseEntry.objects.filter(case__in=cases).order_by("case_id", "number")
    for pk, own in groupby(entries.iterator(), key=lambda entry: entry.case_id):
        yield cases[pk], list(own)


def _stays(case: Case, entries: list[CaseEntry], workdays: Workdays) -> Iterator[CaseStay]:
    kind = rules.kind_of(case)
    order = [state.code for state in kind.states]
    days: dict[str, int] = {}
    parts: dict[str, str] = {}
    for part, state, since, until in _spans(case, entries):
        parts[state] = part
        days[state] = days.get(state, 0) + workdays.between(since, until)
    for code in sorted(days, key=lambda state: order.index(state) if state in order else len(order)):
        place = order.index(code) if code in order else len(order)
        yield CaseStay(parts[code], kind.state(code).title, place, days[code])


def _parts(case: Case, entries: list[CaseEntry], workdays: Workdays) -> CaseParts:
    days = dict.fromkeys(("queued", "worked", "waited"), 0)
    for part, _, since, until in _spans(case, entries):
        days[part] += workdays.between(since, until)
    stages = [_stage(case, entry.after) for entry in entries]
    returns = sum(
        now == CaseStage.ASKED and before != CaseStage.ASKED for before, now in zip(["", *stages], stages, strict=False)
    )
    came = case.channel in (FilingChannel.DESK, FilingChannel.OFFICE)
    return CaseParts(days["queued"], days["worked"], days["waited"], returns, int(came))


def _spans(case: Case, entries: list[CaseEntry]) -> Iterator[tuple[str, str, date, date]]:
    """The stretches of a case until it was closed last: the part that each belongs to, its state, and its days."""
    last = case.closed_on or entries[-1].on
    # What comes in after hours counts from the next working day.
    days = [min(max(entry.on, case.receipt_on), last) for entry in entries]
    for place, entry in enumerate(entries):
        stage = _stage(case, entry.after)
        until = days[place + 1] if place + 1 < len(days) else last
        if stage != CaseStage.CLOSED:
            part = {CaseStage.RECEIVED: "queued", CaseStage.ASKED: "waited"}.get(CaseStage(stage), "worked")
            yield part, entry.after, days[place], until


def _stage(case: Case, state: str) -> str:
    return str(rules.kind_of(case).state(state).stage)
