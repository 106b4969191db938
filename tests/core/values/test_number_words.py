"""Numbers that a text spells out are read as whoever wrote them would say them, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.values.number_words import spelled_numbers

UNITS = (
    *("صفر", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه"),
    *("ده", "یازده", "دوازده", "سیزده", "چهارده", "پانزده", "شانزده", "هفده", "هجده", "نوزده"),
)
TENS = ("", "", "بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود")
HUNDREDS = ("", "یکصد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد")
SCALES = ((10**9, "میلیارد"), (10**6, "میلیون"), (1000, "هزار"))


def spelled(number: int) -> str:
    """A number as an office writes it on a contract."""
    if number < 20:
        return UNITS[number]
    parts = []
    for scale, word in SCALES:
        if number >= scale:
            parts.append(f"{spelled(number // scale)} {word}")
            number %= scale
    parts += [HUNDREDS[number // 100]] if number >= 100 else []
    number %= 100
    parts += [TENS[number // 10]] if number >= 20 else []
    number = number % 10 if number >= 20 else number
    return " و ".join([*parts, *([UNITS[number]] if number else [])])


@given(st.integers(1, 10**12 - 1), st.sampled_from([" و ", "\u200cو\u200c", " و"]))
def test_what_an_office_spells_out_is_read_back(number: int, between: str) -> None:
    text = f"به مبلغ {spelled(number).replace(' و ', between)} ریال است."
    assert [each.value for each in spelled_numbers(text)] == [number]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("۴ میلیارد و ۱۲۵ میلیون ریال", [4_125_000_000]),
        ("دو هزار میلیارد", [2 * 10**12]),
        ("شش صد هزار", [600_000]),
        ("صدوبیست‌وپنج نفر", [125]),
        ("هزار و دویست", [1_200]),
        ("ده روز، دوازده ماه", [10, 12]),
        ("بیست سی نفر", []),
        ("مبلغ ۴٬۱۲۵٬۰۰۰ ریال و یارانه", []),
        ("و دوست و هزاره و نهاد", []),
        ("هزار " * 400, []),
        ("Four billion one hundred and twenty-five million rials", [4_125_000_000]),
        ("a hundred thousand, ninety-nine thousand nine hundred ninety-nine", [100_000, 99_999]),
        ("Twenty-five hundred, 4 billion and two", [2_500, 4 * 10**9 + 2]),
        ("4 billion and 125 million", [4_125_000_000]),
        ("one two three, twenty-thirty, twenty thirty, and the tenant", []),
    ],
)
def test_what_is_one_number_and_what_is_none(text: str, numbers: list[int]) -> None:
    assert [each.value for each in spelled_numbers(text)] == numbers
