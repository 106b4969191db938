"""Counts, groups, facets and totals of rows from the few cells of a rollup, without a statement.

DuckDB takes a millisecond to plan and run one over the smallest table, and a page asks a dozen of them. The results are
those of `ayan.core.query.sql.over_cells`, in the same order; whatever is not worked out here is left to that.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Final

from ayan.core.index.cell_table import CellTable
from ayan.core.index.rollup import ROWS, added_columns, spread_column
from ayan.core.query.grouping import GroupMeasure
from ayan.core.query.operators import folded_values, is_words
from ayan.core.query.plan import AmountTotals, Facet, Groups, RowCount, Scoped
from ayan.core.query.question import Filter, Question
from ayan.core.query.sql import is_added_up
from ayan.core.schema.definition import Dataset
from ayan.core.values.asked_value import Span

Test = Callable[[Any], bool]
CellPlaces = Sequence[int]
"""Which cells, in their order."""
CellGroupKey = tuple[Any, ...]

_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
# Python and SQL agree on what is equal and what is less among values of one of these.
_KINDS: Final = (str, int, bool, date, None)


def from_cells(dataset: Dataset, plan: Scoped, cells: CellTable) -> list[tuple[Any, ...]] | None:
    """The result of a plan; None where its statement has to be asked.

    ``cells`` hold what `ayan.core.query.sql.rollup_need` says.
    """
    match plan:
        case RowCount():
            at = _matching(dataset, plan.scope, cells)
            return None if at is None else [(_rows(cells, at),)]
        case Groups():
            return _groups(dataset, plan, cells)
        case Facet():
            return _facet(dataset, plan, cells)
        case AmountTotals():
            return _totals(dataset, plan, cells)
    return None


def _groups(dataset: Dataset, plan: Groups, cells: CellTable) -> list[tuple[Any, ...]] | None:
    question = plan.question
    names = [by.field for by in question.by]
    figures = [_figures(dataset, measure, cells) for measure in question.measures]
    if question.having or any(by.part for by in question.by) or not _are_plain(cells, names) or None in figures:
        return None
    at = _matching(dataset, question.scope, cells)
    if at is None:
        return None
    parts = [part for measured in figures for part in measured or ()]
    by_key = _by_key(cells, names, at) if names else {(): at}
    rows = [(*key, *(function(_column(cells, name, held)) for function, name in parts)) for key, held in by_key.items()]
    order = [_Ascending(cells, name, number, is_words(dataset.field(name))) for number, name in enumerate(names)]
    rows.sort(key=lambda row: [each(row) for each in order])
    if question.sort is not None:
        number = question.columns.index(question.sort.field)
        if number >= len(names) and any(len(parts or ()) > 1 for parts in figures):
            # An average is sorted by its quotient, and stands in two columns.
            return None
        _sort(rows, number, order[number] if number < len(names) else None, descending=question.sort.descending)
    return [(*row, len(rows)) for row in rows[: question.limit]]


def _sort(rows: list[tuple[Any, ...]], number: int, order: _Ascending | None, *, descending: bool) -> None:
    """Bring rows into the order of one column, empty ones last; equal ones stay in the order that they have."""
    if order is None or not order.words:
        filled = [row for row in rows if row[number] is not None]
        filled.sort(key=lambda row: row[number], reverse=descending)
    else:
        filled = sorted((row for row in rows if row[number] is not None), key=lambda row: row[number])
        filled.sort(key=lambda row: order.place(row[number]), reverse=descending)
    rows[:] = [*filled, *(row for row in rows if row[number] is None)]


def _facet(dataset: Dataset, plan: Facet, cells: CellTable) -> list[tuple[Any, ...]] | None:
    name = plan.by.field
    at = _matching(dataset, plan.scope, cells)
    if at is None or plan.by.part or not _are_plain(cells, [name]):
        return None
    order = _Ascending(cells, name, 0, is_words(dataset.field(name)))
    counted = [(*key, _rows(cells, held)) for key, held in _by_key(cells, [name], at).items()]
    return sorted(counted, key=lambda row: (-row[1], order(row)))[: plan.limit + 1]


def _totals(dataset: Dataset, plan: AmountTotals, cells: CellTable) -> list[tuple[Any, ...]] | None:
    sums = [added_columns(name)["sum"] for name in plan.amounts]
    keys = [plan.key] if plan.key else []
    at = _matching(dataset, plan.scope, cells)
    if at is None or not _are_plain(cells, keys) or any(cells.kinds[name] not in (int, None) for name in sums):
        return None

    def total(part: int, key: Any, held: CellPlaces) -> tuple[Any, ...]:
        return (part, key, _rows(cells, held), *(_sum(_column(cells, name, held)) for name in sums))

    parts = _by_key(cells, keys, at).items() if keys else ()
    return [total(0, None, at), *(total(1, key, held) for (key,), held in parts)]


# --- which cells ------------------------------------------------------------------------------------------------------


def _matching(dataset: Dataset, scope: Question, cells: CellTable) -> CellPlaces | None:
    """The cells of the rows that a question is about; None where one of its conditions is not held here."""
    if scope.search or scope.release:
        return None
    at: CellPlaces = range(cells.size)
    for condition in scope.filters:
        test, column = _test(dataset, condition, cells), cells.columns[condition.field]
        if test is None:
            return None
        at = [place for place in at if test(column[place])]
    return at


def _test(dataset: Dataset, condition: Filter, cells: CellTable) -> Test | None:
    """Whether a value meets a condition, as `ayan.core.query.operators` writes it."""
    kind, values = cells.kinds[condition.field], condition.values
    if not _are_plain(cells, [condition.field]):
        return None
    if condition.exact:
        return _any_of(kind, values)
    if folded_values(dataset.field(condition.field), condition.op, values):
        return None
    match condition.op:
        case "eq" | "in":
            return _any_of(kind, values)
        case "isnull":
            return (lambda value: value is None) if values[0] else (lambda value: value is not None)
        case "gt" | "gte" | "lt" | "lte":
            edge, compare = _end(kind, values[0], last=condition.op in ("gt", "lte")), _COMPARE[condition.op]
            return None if edge is None else lambda value: value is not None and compare(value, edge)
    return None


def _end(kind: type | None, value: Any, *, last: bool) -> Any:
    """The end of a value that an order is about; None where it is not of the column's own type."""
    if isinstance(value, Span):
        if value.alone:
            return None
        value = value.last if last else value.first
    return value if kind is None or type(value) is kind else None


def _any_of(kind: type | None, values: Iterable[Any]) -> Test | None:
    spans = [value for value in values if isinstance(value, Span)]
    plain = {value for value in values if not isinstance(value, Span)} | {span.alone for span in spans if span.alone}
    ends = [(span.first, span.last) for span in spans]
    if any(kind is not None and type(value) is not kind for value in (*plain, *(end for pair in ends for end in pair))):
        return None
    if not ends:
        # No condition holds for an empty cell.
        return (plain - {None}).__contains__
    return lambda value: value in plain or (value is not None and any(first <= value <= last for first, last in ends))


# --- what is said of them ---------------------------------------------------------------------------------------------


def _are_plain(cells: CellTable, names: Iterable[str]) -> bool:
    return all(cells.kinds[name] in _KINDS for name in names)


def _column(cells: CellTable, name: str, at: CellPlaces) -> Iterable[Any]:
    return map(cells.columns[name].__getitem__, at)


def _by_key(cells: CellTable, names: Sequence[str], at: CellPlaces) -> dict[CellGroupKey, list[int]]:
    """The cells of each combination of the values of some columns."""
    out: dict[CellGroupKey, list[int]] = {}
    keys = zip(*(_column(cells, name, at) for name in names), strict=True)
    for place, key in zip(at, keys, strict=True):
        out.setdefault(key, []).append(place)
    return out


def _rows(cells: CellTable, at: CellPlaces) -> int:
    return sum(_column(cells, ROWS, at))


def _figures(
    dataset: Dataset, measure: GroupMeasure, cells: CellTable
) -> list[tuple[Callable[[Iterable[Any]], Any], str]] | None:
    """The aggregates of a measure, each of a column of the cells; None for what is not worked out here."""
    if measure.function == "count":
        return [(sum, ROWS)]
    if measure.function not in ("sum", "avg", "min", "max") or not is_added_up(dataset, measure):
        return None
    columns = added_columns(measure.field)
    parts = ("sum", "count") if measure.function == "avg" else (measure.function,)
    # Python would round what has more digits than its decimals take.
    if any(cells.kinds[columns[part]] not in (int, None) for part in parts):
        return None
    return [(_FUNCTIONS[part], columns[part]) for part in parts]


def _sum(values: Iterable[int | None]) -> int | None:
    filled = [value for value in values if value is not None]
    return sum(filled) if filled else None


_FUNCTIONS: Final[dict[str, Callable[[Iterable[Any]], Any]]] = {
    "sum": _sum,
    "count": sum,
    "min": lambda values: min((value for value in values if value is not None), default=None),
    "max": lambda values: max((value for value in values if value is not None), default=None),
}


class _Ascending:
    """By what rows are sorted in the order of the column ``name``, which is their ``number``th; empty ones last."""

    def __init__(self, cells: CellTable, name: str, number: int, words: bool) -> None:
        self.words = words
        self._number = number
        self._places = dict(zip(cells.columns[name], cells.columns[spread_column(name)], strict=True)) if words else {}

    def place(self, word: str) -> int:
        """The number of a word in the order of the alphabet."""
        place: int = self._places[word]
        return place

    def __call__(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        value = row[self._number]
        if value is None:
            return (True,)
        return (False, self._places[value], value) if self.words else (False, value)
