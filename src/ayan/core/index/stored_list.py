"""Short lists in a file of DuckDB, which take no block of it: a table takes whole ones, whatever it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from ayan.core.index.limits import LONGEST_VIEW, MOST_VIEW_LINES
from ayan.core.values.sql import identifier, literal

ListCell = str | int | bool | Sequence[str]


def write_list(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], lines: Sequence[Sequence[ListCell]]
) -> None:
    """Store lines of some ``columns`` (name and type) to be read as a table of this ``name``, in their order."""
    query = _query(columns, lines)
    if len(lines) <= MOST_VIEW_LINES and len(query) <= LONGEST_VIEW:
        connection.execute(f"CREATE VIEW {name} AS {query}")
        return
    layout = ", ".join(f"{identifier(column)} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE TABLE {name} ({layout})")
    # One statement for all of them: there may be thousands.
    each = ", ".join(f"unnest(${position + 1})" for position in range(len(columns)))
    connection.execute(f"INSERT INTO {name} SELECT {each}", [list(values) for values in zip(*lines, strict=True)])


def _query(columns: Mapping[str, str], lines: Sequence[Sequence[ListCell]]) -> str:
    places = [f"c{place}" for place in range(len(columns))]
    kept = ", ".join(
        f"CAST({place} AS {kind}) AS {identifier(column)}"
        for place, (column, kind) in zip(places, columns.items(), strict=True)
    )
    if not lines:
        nothing = ", ".join(f"NULL AS {place}" for place in places)
        return f"SELECT {kept} FROM (SELECT {nothing}) WHERE FALSE"
    values = ", ".join(f"({', '.join(map(_written, line))})" for line in lines)
    return f"SELECT {kept} FROM (VALUES {values}) v({', '.join(places)})"


def _written(cell: ListCell) -> str:
    if isinstance(cell, str):
        return literal(cell)
    if isinstance(cell, int):
        return str(cell)
    return f"[{', '.join(map(literal, cell))}]"
