"""Which rows a question is about: named by the index as far as it can, the rest of the conditions left to the asker."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from threading import Lock
from typing import Final

import numpy as np

from ayan.core.index.candidates import Candidates, Range
from ayan.core.index.limits import MOST_PLANS, MOST_REMEMBERED_BYTES, MOST_REMEMBERED_WORDS, MOST_STRETCHES
from ayan.core.index.posting_lists import RowSet
from ayan.core.index.row_store import Numbers
from ayan.core.index.segment import IndexSegment

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
