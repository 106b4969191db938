"""SpreadsheetML 2003, the workbook in one XML file that Excel and reporting programs wrote, mostly named .xls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from ayan.core.intake.header import CellSpan
from ayan.core.intake.limits import FURTHEST_COLUMN, FURTHEST_ROW, MOST_GRID_CELLS
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits, printable_name
from ayan.core.intake.unit_mentions import speaks
from ayan.core.intake.workbook import grids
from ayan.core.intake.workbook.cell_marks import PLAIN, FontMarks, is_tiny, is_white, marks_of, seen_text
from ayan.core.intake.workbook.containers import damaged
from ayan.core.intake.workbook.number_formats import UNCOMPUTED, displayed, is_odd
from ayan.core.intake.workbook.reader import number_text
from ayan.core.intake.xml_records import local, walk_file
from ayan.core.schema.definition import Layout

NAMESPACE: Final = "urn:schemas-microsoft-com:office:spreadsheet"
Result = TypeVar("Result")
_FORMATS: Final = {"Percent": "0.00%"}


def read(
    path: Path, sheet: str | int | None, source: Layout, known: Sequence[str], workdir: Path, limits: IntakeLimits
) -> ChildReply:
    """Read the sheet ``sheet`` (name, 1-based number, or None for the only filled one) into raw Parquet."""
    book = _Book(limits)
    walk_file(path, book)
    return grids.read(book.sheets, "spreadsheetml", sheet, source, known, workdir, limits)


class _Book:
    """Listens to the elements of a workbook and fills its sheets."""

    def __init__(self, limits: IntakeLimits) -> None:
        self.sheets: list[grids.Grid] = []
        self._limit = grids.GridLimit(limits, MOST_GRID_CELLS)
        self._formats: dict[str, str] = {}
        self._fonts: dict[str, FontMarks] = {}
        self._filled: dict[str, bool] = {}
        self._parents: dict[str, str] = {}
        self._style = ""
        self._row: list[str] = []
        self._at = self._column = 0
        self._cell: dict[str, str] = {}
        self._type = ""
        self._pieces: list[tuple[str, FontMarks]] = []
        self._within: list[FontMarks] = []
        self._reading: str | None = None
        self._formula = self._valued = self._remarked = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        kind, stated = local(name), {local(key): value for key, value in attributes.items()}
        if not self.sheets and kind in ("Style", "NumberFormat", "Font", "Interior"):
            self._of_styles(kind, stated)
        elif kind == "Worksheet":
            self.sheets.append(grids.Grid(printable_name(stated.get("Name", "")) or "–", []))
            self._at = 0
        elif self.sheets and not self._remarked:
            self._of_sheet(kind, stated)

    def _of_sheet(self, kind: str, stated: dict[str, str]) -> None:
        """An element of a sheet: a remark on a cell holds a text like that of a cell, and is none of it."""
        if kind == "Comment":
            self._remarked = True
        elif kind == "Column":
            self._column = _place(stated.get("Index"), self._column + 1, FURTHEST_COLUMN)
            last = min(FURTHEST_COLUMN, self._column + _count(stated.get("Span")))
            if stated.get("Hidden") == "1" or stated.get("Width") == "0":
                self.sheets[-1].survey.columns.add(self._column, last)
            self._column = last
        elif kind == "Row":
            self._begin_row(stated)
        elif kind == "Cell":
            self._column = _place(stated.get("Index"), self._column + 1, FURTHEST_COLUMN)
            self._cell, self._type, self._pieces = stated, "", []
            self._formula, self._valued = "Formula" in stated, False
        elif self._reading == "Data":
            self._within.append(_within(self._within[-1] if self._within else PLAIN, kind))
        elif kind in ("Data", "Visible"):
            self._reading = kind
            self._within = []
            if kind == "Data":
                self._type, self._valued = stated.get("Type", "String"), True
        elif kind == "WorksheetOptions":
            self._column = 0

    def _of_styles(self, kind: str, stated: dict[str, str]) -> None:
        """A style, or what one says."""
        if kind == "Style":
            self._style = stated.get("ID", "")
            self._parents[self._style] = stated.get("Parent", "")
        elif kind == "NumberFormat":
            code = stated.get("Format", "")
            self._formats[self._style] = _FORMATS.get(code, code)
        elif kind == "Font":
            self._fonts[self._style] = _font(stated)
        elif kind == "Interior" and stated.get("Pattern", "None") != "None":
            self._filled[self._style] = not is_white(stated.get("Color", ""))

    def _begin_row(self, stated: dict[str, str]) -> None:
        sheet = self.sheets[-1]
        self._at = _place(stated.get("Index"), self._at + 1, FURTHEST_ROW)
        last = min(FURTHEST_ROW, self._at + _count(stated.get("Span")))
        while len(sheet.rows) < self._at - 1:
            sheet.rows.append([])
            self._limit.row(sheet.name, len(sheet.rows), ())
        if stated.get("Hidden") == "1" or stated.get("Height") == "0":
            sheet.survey.rows.update(range(self._at, last + 1))
        self._row, self._column = [], 0

    def text(self, text: str) -> None:
        """Text of a cell, or whether a sheet is shown."""
        if self._reading in ("Data", "Visible"):
            self._pieces.append((text, self._within[-1] if self._within else PLAIN))

    def end(self, name: str) -> None:
        """A cell, a row or a sheet's word on whether it is shown ends."""
        kind = local(name)
        if self._remarked:
            self._remarked = kind != "Comment"
        elif kind == "Visible" and self.sheets:
            self.sheets[-1].hidden = self._text()[0].strip() in ("SheetHidden", "SheetVeryHidden")
            self._pieces, self._reading = [], None
        elif kind == "Data":
            self._reading = None
        elif kind == "Cell" and self.sheets:
            self._end_cell()
        elif kind == "Row" and self.sheets:
            self._limit.row(self.sheets[-1].name, self._at, self._row)
            self.sheets[-1].rows.append(self._row)
            self._row, self._column = [], 0
        elif self._within:
            self._within.pop()

    def _text(self) -> tuple[str, bool]:
        """The text that was read as a person reads it, and whether some of it is struck out."""
        return seen_text(self._pieces)

    def _end_cell(self) -> None:
        sheet, first = self.sheets[-1], self._column
        across, down = _count(self._cell.get("MergeAcross")), _count(self._cell.get("MergeDown"))
        if across or down:
            span: CellSpan = (self._at - 1, first - 1, min(self._at + down, FURTHEST_ROW) - 1, first + across - 1)
            sheet.spans.append(span)
        plain, struck = self._text()
        text = self._shown(plain)
        if text:
            sheet.survey.struck |= {self._at} if struck else set()
            self._row.extend([""] * (first - 1 - len(self._row)))
            self._row.append(text)
            code = self._format()
            marks = marks_of(self._of_style(self._fonts, PLAIN), code, filled=self._of_style(self._filled, False))
            sheet.survey.mark(self._at, marks)
            if self._type == "Number" and "." in text:
                sheet.survey.fractions.add(first)
            if self._type == "Number" and code and speaks(code):
                sheet.survey.note_format(first, code)
        self._column = min(FURTHEST_COLUMN, first + across)
        self._pieces = []

    def _format(self) -> str:
        return self._of_style(self._formats, "")

    def _of_style(self, said: Mapping[str, Result], nothing: Result) -> Result:
        """What the style of the cell says, or the one that it goes back to."""
        style, steps = self._cell.get("StyleID", ""), 0
        while style and style not in said and steps < len(self._parents):
            style, steps = self._parents.get(style, ""), steps + 1
        return said.get(style, nothing)

    def _shown(self, text: str) -> str:
        """The text of a cell as every workbook gives it: numbers plain, days in ISO 8601, TRUE or FALSE."""
        if self._formula and not self._valued:
            return UNCOMPUTED
        if self._type == "Number":
            code = self._format()
            return (displayed(code, text.strip()) if code and is_odd(code) else "") or number_text(text.strip())
        if self._type == "Boolean":
            return "TRUE" if text.strip() in ("1", "TRUE", "true") else "FALSE"
        if self._type == "DateTime":
            day, _, clock = text.strip().partition("T")
            return day if not clock.strip("0:.Z") else f"{day}T{clock.removesuffix('.000')}"
        return text


def _within(font: FontMarks, kind: str) -> FontMarks:
    """The font of a part of a text, which is marked up as in a page."""
    if kind == "S":
        return FontMarks(True, font.white, font.tiny, font.script)
    script = {"Sup": 1, "Sub": -1}.get(kind, font.script)
    return FontMarks(font.struck, font.white, font.tiny, script)


def _font(stated: Mapping[str, str]) -> FontMarks:
    size = stated.get("Size", "")
    tiny = is_tiny(float(size)) if size.replace(".", "", 1).isdecimal() and len(size) < 8 else False
    return FontMarks(stated.get("StrikeThrough") == "1", is_white(stated.get("Color", "")), tiny)


def _place(stated: str | None, following: int, furthest: int) -> int:
    """The 1-based place that an index states, which lies behind what came before."""
    if stated is None:
        place = following
    elif stated.isascii() and stated.isdecimal() and len(stated) < 9:
        place = int(stated)
    else:
        raise damaged()
    if not following <= place <= furthest:
        raise damaged()
    return place


def _count(stated: str | None) -> int:
    return int(stated) if stated and stated.isascii() and stated.isdecimal() and len(stated) < 8 else 0
