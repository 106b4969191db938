"""Tables of an HTML page, which many office systems write and name .xls."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from ayan.core.intake import encoding
from ayan.core.intake.issues import issue_as_json, refuse, too_large
from ayan.core.intake.json_text import nested
from ayan.core.intake.limits import DEEPEST, FURTHEST_SPAN, LARGEST_HTML, MOST_GRID_CELLS
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.workbook import grids
from ayan.core.intake.workbook.cell_marks import CellMarks, FontMarks, seen_text
from ayan.core.intake.workbook.page_styles import NO_LOOK, Look, PageStyles
from ayan.core.intake.workbook.reader import number_text
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import Issue

_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_UNSEEN: Final = ("script", "style", "template", "title")
_PIECE: Final = 65_536
_VOID: Final = frozenset({"br", "hr", "img", "input", "wbr", "col", "area", "embed", "link", "meta", "source", "track"})
_ENDS_ITSELF: Final = frozenset({"p", "li", "dt", "dd", "option"})
_NO_HEIGHT: Final = re.compile(r"\s*0(?:px|pt)?\s*")
# Excel keeps the number of a cell beside what is seen of it, which may be rounded or too wide for its column.
_NUMBER: Final = "x:num"
_PLAIN_NUMBER: Final = re.compile(r"[\d\s.,٬٫'’()−+-]+|#+")


def read(
    path: Path, sheet: str | int | None, source: Layout, known: Sequence[str], workdir: Path, limits: IntakeLimits
) -> ChildReply:
    """Read one table of a page: that called ``sheet`` (its caption, id or number), or the only one with rows."""
    text, codec = _text(path, source, limits)
    page = _Page(limits)
    for at in range(0, len(text), _PIECE):
        page.feed(text[at : at + _PIECE])
        # A tag that never ends is kept and begun anew with each piece.
        if len(page.rawdata) > 16 * _PIECE:
            raise refuse("cell-too-long", line=page.getpos()[0], limit=16 * _PIECE)
    page.close()
    page.close_row()
    reply = grids.read(page.named(), "html", sheet, source, known, workdir, limits, codec)
    named = Issue(code="html-named-other", params={"extension": path.suffix.lower() or "–"})
    if path.suffix.lower() not in (".html", ".htm"):
        reply.issues.insert(0, issue_as_json(named))
    return reply


def _text(path: Path, source: Layout, limits: IntakeLimits) -> tuple[str, str]:
    """The text of a page by its mark, its own word, the declaration, or as text files are read; and its encoding."""
    size = path.stat().st_size
    if size > min(LARGEST_HTML, limits.bytes):
        raise too_large(size, min(LARGEST_HTML, limits.bytes))
    data = path.read_bytes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            raise refuse("encoding-other", line=1, encoding="utf-16") from None
    state = encoding.mark(data[:16])
    stated = _CHARSET.search(data[:8192])
    if state is None and source.encoding is not None:
        state = encoding.Encoding(encoding.declared(source.encoding))
    if state is None and stated is not None:
        name = stated[1].decode("ascii")
        # Pages often name an encoding that they are not in: UTF-8 that is valid is hardly anything else.
        if not _is_utf8(data):
            state = encoding.Encoding(encoding.declared(name))
    if state is None:
        state = encoding.Encoding("utf-8") if _is_utf8(data) else encoding.other_than_utf8(path)
    try:
        return data[state.start :].decode(state.codec), state.label
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refuse("encoding-other", line=line, encoding=state.label) from None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _Page(HTMLParser):
    """Collects the rows of the tables of a page; a table within a cell is a table of its own."""

    def __init__(self, limits: IntakeLimits) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[grids.Grid] = []
        self._limits = limits
        self._limit = grids.GridLimit(limits, MOST_GRID_CELLS)
        self._open: list[_Table] = []
        self._styles = PageStyles()
        self._unseen = 0
        self._sheet: list[str] = []

    def named(self) -> list[grids.Grid]:
        """The tables that have cells, those without a caption called by their number."""
        filled = [table for table in self.tables if table.filled]
        if len(filled) == 1:
            return filled
        for number, table in enumerate(filled, 1):
            names = [other.name for other in filled if other is not table]
            if not table.name or table.name in names:
                table.name = f"{table.name} {number}".strip()
        return filled

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A table, row or cell begins; the ends of the one before may be missing."""
        stated = {name: value or "" for name, value in attrs}
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            if len(self._open) >= DEEPEST:
                raise nested()
            grid = grids.Grid(stated.get("id", ""), [])
            self.tables.append(grid)
            self._open.append(_Table(grid, self._limit, self._styles.look(tag, stated)))
        elif self._open:
            self._within_table(self._open[-1], tag, stated)

    def _within_table(self, table: _Table, tag: str, stated: dict[str, str]) -> None:
        if tag == "tr":
            table.end_row()
            look = self._styles.look(tag, stated)
            flat = _NO_HEIGHT.fullmatch(stated.get("height", "–")) is not None
            table.begin_row(replace(look, hidden=look.hidden or flat))
        elif tag in ("td", "th"):
            across, down = _span(stated.get("colspan")), _span(stated.get("rowspan"))
            table.begin_cell(across, down, self._styles.look(tag, stated), stated.get(_NUMBER, ""))
        elif tag == "col":
            table.column(_span(stated.get("span")), hidden=self._styles.look(tag, stated).hidden)
        elif tag == "caption":
            table.captioned = True
        else:
            if tag in ("br", "p", "div", "li"):
                table.add(" ")
            if tag not in _VOID:
                table.begin_part(tag, self._styles.look(tag, stated))

    def handle_endtag(self, tag: str) -> None:
        """A cell, row or table ends."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
            if tag == "style":
                self._styles.add("".join(self._sheet))
                self._sheet = []
        elif self._open:
            table = self._open[-1]
            if tag == "table":
                table.end_row()
                self._open.pop()
            elif tag == "tr":
                table.end_row()
            elif tag in ("td", "th"):
                table.end_cell()
            elif tag == "caption":
                table.captioned = False
            else:
                table.end_part(tag)

    def handle_data(self, data: str) -> None:
        """Text, of the cell or caption in which it stands, or of a style sheet."""
        if self._unseen and self.lasttag == "style":
            self._sheet.append(data)
        elif self._open and not self._unseen:
            self._open[-1].add(data)

    def close_row(self) -> None:
        """The page ends: so do the tables that it left open."""
        for table in self._open:
            table.end_row()


class _Table:
    """One table while it is read."""

    def __init__(self, grid: grids.Grid, limit: grids.GridLimit, look: Look) -> None:
        self.captioned = False
        self._grid, self._limit, self._look = grid, limit, look
        self._row: list[str] | None = None
        self._row_look = look
        self._pieces: list[tuple[str, FontMarks]] | None = None
        self._parts: list[tuple[str, Look]] = []
        self._number = ""
        self._span = (1, 1)
        # Of each column how many rows below are covered from above.
        self._covered: dict[int, int] = {}
        self._columns = 0

    def column(self, count: int, *, hidden: bool) -> None:
        """So many columns are spoken of, of which all are hidden or none is."""
        if hidden and self._columns + count <= FURTHEST_SPAN:
            self._grid.survey.columns.add(self._columns + 1, self._columns + count)
        self._columns = min(FURTHEST_SPAN, self._columns + count)

    def begin_row(self, look: Look) -> None:
        """A row begins."""
        self._row, self._row_look = [], look.within(self._look)

    def begin_cell(self, across: int, down: int, look: Look, number: str) -> None:
        """A cell begins, covering so many columns and rows; ``number`` is what is kept beside its text."""
        self.end_cell()
        if self._row is None:
            self.begin_row(NO_LOOK)
        self._pieces, self._span, self._number = [], (across, down), number.strip()
        self._parts = [("", look.within(replace(self._row_look, hidden=False)))]

    def begin_part(self, tag: str, look: Look) -> None:
        """A part of the cell begins that may look otherwise; not more deeply than a person writes."""
        if self._pieces is not None:
            if tag in _ENDS_ITSELF:
                self.end_part(tag)
            if len(self._parts) > DEEPEST:
                raise nested()
            self._parts.append((tag, look.within(self._parts[-1][1])))

    def end_part(self, tag: str) -> None:
        """A part of the cell ends, and whatever within it has no end of its own."""
        at = next((at for at in range(len(self._parts) - 1, 0, -1) if self._parts[at][0] == tag), 0)
        if at:
            del self._parts[at:]

    def add(self, text: str) -> None:
        """Text of the cell or the caption that is open; a hidden part of a cell is none."""
        if self._pieces is not None:
            look = self._parts[-1][1]
            if not look.hidden or self._parts[0][1].hidden:
                self._pieces.append((text, replace(look.font, white=look.unseen)))
        elif self.captioned:
            self._grid.name = " ".join(f"{self._grid.name or ''} {text}".split())[:200]

    def end_cell(self) -> None:
        """The cell that is open ends: it stands in the next column that is not covered from above."""
        if self._pieces is None or self._row is None:
            return
        while self._covered.get(len(self._row), 0):
            self._row.append("")
        at, (across, down) = len(self._row), self._span
        text, struck = seen_text(self._pieces)
        text = _SPACES.sub(" ", text).strip(" ")
        if self._number and not struck and _PLAIN_NUMBER.fullmatch(text):
            text = number_text(self._number)
        self._row.append(text)
        unseen = any(font.white for piece, font in self._pieces if piece.strip())
        self._grid.survey.mark(len(self._grid.rows) + 1, CellMarks(struck, unseen))
        if text and self._parts[0][1].hidden:
            self._grid.survey.columns.add(at + 1, at + across)
        self._row.extend([""] * (across - 1))
        if len(self._row) > 2 * FURTHEST_SPAN:
            raise refuse("columns-too-many", row=len(self._grid.rows) + 1, limit=FURTHEST_SPAN)
        if across > 1 or down > 1:
            top = len(self._grid.rows)
            self._grid.spans.append((top, at, top + down - 1, at + across - 1))
            for column in range(at, at + across) if down > 1 else ():
                self._covered[column] = down
        self._pieces = None

    def end_row(self) -> None:
        """The row that is open ends."""
        self.end_cell()
        if self._row is None:
            return
        self._limit.row(self._grid.name, len(self._grid.rows) + 1, self._row)
        self._grid.rows.append(self._row)
        if self._row_look.hidden:
            self._grid.survey.rows.add(len(self._grid.rows))
        self._covered = {column: left - 1 for column, left in self._covered.items() if left > 1}
        self._row = None


def _span(stated: str | None) -> int:
    """How many rows or columns a cell covers; what is no such number is one."""
    text = (stated or "").strip()
    return min(max(1, int(text)), FURTHEST_SPAN) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
