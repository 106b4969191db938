"""Which rows a question is about: named by the index as far as it can, the rest of the conditions left to SQL."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from threading import Lock
from typing import Final

import numpy as np

from ayan.core.index.posting_lists import RowSet
from ayan.core.index.row_store import Numbers
from ayan.core.query import sql
from ayan.core.query.engines.candidates import CandidateLists, Candidates, Range
from ayan.core.query.engines.index import Index
from ayan.core.query.limits import MOST_PLANS, MOST_REMEMBERED_BYTES, MOST_REMEMBERED_WORDS, MOST_STRETCHES
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset

# A condition that DuckDB decides at once for every row is worth a look into the index when it names no more rows.
FEW: Final = 50_000

Condition = Filter | str


@dataclass(frozen=True, slots=True)
class Matches:
    """Every row that may match, and the question with only those conditions that are not settled by it."""

    rows: RowSet
    left: Question

    @property
    def settled(self) -> bool:
        """Whether all of these rows match."""
        return not has_conditions(self.left)


def has_conditions(question: Question) -> bool:
    """Whether a question is about less than all rows."""
    return bool(question.filters or question.search or question.release)


@dataclass(slots=True)
class MatchPlan:
    """A question with the conditions that are more than matters of course, and the sources of some, smallest first.

    ``pays`` when it is quicker to take the rows from the sources than to look at every row. ``settled`` when every row
    has been looked at, and what was ``rows`` are those that match.
    """

    question: Question
    parts: tuple[tuple[Condition, Candidates], ...] = ()
    pays: bool = False
    rows: RowSet | None = None
    # A range is a few numbers; a word may have thousands.
    weight: int = 0
    settled: bool = False

    @property
    def bytes(self) -> int:
        """What the plan takes in memory."""
        return self.weight + (self.rows.bytes if self.rows is not None else 0)

    @property
    def least(self) -> int:
        """How many rows the smallest source lists."""
        return self.parts[0][1].size

    @property
    def listed(self) -> int:
        """How many rows the sources list together."""
        return sum(source.size for _, source in self.parts)

    @property
    def total(self) -> int | None:
        """How many rows match, where one source alone says so."""
        conditions = len(self.question.filters) + len(self.question.search.split()) + bool(self.question.release)
        if conditions != 1 or not self.parts:
            return None
        source = self.parts[0][1]
        return source.size if source.exact and source.once else None

    def run(self, name: str, listing: str) -> Range | None:
        """The range of a column's own order that the question is about, where it asks for nothing else."""
        if self.total is None:
            return None
        condition, source = self.parts[0]
        own = isinstance(condition, Filter) and condition.field == name and len(source.stretches) == 1
        return source.stretches[0] if own and source.stretches[0].listing == listing else None

    def looked_at(self, rows: int, limit: int) -> float:
        """About how many of all ``rows`` must be looked at before a page is full."""
        return reduce(lambda wanted, part: wanted * rows / max(min(part[1].size, rows), 1), self.parts, float(limit))

    def matches(self, index: Index) -> Matches:
        """The rows that all of the sources list."""
        if self.settled and self.rows is not None:
            return Matches(self.rows, replace(self.question, filters=(), search="", release=None))
        if self.rows is None:
            self.rows = reduce(and_, (source.rows(index) for _, source in self.parts))
        return Matches(self.rows, self.left)

    @property
    def left(self) -> Question:
        """The question with only those conditions that the sources do not settle."""
        return without(self.question, {condition for condition, source in self.parts if source.exact})

    def near(self, index: Index, after: int, until: int) -> Numbers:
        """The rows that all of the sources list, of those after one row and up to another."""
        marks = (source.marked(index, after, until) for _, source in self.parts)
        return np.flatnonzero(reduce(and_, marks)) + after + 1

    def of(self, question: Question) -> MatchPlan:
        """The plan of a question with the same conditions; what else it says, such as its order, is its own."""
        mine = self.question
        asked = replace(question, filters=mine.filters, search=mine.search, release=mine.release)
        return MatchPlan(asked, self.parts, self.pays, self.rows, self.weight, self.settled)


class MatchCache:
    """The plans last made for one state, for a page asks for its rows, their number and its facets one after the other.

    Safe to share between threads; holds no more than ``MOST_REMEMBERED_BYTES`` of rows.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._plans: OrderedDict[Hashable, MatchPlan] = OrderedDict()
        self._words: OrderedDict[Hashable, Candidates | None] = OrderedDict()

    def word(self, dataset: Dataset, word: str, make: Callable[[str], Candidates | None]) -> Candidates | None:
        """The source of a word, looked for unless it is known: readers combine few words with many other conditions."""
        key = (dataset.digest, word)
        with self._lock:
            if key in self._words:
                self._words.move_to_end(key)
                return self._words[key]
        source = make(word)
        if dataset.digest and (source is None or len(source.stretches) <= MOST_STRETCHES):
            with self._lock:
                self._words[key] = source
                while len(self._words) > MOST_REMEMBERED_WORDS:
                    self._words.popitem(last=False)
        return source

    def plan(self, dataset: Dataset, question: Question, make: Callable[[], MatchPlan]) -> MatchPlan:
        """The plan of a question, made unless it is known; a dataset without a digest is not remembered."""
        key = (dataset.digest, question.filters, question.search, question.release)
        with self._lock:
            known = self._plans.pop(key, None) if dataset.digest else None
        plan = make() if known is None else known.of(question)
        if dataset.digest:
            with self._lock:
                self._plans[key] = plan
                while len(self._plans) > MOST_PLANS or (len(self._plans) > 1 and self._bytes() > MOST_REMEMBERED_BYTES):
                    self._plans.popitem(last=False)
        return plan

    def _bytes(self) -> int:
        return sum(plan.bytes for plan in self._plans.values())


_Found = tuple[Condition, Candidates | None, bool]


def plan(sources: CandidateLists, dataset: Dataset, question: Question, remembered: MatchCache) -> MatchPlan:
    """What the index has to say about a question."""
    filters: Iterable[_Found] = (
        (condition, sources.of_filter(condition), sql.is_folded(dataset.field(condition.field), condition))
        for condition in question.filters
    )
    words: Iterable[_Found] = (
        (word, remembered.word(dataset, word, sources.of_word), True) for word in question.search.split()
    )
    sourced = [(condition, source, dear) for condition, source, dear in (*filters, *words) if source is not None]
    plain = {condition: source.plain for condition, source, _ in sourced if source.plain}
    question = replace(question, filters=tuple(plain.get(condition, condition) for condition in question.filters))
    sourced = [(plain.get(condition, condition), source, dear) for condition, source, dear in sourced]
    question = without(question, {condition for condition, source, _ in sourced if source.everything})
    sourced = [part for part in sourced if not part[1].everything]
    paying = [(condition, source) for condition, source, dear in sourced if dear or source.size <= FEW]
    parts = paying or [(condition, source) for condition, source, _ in sourced]
    weight = 200 * sum(len(source.stretches) + 1 for _, source in parts)
    return MatchPlan(question, tuple(sorted(parts, key=lambda part: part[1].size)), bool(paying), weight=weight)


def without(question: Question, settled: Collection[Condition]) -> Question:
    """A question less some of its conditions."""
    return replace(
        question,
        filters=tuple(condition for condition in question.filters if condition not in settled),
        search=" ".join(word for word in question.search.split() if word not in settled),
    )
