"""The figures of a result: how many rows it has, what its amounts come to, their medians, and the same year by year."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, partial
from typing import Any, Final

from ayan.core.query import group_sql, sql
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupMeasure, GroupQuestion
from ayan.core.query.groups import answer_groups
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.query.sql import SqlStatement
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.rollup import ROWS, added_columns
from ayan.core.values import jalali
from ayan.core.values.sql import identifier

# Up to here a whole number and the half-way point between two are exact in a double, which DuckDB's median gives.
EXACT_DOUBLE: Final = 2**52
# Which release a row came in says its year where no column does.
PERIOD: Final = "_period"
_MONTHLY: Final = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?").fullmatch


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount over the whole result in rial: sum and median, None where no row has a value.

    The median of an even number of rows lies between two amounts; half a rial is rounded away from zero.
    """

    field: Field
    total: int | None
    median: int | None


@dataclass(frozen=True, slots=True)
class DateRange:
    """One year (``1403``) or month (``1403-05``) of the result; ``totals`` in rial in the order of the amounts."""

    name: str
    rows: int
    totals: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of one result.

    ``years`` and ``months`` are in order and leave out rows without a date; ``months`` is empty where the axis tells
    years alone. ``axis`` is the field that tells them, None where it is the period of the release, or where nothing
    does and both are empty.
    """

    rows: int
    amounts: tuple[Amount, ...]
    years: tuple[DateRange, ...]
    months: tuple[DateRange, ...] = ()
    axis: Field | None = None


def amounts_of(dataset: Dataset) -> tuple[Field, ...]:
    """The fields whose sum says something: money that is declared as an amount and published whole."""
    return tuple(
        field
        for field in dataset.published
        if field.kind.is_money and field.role == "amount" and field.shown == "public"
    )


def axis_of(dataset: Dataset) -> Field | None:
    """The field that tells a row's year: the declared date, else a period."""
    fields = [field for field in dataset.published if field.shown == "public"]
    dates = [field for field in fields if field.kind.is_day and field.role == "date"]
    return next(iter([*dates, *(field for field in fields if field.kind.is_period)]), None)


def statistics(
    reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot, *, medians: bool = True
) -> Statistics:
    """The figures of a question's whole result: one statement for the sums, and one for each median if they are wanted.

    Raises TooSlow or TooHeavy as any question does.
    """
    dataset = as_asked(dataset)
    amounts, axis = amounts_of(dataset), axis_of(dataset)
    scope = replace(question, cursor=None, sort=None, fields=(), size=None)
    records = reader.table(dataset, statement(dataset, scope, amounts, axis), snapshot)
    _, _, rows, *totals = next(row for row in records if row[0] == 0)
    return Statistics(
        rows=rows,
        amounts=tuple(
            Amount(
                field,
                total,
                _median(reader, dataset, scope, snapshot, field) if medians and total is not None else None,
            )
            for field, total in zip(amounts, totals, strict=True)
        ),
        years=_stretches(records, len(amounts), _year),
        months=_stretches(records, len(amounts), _month),
        axis=axis,
    )


def statement(
    dataset: Dataset, scope: Question, amounts: Sequence[Field], axis: Field | None, *, cells: bool = False
) -> SqlStatement:
    """Rows of ``part, key, rows`` and the sum of each amount: part 0 is the whole, part 1 one key.

    The key is a day or a period; whoever reads it tells its year, for there are few days and many rows.
    """
    query = SqlStatement()
    condition = sql.where(dataset, scope, query)
    key = axis.name if axis else PERIOD if dataset.period != "none" else None
    names = tuple(field.name for field in amounts)
    figures = [group_sql.number_of_rows(cells=cells), *(group_sql.figure("sum", name, cells=cells) for name in names)]
    kind = "DATE" if axis and axis.kind.is_day else "VARCHAR"
    parts = [f"SELECT 0 AS part, CAST(NULL AS {kind}) AS key, {', '.join(figures)} FROM hit"]
    if key:
        parts.append(f"SELECT 1, {identifier(key)}, {', '.join(figures)} FROM hit GROUP BY 2")
    # The statement may come to stand after a WITH, so its own stands inside.
    query.sql = (
        f"SELECT * FROM (WITH hit AS MATERIALIZED (SELECT {_needed(key, names, cells=cells)} FROM {sql.TABLE} "
        f"WHERE {condition}) {' UNION ALL '.join(parts)})"
    )
    needed = (*([key] if key else []), *names)
    write = partial(statement, dataset, amounts=amounts, axis=axis)
    by_cells = group_sql.rollup_plan(
        dataset, scope, partial(write, scope, cells=True), beside=[key] if key else [], added=names
    )
    query.scope = sql.RowScope(scope, needed, write, by_cells)
    return query


def _needed(key: str | None, names: Sequence[str], *, cells: bool) -> str:
    """The columns that the figures are made of."""
    columns = [ROWS, *(added_columns(name)["sum"] for name in names)] if cells else names
    return ", ".join(map(identifier, dict.fromkeys([*([key] if key else []), *columns]))) or "1"


def _stretches(
    records: Sequence[tuple[Any, ...]], amounts: int, name_of: Callable[[date | str | None], str | None]
) -> tuple[DateRange, ...]:
    """The keys of the statement put together by the year or month that each lies in."""
    out: dict[str, DateRange] = {}
    for part, key, rows, *figures in records:
        name = name_of(key) if part == 1 else None
        if name is None:
            continue
        before = out.get(name, DateRange(name, 0, (None,) * amounts))
        totals = tuple(_plus(old, new) for old, new in zip(before.totals, figures, strict=True))
        out[name] = DateRange(name, before.rows + rows, totals)
    return tuple(out[name] for name in sorted(out))


def _plus(first: int | None, other: int | None) -> int | None:
    return first if other is None else other if first is None else first + other


def _year(key: date | str | None) -> str | None:
    """The Jalali year of a day, or the year that a period begins with; None where there is none."""
    month = _month(key)
    if month is None:
        return key[:4] if isinstance(key, str) and key[:4].isdecimal() else None
    return month[:4]


@lru_cache(maxsize=50_000)
def _month(key: date | str | None) -> str | None:
    """The Jalali month of a day, or that of a monthly or daily period; None where there is none."""
    if isinstance(key, str):
        return key[:7] if _MONTHLY(key) else None
    try:
        return None if key is None else str(jalali.from_gregorian(key))[:7]
    except jalali.NotADate:
        return None


def middle(dataset: Dataset, scope: Question, name: str) -> SqlStatement:
    """One row: the median of a column, its least and its greatest value."""
    query = SqlStatement()
    x = sql.column(dataset, name)
    condition = sql.where(dataset, scope, query)
    query.sql = f"SELECT median({x}), min({x}), max({x}) FROM {sql.TABLE} WHERE {condition}"
    query.scope = sql.RowScope(scope, (name,), lambda other: middle(dataset, other, name), middle=name)
    return query


def _median(reader: QueryService, dataset: Dataset, scope: Question, snapshot: Snapshot, field: Field) -> int | None:
    median, least, largest = reader.table(dataset, middle(dataset, scope, field.name), snapshot)[0]
    if median is None:
        return None
    if isinstance(median, float) and max(largest, -least) >= EXACT_DOUBLE:
        asked = GroupQuestion(scope=scope, measures=(GroupMeasure("median", field.name),))
        median = answer_groups(reader, dataset, asked, snapshot).rows[0][f"median_{field.name}"]
    return int(Decimal(median).quantize(Decimal(1), ROUND_HALF_UP))
