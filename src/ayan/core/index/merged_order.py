"""The rows of a state in the order of a column: the orders of its segments, merged as far as somebody reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import duckdb
import numpy as np

from ayan.core.index.candidates import Range
from ayan.core.index.limits import LEAST_MERGED
from ayan.core.index.row_store import Numbers
from ayan.core.index.segment import OrderedColumn

SegmentPlaces = tuple[int, ...]
"""A place in the order of each segment."""


@dataclass(frozen=True, slots=True)
class MergedOrder:
    """Rows in the order of a sort: by value, empty ones last in both directions, equal ones by their number.

    Segments follow each other as their rows do, so that of equal values those of an earlier segment come first.
    """

    cursor: duckdb.DuckDBPyConnection
    orders: tuple[OrderedColumn, ...]

    @property
    def beginning(self) -> SegmentPlaces:
        """Before the first row."""
        return (0,) * len(self.orders)

    def after(self, value: Any, number: int) -> SegmentPlaces | None:
        """The places behind a row of this value and number; None where no row has them."""
        places = [ordered.after(value, number - ordered.order.index.offset) for ordered in self.orders]
        return None if any(place is None for place in places) else tuple(place or 0 for place in places)

    def walk(self, start: SegmentPlaces, within: Sequence[Range] | None, size: int, largest: int) -> Iterator[Numbers]:
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
            self._fill(ways, size)
            waiting = [entry for way in ways for entry in way.waiting]
            if not waiting:
                return
            # Stable, also in reverse: equal values stay in the order of their segments and numbers.
            waiting.sort(key=itemgetter(0), reverse=ways[0].ordered.descending)
            known = self._known(ways, waiting)
            for way in ways:
                way.waiting = []
            for entry in waiting[known:]:
                entry[2].waiting.append(entry)
            yield np.array([number for _, number, _ in waiting[:known]], dtype=np.int64)
            size = min(size * 4, largest)

    def _known(self, ways: Sequence[_Way], waiting: Sequence[_Entry]) -> int:
        """How many of the entries that wait come before everything that has not been read yet."""
        open_ends = {id(way.waiting[-1]) for way in ways if way.waiting and not way.is_read}
        return next((at + 1 for at, entry in enumerate(waiting) if id(entry) in open_ends), len(waiting))

    def _fill(self, ways: Sequence[_Way], size: int) -> None:
        """Read on in every segment of which nothing waits: of ``size`` rows its share by what it has left, or a few."""
        left = sum(way.end - way.at for way in ways)
        read = [(way, *way.read(size * (way.end - way.at) // left + LEAST_MERGED)) for way in ways if way.is_wanting]
        keys: dict[Any, Any] = {}
        if read and self.orders[0].order.column.alphabet:
            # Collation keys are asked for together: a statement costs more than a key.
            values = list({value for _, _, values in read for value in values})
            keys = dict(zip(values, self.orders[0].order.keys(values), strict=True))
        for way, numbers, values in read:
            way.waiting = [
                (keys[value] if keys else value, number, way) for number, value in zip(numbers, values, strict=True)
            ]


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

    @property
    def is_wanting(self) -> bool:
        """Whether nothing waits and there is something left to be read."""
        return not self.waiting and not self.is_read

    def read(self, size: int) -> tuple[list[int], list[Any]]:
        """The next rows with a value: their numbers in the state, and the values."""
        numbers, values = self._backwards(size)
        if not numbers:
            rows = self._piece(size)
            numbers, values = rows.tolist(), self._values(rows)
        offset = self.ordered.order.index.offset
        return [number + offset for number in numbers], values

    def rows(self, size: int) -> Numbers:
        """The next rows, those without a value last: their numbers in the segment."""
        numbers, _ = self._backwards(size)
        return np.array(numbers, dtype=np.int64) if numbers else self._piece(size)

    def _piece(self, size: int) -> Numbers:
        piece = self.ordered.piece(self.at, min(size, self.end - self.at))
        self.at += len(piece)
        self.between = False
        return piece

    def _backwards(self, size: int) -> tuple[list[int], list[Any]]:
        """The next whole runs of equal values in descending order; none where one alone is longer than ``size``.

        Read as they stand, ascending: to look for the ends of the first and last run costs more than the rows.
        """
        column = self.ordered.order.column
        if (
            not (self.ordered.descending and self.between)
            or self.is_read
            or 2 * column.filled > size * column.distinct > 0
        ):
            return [], []
        filled = column.filled
        end = min(self.at + size, self.end, filled)
        rows = self.ordered.order.rows(filled - end, filled - self.at)
        numbers, values = rows.tolist(), self._values(rows)
        cut = 0
        if end not in (self.end, filled):
            # The smallest value may go on below.
            cut = next((at for at, value in enumerate(values) if value != values[0]), len(values))
        taken: list[int] = []
        taken_values: list[Any] = []
        last = len(values)
        for at in range(len(values) - 1, cut - 1, -1):
            if at == cut or values[at - 1] != values[at]:
                taken += numbers[at:last]
                taken_values += values[at:last]
                last = at
        self.at += len(taken)
        return taken, taken_values

    def _values(self, numbers: Numbers) -> list[Any]:
        order = self.ordered.order
        return order.index.row_store.values(numbers, order.column.name)


_Entry = tuple[Any, int, _Way]
"""A row: what it is put in order by, its number in the state, and where it was read."""


def _alone(way: _Way, size: int, largest: int) -> Iterator[Numbers]:
    """What is left of one segment, as it stands."""
    while way.at < way.end and len(piece := way.rows(size)):
        yield piece + way.ordered.order.index.offset
        size = min(size * 4, largest)
