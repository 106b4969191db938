"""Days as text in the calendar a reader asked for: ISO 8601 for Gregorian, the same shape for Jalali."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import pyarrow as pa

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
