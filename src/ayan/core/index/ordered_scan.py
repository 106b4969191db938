"""The rows of a state in the order of one column: where a value stands in it, and its rows from any place on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np

from ayan.core.index.row_store import Numbers
from ayan.core.index.secondary_index import SECONDARY_INDEX, StoredColumn
from ayan.core.index.segment import IndexMismatch, IndexSegment

# Values compared at a time: those of the alphabet are first given their collation keys by one statement.
_PROBES: Final = 63


@dataclass(frozen=True, slots=True)
class ColumnOrder:
    """One column of an index in its order, ascending, empty ones last; places are counted from 0."""

    cursor: duckdb.DuckDBPyConnection
    index: IndexSegment
    column: StoredColumn

    def edge(self, value: Any, *, beyond: bool) -> int:
        """The place where the values begin that are not smaller than ``value``, or with ``beyond``, that are greater.

        Raises IndexMismatch when the column holds values of another type.
        """
        find = bisect_right if beyond else bisect_left
        low, high = 0, self.column.filled
        if not self.column.alphabet:
            try:
                return find(_Values(self), value, low, high)
            except TypeError:
                raise IndexMismatch from None
        while low < high:
            places = np.unique(np.linspace(low, high - 1, _PROBES).astype(np.int64)).tolist()
            *keys, wanted = self._keys([*(self.value(position) for position in places), value])
            at = find(keys, wanted)
            low, high = (places[at - 1] + 1 if at else low), (places[at] if at < len(places) else high)
        return low

    def run(self, value: Any) -> tuple[int, int]:
        """The places from the first row with a value up to, and without, the first behind them."""
        if value is None:
            return self.column.filled, self.index.rows
        return self.edge(value, beyond=False), self.edge(value, beyond=True)

    def rows(self, first: int, last: int) -> Numbers:
        """The rows from one place up to, and without, another."""
        return self.index.posting_lists.slice(str(self.column.number), first, last)

    def runs(self, low: int, high: int) -> tuple[Numbers, Numbers]:
        """The runs of equal values that reach into a range of places: where each begins and how long it is."""
        if self.column.distinct:
            columns = self.cursor.execute(
                f"SELECT first, rows FROM {SECONDARY_INDEX}.values_{self.column.number} "
                "WHERE k IS NOT NULL AND first < $high AND first + rows > $low ORDER BY first",
                {"low": low, "high": high},
            ).fetchnumpy()
            return columns["first"].astype(np.int64), columns["rows"].astype(np.int64)
        values = [value for (value,) in self.index.row_store.rows(self.rows(low, high), [self.column.name])]
        begins = [low + at for at in range(1, len(values)) if values[at] != values[at - 1]]
        first = np.array([self.edge(values[0], beyond=False), *begins], dtype=np.int64)
        ends = np.array([*begins, self.edge(values[-1], beyond=True)], dtype=np.int64)
        return first, ends - first

    def value(self, position: int) -> Any:
        """The value at a place."""
        return self.index.value(self.column, position)

    def _keys(self, texts: list[Any]) -> list[tuple[str, str]]:
        keys = self.cursor.execute("SELECT icu_sort_key(x, 'fa') FROM (SELECT unnest($x) AS x)", {"x": texts})
        return [(key, text) for (key,), text in zip(keys.fetchall(), texts, strict=True)]


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of a column by their place, for `bisect`."""

    order: ColumnOrder

    def __len__(self) -> int:
        return self.order.column.filled

    def __getitem__(self, position: int) -> Any:
        return self.order.value(position)


@dataclass(frozen=True, slots=True)
class OrderedColumn:
    """Rows in the order of a sort: by value, empty ones last in both directions, equal ones by their number."""

    order: ColumnOrder
    descending: bool

    def after(self, value: Any, number: int) -> int | None:
        """The place behind a row of this value and number; None where no row has them."""
        first, last = self.order.run(value)
        run = self.order.rows(first, last)
        at = int(np.searchsorted(run, number))
        if at == len(run) or run[at] != number:
            return None
        backwards = self.descending and value is not None
        return (self.order.column.filled - last if backwards else first) + at + 1

    def positions(self, first: int, last: int) -> tuple[int, int]:
        """Where a range of the column's ascending order stands in this one."""
        filled = self.order.column.filled
        return (filled - last, filled - first) if self.descending and last <= filled else (first, last)

    def piece(self, at: int, size: int) -> Numbers:
        """The rows from a place on: up to ``size`` of them, fewer before the empty ones and at the end."""
        filled = self.order.column.filled
        if at >= filled:
            return self.order.rows(at, at + size)
        end = min(at + size, filled)
        if not self.descending:
            return self.order.rows(at, end)
        first, count = (part[::-1] for part in self.order.runs(filled - end, filled - at))
        # In descending order a run begins where as many rows precede it as follow it in ascending order.
        begins = filled - first - count
        skipped = np.maximum(at - begins, 0)
        taken = np.minimum(count, end - begins) - skipped
        before = np.cumsum(taken) - taken
        places = np.repeat(first + skipped - before, taken) + np.arange(int(taken.sum()))
        low = int(places.min())
        numbers: Numbers = self.order.rows(low, int(places.max()) + 1)[places - low]
        return numbers
