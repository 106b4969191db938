"""Answers about rows taken together, exact to the rial: groups and their measures, fields and their values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from ayan.core.query import group_sql
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import FacetQuestion, GroupKey, GroupQuestion
from ayan.core.query.query_service import QueryService
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.values.asked_value import value_text

AVERAGE_DECIMALS: Final = 2
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """Groups as values by column name (`GroupKey.name`, `GroupMeasure.name`), and how many groups there are in all."""

    rows: tuple[dict[str, Any], ...]
    total: int
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a field (None for rows without one), how many rows have it, and whether it is asked for."""

    value: Any
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The commonest values of a field, most rows first; ``more`` when it has others."""

    by: GroupKey
    values: tuple[FacetValue, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class FacetAnswer:
    """The facets in the order they were asked for."""

    facets: tuple[Facet, ...]
    snapshot: Snapshot


def answer_groups(
    reader: QueryService, dataset: Dataset, question: GroupQuestion, snapshot: Snapshot | None = None
) -> GroupAnswer:
    """The groups; keys of a year or month are texts (``1403``, ``1403-05``), averages have two decimals."""
    snapshot = snapshot or reader.snapshot(dataset, question.scope)
    dataset = as_asked(dataset)
    records = reader.table(dataset, group_sql.groups(dataset, question), snapshot)
    rows = tuple(_group(question, row) for row in records)
    return GroupAnswer(rows, records[0][-1] if records else 0, snapshot)


def _group(question: GroupQuestion, row: tuple[Any, ...]) -> dict[str, Any]:
    cells = iter(row)
    out: dict[str, Any] = {by.name: key_value(by, next(cells)) for by in question.by}
    for name, measure in zip(question.columns[len(question.by) :], question.measures, strict=True):
        value = next(cells)
        if measure.function == "avg":
            value = _average(value, next(cells))
        elif measure.function == "median":
            value = _middle(value, next(cells))
        out[name] = value
    return out


def _average(total: Any, count: int) -> Decimal | None:
    """The mean with two decimals, halves away from zero: divided once, from exact numbers."""
    if not count:
        return None
    return _EXACT.quantize(_EXACT.divide(Decimal(total), Decimal(count)), Decimal(1).scaleb(-AVERAGE_DECIMALS))


def _middle(low: Any, high: Any) -> int | Decimal | None:
    """Half-way between the two values in the middle, which are one where their number is odd; whole where it can be."""
    if low is None:
        return None
    half = _EXACT.divide(_EXACT.add(Decimal(low), Decimal(high)), Decimal(2))
    return int(half) if half == half.to_integral_value() else half.normalize(_EXACT)


def key_value(by: GroupKey, value: Any) -> Any:
    """A key as answers show it: ``1403`` and ``1403-05`` for the parts of a date, any other value as it is."""
    if by.part is None or value is None:
        return value
    return str(value) if by.part == "year" else f"{value // 100}-{value % 100:02}"


def answer_facets(
    reader: QueryService, dataset: Dataset, question: FacetQuestion, snapshot: Snapshot | None = None
) -> FacetAnswer:
    """The facets of a question."""
    snapshot = snapshot or reader.snapshot(dataset, question.scope)
    dataset = as_asked(dataset)
    facets = []
    for by in question.by:
        records = reader.table(dataset, group_sql.facet(dataset, question.scope, by, question.limit), snapshot)
        chosen = _filtered_values(question, by)
        shown = [(key_value(by, value), count) for value, count in records[: question.limit]]
        values = tuple(FacetValue(value, count, _text(value) in chosen) for value, count in shown)
        facets.append(Facet(by, values, len(records) > question.limit))
    return FacetAnswer(tuple(facets), snapshot)


def _filtered_values(question: FacetQuestion, by: GroupKey) -> set[str]:
    filters = [condition for condition in question.scope.filters if condition.field == by.field]
    chosen = {value_text(value) for condition in filters if condition.op in ("eq", "in") for value in condition.values}
    return chosen | {"" for condition in filters if condition.op == "isnull" and condition.values[0]}


def _text(value: Any) -> str:
    return "" if value is None else value_text(value)
