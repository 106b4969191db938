"""The strip of days that people count by is the clock: its last counted day is the due day, whatever lies between."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ayan.core.casework.case_clock import ClockRule, Pause, due_on
from ayan.core.casework.clock_days import clock_days
from ayan.core.values.workdays import Workdays

FIRST = date(2024, 3, 20)
WORKDAYS = Workdays(own={date(2024, 5, 5): "روز شهر"})
RULES = st.builds(
    ClockRule, days=st.integers(1, 25), counts=st.sampled_from(["working", "calendar"]), pauses=st.booleans()
)
PAUSES = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 12)), max_size=2)


@settings(max_examples=150, deadline=None)
@given(rule=RULES, start=st.integers(0, 400), gaps=PAUSES)
def test_the_days_that_are_shown_are_those_that_were_counted(
    rule: ClockRule, start: int, gaps: list[tuple[int, int]]
) -> None:
    receipt, waits, at = WORKDAYS.after(FIRST + timedelta(days=start), 1), [], 0
    for gap, length in gaps:
        asked = receipt + timedelta(days=at + gap)
        waits.append(Pause(asked, asked + timedelta(days=length)))
        at += gap + length
    due = due_on(rule, receipt, WORKDAYS, waits)
    assert due is not None
    days = list(clock_days(rule, receipt, due, WORKDAYS, waits))
    assert [each.day for each in days] == [receipt + timedelta(days=n) for n in range((due - receipt).days + 1)]
    counted = [each for each in days if each.sort == "counted"]
    assert [each.number for each in counted] == list(range(1, rule.days + 1))
    assert counted[-1].day == due or all(each.sort in ("off", "after") for each in days if each.day > counted[-1].day)
    assert days[0].sort == "receipt"
