"""One segment of an index, opened: what stands beside an index file, as far as it is whole; its columns in order.

Numbers of rows are here those of the segment, from 1.
"""

from __future__ import annotations

import logging
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Protocol
from weakref import WeakValueDictionary

import duckdb
import numpy as np
import pyarrow as pa

from ayan.core.index.limits import MOST_SAMPLED, MOST_SEEN, SAMPLES
from ayan.core.index.packed_numbers import NumberSection
from ayan.core.index.posting_lists import PostingList, PostingLists
from ayan.core.index.rollup import Rollup, read_rollups
from ayan.core.index.row_store import Numbers, RowBlock, RowStore, RowStoreDamaged
from ayan.core.index.secondary_index import INDEX_FORMAT, SECONDARY_INDEX, StoredColumn, index_files
from ayan.core.index.value_arrays import NumberRuns, ValueHashes, read_hashes, read_numbers
from ayan.core.index.word_lists import WORDS
from ayan.core.store.release import DatasetSnapshot
from ayan.core.system.duckdb import confined
from ayan.core.values.sql import literal

# What a file that is missing, cut or changed says of itself; a question is then answered without the index.
_DAMAGE: Final = (
    RowStoreDamaged,
    OSError,
    pa.ArrowException,
    duckdb.IOException,
    duckdb.CatalogException,
    duckdb.InternalException,
    duckdb.FatalException,
    duckdb.SerializationException,
)
FAULTS: Final = (RowStoreDamaged, OSError, pa.ArrowException, duckdb.Error)


class IndexMismatch(Exception):
    """A column holds values of another type than those asked for: its declaration has changed since."""


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows that are indexed together: their index file, their releases as a state, and how many rows stand before them.

    The digest of ``state`` is the segment's name.
    """

    file: Path
    state: DatasetSnapshot
    offset: int = 0


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class IndexSegment:
    """Each column as it is kept, the posting lists, the row store, the number of rows, and rollups, small first.

    ``schema`` is the name under which its secondary index is attached. ``shared`` is the same segment as another state
    has opened it first, whose lists and rows are used together.
    """

    schema: str
    columns: Mapping[str, StoredColumn]
    posting_lists: PostingLists
    row_store: RowStore
    rows: int
    offset: int = 0
    rollups: tuple[Rollup, ...] = ()
    remembered: dict[tuple[str, int], Any] = field(default_factory=dict)
    hashes: dict[int, ValueHashes] = field(default_factory=dict)
    numbers: dict[str, NumberRuns] = field(default_factory=dict)
    samples: dict[int, list[Any]] = field(default_factory=dict)
    shared: IndexSegment | None = None

    def value(self, kept: StoredColumn, position: int) -> Any:
        """The value at a place of a column's order; halving a column again and again comes by the same places."""
        key = kept.name, position
        value = self.remembered.get(key)
        if value is None:
            value = self.row_store.value(self.posting_lists.at(str(kept.number), position), kept.name)
            if len(self.remembered) >= MOST_SEEN:
                self.remembered.clear()
            self.remembered[key] = value
        return value

    def sample(self, kept: StoredColumn, stride: int) -> list[Any]:
        """Every so many values of a column in its order, from the first one on."""
        values = self.samples.get(kept.number)
        if values is None:
            at = range(0, kept.filled, stride)
            numbers = np.array([self.posting_lists.at(str(kept.number), place) for place in at], dtype=np.int64)
            values = self.samples[kept.number] = [value for (value,) in self.row_store.rows(numbers, [kept.name])]
        return values

    def spelt(
        self, cursor: duckdb.DuckDBPyConnection, kept: StoredColumn, joined: Iterable[str]
    ) -> list[tuple[int, int, str]]:
        """Of the values of a column, those that may be ``joined`` so: first place, number of rows, and the value."""
        hashes = self.hashes.get(kept.number)
        if hashes is None:
            hashes = self.hashes[kept.number] = read_hashes(cursor, f"{self.schema}.values_{kept.number}")
        return [(first, rows, str(self.value(kept, first))) for first, rows in hashes.places(joined)]

    def number_runs(self, cursor: duckdb.DuckDBPyConnection) -> NumberRuns:
        """The numbers that its texts hold."""
        if WORDS not in self.numbers:
            self.numbers[WORDS] = read_numbers(cursor, f"{self.schema}.{WORDS}")
        return self.numbers[WORDS]


# States that stand one after the other share most segments: those that some state has open are not read again, and what
# has been compared with its checksum is not compared again. Nothing is kept open for it.
_open: Final[WeakValueDictionary[tuple[Path, int, int], IndexSegment]] = WeakValueDictionary()


class Attach(Protocol):
    """How a file is attached to a connection, to be read; the name that it has there."""

    def __call__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> str:
        """Attach it. ``duckdb.Error`` where it cannot be."""


def attach_as(schema: str) -> Attach:
    """Attaching under a name that nothing else on the connection has."""

    def attach(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
        connection.execute(f"ATTACH {literal(str(path))} AS {schema} (READ_ONLY)")
        return schema

    return attach


def open_segment(
    connection: duckdb.DuckDBPyConnection, segment: Segment, attach: Attach | None = None, *, again: bool = False
) -> IndexSegment | None:
    """Attach the secondary index to a connection; None, and a warning, when it cannot be used.

    That of a small state has none, which is no news. ``again`` reads it even where another state has it open.
    """
    state = segment.state
    index, places, row_store = index_files(segment.file)
    try:
        status = index.stat()
    except OSError:
        return None
    key = index, status.st_ino, status.st_mtime_ns
    try:
        schema = (attach or attach_as(SECONDARY_INDEX))(connection, index)
        known = None if again else _open.get(key)
        if known is not None:
            return replace(known, schema=schema, offset=segment.offset, shared=known)
        read = {
            name: connection.execute(f"SELECT * FROM {schema}.{name}").fetchall()
            for name in ("about", "columns", "listings", "sections", "batches")
        }
        about = dict(read["about"])
        if about != {"format": str(INDEX_FORMAT), "state": state.digest, "rows": str(state.rows)}:
            raise RowStoreDamaged("the secondary index is of another state")
        listings = {str(name): PostingList(section, length) for name, section, length in read["listings"]}
        sections = [NumberSection(*row) for row in read["sections"]]
        opened = IndexSegment(
            schema=schema,
            columns={column.name: column for column in (StoredColumn(*row) for row in read["columns"])},
            posting_lists=PostingLists(places, listings, sections, state.rows),
            row_store=RowStore(row_store, state.digest, [RowBlock(*row) for row in read["batches"]]),
            rows=state.rows,
            offset=segment.offset,
            rollups=read_rollups(connection, schema),
        )
        _open[key] = opened
        return opened
    except FAULTS as error:
        warn(state, error)
        return None


def is_usable(segment: Segment) -> bool:
    """Whether a segment is whole as far as opening it tells; `ayan doctor` asks."""
    with confined(attachable=index_files(segment.file)[:1], threads=1) as connection:
        return open_segment(connection, segment, again=True) is not None


def is_damage(fault: Exception) -> bool:
    """Whether a fault is one of the index and not of the question."""
    # A block whose checksum is wrong is told by no class of its own.
    return isinstance(fault, _DAMAGE) or type(fault) is duckdb.Error


def warn(state: DatasetSnapshot, error: Exception) -> None:
    """Tell the operator that a dataset is answered without its index; ayan doctor says the same."""
    _log.warning("%s is answered without its index, run ayan reindex: %s", state.slug, error)


# --- columns in order -------------------------------------------------------------------------------------------------

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
                if SAMPLES < high <= MOST_SAMPLED:
                    stride = high // SAMPLES + 1
                    at = find(self.index.sample(self.column, stride), value)
                    low, high = max(0, (at - 1) * stride + 1), min(at * stride, high)
                return find(_Values(self), value, low, high)
            except TypeError:
                raise IndexMismatch from None
        while low < high:
            places = np.unique(np.linspace(low, high - 1, _PROBES).astype(np.int64)).tolist()
            *keys, wanted = self.keys([*(self.value(position) for position in places), value])
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
                f"SELECT first, rows FROM {self.index.schema}.values_{self.column.number} "
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

    def keys(self, texts: list[Any]) -> list[tuple[str, str]]:
        """What texts are ordered by, in the order of the Persian alphabet."""
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
        """The place behind a row of this value and number; None where no row has them.

        A number before or beyond all rows is that of a row of another segment, and no row need have it.
        """
        first, last = self.order.run(value)
        run = self.order.rows(first, last)
        at = int(np.searchsorted(run, number))
        if 0 < number <= self.order.index.rows:
            if at == len(run) or run[at] != number:
                return None
            at += 1
        backwards = self.descending and value is not None
        return (self.order.column.filled - last if backwards else first) + at

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
