"""What the invented city does by itself as time goes by: originals that were kept for long enough are deleted."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.jalali import from_gregorian
from ayan.wiring.city import City
from ayan_demo.timeline import CityClock, at, day

NIGHT: Final = time(0, 30)
"""When a city seals the day before."""
DELETES: Final = time(1)
"""When it deletes, after that."""


def live(city: City, clock: CityClock, until: datetime) -> None:
    """Let time go on until a moment; deletions are looked at in nights that begin a month, and may wait for those."""
    while (night := _next_month(clock)) <= until:
        clock.to(night)
        if _is_old_enough(city, today(clock)):
            city.original_retention.delete_due()
    clock.to(until)


def _is_old_enough(city: City, on: date) -> bool:
    """Whether what was sealed first may be deleted by now, so that looking through all originals is worth it."""
    kept = city.profile.retention
    first = next(iter(city.log_replay.now().releases.values()), None)
    if kept is None or first is None:
        return False
    return on >= kept.until(datetime.fromisoformat(first.sealed.at).astimezone(TEHRAN).date())


def after(clock: CityClock) -> datetime:
    """The night after the present day, when a city seals what was done on it."""
    return at(today(clock) + timedelta(days=1), NIGHT)


def _next_month(clock: CityClock) -> datetime:
    """When deletions are looked at next."""
    now = from_gregorian(today(clock))
    if now.day == 1 and clock.now() < (early := at(today(clock), DELETES)):
        return early
    year, month = (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)
    return at(day(year, month, 1), DELETES)
