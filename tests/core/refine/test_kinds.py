"""Every other kind of cell: what a clerk may write, what is read, and why the rest is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.refine.bench import N, codes, field, read, refined, written

from ayan.core.schema.definition import Layout
from ayan.core.schema.field import CodeEntry, CodeList, Field
from ayan.core.values import jalali, period
from ayan.core.values.digits import to_persian
from ayan.core.values.label import Label

D = date(2024, 8, 2)


def holds(tested_field: Field, expected: dict[str, Any]) -> None:
    """``expected``: cell → value, or issue code behind an exclamation mark."""
    assert dict(zip(expected, read(tested_field, list(expected)), strict=True)) == expected


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
        "2024-08-02 00:00:00": "!date-other-calendar",
        "45506": "!not-a-date",
        "3/9/5": "!not-a-date",
        "12/05/1403": "!not-a-date",
        "403/05/12": "!not-a-date",
        "1403/05": "!not-a-date",
        "1403": "!not-a-date",
        "۱۲ مرداد ۱۴۰۳": "!not-a-date",
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
        "02/08/2024": "!not-a-date",
    }
    holds(field("date", calendar="gregorian"), expected)


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


def test_yes_and_no() -> None:
    expected = {
        "بله": True,
        "بلي": True,
        "دارد": True,
        "۱": True,
        "TRUE": True,
        "✓": True,
        "خیر": False,
        "خير": False,
        "ندارد": False,
        "0": False,
        "شاید": "!not-a-boolean",
        "2": "!not-a-boolean",
    }
    holds(field("boolean"), expected)


def test_links_lead_to_the_web_only() -> None:
    expected = {
        "https://example.ir/a?b=1#c": "https://example.ir/a?b=1#c",
        "http://example.ir": "http://example.ir",
        "https://example.ir/" + "a" * 1900: "https://example.ir/" + "a" * 1900,
        "https://example.ir/" + "a" * 2000: "!not-a-link",
        "javascript:alert(1)": "!not-a-link",
        "data:text/html,x": "!not-a-link",
        "ftp://example.ir": "!not-a-link",
        "//example.ir/a": "!not-a-link",
        "www.example.ir": "!not-a-link",
        'https://example.ir/"><script>': "!not-a-link",
        "https://example.ir/a b": "!not-a-link",
        "https://": "!not-a-link",
    }
    holds(field("link"), expected)


def test_shapes_must_be_geojson_in_degrees() -> None:
    good = '{"type":"Point","coordinates":[49.69,34.09]}'
    expected = {
        good: good,
        '{"type":"Point","coordinates":[234900,3772000]}': "!not-geometry",
        '{"type":"Polygon","coordinates":[[[49,34],[50,34],[50,35]]]}': "!not-geometry",
        '{"type":"Point"': "!not-geometry",
        "[" * 5000: "!not-geometry",
        "POINT(49 34)": "!not-geometry",
        "null": "!not-geometry",
        '{"type":"Point","coordinates":[NaN,34]}': "!not-geometry",
    }
    holds(field("geometry"), expected)


def test_texts_are_published_in_one_spelling() -> None:
    expected = {
        "كتاب علي": "کتاب علی",
        " \u200fآب\u200c ": "آب",
        "ﺳﻼﻡ": "سلام",
        "a\u200cb": "a\u200cb",
        "۱۲3": "۱۲3",
        "=1+1": "=1+1",
        "<b>": "<b>",
        "O'Brien; DROP TABLE scan --": "O'Brien; DROP TABLE scan --",
    }
    holds(field("text"), expected)
    holds(field("place"), {"ميدان": "میدان"})
    holds(field("text", max_length=3), {"سلا": "سلا", "سلام": "!too-long"})


def test_codes_keep_their_zeros_and_lose_no_digit() -> None:
    expected = {
        "0012": "0012",
        "۰۰۱۲": "0012",
        "1403-118/ك": "1403-118/ک",
        "6037991234567890123": "6037991234567890123",
        "6.03799E+18": "!code-lost-digits",
        "6.03799123456789E+15": "!code-lost-digits",
        "1E+16": "!code-lost-digits",
        "12E4": "12E4",
        "#REF!": "!cell-error",
    }
    holds(field("code"), expected)
    pattern = field("code", pattern="[0-9]{4}-[0-9]+")
    holds(pattern, {"1403-1": "1403-1", "۱۴۰۳-۱": "1403-1", "x1403-1": "!pattern", "1403-1\n": "1403-1"})


def test_national_and_legal_ids_by_their_check_digits() -> None:
    with refined(
        [N, field("identity", shown="masked")],
        {
            "N": list("123456"),
            "ستون": ["0013542419", "۰۰۱۳۵۴۲۴۱۹", "68415941", "001-354241-9", "0013542418", "1111111111"],
        },
    ) as result:
        assert codes(result, "x") == [("identity-wrong", 6), ("identity-wrong", 7)]
        assert all(issue.value is None for issue in result.issues)
        assert [row["x"] for row in written(result, partial=True)] == ["***19", "***19", "***41", "***19"]
    expected = {
        "10380284790": "10380284790",
        "۱۰۳۸۰۲۸۴۷۹۰": "10380284790",
        "103-8028-4790": "10380284790",
        "10380284791": "!company-wrong",
        "1038028479": "!company-wrong",
    }
    holds(field("company"), expected)


KINDS = CodeList(
    "kinds",
    (
        CodeEntry("works", Label("عمرانی", "Works"), ("پیمان عمرانی",)),
        CodeEntry("goods", Label("خرید كالا", "Goods")),
        CodeEntry("it's", Label("خدمات", "Services")),
    ),
)


def test_choices_in_odd_spellings() -> None:
    expected = {
        "works": "works",
        "عمرانی": "works",
        "عمراني": "works",
        " عمرانی ": "works",
        "WORKS": "works",
        "پیمان\u200cعمرانی": "works",
        "پيمان  عمراني": "works",
        "خرید کالا": "goods",
        "خريد كالا": "goods",
        "it's": "it's",
        "Services": "it's",
        "عمران": "!not-in-list",
        "works'; --": "!not-in-list",
    }
    holds(field("text", choices=KINDS), expected)
    (issue,) = (i for i in issues(field("text", choices=KINDS), ["x"]) if i.level == "error")
    assert "عمرانی" in issue.message("fa")


def issues(tested_field: Field, cells: list[str | None]) -> Any:
    with refined([N, tested_field], {"N": [str(n) for n in range(len(cells))], "ستون": cells}) as result:
        return result.issues


def test_bounds_of_dates_are_named_in_the_jalali_calendar() -> None:
    date_field = field("date", minimum=D, maximum=D + timedelta(days=1))
    holds(
        date_field,
        {"1403/05/11": "!too-small", "1403/05/12": D, "1403/05/13": D + timedelta(days=1), "1403/05/14": "!too-large"},
    )
    (issue,) = (i for i in issues(date_field, ["1403/05/11"]) if i.level == "error")
    assert "۱۴۰۳/۰۵/۱۲" in issue.message("fa")


@pytest.mark.parametrize(
    "kind",
    [
        "text",
        "code",
        "integer",
        "decimal",
        "rial",
        "date",
        "period",
        "boolean",
        "link",
        "geometry",
        "company",
        "ref",
        "place",
    ],
)
def test_no_cell_is_too_odd(kind: Any) -> None:
    odd = [
        "'",
        "''; --",
        '"',
        "\\",
        "\u0000".strip("\0") or "x",
        "\ud7ff",
        "😀",
        "\U0010ffff",
        "%",
        "$1",
        "{x}",
        "NULL",
        "nan",
        "inf",
        "-",
        "(",
        ")",
        "/",
        "//",
        "!",
        "!not-a-number",
        "9" * 400,
        "[" * 100,
        "0" * 100_000,
    ]
    for value in read(field(kind), odd):
        assert value is None or isinstance(value, bool | int | str) or value.is_finite()


def test_what_a_layout_declares_differs_from_the_dataset() -> None:
    from ayan.core.schema.definition import FieldReading

    source = Layout(
        fields={
            "amount": FieldReading(money_unit="million_toman", aliases=("بها",)),
            "day": FieldReading(calendar="gregorian"),
            "unit": FieldReading(constant="ناحیه ۱"),
        }
    )
    fields = [
        field("rial", name="amount", label=Label("مبلغ", "Amount")),
        field("date", name="day", label=Label("روز", "Day")),
        field("text", name="unit", label=Label("واحد", "Unit"), required=True),
    ]
    with refined(fields, {"بها": ["1.5"], "روز": ["2024-08-02"]}, source=source) as result:
        assert not result.errors
        (row,) = written(result)
    assert (row["amount"], row["day"], row["unit"]) == (15_000_000, D, "ناحیه ۱")
