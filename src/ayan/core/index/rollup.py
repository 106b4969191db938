"""The rollup of a segment: for columns of few values, how many rows each combination of them has, and what sums.

A handful of small tables in the secondary index's file, as derived and as rebuildable. What is asked of such columns
alone is computed from the few cells of a table instead of from every row, by the same SQL, and so comes out the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import duckdb

from ayan.core.index.limits import (
    FEW_CELLS,
    LARGEST_SUM,
    LEAST_ROWS_A_CELL,
    MOST_ADDED,
    MOST_CELLS,
    MOST_COUNTED,
    MOST_KEYS,
    MOST_TABLES,
)
from ayan.core.index.stored_list import write_list
from ayan.core.values.sql import identifier

# Rows looked at to guess how many cells a table would have.
SAMPLE: Final = 50_000
ROWS: Final = "_rows"
_NUMBERS: Final = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "DECIMAL")
_SCALE: Final = re.compile(r",([0-9]+)\)")
_SAMPLE: Final = "tally_sample"


@dataclass(frozen=True, slots=True)
class LowCardinality:
    """A column of few values: how many there are, and whether they stand in the order of the Persian alphabet.

    ``everywhere`` when each row has the same one.
    """

    name: str
    distinct: int
    alphabet: bool
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Rollup:
    """One table of cells: a row for each combination of the values of ``keys`` that some row has.

    Its columns are the keys, ``_rows``, and for each column ``x`` of ``added`` those of `added_columns`. Keys that are
    ``ordered`` by the alphabet have a further one, `spread_column`, which numbers their values in that order; values at
    one place of the alphabet have one number.
    """

    number: int
    keys: frozenset[str]
    added: frozenset[str]
    ordered: frozenset[str]
    cells: int

    @property
    def table(self) -> str:
        """The table's name."""
        return f"tally_{self.number}"


@dataclass(frozen=True, slots=True)
class RollupNeed:
    """What a rollup must hold for a question to be answered from its cells.

    ``keys`` are the columns whose values are told apart, ``added`` those that are added up, and of ``ordered`` the
    order by the alphabet is needed.
    """

    keys: frozenset[str]
    added: frozenset[str]
    ordered: frozenset[str]


@dataclass(frozen=True, slots=True)
class RollupPart:
    """A segment as far as rollups go: the schema with its ``rollups``, small first, and the table of its ``rows``."""

    schema: str
    table: str
    names: frozenset[str]
    rows: int
    rollups: tuple[Rollup, ...]


def added_columns(x: str) -> dict[str, str]:
    """The columns that tell of the values of ``x``, by what they are for: sum, count, min, max."""
    return {function: f"_{function}_{x}" for function in ("sum", "count", "min", "max")}


def middle_columns(x: str) -> tuple[str, str]:
    """The columns that hold the two values in the middle of ``x``, where each cell is a group of its own."""
    return f"_low_{x}", f"_high_{x}"


def spread_column(x: str) -> str:
    """The column that numbers the values of ``x`` in the order of the alphabet."""
    return f"_place_{x}"


def write_rollups(connection: duckdb.DuckDBPyConnection, schema: str, rows: int, few: Sequence[LowCardinality]) -> None:
    """Fill the attached ``schema`` with tables about the finished table ``main.rows``, listed in ``tallies``."""
    written = _write(connection, schema, rows, few)
    write_list(
        connection,
        f"{schema}.tallies",
        {"number": "INTEGER", "keys": "VARCHAR[]", "added": "VARCHAR[]", "ordered": "VARCHAR[]", "cells": "BIGINT"},
        [
            [rollup.number, sorted(rollup.keys), sorted(rollup.added), sorted(rollup.ordered), rollup.cells]
            for rollup in written
        ],
    )


def _write(
    connection: duckdb.DuckDBPyConnection, schema: str, rows: int, few: Sequence[LowCardinality]
) -> Sequence[Rollup]:
    most = min(MOST_CELLS, rows // LEAST_ROWS_A_CELL)
    # What is the same in all rows divides no cell, and is told by every table.
    everywhere = frozenset(column.name for column in few if column.everywhere)
    chosen = sorted(
        (column for column in few if 0 < column.distinct <= most and not column.everywhere),
        key=lambda column: column.distinct,
    )[:MOST_KEYS]
    if not chosen and not everywhere:
        return ()
    writer = _Writer(
        connection, schema, most, _added(connection, rows), {column.name for column in chosen if column.alphabet}
    )
    sets: Mapping[frozenset[str], float] = {frozenset(): 1.0}
    if chosen:
        with _sampled(connection, [column.name for column in chosen], rows) as guess:
            sets = _sets({column.name: column.distinct for column in chosen}, guess, most)
    for keys in sorted(sets, key=lambda keys: sets[keys], reverse=True):
        writer.write(keys | everywhere, sets[keys])
    writer.forget()
    return writer.written


def read_rollups(connection: duckdb.DuckDBPyConnection, schema: str) -> tuple[Rollup, ...]:
    """The tables that `write_rollups` left, fewest cells first."""
    cursor = connection.execute(f"SELECT number, keys, added, ordered, cells FROM {schema}.tallies ORDER BY cells")
    return tuple(
        Rollup(number, frozenset(keys), frozenset(added), frozenset(ordered), cells)
        for number, keys, added, ordered, cells in cursor.fetchall()
    )


# --- several segments -----------------------------------------------------------------------------------------------


def united(parts: Sequence[RollupPart], need: RollupNeed) -> str | None:
    """A table, or a query in brackets, of the cells of all segments with the columns that are needed.

    Cells of one combination of values may come from many segments. Those of a segment of few rows that has no fitting
    rollup are counted; None where one of more has none, or no segment has.
    """
    if not need.keys | need.added <= frozenset[str]().union(*(part.names for part in parts)):
        return None
    sources = []
    fits = 0
    for part in parts:
        keys, added = need.keys & part.names, need.added & part.names
        rollup = fitting(part.rollups, keys, added, need.ordered & part.names)
        if rollup is None and (part.rows > MOST_COUNTED or len(parts) == 1):
            return None
        fits += rollup is not None
        names = [*map(identifier, sorted(keys)), *_figures(sorted(added), cells=rollup is not None)]
        source, end = (f"{part.schema}.{rollup.table}", "") if rollup is not None else (part.table, " GROUP BY ALL")
        if len(parts) == 1:
            return source
        sources.append(f"SELECT {', '.join(names)} FROM {source}{end}")
    if not fits:
        return None
    cells = " UNION ALL BY NAME ".join(sources)
    if not need.ordered:
        return f"({cells})"
    places, joined = [], []
    for number, name in enumerate(sorted(need.ordered)):
        x = identifier(name)
        places.append(f"place_{number}.place AS {identifier(spread_column(name))}")
        # The numbers of one segment say nothing of another's values.
        joined.append(
            f"LEFT JOIN (SELECT k, dense_rank() OVER (ORDER BY icu_sort_key(k, 'fa'))::INTEGER AS place "
            f"FROM (SELECT DISTINCT {x} AS k FROM cells WHERE {x} IS NOT NULL)) place_{number} "
            f"ON place_{number}.k = cells.{x}"
        )
    return f"(WITH cells AS ({cells}) SELECT {', '.join(['cells.*', *places])} FROM cells {' '.join(joined)})"


def fitting(
    rollups: Iterable[Rollup], keys: frozenset[str], added: frozenset[str], ordered: frozenset[str]
) -> Rollup | None:
    """The first of some rollups that has these keys, added up columns and orders."""
    return next((t for t in rollups if keys <= t.keys and added <= t.added and ordered <= t.ordered), None)


def _figures(added: Sequence[str], *, cells: bool) -> Iterator[str]:
    """The columns of cells but for their keys, of rows or as they stand in a table of cells."""
    yield ROWS if cells else f"count(*) AS {ROWS}"
    for x in added:
        for function, name in added_columns(x).items():
            yield identifier(name) if cells else f"{function}({identifier(x)}) AS {identifier(name)}"


# --- which tables ---------------------------------------------------------------------------------------------------


def _added(connection: duckdb.DuckDBPyConnection, rows: int) -> list[str]:
    """The columns of numbers whose sums stay exact however many of their values are added up."""
    described = connection.execute("DESCRIBE main.rows").fetchall()
    kinds = {str(name): str(kind) for name, kind, *_ in described if not str(name).startswith("_")}
    names = [name for name, kind in kinds.items() if kind.startswith(_NUMBERS)][:MOST_ADDED]
    if not names:
        return []
    ends = ", ".join(f"min({identifier(name)}), max({identifier(name)})" for name in names)
    bounds = connection.execute(f"SELECT {ends} FROM main.rows").fetchall()[0]
    largest = (max(abs(end or 0) for end in bounds[at : at + 2]) for at in range(0, len(bounds), 2))
    # The digits behind the point of a decimal take their share.
    return [
        name
        for name, end in zip(names, largest, strict=True)
        if (int(end) + 1) * rows * 10 ** int((_SCALE.search(kinds[name]) or "00")[1]) < LARGEST_SUM
    ]


class _Guess:
    """About how many cells a set of columns has, by a sample of the rows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, whole: bool) -> None:
        self._connection = connection
        self._whole = whole
        self._rows = int(connection.execute(f"SELECT count(*) FROM {_SAMPLE}").fetchall()[0][0])
        self._known: dict[frozenset[str], float] = {}

    def __enter__(self) -> _Guess:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.execute(f"DROP TABLE {_SAMPLE}")

    def __call__(self, keys: frozenset[str]) -> float:
        if keys not in self._known:
            names = ", ".join(identifier(name) for name in sorted(keys))
            query = f"SELECT count(*) FROM (SELECT DISTINCT {names} FROM {_SAMPLE})"
            seen = int(self._connection.execute(query).fetchall()[0][0])
            self._known[keys] = seen if self._whole else self._all(seen)
        return self._known[keys]

    def _all(self, seen: int) -> float:
        """How many there are where a sample of so many rows shows ``seen``, if none is commoner than another."""
        if seen >= self._rows:
            return math.inf
        low, high = float(seen), float(seen) * self._rows
        while high - low > 1:
            middle = (low + high) / 2
            shown = middle * -math.expm1(-self._rows / middle)
            low, high = (middle, high) if shown < seen else (low, middle)
        return high


def _sampled(connection: duckdb.DuckDBPyConnection, names: Sequence[str], rows: int) -> _Guess:
    step = max(1, rows // SAMPLE)
    # A step that shares no divisor with what repeats in a file would be best; a hash of the number is as good.
    condition = f"hash(_n) % {step} = 0" if step > 1 else "TRUE"
    columns = ", ".join(map(identifier, names))
    connection.execute(f"CREATE TEMP TABLE {_SAMPLE} AS SELECT {columns} FROM main.rows WHERE {condition}")
    return _Guess(connection, whole=step == 1)


def _sets(distinct: Mapping[str, int], guess: _Guess, most: int) -> dict[frozenset[str], float]:
    """The sets of columns that are worth a table, with about how many cells each has.

    Each column alone, each pair, and from each column on as many as go together, those of fewest values first.
    """
    names = list(distinct)
    cells_by_set: dict[frozenset[str], float] = {frozenset({name}): distinct[name] for name in names}
    for pair in map(frozenset, combinations(names, 2)):
        cells = min(guess(pair), math.prod(distinct[name] + 1 for name in pair))
        if cells <= most:
            cells_by_set[pair] = max(cells, *(distinct[name] for name in pair))
    for name in names:
        grown, cells = frozenset({name}), float(distinct[name])
        for other in names:
            wider = grown | {other}
            fits = all(frozenset({member, other}) in cells_by_set for member in grown if member != other)
            if other not in grown and fits and (more := guess(wider)) <= most:
                grown, cells = wider, max(cells, more)
        cells_by_set[grown] = cells
    return cells_by_set


# --- the tables -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Writer:
    """Writes tables, each from the smallest one written before that holds its keys, else from the rows."""

    connection: duckdb.DuckDBPyConnection
    schema: str
    most: int
    added: Sequence[str]
    ordered: set[str]
    written: list[Rollup] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in sorted(self.ordered):
            x = identifier(name)
            # Collation keys are dear: one for each value, not one for each cell.
            self.connection.execute(
                f"CREATE TEMP TABLE {_places(name)} AS SELECT k, "
                "dense_rank() OVER (ORDER BY icu_sort_key(k, 'fa'))::INTEGER AS place "
                f"FROM (SELECT DISTINCT {x} AS k FROM main.rows WHERE {x} IS NOT NULL)"
            )

    def write(self, keys: frozenset[str], guessed: float) -> None:
        """Write the table of some keys, unless one that is written serves as well or it would be too large."""
        source = min(
            (rollup for rollup in self.written if keys <= rollup.keys), key=lambda rollup: rollup.cells, default=None
        )
        if len(self.written) >= MOST_TABLES or (source and source.cells <= max(FEW_CELLS, 2 * guessed)):
            return
        number = len(self.written)
        ordered = sorted(keys & self.ordered)
        table = f"{self.schema}.tally_{number}"
        self.connection.execute(f"CREATE TABLE {table} AS {self._select(sorted(keys), ordered, source)}")
        cells = int(self.connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
        if cells > self.most:
            self.connection.execute(f"DROP TABLE {table}")
            return
        self.written.append(Rollup(number, keys, frozenset(self.added), frozenset(ordered), cells))

    def _select(self, keys: Sequence[str], ordered: Sequence[str], source: Rollup | None) -> str:
        names = [identifier(name) for name in keys]
        places = [f"{_places(name)}.place AS {identifier(spread_column(name))}" for name in ordered]
        joined = (f" LEFT JOIN {_places(name)} ON {_places(name)}.k = cells.{identifier(name)}" for name in ordered)
        figures = ", ".join(self._figures(source))
        of = f"{self.schema}.{source.table}" if source else "main.rows"
        return (
            f"SELECT {', '.join(['cells.*', *places])} FROM "
            f"(SELECT {', '.join(names)}, {figures} FROM {of} GROUP BY ALL) cells{''.join(joined)} "
            f"ORDER BY {', '.join(f'cells.{name}' for name in names)}"
        )

    def _figures(self, source: Rollup | None) -> Iterator[str]:
        if not source:
            yield from _figures(self.added, cells=False)
            return
        yield f"sum({ROWS})::BIGINT AS {ROWS}"
        for x in self.added:
            for function, name in added_columns(x).items():
                column = identifier(name)
                yield (
                    f"sum({column})::BIGINT AS {column}" if function == "count" else f"{function}({column}) AS {column}"
                )

    def forget(self) -> None:
        """Drop what was needed for writing."""
        for name in sorted(self.ordered):
            self.connection.execute(f"DROP TABLE {_places(name)}")


def _places(name: str) -> str:
    return identifier(f"place_of_{name}")
