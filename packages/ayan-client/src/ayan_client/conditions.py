"""Conditions on fields: the closed grammar of the API as typed values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

Asked: TypeAlias = str | int | Decimal | date | bool
"""What a field may be compared with. A text may hold a Jalali or Gregorian day, month or year, Persian digits, or the
label of a listed value; money is in rials. A float is none of them: it would say another number than was meant."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: the ``parameter`` of the API and its value as ``text``."""

    parameter: str
    text: str


@dataclass(frozen=True, slots=True)
class Where:
    """A field of which a condition is to be stated; made by `where`."""

    field: str

    def equals(self, value: Asked) -> Condition:
        """It is the value; texts are compared without regard to the kinds of ye and kaf."""
        return Condition(self.field, written(value))

    def differs(self, value: Asked) -> Condition:
        """It is not the value."""
        return Condition(f"{self.field}__not", written(value))

    def is_one_of(self, values: Iterable[Asked]) -> Condition:
        """It is one of the values."""
        texts = [written(value) for value in values]
        plain = not any("," in text or text.startswith("[") for text in texts)
        text = ",".join(texts) if plain else json.dumps(texts, ensure_ascii=False)
        return Condition(f"{self.field}__in", text)

    def more_than(self, value: Asked) -> Condition:
        """It is more, or later."""
        return Condition(f"{self.field}__gt", written(value))

    def at_least(self, value: Asked) -> Condition:
        """It is as much or more, as late or later."""
        return Condition(f"{self.field}__gte", written(value))

    def less_than(self, value: Asked) -> Condition:
        """It is less, or earlier."""
        return Condition(f"{self.field}__lt", written(value))

    def at_most(self, value: Asked) -> Condition:
        """It is as much or less, as early or earlier."""
        return Condition(f"{self.field}__lte", written(value))

    def contains(self, text: str) -> Condition:
        """The words stand anywhere in it."""
        return Condition(f"{self.field}__contains", text)

    def starts_with(self, text: str) -> Condition:
        """It begins so."""
        return Condition(f"{self.field}__startswith", text)

    def above(self, field: str) -> Condition:
        """It is more than another column of the same row."""
        return Condition(f"{self.field}__above", field)

    def below(self, field: str) -> Condition:
        """It is less than another column of the same row."""
        return Condition(f"{self.field}__below", field)

    def is_empty(self) -> Condition:
        """There is nothing in it."""
        return Condition(f"{self.field}__isnull", "1")

    def is_filled(self) -> Condition:
        """There is something in it."""
        return Condition(f"{self.field}__isnull", "0")


def where(field: str) -> Where:
    """Begin a condition on a field: ``where("amount").at_least(1_000_000)``."""
    return Where(field)


def in_box(west: str, south: str, east: str, north: str, field: str | None = None) -> Condition:
    """A part of a row's shape lies in a box; degrees (WGS 84) as texts, so that none is rounded."""
    return Condition(f"{field}__bbox" if field else "bbox", f"{west},{south},{east},{north}")


@dataclass(frozen=True, slots=True)
class Having:
    """A condition on a number of each group: ``Having("sum_amount", "gte", 1_000_000)``.

    ``number`` is ``count`` or a measure with its field; ``operator`` is ``gt``, ``gte``, ``lt``, ``lte`` or ``eq``.
    """

    number: str
    operator: str
    value: int | Decimal

    @property
    def text(self) -> str:
        """As `_having` says it."""
        name = self.number if self.operator == "eq" else f"{self.number}__{self.operator}"
        return f"{name}:{written(self.value)}"


def written(value: Asked) -> str:
    """A value as an address says it. Raises TypeError for what is no exact value."""
    match value:
        case bool():
            return "1" if value else "0"
        case str():
            return value
        case int():
            return str(value)
        case Decimal() if value.is_finite():
            return f"{value:f}"
        case date():
            return value.isoformat()
    raise TypeError(f"{value!r} cannot be asked for: give a text, a whole number, a Decimal or a day, never a float")
