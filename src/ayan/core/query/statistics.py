"""The figures of a result: how many rows it has, what its amounts come to, their medians, and the same year by year."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Final

from ayan.core.query import sql
from ayan.core.query.answer import Standing
from ayan.core.query.grouping import GroupQuestion, Measure
from ayan.core.query.groups import answer_groups
from ayan.core.query.question import Question
from ayan.core.query.reader import Reader
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset, Field
from ayan.core.values import jalali

# Up to here a whole number and the half-way point between two are exact in a double, which DuckDB's median gives.
EXACT_DOUBLE: Final = 2**52
# Which release a row came in says its year where no column does.
PERIOD: Final = "_period"
# How many columns of the statement each amount takes.
WIDE: Final = 4
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
class Stretch:
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
    years: tuple[Stretch, ...]
    months: tuple[Stretch, ...] = ()
    axis: Field | None = None


def amounts_of(dataset: Dataset) -> tuple[Field, ...]:
    """The fields whose sum says something: money that is declared as an amount and published whole."""
    return tuple(
        one for one in dataset.published if one.kind == "rial" and one.role == "amount" and one.shown == "public"
    )


def axis_of(dataset: Dataset) -> Field | None:
    """The field that tells a row's year: the declared date, else a period."""
    found = [one for one in dataset.published if one.shown == "public"]
    dates = [one for one in found if one.kind == "date" and one.role == "date"]
    return next(iter([*dates, *(one for one in found if one.kind == "period")]), None)


def statistics(reader: Reader, dataset: Dataset, question: Question, standing: Standing) -> Statistics:
    """The figures of a question's whole result: one statement reads its rows once.

    Raises TooSlow or TooHeavy as any question does.
    """
    dataset = as_asked(dataset)
    amounts, axis = amounts_of(dataset), axis_of(dataset)
    scope = replace(question, cursor=None, sort=None, fields=(), size=None)
    found = reader.table(dataset, statement(dataset, scope, amounts, axis), standing)
    _, _, rows, *whole = next(row for row in found if row[0] == 0)
    return Statistics(
        rows=rows,
        amounts=tuple(
            Amount(one, total, _median(reader, dataset, scope, standing, one, rest))
            for one, (total, *rest) in zip(amounts, _each(whole), strict=True)
        ),
        years=_stretches(found, len(amounts), _year),
        months=_stretches(found, len(amounts), _month),
        axis=axis,
    )


def statement(dataset: Dataset, scope: Question, amounts: Sequence[Field], axis: Field | None) -> sql.Statement:
    """Rows of ``part, key, rows`` and for each amount ``sum, median, min, max``: part 0 is the whole, part 1 one key.

    The key is a day or a period; whoever reads it tells its year, for there are few days and many rows.
    """
    made = sql.Statement()
    condition = sql.where(dataset, scope, made)
    key = sql.quoted(axis.name) if axis else PERIOD if dataset.period != "none" else None
    needed = dict.fromkeys([*([key] if key else []), *(sql.quoted(one.name) for one in amounts)])
    whole = [part for one in amounts for part in _whole(sql.quoted(one.name))]
    kind = "DATE" if axis and axis.kind == "date" else "VARCHAR"
    parts = [f"SELECT 0 AS part, CAST(NULL AS {kind}) AS key, count(*) AS rows{_and(whole)} FROM hit"]
    if key:
        added = [part for one in amounts for part in (f"sum({sql.quoted(one.name)})", "NULL", "NULL", "NULL")]
        parts.append(f"SELECT 1, {key}, count(*){_and(added)} FROM hit GROUP BY {key}")
    # The statement may come to stand after a WITH, so its own stands inside.
    made.sql = (
        f"SELECT * FROM (WITH hit AS MATERIALIZED (SELECT {', '.join(needed) or '1'} FROM {sql.TABLE} "
        f"WHERE {condition}) {' UNION ALL '.join(parts)})"
    )
    return made


def _stretches(
    found: Sequence[tuple[Any, ...]], amounts: int, name_of: Callable[[date | str | None], str | None]
) -> tuple[Stretch, ...]:
    """The keys of the statement put together by the year or month that each lies in."""
    out: dict[str, Stretch] = {}
    for part, key, rows, *figures in found:
        name = name_of(key) if part == 1 else None
        if name is None:
            continue
        before = out.get(name, Stretch(name, 0, (None,) * amounts))
        totals = tuple(_plus(old, new) for old, new in zip(before.totals, figures[::WIDE], strict=True))
        out[name] = Stretch(name, before.rows + rows, totals)
    return tuple(out[name] for name in sorted(out))


def _plus(one: int | None, other: int | None) -> int | None:
    return one if other is None else other if one is None else one + other


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


def _each(figures: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The columns of one amount after those of another."""
    return (figures[at : at + WIDE] for at in range(0, len(figures), WIDE))


def _whole(x: str) -> tuple[str, ...]:
    return f"sum({x})", f"median({x})", f"min({x})", f"max({x})"


def _and(parts: Sequence[str]) -> str:
    return "".join(f", {part}" for part in parts)


def _median(
    reader: Reader, dataset: Dataset, scope: Question, standing: Standing, one: Field, found: Sequence[Any]
) -> int | None:
    median, least, largest = found
    if median is None:
        return None
    if max(largest, -least) >= EXACT_DOUBLE:
        asked = GroupQuestion(scope=scope, measures=(Measure("median", one.name),))
        median = answer_groups(reader, dataset, asked, standing).rows[0][f"median_{one.name}"]
    return int(Decimal(median).quantize(Decimal(1), ROUND_HALF_UP))
