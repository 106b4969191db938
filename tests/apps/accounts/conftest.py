"""An officer and a clock for the tests of signing in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.apps.accounts.people import officer

from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.core.values.clock import FixedClock
from ayan.wiring.city import City


@pytest.fixture
def clock(small_city: City) -> Iterator[FixedClock]:
    """The city's clock, to be moved; the codes of an app follow the machine's all the same."""
    own, fixed = small_city.clock, FixedClock(small_city.clock.now())
    object.__setattr__(small_city, "clock", fixed)
    yield fixed
    object.__setattr__(small_city, "clock", own)


@pytest.fixture
def clerk() -> User:
    return officer("maryam", Role.CLERK)
