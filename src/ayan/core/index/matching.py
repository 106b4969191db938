"""Which rows of a state match: the candidates of its conditions in every segment, taken together.

The number of a row is that of its state, ``_n``, from 1.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from threading import Lock
from typing import Final

import numpy as np

from ayan.core.index.candidates import Candidates, Range
from ayan.core.index.limits import (
    LEAST_UNREAD,
    LEAST_UNREAD_EACH,
    MOST_HELD_AGAINST,
    MOST_LOOKED_UP,
    MOST_PLANS,
    MOST_REMEMBERED_BYTES,
    MOST_REMEMBERED_WORDS,
    MOST_STRETCHES,
)
from ayan.core.index.posting_lists import RowSet
from ayan.core.index.row_store import Numbers
from ayan.core.index.segment import IndexSegment

# A condition that DuckDB decides at once for every row is worth a look into the index when it names no more rows.
FEW: Final = 50_000


@dataclass(frozen=True, slots=True)
class StateCandidates:
    """The candidates of one condition: those in each segment, in the order of the segments."""

    parts: tuple[Candidates, ...]

    @property
    def size(self) -> int:
        """How many rows are listed, those listed twice counted twice."""
        return sum(part.size for part in self.parts)

    @property
    def exact(self) -> bool:
        """Whether the condition holds for all of them."""
        return all(part.exact for part in self.parts)

    @property
    def once(self) -> bool:
        """Whether none is listed twice."""
        return all(part.once for part in self.parts)

    @property
    def everything(self) -> bool:
        """Whether the condition holds for every row."""
        return all(part.everything for part in self.parts)

    @property
    def values(self) -> tuple[str, ...]:
        """The values that it holds for, letter by letter, where these have been looked up and are few."""
        listing = [part for part in self.parts if part.size]
        if not all(part.values for part in listing):
            return ()
        values = tuple(dict.fromkeys(value for part in listing for value in part.values))
        return values if len(values) <= MOST_LOOKED_UP else ()

    @property
    def stretches(self) -> int:
        """How many ranges list them."""
        return sum(len(part.stretches) for part in self.parts)

    def runs(self) -> tuple[Range, ...] | None:
        """For each segment the one range of exactly its rows, an empty one where it has none; None otherwise."""
        if not self.exact or any(len(part.stretches) > 1 for part in self.parts):
            return None
        return tuple(part.stretches[0] if part.stretches else Range("", 0, 0) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: what the asker knows it by, and the rows it may hold for, where the index names them.

    ``dear`` says that deciding it costs more than a comparison for each row.
    """

    key: Hashable
    candidates: StateCandidates | None
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
    row has been looked at, and what was ``rows`` are those that match. ``skipped`` are conditions that ``rows`` were
    not held against, though the index could.
    """

    conditions: tuple[Hashable, ...] = ()
    parts: tuple[tuple[Hashable, StateCandidates], ...] = ()
    pays: bool = False
    rows: RowSet | None = None
    # A range is a few numbers; a word may have thousands.
    weight: int = 0
    settled: bool = False
    skipped: frozenset[Hashable] = frozenset()

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
            weight=200 * sum(source.stretches + 1 for _, source in parts),
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

    @property
    def runs(self) -> tuple[Range, ...] | None:
        """The range of each segment that is asked for, where nothing else is."""
        return None if self.total is None else self.parts[0][1].runs()

    def looked_at(self, rows: int, limit: int) -> float:
        """About how many of all ``rows`` must be looked at before a page is full."""
        return reduce(lambda wanted, part: wanted * rows / max(min(part[1].size, rows), 1), self.parts, float(limit))

    def matches(self, segments: Sequence[IndexSegment]) -> Matches:
        """The rows that all of the candidates list."""
        if self.settled and self.rows is not None:
            return Matches(self.rows, ())
        if self.rows is None:
            self.rows, self.skipped = self._taken(segments)
        if self.rows.numbers is not None and not len(self.rows.numbers):
            # Of no row anything else is asked.
            return Matches(self.rows, ())
        return Matches(
            self.rows, self.without(key for key, source in self.parts if source.exact and key not in self.skipped)
        )

    def near(self, segments: Sequence[IndexSegment], after: int, until: int) -> Numbers:
        """The rows that all of the candidates list, of those after one row and up to another."""
        pieces = [np.empty(0, dtype=np.int64)]
        for number, segment in enumerate(segments):
            first, last = max(after - segment.offset, 0), min(until - segment.offset, segment.rows)
            if first < last and all(source.parts[number].size for _, source in self.parts):
                marks = (source.parts[number].marked(segment, first, last) for _, source in self.parts)
                pieces.append(np.flatnonzero(reduce(and_, marks)) + (first + segment.offset + 1))
        return np.concatenate(pieces)

    def _taken(self, segments: Sequence[IndexSegment]) -> tuple[RowSet, frozenset[Hashable]]:
        """The rows that all of the candidates list, and the conditions whose lists were not read.

        Those that are left by short lists are sooner held against a condition themselves than its long list is read.
        """
        sets = [
            None
            if all(source.parts[at].size for _, source in self.parts)
            else RowSet(segment.rows, numbers=np.empty(0, dtype=np.int64))
            for at, segment in enumerate(segments)
        ]
        # What is told by ranges alone is not read before it must be.
        ranged = list(self.parts[0][1].parts) if self.parts else []
        skipped = frozenset[Hashable]()
        for place, (_, source) in enumerate(self.parts[1:], 1):
            unread: list[int] = []
            for at, rows in enumerate(sets):
                together = _together(ranged[at], source.parts[at]) if rows is None else None
                if together is not None:
                    ranged[at] = together
                elif rows is None or len(rows):
                    unread.append(at)
            held = sum(ranged[at].size if rows is None else len(rows) for at, rows in enumerate(sets))
            listed = sum(source.parts[at].size for at in unread)
            if held <= MOST_HELD_AGAINST and listed >= max(LEAST_UNREAD, held * LEAST_UNREAD_EACH):
                skipped = frozenset(key for key, _ in self.parts[place:])
                break
            for at in unread:
                rows, segment = sets[at], segments[at]
                sets[at] = (ranged[at].rows(segment) if rows is None else rows) & source.parts[at].rows(segment)
        taken = (ranged[at].rows(segments[at]) if rows is None else rows for at, rows in enumerate(sets))
        return RowSet.joined(list(taken)), skipped


def _together(few: Candidates, many: Candidates) -> Candidates | None:
    """The candidates of two conditions as far as their ranges say it: without a row being read; None where they do not.

    Where a value of a column holds both words, its rows hold both.
    """
    if many.everything:
        return few
    if max(len(few.stretches), len(many.stretches)) > MOST_STRETCHES:
        return None
    own, others = _by_listing(few), _by_listing(many)
    inside = {listing: _common(ranges, others.get(listing, [])) for listing, ranges in own.items()}
    apart = [listing for listing, ranges in own.items() if _length(inside[listing]) < _length(ranges)]
    if not apart:
        return few
    # A list of values names each row once, so what lies beside the other's ranges there is in none of them.
    if not all(listing.isdigit() and others.keys() <= {listing} for listing in apart):
        return None
    stretches = tuple(Range(listing, *ends) for listing, ranges in inside.items() for ends in ranges)
    return Candidates(stretches, few.exact and many.exact, once=False)


def _by_listing(source: Candidates) -> dict[str, list[tuple[int, int]]]:
    """The ranges of each list in their order, none of which meet."""
    out: dict[str, list[tuple[int, int]]] = {}
    for stretch in sorted(source.stretches, key=lambda stretch: stretch.first):
        ranges = out.setdefault(stretch.listing, [])
        if ranges and stretch.first <= ranges[-1][1]:
            ranges[-1] = ranges[-1][0], max(ranges[-1][1], stretch.last)
        elif stretch.first < stretch.last:
            ranges.append((stretch.first, stretch.last))
    return out


def _common(ranges: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What lies in ranges of both, each in order."""
    out: list[tuple[int, int]] = []
    at = 0
    for first, last in ranges:
        while at < len(others) and others[at][1] <= first:
            at += 1
        out += [
            (max(first, others[n][0]), min(last, others[n][1])) for n in range(at, bisect_left(others, (last, 0), at))
        ]
    return out


def _length(ranges: Iterable[tuple[int, int]]) -> int:
    return sum(last - first for first, last in ranges)


class MatchCache:
    """The plans last made for one state, for a page asks for its rows, their number and its facets one after the other.

    Safe to share between threads; holds no more than ``MOST_REMEMBERED_BYTES`` of rows. What has None for its key is
    not remembered.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._plans: OrderedDict[Hashable, MatchPlan] = OrderedDict()
        self._words: OrderedDict[Hashable, StateCandidates | None] = OrderedDict()

    def word(self, key: Hashable | None, make: Callable[[], StateCandidates | None]) -> StateCandidates | None:
        """The candidates of a word, looked for unless known: readers combine few words with many other conditions."""
        with self._lock:
            if key in self._words:
                self._words.move_to_end(key)
                return self._words[key]
        source = make()
        if key is not None and (source is None or source.stretches <= MOST_STRETCHES):
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
                # What was known took its place before.
                while known is None and self._are_many():
                    self._plans.popitem(last=False)
        return plan

    def _are_many(self) -> bool:
        held = len(self._plans)
        return held > MOST_PLANS or (
            held > 1 and sum(plan.bytes for plan in self._plans.values()) > MOST_REMEMBERED_BYTES
        )
