"""The layers of reading as one query; where the texts of a column are few, each of them is read once and looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from ayan.core.refine.match import Mapped
from ayan.core.refine.read import Columns, reading, token
from ayan.core.values import sql
from ayan.core.values.period import Period

_TEXTS: Final = "repeated_texts"


def cell(one: Mapped) -> str:
    """The raw cell of a field: its column, or the constant its sender declares."""
    if one.column is not None:
        return f"c{one.column.index}"
    return sql.literal(one.constant or "")


def read_in_layers(relation: str, fields: Iterable[tuple[Mapped, Period | None]]) -> str:
    """A query for ``relation`` with, for each field ``f``, the columns ``t_f``, ``v_f``, ``e_f`` and those between.

    Every layer is computed from the one before it, so that no expression is planned twice.
    """
    how = [(one, reading(one.field, period)) for one, period in fields]
    if not how:
        return f"SELECT * FROM {relation}"
    tokens = [f"{token(cell(one), one.field.null)} AS {Columns(one.field.name).t}" for one, _ in how]
    query = f"SELECT *, {', '.join(tokens)} FROM {relation}"
    for depth in range(max(len(read.steps) for _, read in how)):
        steps = [f"{read.steps[depth][1]} AS {read.steps[depth][0]}" for _, read in how if depth < len(read.steps)]
        query = f"SELECT *, {', '.join(steps)} FROM ({query})"
    values = [f"{read.value} AS {Columns(one.field.name).v}" for one, read in how]
    errors = [f"{read.error} AS {Columns(one.field.name).e}" for one, read in how]
    query = f"SELECT *, {', '.join(values)} FROM ({query})"
    return f"SELECT *, {', '.join(errors)} FROM ({query})"


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Fields of which every text was read beforehand, and the columns that look the readings up."""

    fields: frozenset[str]
    columns: tuple[str, ...]


def look_up(
    con: duckdb.DuckDBPyConnection, fields: Iterable[tuple[Mapped, Period | None]], texts: Mapping[int, pa.StringArray]
) -> LookedUp:
    """Read each text of the columns that repeat few, by the same layers as any cell, into variables of ``con``.

    Not by a join: DuckDB gives up the order of rows above one, or its second thread.
    """
    names: set[str] = set()
    columns: list[str] = []
    for one, period in fields:
        # Whether a cell holds a shape depends on more than its text: see `Workbench`.
        if one.column is None or one.column.index not in texts or one.field.kind == "geometry":
            continue
        names.add(one.field.name)
        columns += _read_once(con, one, period, texts[one.column.index])
    return LookedUp(frozenset(names), tuple(columns))


def _read_once(
    con: duckdb.DuckDBPyConnection, one: Mapped, period: Period | None, texts: pa.StringArray
) -> Sequence[str]:
    index = one.column.index if one.column else 0
    place = pa.array(range(len(texts) + 1), pa.int32())
    con.register(_TEXTS, pa.table({"place": place, f"c{index}": pa.concat_arrays([pa.nulls(1, pa.string()), texts])}))
    kept = [f"{letter}_{one.field.name}" for letter in "tve"]
    lists = ", ".join(f"list({name} ORDER BY place) AS {name}" for name in kept)
    con.execute(f"CREATE TEMP TABLE read_once AS SELECT {lists} FROM ({read_in_layers(_TEXTS, [(one, period)])})")
    con.unregister(_TEXTS)
    found: list[str] = []
    for name in kept:
        con.execute(f"SET VARIABLE {name} = (SELECT {name} FROM read_once)")
        found.append(f"getvariable('{name}')[k{index} + 1] AS {name}")
    sound = con.execute(
        f"SELECT len(list_filter({kept[2]}, lambda code: code IS NOT NULL)) = 0 FROM read_once"
    ).fetchone()
    con.execute("DROP TABLE read_once")
    if sound == (True,):
        found[2] = f"CAST(NULL AS VARCHAR) AS {kept[2]}"
    return found
