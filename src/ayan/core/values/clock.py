"""What time it is, asked of one place so that a test or a replay can answer differently."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

TEHRAN: Final = ZoneInfo("Asia/Tehran")
"""The city's zone: days and deadlines are counted in it, instants are stored in UTC."""


class Clock(Protocol):
    """Whatever can tell the time."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        ...


class SystemClock:
    """The time of the machine."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved; for tests, demos and repeatable builds."""

    def __init__(self, instant: datetime) -> None:
        self._instant = _utc(instant)

    def now(self) -> datetime:
        """The instant given, in UTC."""
        return self._instant

    def move(self, step: timedelta) -> None:
        """Go forward by a step (or back, by a negative one)."""
        self._instant += step


def today(clock: Clock) -> date:
    """The calendar day in Tehran, which is not the day in UTC between midnight and half past three."""
    return clock.now().astimezone(TEHRAN).date()


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("a clock needs an instant with a zone")
    return instant.astimezone(UTC)
