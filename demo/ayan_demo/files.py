"""Writing the files: text by DuckDB's COPY, workbooks cell by cell, with the same bytes for the same seed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import xlsxwriter

from ayan.core.values.sql import identifier, literal
from ayan_demo.layout import Column, Layout, Spoil
from ayan_demo.mess import CELLS, Cell
from ayan_demo.world import World

BOM: Final = "\ufeff"
# What windows-1256 cannot hold is written as the old systems wrote it. Replacing one letter at a time is many times
# faster here than one pass of str.translate.
_OLD_LETTERS: Final = (*zip("یک۰۱۲۳۴۵۶۷۸۹٬ۀ", "يك0123456789,ه", strict=True), ("ٔ", ""), ("ﻻ", "لا"))
_CHUNK: Final = 4 * 1024 * 1024
_WHEN: Final = datetime(2026, 3, 21, tzinfo=UTC)
"""When every workbook says it was made, so that its bytes depend on the seed alone."""
_SERIAL_ZERO: Final = date(1899, 12, 30)


def write(world: World, layout: Layout, relation: str, file: Path, spoil: Spoil | None = None) -> Path:
    """Write the rows of ``relation`` (SQL after FROM) as ``layout`` says, with ``spoil`` in them; returns ``file``."""
    writer = {"csv": _write_csv, "xlsx": _write_workbook, "geojson": _write_geojson}[layout.form]
    file.parent.mkdir(parents=True, exist_ok=True)
    writer(world, layout, relation, file, spoil or Spoil())
    return file


def _rows(layout: Layout, relation: str, spoil: Spoil) -> str:
    """The true rows in file order, each with its ``ordinal`` from 1 and its draw ``z``; a repeated row comes twice."""
    numbered = (
        f"SELECT *, row_number() OVER (ORDER BY {layout.order}) AS ordinal, "
        f"CAST(hash({layout.order.replace(' DESC', '')}) % 840 AS BIGINT) AS z FROM {relation}"
    )
    if spoil.repeat:
        return f"(WITH t AS ({numbered}) SELECT * FROM t UNION ALL SELECT * FROM t WHERE ordinal = {spoil.row})"
    return f"({numbered})"


def _sql(column: Column, spoil: Spoil) -> str:
    if column.name not in spoil.cells:
        return column.sql
    return f"CASE WHEN ordinal = {spoil.row} THEN {literal(spoil.cells[column.name])} ELSE {column.sql} END"


def _write_csv(world: World, layout: Layout, relation: str, file: Path, spoil: Spoil) -> None:
    heads = [column.header[-1] for column in layout.columns]
    if layout.encoding == "utf-8-sig":
        heads[0] = BOM + heads[0]
    picked = ", ".join(
        f"{_sql(column, spoil)} AS {identifier(head)}" for column, head in zip(layout.columns, heads, strict=True)
    )
    old = layout.encoding == "cp1256"
    target = file.with_suffix(".utf8") if old else file
    world.con.execute(
        f"COPY (SELECT {picked} FROM {_rows(layout, relation, spoil)} ORDER BY ordinal) TO {literal(str(target))} "
        f"(FORMAT csv, HEADER true, DELIMITER {literal(layout.delimiter)})"
    )
    if old:
        with target.open(encoding="utf-8", newline="") as source, file.open("w", encoding="cp1256", newline="") as out:
            while chunk := source.read(_CHUNK):
                for letter, older in _OLD_LETTERS:
                    chunk = chunk.replace(letter, older)
                out.write(chunk)
        target.unlink()


def _write_geojson(world: World, layout: Layout, relation: str, file: Path, spoil: Spoil) -> None:
    """One feature a row: the column called geometry is its shape (GeoJSON text), the others are its properties."""
    picked = ", ".join(_sql(column, spoil) for column in layout.columns)
    query = f"SELECT {picked} FROM {_rows(layout, relation, spoil)} ORDER BY ordinal"
    heads = [column.header[-1] for column in layout.columns]
    features = []
    for values in world.con.execute(query).fetchall():
        properties = dict(zip(heads, values, strict=True))
        shape = json.loads(properties.pop("geometry"))
        features.append({"type": "Feature", "properties": properties, "geometry": shape})
    written = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    file.write_text(written, encoding="utf-8")


# --- workbooks ------------------------------------------------------------------------------------------------------


def _write_workbook(world: World, layout: Layout, relation: str, file: Path, spoil: Spoil) -> None:
    with xlsxwriter.Workbook(str(file)) as book:
        book.set_properties({"created": _WHEN})
        if layout.cover:
            cover = book.add_worksheet("راهنما")
            cover.write_string(0, 0, "این کارپوشه ساختگی است؛ جدول در برگهٔ دیگر است.")
        sheet = book.add_worksheet(layout.sheet)
        sheet.right_to_left()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        middle = book.add_format({"align": "center", "valign": "vcenter", "bold": True})
        for row, title in enumerate(layout.titles):
            if title:
                sheet.merge_range(row, 0, row, len(layout.columns) - 1, title, middle)
        top = len(layout.titles)
        _write_header(sheet, layout.columns, top, middle)
        depth = max(len(column.header) for column in layout.columns)
        for row_number, cells in enumerate(_body(world, layout, relation, spoil), top + depth):
            for across, cell in enumerate(cells):
                _put(sheet, row_number, across, cell, day)


def _write_header(sheet: xlsxwriter.worksheet.Worksheet, columns: Sequence[Column], top: int, form: object) -> None:
    """Header levels, with equal neighbours merged across and titles of fewer levels merged down."""
    depth = max(len(column.header) for column in columns)
    levels = [[column.header[min(level, len(column.header) - 1)] for column in columns] for level in range(depth)]
    done: set[tuple[int, int]] = set()
    for level in range(depth):
        for across, title in enumerate(levels[level]):
            if (level, across) in done or not title:
                continue
            down = level
            while down + 1 < depth and levels[down + 1][across] == title:
                down += 1
            right = across
            if level + 1 < len(columns[across].header):
                # Only a parent spans: its children end its own path.
                while (
                    right + 1 < len(columns)
                    and columns[right + 1].header[: level + 1] == columns[across].header[: level + 1]
                ):
                    right += 1
            done |= {(row, column) for row in range(level, down + 1) for column in range(across, right + 1)}
            if (down, right) == (level, across):
                sheet.write_string(top + level, across, title, form)
            else:
                sheet.merge_range(top + level, across, top + down, right, title, form)


def _body(world: World, layout: Layout, relation: str, spoil: Spoil) -> Iterator[list[Cell]]:
    """Records with the counter, blank rows, rows that hold only their number, and totals rows."""
    picked = ", ".join(column.sql for column in layout.columns)
    rows = _rows(layout, relation, spoil)
    query = f"SELECT z, ordinal, {layout.segment or 'NULL'}, {picked} FROM {rows} ORDER BY ordinal"
    sums = _Sums(layout, spoil)
    part: object = None
    for number, (z, ordinal, segment, *values) in enumerate(world.con.execute(query).fetchall(), 1):
        if layout.segment and number > 1 and segment != part:
            yield sums.row(layout.totals[str(part)])
        part = segment
        spoilt = spoil.cells if ordinal == spoil.row else {}
        sums.add(values)
        yield [
            spoilt[column.name] if column.name in spoilt else CELLS[column.cell](value, z // 2 + 7 * across)
            for across, (column, value) in enumerate(zip(layout.columns, values, strict=True))
        ]
        if layout.blank_every and number % layout.blank_every == 0:
            yield []
        if layout.counter_only_every and number % layout.counter_only_every == 0:
            yield [number + 1]
    if sums.wanted:
        yield sums.row(layout.totals[str(part)] if layout.segment else "جمع کل")


class _Sums:
    """Running sums of the summed columns, in their units; each totals row starts them afresh."""

    def __init__(self, layout: Layout, spoil: Spoil) -> None:
        self._columns = layout.columns
        self._spoil = spoil
        self.wanted = any(column.summed for column in layout.columns)
        self._reset()

    def _reset(self) -> None:
        self._sums: list[int | None] = [None for _ in self._columns]

    def add(self, values: Sequence[object]) -> None:
        """Count one record; an empty cell adds nothing."""
        for across, column in enumerate(self._columns):
            if column.summed and values[across] is not None:
                self._sums[across] = (self._sums[across] or 0) + int(str(values[across]))

    def row(self, word: str) -> list[Cell]:
        """The totals row, named in its first cell."""
        cells: list[Cell] = [word]
        for column, stated in zip(self._columns[1:], self._sums[1:], strict=True):
            shift = self._spoil.total.get(column.name, 0)
            cells.append(None if stated is None else f"{stated + shift:,}")
        self._reset()
        return cells


def _put(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, day: object) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_number(row, column, (cell - _SERIAL_ZERO).days, day)
    else:
        sheet.write_number(row, column, cell)
