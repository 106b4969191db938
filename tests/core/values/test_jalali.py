"""The official calendar."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import jdatetime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.values import jalali
from ayan.core.values.jalali import JalaliDate, NotADate, from_gregorian, parse_jalali, to_gregorian
from ayan.core.values.locale import PERSIAN

FIRST, LAST = date(1827, 3, 22), date(2120, 3, 20)


def test_every_year_agrees_with_the_official_table(shared: Path) -> None:
    with (shared / "vectors" / "jalali-years.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["jalali_year"]) for row in rows] == list(range(jalali.FIRST_YEAR, jalali.LAST_YEAR + 1))
    for row in rows:
        year = int(row["jalali_year"])
        assert jalali.days_in_year(year) == (366 if row["is_leap"] == "true" else 365), year
        assert jalali.first_day(year).isoformat() == row["first_day_gregorian"], year


def test_every_day_is_converted_there_and_back_without_a_gap() -> None:
    before = from_gregorian(FIRST)
    assert before == JalaliDate(1206, 1, 1)
    for number in range(FIRST.toordinal(), LAST.toordinal() + 1):
        day = date.fromordinal(number)
        jalali_day = from_gregorian(day)
        assert to_gregorian(jalali_day) == day
        assert before <= jalali_day
        assert jalali_day.day in (1, before.day + (day != FIRST))
        before = jalali_day
    assert before == JalaliDate(1498, 12, 30)


@given(st.dates(date(1900, 1, 1), date(2080, 1, 1)))
def test_an_independent_implementation_agrees(day: date) -> None:
    theirs = jdatetime.date.fromgregorian(date=day)
    assert from_gregorian(day) == JalaliDate(theirs.year, theirs.month, theirs.day)


def test_first_days_are_a_table_for_sql() -> None:
    assert len(jalali.FIRST_DAYS) == 1499 - 1206 + 1
    assert date(1970, 1, 1) + timedelta(days=jalali.FIRST_DAYS[1403 - 1206]) == date(2024, 3, 20)
    assert date(1970, 1, 1) + timedelta(days=jalali.FIRST_DAYS[-1]) == LAST + timedelta(days=1)


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), LAST + timedelta(days=1), date.min, date.max])
def test_outside_the_official_table_nothing_is_computed(day: date) -> None:
    with pytest.raises(NotADate, match="year"):
        from_gregorian(day)


@pytest.mark.parametrize("text", ["1398/3/9", "۱۳۹۸/۰۳/۰۹", "١٣٩٨/٠٣/٠٩", "13980309", "1398-03-09", " 1398-3-9\u200f"])
def test_read(text: str) -> None:
    assert parse_jalali(text) == JalaliDate(1398, 3, 9)


@pytest.mark.parametrize("text", ["98/3/9", "۹۸-۰۳-۰۹", "980309"])
def test_two_digit_years_need_a_declared_century(text: str) -> None:
    assert parse_jalali(text, century=1300) == JalaliDate(1398, 3, 9)
    with pytest.raises(NotADate, match="century"):
        parse_jalali(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("0000-00-00", "zero"),
        ("00000000", "zero"),
        ("1399/12/30", None),
        ("1400/12/30", "day"),
        ("1403/07/31", "day"),
        ("1403/06/31", None),
        ("1403/00/10", "month"),
        ("1403/13/01", "month"),
        ("1403/01/00", "day"),
        ("2024/08/02", "year"),
        ("1205/01/01", "year"),
        ("1403/05-12", "shape"),
        ("1403.05.12", "shape"),
        ("1403/05/12 10:00", "shape"),
        ("12/05/1403", "shape"),
        ("45000", "shape"),
        ("۱۲ مرداد ۱۴۰۳", "shape"),
    ],
)
def test_refused(text: str, reason: str | None) -> None:
    if reason is None:
        parse_jalali(text)
        return
    with pytest.raises(NotADate) as refused:
        parse_jalali(text)
    assert refused.value.reason == reason


@given(st.dates(FIRST, LAST))
def test_what_is_shown_is_read_back(day: date) -> None:
    assert to_gregorian(parse_jalali(PERSIAN.short_day(day))) == day
    assert to_gregorian(parse_jalali(str(from_gregorian(day)))) == day


def test_shown() -> None:
    day = date(2024, 8, 2)
    assert jalali.fa_date(day) == "۱۲ مرداد ۱۴۰۳"
    assert PERSIAN.short_day(day) == "۱۴۰۳/۰۵/۱۲"
    assert jalali.en_date(day) == "12 Mordad 1403"
    assert jalali.en_date_gregorian(day) == "2 August 2024"
