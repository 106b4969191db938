"""Periods in the names of files and sheets: found in whichever spelling, never guessed where two fit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ayan.core.values import locale
from ayan.core.values.digits import PERSIAN
from ayan.core.values.month_names import MONTHS
from ayan.core.values.period import Period, PeriodForm, parse
from ayan.core.values.period_names import periods_in, sheet_periods


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("payments-1403-05.xlsx", "month", ["1403-05"]),
        ("پرداخت_فروردین‌ماه ۱۴۰۳.xlsx", "month", ["1403-01"]),
        ("۱۴۰۳ اردیبهشت نهایی ۲.csv", "month", ["1403-02"]),
        ("خرداد۱۴۰۳.csv", "month", ["1403-03"]),
        ("Payments Tir 1403 final (2).xlsx", "month", ["1403-04"]),
        ("140305.csv", "month", ["1403-05"]),
        ("05-1403.csv", "month", ["1403-05"]),
        ("پرداخت ماه ۷ سال ۱۴۰۳.xlsx", "month", ["1403-07"]),
        ("حمل ۱۴۰۳.xlsx", "month", ["1403-01"]),
        ("March 2024.csv", "month", ["2024-03"]),
        ("مارس ۱۴۰۳.csv", "month", []),
        ("پرداخت ۱۴۰۳.xlsx", "month", []),
        ("فروردین.xlsx", "month", []),
        ("مسکن مهر 1403-05.xlsx", "month", ["1403-05", "1403-07"]),
        ("فروردین ۱۴۰۳ و خرداد ۱۴۰۴.xlsx", "month", ["1403-01", "1404-03"]),
        ("فروردین تا خرداد ۱۴۰۳.xlsx", "month", []),
        ("فروردین تا خرداد ۱۴۰۳.xlsx", "quarter", ["1403-Q1"]),
        ("1403-01 تا 1403-03.xlsx", "quarter", ["1403-Q1"]),
        ("سه‌ماههٔ دوم ۱۴۰۳.xlsx", "quarter", ["1403-Q2"]),
        ("Q3 1403.xlsx", "quarter", ["1403-Q3"]),
        ("پاییز ۱۴۰۳.xlsx", "quarter", ["1403-Q3"]),
        ("budget-1403.xlsx", "year", ["1403"]),
        ("قراردادها ۱۴۰۳-۰۵.xlsx", "year", ["1403"]),
        ("1402-1403.xlsx", "year", []),
        ("1402 و 1403.xlsx", "year", ["1402", "1403"]),
        ("فروردین تا اسفند ۱۴۰۳.xlsx", "year", ["1403"]),
        ("sessions 1403.05.12.csv", "day", ["1403-05-12"]),
        ("14030512.csv", "day", ["1403-05-12"]),
        ("1403-13.csv", "month", []),
        ("1403-07-31.csv", "day", []),
        ("11403-05.csv", "month", []),
        ("رونوشت.xlsx", "year", []),
    ],
)
def test_the_period_of_a_name(name: str, kind: PeriodForm, expected: list[str]) -> None:
    assert [str(period) for period in periods_in(name, kind).fitting] == expected


def test_a_stretch_that_does_not_fit_is_told() -> None:
    assert [str(period) for period in periods_in("فروردین تا خرداد ۱۴۰۳.xlsx", "month").other] == ["1403-Q1"]


def test_a_sheet_takes_its_year_from_the_file() -> None:
    assert str(sheet_periods("فروردین", "payments-1403.xlsx", "month").only) == "1403-01"
    assert str(sheet_periods("1402-02", "payments-1403.xlsx", "month").only) == "1402-02"
    assert sheet_periods("فروردین", "payments-1403-05.xlsx", "month").only is None
    assert sheet_periods("Sheet1", "payments.xlsx", "month").only is None


@settings(max_examples=40)
@given(
    st.sampled_from([name for name, month in MONTHS.items() if month.calendar == "jalali"]),
    st.integers(1380, 1420),
    st.sampled_from(["{m} {y}", "{y} {m}", "پرداخت‌های {m} ماه {y}", "{m}_{y}", "x-{y}-{m}.xlsx", "{m}{y}.csv"]),
    st.booleans(),
)
def test_every_month_is_found_in_every_order(month: str, year: int, way: str, persian: bool) -> None:
    written = str(year).translate(str.maketrans("0123456789", PERSIAN)) if persian else str(year)
    assert periods_in(way.format(m=month, y=written), "month").only == parse(f"{year}-{MONTHS[month].number}")


@settings(max_examples=40)
@given(st.dates(min_value=parse("1390").start, max_value=parse("1410").end), st.sampled_from(["fa", "en"]))
def test_a_period_is_found_in_its_own_label(day: object, lang: str) -> None:
    for kind in ("month", "year"):
        period = Period.of(day, kind)  # type: ignore[arg-type]  # dates are drawn
        assert periods_in(period.label(locale.of(lang).code), kind).only == period
        assert periods_in(str(period), kind).only == period


@settings(max_examples=40)
@given(st.text(max_size=400))
def test_any_name_is_read(name: str) -> None:
    kinds: tuple[PeriodForm, ...] = ("day", "month", "quarter", "year")
    for kind in kinds:
        assert all(period.kind == kind for period in periods_in(name, kind).fitting)
