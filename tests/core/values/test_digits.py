"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.values.digits import NotANumber, en_number, parse_number, to_latin, to_persian
from ayan.core.values.locale import PERSIAN

exact_decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18, places=4)


def test_digits_of_three_scripts_are_one() -> None:
    assert to_latin("۱۲۳٤٥٦789 الف") == "123456789 الف"
    assert to_persian("a 123٤٥۶") == "a ۱۲۳۴۵۶"


@pytest.mark.parametrize(
    ("value", "decimals", "fa", "en"),
    [
        (1_250_000, None, "۱٬۲۵۰٬۰۰۰", "1,250,000"),
        (-999, None, "−۹۹۹", "−999"),
        (0, None, "۰", "0"),
        (10**30 + 1, 0, "۱" + "٬۰۰۰" * 9 + "٬۰۰۱", "1" + ",000" * 9 + ",001"),
        (Decimal("-69.51"), None, "−۶۹٫۵۱", "−69.51"),
        (Decimal("2.345"), 2, "۲٫۳۵", "2.35"),
        (Decimal("-2.345"), 2, "−۲٫۳۵", "−2.35"),
        (Decimal("-0.001"), 1, "۰٫۰", "0.0"),
        (Decimal("1E+3"), None, "۱٬۰۰۰", "1,000"),
        (Decimal("1234567.10"), None, "۱٬۲۳۴٬۵۶۷٫۱۰", "1,234,567.10"),
    ],
)
def test_shown(value: int | Decimal, decimals: int | None, fa: str, en: str) -> None:
    assert PERSIAN.number(value, decimals) == fa
    assert en_number(value, decimals) == en


@given(value=st.integers(), decimals=st.none() | st.just(0))
def test_a_whole_number_is_shown_like_the_decimal_that_it_is(value: int, decimals: int | None) -> None:
    assert en_number(value, decimals) == en_number(Decimal(value), decimals)


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_only_finite_numbers_are_shown(value: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        en_number(Decimal(value))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-0", 0),
        ("0012", 12),
        (" ۱۲۳ ", 123),
        ("٤٥٦", 456),
        ("1,234", 1234),
        ("۱٬۲۳۴٬۵۶۷", 1234567),
        ("۱۲،۳۴۵", 12345),
        ("12 345", 12345),
        ("12\u00a0345\u202f678", 12345678),
        ("-5", -5),
        ("− ۵", -5),
        ("1,234-", -1234),
        ("۱٬۲۳۴−", -1234),
        ("(1,234)", -1234),
        ("( 7 )", -7),
        ("\u200f(۷)\u200e", -7),
        ("1.234", Decimal("1.234")),
        ("1,234.50", Decimal("1234.50")),
        ("۶۹٫۵۱", Decimal("69.51")),
        (".5", Decimal("0.5")),
        ("-0.0", Decimal("0.0")),
        ("9" * 38, int("9" * 38)),
        ("-" + "9" * 30 + ".12345678", Decimal("-" + "9" * 30 + ".12345678")),
    ],
)
def test_read(text: str, number: int | Decimal) -> None:
    read = parse_number(text)
    assert str(read) == str(number)
    assert type(read) is type(number)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \u200f\u00a0", "empty"),
        ("1,23", "ambiguous"),
        ("12,5", "ambiguous"),
        ("0,123", "ambiguous"),
        ("1234,567", "ambiguous"),
        ("1,234٬567", "ambiguous"),
        ("1.234.567", "ambiguous"),
        ("1 23", "ambiguous"),
        ("69/51", "ambiguous"),
        ("(1,2)", "ambiguous"),
        ("1.2E+18", "lost-digits"),
        ("-6e5", "lost-digits"),
        ("۱٫۲E+۱۸", "lost-digits"),
        ("50%", "percent"),
        ("۵۰٪", "percent"),
        ("5.", "not-a-number"),
        ("+5", "not-a-number"),
        ("-(5)", "not-a-number"),
        ("-5-", "not-a-number"),
        ("1  234", "not-a-number"),
        ("1\n234", "not-a-number"),
        ("ندارد", "not-a-number"),
        ("NaN", "not-a-number"),
        ("²", "not-a-number"),
        ("१२", "not-a-number"),
        ("9" * 39, "too-long"),
        ("1" * 10_000, "too-long"),
        ("0." + "1" * 39, "too-long"),
    ],
)
def test_refused(text: str, reason: str) -> None:
    with pytest.raises(NotANumber) as refused:
        parse_number(text)
    assert refused.value.reason == reason
    assert not text.strip() or text not in str(refused.value)


def test_slash_is_a_decimal_sign_only_where_declared() -> None:
    assert parse_number("۶۹/۵۱", slash_decimal=True) == Decimal("69.51")
    assert parse_number("(1,234/5)", slash_decimal=True) == Decimal("-1234.5")
    with pytest.raises(NotANumber, match="ambiguous"):
        parse_number("1/2/3", slash_decimal=True)


@given(st.integers(-(10**38) + 1, 10**38 - 1) | exact_decimals)
def test_what_is_shown_is_read_back(number: int | Decimal) -> None:
    assert parse_number(PERSIAN.number(number)) == number
    assert parse_number(en_number(number)) == number


@given(st.text(alphabet="0123456789۰۱۹.,٬،٫/-−() eE+%", max_size=12), st.booleans())
def test_any_text_is_read_or_refused(text: str, slash: bool) -> None:
    try:
        number = parse_number(text, slash_decimal=slash)
    except NotANumber:
        return
    assert parse_number(en_number(number)) == number
