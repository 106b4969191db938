"""What people type into the boxes of a filter: «۱۲/۵/۱۴۰۳», «یک میلیارد», "2.5bn", each as an address spells it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from ayan.core.answers.limits import LONGEST_QUESTION
from ayan.core.answers.words import quantities
from ayan.core.answers.words.morphology import tokens
from ayan.core.values.asked_value import BadValue
from ayan.core.values.digits import NotANumber, parse_number, to_latin
from ayan.core.values.money import SHOWN_UNITS, NotMoney, ShownUnit, to_rial
from ayan.core.values.text import publish

# Day, month and year, as they are said; the year in four digits tells the calendar.
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})")
# Years below it are Jalali: neither calendar has one of the other's within the time that data are about.
_GREGORIAN_FROM: Final = 1700
_MONTHS: Final = 12


def day(text: str) -> str:
    """A day that begins with the day as one that begins with the year; anything else as it is.

    Raises BadValue (``day-or-month``) where a Gregorian one may as well begin with the month.
    """
    match = _DAY_FIRST.fullmatch(to_latin(publish(text)).strip())
    if match is None:
        return text
    first, second, year = (int(part) for part in match.groups())
    if year >= _GREGORIAN_FROM and first != second:
        if first <= _MONTHS and second <= _MONTHS:
            raise BadValue("day-or-month")
        if second > _MONTHS >= first:
            # The American way: only the second can be a day.
            first, second = second, first
    return f"{year}-{second:02d}-{first:02d}"


def rial(text: str, unit: ShownUnit) -> int:
    """An amount in the unit of its box as whole rials; in words it may name another unit. Raises BadValue.

    «یک میلیارد» says how many by itself, so it is of toman in a box of million toman too.
    """
    try:
        return to_rial(parse_number(text), SHOWN_UNITS[unit])
    except NotMoney:
        raise BadValue("not-a-number") from None
    except NotANumber:
        pass
    words = tokens(text[:LONGEST_QUESTION])
    number = quantities.number_at(words, 0)
    amount = quantities.amount_at(words, 0)
    try:
        if amount is not None and amount.end == len(words):
            plain = number is not None and number.end == len(words)
            # A number alone is in the unit of the box: of a reader's toman, or of rial where the page shows rial.
            return _of_box(number.value if number else Decimal(0), unit) if plain else amount.rial
        if number is not None and number.end == len(words):
            return _of_box(number.value, unit) if number.multiplied else to_rial(number.value, SHOWN_UNITS[unit])
    except NotMoney:
        pass
    raise BadValue("not-a-number")


def _of_box(value: Decimal, unit: ShownUnit) -> int:
    return to_rial(value, "rial" if unit == "rial" else "toman")


def number(text: str) -> str:
    """A number in words in digits; anything else as it is."""
    try:
        parse_number(text)
    except NotANumber:
        words = tokens(text[:LONGEST_QUESTION])
        said = quantities.number_at(words, 0)
        if said is not None and said.end == len(words):
            return format(said.value.normalize(), "f")
    return text
