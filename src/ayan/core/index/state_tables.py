"""What many segments say each for itself, put together once in memory: so questions about them cost as about one.

Tables in the memory of a state's connection: the cells of rollups with one row for each combination of values, the
values of columns and the words of long texts, each once, with the ranges of its rows in every segment. They are made
when somebody first asks for them and go with the connection. What would take too much is not made, and the segments
are then asked themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from threading import Lock
from typing import Final

import duckdb
import numpy as np

from ayan.core.index.cell_table import CellTable, read_cells
from ayan.core.index.limits import (
    MOST_CELLS,
    MOST_CELLS_HELD,
    MOST_NUMBERS,
    MOST_UNITED,
    MOST_UNITED_CELLS,
    MOST_UNITED_TABLES,
)
from ayan.core.index.lookup import TextPiece, Token
from ayan.core.index.rollup import ROWS, Rollup, RollupNeed, RollupPart, added_columns, fitting, spread_column, united
from ayan.core.index.row_store import Numbers
from ayan.core.index.segment import IndexSegment
from ayan.core.index.word_lists import WORDS
from ayan.core.values.sql import SqlStatement, identifier

# A table of so many cells is not made smaller for a question that needs fewer of its columns.
FEW_UNITED: Final = 8_192
VALUES: Final = "united_values"
RUNS: Final = "united_runs"

# Of what is only put together to save time.
_TOO_MUCH: Final = (duckdb.OutOfMemoryException, duckdb.OutOfRangeException)

_NUMBER: Final = np.zeros(1, dtype=np.int64)

RowPlaces = tuple[Numbers, Numbers, Numbers]
"""Ranges of one segment in order: the number of the column, the first place and how many rows."""


@dataclass(slots=True)
class StateTables:
    """The tables of one opened state; safe to share between threads. A state of one segment needs none.

    They are made in ``schema``, which is that of this state alone and goes with it.
    """

    segments: tuple[IndexSegment, ...]
    tables: tuple[str, ...]
    schema: str
    _lock: Lock = field(default_factory=Lock)
    _cells: list[tuple[Rollup, str]] = field(default_factory=list)
    _refused: set[RollupNeed] = field(default_factory=set)
    _is_filled: dict[str, bool] = field(default_factory=dict)
    _at_hand: dict[str, CellTable | None] = field(default_factory=dict)
    _words: int | None = None

    # --- cells of rollups -----------------------------------------------------------------------------------------

    def cells(self, cursor: duckdb.DuckDBPyConnection, need: RollupNeed) -> str | None:
        """A table, or a query in brackets, of the cells of all segments; None where the rollups do not hold them."""
        if len(self.segments) == 1:
            return united(list(map(rollup_part, self.segments, self.tables)), need)
        with self._lock:
            known = self._fitting(need)
            if known is not None and (known[0].cells <= FEW_UNITED or known[0].keys == need.keys):
                return known[1]
            query = known[1] if known is not None else united(list(map(rollup_part, self.segments, self.tables)), need)
            if query is None or need in self._refused:
                return query
            try:
                table = self._write(cursor, need, query)
            except _TOO_MUCH:
                table = None
            if table is None:
                self._refused.add(need)
            return table or query

    def at_hand(self, cursor: duckdb.DuckDBPyConnection, table: str) -> CellTable | None:
        """The cells of a table of `cells` as values, read once; None where they are many, or of a query."""
        if table.startswith("("):
            return None
        with self._lock:
            if table not in self._at_hand:
                known = read_cells(cursor, table)
                held = sum(each.size for each in self._at_hand.values() if each is not None)
                if known is not None and held + known.size > MOST_CELLS_HELD:
                    # Which ones are too large is remembered.
                    self._at_hand = {name: None for name, each in self._at_hand.items() if each is None}
                self._at_hand[table] = known
            return self._at_hand[table]

    def _fitting(self, need: RollupNeed) -> tuple[Rollup, str] | None:
        kept = {rollup.number: table for rollup, table in self._cells}
        smallest_first = sorted((rollup for rollup, _ in self._cells), key=lambda rollup: rollup.cells)
        fits = fitting(smallest_first, need.keys, need.added, need.ordered)
        return None if fits is None else (fits, kept[fits.number])

    def _write(self, cursor: duckdb.DuckDBPyConnection, need: RollupNeed, query: str) -> str | None:
        """Write the cells that a query gives into a table; None where that would be too large."""
        left = MOST_UNITED_CELLS - sum(rollup.cells for rollup, _ in self._cells)
        number = len(self._cells)
        if left <= 0 or number >= MOST_UNITED_TABLES:
            return None
        keys, places = sorted(need.keys), [spread_column(name) for name in sorted(need.ordered)]
        table = f"{self.schema}.united_{number}"
        names = [identifier(name) for name in (*keys, *places)]
        figures = [f"sum({ROWS})::BIGINT AS {ROWS}"]
        for x in sorted(need.added):
            for function, name in added_columns(x).items():
                column = identifier(name)
                figures.append(
                    f"sum({column})::BIGINT AS {column}" if function == "count" else f"{function}({column}) AS {column}"
                )
        order = f" ORDER BY {', '.join(map(identifier, keys))}" if keys else ""
        shown = ", ".join([*names, *figures])
        cursor.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {shown} FROM {query} GROUP BY ALL{order}")
        cells = int(cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
        if cells > min(MOST_CELLS, left):
            cursor.execute(f"DROP TABLE {table}")
            return None
        self._cells.append((Rollup(number, need.keys, need.added, need.ordered, cells), table))
        return table

    # --- values and words -----------------------------------------------------------------------------------------

    def holding(
        self, cursor: duckdb.DuckDBPyConnection, columns: Sequence[str], pieces: Sequence[TextPiece]
    ) -> list[RowPlaces] | None:
        """For each segment the ranges of those values of some columns that hold a piece; None where it must be asked.

        Of columns that are looked through for it (see `StoredColumn.searched`).
        """
        if not self._is_made(cursor, VALUES):
            return None
        statement = SqlStatement()
        names = ", ".join(map(statement.bind, columns))
        held = " OR ".join(holding(statement, piece) for piece in pieces)
        return self._places(
            cursor, f"SELECT places FROM {self.schema}.{VALUES} WHERE name IN ({names}) AND ({held})", statement
        )

    def run(self, cursor: duckdb.DuckDBPyConnection, run: Token) -> list[RowPlaces] | None:
        """For each segment the ranges of the words that hold a run; None where it must be asked."""
        if run.number:
            return self._number(cursor, run)
        if not self._is_made(cursor, RUNS):
            return None
        statement = SqlStatement()
        condition = f"contains(t, {statement.bind(run.text)})"
        return self._places(cursor, f"SELECT places FROM {self.schema}.{RUNS} WHERE {condition}", statement)

    def _number(self, cursor: duckdb.DuckDBPyConnection, run: Token) -> list[RowPlaces] | None:
        if self._words is None:
            counts = " UNION ALL ".join(
                f"SELECT count(*) AS words FROM {each.schema}.{WORDS}" for each in self.segments
            )
            self._words = int(cursor.execute(f"SELECT sum(words) FROM ({counts})").fetchall()[0][0])
        if self._words > MOST_NUMBERS:
            return None
        ranges = (segment.number_runs(cursor).range(run.text, whole=run.whole) for segment in self.segments)
        return [
            (_NUMBER[: first < last], np.array([first][: first < last]), np.array([last - first][: first < last]))
            for first, last in ranges
        ]

    def _places(self, cursor: duckdb.DuckDBPyConnection, query: str, statement: SqlStatement) -> list[RowPlaces]:
        ranges = f"FROM (SELECT unnest(places, recursive := true) FROM ({query})) ORDER BY segment, number, first"
        columns = cursor.execute(ranges, statement.values).fetchnumpy()
        segment, *places = (
            np.asarray(columns[name], dtype=np.int64) for name in ("segment", "number", "first", "rows")
        )
        ends = np.searchsorted(segment, np.arange(len(self.segments) + 1)).tolist()
        return [(places[0][first:last], places[1][first:last], places[2][first:last]) for first, last in pairwise(ends)]

    def _is_made(self, cursor: duckdb.DuckDBPyConnection, table: str) -> bool:
        with self._lock:
            if len(self.segments) == 1:
                return False
            if table not in self._is_filled:
                make = self._united_values if table == VALUES else self._united_runs
                try:
                    self._is_filled[table] = make(cursor)
                except duckdb.OutOfMemoryException:
                    self._is_filled[table] = False
            return self._is_filled[table]

    def _united_values(self, cursor: duckdb.DuckDBPyConnection) -> bool:
        kept = [
            (number, segment, column)
            for number, segment in enumerate(self.segments)
            for column in segment.columns.values()
            if column.searched == "values" and column.distinct
        ]
        if not kept or sum(column.distinct for *_, column in kept) > MOST_UNITED:
            return False
        names = sorted({column.name for *_, column in kept})
        ranges = " UNION ALL ".join(
            f"SELECT {names.index(column.name)} AS c, {number} AS segment, {column.number} AS number, joined, folded, "
            f"first, rows FROM {segment.schema}.values_{column.number} WHERE k IS NOT NULL"
            for number, segment, column in kept
        )
        statement = SqlStatement()
        listed = ", ".join(map(statement.bind, names))
        cursor.execute(
            f"CREATE OR REPLACE TABLE {self.schema}.{VALUES} AS SELECT [{listed}][c + 1] AS name, joined, folded, "
            f"{_LISTED} AS places FROM ({ranges}) GROUP BY c, joined, folded ORDER BY c",
            statement.values,
        )
        return True

    def _united_runs(self, cursor: duckdb.DuckDBPyConnection) -> bool:
        kept = [
            (number, segment)
            for number, segment in enumerate(self.segments)
            if any(column.searched == "words" for column in segment.columns.values())
        ]
        # Numbers come before everything else that is kept, and are found by their order.
        counts = " UNION ALL ".join(
            f"SELECT count(*) AS runs FROM {segment.schema}.{WORDS} WHERE t >= ':'" for _, segment in kept
        )
        if not kept or cursor.execute(f"SELECT sum(runs) FROM ({counts})").fetchall()[0][0] > MOST_UNITED:
            return False
        ranges = " UNION ALL ".join(
            f"SELECT {number} AS segment, 0 AS number, t, first, rows FROM {segment.schema}.{WORDS} WHERE t >= ':'"
            for number, segment in kept
        )
        cursor.execute(
            f"CREATE OR REPLACE TABLE {self.schema}.{RUNS} AS "
            f"SELECT t, {_LISTED} AS places FROM ({ranges}) GROUP BY t ORDER BY t"
        )
        return True


_LISTED: Final = (
    "list(struct_pack(segment := segment::UINTEGER, number := number::UINTEGER, "
    "first := first::UINTEGER, rows := rows::UINTEGER))"
)


def rollup_part(segment: IndexSegment, table: str) -> RollupPart:
    """A segment as far as rollups go; ``table`` holds its rows."""
    return RollupPart(segment.schema, table, segment.row_store.names, segment.rows, segment.rollups)


def holding(statement: SqlStatement, piece: TextPiece) -> str:
    """The condition that a value holds a piece, looked for ``joined`` first: that costs a tenth of a pattern."""
    joined, pattern = statement.bind(piece.joined), statement.bind(piece.pattern)
    # A CASE, for AND computes both of its sides for every value.
    return f"CASE WHEN contains(joined, {joined}) THEN regexp_matches(folded, {pattern}) ELSE FALSE END"
