"""A value as a reader asks for it in an address: the types that are stored, and why a text is none of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Span:
    """A range of days or of periods, both ends included, and the text that stands for it in an address.

    ``first`` and ``last`` are Gregorian dates for a date field (one day has equal ends), texts for a period field.
    ``text`` is canonical: a day is always Jalali, a month or a year keeps the calendar it was asked in. ``alone`` is a
    further value that belongs to it and stands elsewhere in the order: the name of a quarter, beside its months.
    """

    first: date | str
    last: date | str
    text: str
    alone: str = ""


Value = str | int | Decimal | bool | Span


class BadValue(ValueError):
    """The text is not a value of the field; ``code`` is a code of `ayan.core.query.problem`."""

    def __init__(self, code: str, allowed: tuple[str, ...] = (), **blanks: object) -> None:
        super().__init__(code)
        self.code = code
        self.allowed = allowed
        self.blanks = blanks


def value_text(value: Value) -> str:
    """The one spelling of a value in an address."""
    if isinstance(value, Span):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
