"""Periods of releases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.values import period
from ayan.core.values.period import ALL, NotAPeriod, Period

days = st.dates(date(1830, 1, 1), date(2110, 1, 1))
kinds = st.sampled_from(["day", "month", "quarter", "year"])


@pytest.mark.parametrize(
    ("text", "canonical", "kind", "start", "end", "fa", "en"),
    [
        ("1403", "1403", "year", "2024-03-20", "2025-03-20", "۱۴۰۳", "1403"),
        ("۱۴۰۳/۵", "1403-05", "month", "2024-07-22", "2024-08-21", "مرداد ۱۴۰۳", "Mordad 1403"),
        ("1403-q4", "1403-Q4", "quarter", "2024-12-21", "2025-03-20", "سه‌ماهه چهارم ۱۴۰۳", "Q4 1403"),
        ("1403/Q2", "1403-Q2", "quarter", "2024-06-21", "2024-09-21", "سه‌ماهه دوم ۱۴۰۳", "Q2 1403"),
        ("1403-05-12", "1403-05-12", "day", "2024-08-02", "2024-08-02", "۱۲ مرداد ۱۴۰۳", "12 Mordad 1403"),
        ("2024", "2024", "year", "2024-01-01", "2024-12-31", "۲۰۲۴ میلادی", "2024"),
        ("2024-02", "2024-02", "month", "2024-02-01", "2024-02-29", "فوریه ۲۰۲۴ میلادی", "February 2024"),
        ("2024-Q1", "2024-Q1", "quarter", "2024-01-01", "2024-03-31", "سه‌ماهه اول ۲۰۲۴ میلادی", "Q1 2024"),
        ("2024/8/2", "2024-08-02", "day", "2024-08-02", "2024-08-02", "۲ اوت ۲۰۲۴ میلادی", "2 August 2024"),
        ("all", "all", "none", "0001-01-01", "9999-12-31", "کل فهرست", "whole register"),
    ],
)
def test_read_and_shown(text: str, canonical: str, kind: str, start: str, end: str, fa: str, en: str) -> None:
    read = period.parse(text)
    assert (str(read), read.kind) == (canonical, kind)
    assert (read.start.isoformat(), read.end.isoformat()) == (start, end)
    assert (read.label("fa"), read.label("en")) == (fa, en)
    assert period.parse(canonical) == read


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("مرداد", "shape"),
        ("1403-05-12-01", "shape"),
        ("1403/05-12", "shape"),
        ("140305", "shape"),
        ("98", "shape"),
        ("1403-Q5", "shape"),
        ("1403-00", "month"),
        ("1403-13", "month"),
        ("2024-13", "month"),
        ("1404-12-30", "day"),
        ("2023-02-29", "day"),
        ("1205", "year"),
        ("1499", "year"),
        ("1799", "year"),
        ("0000", "year"),
    ],
)
def test_refused(text: str, reason: str) -> None:
    with pytest.raises(NotAPeriod) as refused:
        period.parse(text)
    assert refused.value.reason == reason


@given(days, kinds)
def test_the_period_of_a_day_holds_it_and_meets_the_next(day: date, kind: period.PeriodForm) -> None:
    held = Period.of(day, kind)
    assert held.kind == kind
    assert held.contains(day)
    assert day in held
    assert period.parse(str(held)) == held
    following = held.following()
    assert following.start == held.end + timedelta(days=1)
    assert following.kind == kind
    assert not following.contains(day)
    assert held < following


def test_ordered_by_start_and_the_longer_first() -> None:
    names = ["1403-02", "1403-01-01", "1404", "1403", "all", "1403-Q1", "1403-01", "2024-03", "2024"]
    ordered = [str(p) for p in sorted(map(period.parse, names))]
    assert ordered == ["all", "2024", "2024-03", "1403", "1403-Q1", "1403-01", "1403-01-01", "1403-02", "1404"]


@pytest.mark.parametrize("text", ["all", "1498", "1498-12", "1498-Q4", "1498-12-30", "9999", "9999-12-31"])
def test_nothing_follows_the_last(text: str) -> None:
    with pytest.raises(NotAPeriod):
        period.parse(text).following()


def test_a_register_without_periods_holds_every_day() -> None:
    assert Period.of(date(2024, 8, 2), "none") is ALL
    assert ALL.contains(date(1300, 1, 1))


DAYS = st.dates(date(1830, 1, 1), date(2100, 1, 1))
KINDS_OF_DAYS = st.sampled_from(["day", "month", "quarter", "year"])


@given(day=DAYS, apart=st.integers(-366, 366), kinds=st.tuples(KINDS_OF_DAYS, KINDS_OF_DAYS), gregorian=st.booleans())
def test_what_begins_near_is_about_the_same_years(
    day: date, apart: int, kinds: tuple[period.PeriodForm, period.PeriodForm], gregorian: bool
) -> None:
    stated = Period.of(day, kinds[0])
    near = day + timedelta(days=3 * apart)
    other = str(near) if gregorian else str(Period.of(near, kinds[1]))
    if abs(period.parse(other).start - stated.start) <= timedelta(days=3 * 366):
        assert period.is_about(other, stated, 4)
        assert period.is_about(str(stated), period.parse(other), 4)
    assert not period.is_about("all", stated, 4)
    assert not period.is_about(str(stated), ALL, 4)
