"""Working days: the weekend, public holidays and a city's own list, and counting on by days people work."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.values.workdays import Workdays

DAYS = st.dates(date(2019, 1, 1), date(2030, 1, 1))
ORDINARY = Workdays()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2024-08-03", True),  # a Saturday
        ("2024-08-01", False),  # a Thursday
        ("2024-08-02", False),  # a Friday
        ("2024-03-20", False),  # Nowruz
        ("2024-02-11", False),  # 22 Bahman, a Sunday
    ],
)
def test_which_days_are_worked(day: str, works: bool) -> None:
    assert ORDINARY.works(date.fromisoformat(day)) is works


def test_a_city_may_work_on_thursdays_and_have_days_off_of_its_own() -> None:
    own, friday = date(2024, 8, 4), date(2024, 8, 2)
    city = Workdays(frozenset({5}), {own: "روز شهر"}, frozenset({friday}))
    assert city.works(date(2024, 8, 1))
    assert not city.works(own)
    assert city.holiday(own) == "روز شهر"
    assert city.works(friday)


def test_ten_working_days_over_nowruz() -> None:
    """From 25 Esfand 1402: five days of the old year, then the first working day after the holidays, and so on."""
    assert ORDINARY.after(date(2024, 3, 15), 3) == date(2024, 3, 18)
    assert ORDINARY.after(date(2024, 3, 18), 1) > date(2024, 3, 23)


@given(DAYS, st.integers(1, 30))
def test_as_many_working_days_lie_after_a_day_as_were_counted(day: date, count: int) -> None:
    last = ORDINARY.after(day, count)
    passed = [day + timedelta(days=step) for step in range(1, (last - day).days + 1)]
    assert sum(map(ORDINARY.works, passed)) == count
    assert ORDINARY.works(last)


@given(DAYS)
def test_a_year_has_as_many_holidays_as_offices_know(day: date) -> None:
    holidays = list(ORDINARY.holidays(day, day + timedelta(days=364)))
    assert 20 <= len(holidays) <= 34
    assert all(name for _, name in holidays)
