"""The one clock of the invented city, and the moments at which its offices work."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from ayan.core.values import jalali
from ayan.core.values.clock import TEHRAN, FixedClock
from ayan.core.values.jalali import JalaliDate
from ayan.core.values.workdays import Workdays

OPENS: Final = time(8, 40)
"""When the first file of a day is sealed."""
CLOSES: Final = time(14, 30)
NOON: Final = time(12)
"""The moment of a day on which somebody says that a city is looked at."""
APART: Final = timedelta(minutes=25)
"""The least time between two files of one day."""
REVIEWED: Final = timedelta(minutes=6)
"""How long before a seal the last approval is given; each earlier one as long before the next."""
READ: Final = timedelta(minutes=20)
"""How long before its seal a file comes in."""

WORKDAYS: Final = Workdays()


class RunsBackwards(ValueError):
    """The clock was asked to go back: what happened in the city would not stand in order."""


class CityClock(FixedClock):
    """A clock that stands until it is moved to a later moment, and never goes back."""

    def to(self, moment: datetime) -> None:
        """Go on to ``moment``; RunsBackwards for one that is over."""
        if moment < self.now():
            raise RunsBackwards(f"{moment.isoformat()} is before {self.now().isoformat()}")
        self.move(moment - self.now())


def day(year: int, month: int, of_month: int) -> date:
    """A day of the Jalali calendar."""
    return jalali.to_gregorian(JalaliDate(year, month, of_month))


def worked(on: date) -> date:
    """The first day from ``on`` on on which offices are open."""
    while not WORKDAYS.works(on):
        on += timedelta(days=1)
    return on


def at(on: date, clock: time = OPENS) -> datetime:
    """A moment of a day in the city."""
    return datetime.combine(on, clock, TEHRAN)


class OfficeHours:
    """Gives each file the moment of its seal: on its day or the next that is worked, and after the one before it."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    def next(self, on: date) -> datetime:
        """The moment of the next file, which is meant for ``on``."""
        moment = at(worked(on))
        if self._last is not None and moment < self._last + APART:
            moment = self._last + APART
            if moment.astimezone(TEHRAN).time() > CLOSES:
                moment = at(worked(moment.astimezone(TEHRAN).date() + timedelta(days=1)))
        self._last = moment
        return moment
