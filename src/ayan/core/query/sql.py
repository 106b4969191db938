"""Plans as SQL: the one place that writes it, in DuckDB's dialect over the table `TABLE`, with every value bound.

Rows are written by `ayan.core.query.row_sql`; here, rows taken together: counts, groups with their measures, values
of fields. Where a rollup can answer a plan, the same statement is written over its cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, assert_never

from ayan.core.index.rollup import ROWS, RollupNeed, added_columns, middle_columns, spread_column
from ayan.core.query import row_sql
from ayan.core.query.group_conditions import SIGNS, GroupCondition
from ayan.core.query.grouping import TAKEN, DatePart, GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.operators import is_words
from ayan.core.query.plan import (
    AmountTotals,
    Extent,
    Facet,
    Groups,
    Median,
    Newest,
    Plan,
    Record,
    RowCount,
    RowFile,
    RowNumbers,
    Rows,
    Scoped,
    Series,
    SeriesGaps,
    Tiles,
)
from ayan.core.query.question import Question
from ayan.core.query.row_sql import TABLE, column, conditions_on, where
from ayan.core.schema.definition import Dataset
from ayan.core.values import jalali
from ayan.core.values.sql import SqlStatement, identifier

_FIRST_DAYS: Final = list(jalali.FIRST_DAYS)
# The last digits of a code; more of them are no number that somebody counts.
_CODE: Final = "^(.*?)([0-9]{1,12})$"


def to_sql(dataset: Dataset, plan: Plan) -> SqlStatement:
    """The statement whose result is that of the plan. KeyError for a field that is not published."""
    match plan:
        case Rows():
            return row_sql.rows(dataset, plan)
        case RowNumbers():
            return row_sql.numbers(dataset, plan)
        case RowFile():
            return row_sql.file(dataset, plan)
        case Record():
            return row_sql.record(dataset, plan)
        case Newest():
            return row_sql.newest(dataset, plan)
        case Series():
            return _series(dataset, plan)
        case SeriesGaps():
            return _series_gaps(dataset, plan)
        case Extent():
            return _extent(dataset, plan)
        case Tiles():
            return _tiles(dataset, plan)
        case RowCount() | Groups() | Facet() | AmountTotals() | Median():
            return _taken_together(dataset, plan, cells=False)
    assert_never(plan)


def over_cells(dataset: Dataset, plan: Scoped) -> SqlStatement:
    """The same result from the cells of a rollup that holds what `rollup_need` says.

    Medians only from cells that each are a whole group, with their `middle_columns`.
    """
    return _taken_together(dataset, plan, cells=True)


def _taken_together(dataset: Dataset, plan: Scoped, *, cells: bool) -> SqlStatement:
    match plan:
        case RowCount():
            return _count(dataset, plan.scope, cells=cells)
        case Groups():
            return _groups(dataset, plan.question, cells=cells)
        case Facet():
            return _facet(dataset, plan, cells=cells)
        case AmountTotals():
            return _totals(dataset, plan, cells=cells)
        case Median():
            return _median(dataset, plan)
    assert_never(plan)


# --- what rollups tell ----------------------------------------------------------------------------------------------


def rollup_need(dataset: Dataset, plan: Scoped) -> RollupNeed | None:
    """What a rollup must hold; None for medians, of which it cannot tell."""
    match plan:
        case RowCount():
            return _need(dataset, plan.scope)
        case Facet():
            return _need(dataset, plan.scope, by=[plan.by.field])
        case AmountTotals():
            return _need(dataset, plan.scope, added=plan.amounts, beside=[plan.key] if plan.key else [])
        case Median():
            return None
        case Groups():
            measures = [asked_measure for asked_measure in plan.question.measures if asked_measure.field]
            if any(asked_measure.function == "median" for asked_measure in measures):
                return None
            added = [asked_measure.field for asked_measure in measures if is_added_up(dataset, asked_measure)]
            beside = [asked_measure.field for asked_measure in measures if not is_added_up(dataset, asked_measure)]
            return _need(dataset, plan.scope, by=[key.field for key in plan.question.by], added=added, beside=beside)
    assert_never(plan)


def _need(
    dataset: Dataset, scope: Question, *, by: Sequence[str] = (), added: Iterable[str] = (), beside: Iterable[str] = ()
) -> RollupNeed:
    """The columns of the conditions, keys in their order, sums, and further columns."""
    words = (name for name in by if not name.startswith("_") and is_words(dataset.field(name)))
    return RollupNeed(frozenset([*conditions_on(dataset, scope), *by, *beside]), frozenset(added), frozenset(words))


# --- counts, groups and facets --------------------------------------------------------------------------------------


def _number_of_rows(*, cells: bool) -> str:
    """How many rows there are."""
    return f"coalesce(sum({ROWS}), 0)" if cells else "count(*)"


def _figure(function: str, x: str, *, cells: bool) -> str:
    """The sum, count, least or greatest of the values of a column of numbers."""
    if not cells:
        return f"{function}({identifier(x)})"
    name = identifier(added_columns(x)[function])
    return f"coalesce(sum({name}), 0)" if function == "count" else f"{function}({name})"


def _count(dataset: Dataset, scope: Question, *, cells: bool) -> SqlStatement:
    """How many rows match."""
    statement = SqlStatement()
    statement.sql = f"SELECT {_number_of_rows(cells=cells)} FROM {TABLE} WHERE {where(dataset, scope, statement)}"
    return statement


def group_key(dataset: Dataset, by: GroupKey, statement: SqlStatement) -> str:
    """What rows are grouped by: a column, or the Jalali year (1403), quarter (14032) or month (140305) of a date as a
    number, or the part of a period as a text (``1403-Q2``).
    """
    x = column(dataset, by.field)
    if by.part is None:
        return x
    if dataset.field(by.field).kind.is_period:
        return _part_of_period(x, by.part)
    day, firsts = f"({x} - DATE '1970-01-01')", _first_days(statement)
    index = _jalali_year(day, firsts)
    if by.part == "year":
        return f"({index} + {jalali.FIRST_YEAR})"
    # Six months of 31 days, then months of 30: whichever count has come further.
    past = f"({day} - {firsts}[{index} + 1])"
    month = f"greatest({past} // 31, ({past} - 6) // 30)"
    if by.part == "quarter":
        return f"(({index} + {jalali.FIRST_YEAR}) * 10 + ({month} // 3) + 1)"
    return f"(({index} + {jalali.FIRST_YEAR}) * 100 + {month} + 1)"


def _part_of_period(x: str, part: DatePart) -> str:
    """The part of a text such as ``1403-05``; nothing of a period that is longer than the part."""
    if part == "year":
        return f"left({x}, 4)"
    if part == "month":
        return f"(CASE WHEN length({x}) >= 7 AND substr({x}, 6, 1) <> 'Q' THEN left({x}, 7) END)"
    of_month = f"left({x}, 5) || 'Q' || ((TRY_CAST(substr({x}, 6, 2) AS INTEGER) + 2) // 3)"
    return f"(CASE WHEN substr({x}, 6, 1) = 'Q' THEN left({x}, 7) WHEN length({x}) >= 7 THEN {of_month} END)"


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


def _measure(dataset: Dataset, asked_measure: GroupMeasure, *, cells: bool = False) -> tuple[str, ...]:
    """The aggregates of a measure, exact: an average is a sum and a number of values, a median the two in the middle.

    Their quotient is left to the asker, for SQL would make it a double.
    """
    if asked_measure.function == "count":
        return (_number_of_rows(cells=cells),)
    x = column(dataset, asked_measure.field)
    if asked_measure.function == "avg":
        return tuple(_figure(part, asked_measure.field, cells=cells) for part in ("sum", "count"))
    if asked_measure.function == "median" and cells:
        return tuple(f"min({identifier(name)})" for name in middle_columns(asked_measure.field))
    if asked_measure.function == "median":
        return tuple(f"percentile_disc(0.5) WITHIN GROUP (ORDER BY {x}{way})" for way in ("", " DESC"))
    if asked_measure.function == "distinct":
        return (f"count(DISTINCT {x})",)
    return (_figure(asked_measure.function, asked_measure.field, cells=cells and is_added_up(dataset, asked_measure)),)


def is_added_up(dataset: Dataset, asked_measure: GroupMeasure) -> bool:
    """Whether a rollup tells the measure by a column of its own, and not by its keys."""
    return asked_measure.function in ("sum", "avg", "min", "max") and TAKEN["avg"](dataset.field(asked_measure.field))


def _groups(dataset: Dataset, question: GroupQuestion, *, cells: bool) -> SqlStatement:
    """Key columns, aggregates of the measures, then how many groups there are in all."""
    statement = SqlStatement()
    keys = [group_key(dataset, by, statement) for by in question.by]
    aggregates = [_measure(dataset, asked_measure, cells=cells) for asked_measure in question.measures]
    columns = [*keys, *(part for parts in aggregates for part in parts), "count(*) OVER ()"]
    condition = where(dataset, question.scope, statement)
    order = [_in_order(dataset, by, n + 1, descending=False, cells=cells) for n, by in enumerate(question.by)]
    if question.sort:
        index = question.columns.index(question.sort.field)
        order.insert(0, _sorted_group(dataset, question, index, aggregates, cells=cells))
    grouped = f" GROUP BY {', '.join(str(number + 1) for number in range(len(keys)))}" if keys else ""
    having = [_held(question, each, aggregates, statement) for each in question.having]
    kept = f" HAVING {' AND '.join(having)}" if having else ""
    ordered = f" ORDER BY {', '.join(order)}" if order else ""
    statement.sql = (
        f"SELECT {', '.join(columns)} FROM {TABLE} WHERE {condition}{grouped}{kept}{ordered} "
        f"LIMIT {int(question.limit)}"
    )
    return statement


def _held(
    question: GroupQuestion,
    condition: GroupCondition,
    aggregates: Sequence[tuple[str, ...]],
    statement: SqlStatement,
) -> str:
    """A condition on a number of a group; on an average without dividing, which would round it."""
    first, *divisor = aggregates[question.columns.index(condition.column) - len(question.by)]
    asked = " * ".join([statement.bind(condition.value), *divisor])
    return f"{first} {SIGNS[condition.op]} {asked}"


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


def _facet(dataset: Dataset, plan: Facet, *, cells: bool) -> SqlStatement:
    """The commonest values of a field with their counts."""
    statement, by = SqlStatement(), plan.by
    condition = where(dataset, plan.question, statement, leave_out=by.field)
    statement.sql = (
        f"SELECT {group_key(dataset, by, statement)}, {_number_of_rows(cells=cells)} FROM {TABLE} WHERE {condition} "
        f"GROUP BY 1 ORDER BY 2 DESC, {_in_order(dataset, by, 1, descending=False, cells=cells)} "
        f"LIMIT {int(plan.limit) + 1}"
    )
    return statement


# --- figures of a result --------------------------------------------------------------------------------------------


def _totals(dataset: Dataset, plan: AmountTotals, *, cells: bool) -> SqlStatement:
    """The sums of the whole and of each key, from one look at the rows."""
    statement = SqlStatement()
    condition = where(dataset, plan.scope, statement)
    figures = [_number_of_rows(cells=cells), *(_figure("sum", name, cells=cells) for name in plan.amounts)]
    days = plan.key in {field.name for field in dataset.published if field.kind.is_day}
    empty = f"CAST(NULL AS {'DATE' if days else 'VARCHAR'})"
    parts = [f"SELECT 0 AS part, {empty} AS key, {', '.join(figures)} FROM hit"]
    if plan.key:
        parts.append(f"SELECT 1, {identifier(plan.key)}, {', '.join(figures)} FROM hit GROUP BY 2")
    columns = [ROWS, *(added_columns(name)["sum"] for name in plan.amounts)] if cells else plan.amounts
    needed = ", ".join(map(identifier, dict.fromkeys([*([plan.key] if plan.key else []), *columns]))) or "1"
    # The statement may come to stand after a WITH, so its own stands inside.
    statement.sql = (
        f"SELECT * FROM (WITH hit AS MATERIALIZED (SELECT {needed} FROM {TABLE} "
        f"WHERE {condition}) {' UNION ALL '.join(parts)})"
    )
    return statement


def _median(dataset: Dataset, plan: Median) -> SqlStatement:
    statement, x = SqlStatement(), column(dataset, plan.field)
    condition = where(dataset, plan.scope, statement)
    statement.sql = f"SELECT median({x}), min({x}), max({x}) FROM {TABLE} WHERE {condition}"
    return statement


def _extent(dataset: Dataset, plan: Extent) -> SqlStatement:
    statement = SqlStatement()
    x, y = column(dataset, plan.x), column(dataset, plan.y)
    condition = where(dataset, plan.scope, statement)
    statement.sql = (
        f"SELECT count(*), count({x} + {y}), min({x}), max({x}), min({y}), max({y}) FROM {TABLE} WHERE {condition}"
    )
    return statement


def _tiles(dataset: Dataset, plan: Tiles) -> SqlStatement:
    statement = SqlStatement()
    x, y = column(dataset, plan.x), column(dataset, plan.y)
    condition = where(dataset, plan.scope, statement)
    across = f"CAST(floor(({x} - {statement.bind(plan.west)}) / {statement.bind(plan.wide)}) AS INTEGER)"
    down = f"CAST(floor(({statement.bind(plan.north)} - {y}) / {statement.bind(plan.high)}) AS INTEGER)"
    statement.sql = (
        f"SELECT {across}, {down}, count(*) FROM {TABLE} "
        f"WHERE {condition} AND {x} IS NOT NULL AND {y} IS NOT NULL GROUP BY 1, 2 ORDER BY 2, 1"
    )
    return statement


# --- running numbers ------------------------------------------------------------------------------------------------


def _numbered(dataset: Dataset, plan: Series | SeriesGaps, statement: SqlStatement) -> str:
    """Each different number with its series, and the number before it; one before the declared first comes first.

    A table for FROM, in brackets: what stands before a statement where a column is lacking is a WITH already.
    """
    x = column(dataset, plan.by)
    code = statement.bind(_CODE)
    least = f"CAST({statement.bind(plan.first)} AS BIGINT)" if plan.first is not None else "NULL"
    return (
        f"(WITH numbered AS (SELECT DISTINCT regexp_extract({x}, {code}, 1) AS series, "
        f"CAST(regexp_extract({x}, {code}, 2) AS BIGINT) AS number FROM {TABLE} "
        f"WHERE regexp_matches({x}, {code})) "
        f"SELECT series, number, lag(number, 1, {least} - 1) OVER (PARTITION BY series ORDER BY number) "
        f"AS before FROM numbered WHERE {least} IS NULL OR number >= {least}) AS beside"
    )


def _series(dataset: Dataset, plan: Series) -> SqlStatement:
    statement = SqlStatement()
    first = f"CAST({statement.bind(plan.first)} AS BIGINT)" if plan.first is not None else "min(number)"
    statement.sql = (
        f"SELECT series, count(*), {first}, max(number) FROM {_numbered(dataset, plan, statement)} "
        "GROUP BY series ORDER BY series"
    )
    return statement


def _series_gaps(dataset: Dataset, plan: SeriesGaps) -> SqlStatement:
    statement = SqlStatement()
    statement.sql = (
        f"SELECT series, before + 1, number - 1 FROM {_numbered(dataset, plan, statement)} "
        f"WHERE number > before + 1 ORDER BY series, number LIMIT {int(plan.limit)}"
    )
    return statement
