"""What was missing on which day: kept once a day, and read again as events: something became late, something came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ayan.apps.promises import activities, missing_numbers
from ayan.apps.promises.overdue_periods import owed
from ayan.core.query.answer import Unanswered
from ayan.core.schedule.deadlines import Day, Late
from ayan.core.values.clock import today
from ayan.wiring.city import City

Act = Literal["late", "came"]


@dataclass(frozen=True, slots=True)
class MissingEvent:
    """On ``day``, the first that shows it, something was late or was so no more."""

    day: date
    act: Act
    what: Late

    @property
    def name(self) -> str:
        """The same text for the same event, and for no other."""
        return f"{self.act} {self.day} {self.what.dataset} {self.what.period} {self.what.due_on}"


def keep(city: City) -> bool:
    """Keep today as it is found, unless it is kept already; whether it was kept now."""
    if city.diary.holds(today(city.clock)):
        return False
    return city.diary.keep(as_found(city))


def as_found(city: City) -> Day:
    """What is missing at this moment."""
    late = tuple(
        Late(each.dataset.slug, str(each.period or ""), "" if each.never else each.on.isoformat())
        for overdue in owed(city)
        for each in overdue.late
    )
    return Day(today(city.clock), late, dict(_figures(city)))


def _figures(city: City) -> Iterator[tuple[str, int]]:
    for register in missing_numbers.numbered(city):
        yield f"missing-numbers {register.dataset.slug}.{register.view.code}", register.missing
    for each in missing_numbers.unnamed(city):
        yield f"unnamed-rows {each.dataset.slug}.{each.view.code}", each.rows
        yield f"unnamed-rial {each.dataset.slug}.{each.view.code}", each.amount
    try:
        catalogue = activities.catalogue(city)
    except Unanswered:
        return
    for state in activities.STATES if catalogue else ():
        yield (
            f"activities {state}",
            sum(activity.state == state for activity in catalogue.activities) if catalogue else 0,
        )


def events(days: Iterable[Day]) -> list[MissingEvent]:
    """What changed from each kept day to the next, newest first. The first day kept begins it and changes nothing."""
    changes: list[MissingEvent] = []
    before: frozenset[Late] | None = None
    for day in days:
        now = frozenset(day.late)
        if before is not None:
            changes += [MissingEvent(day.day, "late", late) for late in sorted(now - before)]
            changes += [MissingEvent(day.day, "came", late) for late in sorted(before - now)]
        before = now
    return sorted(changes, key=lambda event: (event.day, event.name), reverse=True)
