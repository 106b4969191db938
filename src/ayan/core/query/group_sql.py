"""Rows taken together as SQL: their number, groups with their measures, the values of fields with their counts.

Each statement is written over the rows, and again over the cells of a rollup, where it can be answered from these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from ayan.core.query.grouping import TAKEN, GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.question import Question
from ayan.core.query.sql import TABLE, RollupPlan, RowScope, SqlStatement, column, conditions_on, is_words, where
from ayan.core.schema.definition import Dataset
from ayan.core.store.rollup import ROWS, added_columns, spread_column
from ayan.core.values import jalali
from ayan.core.values.sql import identifier

_FIRST_DAYS: Final = list(jalali.FIRST_DAYS)


def rollup_plan(
    dataset: Dataset,
    question: Question,
    write: Callable[[], SqlStatement],
    *,
    by: Iterable[str] = (),
    added: Iterable[str] = (),
    beside: Iterable[str] = (),
) -> RollupPlan:
    """What a rollup must hold: the columns of the conditions, keys in their order, sums, and further columns."""
    by = tuple(by)
    words = (name for name in by if not name.startswith("_") and is_words(dataset.field(name)))
    keys = frozenset([*conditions_on(dataset, question), *by, *beside])
    return RollupPlan(keys, frozenset(added), frozenset(words), write)


def number_of_rows(*, cells: bool) -> str:
    """How many rows there are."""
    return f"coalesce(sum({ROWS}), 0)" if cells else "count(*)"


def figure(function: str, x: str, *, cells: bool) -> str:
    """The sum, count, least or greatest of the values of a column of numbers."""
    if not cells:
        return f"{function}({identifier(x)})"
    name = identifier(added_columns(x)[function])
    return f"coalesce(sum({name}), 0)" if function == "count" else f"{function}({name})"


def count(dataset: Dataset, question: Question, *, cells: bool = False) -> SqlStatement:
    """How many rows match, all pages together."""
    statement = SqlStatement()
    statement.sql = f"SELECT {number_of_rows(cells=cells)} FROM {TABLE} WHERE {where(dataset, question, statement)}"
    by_cells = rollup_plan(dataset, question, lambda: count(dataset, question, cells=True))
    statement.scope = RowScope(question, (), lambda other: count(dataset, other), by_cells)
    return statement


def group_key(dataset: Dataset, by: GroupKey, statement: SqlStatement) -> str:
    """What rows are grouped by: a column, or the Jalali year (1403) or month (140305) of a date as a number."""
    x = column(dataset, by.field)
    if by.part is None:
        return x
    day, firsts = f"({x} - DATE '1970-01-01')", _first_days(statement)
    index = _jalali_year(day, firsts)
    if by.part == "year":
        return f"({index} + {jalali.FIRST_YEAR})"
    # Six months of 31 days, then months of 30: whichever count has come further.
    past = f"({day} - {firsts}[{index} + 1])"
    month = f"greatest({past} // 31, ({past} - 6) // 30)"
    return f"(({index} + {jalali.FIRST_YEAR}) * 100 + {month} + 1)"


def _first_days(statement: SqlStatement) -> str:
    """The official table: days from 1970-01-01 to the first day of each year, bound once, which SQL counts from 1."""
    bound = (f"${name}" for name, value in statement.values.items() if value is _FIRST_DAYS)
    return next(bound, None) or statement.bind(_FIRST_DAYS)


def _jalali_year(day: str, firsts: str) -> str:
    """Years since the first of the table: by the mean length of a year, two days early, then set right by the table."""
    first, last = jalali.FIRST_DAYS[0], jalali.FIRST_DAYS[-1]
    near = f"CAST(floor(({day} - {first - 2}) / 365.2422) AS INTEGER)"
    exact = f"{near} - CAST({firsts}[{near} + 1] > {day} AS INTEGER)"
    return f"(CASE WHEN {day} >= {first} AND {day} < {last} THEN {exact} END)"


def measure(dataset: Dataset, asked_measure: GroupMeasure, *, cells: bool = False) -> tuple[str, ...]:
    """The aggregates of a measure, exact: an average is a sum and a number of values, a median the two in the middle.

    Their quotient is left to the asker, for SQL would make it a double.
    """
    if asked_measure.function == "count":
        return (number_of_rows(cells=cells),)
    x = column(dataset, asked_measure.field)
    if asked_measure.function == "avg":
        return tuple(figure(part, asked_measure.field, cells=cells) for part in ("sum", "count"))
    if asked_measure.function == "median":
        return tuple(f"percentile_disc(0.5) WITHIN GROUP (ORDER BY {x}{way})" for way in ("", " DESC"))
    if asked_measure.function == "distinct":
        return (f"count(DISTINCT {x})",)
    return (figure(asked_measure.function, asked_measure.field, cells=cells and _is_added(dataset, asked_measure)),)


def _is_added(dataset: Dataset, asked_measure: GroupMeasure) -> bool:
    """Whether a rollup tells the measure by a column of its own, and not by its keys."""
    return asked_measure.function in ("sum", "avg", "min", "max") and TAKEN["sum"](dataset.field(asked_measure.field))


def groups(dataset: Dataset, question: GroupQuestion, *, cells: bool = False) -> SqlStatement:
    """Key columns, aggregates of the measures, then how many groups there are in all."""
    statement = SqlStatement()
    keys = [group_key(dataset, by, statement) for by in question.by]
    aggregates = [measure(dataset, asked_measure, cells=cells) for asked_measure in question.measures]
    columns = [*keys, *(part for parts in aggregates for part in parts), "count(*) OVER ()"]
    condition = where(dataset, question.scope, statement)
    order = [_in_order(dataset, by, n + 1, descending=False, cells=cells) for n, by in enumerate(question.by)]
    if question.sort:
        index = question.columns.index(question.sort.field)
        order.insert(0, _sorted_group(dataset, question, index, aggregates, cells=cells))
    grouped = f" GROUP BY {', '.join(str(number + 1) for number in range(len(keys)))}" if keys else ""
    ordered = f" ORDER BY {', '.join(order)}" if order else ""
    statement.sql = (
        f"SELECT {', '.join(columns)} FROM {TABLE} WHERE {condition}{grouped}{ordered} LIMIT {int(question.limit)}"
    )
    names = (
        *(by.field for by in question.by),
        *(asked_measure.field for asked_measure in question.measures if asked_measure.field),
    )
    over = lambda scope: groups(dataset, replace(question, scope=scope))  # noqa: E731 - beside the other one
    statement.scope = RowScope(question.scope, names, over, _groups_told(dataset, question))
    return statement


def _groups_told(dataset: Dataset, question: GroupQuestion) -> RollupPlan | None:
    """What a rollup must hold for groups; None for medians, of which it cannot tell."""
    measures = [asked_measure for asked_measure in question.measures if asked_measure.field]
    if any(asked_measure.function == "median" for asked_measure in measures):
        return None
    added = [asked_measure.field for asked_measure in measures if _is_added(dataset, asked_measure)]
    beside = [asked_measure.field for asked_measure in measures if not _is_added(dataset, asked_measure)]
    by = [key.field for key in question.by]
    write = lambda: groups(dataset, question, cells=True)  # noqa: E731 - beside the other one
    return rollup_plan(dataset, question.scope, write, by=by, added=added, beside=beside)


def _sorted_group(
    dataset: Dataset, question: GroupQuestion, index: int, aggregates: Sequence[tuple[str, ...]], *, cells: bool
) -> str:
    descending = bool(question.sort and question.sort.descending)
    if index < len(question.by):
        return _in_order(dataset, question.by[index], index + 1, descending=descending, cells=cells)
    asked_measure, parts = question.measures[index - len(question.by)], aggregates[index - len(question.by)]
    way = f"{'DESC' if descending else 'ASC'} NULLS LAST"
    if len(parts) == 1:
        return f"{parts[0]} {way}"
    first, second = parts
    of = dataset.field(asked_measure.field)
    if asked_measure.function == "median":
        return f"{first if of.kind.has_decimals else f'CAST({first} AS HUGEINT)'} + {second} {way}"
    # A quotient would be rounded to a double: whole parts first, then what is left over of each.
    whole = f"CAST({first} * {10**of.scale} AS HUGEINT)" if of.kind.has_decimals else first
    return f"{whole} // nullif({second}, 0) {way}, ({whole} % nullif({second}, 0)) / {second} {way}"


def _in_order(dataset: Dataset, by: GroupKey, number: int, *, descending: bool, cells: bool) -> str:
    """The order of the column at a place: words by the alphabet, empty ones last."""
    way = f"{'DESC' if descending else 'ASC'} NULLS LAST"
    if not is_words(dataset.field(by.field)):
        return f"{number} {way}"
    key = f"min({identifier(spread_column(by.field))})" if cells else f"icu_sort_key({column(dataset, by.field)}, 'fa')"
    return f"{key} {way}, {number}"


def facet(dataset: Dataset, question: Question, by: GroupKey, limit: int, *, cells: bool = False) -> SqlStatement:
    """The commonest values of a field with their counts, one more than ``limit``; the field's own filters left out."""
    statement = SqlStatement()
    condition = where(dataset, question, statement, leave_out=by.field)
    statement.sql = (
        f"SELECT {group_key(dataset, by, statement)}, {number_of_rows(cells=cells)} FROM {TABLE} WHERE {condition} "
        f"GROUP BY 1 ORDER BY 2 DESC, {_in_order(dataset, by, 1, descending=False, cells=cells)} LIMIT {int(limit) + 1}"
    )
    scope = replace(question, filters=tuple(condition for condition in question.filters if condition.field != by.field))
    by_cells = rollup_plan(dataset, scope, lambda: facet(dataset, question, by, limit, cells=True), by=[by.field])
    statement.scope = RowScope(scope, (by.field,), lambda other: facet(dataset, other, by, limit), by_cells)
    return statement
