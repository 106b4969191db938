"""The rows of a state in the order of a column: the orders of its segments, merged as far as somebody reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np

from ayan.core.index.candidates import Range
from ayan.core.index.limits import LEAST_MERGED
from ayan.core.index.row_store import Numbers
from ayan.core.index.segment import OrderedColumn

Places = tuple[int, ...]
"""A place in the order of each segment."""


@dataclass(frozen=True, slots=True)
class MergedOrder:
    """Rows in the order of a sort: by value, empty ones last in both directions, equal ones by their number.

    Segments follow each other as their rows do, so that of equal values those of an earlier segment come first.
    """

    cursor: duckdb.DuckDBPyConnection
    orders: tuple[OrderedColumn, ...]

    @property
    def beginning(self) -> Places:
        """Before the first row."""
        return (0,) * len(self.orders)

    def after(self, value: Any, number: int) -> Places | None:
        """The places behind a row of this value and number; None where no row has them."""
        places = [ordered.after(value, number - ordered.order.index.offset) for ordered in self.orders]
        return None if any(place is None for place in places) else tuple(place or 0 for place in places)

    def walk(self, start: Places, within: Sequence[Range] | None, size: int, largest: int) -> Iterator[Numbers]:
        """The rows from some places on, in pieces of ``size`` at first, which grow up to ``largest``.

        ``within`` is a range of each segment's own order, ascending, that is not left.
        """
        ways = []
        for at, ordered in enumerate(self.orders):
            first, last = (
                ordered.positions(within[at].first, within[at].last) if within else (0, ordered.order.index.rows)
            )
            ways.append(_Way(ordered, max(start[at], first), last, start[at] <= first))
        if len(ways) == 1:
            yield from _alone(ways[0], size, largest)
            return
        yield from self._merged(ways, size, largest)
        for way in ways:
            yield from _alone(way, size, largest)

    def _merged(self, ways: Sequence[_Way], size: int, largest: int) -> Iterator[Numbers]:
        """The rows with a value, smallest of all segments first."""
        while True:
            self._fill(ways, max(2 * size // len(ways), LEAST_MERGED))
            waiting = [entry for way in ways for entry in way.waiting]
            if not waiting:
                return
            # Stable, also in reverse: equal values stay in the order of their segments and numbers.
            waiting.sort(key=_key, reverse=ways[0].ordered.descending)
            known = self._known(ways, waiting)
            for way in ways:
                way.waiting = []
            for entry in waiting[known:]:
                entry.way.waiting.append(entry)
            yield np.array([entry.number for entry in waiting[:known]], dtype=np.int64)
            size = min(size * 4, largest)

    def _known(self, ways: Sequence[_Way], waiting: Sequence[_Entry]) -> int:
        """How many of the entries that wait come before everything that has not been read yet."""
        open_ends = {id(way.waiting[-1]) for way in ways if way.waiting and not way.is_read}
        return next((at + 1 for at, entry in enumerate(waiting) if id(entry) in open_ends), len(waiting))

    def _fill(self, ways: Sequence[_Way], size: int) -> None:
        """Read on in every segment of which nothing waits."""
        read = [(way, number, value) for way in ways if not way.waiting for number, value in way.read(size)]
        if not read:
            return
        if self.orders[0].order.column.alphabet:
            # Collation keys are asked for together: a statement costs more than a key.
            values = list({value for *_, value in read})
            keys = dict(zip(values, self.orders[0].order.keys(values), strict=True))
        else:
            keys = {}
        for way, number, value in read:
            way.waiting.append(_Entry(keys.get(value, value), number, way))


@dataclass(slots=True)
class _Way:
    """How far one segment has been read, and what of it waits; ``at`` and ``end`` are places of its order.

    ``between`` says that no value stands on both sides of ``at``.
    """

    ordered: OrderedColumn
    at: int
    end: int
    between: bool
    waiting: list[_Entry] = field(default_factory=list)

    @property
    def is_read(self) -> bool:
        """Whether every row with a value has been read."""
        return self.at >= min(self.end, self.ordered.order.column.filled)

    def read(self, size: int) -> Iterator[tuple[int, Any]]:
        """The next rows with a value: the number in the state, and the value."""
        if self.is_read:
            return
        order = self.ordered.order
        if self.ordered.descending and self.between and (entries := self._backwards(size)):
            self.at += len(entries)
        else:
            entries = self._with_values(self.ordered.piece(self.at, min(size, self.end - self.at)))
            self.at += len(entries)
            self.between = False
        for number, value in entries:
            yield number + order.index.offset, value

    def _backwards(self, size: int) -> list[tuple[int, Any]]:
        """The next whole runs of equal values in descending order; none where one alone is longer than ``size``.

        Read as they stand, ascending: to look for the ends of the first and last run costs more than the rows.
        """
        filled = self.ordered.order.column.filled
        end = min(self.at + size, self.end, filled)
        entries = self._with_values(self.ordered.order.rows(filled - end, filled - self.at))
        cut = 0
        if end not in (self.end, filled):
            # The smallest value may go on below.
            least = entries[0][1]
            cut = next((at for at, (_, value) in enumerate(entries) if value != least), len(entries))
        out: list[tuple[int, Any]] = []
        last = len(entries)
        for at in range(len(entries) - 1, cut - 1, -1):
            if at == cut or entries[at - 1][1] != entries[at][1]:
                out += entries[at:last]
                last = at
        return out

    def _with_values(self, numbers: Numbers) -> list[tuple[int, Any]]:
        order = self.ordered.order
        values = order.index.row_store.rows(numbers, [order.column.name])
        return [(number, value) for number, (value,) in zip(numbers.tolist(), values, strict=True)]


@dataclass(slots=True)
class _Entry:
    key: Any
    number: int
    way: _Way


def _key(entry: _Entry) -> Any:
    return entry.key


def _alone(way: _Way, size: int, largest: int) -> Iterator[Numbers]:
    """What is left of one segment, as it stands."""
    while way.at < way.end and len(piece := way.ordered.piece(way.at, min(size, way.end - way.at))):
        yield piece + way.ordered.order.index.offset
        way.at += len(piece)
        size = min(size * 4, largest)
