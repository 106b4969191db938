"""The index of a state: which rows some conditions may hold for, the order they stand in, and their cells.

It may only make answers quicker: what it does not settle is left to the asker's own SQL. The number of a row is that of
its state, ``_n``, from 1.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from threading import Lock
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from ayan.core.index.candidates import CandidateLists, Candidates, Range
from ayan.core.index.limits import MOST_PLANS, MOST_REMEMBERED_BYTES, MOST_REMEMBERED_WORDS, MOST_STRETCHES
from ayan.core.index.lookup import EmptyLookup, Lookup, ValueLookup, WordLookup
from ayan.core.index.posting_lists import RowSet
from ayan.core.index.row_store import Numbers
from ayan.core.index.secondary_index import SECONDARY_INDEX
from ayan.core.index.segment import ColumnOrder, IndexSegment, OrderedColumn, Segment, open_segment

# A condition that DuckDB decides at once for every row is worth a look into the index when it names no more rows.
FEW: Final = 50_000


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: what the asker knows it by, and the rows it may hold for, where the index names them.

    ``dear`` says that deciding it costs more than a comparison for each row.
    """

    key: Hashable
    candidates: Candidates | None
    dear: bool = False


@dataclass(frozen=True, slots=True)
class Matches:
    """Every row that may match, and those conditions that are not settled by it."""

    rows: RowSet
    left: tuple[Hashable, ...]

    @property
    def settled(self) -> bool:
        """Whether all of these rows match."""
        return not self.left


@dataclass(slots=True)
class MatchPlan:
    """The conditions that are more than matters of course, and the candidates of some, smallest first.

    ``pays`` when it is quicker to take the rows from the candidates than to look at every row. ``settled`` when every
    row has been looked at, and what was ``rows`` are those that match.
    """

    conditions: tuple[Hashable, ...] = ()
    parts: tuple[tuple[Hashable, Candidates], ...] = ()
    pays: bool = False
    rows: RowSet | None = None
    # A range is a few numbers; a word may have thousands.
    weight: int = 0
    settled: bool = False

    @classmethod
    def of(cls, conditions: Sequence[Condition]) -> MatchPlan:
        """What the index has to say about some conditions that all must hold."""
        open_ = [part for part in conditions if part.candidates is None or not part.candidates.everything]
        named = [(part.key, part.candidates, part.dear) for part in open_ if part.candidates is not None]
        paying = [(key, source) for key, source, dear in named if dear or source.size <= FEW]
        parts = paying or [(key, source) for key, source, _ in named]
        return cls(
            tuple(part.key for part in open_),
            tuple(sorted(parts, key=lambda part: part[1].size)),
            bool(paying),
            weight=200 * sum(len(source.stretches) + 1 for _, source in parts),
        )

    @property
    def bytes(self) -> int:
        """What the plan takes in memory."""
        return self.weight + (self.rows.bytes if self.rows is not None else 0)

    @property
    def least(self) -> int:
        """How many rows the smallest of the candidates lists."""
        return self.parts[0][1].size

    @property
    def listed(self) -> int:
        """How many rows the candidates list together."""
        return sum(source.size for _, source in self.parts)

    @property
    def total(self) -> int | None:
        """How many rows match, where one condition alone says so."""
        if len(self.conditions) != 1 or not self.parts:
            return None
        source = self.parts[0][1]
        return source.size if source.exact and source.once else None

    @property
    def left(self) -> tuple[Hashable, ...]:
        """Those conditions that the candidates do not settle."""
        return self.without(key for key, source in self.parts if source.exact)

    def without(self, settled: Iterable[Hashable]) -> tuple[Hashable, ...]:
        """The conditions less some."""
        gone = set(settled)
        return tuple(key for key in self.conditions if key not in gone)

    def run(self, listing: str) -> Range | None:
        """The range of a column's own order that is asked for, where nothing else is."""
        if self.total is None:
            return None
        stretches = self.parts[0][1].stretches
        return stretches[0] if len(stretches) == 1 and stretches[0].listing == listing else None

    def looked_at(self, rows: int, limit: int) -> float:
        """About how many of all ``rows`` must be looked at before a page is full."""
        return reduce(lambda wanted, part: wanted * rows / max(min(part[1].size, rows), 1), self.parts, float(limit))

    def matches(self, index: IndexSegment) -> Matches:
        """The rows that all of the candidates list."""
        if self.settled and self.rows is not None:
            return Matches(self.rows, ())
        if self.rows is None:
            self.rows = reduce(and_, (source.rows(index) for _, source in self.parts))
        return Matches(self.rows, self.left)

    def near(self, index: IndexSegment, after: int, until: int) -> Numbers:
        """The rows that all of the candidates list, of those after one row and up to another."""
        marks = (source.marked(index, after, until) for _, source in self.parts)
        return np.flatnonzero(reduce(and_, marks)) + after + 1


class MatchCache:
    """The plans last made for one state, for a page asks for its rows, their number and its facets one after the other.

    Safe to share between threads; holds no more than ``MOST_REMEMBERED_BYTES`` of rows. What has None for its key is
    not remembered.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._plans: OrderedDict[Hashable, MatchPlan] = OrderedDict()
        self._words: OrderedDict[Hashable, Candidates | None] = OrderedDict()

    def word(self, key: Hashable | None, make: Callable[[], Candidates | None]) -> Candidates | None:
        """The candidates of a word, looked for unless known: readers combine few words with many other conditions."""
        with self._lock:
            if key in self._words:
                self._words.move_to_end(key)
                return self._words[key]
        source = make()
        if key is not None and (source is None or len(source.stretches) <= MOST_STRETCHES):
            with self._lock:
                self._words[key] = source
                while len(self._words) > MOST_REMEMBERED_WORDS:
                    self._words.popitem(last=False)
        return source

    def plan(self, key: Hashable | None, make: Callable[[], MatchPlan]) -> MatchPlan:
        """The plan of some conditions, made unless it is known."""
        with self._lock:
            known = self._plans.pop(key, None)
        # Each asker has one of its own, for two threads may settle it at the same time.
        plan = make() if known is None else replace(known)
        if key is not None:
            with self._lock:
                self._plans[key] = plan
                while len(self._plans) > MOST_PLANS or (len(self._plans) > 1 and self._bytes() > MOST_REMEMBERED_BYTES):
                    self._plans.popitem(last=False)
        return plan

    def _bytes(self) -> int:
        return sum(plan.bytes for plan in self._plans.values())


# --- the façade -------------------------------------------------------------------------------------------------------


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
