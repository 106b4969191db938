"""Cursors: where the next page starts, in a text that pins the state of the dataset it was read from."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ayan.core.query.limits import LONGEST_CURSOR
from ayan.core.query.question import Sort
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

VERSION: Final = 1

KeyValue = str | int | Decimal | date | bool | None


class NotACursor(ValueError):
    """The text of ``_next`` was not made by this dataset and this order of rows."""


@dataclass(frozen=True, slots=True)
class Position:
    """The last row already read: ``state`` digest, value of the sorted field (None where empty) and ``_n``."""

    state: str
    value: KeyValue
    number: int

    def encode(self, sort: Sort | None) -> str:
        """The position as URL-safe text."""
        document = {
            "v": VERSION,
            "s": self.state,
            "o": _order(sort),
            "k": str(self.value) if isinstance(self.value, Decimal | date) else self.value,
            "n": self.number,
        }
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str, dataset: Dataset, sort: Sort | None) -> Position:
    """The position that a cursor's text names; NotACursor for anything else, another order of rows included."""
    if len(text) > LONGEST_CURSOR:
        raise NotACursor
    try:
        document = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise NotACursor from None
    if not isinstance(document, dict) or set(document) != {"v", "s", "o", "k", "n"} or document["v"] != VERSION:
        raise NotACursor
    state, number = document["s"], document["n"]
    if document["o"] != _order(sort) or not isinstance(state, str) or not _is_place(number):
        raise NotACursor
    value = _key(dataset.field(sort.field), document["k"]) if sort else None
    return Position(state, value, number)


def _order(sort: Sort | None) -> str:
    return "" if sort is None else f"{'-' if sort.descending else '+'}{sort.field}"


def _is_place(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**63


def _key(field: Field, value: object) -> KeyValue:
    """A sorted value as it was written by `Position.encode`, back in the type of its field."""
    if value is None:
        return None
    try:
        return field.kind.from_json(field, value)
    except ValueError:
        raise NotACursor from None
