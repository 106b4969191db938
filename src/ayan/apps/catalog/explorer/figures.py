"""The figures round a result, each worked out once for a state, and money at the prices of one year."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import MOST_FIGURES_KEPT
from ayan.core.query import statistics
from ayan.core.query.answer import Snapshot, Unanswered
from ayan.core.query.grouping import FacetQuestion, GroupKey, GroupQuestion
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.query_service import GroupAnswer, QueryService, answer_facets, answer_groups
from ayan.core.query.question import Question
from ayan.core.query.statistics import Statistics
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PriceIndexView
from ayan.core.values.asked_value import value_text
from ayan.wiring.city import City

T = TypeVar("T")


_kept: OrderedDict[tuple[str, ...], Any] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class PriceIndex:
    """An index by Jalali year; money of other years is told at the prices of ``base``, usually the newest.

    ``publishers`` are those that rows name, by year.
    """

    dataset: Dataset
    index: Mapping[str, Decimal]
    year: str = ""
    publishers: Mapping[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The year at whose prices money is told."""
        return self.year or max(self.index)

    def of(self, year: str) -> PriceIndex:
        """The same index, to tell money at the prices of another year; as it is for a year that it has not."""
        return replace(self, year=year) if self.index.get(year) else self

    def real(self, rial: int | Decimal | None, year: str) -> int | None:
        """An amount of a year at the prices of the base year, in rial; None for a year without index.

        An index is no more exact than a toman (ten rials), so that other years' amounts are rounded to one; and so is
        what was computed, such as a mean, of the base year too, which stands beside itself to the toman.
        """
        index = self.index.get(year)
        if rial is None or not index:
            return None
        if index == self.index[self.base] and isinstance(rial, int):
            return rial
        return 10 * int((Decimal(rial) * self.index[self.base] / index / 10).quantize(Decimal(1), ROUND_HALF_UP))


def prices(city: City) -> PriceIndex | None:
    """The price index of the city; None where no dataset is one, or where none has rows yet."""
    declared = city.registry.declaring(PriceIndexView)
    published = next((dataset for dataset in declared if city.release_store.current(dataset.slug)), None)
    if published is None:
        return None
    index_dataset = city.registry.in_words(published)
    try:
        standing = city.query_service.snapshot(index_dataset, Question(slug=index_dataset.slug))
        index = once(
            ("prices", standing.snapshot_id, index_dataset.digest),
            lambda: _index(city.query_service, index_dataset, standing),
        )
    except Unanswered:
        return None
    levels, publishers = index
    return PriceIndex(index_dataset, levels, publishers=publishers) if levels else None


def _index(reader: QueryService, dataset: Dataset, snapshot: Snapshot) -> tuple[dict[str, Decimal], dict[str, str]]:
    """The level of each year, and who published it."""
    view = dataset.view(PriceIndexView)
    assert view is not None  # noqa: S101 - the caller chose the dataset by it
    rows = reader.rows(dataset, Question(slug=dataset.slug, size=MAX_SIZE), snapshot).rows
    levels: dict[str, Decimal] = {}
    publishers: dict[str, str] = {}
    for row in rows:
        year, level = row.values.get(view.year), row.values.get(view.index)
        # By a level that is none, or below zero, nothing can be told.
        if year and level and Decimal(str(level)) > 0:
            levels[str(year)[:4]] = Decimal(str(level))
            publishers[str(year)[:4]] = str(row.values.get(view.publisher) or "")
    return levels, publishers


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """Rows by the text of a field's value, commonest first ('' for none); ``more`` if there are other values."""

    by_text: Mapping[str, int]
    more: bool = False


def of_result(reader: QueryService, ask: ExplorerState, snapshot: Snapshot) -> Statistics:
    """Rows, sums, medians and years of a result."""
    scope = ask.scope
    key = ("statistics", snapshot.snapshot_id, ask.dataset.digest, scope.query_string())
    return once(key, lambda: statistics.statistics(reader, ask.dataset, scope, snapshot))


def sums(reader: QueryService, dataset: Dataset, scope: Question, snapshot: Snapshot) -> Statistics:
    """Rows, sums and years of some rows, in one statement."""
    key = ("sums", snapshot.snapshot_id, dataset.digest, scope.query_string())
    return once(key, lambda: statistics.statistics(reader, dataset, scope, snapshot, medians=False))


def counts(
    reader: QueryService, ask: ExplorerState, snapshot: Snapshot, fields: Sequence[Field], size: Callable[[Field], int]
) -> dict[str, FacetCounts]:
    """For each field, how many rows each of its values has among those that the other conditions leave."""
    return {field.name: _counts(reader, ask.dataset, ask.scope, snapshot, field, size(field)) for field in fields}


def _counts(
    reader: QueryService, dataset: Dataset, scope: Question, snapshot: Snapshot, field: Field, size: int
) -> FacetCounts:
    # A field's counts leave its own conditions out, so all states of its own list share them.
    others = replace(
        scope, filters=tuple(condition for condition in scope.filters if condition.field != field.name), size=size
    )
    key = ("counts", snapshot.snapshot_id, dataset.digest, field.name, others.query_string())

    def asked() -> FacetCounts:
        question = FacetQuestion(scope=others, by=(GroupKey(field.name),))
        facet = answer_facets(reader, dataset, question, snapshot).facets[0]
        texts = {"" if entry.value is None else value_text(entry.value): entry.count for entry in facet.values}
        return FacetCounts(texts, facet.more)

    return once(key, asked)


def groups(
    reader: QueryService, dataset: Dataset, question: GroupQuestion, snapshot: Snapshot, *, known_meaning: bool = False
) -> GroupAnswer:
    """Groups of a result. BadQuestion for a sum that means nothing, unless who asks knows better."""
    key = ("groups", snapshot.snapshot_id, dataset.digest, question.query_string(), str(known_meaning))
    return once(key, lambda: answer_groups(reader, dataset, question, snapshot, known_meaning=known_meaning))


def once(key: tuple[str, ...], work: Callable[[], T]) -> T:
    """The figure under ``key``; two who ask for it at the same moment may both work it out, which does no harm."""
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            cached: T = _kept[key]
            return cached
    result = work()
    with _lock:
        _kept[key] = result
        while len(_kept) > MOST_FIGURES_KEPT:
            _kept.popitem(last=False)
    return result
