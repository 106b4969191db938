"""Columns of a batch as pieces of text that writers put together, and days as their readers write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute

from ayan.core.query.question import ShownCalendar
from ayan.core.values import jalali


@lru_cache(maxsize=20_000)
def jalali_text(day: date) -> str:
    """``1403-05-12``; a day outside the years of the Jalali table stays Gregorian, for its year tells them apart."""
    try:
        return str(jalali.from_gregorian(day))
    except jalali.NotADate:
        return day.isoformat()


def day_text(day: date, calendar: ShownCalendar) -> str:
    """The day in a calendar."""
    return jalali_text(day) if calendar == "jalali" else day.isoformat()


def day_column(column: pa.Array[Any], calendar: ShownCalendar) -> pa.Array[Any]:
    """A date32 column as text; each distinct day is converted once."""
    if calendar == "gregorian":
        return column.cast(pa.string())
    coded = column.dictionary_encode()
    texts = pa.array([jalali_text(day) for day in coded.dictionary.to_pylist()], pa.string())
    return texts.take(coded.indices)


# --- pieces of text ---------------------------------------------------------------------------------------------------

# Its type stubs know fewer shapes of arguments than it takes, such as a text beside a column.
compute: Any = pyarrow.compute

# A column of texts, or a text that stands in every row.
Part: TypeAlias = "pa.Array[Any] | str"


def joined(parts: Sequence[Part]) -> bytes:
    """The parts of each row one after the other, row after row. No part may be empty in any row (null)."""
    merged: list[Any] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return text_bytes(compute.binary_join_element_wise(*merged, ""))


def text_bytes(column: pa.Array[Any]) -> bytes:
    """The texts of a column one after the other, UTF-8: the very bytes that Arrow holds, since they stand in a row."""
    _, offsets, data = column.buffers()
    if data is None or offsets is None or not len(column):
        return b""
    bounds = pa.Array.from_buffers(pa.int32(), len(column) + column.offset + 1, [None, offsets])
    first, last = bounds[column.offset].as_py(), bounds[len(column) + column.offset].as_py()
    return data.slice(first, last - first).to_pybytes()


def texts(column: pa.Array[Any]) -> pa.Array[Any]:
    """A column of any plain kind as texts; empty cells stay empty."""
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def replaced(column: pa.Array[Any], changes: Mapping[str, str]) -> pa.Array[Any]:
    """Texts with each key put for its value, in order; a change that no cell needs costs a look only."""
    for old, new in changes.items():
        if old.encode() in text_bytes(column):
            column = compute.replace_substring(column, old, new)
    return column


def enclosed(column: pa.Array[Any], before: str, after: str, empty: str) -> list[Part]:
    """The texts between two others, ``empty`` where a cell is."""
    if not column.null_count:
        return [before, column, after]
    return [compute.fill_null(compute.binary_join_element_wise(before, column, after, ""), empty)]
