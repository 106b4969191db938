"""Medians of groups through an index: the values in the middle are selected in memory, each group as one cell.

Order, conditions on groups and what is given of them are the statement's own, over these cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import pyarrow as pa

from ayan.core.index.group_medians import GroupFigures, GroupLabel
from ayan.core.index.index import Index
from ayan.core.index.matching import MatchPlan
from ayan.core.index.rollup import ROWS, added_columns, middle_columns, spread_column
from ayan.core.query.engines.embedded_engine import EngineSession
from ayan.core.query.grouping import GroupKey
from ayan.core.query.operators import is_words
from ayan.core.query.plan import Groups
from ayan.core.query.row_sql import TABLE
from ayan.core.query.sql import group_key, is_added_up, over_cells
from ayan.core.schema.definition import Dataset
from ayan.core.values.sql import SqlStatement, identifier

# Names under which tables are handed to DuckDB.
_GROUPS: Final = "_groups"
_LABELS: Final = "_labels"
# What a measure is worked out from.
_ASKED: Final = {"median": ("low", "high"), "sum": ("sum",), "avg": ("sum",), "min": ("min",), "max": ("max",)}


def median_groups(
    asking: EngineSession, dataset: Dataset, index: Index, plan: Groups, match_plan: MatchPlan
) -> list[tuple[Any, ...]] | None:
    """The result of a plan with medians; None where the index does not tell them all.

    ``match_plan`` is that of the plan's conditions.
    """
    question = plan.question
    measured = [measure for measure in question.measures if measure.function != "count"]
    if not any(measure.function == "median" for measure in measured):
        return None
    if not all(measure.function == "median" or is_added_up(dataset, measure) for measure in measured):
        return None

    def together(place: int, labels: list[GroupLabel]) -> Sequence[int]:
        return _together(asking, dataset, question.by[place], labels)

    keys = [by.field for by in question.by]
    amounts: dict[str, set[str]] = {}
    for measure in measured:
        amounts.setdefault(measure.field, set()).update(_ASKED[measure.function])
    if len(set(keys)) < len(keys):
        return None
    figures = index.groups(match_plan, keys, amounts, together)
    if figures is None:
        return None
    asking.cursor.register(_GROUPS, pa.table(dict(_cells(index, keys, figures))))
    places = [
        # An empty key has no place: it comes last.
        f"CASE WHEN {x} IS NOT NULL THEN dense_rank() OVER (ORDER BY icu_sort_key({x}, 'fa')) END "
        f"AS {identifier(spread_column(name))}"
        for name, x in ((name, identifier(name)) for name in keys)
        if is_words(dataset.field(name))
    ]
    source = f"(SELECT {', '.join(['*', *places])} FROM {_GROUPS})" if places else _GROUPS
    everything = plan.over(replace(question.scope, filters=(), search="", release=None))
    return asking.all(dataset, over_cells(dataset, everything), source)


def _together(asking: EngineSession, dataset: Dataset, by: GroupKey, labels: list[GroupLabel]) -> Sequence[int]:
    """The number of the group of each label: each its own, or that of its part of a date or period."""
    if by.part is None:
        return range(len(labels))
    statement = SqlStatement()
    key = group_key(dataset, by, statement)
    asking.cursor.register(_LABELS, pa.table({by.field: _column(labels), "_at": pa.array(range(len(labels)))}))
    statement.sql = f"SELECT dense_rank() OVER (ORDER BY {key}) - 1 FROM {TABLE} ORDER BY _at"
    return [number for (number,) in asking.all(dataset, statement, _LABELS)]


def _cells(index: Index, keys: Sequence[str], figures: GroupFigures) -> Iterator[tuple[str, pa.Array[Any]]]:
    for place, name in enumerate(keys):
        yield name, pa.array([labels[place] for labels in figures.labels], index.kind(name))
    yield ROWS, pa.array(figures.rows, pa.int64())
    for name, amounts in figures.amounts.items():
        named = {**added_columns(name), **dict(zip(("low", "high"), middle_columns(name), strict=True))}
        yield named["count"], pa.array(amounts.filled, pa.int64())
        yield from ((named[figure], pa.array(values, pa.int64())) for figure, values in amounts.figures.items())


def _column(labels: Sequence[GroupLabel]) -> pa.Array[Any]:
    return pa.array(labels)
