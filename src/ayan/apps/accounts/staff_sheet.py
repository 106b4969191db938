"""Units and people out of a sheet: its rows, as cells under the titles that a table of either bears."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ayan.apps.accounts.limits import (
    LARGEST_SHEET,
    LONGEST_SHEET_CELL,
    MOST_SHEET_CELLS,
    MOST_SHEET_COLUMNS,
    MOST_SHEETS,
    UNPACKED_SHEET,
)
from ayan.core.intake.header import key
from ayan.core.intake.table import IntakeLimits, RawTable
from ayan.core.intake.table_reader import read_table
from ayan.core.schema.definition import Layout
from ayan.core.system.duckdb import confined
from ayan.core.values.label import Label

UNITS: Final[Mapping[str, Label]] = {
    "unit_code": Label("شناسهٔ واحد", "Unit code"),
    "unit_fa": Label("نام واحد", "Unit name in Persian"),
    "unit_en": Label("نام واحد به انگلیسی", "Unit name in English"),
}
PEOPLE: Final[Mapping[str, Label]] = {
    "name": Label("نام و نام خانوادگی", "Name"),
    "username": Label("نام کاربری", "User name"),
    "email": Label("رایانامه", "E-mail"),
    "phone": Label("تلفن همراه", "Mobile phone"),
    "role": Label("نقش", "Role"),
    "unit": Label("واحد", "Unit"),
    "dataset": Label("داده", "Dataset"),
}
"""The columns of the two tables, by the titles that a sheet bears in either language."""

LIMITS: Final = IntakeLimits(
    bytes=LARGEST_SHEET,
    unpacked=UNPACKED_SHEET,
    cells=MOST_SHEET_CELLS,
    columns=MOST_SHEET_COLUMNS,
    cell_chars=LONGEST_SHEET_CELL,
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a table of units or of people: where it stands, and its cells by column."""

    table: str
    sheet: str
    row: int
    cells: dict[str, str]


def read(path: Path, workdir: Path) -> list[SheetRow]:
    """Every row of units and people of a workbook or a text file. Raises CannotRead."""
    first = _table(path, workdir / "0", None if path.suffix.lower() == ".csv" else "1")
    tables = [first]
    for position, sheet in enumerate(first.facts.sheets[:MOST_SHEETS]):
        if len(first.facts.sheets) > 1 and sheet != first.facts.sheet:
            tables.append(_table(path, workdir / f"{position + 1}", sheet))
    return [row for table in tables for row in _rows(table)]


def _table(path: Path, workdir: Path, sheet: str | None) -> RawTable:
    known = {title for columns in (UNITS, PEOPLE) for label in columns.values() for title in label.words().values()}
    return read_table(path, source=Layout(), known=known, sheet=sheet, workdir=workdir, limits=LIMITS)


def _rows(table: RawTable) -> Iterator[SheetRow]:
    titles = {key(column.header): column.index for column in table.columns if column.header}
    for name, columns in (("people", PEOPLE), ("units", UNITS)):
        placed = {
            code: titles[key(title)]
            for code, label in columns.items()
            for title in label.words().values()
            if key(title) in titles
        }
        # A table is known by the columns that no row of it does without.
        if not {"username", "unit_code"} & set(placed):
            continue
        chosen = ", ".join(["_row", *(f"c{index}" for index in placed.values())])
        with confined(paths=table.files) as connection:
            rows = connection.execute(f"SELECT {chosen} FROM {table.relation} ORDER BY _row").fetchall()  # noqa: S608 - columns are numbers
        for row, *cells in rows:
            texts = {code: " ".join((text or "").split()) for code, text in zip(placed, cells, strict=True)}
            if any(texts.values()):
                yield SheetRow(name, table.facts.sheet or "", int(row), texts)
        return


def as_json(rows: Collection[SheetRow]) -> list[dict[str, Any]]:
    """The rows as a session keeps them between the preview and the yes."""
    return [asdict(row) for row in rows]


def from_json(kept: Collection[Mapping[str, Any]]) -> list[SheetRow]:
    """The rows that were kept."""
    return [SheetRow(**each) for each in kept]
