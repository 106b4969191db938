"""The figures round a result, each worked out once for a state: statistics, groups, counts beside choices."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ayan.apps.catalog.explorer_state import ExplorerState
from ayan.apps.catalog.limits import MOST_FIGURES_KEPT
from ayan.core.query import statistics
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import FacetQuestion, GroupKey, GroupQuestion
from ayan.core.query.groups import GroupAnswer, answer_facets, answer_groups
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.query.statistics import Statistics
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import value_text

T = TypeVar("T")


_kept: OrderedDict[tuple[str, ...], Any] = OrderedDict()
_lock = threading.Lock()


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


def groups(reader: QueryService, dataset: Dataset, question: GroupQuestion, snapshot: Snapshot) -> GroupAnswer:
    """Groups of a result."""
    key = ("groups", snapshot.snapshot_id, dataset.digest, question.query_string())
    return once(key, lambda: answer_groups(reader, dataset, question, snapshot))


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
