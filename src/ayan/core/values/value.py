"""A value: the types that are stored, how an address spells one, and what is raised where a text is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Span:
    """A range of days or of periods, both ends included, and the text that stands for it in an address.

    ``first`` and ``last`` are Gregorian dates for a date field (one day has equal ends), texts for a period field.
    ``text`` is canonical: a day is always Jalali, a month or a year keeps the calendar it was asked in.
    """

    first: date | str
    last: date | str
    text: str


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


class InvalidValue(ValueError):
    """A text is not a value of the kind asked for.

    `reason` is a short stable code (each subclass lists its own). It is no `Refusal`: a cell, a parameter and a field
    of a form say the same reason in words of their own, and whoever reads the text chooses them. The text itself is
    deliberately not kept: it may be personal, and messages and logs travel far.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.reason}"
