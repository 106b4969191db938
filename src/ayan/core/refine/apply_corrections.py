"""A raw table with decisions carried out: other texts in some cells, rows left out, every address as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.intake.table import RawColumn, RawTable
from ayan.core.refine import row_ranges
from ayan.core.refine.corrections import BadCorrection, Correction, FoldedCorrections, OriginalText, folded
from ayan.core.refine.limits import CORRECTING_MEMORY, MOST_REWRITTEN, MOST_ROWS_KEPT
from ayan.core.refine.row_ranges import Ranges
from ayan.core.schema.definition import Layout
from ayan.core.system.duckdb import arrow_table, confined
from ayan.core.values import sql
from ayan.core.values.text import fold

FIXED: Final = "fixed.parquet"
AMENDED: Final = "amended.parquet"
CORRECTED: Final = "corrected_cells"
LEFT: Final = "_left"
_SUMS: Final = frozenset(Layout().totals_words)


@dataclass(frozen=True, slots=True)
class CorrectedTable:
    """The table as it is read further.

    ``changed`` gives, by field, the rows whose cell now reads otherwise than in the file; ``left_out`` how many rows
    were left out for each reason; ``unplaced`` the decisions about rows that the file does not have. ``redacted``
    counts, by field and how, the cells from which personal data was taken; they are not among the ``changed``.
    ``amended`` is a file that tells of each changed cell (kind ``cell``: row, field, old, new) and of each row left out
    (kind ``left``: row, and the reason as ``old``); None where nothing was decided.
    """

    raw: RawTable
    changed: Mapping[str, Ranges]
    left_out: Mapping[str, int]
    unplaced: int = 0
    redacted: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    amended: Path | None = None


def apply_corrections(
    raw: RawTable,
    fixes: Sequence[Correction],
    columns: Mapping[str, RawColumn],
    workdir: Path,
    con: duckdb.DuckDBPyConnection | None = None,
) -> CorrectedTable:
    """Carry ``fixes`` out on ``raw``, whose fields stand in ``columns``; the new cells are written to ``workdir``.

    Where whoever asks goes on by ``con``, which reaches the files of ``raw`` and that folder, the cells of a small file
    are kept in it, and nowhere else: to write them and read them again takes longer than to carry the decisions out.
    """
    with _Texts(raw, columns, con) as texts:
        what = folded(fixes, columns, texts)
    if not what.fields and not what.rows:
        return CorrectedTable(raw, {}, {})
    inputs = _written(what, workdir)
    if con is not None:
        return _applied(raw, what, columns, inputs, workdir, con, is_kept=raw.rows <= MOST_ROWS_KEPT)
    paths = [*raw.files, *inputs.values()]
    with confined(paths=paths, folders=[workdir], memory=CORRECTING_MEMORY, spill=workdir / "spill-fixed") as own:
        return _applied(raw, what, columns, inputs, workdir, own, is_kept=False)


def _applied(
    raw: RawTable,
    what: FoldedCorrections,
    columns: Mapping[str, RawColumn],
    inputs: Mapping[str, Path],
    workdir: Path,
    con: duckdb.DuckDBPyConnection,
    *,
    is_kept: bool,
) -> CorrectedTable:
    query = _query(raw, what, columns, inputs)
    target, amended = workdir / FIXED, workdir / AMENDED
    if is_kept:
        con.register(CORRECTED, arrow_table(con, query))
    else:
        con.execute(f"COPY ({query}) TO {sql.literal(str(target))} (FORMAT parquet, COMPRESSION lz4)")
    chosen = ", ".join(["_row", "_line", LEFT, *(f"c{column.index}" for column in raw.columns)])
    corrected = replace(
        raw,
        relation=CORRECTED if is_kept else f"(SELECT {chosen} FROM read_parquet({sql.literal(str(target))}))",
        files=raw.files if is_kept else (target,),
        leaves=True,
        repeated={},
        full=raw.full - {columns[name].index for name in what.fields},
    )
    changed: dict[str, Ranges] = {}
    redacted: dict[str, dict[str, int]] = {}
    for name in sorted(what.fields):
        changes = _changes(raw, corrected, columns[name].index, name, what, inputs)
        con.execute(f"CREATE TEMP TABLE changes_{name} AS {changes}")
        changed[name], redacted[name] = _changed(con, name)
    left = con.execute(f"SELECT _row FROM {corrected.relation} WHERE {LEFT}").fetchall()
    reasons_of = {int(row): (what.rows[row], "") for (row,) in left}
    gone = _table(workdir / "left-out.parquet", "row", pa.array(reasons_of, pa.int64()), reasons_of)
    queries = [f"SELECT 'left' AS kind, row, '' AS field, _new AS old, NULL AS new FROM {_from(gone)}"]
    queries += [
        f"SELECT 'cell' AS kind, _row AS row, {sql.literal(name)} AS field, {sql.trimmed('old')} AS old, new "
        f"FROM changes_{name} WHERE how = ''"
        for name in sorted(what.fields)
    ]
    con.execute(f"COPY ({' UNION ALL '.join(queries)}) TO {sql.literal(str(amended))} (FORMAT parquet)")
    for name in what.fields:
        con.execute(f"DROP TABLE changes_{name}")
    reasons: dict[str, int] = {}
    for (row,) in left:
        reasons[what.rows[row]] = reasons.get(what.rows[row], 0) + 1
    return CorrectedTable(
        corrected,
        {name: rows for name, rows in changed.items() if rows},
        reasons,
        len(what.rows) - len(left),
        {name: counts for name, counts in redacted.items() if counts},
        amended,
    )


class _Texts:
    """The texts of a file for operations on its columns; nothing is opened before one asks."""

    def __init__(self, raw: RawTable, columns: Mapping[str, RawColumn], con: duckdb.DuckDBPyConnection | None) -> None:
        self._raw, self._columns = raw, columns
        self._con, self._is_own = con, False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._con is not None and self._is_own:
            self._con.close()

    def different(self, field: str) -> list[str]:
        """The different texts of a column; BadCorrection where it has too many."""
        cell = self._cell(field)
        rows = self._ask(f"SELECT DISTINCT {cell} FROM {self._raw.relation} LIMIT {MOST_REWRITTEN + 1}")
        return [str(text) for (text,) in self._bounded(rows)]

    def in_order(self, field: str) -> list[tuple[int, str]]:
        """The texts of a column in rows of more than one filled cell and not of sums: what is above a record is one."""
        cells = [f"c{column.index}" for column in self._raw.columns]
        filled = " + ".join(f"({cell} IS NOT NULL)::INT" for cell in cells)
        rows = self._ask(
            f"SELECT _row, {self._cell(field)}, coalesce({', '.join(cells)}) FROM {self._raw.relation} "
            f"WHERE {filled} > 1 ORDER BY _row LIMIT {MOST_REWRITTEN + 1}"
        )
        return [(int(row), str(text)) for row, text, first in self._bounded(rows) if fold(str(first)) not in _SUMS]

    def _cell(self, field: str) -> str:
        return f"coalesce({sql.trimmed(f'c{self._columns[field].index}')}, '')"

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        if self._con is None:
            self._con, self._is_own = confined(paths=self._raw.files), True
        return self._con.execute(query).fetchall()

    @staticmethod
    def _bounded(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        if len(rows) > MOST_REWRITTEN:
            raise BadCorrection(
                "این ستون برای این کار بسیار بزرگ است. آن را در خود پرونده درست کنید.",
                "The column is too large for this. Put it right in the file itself.",
            )
        return rows


def _written(what: FoldedCorrections, workdir: Path) -> dict[str, Path]:
    """The decisions as small tables: ``v_<field>`` (old, new), ``s_<field>`` (row, new), ``left`` (rows)."""
    files: dict[str, Path] = {}
    for name, values in what.values.items():
        files[f"v_{name}"] = _table(workdir / f"values-{name}.parquet", "_old", pa.array(values, pa.string()), values)
    for name, cells in what.cells.items():
        files[f"s_{name}"] = _table(workdir / f"cells-{name}.parquet", "_at", pa.array(cells, pa.int64()), cells)
    if what.rows:
        rows = dict.fromkeys(what.rows, ("", ""))
        files["left"] = _table(workdir / "left.parquet", "_at", pa.array(rows, pa.int64()), rows)
    return files


def _table(
    path: Path, key: str, keys: pa.Array[Any], texts: Mapping[str, OriginalText] | Mapping[int, OriginalText]
) -> Path:
    new, how = ([entry[index] for entry in texts.values()] for index in (0, 1))
    columns = {key: keys, "_new": pa.array(new, pa.string()), "_how": pa.array(how, pa.string())}
    pq.write_table(pa.table(columns), path)
    return path


def _query(raw: RawTable, what: FoldedCorrections, columns: Mapping[str, RawColumn], inputs: Mapping[str, Path]) -> str:
    """Every row in the order of the file, each cell as it reads after the decisions; an emptied cell is NULL."""
    cells = {column.index: f"r.c{column.index}" for column in raw.columns}
    joins: list[str] = []
    for name in sorted(what.fields):
        x = "NULL::VARCHAR" if name in what.dropped else f"r.c{columns[name].index}"
        expression = (
            f"CASE WHEN v_{name}._old IS NOT NULL THEN v_{name}._new ELSE {x} END" if name in what.values else x
        )
        if name in what.values:
            table = _from(inputs[f"v_{name}"])
            joins.append(f"LEFT JOIN {table} v_{name} ON coalesce({sql.trimmed(x)}, '') = v_{name}._old")
        if name in what.cells:
            joins.append(f"LEFT JOIN {_from(inputs[f's_{name}'])} s_{name} ON r._row = s_{name}._at")
            expression = f"CASE WHEN s_{name}._at IS NOT NULL THEN s_{name}._new ELSE {expression} END"
        cells[columns[name].index] = f"nullif({expression}, '')"
    left = "FALSE"
    if "left" in inputs:
        joins.append(f"LEFT JOIN {_from(inputs['left'])} gone ON r._row = gone._at")
        left = "gone._at IS NOT NULL"
    chosen = ", ".join(f"{cell} AS c{index}" for index, cell in cells.items())
    return f"SELECT r._row, r._line, {left} AS {LEFT}, {chosen} FROM {raw.relation} r {' '.join(joins)} ORDER BY r._row"


def _from(path: Path) -> str:
    return f"read_parquet({sql.literal(str(path))})"


def _changes(
    raw: RawTable,
    corrected: RawTable,
    index: int,
    name: str,
    what: FoldedCorrections,
    inputs: Mapping[str, Path],
) -> str:
    """The query for the cells of a column that read otherwise than before, in no row left out, and how each came to."""
    x, joins, ways = f"r.c{index}", [], []
    if f"s_{name}" in inputs:
        joins.append(f"LEFT JOIN {_from(inputs[f's_{name}'])} s ON r._row = s._at")
        ways.append("WHEN s._at IS NOT NULL THEN s._how")
    if f"v_{name}" in inputs:
        joins.append(f"LEFT JOIN {_from(inputs[f'v_{name}'])} v ON coalesce({sql.trimmed(x)}, '') = v._old")
        ways.append("WHEN v._old IS NOT NULL THEN v._how")
    rest = "'drop'" if name in what.dropped else "''"
    how = f"CASE {' '.join(ways)} ELSE {rest} END" if ways else rest
    return (
        f"SELECT r._row, {x} AS old, m.c{index} AS new, {how} AS how FROM {raw.relation} r "
        f"JOIN {corrected.relation} m ON m._row = r._row {' '.join(joins)} "
        f"WHERE {x} IS DISTINCT FROM m.c{index} AND NOT m.{LEFT}"
    )


def _changed(con: duckdb.DuckDBPyConnection, name: str) -> tuple[Ranges, dict[str, int]]:
    """Of the rows whose cell in a column reads otherwise than before, none left out: those corrected, those redacted.

    The first are told row by row, the others are counted by how; where personal data stood is nobody's business.
    """
    rows = con.execute(f"SELECT _row FROM changes_{name} WHERE how = '' ORDER BY _row").fetchnumpy()["_row"]
    counts = con.execute(
        f"SELECT how, count(*) FROM changes_{name} WHERE how <> '' GROUP BY how ORDER BY how"
    ).fetchall()
    return row_ranges.ranges_of(rows.tolist()), {str(code): int(count) for code, count in counts}
