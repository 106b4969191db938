"""The index of an open state: what stands beside its serving file, as far as it is whole and belongs to it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from ayan.core.query.limits import MOST_SEEN
from ayan.core.store.cards import Batch, Cards, Damaged
from ayan.core.store.finder import FINDER, FINDER_FORMAT, Kept, finder_files
from ayan.core.store.places import Listing, Places
from ayan.core.store.shelf import State
from ayan.core.store.tally import Tally, read_tallies
from ayan.core.system.duckdb import confined
from ayan.core.values.sql import literal

# What a file that is missing, cut or changed says of itself; a question is then answered without the index.
_DAMAGE: Final = (
    Damaged,
    OSError,
    pa.ArrowException,
    duckdb.IOException,
    duckdb.CatalogException,
    duckdb.InternalException,
    duckdb.FatalException,
    duckdb.SerializationException,
)
FAULTS: Final = (Damaged, OSError, pa.ArrowException, duckdb.Error)


class Unlike(Exception):
    """A column holds values of another type than those asked for: its declaration has changed since."""


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Index:
    """How columns are kept by name, the lists of row numbers, the cards, the rows' number, and tallies, small first."""

    kept: Mapping[str, Kept]
    places: Places
    cards: Cards
    rows: int
    tallies: tuple[Tally, ...] = ()
    seen: dict[tuple[str, int], Any] = field(default_factory=dict)

    def value(self, kept: Kept, place: int) -> Any:
        """The value at a place of a column's order; halving a column again and again comes by the same places."""
        key = kept.name, place
        value = self.seen.get(key)
        if value is None:
            value = self.cards.value(self.places.at(str(kept.number), place), kept.name)
            if len(self.seen) >= MOST_SEEN:
                self.seen.clear()
            self.seen[key] = value
        return value

    def tally(self, keys: frozenset[str], added: frozenset[str], ordered: frozenset[str]) -> Tally | None:
        """The smallest tally that holds what is asked for."""
        fits = (t for t in self.tallies if keys <= t.keys and added <= t.added and ordered <= t.ordered)
        return next(fits, None)


def open_index(connection: duckdb.DuckDBPyConnection, serving_file: Path, state: State) -> Index | None:
    """Attach the finder to a connection over the serving file; None, and a line in the log, when it cannot be used.

    A small state has no finder, which is no news.
    """
    finder, places, cards = finder_files(serving_file)
    if not finder.exists():
        return None
    try:
        connection.execute(f"ATTACH {literal(str(finder))} AS {FINDER} (READ_ONLY)")
        read = {
            name: connection.execute(f"SELECT * FROM {FINDER}.{name}").fetchall()
            for name in ("about", "columns", "listings", "checks", "batches")
        }
        about = dict(read["about"])
        if about != {"format": str(FINDER_FORMAT), "state": state.digest, "rows": str(state.rows)}:
            raise Damaged("the finder is of another state")
        listings = {str(name): Listing(start, length) for name, start, length in read["listings"]}
        return Index(
            kept={one.name: one for one in (Kept(*row) for row in read["columns"])},
            places=Places(places, listings, [int(crc) for _, crc in read["checks"]]),
            cards=Cards(cards, state.digest, [Batch(*row) for row in read["batches"]]),
            rows=state.rows,
            tallies=read_tallies(connection, FINDER),
        )
    except FAULTS as error:
        warn(state, error)
        return None


def is_usable(serving_file: Path, state: State) -> bool:
    """Whether the index of a state is whole as far as opening it tells; `ayan doctor` asks."""
    with confined(attachable=finder_files(serving_file)[:1], threads=1) as connection:
        return open_index(connection, serving_file, state) is not None


def is_damage(fault: Exception) -> bool:
    """Whether a fault is one of the index and not of the question."""
    # A block whose checksum is wrong is told by no class of its own.
    return isinstance(fault, _DAMAGE) or type(fault) is duckdb.Error


def warn(state: State, error: Exception) -> None:
    """Tell the operator that a dataset is answered without its index; ayan doctor says the same."""
    _log.warning("%s is answered without its index, run ayan reindex: %s", state.slug, error)
