"""All cases without anybody's data: of which unit and service each is, as far as either may be named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from ayan.apps.counter import rules
from ayan.apps.counter.case_parts import ABOUT
from ayan.apps.counter.limits import SMALLEST_GROUP
from ayan.apps.counter.models import FINDING, Case
from ayan.apps.counter.public_words import UnitNames, is_told
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.jalali import from_gregorian
from ayan.wiring import city

SEVERAL: Final = "واحدهای گوناگون"
"""The unit of cases that are never published, where so few came to it that one of them might be known by it."""

Received = tuple[int, str, str, str, date, date | None, date | None, str, str, str]
"""A case: its id, service, kind, unit, when it was received, due and closed, its stage, outcome and ground."""


def years_of_cases() -> list[int]:
    """The years of cases, the newest first: in those before the last two nothing is decided any more."""
    newest = from_gregorian(today(city.current().clock)).year
    first = Case.objects.exclude(kind=FINDING).order_by("received_at").values_list("received_at", flat=True).first()
    oldest = from_gregorian(first.astimezone(TEHRAN).date()).year if first is not None else newest + 1
    return list(range(newest, oldest - 1, -1))


def published_cases(year: int) -> Iterator[Received]:
    """The cases of a Jalali year with their service and the name of their unit, as far as either may be named."""
    kinds, names = rules.kinds().sound, UnitNames()
    kept = [each for each in _received() if from_gregorian(each[4]).year == year]
    never = {code for code, kind in kinds.items() if not is_told(kind)}
    few = _small_groups((kind, office) for _, _, kind, office, *_ in kept if kind in never)
    rare = _small_groups((kind, service) for _, service, kind, *_ in kept if kind in never)
    for case in kept:
        pk, service, kind, office = case[:4]
        unit = SEVERAL if (kind, office) in few else names.of(office, "fa")
        yield (pk, "" if (kind, service) in rare else service, kind, unit, *case[4:])


def _received() -> Iterator[Received]:
    cases = Case.objects.exclude(kind=FINDING).order_by("received_at", "id")
    for pk, about, kind, office, at, due_on, closed_on, stage, outcome, ground in cases.values_list(
        "pk", "about", "kind", "office", "received_at", "due_on", "closed_on", "stage", "outcome", "ground"
    ).iterator():
        service = about.removeprefix(ABOUT) if about.startswith(ABOUT) else ""
        yield pk, service, kind, office, at.astimezone(TEHRAN).date(), due_on, closed_on, stage, outcome, ground


def _small_groups(groups: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return {group for group, count in Counter(groups).items() if count < SMALLEST_GROUP}
