"""Dates and periods in cells: the calendars and forms a clerk may write, what is read, and why the rest is refused."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.refine.refined_cells import field, holds, read

from ayan.core.values import jalali, period
from ayan.core.values.digits import to_persian

D = date(2024, 8, 2)


def test_jalali_dates() -> None:
    expected = {
        "1403/05/12": D,
        "1403/5/12": D,
        "۱۴۰۳/۰۵/۱۲": D,
        "١٤٠٣-٠٥-١٢": D,
        "1403-05-12": D,
        "1403.05.12": D,
        "14030512": D,
        "۱۴۰۳۰۵۱۲": D,
        " 1403/05/12\u200f": D,
        "1403/05/12 10:30": D,
        "1403-05-12T10:30:15.5Z": D,
        "1403/12/30": date(2025, 3, 20),
        "1404/12/30": "!date-impossible",
        "1403/07/31": "!date-impossible",
        "1403/13/01": "!date-impossible",
        "1403/00/10": "!date-impossible",
        "1403/05/00": "!date-impossible",
        "0000-00-00": "!date-impossible",
        "00000000": "!date-impossible",
        "1205/12/29": "!date-impossible",
        "1499/01/01": "!date-impossible",
        "98/3/9": "!date-two-digit-year",
        "2024/08/02": "!date-other-calendar",
        "2024-08-02 00:00:00": D,
        "2024-02-30": "!date-impossible",
        "45506": "!not-a-date",
        "3/9/5": "!not-a-date",
        "12/05/1403": "!date-order",
        "02/08/2024": "!date-other-calendar",
        "403/05/12": "!not-a-date",
        "1403/05": "!not-a-date",
        "1403": "!not-a-date",
        "۱۲ مرداد ۱۴۰۳": D,
        "140305121": "!not-a-date",
        "1403/05/12/1": "!not-a-date",
        "#VALUE!": "!cell-error",
        "": None,
    }
    holds(field("date"), expected)


def test_two_digit_years_count_from_the_declared_century_only() -> None:
    expected = {
        "98/3/9": date(2019, 5, 30),
        "۹۸/۰۳/۰۹": date(2019, 5, 30),
        "1398/3/9": date(2019, 5, 30),
        "00/01/01": date(1921, 3, 21),
        "8/3/9": "!not-a-date",
        "98/13/9": "!date-impossible",
    }
    holds(field("date", century=1300), expected)


def test_two_digit_years_of_both_sides_of_1400_count_up_to_the_declared_pivot() -> None:
    expected = {
        "98/3/9": date(2019, 5, 30),
        "00/01/15": date(2021, 4, 4),
        "49/01/01": date(2070, 3, 20),
        "50/01/01": date(1971, 3, 21),
        "12 مرداد 03": D,
        "1403/05/12": D,
    }
    holds(field("date", pivot=1449), expected)


def test_a_year_of_two_digits_is_no_year_of_our_era_under_own_formats() -> None:
    """`%Y` takes 10 for the year 10, which would be sealed as such."""
    holds(
        field("date", calendar="gregorian", formats=("%d/%m/%Y",)),
        {
            "03/12/10": "!date-year",
            "03/12/2010": date(2010, 12, 3),
            "03/12/1699": "!date-year",
            "03/12/3000": "!date-year",
        },
    )
    holds(field("period", formats=("%m/%Y",)), {"08/24": "!date-year", "08/2024": "2024-08"})


def test_gregorian_years_of_two_digits_count_up_to_the_declared_pivot() -> None:
    expected = {
        "10/12/03": date(2010, 12, 3),
        "40-01-01": date(2040, 1, 1),
        "41-01-01": date(1941, 1, 1),
        "00-02-29": date(2000, 2, 29),
        "99/12/31": date(1999, 12, 31),
        "2010-12-03": date(2010, 12, 3),
        "10/13/03": "!date-impossible",
    }
    holds(field("date", calendar="gregorian", pivot=2040), expected)
    holds(field("date", calendar="gregorian"), {"10/12/03": "!date-two-digit-year"})


def test_formats_with_years_of_two_digits_count_up_to_the_pivot() -> None:
    expected = {
        "03-Dec-10": date(2010, 12, 3),
        "03-Dec-40": date(2040, 12, 3),
        "03-Dec-41": date(1941, 12, 3),
        "03-Dec-69": date(1969, 12, 3),
        "29-Feb-00": date(2000, 2, 29),
        "29-Feb-23": "!date-impossible",
        "2010-12-03": date(2010, 12, 3),
    }
    holds(field("date", calendar="gregorian", formats=("%d-%b-%y",), pivot=2040), expected)
    both = {
        "03/12/10": date(1910, 12, 3),
        "03/12/2010": date(2010, 12, 3),
        "03/12/1810": date(1810, 12, 3),
        "03/12/99": date(1899, 12, 3),
    }
    holds(field("date", calendar="gregorian", formats=("%d/%m/%y", "%d/%m/%Y"), pivot=1950), both)


def test_gregorian_dates() -> None:
    expected = {
        "2024-08-02": D,
        "2024/8/2": D,
        "20240802": D,
        "۲۰۲۴-۰۸-۰۲": D,
        "2024-08-02T10:00:00+03:30": D,
        "2024-02-29": date(2024, 2, 29),
        "2023-02-29": "!date-impossible",
        "2024-13-01": "!date-impossible",
        "1403/05/12": "!date-other-calendar",
        "02/08/2024": "!date-order",
        "12/05/1403": "!date-other-calendar",
    }
    holds(field("date", calendar="gregorian"), expected)


def test_a_named_month_says_by_itself_which_day_it_is() -> None:
    named = {
        "۱۲ مرداد ۱۴۰۳": D,
        "12مرداد1403": D,
        "12 مرداد ماه 1403": D,
        "12 مرداد ماه سال 1403": D,
        "12ام مرداد 1403": D,
        "جمعه ۱۲ مرداد ۱۴۰۳": D,
        "جمعه، 12 مرداد 1403": D,
        "پنج\u200cشنبه 11 مرداد 1403 ساعت 10:30": date(2024, 8, 1),
        "12-مرداد-1403": D,
        "1403 مرداد 12": D,
        "12 Mordad 1403": D,
        "۱۲ اسد ۱۴۰۳": D,
        "12 زمری 1403": D,
        "12 Asad 1403": D,
        "2 Aug 2024": D,
        "02-Aug-2024": D,
        "2Aug2024": D,
        "2 August 2024": D,
        "2nd August, 2024": D,
        "August 2, 2024": D,
        "AUG 2 2024 12:00AM": D,
        "Aug. 2nd, 2024": D,
        "Friday, August 2, 2024": D,
        "Fri 2 Aug 2024 10:30:00": D,
        "2024 August 2": D,
        "2024-Aug-02": D,
        "3 Sept 2024": date(2024, 9, 3),
        "۲ اوت ۲۰۲۴": D,
        "2 اگست 2024": D,
        "2 آگوست 2024": D,
        "2 de agosto de 2024": D,
        "2. August 2024": D,
        "1er août 2024": date(2024, 8, 1),
        "5. März 2024": date(2024, 3, 5),
        "31 مرداد 1403": date(2024, 8, 21),
        "31 مهر 1403": "!date-impossible",
        "30 Feb 2024": "!date-impossible",
        "2 Aug": "!not-a-date",
        "Due 2 Aug 2024": "!not-a-date",
        "2 Aug 2024 - 3 Aug 2024": "!not-a-date",
        "2 Foo 2024": "!not-a-date",
        "2 مرداد 2024": "!date-impossible",
        "2 Aug 1403": "!date-impossible",
        "2 Aug 24": "!date-two-digit-year",
        "12 مرداد 03": "!date-two-digit-year",
    }
    for calendar in ("jalali", "gregorian"):
        holds(field("date", calendar=calendar), named)
    holds(field("date", century=1400), {"12 مرداد 03": D, "2 Aug 03": "!date-two-digit-year"})
    holds(field("date", calendar="gregorian", pivot=2040), {"2 Aug 24": D, "12 مرداد 03": "!date-two-digit-year"})


def test_a_year_behind_is_read_by_the_declared_order() -> None:
    forms = {"02/08/2024": D, "2.8.2024": D, "02-08-2024": D, "2/8/2024 12:00:00 AM": D, "10:30 02/08/2024": D}
    holds(
        field("date", calendar="gregorian", date_order="dmy"),
        forms | {"31.12.2023": date(2023, 12, 31), "12/31/2023": "!date-impossible", "2024-08-02": D},
    )
    holds(
        field("date", calendar="gregorian", date_order="mdy"),
        {"8/2/2024": D, "12/31/2023": date(2023, 12, 31), "31/12/2023": "!date-impossible"},
    )
    holds(
        field("date", date_order="dmy"),
        {"12/05/1403": D, "۱۲/۰۵/۱۴۰۳": D, "جمعه 12/05/1403": D, "02/08/2024": "!date-other-calendar"},
    )


def test_a_time_of_day_before_or_behind_is_set_aside() -> None:
    forms = (
        "1403/05/12 10:30:22 ب.ظ",
        "1403/05/12-10:30",
        "1403/05/12 ساعت 10:30",
        "10:30 1403/05/12",
        "1403/05/12 عصر",
    )
    holds(field("date"), dict.fromkeys(forms[:4], D) | {forms[4]: "!not-a-date"})
    holds(field("date"), {"جمعه 1403/05/12": D, "روز 1403/05/12": "!not-a-date"})


def test_a_day_as_programs_write_it_is_that_day_in_a_column_of_any_calendar() -> None:
    """Spreadsheets, databases, JSON, and the downloads of the city itself: the year says of which calendar it is."""
    zones = ("", "Z", "+00", "+00:00", "+0330", "-08", " +03:30", " UTC")
    forms = ["2024-08-02", *(f"2024-08-02{sign}00:00:00{zone}" for sign in " T" for zone in zones)]
    forms += ["2024-08-02 00:00:00.000", "2024-08-02T23:59:59.999999Z", "2024-08-02 00:00", "1403-05-12"]
    expected = dict.fromkeys(forms, D) | {"2024-08-02T": "!not-a-date", "2024-08-02 00:00:00+3": "!not-a-date"}
    for calendar in ("jalali", "gregorian", "excel"):
        holds(field("date", calendar=calendar), expected)
    holds(field("date", calendar="epoch_ms"), {form: D for form in forms if form.startswith("2024")})
    holds(field("date", calendar="gregorian", formats=("%d/%m/%Y",)), {**expected, "02/08/2024": D})


def test_declared_formats_replace_the_usual_forms() -> None:
    date_field = field("date", calendar="gregorian", formats=("%d/%m/%Y", "%d.%m.%Y"))
    expected = {"02/08/2024": D, "2.8.2024": D, "31/02/2024": "!not-a-date", "8/2": "!not-a-date", "x": "!not-a-date"}
    holds(date_field, expected)


def test_spreadsheet_serials() -> None:
    expected = {
        "45506": D,
        "45506.75": D,
        "۴۵۵۰۶": D,
        "2024-08-02": D,
        "61": date(1900, 3, 1),
        "60": "!not-a-date",
        "0": "!not-a-date",
        "2958465": date(9999, 12, 31),
        "2958466": "!not-a-date",
        "1403/05/12": "!date-other-calendar",
        "x": "!not-a-date",
        "1e5": "!not-a-date",
    }
    holds(field("date", calendar="excel"), expected)


def test_seconds_and_milliseconds_since_1970() -> None:
    holds(
        field("date", calendar="epoch_s"),
        {
            "1722556800": D,
            "0": date(1970, 1, 1),
            "-1": date(1969, 12, 31),
            "99999999999999": "!not-a-date",
            "x": "!not-a-date",
        },
    )
    holds(
        field("date", calendar="epoch_ms"),
        {"1722556800000": D, "99999999999999": date(5138, 11, 16), "1.5": "!not-a-date"},
    )


@settings(max_examples=5)
@given(
    st.lists(
        st.tuples(
            st.integers(1200, 1505), st.integers(0, 13), st.integers(0, 32), st.sampled_from("/-."), st.booleans()
        ),
        min_size=100,
        max_size=300,
    )
)
def test_any_jalali_date_is_what_the_calendar_says(parts: list[tuple[int, int, int, str, bool]]) -> None:
    cells: list[str] = []
    expected: list[object] = []
    for year, month, day, mark, padded in parts:
        cell = f"{year}{mark}{month:02}{mark}{day:02}" if padded else f"{year}{mark}{month}{mark}{day}"
        cells.append(to_persian(cell) if day % 2 else cell)
        try:
            expected.append(jalali.to_gregorian(jalali.JalaliDate(year, month, day)))
        except jalali.NotADate:
            expected.append("!date-impossible")
    assert read(field("date"), cells) == expected


def test_dates_outside_the_submissions_period() -> None:
    date_field = field("date", required=True)
    month = period.parse("1403-05")
    cells = ["1403/05/01", "1403/05/31", "1403/04/31", "1403/06/01", "1403/05/32"]
    assert read(date_field, cells, period=month, period_field="x") == [
        date(2024, 7, 22),
        date(2024, 8, 21),
        "!outside-period",
        "!outside-period",
        "!date-impossible",
    ]
    assert read(field("date"), ["1402/01/01"], period=month) == [date(2023, 3, 21)], "only the field of the period"


def test_periods() -> None:
    expected = {
        "1403": "1403",
        "۱۴۰۳": "1403",
        "1403-05": "1403-05",
        "1403/05": "1403-05",
        "1403/5": "1403-05",
        "1403-q2": "1403-Q2",
        "1403-05-12": "1403-05-12",
        "1403/5/2": "1403-05-02",
        "2024-08": "2024-08",
        "1403-13": "!not-a-period",
        "1403-00": "!not-a-period",
        "1403-Q5": "!not-a-period",
        "1403-12-31": "!not-a-period",
        "1404-12-30": "!not-a-period",
        "2023-02-29": "!not-a-period",
        "0000": "!not-a-period",
        "1600": "!not-a-period",
        "98": "!not-a-period",
        "مرداد": "!not-a-period",
    }
    holds(field("period"), expected)
    for cell, value in expected.items():
        if not value.startswith("!"):
            assert str(period.parse(cell)) == value
    holds(field("period", formats=("%m/%Y",)), {"08/2024": "2024-08", "1403-05": "1403-05", "13/2024": "!not-a-period"})


def test_periods_as_offices_write_them() -> None:
    holds(
        field("period"),
        {
            "1402/07/01 تا 1402/07/29": "1402-07-01--1402-07-29",
            "۱۴۰۲/۷/۱ تا ۱۴۰۲/۷/۳۰": "1402-07",
            "از 1402/07/01 تا 1402/09/30": "1402-Q3",
            "1402/07 تا 1402/09": "1402-Q3",
            "1400 تا 1402": "1400-01-01--1402-12-29",
            "2023-04-01 to 2024-03-31": "2023-04-01--2024-03-31",
            "Q1 2024": "2024-Q1",
            "2024 Q4": "2024-Q4",
            "سه‌ماههٔ دوم سال ۱۴۰۲": "1402-Q2",
            "مهر ۱۴۰۲": "1402-07",
            "Mehr 1402": "1402-07",
            "October 2023": "2023-10",
            "Oct-2023": "2023-10",
            "سال ۱۴۰۲": "1402",
            "مهر 2023": "!not-a-period",
            "2023-04-30 to 2023-04-01": "!not-a-period",
            "1402/07/01 تا 2023/10/01": "!not-a-period",
            "1402/07/01 تا 1402/07/31": "!not-a-period",
            "Q5 2024": "!not-a-period",
        },
    )


def test_a_year_that_spans_two_is_placed_by_the_declaration_alone() -> None:
    written = ["2023/24", "FY24", "FY2023/24", "Q1 2023/24", "2023/24 P07", "period 7 of 2023/24", "P07 2023"]
    assert read(field("period"), written) == ["!period-year-open"] * len(written)
    year = "2023-04-01--2024-03-31"
    april = field("period", year_start="04-01")
    holds(
        april,
        {
            "2023/24": year, "2023-24": year, "2023–24": year, "FY24": year, "FY2023/24": year, "2023/2024": year,
            "2011-12": "2011-04-01--2012-03-31", "Q1 2023/24": "2023-Q2", "2023/24 Q4": "2024-Q1", "2023": "2023",
            "2023-05": "2023-05", "1402-03": "1402-03", "2023/25": "!not-a-period", "Q1 2023": "!not-a-period",
        },
    )  # fmt: skip
    holds(
        field("period", year_start="04-01", year_parts=13),
        {
            "2023/24 P01": "2023-04-01--2023-04-28", "2023/24 P07": "2023-09-16--2023-10-13",
            "Period 13 of 2023/24": "2024-03-02--2024-03-31", "P14 2023/24": "!not-a-period",
            "2011/12": "2011-04-01--2012-03-31", "2011-12": "2011-12",
        },
    )  # fmt: skip
    holds(field("period", year_start="07-01", year_parts=12), {"2023/24 P07": "2024-01", "P12 FY24": "2024-06"})
    holds(
        field("period", year_parts=12),
        {"دوره ۷ سال ۱۴۰۲": "1402-07", "P7 2023": "2023-07", "P13 2023": "!not-a-period"},
    )
    holds(field("period", year_start="04-06"), {"2023/24": "2023-04-06--2024-04-05", "Q1 2023/24": "!not-a-period"})


@settings(max_examples=4)
@given(
    st.lists(st.tuples(st.dates(date(1900, 1, 1), date(2090, 1, 1)), st.integers(0, 800), st.booleans()), min_size=30),
    st.sampled_from([{}, {"year_start": "04-01", "year_parts": 13}, {"year_parts": 12}]),
)
def test_a_range_is_read_as_both_its_days_and_again_from_its_own_name(
    drawn: list[tuple[date, int, bool]], keys: dict[str, object]
) -> None:
    ranges = [(first, first + timedelta(days=days)) for first, days, _ in drawn]
    written = [
        " تا ".join(str(jalali.from_gregorian(day)) if in_jalali else day.isoformat() for day in ends)
        for ends, (_, _, in_jalali) in zip(ranges, drawn, strict=True)
    ]
    values = [str(value) for value in read(field("period", **keys), written)]
    parsed = [period.parse(value) for value in values]
    assert [(each.start, each.end) for each in parsed] == ranges
    assert list(map(str, parsed)) == values
    assert all(each.label(lang) for each in parsed for lang in ("fa", "en"))
    assert read(field("period", **keys), values) == values
