"""Numbers that are missing in a running series: what stands before the last digits of a code names the series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ayan.core.query import sql
from ayan.core.query.answer import Snapshot
from ayan.core.query.limits import MOST_RANGES
from ayan.core.query.query_service import QueryService
from ayan.core.query.sql import SqlStatement
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import NumberingView

# More digits than these are no number that somebody counts.
_CODE: Final = "^(.*?)([0-9]{1,12})$"


@dataclass(frozen=True, slots=True)
class NumberGap:
    """A range of numbers that no row has, both ends included."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """How many numbers are missing."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class NumberSeries:
    """The numbers under one ``name``, which stands before them: how many different ones, from where to where.

    ``missing`` counts what no row has between the first number and the last; ``gaps`` are the first ranges of them.
    """

    name: str
    numbers: int
    first: int
    last: int
    missing: int
    gaps: tuple[NumberGap, ...]


def series(reader: QueryService, dataset: Dataset, view: NumberingView, snapshot: Snapshot) -> tuple[NumberSeries, ...]:
    """Every series of a view of the kind ``numbering``, in the order of their names.

    A series begins at the declared first number, or at the least that stands in it. Raises TooSlow or TooHeavy.
    """
    dataset = as_asked(dataset)
    stretches: dict[str, list[NumberGap]] = {}
    for name, first, last in reader.table(dataset, _gaps(dataset, view), snapshot):
        stretches.setdefault(name, []).append(NumberGap(first, last))
    return tuple(
        NumberSeries(name, numbers, first, last, last - first + 1 - numbers, tuple(stretches.get(name, ())))
        for name, numbers, first, last in reader.table(dataset, _summary(dataset, view), snapshot)
    )


def _numbered(dataset: Dataset, view: NumberingView, statement: SqlStatement) -> str:
    """Each different number with its series, and the number before it; one before the declared first comes first.

    A table for FROM, in brackets: what stands before a statement where a column is lacking is a WITH already.
    """
    column = sql.column(dataset, view.by)
    code = statement.bind(_CODE)
    least = f"CAST({statement.bind(view.first)} AS BIGINT)" if view.first is not None else "NULL"
    return (
        f"(WITH numbered AS (SELECT DISTINCT regexp_extract({column}, {code}, 1) AS series, "
        f"CAST(regexp_extract({column}, {code}, 2) AS BIGINT) AS number FROM {sql.TABLE} "
        f"WHERE regexp_matches({column}, {code})) "
        f"SELECT series, number, lag(number, 1, {least} - 1) OVER (PARTITION BY series ORDER BY number) "
        f"AS before FROM numbered WHERE {least} IS NULL OR number >= {least}) AS beside"
    )


def _summary(dataset: Dataset, view: NumberingView) -> SqlStatement:
    statement = SqlStatement()
    first = f"CAST({statement.bind(view.first)} AS BIGINT)" if view.first is not None else "min(number)"
    statement.sql = (
        f"SELECT series, count(*), {first}, max(number) FROM {_numbered(dataset, view, statement)} "
        "GROUP BY series ORDER BY series"
    )
    return statement


def _gaps(dataset: Dataset, view: NumberingView) -> SqlStatement:
    statement = SqlStatement()
    statement.sql = (
        f"SELECT series, before + 1, number - 1 FROM {_numbered(dataset, view, statement)} "
        f"WHERE number > before + 1 ORDER BY series, number LIMIT {MOST_RANGES}"
    )
    return statement
