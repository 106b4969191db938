"""Operations on a whole column: every text of it is written anew by one rule, or an empty cell takes the text above."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Context, Decimal
from functools import partial
from typing import Final, Protocol, TypeAlias

from ayan.core.refine.limits import LONGEST_PART, LONGEST_TEXT
from ayan.core.refine.outline_mender import OutlineMender
from ayan.core.values.digits import NotANumber, parse_number, to_latin
from ayan.core.values.jalali import NotADate, from_gregorian, parse_jalali, to_gregorian
from ayan.core.values.label import Label
from ayan.core.values.shape_text import closed, turned
from ayan.core.values.text import publish

TextRule: TypeAlias = Callable[[str], str]
"""What is written in the place of a text; the same text where the rule has nothing to say of it."""

FILL_DOWN: Final = "fill-down"
"""The operation that asks for the order of the rows; all others are rules."""
FACTORS: Final = ("10", "100", "1000", "1000000", "0.1", "0.01", "0.001")
"""By what a column of numbers may be multiplied."""
OF_SHAPES: Final = frozenset({"swap-axes", "close-rings", "mend-outlines"})
"""Operations on columns of shapes alone."""
OPERATIONS: Final[Mapping[str, Label]] = {
    "tidy": Label("برداشتن فاصله‌های اضافی", "Remove surplus blanks"),
    FILL_DOWN: Label("پر کردن خانه‌های خالی از بالا", "Empty cells take the value above"),
    "replace-part": Label("نوشتن متنی به جای متنی دیگر", "Write one text for another"),
    "before": Label("تنها آنچه پیش از نشانه است", "Only what stands before a sign"),
    "after": Label("تنها آنچه پس از نشانه است", "Only what stands after a sign"),
    "multiply": Label("ضرب در عدد", "Multiply by a number"),
    "swap-axes": Label("جابه‌جا کردن طول و عرض شکل‌ها", "Longitude and latitude of shapes change places"),
    "close-rings": Label("بستن خط دور شکل‌ها", "Close the outlines of shapes"),
    "mend-outlines": Label(
        "برداشتن خط‌های متقاطع شکل‌ها، اگر مساحت تغییر نکند", "Take crossings out of outlines whose area stays the same"
    ),
    "to-jalali": Label("تاریخ‌های میلادی به شمسی", "Gregorian days to Jalali ones"),
    "to-gregorian": Label("تاریخ‌های شمسی به میلادی", "Jalali days to Gregorian ones"),
}
"""Every kind of operation in words, in the order in which a form offers them."""

# More digits than a number of a cell has, so that none is rounded away.
_EXACT: Final = Context(prec=80)
_DAY: Final = re.compile(
    r"((?:18|19|20)\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?:[T ][\d:.]+)?|((?:18|19|20)\d\d)(\d\d)(\d\d)"
)


class ColumnTexts(Protocol):
    """The texts of a file's columns, as operations ask for them."""

    def different(self, field: str) -> Iterable[str]:
        """The different texts of the column of a field, without blanks at their ends; an empty cell is ""."""

    def in_order(self, field: str) -> Iterable[tuple[int, str]]:
        """The text of every row that may be a record, with its number, in the order of the file."""


def rule_of(name: str, old: str, new: str) -> TextRule | None:
    """The rule of an operation with its two texts; None where it has none, or its texts cannot be."""
    match name:
        case "tidy":
            return _tidied
        case "replace-part" if old:
            return partial(_part_replaced, old, new)
        case "before" if old:
            return partial(_before, old)
        case "after" if old:
            return partial(_after, old)
        case "multiply" if new in FACTORS:
            return partial(_multiplied, Decimal(new))
        case "swap-axes":
            return turned
        case "close-rings":
            return closed
        case "mend-outlines":
            return OutlineMender()
        case "to-jalali":
            return _in_jalali
        case "to-gregorian":
            return _in_gregorian
    return None


def is_possible(name: str, old: str, new: str) -> bool:
    """Whether an operation can be carried out at all."""
    return max(len(old), len(new)) <= LONGEST_PART and (name == FILL_DOWN or rule_of(name, old, new) is not None)


def _tidied(text: str) -> str:
    return " ".join(publish(text).split())


def _multiplied(factor: Decimal, text: str) -> str:
    try:
        number = _EXACT.multiply(Decimal(parse_number(text)), factor)
    except NotANumber:
        return text
    return f"{_EXACT.normalize(number):f}"


def _part_replaced(old: str, new: str, text: str) -> str:
    longest = len(text) + text.count(old) * len(new)
    return text.replace(old, new).strip() if longest <= LONGEST_TEXT else text


def _before(sign: str, text: str) -> str:
    return text.partition(sign)[0].strip()


def _after(sign: str, text: str) -> str:
    return text.partition(sign)[2].strip() if sign in text else text


def _in_jalali(text: str) -> str:
    read = _DAY.fullmatch(to_latin(publish(text)).strip())
    if read is None:
        return text
    year, month, day = map(int, read.group(1, 3, 4) if read[1] else read.group(5, 6, 7))
    try:
        said = from_gregorian(date(year, month, day))
    except ValueError:
        return text
    return f"{said.year:04}/{said.month:02}/{said.day:02}"


def _in_gregorian(text: str) -> str:
    try:
        return to_gregorian(parse_jalali(text)).isoformat()
    except NotADate:
        return text
