"""Numbers and money as clerks write them: read exactly, or refused with the reason."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.refine.refined_cells import field, read

from ayan.core.values.digits import NotANumber, parse_number, to_latin
from ayan.core.values.money import MONEY_UNITS, NotMoney, to_rial

BIGGEST = 2**63 - 1
REASONS = {
    "ambiguous": "!number-ambiguous",
    "lost-digits": "!number-lost-digits",
    "percent": "!number-percent",
    "not-a-number": "!not-a-number",
    "too-long": "!number-too-large",
}


def test_whole_numbers() -> None:
    expected = {
        "0": 0,
        "-0": 0,
        "007": 7,
        "1234": 1234,
        "۱۲۳۴": 1234,
        "١٢٣٤": 1234,
        "۱2٣٤": 1234,
        "1,234,567": 1234567,
        "۱٬۲۳۴٬۵۶۷": 1234567,
        "۱،۲۳۴،۵۶۷": 1234567,
        "1 234 567": 1234567,
        "1\u00a0234\u00a0567": 1234567,
        "1\u202f234": 1234,
        "(1,234)": -1234,
        "( 1234 )": -1234,
        "1,234-": -1234,
        "۱٬۲۳۴−": -1234,
        "-1234": -1234,
        "- 1234": -1234,
        "−۱۲۳۴": -1234,
        "\u200e-1234": -1234,
        "1234\u200f": 1234,
        " \t1234\r\n": 1234,
        "12.00": 12,
        "1,234.00": 1234,
        "٫0": 0,
        "9223372036854775807": BIGGEST,
        "-9223372036854775808": -BIGGEST - 1,
        "9223372036854775808": "!number-too-large",
        "-9223372036854775809": "!number-too-large",
        "9" * 39: "!number-too-large",
        "1.5": "!not-whole",
        "۱٫۵": "!not-whole",
        "1,23": "!number-ambiguous",
        "12,5": "!number-ambiguous",
        "1,234,56": "!number-ambiguous",
        "1.234.567": "!number-ambiguous",
        "0,123": "!number-ambiguous",
        "12 34": "!number-ambiguous",
        "69/51": "!number-ambiguous",
        "1,234٬567": "!number-ambiguous",
        "1.2E+18": "!number-lost-digits",
        "1,5e7": "!number-lost-digits",
        "۱٫۲E+۱۸": "!number-lost-digits",
        "--5": "!not-a-number",
        "-5-": "!not-a-number",
        "(-5)": "!not-a-number",
        "(5": "!not-a-number",
        "+5": "!not-a-number",
        "5.": "!not-a-number",
        "5%": "!number-percent",
        "۵٪": "!number-percent",
        "پنج": "!not-a-number",
        "1234 ریال": "!not-a-number",
        "0x1F": "!not-a-number",
        "١٢٣۴ب": "!not-a-number",
        "!": "!not-a-number",
        "!required": "!not-a-number",
        "²": "!not-a-number",
        "": None,
        "\u200c": None,
        "#REF!": "!cell-error",
        "#DIV/0!": "!cell-error",
    }
    assert dict(zip(expected, read(field("integer"), list(expected)), strict=True)) == expected


def test_an_empty_cell_is_refused_where_a_value_is_required() -> None:
    assert read(field("integer", required=True), ["", None, "\u00a0", "1"]) == ["!required"] * 3 + [1]
    assert read(field("text", required=True), ["", None, "\u200c\u200f", "1"]) == ["!required"] * 3 + ["1"]


def test_declared_placeholders_are_empty_cells() -> None:
    rial_field = field("rial", null=("-", "فاقد", "0000"))
    assert read(rial_field, ["-", " - ", "فاقد", "0000", "--", "0"]) == [None, None, None, None, "!not-a-number", 0]


def test_marks_that_are_declared_are_taken_off() -> None:
    rial_field = field("rial", strip=("ریال", "$"))
    assert read(rial_field, ["1,234 ریال", "$-5", "5$", "$", "5€"]) == [1234, -5, 5, "!not-a-number", "!not-a-number"]


def test_decimals_keep_their_scale_exactly() -> None:
    expected: dict[str, Any] = {
        "1.25": Decimal("1.25"),
        "1.2500": Decimal("1.25"),
        "-.5": Decimal("-0.5"),
        "(۶۹٫۵۱)": Decimal("-69.51"),
        "1,234.5": Decimal("1234.5"),
        "1.255": "!decimal-digits",
        "69/51": "!number-ambiguous",
        "9" * 36 + ".99": Decimal("9" * 36 + ".99"),
        "9" * 37: "!number-too-large",
    }
    assert dict(zip(expected, read(field("decimal", scale=2), list(expected)), strict=True)) == expected
    assert read(field("decimal", scale=0), ["5.0", "5.1"]) == [Decimal(5), "!decimal-digits"]
    assert read(field("decimal", scale=18), ["0." + "1" * 18]) == [Decimal("0." + "1" * 18)]


def test_the_slash_is_a_decimal_sign_only_where_declared() -> None:
    decimal_field = field("decimal", slash_decimal=True)
    expected = {
        "69/51": Decimal("69.51"),
        "۶۹/۵۱": Decimal("69.51"),
        "-1,234/5": Decimal("-1234.5"),
        "1/2/3": "!number-ambiguous",
    }
    assert dict(zip(expected, read(decimal_field, list(expected)), strict=True)) == expected


def test_money_moves_its_decimal_point_and_is_never_rounded() -> None:
    cells_by_unit = {
        "toman": {"1250.5": 12505, "1250.55": "!money-not-whole", "-0.1": -1, "1,000": 10_000},
        "million_rial": {"1.234567": 1_234_567, "1.2345678": "!money-not-whole", "۰٫۵": 500_000},
        "hemat": {
            "0.0000000000001": 1,
            "0.00000000000001": "!money-not-whole",
            "1.2": 12 * 10**12,
            "922337.2036854775807": BIGGEST,
            "922337.2036854775808": "!number-too-large",
            "1000000": "!number-too-large",
        },
        "rial": {"12.0": 12, "12.5": "!money-not-whole"},
    }
    for unit, cells in cells_by_unit.items():
        assert dict(zip(cells, read(field("rial", money_unit=unit), list(cells)), strict=True)) == cells, unit


def test_a_thousand_grouped_with_a_point_is_not_taken_for_one() -> None:
    expected: dict[str, Any] = {
        "1.000": "!number-ambiguous",
        "-250.000": "!number-ambiguous",
        "۱۲٫۰۰۰": "!number-ambiguous",
        "1.00": 1,
        "1,250.000": 1250,
        "1000.000": 1000,
    }
    for kind in ("integer", "rial"):
        assert dict(zip(expected, read(field(kind), list(expected)), strict=True)) == expected, kind


def test_bounds_hold_the_value_in_rial() -> None:
    rial_field = field("rial", money_unit="toman", minimum=Decimal(10), maximum=Decimal(100))
    assert read(rial_field, ["0.9", "1", "10", "10.1"]) == ["!too-small", 10, 100, "!too-large"]
    two = field("decimal", minimum=Decimal("-0.5"), maximum=Decimal("0.5"))
    assert read(two, ["-0.51", "-0.5", "0.5", "0.51"]) == ["!too-small", Decimal("-0.5"), Decimal("0.5"), "!too-large"]


# --- every notation against the Python rule -------------------------------------------------------------------------

DIGITS = st.text("0123456789۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", min_size=1, max_size=6)
GROUPS = st.builds(
    lambda first, mark, rest: mark.join([first, *rest]),
    st.from_regex("[1-9][0-9]{0,2}", fullmatch=True),
    st.sampled_from([",", "٬", "،", " ", "\u00a0"]),
    st.lists(st.from_regex("[0-9]{3}", fullmatch=True), min_size=1, max_size=5),
)
PLAUSIBLE = st.builds(
    lambda before, body, point, decimals, after: before + body + (point + decimals if decimals else "") + after,
    st.sampled_from(["", "", "-", "− ", "(", "- ", "+", "\u200e"]),
    st.one_of(DIGITS, GROUPS),
    st.sampled_from([".", "٫", "/", ","]),
    st.one_of(st.just(""), DIGITS),
    st.sampled_from(["", "", "", "-", " −", ")", "%", "E+5", "\u200f"]),
)
ANYTHING = st.text("0123456789۱٢.,/٬،٫ ()-−+eE%\u00a0\u200c\u200fریال", min_size=1, max_size=10)
CELLS = st.lists(st.one_of(PLAUSIBLE, PLAUSIBLE, ANYTHING), min_size=60, max_size=200)


def expected_rial(text: str, unit: str, slash: bool) -> Any:
    try:
        number = Decimal(parse_number(text, slash_decimal=slash))
        before = re.split("[./٫]", to_latin(text))[0]
        if number.as_tuple().exponent == -3 and number == int(number) and len(re.sub("[^0-9]", "", before)) <= 3:
            return "!number-ambiguous"
        rial = to_rial(number, unit)
    except NotANumber as refusal:
        return None if refusal.reason == "empty" else REASONS[refusal.reason]
    except NotMoney as refusal:
        return {"fraction-of-rial": "!money-not-whole", "too-large": "!number-too-large"}[refusal.reason]
    return rial if -BIGGEST - 1 <= rial <= BIGGEST else "!number-too-large"


@settings(max_examples=5)
@given(CELLS, st.sampled_from(sorted(MONEY_UNITS)), st.booleans())
def test_money_in_any_notation_is_what_the_rule_says(cells: list[str], unit: str, slash: bool) -> None:
    values = read(field("rial", money_unit=unit, slash_decimal=slash), cells)
    for cell, value in zip(cells, values, strict=True):
        assert value == expected_rial(cell, unit, slash), (cell, unit, slash)


@settings(max_examples=5)
@given(CELLS, st.integers(0, 18))
def test_decimals_in_any_notation_are_what_the_rule_says(cells: list[str], scale: int) -> None:
    values = read(field("decimal", scale=scale), cells)
    for cell, value in zip(cells, values, strict=True):
        assert value == expected_decimal(cell, scale), (cell, scale)


def expected_decimal(text: str, scale: int) -> Any:
    try:
        number = Decimal(parse_number(text))
    except NotANumber as refusal:
        return None if refusal.reason == "empty" else REASONS[refusal.reason]
    decimals = -int(number.normalize().as_tuple().exponent)
    return "!decimal-digits" if decimals > scale else number


@pytest.mark.parametrize("cell", ["1" * 200, "-" + "0" * 5000 + "7", "(" * 400 + "1" + ")" * 400, "1," * 900])
def test_long_cells_end_in_an_answer(cell: str) -> None:
    (value,) = read(field("integer"), [cell])
    assert value in (-7, "!number-too-large", "!number-ambiguous", "!not-a-number")
