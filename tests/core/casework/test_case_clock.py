"""The clock of cases, held against another reckoning: lists of days instead of counting one by one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.casework.case_clock import ClockRule, Pause, due_on, receipt_day, used_days
from ayan.core.casework.office_hours import OfficeHours
from ayan.core.values.clock import TEHRAN
from ayan.core.values.jalali import JalaliDate, to_gregorian
from ayan.core.values.workdays import Workdays

FIRST, LAST = date(2022, 3, 21), date(2027, 3, 20)
PUBLIC = set(country_holidays("IR", years=range(2022, 2030)))
"""Five Jalali years, 1401 to 1405, and a while after them."""

EVERY_DAY = [FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 900)]
WEEKENDS = (frozenset({4, 5}), frozenset({5}))
WORKED = {weekend: {day for day in EVERY_DAY if day.isoweekday() not in weekend} - PUBLIC for weekend in WEEKENDS}
days = st.dates(FIRST, LAST)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Workdays, list[date]]:
    """A city's calendar, and all the days on which it works."""
    weekend = draw(st.sampled_from(WEEKENDS))
    own = draw(st.sets(days, max_size=6))
    worked = draw(st.sets(days, max_size=4))
    return Workdays(weekend, dict.fromkeys(own, "own"), frozenset(worked)), sorted(WORKED[weekend] - own | worked)


@st.composite
def waits(draw: st.DrawFn, receipt: date) -> list[Pause]:
    """Times in which a person was waited for, one after the other; the last may still go on."""
    pauses: list[Pause] = []
    day = receipt
    steps = draw(st.tuples(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 25)), max_size=4), st.booleans()))
    for gap, length in steps[0]:
        first = day + timedelta(days=gap)
        day = first + timedelta(days=length)
        pauses.append(Pause(first, day))
        day += timedelta(days=1)
    if pauses and steps[1]:
        pauses[-1] = Pause(pauses[-1].first)
    return pauses


def reckoned(worked: list[date], rule: ClockRule, receipt: date, pauses: list[Pause], extended: int) -> date | None:
    """The due day by lists: those days that count, without those waited, and of these the one wanted."""
    kept = pauses if rule.pauses else []
    horizon = EVERY_DAY[-1]
    waited = {
        pause.first + timedelta(days=offset)
        for pause in kept
        for offset in range(1, ((pause.last or horizon) - pause.first).days + 1)
    }
    counted = [day for day in (worked if rule.counts == "working" else EVERY_DAY) if day > receipt]
    running = [day for day in counted if day not in waited]
    wanted = rule.days + rule.extension_days * extended
    asked = {pause.first for pause in kept}
    left = [day for day in running[wanted - 1 :] if day not in asked]
    return min(day for day in worked if day >= left[0]) if left else None


@given(st.data(), calendars(), days)
def test_due_days_are_those_of_an_independent_reckoning(
    data: st.DataObject, calendar: tuple[Workdays, list[date]], receipt: date
) -> None:
    workdays, worked = calendar
    rule = ClockRule(
        days=data.draw(st.integers(1, 30)),
        counts=data.draw(st.sampled_from(["working", "calendar"])),
        pauses=data.draw(st.booleans()),
        extension_days=data.draw(st.integers(0, 20)),
        extensions=2,
    )
    pauses, extended = data.draw(waits(receipt)), data.draw(st.integers(0, 2))
    assert due_on(rule, receipt, workdays, pauses, extended) == reckoned(worked, rule, receipt, pauses, extended)


@given(calendars(), days, st.times())
def test_what_comes_after_hours_counts_from_the_next_working_day(
    calendar: tuple[Workdays, list[date]], day: date, at: time
) -> None:
    workdays, worked = calendar
    hours = OfficeHours(time(14, 30), {4: time(12, 0)})
    last_minute = (12, 0) if day.isoweekday() == 4 else (14, 30)
    in_time = day in worked and (at.hour, at.minute) <= last_minute
    expected = day if in_time else min(other for other in worked if other > day)
    assert receipt_day(datetime.combine(day, at, TEHRAN), workdays, hours) == expected


@given(st.sampled_from(WEEKENDS), days)
def test_ten_working_days_are_ten_working_days(weekend: frozenset[int], receipt: date) -> None:
    """The Act of 1388: the tenth working day after the receipt, whatever falls between."""
    worked = WORKED[weekend]
    due = due_on(ClockRule(10), receipt, Workdays(weekend))
    assert due is not None
    assert due in worked
    assert len([day for day in worked if receipt < day <= due]) == 10
    assert used_days(ClockRule(10), receipt, due, Workdays(weekend)) == 10


def test_a_request_before_the_new_year_waits_for_the_holidays_to_end() -> None:
    """Received on the last working day of 1403: the days of Nowruz are not counted."""
    receipt = to_gregorian(JalaliDate(1403, 12, 28))
    assert due_on(ClockRule(10), receipt, Workdays()) == to_gregorian(JalaliDate(1404, 1, 23))
    assert due_on(ClockRule(10), receipt, Workdays(frozenset({5}))) == to_gregorian(JalaliDate(1404, 1, 19))


def test_whoever_asks_on_the_last_day_has_a_day_left_for_the_answer() -> None:
    saturday = date(2024, 10, 5)
    week = Workdays(frozenset({5}))
    due = due_on(ClockRule(3), saturday, week)
    assert due == date(2024, 10, 8)
    assert due_on(ClockRule(3), saturday, week, [Pause(due)]) is None
    assert due_on(ClockRule(3), saturday, week, [Pause(due, date(2024, 10, 13))]) == date(2024, 10, 14)
    # Asked when the time was over, nothing is won by it.
    assert due_on(ClockRule(3), saturday, week, [Pause(date(2024, 10, 9))]) == due


@pytest.mark.parametrize(
    "table", [{"closes": "25:00"}, {"closes": 14}, {"closes_on": {"day": "12:00"}}, {"closes_on": 3}]
)
def test_hours_that_are_none_are_refused(table: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="calendar"):
        OfficeHours.read(table)


def test_hours_are_read_as_they_are_written() -> None:
    hours = OfficeHours.read({"closes": "13:00", "closes_on": {"thursday": "12:15"}})
    assert (hours.end(date(2024, 10, 9)), hours.end(date(2024, 10, 10))) == (time(13), time(12, 15))
    assert OfficeHours.read({}).as_declared() == {}
