"""The dataset of the steps of services: finished cases added up by step, sent behind the dataset of cases.

An administrator sets it up by a source with the code `SOURCE`; without one nothing is sent. Its cases are those that
the other dataset tells of, by the same services, so that the days of both come to the same sums.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from ayan.apps.counter.anonymous_cases import SEVERAL, published_cases, years_of_cases
from ayan.apps.counter.case_parts import CaseStay, stays_of_closed
from ayan.apps.counter.limits import SMALLEST_GROUP
from ayan.apps.sources.made_files import as_csv, hand_in, sender
from ayan.core.values.label import Label

log = logging.getLogger(__name__)

SOURCE: Final = "case-steps"
"""The code of the source in whose name the steps are sent: of the type that uploads, and of their dataset."""

COLUMNS: Final = ("year", "service", "unit", "part", "step", "step_en", "cases", "days")
"""The fields of the dataset that are sent."""

OTHER_STEPS: Final = Label("گام‌های دیگر", "Other steps")
"""What steps are called together, each of which so few cases passed that one of them might be known by it."""

_PARTS: Final = ("queued", "worked", "waited")


@dataclass(slots=True)
class _StepSum:
    """The cases that passed a step and their days in it; ``place`` is where their kind has it."""

    title: Label
    place: int
    cases: set[int]
    days: int = 0

    def add(self, pks: Collection[int], days: int) -> None:
        """Count cases with their days."""
        self.cases.update(pks)
        self.days += days


def send_changed(sent: Collection[str]) -> list[str]:
    """Send the steps of the years whose cases were ``sent``, and of those that were never sent; which went in."""
    sending = sender(SOURCE)
    if sending is None:
        return []
    source, dataset = sending
    titles = {field.name: field.label.fa for field in dataset.fields}
    if not set(COLUMNS) <= set(titles):
        log.warning("the source %s is of a dataset that has no columns for steps", SOURCE)
        return []
    known = set(source.arrivals.filter(dataset=dataset.slug).values_list("period", flat=True))
    handed = []
    for year in map(str, years_of_cases()):
        if year in sent or year not in known:
            lines = list(rows(int(year)))
            content = as_csv([titles[name] for name in COLUMNS], lines)
            if lines and hand_in(source, dataset, year, content):
                handed.append(year)
    return handed


def rows(year: int) -> Iterator[tuple[str, ...]]:
    """The steps of the finished cases that came in a Jalali year, as the dataset's columns, by service and unit.

    Units with fewer than a handful of cases of a service stand together, and so do steps that as few cases passed.
    """
    stays = stays_of_closed()
    cases: dict[tuple[str, str], list[int]] = {}
    for pk, service, _, unit, *_ in published_cases(year):
        if service and pk in stays:
            cases.setdefault((service, unit), []).append(pk)
    groups: dict[tuple[str, str], dict[tuple[str, str], _StepSum]] = {}
    for (service, unit), pks in cases.items():
        steps = groups.setdefault((service, unit if len(pks) >= SMALLEST_GROUP else SEVERAL), {})
        for pk in pks:
            for stay in stays[pk]:
                _sum_of(steps, stay).add((pk,), stay.days)
    for service, unit in sorted(groups):
        for part, step in _steps_by_part(groups[service, unit]):
            cells = step.title.fa, step.title.en, str(len(step.cases)), str(step.days)
            yield (str(year), service, unit, part, *cells)


def _sum_of(steps: dict[tuple[str, str], _StepSum], stay: CaseStay) -> _StepSum:
    return steps.setdefault((stay.part, stay.title.fa), _StepSum(stay.title, stay.place, set()))


def _steps_by_part(steps: dict[tuple[str, str], _StepSum]) -> Iterator[tuple[str, _StepSum]]:
    """The steps of one service and unit by part, in the order of their kind, small ones together at the end."""
    for wanted in _PARTS:
        own = [step for (part, _), step in steps.items() if part == wanted]
        others = _StepSum(OTHER_STEPS, 0, set())
        for step in sorted(own, key=lambda each: (each.place, each.title.fa)):
            if len(step.cases) < SMALLEST_GROUP:
                others.add(step.cases, step.days)
            else:
                yield wanted, step
        if others.cases:
            yield wanted, others
