"""The index of a state: which rows a condition may hold for, the order they stand in, and their cells.

It may only make answers quicker: what it does not settle is left to the asker's own SQL. The number of a row is that of
its state, ``_n``, from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from ayan.core.index.candidates import CandidateLists, Candidates, Range
from ayan.core.index.lookup import EmptyLookup, Lookup, ValueLookup, WordLookup
from ayan.core.index.match_plan import Matches, MatchPlan
from ayan.core.index.posting_lists import RowSet
from ayan.core.index.row_store import Numbers
from ayan.core.index.secondary_index import SECONDARY_INDEX
from ayan.core.index.segment import ColumnOrder, IndexSegment, OrderedColumn, Segment, open_segment


@dataclass(frozen=True, slots=True)
class Index:
    """Answers about the rows of an opened state. Every method may raise one of `FAULTS`, or IndexMismatch.

    ``cursor`` is always one of the connection that the index was opened with.
    """

    segments: tuple[IndexSegment, ...]

    @property
    def rows(self) -> int:
        """How many rows the state has."""
        return sum(segment.rows for segment in self.segments)

    # --- which rows ---------------------------------------------------------------------------------------------

    def candidates(self, cursor: duckdb.DuckDBPyConnection, asked: Lookup | WordLookup) -> Candidates | None:
        """The rows for which a condition may hold; None where the index cannot name them."""
        lists = CandidateLists(cursor, self._segment)
        return lists.of_word(asked) if isinstance(asked, WordLookup) else lists.of(asked)

    def with_values(
        self, cursor: duckdb.DuckDBPyConnection, key: Iterable[tuple[str, object]], most: int
    ) -> Numbers | None:
        """The numbers of the rows that hold the rarest of some values; None where more than ``most`` do."""
        asked = (EmptyLookup(name) if value is None else ValueLookup(name, ((value, value),)) for name, value in key)
        known = [source for source in (self.candidates(cursor, lookup) for lookup in asked) if source is not None]
        least = min(known, key=lambda source: source.size, default=None)
        return None if least is None or least.size > most else least.rows(self._segment).all()

    def matches(self, plan: MatchPlan) -> Matches:
        """The rows that may match, and what is left of the conditions."""
        return plan.matches(self._segment)

    def near(self, plan: MatchPlan, after: int, until: int) -> Numbers:
        """The same among those after one row and up to another."""
        return plan.near(self._segment, after, until)

    # --- in which order -----------------------------------------------------------------------------------------

    def ordered(
        self, cursor: duckdb.DuckDBPyConnection, name: str, *, alphabet: bool, descending: bool
    ) -> OrderedColumn | None:
        """The rows in the order of a column; None where that is not kept, or not by the ``alphabet`` as it is asked."""
        kept = self._segment.columns.get(name)
        if kept is None or kept.alphabet != alphabet:
            return None
        return OrderedColumn(ColumnOrder(cursor, self._segment, kept), descending)

    def middle(
        self, cursor: duckdb.DuckDBPyConnection, name: str, plan: MatchPlan
    ) -> tuple[Any, Any, Any, Any] | tuple[()] | None:
        """The two values in the middle of a column, the least and the greatest; () where no row has a value.

        None where conditions are left that the index does not settle, or the values are no whole numbers.
        """
        kept = self._segment.columns.get(name)
        if kept is None:
            return None
        own = Range(str(kept.number), 0, kept.filled) if not plan.conditions else plan.run(str(kept.number))
        if own is not None and own.last <= kept.filled:
            if own.first == own.last:
                return ()
            order, last = ColumnOrder(cursor, self._segment, kept), own.first + own.last - 1
            ends = [order.value(at) for at in (last // 2, (last + 1) // 2, own.first, own.last - 1)]
            return (ends[0], ends[1], ends[2], ends[3]) if isinstance(ends[0], int) else None
        if not (plan.parts or plan.settled) or not (matches := self.matches(plan)).settled:
            return None
        values = self._segment.row_store.whole_numbers(name, matches.rows.numbers, matches.rows.marks)
        if values is None or not len(values):
            return None if values is None else ()
        half = len(values) // 2
        if half:
            values.partition((half - 1, half))
        return int(values[(len(values) - 1) // 2]), int(values[half]), int(values.min()), int(values.max())

    # --- their cells --------------------------------------------------------------------------------------------

    def cells(self, numbers: Sequence[int], names: Sequence[str]) -> list[tuple[Any, ...]]:
        """The values of some columns of some rows, in the order of ``numbers``; None for a column that is not kept."""
        store = self._segment.row_store
        held = [name for name in names if name in store.names]
        records = store.rows(np.array(numbers, dtype=np.int64), held)
        if len(held) == len(names):
            return records
        places = [held.index(name) if name in held else None for name in names]
        return [tuple(None if at is None else row[at] for at in places) for row in records]

    def table(self, numbers: Numbers, names: Iterable[str]) -> pa.Table:
        """Those of some columns that are kept, of rows given in ascending order, with ``_n`` as the last column."""
        store = self._segment.row_store
        return store.table(numbers, [name for name in dict.fromkeys(names) if name in store.names])

    def are_slim(self, names: Iterable[str]) -> bool:
        """Whether each value of some columns takes a few bytes."""
        return self._segment.row_store.are_slim(names)

    def row_set(self, numbers: Sequence[int] | Numbers) -> RowSet:
        """Some rows, given in ascending order, as a set."""
        return RowSet(self.rows, numbers=np.asarray(numbers, dtype=np.int64))

    def rollup(self, keys: frozenset[str], added: frozenset[str], ordered: frozenset[str]) -> str | None:
        """The table of the smallest rollup that holds some columns; None where none does."""
        rollup = self._segment.rollup(keys, added, ordered)
        return None if rollup is None else f"{SECONDARY_INDEX}.{rollup.table}"

    @property
    def _segment(self) -> IndexSegment:
        (only,) = self.segments
        return only


def open_index(connection: duckdb.DuckDBPyConnection, segments: Sequence[Segment]) -> Index | None:
    """Attach the secondary indexes of a state's segments to a connection; None where one of them cannot be used.

    The rows of a segment begin after its ``offset``. So far a state is one segment; ValueError for anything else.
    """
    if len(segments) != 1 or segments[0].offset:
        raise ValueError("an index has one segment so far, which begins with the first row")
    opened = [open_segment(connection, segment) for segment in segments]
    whole = tuple(segment for segment in opened if segment is not None)
    return Index(whole) if len(whole) == len(opened) else None
