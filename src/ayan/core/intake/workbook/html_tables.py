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
from ayan.core.intake.workbook.cell_marks import PLAIN, FontMarks, seen_text
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import Issue

_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_UNSEEN: Final = ("script", "style", "template", "title")
_PIECE: Final = 65_536
_STRUCK: Final = ("s", "strike", "del")
_SCRIPTS: Final = {"sup": 1, "sub": -1}
_LINE_THROUGH: Final = re.compile(r"text-decoration[-a-z]*\s*:[^;]*line-through", re.IGNORECASE)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)


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
        self._unseen = 0

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
            self._open.append(_Table(grid, self._limit))
        elif self._open:
            table = self._open[-1]
            if tag == "tr":
                table.end_row()
                table.begin_row(hidden="hidden" in stated or _HIDDEN.search(stated.get("style", "")) is not None)
                table.struck_row = _LINE_THROUGH.search(stated.get("style", "")) is not None
            elif tag in ("td", "th"):
                table.begin_cell(_span(stated.get("colspan")), _span(stated.get("rowspan")))
                table.font = FontMarks(_LINE_THROUGH.search(stated.get("style", "")) is not None or table.struck_row)
            elif tag in _STRUCK:
                table.font = replace(table.font, struck=True)
            elif tag in _SCRIPTS:
                table.font = replace(table.font, script=_SCRIPTS[tag])
            elif tag == "caption":
                table.captioned = True
            elif tag in ("br", "p", "div", "li"):
                table.add(" ")

    def handle_endtag(self, tag: str) -> None:
        """A cell, row or table ends."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif self._open:
            table = self._open[-1]
            if tag == "table":
                table.end_row()
                self._open.pop()
            elif tag == "tr":
                table.end_row()
            elif tag in ("td", "th"):
                table.end_cell()
            elif tag in _STRUCK:
                table.font = replace(table.font, struck=table.struck_row)
            elif tag in _SCRIPTS:
                table.font = replace(table.font, script=0)
            elif tag == "caption":
                table.captioned = False

    def handle_data(self, data: str) -> None:
        """Text, of the cell or caption in which it stands."""
        if self._open and not self._unseen:
            self._open[-1].add(data)

    def close_row(self) -> None:
        """The page ends: so do the tables that it left open."""
        for table in self._open:
            table.end_row()


class _Table:
    """One table while it is read."""

    def __init__(self, grid: grids.Grid, limit: grids.GridLimit) -> None:
        self.captioned = self.struck_row = False
        self.font = PLAIN
        self._grid, self._limit = grid, limit
        self._row: list[str] | None = None
        self._pieces: list[tuple[str, FontMarks]] | None = None
        self._span = (1, 1)
        # Of each column how many rows below are covered from above.
        self._covered: dict[int, int] = {}
        self._hidden = False

    def begin_row(self, *, hidden: bool) -> None:
        """A row begins."""
        self._row, self._hidden = [], hidden

    def begin_cell(self, across: int, down: int) -> None:
        """A cell begins, covering so many columns and rows."""
        self.end_cell()
        if self._row is None:
            self.begin_row(hidden=False)
        self._pieces, self._span = [], (across, down)

    def add(self, text: str) -> None:
        """Text of the cell or the caption that is open."""
        if self._pieces is not None:
            self._pieces.append((text, self.font))
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
        self._row.append(_SPACES.sub(" ", text).strip(" "))
        if struck:
            self._grid.survey.struck.add(len(self._grid.rows) + 1)
        self.font = PLAIN
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
        if self._hidden:
            self._grid.survey.rows.add(len(self._grid.rows))
        self._covered = {column: left - 1 for column, left in self._covered.items() if left > 1}
        self._row = None


def _span(stated: str | None) -> int:
    """How many rows or columns a cell covers; what is no such number is one."""
    text = (stated or "").strip()
    return min(max(1, int(text)), FURTHEST_SPAN) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
