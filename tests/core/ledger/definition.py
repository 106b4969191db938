"""The canonical bytes of a row by their definition alone, in Python: what the SQL is held against."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from ayan.core.ledger.opening import BadRows
from ayan.core.values.canonical import canonical_json

Value = str | int | bool | Decimal | date | None


def row_bytes(row: Mapping[str, Value]) -> bytes:
    """A JSON object (RFC 8785) with a member for every column; BadRows for a value of a type that has no text."""
    return canonical_json({name: None if value is None else _text(value) for name, value in row.items()})


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if type(value) is date:
        return value.isoformat()
    raise BadRows(f"a value of type {type(value).__name__} has no canonical text")
