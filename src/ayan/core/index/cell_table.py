"""The cells of a small rollup as Python values: so few are sooner counted than a statement about them is planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from ayan.core.index.limits import MOST_CELLS_AT_HAND


@dataclass(frozen=True, slots=True)
class CellTable:
    """The columns of a rollup (`ayan.core.index.rollup.Rollup`) by name, each with one value a cell.

    ``kinds`` tells the type of the values of each column; None where none of its cells has one.
    """

    columns: Mapping[str, Sequence[Any]]
    kinds: Mapping[str, type | None]
    size: int


def read_cells(cursor: duckdb.DuckDBPyConnection, table: str) -> CellTable | None:
    """The cells of a table; None where there are more than `MOST_CELLS_AT_HAND` of them."""
    if int(cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]) > MOST_CELLS_AT_HAND:
        return None
    rows = cursor.execute(f"FROM {table}").fetchall()
    names = [name for name, *_ in cursor.description or ()]
    # Each value once: a table holds few of them, and many states are open.
    once: dict[tuple[type, Any], Any] = {}
    columns = {
        name: [once.setdefault((type(row[at]), row[at]), row[at]) for row in rows] for at, name in enumerate(names)
    }
    kinds = {
        name: next((type(value) for value in column if value is not None), None) for name, column in columns.items()
    }
    return CellTable(columns, kinds, len(rows))
