"""The index of a state: which rows some conditions may hold for, the order they stand in, and their cells.

It may only make answers quicker: what it does not settle is left to the asker's own SQL. The number of a row is that of
its state, ``_n``, from 1; the segments, in which each row has another number, are known to nobody above.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from ayan.core.index.candidates import CandidateLists, SharedLooks
from ayan.core.index.cell_table import CellTable
from ayan.core.index.group_medians import GroupFigures, Together, group_figures
from ayan.core.index.limits import MOST_SORT_KEYS
from ayan.core.index.lookup import EmptyLookup, Lookup, ValueLookup, WordLookup
from ayan.core.index.matching import Matches, MatchPlan, StateCandidates
from ayan.core.index.merged_order import MergedOrder
from ayan.core.index.posting_lists import RowSet
from ayan.core.index.rollup import RollupNeed
from ayan.core.index.row_store import Numbers
from ayan.core.index.row_tally import Tally, TallyKey, tallies
from ayan.core.index.segment import Attach, ColumnOrder, IndexSegment, OrderedColumn, Segment, attach_as, open_segment
from ayan.core.index.state_tables import StateTables

Ends = tuple[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Index:
    """Answers about the rows of an opened state. Every method may raise one of `FAULTS`, or IndexMismatch.

    ``cursor`` is always one of the connection that the index was opened with. ``names`` are the columns that some
    segment has; ``together`` what they are asked for at once.
    """

    segments: tuple[IndexSegment, ...]
    names: frozenset[str]
    together: StateTables
    _sort_keys: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def rows(self) -> int:
        """How many rows the state has."""
        return sum(segment.rows for segment in self.segments)

    # --- which rows ---------------------------------------------------------------------------------------------

    def candidates(self, cursor: duckdb.DuckDBPyConnection, asked: Lookup | WordLookup) -> StateCandidates | None:
        """The rows for which a condition may hold; None where the index cannot name them."""
        if not isinstance(asked, WordLookup) and asked.column not in self.names:
            return None
        parts = []
        shared = SharedLooks(cursor, self.together)
        for number, segment in enumerate(self.segments):
            lists = CandidateLists(cursor, segment, shared, number)
            part = lists.of_word(asked) if isinstance(asked, WordLookup) else lists.of(asked)
            if part is None:
                return None
            parts.append(part)
        return StateCandidates(tuple(parts))

    def with_values(
        self, cursor: duckdb.DuckDBPyConnection, key: Iterable[tuple[str, object]], most: int
    ) -> Numbers | None:
        """The numbers of the rows that hold the rarest of some values; None where more than ``most`` do."""
        asked = (EmptyLookup(name) if value is None else ValueLookup(name, ((value, value),)) for name, value in key)
        known = [source for source in (self.candidates(cursor, lookup) for lookup in asked) if source is not None]
        least = min(known, key=lambda source: source.size, default=None)
        if least is None or least.size > most:
            return None
        return MatchPlan(parts=(("", least),)).matches(self.segments).rows.all()

    def matches(self, plan: MatchPlan) -> Matches:
        """The rows that may match, and what is left of the conditions."""
        return plan.matches(self.segments)

    def near(self, plan: MatchPlan, after: int, until: int) -> Numbers:
        """The same among those after one row and up to another."""
        return plan.near(self.segments, after, until)

    # --- in which order -----------------------------------------------------------------------------------------

    def ordered(
        self, cursor: duckdb.DuckDBPyConnection, name: str, *, alphabet: bool, descending: bool
    ) -> MergedOrder | None:
        """The rows in the order of a column; None where that is not kept, or not by the ``alphabet`` as it is asked."""
        orders = []
        for segment in self.segments:
            kept = segment.columns.get(name)
            if kept is None or kept.alphabet != alphabet:
                return None
            orders.append(OrderedColumn(ColumnOrder(cursor, segment, kept), descending))
        return MergedOrder(cursor, tuple(orders))

    def middle(self, cursor: duckdb.DuckDBPyConnection, name: str, plan: MatchPlan) -> Ends | tuple[()] | None:
        """The two values in the middle of a column, the least and the greatest; () where no row has a value.

        None where conditions are left that the index does not settle, or the values are no whole numbers.
        """
        if any(name not in segment.columns for segment in self.segments):
            return None
        if len(self.segments) == 1 and (ends := self._middle_of_run(cursor, name, plan)) is not None:
            return ends
        if not plan.conditions:
            pieces = [segment.row_store.all_whole_numbers(name) for segment in self.segments]
        elif not (plan.parts or plan.settled) or not (matches := self.matches(plan)).settled:
            return None
        else:
            pieces = [
                segment.row_store.whole_numbers(name, part.numbers, part.marks)
                for segment, part in zip(self.segments, matches.rows.split(self._sizes), strict=True)
            ]
        whole = [piece for piece in pieces if piece is not None]
        if len(whole) < len(pieces):
            return None
        values = np.concatenate(whole)
        if not len(values):
            return ()
        half = len(values) // 2
        if half:
            values.partition((half - 1, half))
        return int(values[(len(values) - 1) // 2]), int(values[half]), int(values.min()), int(values.max())

    def _middle_of_run(self, cursor: duckdb.DuckDBPyConnection, name: str, plan: MatchPlan) -> Ends | tuple[()] | None:
        """The same of a range of the column's own order in the only segment; None where that is not what is asked."""
        (segment,) = self.segments
        kept = segment.columns[name]
        first, last = 0, kept.filled
        if plan.conditions:
            runs = plan.runs
            if runs is None or runs[0].listing != str(kept.number) or runs[0].last > kept.filled:
                return None
            first, last = runs[0].first, runs[0].last
        if first == last:
            return ()
        order, ends = ColumnOrder(cursor, segment, kept), first + last - 1
        least, greatest = order.value(first), order.value(last - 1)
        low, high = order.value(ends // 2), order.value((ends + 1) // 2)
        return (low, high, least, greatest) if isinstance(low, int) else None

    # --- their cells --------------------------------------------------------------------------------------------

    def cells(self, numbers: Sequence[int], names: Sequence[str]) -> list[tuple[Any, ...]]:
        """The values of some columns of some rows, in the order of ``numbers``; None for a column that is not kept."""
        asked = np.array(numbers, dtype=np.int64)
        records: list[tuple[Any, ...]] = [()] * len(asked)
        for segment, places in self._by_segment(asked):
            store = segment.row_store
            held = [name for name in names if name in store.names]
            stored = store.rows(asked[places] - segment.offset, held)
            if len(held) < len(names):
                at = [held.index(name) if name in held else None for name in names]
                stored = [tuple(None if place is None else row[place] for place in at) for row in stored]
            if len(stored) == len(records):
                return stored
            for place, row in zip(places.tolist(), stored, strict=True):
                records[place] = row
        return records

    def table(self, numbers: Numbers, names: Iterable[str]) -> pa.Table:
        """Those of some columns that are kept, of rows given in ascending order, with ``_n`` as the last column."""
        wanted = [name for name in dict.fromkeys(names) if name in self.names]
        pieces = [_piece(segment, numbers[places], wanted) for segment, places in self._by_segment(numbers)]
        if not pieces:
            pieces = [_piece(self.segments[0], numbers, wanted)]
        if len(pieces) == 1 and set(wanted) <= set(pieces[0].column_names):
            (table,) = pieces
        else:
            table = pa.concat_tables([_plain(piece) for piece in pieces], promote_options="default")
            for name in (name for name in wanted if name not in table.column_names):
                table = table.append_column(name, pa.array([None] * len(table), self.kind(name)))
        return table.select([*wanted, "_n"])

    def tallies(self, rows: RowSet, key: str | None, amounts: Sequence[str]) -> dict[TallyKey, Tally] | None:
        """How many of some rows have each value of ``key``, and their sums; see `row_tally.tallies`."""
        parts = zip((segment.row_store for segment in self.segments), rows.split(self._sizes), strict=True)
        return tallies(parts, key, amounts)

    def groups(
        self, plan: MatchPlan, keys: Sequence[str], amounts: Mapping[str, Collection[str]], together: Together
    ) -> GroupFigures | None:
        """The rows of a plan by the values of some columns, with the middle of each group; see `group_figures`.

        None where conditions are left that the index does not settle.
        """
        sets: Sequence[RowSet | None]
        if not plan.conditions:
            sets = [None] * len(self.segments)
        elif not (plan.parts or plan.settled) or not (matches := self.matches(plan)).settled:
            return None
        else:
            sets = matches.rows.split(self._sizes)
        parts = zip((segment.row_store for segment in self.segments), sets, strict=True)
        return group_figures(parts, keys, amounts, together)

    def sort_keys(self, cursor: duckdb.DuckDBPyConnection, texts: Iterable[str]) -> dict[str, str]:
        """By what some texts are sorted in the Persian alphabet; most have been looked up before."""
        keys = {text: self._sort_keys.get(text, "") for text in texts}
        unknown = [text for text, key in keys.items() if not key]
        if unknown:
            asked = cursor.execute("SELECT x, icu_sort_key(x, 'fa') FROM (SELECT unnest($x) AS x)", {"x": unknown})
            keys |= dict(asked.fetchall())
            if len(self._sort_keys) + len(unknown) > MOST_SORT_KEYS:
                self._sort_keys.clear()
            self._sort_keys.update(keys)
        return keys

    def kind(self, name: str) -> pa.DataType:
        """The type of the values of a column that is kept."""
        return next(each.row_store.kinds[name] for each in self.segments if name in each.row_store.kinds)

    def are_slim(self, names: Iterable[str]) -> bool:
        """Whether each value of some columns takes a few bytes."""
        wanted = list(names)
        return all(segment.row_store.are_slim(wanted) for segment in self.segments)

    def row_set(self, numbers: Sequence[int] | Numbers) -> RowSet:
        """Some rows, given in ascending order, as a set."""
        return RowSet(self.rows, numbers=np.asarray(numbers, dtype=np.int64))

    def rollup(self, cursor: duckdb.DuckDBPyConnection, need: RollupNeed) -> str | None:
        """Where the cells of the smallest rollups stand that hold what is needed; None where there are none."""
        return self.together.cells(cursor, need)

    def cells_at_hand(self, cursor: duckdb.DuckDBPyConnection, table: str) -> CellTable | None:
        """The cells that stand where `rollup` says, as values; None where they are many."""
        return self.together.at_hand(cursor, table)

    def _by_segment(self, numbers: Numbers) -> Iterator[tuple[IndexSegment, Numbers]]:
        """Each segment that some rows are of, with the places of their numbers."""
        if len(self.segments) == 1:
            if len(numbers):
                yield self.segments[0], np.arange(len(numbers))
            return
        which = np.searchsorted(np.cumsum(self._sizes), numbers - 1, side="right")
        for number in np.unique(which).tolist():
            yield self.segments[number], np.flatnonzero(which == number)

    @property
    def _sizes(self) -> list[int]:
        return [segment.rows for segment in self.segments]


def open_index(
    connection: duckdb.DuckDBPyConnection,
    segments: Sequence[Segment],
    tables: Sequence[str],
    attach: Attach | None = None,
    schema: str = "main",
) -> Index | None:
    """Attach the secondary indexes of a state's segments to a connection; None where one of them cannot be used.

    ``tables`` are the names under which the connection knows their rows. Segments that keep values of a column in
    different types cannot be used together. ``attach`` names what is attached; without it the connection is this
    state's alone. Where it is not, ``schema`` is, for the tables in which segments are put together.
    """
    opened = []
    for number, segment in enumerate(segments):
        whole = open_segment(connection, segment, attach or attach_as(f"secondary_{number}"))
        if whole is None:
            return None
        opened.append(whole)
    kinds: dict[str, pa.DataType] = {}
    for segment_kinds in (segment.row_store.kinds for segment in opened):
        if any(kinds.setdefault(name, kind) != kind for name, kind in segment_kinds.items()):
            return None
    if not opened:
        return None
    return Index(tuple(opened), frozenset(kinds), StateTables(tuple(opened), tuple(tables), schema))


def _piece(segment: IndexSegment, numbers: Numbers, names: Sequence[str]) -> pa.Table:
    """What a segment keeps of some columns, of its rows with these numbers, and the numbers as ``_n``."""
    kept, column = segment.row_store.table(numbers - segment.offset, names), pa.array(numbers)
    # Without columns a table has forgotten how many rows it has.
    return kept.append_column("_n", column) if kept.column_names else pa.table({"_n": column})


def _plain(table: pa.Table) -> pa.Table:
    """A table without dictionaries, which differ from segment to segment."""
    for at, name in enumerate(table.column_names):
        if pa.types.is_dictionary(table.schema.field(name).type):
            table = table.set_column(at, name, table.column(name).cast(pa.string()))
    return table
