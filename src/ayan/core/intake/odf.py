"""Looks into the XML of an ODS file before it is loaded: how large its tables are and which cells are merged."""

from __future__ import annotations

from xml.parsers import expat

from ayan.core.intake.archive import Package, damaged, parser
from ayan.core.intake.header import Span
from ayan.core.intake.refusal import refuse
from ayan.core.intake.table import Limits

_REPEATED_ROWS = "table:number-rows-repeated"
_REPEATED_COLUMNS = "table:number-columns-repeated"
_SPANNED_ROWS = "table:number-rows-spanned"
_SPANNED_COLUMNS = "table:number-columns-spanned"


def survey(package: Package, limits: Limits) -> dict[str, list[Span]]:
    """The merged ranges of each table; CannotRead ``cells-too-many`` where filled cells span too large an area.

    A few bytes can claim billions of cells by repetition, so the sum is made before anything is unfolded.
    """
    reader: expat.XMLParserType | None = None
    tables = _Tables(limits)
    try:
        for chunk in package.chunks("content.xml", limits):
            if reader is None:
                reader = parser(chunk)
                reader.StartElementHandler = tables.start
                reader.EndElementHandler = tables.end
                reader.CharacterDataHandler = tables.text
            reader.Parse(chunk, False)
        if reader is not None:
            reader.Parse(b"", True)
    except expat.ExpatError:
        raise damaged() from None
    return tables.spans


class _Tables:
    """Listens to the tables of ``content.xml`` and adds up their rows and columns."""

    def __init__(self, limits: Limits) -> None:
        self.spans: dict[str, list[Span]] = {}
        self._limits = limits
        self._name = ""
        self._row = self._rows = self._column = self._columns = 0
        self._repeat = 1
        self._cells = 1
        self._filled = self._in_cell = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A table, row or cell begins."""
        if name == "table:table":
            self._name = attributes.get("table:name", "")
            self.spans.setdefault(self._name, [])
            self._row = self._rows = self._columns = 0
        elif name == "table:table-row":
            self._repeat = _count(attributes.get(_REPEATED_ROWS))
            self._column, self._filled = 0, False
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cells = _count(attributes.get(_REPEATED_COLUMNS))
            self._in_cell = True
            if any(key.startswith("office:") and key.endswith("value") for key in attributes):
                self._fill()
            down, right = _count(attributes.get(_SPANNED_ROWS)), _count(attributes.get(_SPANNED_COLUMNS))
            if down > 1 or right > 1:
                span = (self._row, self._column, self._row + down - 1, self._column + right - 1)
                self.spans[self._name].append(span)

    def text(self, text: str) -> None:
        """Text inside a cell fills it."""
        if self._in_cell and text:
            self._fill()

    def end(self, name: str) -> None:
        """A cell or row ends."""
        if name in ("table:table-cell", "table:covered-table-cell"):
            self._column += self._cells
            self._in_cell = False
        elif name == "table:table-row":
            self._row += self._repeat
            if self._filled:
                self._rows = self._row
                self._measure()

    def _fill(self) -> None:
        self._filled = True
        self._columns = max(self._columns, self._column + self._cells)

    def _measure(self) -> None:
        if self._rows * self._columns > self._limits.cells:
            raise refuse("cells-too-many", sheet=self._name, limit=self._limits.cells)


def _count(text: str | None) -> int:
    """A repetition as written; 1 where it is absent or no number."""
    return max(1, int(text)) if text and text.isdecimal() and len(text) < 16 else 1
