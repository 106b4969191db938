"""An example for every field: how one of its cells may be written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from ayan.core.schema.definition import Field, Kind
from ayan.core.values.jalali import from_gregorian

DAY: Final = date(2024, 8, 2)
"""12 Mordad 1403."""

_BY_KIND: Final[Mapping[Kind, str]] = {
    "text": "نمونه",
    "code": "1001",
    "integer": "12",
    "decimal": "12.5",
    "rial": "1250000",
    "period": "1403-05",
    "boolean": "بله",
    "link": "https://example.ir/1",
    "place": "خیابان نمونه",
    "geometry": '{"type":"Point","coordinates":[51.39,35.7]}',
    # A number that no person has: it begins with digits that no registry office was given.
    "identity": "9999999999",
    "company": "10100000001",
    "ref": "1001",
}


def example_of(field: Field) -> str:
    """A cell of ``field`` as its reading takes it, invented: the declared one, else one made for its kind."""
    if field.example is not None:
        return field.example
    if field.choices is not None:
        return field.choices.entries[0].label.fa
    if field.kind == "date":
        return day_of(field, DAY)
    text = _BY_KIND[field.kind]
    if isinstance(field.minimum, Decimal) and Decimal(text) < field.minimum:
        return f"{field.minimum:f}"
    if isinstance(field.maximum, Decimal) and Decimal(text) > field.maximum:
        return f"{field.maximum:f}"
    return text


def day_of(field: Field, day: date) -> str:
    """A day as the cells of ``field`` write it."""
    if field.calendar == "gregorian":
        return day.strftime(field.formats[0]) if field.formats else day.isoformat()
    if field.calendar == "excel":
        return day.isoformat()
    if field.calendar in ("epoch_s", "epoch_ms"):
        seconds = (day - date(1970, 1, 1)).days * 86_400
        return str(seconds * (1000 if field.calendar == "epoch_ms" else 1))
    jalali = from_gregorian(day)
    return f"{jalali.year:04d}/{jalali.month:02d}/{jalali.day:02d}"
