"""The days on which people work: weekends, public holidays, and the days off of a city."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

WEEKDAYS: Final[Mapping[str, int]] = {
    name: number
    for number, name in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), start=1
    )
}
"""The names of weekdays in declarations, and their number in ISO 8601."""

DEFAULT_WEEKEND: Final = frozenset({4, 5})
"""Thursday and Friday; a city that works on Thursdays says so."""


@dataclass(frozen=True, slots=True)
class Workdays:
    """Which days are worked: all but those of ``weekend`` (ISO weekdays), public holidays and ``own`` days off.

    Holidays by the moon are computed ahead and may be moved by a day when the moon is seen; what a city knows better it
    lists in ``own`` (a day off) or ``worked`` (a day that is worked all the same).
    """

    weekend: frozenset[int] = DEFAULT_WEEKEND
    own: Mapping[date, str] = field(default_factory=dict)
    worked: frozenset[date] = frozenset()

    def holiday(self, day: date) -> str | None:
        """What is celebrated or mourned on a day, in Persian; None for a day like others."""
        if day in self.worked:
            return None
        return self.own.get(day) or _public(day.year).get(day)

    def works(self, day: date) -> bool:
        """Whether offices are open on a day."""
        return day in self.worked or (day.isoweekday() not in self.weekend and self.holiday(day) is None)

    def after(self, day: date, count: int) -> date:
        """The last of ``count`` working days that follow ``day``; the day itself is not counted."""
        while count:
            day += timedelta(days=1)
            count -= self.works(day)
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days follow ``first`` up to ``last``, which counts; 0 where ``last`` is not later."""
        return sum(self.works(first + timedelta(days=offset)) for offset in range(1, (last - first).days + 1))

    def holidays(self, first: date, last: date) -> Iterator[tuple[date, str]]:
        """Every holiday from ``first`` to ``last``, both included, with its name."""
        named = {day: name for year in range(first.year, last.year + 1) for day, name in _public(year).items()}
        for day, name in sorted({**named, **self.own}.items()):
            if first <= day <= last and day not in self.worked:
                yield day, name


@lru_cache(maxsize=64)
def _public(year: int) -> Mapping[date, str]:
    """The public holidays of Iran in a Gregorian year."""
    # Read by few who start a command, and it takes a moment.
    from holidays import country_holidays

    return dict(country_holidays("IR", years=year, language="fa_IR"))
