"""A raw table with decisions carried out: other texts in some cells, rows left out, every address as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.intake.raw import quoted
from ayan.core.intake.table import RawColumn, RawTable
from ayan.core.refine import ranges
from ayan.core.refine.fixing import Fix, Folded, folded
from ayan.core.refine.ranges import Ranges
from ayan.core.values import sql

FIXED: Final = "fixed.parquet"
LEFT: Final = "_left"


@dataclass(frozen=True, slots=True)
class Fixed:
    """The table as it is read further.

    ``changed`` gives, by field, the rows whose cell now reads otherwise than in the file; ``left_out`` how many rows
    were left out for each reason; ``unplaced`` the decisions about rows that the file does not have.
    """

    raw: RawTable
    changed: Mapping[str, Ranges]
    left_out: Mapping[str, int]
    unplaced: int = 0


def apply_fixes(raw: RawTable, fixes: Sequence[Fix], columns: Mapping[str, RawColumn], workdir: Path) -> Fixed:
    """Carry ``fixes`` out on ``raw``, whose fields stand in ``columns``; the new cells are written to ``workdir``."""
    what = folded(fixes, columns)
    if not what.fields and not what.rows:
        return Fixed(raw, {}, {})
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as con:
        inputs = _written(what, workdir)
        target = workdir / FIXED
        paths = [*raw.files, *inputs.values(), target]
        con.execute(f"SET temp_directory = {sql.literal(str(workdir / 'spill-fixed'))}")
        con.execute(f"SET allowed_paths = [{', '.join(sql.literal(str(path)) for path in paths)}]")
        con.execute(f"SET allowed_directories = [{sql.literal(str(workdir) + '/')}]")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        query = _query(raw, what, columns, inputs)
        con.execute(f"COPY ({query}) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION lz4)")
        chosen = ", ".join(["_row", "_line", LEFT, *(f"c{column.index}" for column in raw.columns)])
        relation = f"(SELECT {chosen} FROM read_parquet({quoted(str(target))}))"
        made = replace(raw, relation=relation, files=(target,), leaves=True, repeated={}, full=frozenset())
        changed = {name: _changed(con, raw, made, columns[name].index) for name in sorted(what.fields)}
        left = con.execute(f"SELECT _row FROM {relation} WHERE {LEFT}").fetchall()
    reasons: dict[str, int] = {}
    for (row,) in left:
        reasons[what.rows[row]] = reasons.get(what.rows[row], 0) + 1
    return Fixed(made, {name: rows for name, rows in changed.items() if rows}, reasons, len(what.rows) - len(left))


def _written(what: Folded, workdir: Path) -> dict[str, Path]:
    """The decisions as small tables: ``v_<field>`` (old, new), ``s_<field>`` (row, new), ``left`` (rows)."""
    made: dict[str, Path] = {}
    for name, values in what.values.items():
        made[f"v_{name}"] = _table(workdir / f"values-{name}.parquet", "_old", pa.array(values, pa.string()), values)
    for name, cells in what.cells.items():
        made[f"s_{name}"] = _table(workdir / f"cells-{name}.parquet", "_at", pa.array(cells, pa.int64()), cells)
    if what.rows:
        rows = dict.fromkeys(what.rows, "")
        made["left"] = _table(workdir / "left.parquet", "_at", pa.array(rows, pa.int64()), rows)
    return made


def _table(path: Path, key: str, keys: pa.Array[Any], texts: Mapping[str, str] | Mapping[int, str]) -> Path:
    pq.write_table(pa.table({key: keys, "_new": pa.array(texts.values(), pa.string())}), path)
    return path


def _query(raw: RawTable, what: Folded, columns: Mapping[str, RawColumn], inputs: Mapping[str, Path]) -> str:
    """Every row in the order of the file, each cell as it reads after the decisions; an emptied cell is NULL."""
    cells = {column.index: f"r.c{column.index}" for column in raw.columns}
    joins: list[str] = []
    for name in sorted(what.fields):
        x = f"r.c{columns[name].index}"
        made = f"CASE WHEN v_{name}._old IS NOT NULL THEN v_{name}._new ELSE {x} END" if name in what.values else x
        if name in what.values:
            table = _from(inputs[f"v_{name}"])
            joins.append(f"LEFT JOIN {table} v_{name} ON coalesce({sql.trimmed(x)}, '') = v_{name}._old")
        if name in what.cells:
            joins.append(f"LEFT JOIN {_from(inputs[f's_{name}'])} s_{name} ON r._row = s_{name}._at")
            made = f"CASE WHEN s_{name}._at IS NOT NULL THEN s_{name}._new ELSE {made} END"
        cells[columns[name].index] = f"nullif({made}, '')"
    left = "FALSE"
    if "left" in inputs:
        joins.append(f"LEFT JOIN {_from(inputs['left'])} gone ON r._row = gone._at")
        left = "gone._at IS NOT NULL"
    chosen = ", ".join(f"{cell} AS c{index}" for index, cell in cells.items())
    return f"SELECT r._row, r._line, {left} AS {LEFT}, {chosen} FROM {raw.relation} r {' '.join(joins)} ORDER BY r._row"


def _from(path: Path) -> str:
    return f"read_parquet({quoted(str(path))})"


def _changed(con: duckdb.DuckDBPyConnection, raw: RawTable, made: RawTable, index: int) -> Ranges:
    """The rows, none of them left out, whose cell in a column reads otherwise than before."""
    rows = con.execute(
        f"SELECT r._row FROM {raw.relation} r JOIN {made.relation} m USING (_row) "
        f"WHERE r.c{index} IS DISTINCT FROM m.c{index} AND NOT m.{LEFT} ORDER BY r._row"
    ).fetchnumpy()["_row"]
    return ranges.ranges_of(rows.tolist())
