"""One segment of an index, opened: what stands beside an index file, as far as it is whole and belongs to it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from ayan.core.index.limits import MOST_SEEN
from ayan.core.index.posting_lists import PostingList, PostingLists
from ayan.core.index.rollup import Rollup, read_rollups
from ayan.core.index.row_store import RowBlock, RowStore, RowStoreDamaged
from ayan.core.index.secondary_index import INDEX_FORMAT, SECONDARY_INDEX, StoredColumn, index_files
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
    """Rows that are indexed together: their index file, the state they are of, and how many rows stand before them."""

    file: Path
    state: DatasetSnapshot
    offset: int = 0


@dataclass(frozen=True, slots=True)
class IndexSegment:
    """Each column as it is kept, the posting lists, the row store, the number of rows, and rollups, small first."""

    columns: Mapping[str, StoredColumn]
    posting_lists: PostingLists
    row_store: RowStore
    rows: int
    rollups: tuple[Rollup, ...] = ()
    remembered: dict[tuple[str, int], Any] = field(default_factory=dict)

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

    def rollup(self, keys: frozenset[str], added: frozenset[str], ordered: frozenset[str]) -> Rollup | None:
        """The smallest rollup that holds what is asked for."""
        fits = (t for t in self.rollups if keys <= t.keys and added <= t.added and ordered <= t.ordered)
        return next(fits, None)


def open_segment(connection: duckdb.DuckDBPyConnection, segment: Segment) -> IndexSegment | None:
    """Attach the secondary index to a connection over the index file; None, and a warning, when it cannot be used.

    A small state has no secondary index, which is no news.
    """
    state = segment.state
    index, places, row_store = index_files(segment.file)
    if not index.exists():
        return None
    try:
        connection.execute(f"ATTACH {literal(str(index))} AS {SECONDARY_INDEX} (READ_ONLY)")
        read = {
            name: connection.execute(f"SELECT * FROM {SECONDARY_INDEX}.{name}").fetchall()
            for name in ("about", "columns", "listings", "checks", "batches")
        }
        about = dict(read["about"])
        if about != {"format": str(INDEX_FORMAT), "state": state.digest, "rows": str(state.rows)}:
            raise RowStoreDamaged("the secondary index is of another state")
        listings = {str(name): PostingList(start, length) for name, start, length in read["listings"]}
        return IndexSegment(
            columns={column.name: column for column in (StoredColumn(*row) for row in read["columns"])},
            posting_lists=PostingLists(places, listings, [int(crc) for _, crc in read["checks"]]),
            row_store=RowStore(row_store, state.digest, [RowBlock(*row) for row in read["batches"]]),
            rows=state.rows,
            rollups=read_rollups(connection, SECONDARY_INDEX),
        )
    except FAULTS as error:
        warn(state, error)
        return None


def is_usable(segment: Segment) -> bool:
    """Whether a segment is whole as far as opening it tells; `ayan doctor` asks."""
    with confined(attachable=index_files(segment.file)[:1], threads=1) as connection:
        return open_segment(connection, segment) is not None


def is_damage(fault: Exception) -> bool:
    """Whether a fault is one of the index and not of the question."""
    # A block whose checksum is wrong is told by no class of its own.
    return isinstance(fault, _DAMAGE) or type(fault) is duckdb.Error


def warn(state: DatasetSnapshot, error: Exception) -> None:
    """Tell the operator that a dataset is answered without its index; ayan doctor says the same."""
    _log.warning("%s is answered without its index, run ayan reindex: %s", state.slug, error)
