"""The figures round a result, each worked out once for a state: statistics, groups, counts beside choices."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ayan.apps.catalog.asking import Ask
from ayan.apps.catalog.limits import MOST_FIGURES_KEPT
from ayan.core.query import statistics
from ayan.core.query.answer import Standing
from ayan.core.query.grouping import By, FacetQuestion, GroupQuestion
from ayan.core.query.groups import GroupAnswer, answer_facets, answer_groups
from ayan.core.query.question import Question, value_text
from ayan.core.query.reader import Reader
from ayan.core.query.statistics import Statistics
from ayan.core.schema.definition import Dataset, Field

T = TypeVar("T")


_kept: OrderedDict[tuple[str, ...], Any] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by the text of a field's value, commonest first ('' for none); ``more`` if there are other values."""

    by_text: Mapping[str, int]
    more: bool = False


def of_result(reader: Reader, ask: Ask, standing: Standing) -> Statistics:
    """Rows, sums, medians and years of a result."""
    scope = ask.scope
    key = ("statistics", standing.state, ask.dataset.digest, scope.query_string())
    return once(key, lambda: statistics.statistics(reader, ask.dataset, scope, standing))


def sums(reader: Reader, dataset: Dataset, scope: Question, standing: Standing) -> Statistics:
    """Rows, sums and years of some rows, in one statement."""
    key = ("sums", standing.state, dataset.digest, scope.query_string())
    return once(key, lambda: statistics.statistics(reader, dataset, scope, standing, medians=False))


def counts(
    reader: Reader, ask: Ask, standing: Standing, fields: Sequence[Field], size: Callable[[Field], int]
) -> dict[str, Counts]:
    """For each field, how many rows each of its values has among those that the other conditions leave."""
    return {one.name: _counts(reader, ask.dataset, ask.scope, standing, one, size(one)) for one in fields}


def _counts(reader: Reader, dataset: Dataset, scope: Question, standing: Standing, field: Field, size: int) -> Counts:
    # A field's counts leave its own conditions out, so all states of its own list share them.
    others = replace(scope, filters=tuple(one for one in scope.filters if one.field != field.name), size=size)
    key = ("counts", standing.state, dataset.digest, field.name, others.query_string())

    def asked() -> Counts:
        question = FacetQuestion(scope=others, by=(By(field.name),))
        found = answer_facets(reader, dataset, question, standing).facets[0]
        texts = {"" if one.value is None else value_text(one.value): one.count for one in found.values}
        return Counts(texts, found.more)

    return once(key, asked)


def groups(reader: Reader, dataset: Dataset, question: GroupQuestion, standing: Standing) -> GroupAnswer:
    """Groups of a result."""
    key = ("groups", standing.state, dataset.digest, question.query_string())
    return once(key, lambda: answer_groups(reader, dataset, question, standing))


def once(key: tuple[str, ...], work: Callable[[], T]) -> T:
    """The figure under ``key``; two who ask for it at the same moment may both work it out, which does no harm."""
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            found: T = _kept[key]
            return found
    made = work()
    with _lock:
        _kept[key] = made
        while len(_kept) > MOST_FIGURES_KEPT:
            _kept.popitem(last=False)
    return made
