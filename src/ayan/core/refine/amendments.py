"""What the decisions of a sender made of a file: each cell that reads otherwise, each row left out, each code read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from ayan.core.refine.apply_corrections import CorrectedTable
from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.issue_store import StoredReading
from ayan.core.refine.limits import AMENDMENTS_PAGE, MOST_CODES_TOLD, MOST_SHOWN_OF_LEFT_ROW, SHOWING_MEMORY
from ayan.core.refine.pipeline import Refined
from ayan.core.schema.steps.step import file_row
from ayan.core.system.duckdb import confined
from ayan.core.system.files import move
from ayan.core.values import sql

AMENDMENTS: Final = "amendments.parquet"
_SIGN: Final = "chr(31)"
_ROWS: Final = "INSERT INTO amended BY NAME SELECT"


@dataclass(frozen=True, slots=True)
class CellGroup:
    """Cells of one field in which one text was written over another: how many, and the first row that has them.

    Texts are as they stand in the file and as they were written; None is an empty cell.
    """

    field: str
    old: str | None
    new: str | None
    count: int
    row: int


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A row that is not published: its number in the file, why, and the texts that tell which row it is, by field.

    ``reason`` is that of its sender; "" where it was left out with all bad ones.
    """

    row: int
    reason: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LeftGroup:
    """How many rows were left out for one reason, and their amounts by field, in the published unit."""

    reason: str
    count: int
    sums: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CodeReading:
    """A text of a file, the code of the list that it was read as, and in how many cells."""

    field: str
    text: str
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class AmendmentPage:
    """What an approver sees at once; ``cells`` and ``groups`` count all of them, whatever is shown."""

    cells: int
    groups: int
    shown: tuple[CellGroup, ...]
    left: tuple[LeftGroup, ...]
    rows: tuple[LeftRow, ...]
    codes: tuple[CodeReading, ...]
    redacted: tuple[tuple[str, str, int], ...]

    @property
    def left_out(self) -> int:
        """Rows that are not published."""
        return sum(group.count for group in self.left)


class Amendments:
    """The amendments of one file as they are kept beside its issues, to be read page by page."""

    def __init__(self, path: Path, reading: StoredReading) -> None:
        self._path, self._reading = path, reading

    def page(
        self,
        *,
        partial: bool,
        money: Collection[str] = (),
        groups: tuple[int, int] = (0, AMENDMENTS_PAGE),
        rows: tuple[int, int] = (0, AMENDMENTS_PAGE),
    ) -> AmendmentPage:
        """What was amended. ``groups`` and ``rows`` say after how many the lists begin and how many they hold.

        Groups of ``money`` fields come first, then the largest. With ``partial`` the rows that carry errors are left
        out too.
        """
        with self._opened() as con:
            wide = self._places(con)
            kinds = ["left", "bad"] if partial else ["left"]
            (cells, count) = _first_row(
                con, "SELECT count(*), count(DISTINCT (field, old, new)) FROM amended WHERE kind = 'cell'"
            )
            shown = con.execute(
                "SELECT field, old, new, count(*) AS n, min(row) FROM amended WHERE kind = 'cell' "
                "GROUP BY field, old, new "
                "ORDER BY list_contains($money, field) DESC, n DESC, min(row), field LIMIT $limit OFFSET $after",
                {"money": [*money], "after": groups[0], "limit": groups[1]},
            ).fetchall()
            reasons = con.execute(
                "SELECT reason, count(*) AS n FROM amended WHERE list_contains($kinds, kind) "
                "GROUP BY reason ORDER BY n DESC, reason",
                {"kinds": kinds},
            ).fetchall()
            sums = con.execute(
                "SELECT reason, field, n FROM amended WHERE list_contains($kinds, kind) ORDER BY field",
                {"kinds": [f"{kind}-sum" for kind in kinds]},
            ).fetchall()
            left = con.execute(
                "SELECT row, reason, old FROM amended WHERE list_contains($kinds, kind) "
                "ORDER BY row LIMIT $limit OFFSET $after",
                {"kinds": kinds, "after": rows[0], "limit": rows[1]},
            ).fetchall()
            codes = con.execute(
                "SELECT field, old, new, n FROM amended WHERE kind = 'code' ORDER BY field, n DESC, old"
            ).fetchall()
            redacted = con.execute(
                "SELECT field, reason, n FROM amended WHERE kind = 'redacted' ORDER BY field, reason"
            ).fetchall()
            names = _names(con)
        return AmendmentPage(
            cells,
            count,
            tuple(CellGroup(field, old, new, n, _in_file(row, wide)) for field, old, new, n, row in shown),
            tuple(
                LeftGroup(
                    reason, n, tuple((field, total) for of, field, total in sums if of == reason and total is not None)
                )
                for reason, n in reasons
            ),
            tuple(LeftRow(_in_file(row, wide), reason, _texts(names, said)) for row, reason, said in left),
            tuple(CodeReading(*code) for code in codes),
            tuple((field, how, n) for field, how, n in redacted),
        )

    def rows_of(self, group: CellGroup, most: int) -> tuple[int, ...]:
        """The first rows of the file whose cells are those of a group."""
        with self._opened() as con:
            wide = self._places(con)
            rows = con.execute(
                "SELECT row FROM amended WHERE kind = 'cell' AND field = $field AND old IS NOT DISTINCT FROM $old "
                "AND new IS NOT DISTINCT FROM $new ORDER BY row LIMIT $most",
                {"field": group.field, "old": group.old, "new": group.new, "most": most},
            ).fetchall()
        return tuple(_in_file(row, wide) for (row,) in rows)

    @contextmanager
    def _opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        path = self._reading.cells(self._path)
        if path is None:
            raise FileNotFoundError(self._path)
        with confined(paths=[path], memory=SHOWING_MEMORY, threads=1) as con:
            con.execute(f"CREATE TEMP VIEW amended AS FROM read_parquet({sql.literal(str(path))})")
            yield con

    @staticmethod
    def _places(con: duckdb.DuckDBPyConnection) -> bool:
        """Whether one row of the file became several, so that their numbers say more than the row."""
        return bool(_first_row(con, "SELECT coalesce(max(n), 0) FROM amended WHERE kind = 'fields'")[0])


def stored_amendments(path: Path, reading: StoredReading) -> Amendments | None:
    """The amendments that stand at ``path``; None where none were written, as by an older version."""
    return Amendments(path, reading) if path.is_file() else None


def store_amendments(refined: Refined, fixed: CorrectedTable, folder: Path) -> None:
    """Write down what the decisions made of the file, beside its issues in ``folder``."""
    session = refined.session
    session.con.execute(
        "CREATE OR REPLACE TEMP TABLE amended (kind VARCHAR, row BIGINT, field VARCHAR, old VARCHAR, new VARCHAR, "
        "reason VARCHAR, n BIGINT)"
    )
    telling = _telling(refined)
    names = ",".join(mapped.field.name for mapped in telling)
    with session.clock():
        session.con.execute(
            f"{_ROWS} 'fields' AS kind, {sql.literal(names)} AS old, {1 if refined.raw.places else 0} AS n"
        )
        if fixed.amended is not None:
            session.con.execute(
                f"{_ROWS} kind, row, field, old, new FROM read_parquet({sql.literal(str(fixed.amended))}) "
                "WHERE kind = 'cell'"
            )
        _left_rows(refined, fixed, telling)
        for name, ways in fixed.redacted.items():
            for how, count in ways.items():
                session.con.execute(
                    f"{_ROWS} 'redacted' AS kind, {sql.literal(name)} AS field, {sql.literal(how)} AS reason, "
                    f"{count} AS n"
                )
        for mapped in session.present:
            if mapped.field.choices is not None and mapped.column is not None and mapped.field.shown == "public":
                name = mapped.field.name
                session.con.execute(
                    f"{_ROWS} 'code' AS kind, {sql.literal(name)} AS field, t_{name} AS old, v_{name} AS new, "
                    f"count(*) AS n FROM typed WHERE _class = 'record' AND v_{name} IS NOT NULL "
                    f"GROUP BY t_{name}, v_{name} ORDER BY n DESC, old LIMIT {MOST_CODES_TOLD}"
                )
        written = session.workdir / AMENDMENTS
        session.con.execute(f"COPY amended TO {sql.literal(str(written))} (FORMAT parquet, COMPRESSION lz4)")
        session.con.execute("DROP TABLE amended")
    move(written, folder / AMENDMENTS)


def _left_rows(refined: Refined, fixed: CorrectedTable, telling: tuple[MappedField, ...]) -> None:
    """The rows that somebody left out, those that carry errors, and what both amount to."""
    session = refined.session
    texts = ", ".join(f"coalesce({session.trimmed(mapped.column.index)}, '')" for mapped in telling if mapped.column)
    said = f"concat_ws({_SIGN}, {texts})" if texts else "''"
    joined = f"JOIN {session.cells} r ON r._row = l.row"
    sources = {"bad": "(SELECT DISTINCT _row AS row, '' AS reason FROM left_out)"}
    if fixed.amended is not None:
        path = sql.literal(str(fixed.amended))
        sources["left"] = f"(SELECT row, old AS reason FROM read_parquet({path}) WHERE kind = 'left')"
    for kind, source in sources.items():
        if not session.con.execute(f"SELECT 1 FROM {source} LIMIT 1").fetchone():
            continue
        named, summed = sql.literal(kind), sql.literal(f"{kind}-sum")
        session.con.execute(f"{_ROWS} {named} AS kind, l.row, l.reason, {said} AS old FROM {source} l {joined}")
        for mapped in telling:
            if mapped.field.kind.is_money:
                name = mapped.field.name
                session.con.execute(
                    f"{_ROWS} {summed} AS kind, {sql.literal(name)} AS field, l.reason, "
                    f"TRY_CAST(sum(t.v_{name}) AS BIGINT) AS n FROM {source} l JOIN typed t ON t._row = l.row "
                    f"WHERE t.v_{name} IS NOT NULL GROUP BY l.reason"
                )


def _telling(refined: Refined) -> tuple[MappedField, ...]:
    """The fields by which people know a row: its money, its key and its title; none that the public may not see."""
    dataset = refined.dataset
    wanted = [
        mapped
        for mapped in refined.session.present
        if mapped.column is not None
        and mapped.field.published
        and mapped.field.shown == "public"
        and (mapped.field.kind.is_money or mapped.field.role == "title" or mapped.field.name in dataset.key)
    ]
    wanted.sort(key=lambda mapped: (not mapped.field.kind.is_money, mapped.field.role != "title"))
    return tuple(wanted[:MOST_SHOWN_OF_LEFT_ROW])


def _first_row(con: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = con.execute(query).fetchone()
    return tuple(row) if row else (0, 0)


def _names(con: duckdb.DuckDBPyConnection) -> list[str]:
    row = con.execute("SELECT old FROM amended WHERE kind = 'fields'").fetchone()
    return str(row[0]).split(",") if row and row[0] else []


def _texts(names: list[str], said: str | None) -> tuple[tuple[str, str], ...]:
    pairs = zip(names, (said or "").split("\x1f"), strict=False)
    return tuple((name, text) for name, text in pairs if text)


def _in_file(row: int, wide: bool) -> int:
    return file_row(row) if wide else row
