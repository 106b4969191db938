"""Finds the tables that stand below each other on a sheet, and takes out the one that a layout names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import duckdb

from ayan.core.intake.header import joined_titles, trimmed
from ayan.core.intake.limits import MOST_OFFERED
from ayan.core.intake.table import UnitMention, printable_name
from ayan.core.schema.steps.shape_steps import TableOf
from ayan.core.schema.steps.step import StepResult, StepTable, StepUnfit, matches, pattern_of
from ayan.core.values.money_unit_names import units_named
from ayan.core.values.text import fold_joined

# Different years in a row of words from which they are headers; fewer are cells of a record.
_YEARS_OF_HEADER: Final = 3
_BATCH: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Row:
    """What is to be known of a row: its number, its filled cells, its first one, and whether it is all words."""

    number: int
    filled: int
    worded: bool
    first: str


@dataclass(slots=True)
class SheetTable:
    """One of the tables: the rows of its titles, its header row, the row behind its last one (None: the end)."""

    titles: list[_Row]
    header: _Row
    end: int | None = None
    records: int = 0

    @property
    def title(self) -> str:
        """What stands right above it; "" where nothing does."""
        return self.titles[-1].first if self.titles else ""

    def is_under(self, wanted: str) -> bool:
        """Whether one of its titles is the wanted text, however spelt, or fits the wanted pattern."""
        pattern = pattern_of(wanted)
        if pattern is not None:
            return any(matches(pattern, row.first) for row in self.titles)
        return any(fold_joined(row.first) == fold_joined(wanted) for row in self.titles)


@dataclass(frozen=True, slots=True)
class ChosenTable:
    """The table that was taken out: what the step made, the row of its header, and the units that are named over it."""

    result: StepResult
    header_row: int
    mentions: tuple[UnitMention, ...] = field(default=())


def tables_of(con: duckdb.DuckDBPyConnection, table: StepTable) -> list[SheetTable]:
    """The tables of a sheet that was read whole, those without a record left away."""
    tables: list[SheetTable] = []
    pending: list[_Row] = []
    before: int | None = None
    for row in _rows(con, table):
        gap = before is not None and row.number > before + 1
        before = row.number
        heads = row.filled > 1 and row.worded
        if heads and (not tables or gap or pending):
            if tables and tables[-1].end is None:
                tables[-1].end = (pending[0] if pending else row).number
            tables.append(SheetTable(pending, row))
            pending = []
        elif row.filled == 1:
            pending.append(row)
        elif tables:
            # What stood alone between its rows was the title of a part of it.
            pending = []
            tables[-1].records += row.filled > 1
        else:
            pending = []
    return [each for each in tables if each.records]


def _rows(con: duckdb.DuckDBPyConnection, table: StepTable) -> Iterator[_Row]:
    names = [column.name for column in table.columns]
    filled = " + ".join(f"({name} IS NOT NULL)::INTEGER" for name in names) or "0"
    # A number is written without letters; four digits may be a year that heads a column.
    number = " + ".join(
        f"coalesce(regexp_matches({name}, '\\pN') AND NOT regexp_matches({name}, '\\pL') "
        f"AND NOT regexp_full_match({name}, '\\s*\\pN{{4}}\\s*'), FALSE)::INTEGER"
        for name in names
    )
    year = " + ".join(f"coalesce(regexp_full_match({name}, '\\s*\\pN{{4}}\\s*'), FALSE)::INTEGER" for name in names)
    rows = con.cursor().execute(
        f"SELECT _row, {filled}, {number or '0'}, {year or '0'}, {table.first_cell} FROM {table.relation} ORDER BY _row"
    )
    while batch := rows.fetchmany(_BATCH):
        for at, cells, numbers, years, first in batch:
            heading_years = not years or _YEARS_OF_HEADER <= years < cells
            yield _Row(at, cells, not numbers and heading_years, str(first or "").strip())


def choose_table(con: duckdb.DuckDBPyConnection, step: TableOf, table: StepTable, depth: int) -> ChosenTable:
    """The table that ``step`` names, its header of ``depth`` rows; StepUnfit where there is none or several."""
    tables = [] if any(column.header for column in table.columns) else tables_of(con, table)
    if step.number is not None:
        chosen = tables[step.number - 1 : step.number]
    else:
        chosen = [each for each in tables if each.is_under(step.title or "")]
    name = str(step.number or step.title)
    if len(chosen) != 1:
        listed = " | ".join(printable_name(each.title or str(at)) for at, each in enumerate(tables[:MOST_OFFERED], 1))
        raise StepUnfit("table-several" if chosen else "table-none", name=name, tables=listed or "–")
    sheet_table = chosen[0]
    return _cut(con, table, sheet_table, depth, _over(tables, sheet_table))


def _cut(
    con: duckdb.DuckDBPyConnection, table: StepTable, sheet_table: SheetTable, depth: int, titles: Sequence[_Row]
) -> ChosenTable:
    """The rows of one table under its own header."""
    first, last = sheet_table.header.number, sheet_table.header.number + depth - 1
    names = ", ".join(column.name for column in table.columns)
    rows = {
        number: ["" if cell is None else str(cell) for cell in cells]
        for number, *cells in con.execute(
            f"SELECT _row, {names} FROM {table.relation} WHERE _row BETWEEN {first} AND {last}"
        ).fetchall()
    }
    headers = trimmed(joined_titles([rows.get(number, []) for number in range(first, last + 1)]))
    headers = (*headers, *[""] * (len(table.columns) - len(headers)))
    within = f"_row > {last}" + (f" AND _row < {sheet_table.end}" if sheet_table.end is not None else "")
    counts = con.execute(
        f"SELECT {', '.join(f'count({column.name})' for column in table.columns)} FROM {table.relation} WHERE {within}"
    ).fetchone()
    columns = tuple(
        replace(column, header=header)
        for column, header, cells in zip(table.columns, headers, counts or (), strict=True)
        if header or cells
    )
    top = sheet_table.titles[0].number if sheet_table.titles else first
    others = f"_row < {top}" + (f" OR _row >= {sheet_table.end}" if sheet_table.end is not None else "")
    left = f"SELECT _row, _line FROM {table.relation} WHERE {others}"
    cut = replace(table, columns=columns)
    result = StepResult(replace(cut, relation=cut.selecting({}, within)), left)
    return ChosenTable(result, first, tuple(dict.fromkeys(_mentions(titles))))


def _over(tables: Sequence[SheetTable], sheet_table: SheetTable) -> list[_Row]:
    """The rows that speak of one table: its own titles, and those of the sheet above the title of its first table."""
    return [*(tables[0].titles[:-1] if tables[0] is not sheet_table else []), *sheet_table.titles]


def _mentions(titles: Iterable[_Row]) -> Iterator[UnitMention]:
    for row in titles:
        for named in units_named(row.first):
            yield UnitMention("title", named, None, row.number)
