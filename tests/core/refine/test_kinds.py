"""Every other kind of cell: what a clerk may write, what is read, and why the rest is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.core.refine.refined_cells import N, codes, field, holds, read, refined, written

from ayan.core.schema import kinds
from ayan.core.schema.definition import Layout
from ayan.core.schema.field import CodeEntry, CodeList, Field
from ayan.core.values.label import Label
from ayan.core.values.place import Bbox

D = date(2024, 8, 2)


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
        "POINT(49 34)": "!shape-system",
        "SRID=4326;POINT(49 34)": '{"type":"Point","coordinates":[49.0,34.0]}',
        "POINT(49 34": "!not-geometry",
        '{"type":"Polygon","coordinates":[[[49,34],[50,35],[50,34],[49,35],[49,34]]]}': "!shape-crossing",
        "null": "!not-geometry",
        '{"type":"Point","coordinates":[NaN,34]}': "!not-geometry",
    }
    holds(field("geometry"), expected)


def test_shapes_lie_within_their_extent_and_in_their_system() -> None:
    """A shape in WKT is brought to degrees; outside the city it is none, and turned round it is told as that."""
    arak = field("geometry", extent=Bbox(49.6, 34.0, 49.8, 34.2))
    inside = '{"type":"Point","coordinates":[49.7,34.1]}'
    expected = {
        inside: inside,
        '{"type":"Point","coordinates":[34.1,49.7]}': "!shape-swapped",
        '{"type":"Point","coordinates":[51.4,35.7]}': "!shape-outside",
        "SRID=32639;POINT(379999.8 3774123.9)": '{"type":"Point","coordinates":[49.699062252,34.101047527]}',
    }
    holds(arak, expected)
    square = "POLYGON((379000 3773000,379010 3773000,379010 3773010,379000 3773010,379000 3773000))"
    written_so = read(arak, [square], source=Layout(crs="EPSG:32639"))[0]
    assert written_so.startswith('{"type":"Polygon","coordinates":[[[49.68')


@pytest.mark.parametrize("wrong", [(), (9_000, 18_000)])
def test_many_shapes_stay_in_the_order_of_their_rows(wrong: tuple[int, ...]) -> None:
    cells = [f'{{"type":"Point","coordinates":[49.{number:05},34.09]}}' for number in range(18_001)]
    for number in wrong:
        cells[number] = "POINT(49 34)"
    # The texts of the first group of rows take longer to read than those of the second.
    names = [("ـ" * 200 if number < 16_384 else "") + f"پارک {number}" for number in range(18_001)]
    with refined(
        [field("geometry"), field("text", name="y", label=Label("نام", "Y"))], {"ستون": cells, "نام": names}
    ) as result:
        rows = [row["_row"] for row in written(result, partial=True)]
    assert rows == [number + 2 for number in range(18_001) if number not in wrong]


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


@pytest.mark.parametrize("kind", sorted(kinds.KINDS.keys() - {"identity"}))
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
