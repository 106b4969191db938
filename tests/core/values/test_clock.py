"""Clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ayan.core.values.clock import TEHRAN, Clock, FixedClock, SystemClock, today


def test_the_clock_of_the_machine_is_aware_and_in_utc() -> None:
    clock: Clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_fixed_clock_stands_until_moved() -> None:
    clock = FixedClock(datetime(2024, 8, 2, 1, 0, tzinfo=TEHRAN))
    assert clock.now() == clock.now() == datetime(2024, 8, 1, 21, 30, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.move(timedelta(days=1))
    assert clock.now() == datetime(2024, 8, 2, 21, 30, tzinfo=UTC)


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        FixedClock(datetime(2024, 8, 2))  # noqa: DTZ001  the missing zone is the point


def test_the_day_in_tehran_begins_before_the_day_in_utc() -> None:
    assert today(FixedClock(datetime(2024, 8, 1, 20, 29, tzinfo=UTC))) == date(2024, 8, 1)
    assert today(FixedClock(datetime(2024, 8, 1, 20, 30, tzinfo=UTC))) == date(2024, 8, 2)


def test_summer_time_of_the_past_is_known() -> None:
    assert datetime(2022, 7, 1, 12, 0, tzinfo=TEHRAN).utcoffset() == timedelta(hours=4, minutes=30)
    assert datetime(2023, 7, 1, 12, 0, tzinfo=TEHRAN).utcoffset() == timedelta(hours=3, minutes=30)
