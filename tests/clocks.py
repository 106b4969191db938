"""The clock of a trial city, which stands still until a test lets time pass."""

from __future__ import annotations

from datetime import timedelta

from ayan.core.values.clock import FixedClock
from ayan.wiring.city import City


def let_pass(town: City, step: timedelta) -> None:
    """Move the clock of a city whose clock stands still."""
    assert isinstance(town.clock, FixedClock)
    town.clock.move(step)
