"""Rows that an index names, taken together: counted by the values of a column and added up, without a statement.

A page asks for a handful of such figures about the same rows, and a statement for each costs more than they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ayan.core.index.limits import LARGEST_ADDED, LONGEST_SPAN
from ayan.core.index.posting_lists import RowSet
from ayan.core.index.row_store import DAY_ZERO, Numbers, RowStore, filled_places, memory_of

TallyKey = date | str | None


Tally = tuple[int | None, ...]
"""How many rows, and the sum of each amount, None where no row has a value."""


def tallies(
    parts: Iterable[tuple[RowStore, RowSet]], key: str | None, amounts: Sequence[str]
) -> dict[TallyKey, Tally] | None:
    """The rows of each segment by the value of ``key``, or all under None where that is None; exact.

    None where a column is kept in a way that is not added up here: keys are days or entries of a dictionary, amounts
    whole numbers of eight bytes, and no sum may be longer than these.
    """
    out: dict[TallyKey, Tally] = {}
    for store, rows in parts:
        if not store.names.issuperset([*amounts, *([key] if key else [])]):
            return None
        for batch, at in store.pieces(rows.numbers, rows.marks):
            part = _of_batch(store, batch, at, key, amounts)
            if part is None:
                return None
            out = {**out, **{label: together(out.get(label), tally) for label, tally in part.items()}} if out else part
    return out


def together(first: Tally | None, second: Tally) -> Tally:
    """Two tallies as that of the rows of both."""
    if first is None:
        return second
    both = zip(first, second, strict=True)
    return tuple(right if left is None else left if right is None else left + right for left, right in both)


def _of_batch(
    store: RowStore, batch: int, at: npt.NDArray[Any], key: str | None, amounts: Sequence[str]
) -> dict[TallyKey, Tally] | None:
    known = keyed(store, key, batch, at)
    if known is None:
        return None
    places, labels = known
    counted = np.bincount(places, minlength=len(labels))
    held = np.flatnonzero(counted)
    columns: list[list[int | None]] = [counted[held].tolist()]
    for name in amounts:
        sums = _added(store, batch, name, at, places, held, len(labels))
        if sums is None:
            return None
        columns.append(sums)
    return dict(zip((labels[place] for place in held.tolist()), zip(*columns, strict=True), strict=True))


def keyed(
    store: RowStore, key: str | None, batch: int, at: npt.NDArray[Any] | slice
) -> tuple[Numbers, Sequence[TallyKey]] | None:
    """For each row the place of its key among some keys; the last of these stands for no value.

    None where keys are neither days nor entries of a dictionary.
    """
    if key is None:
        if isinstance(at, slice):
            rows = int(at.stop)
        else:
            rows = int(np.count_nonzero(at)) if at.dtype == np.bool_ else len(at)
        return np.zeros(rows, dtype=np.int64), [None]
    column = store.dictionary_column(batch, key)
    if column is not None:
        labels: Sequence[TallyKey] = store.dictionary(key, column)
        column = column.indices
        places, there = memory_of(column)[at], filled_places(column, at)
    elif pa.types.is_date32(store.kinds[key]):
        places, there = store.memory(batch, key, at)
        known = places if there is None else places[there]
        first, last = (int(known.min()), int(known.max())) if len(known) else (0, 0)
        if last - first > LONGEST_SPAN:
            return None
        labels, places = _Days(first, last - first + 1), places - first
    else:
        return None
    if there is not None:
        places = np.where(there, places, len(labels))
    return places, _WithNone(labels)


@dataclass(frozen=True, slots=True)
class _Days(Sequence[TallyKey]):
    """So many days from one on, each made when it is asked for."""

    first: int
    days: int

    def __len__(self) -> int:
        return self.days

    def __getitem__(self, place: Any) -> Any:
        return date.fromordinal(DAY_ZERO + self.first + int(place))


@dataclass(frozen=True, slots=True)
class _WithNone(Sequence[TallyKey]):
    """Some keys and, behind them, none."""

    keys: Sequence[TallyKey]

    def __len__(self) -> int:
        return len(self.keys) + 1

    def __getitem__(self, place: Any) -> Any:
        return self.keys[place] if place < len(self.keys) else None

    def __iter__(self) -> Iterator[TallyKey]:
        yield from self.keys
        yield None


def _added(
    store: RowStore, batch: int, name: str, at: npt.NDArray[Any], places: Numbers, held: Numbers, size: int
) -> list[int | None] | None:
    """The sum of a column at each place that is held; None where it is not kept so or a sum might not fit."""
    if not pa.types.is_int64(store.kinds[name]):
        return None
    values, there = store.memory(batch, name, at)
    if there is not None:
        values, places = values[there], places[there]
    if len(values) and max(int(values.max()), -int(values.min())) * len(values) > LARGEST_ADDED:
        return None
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, places, values)
    totals: list[int | None] = sums[held].tolist()
    if there is None:
        return totals
    filled = np.bincount(places, minlength=size)
    return [total if some else None for total, some in zip(totals, filled[held].tolist(), strict=True)]
