"""Looks into the XML of an ODS file before it is loaded: how large its tables are, what is hidden or carried."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from ayan.core.intake.header import CellSpan
from ayan.core.intake.issues import refuse
from ayan.core.intake.limits import FURTHEST_COLUMN
from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.unit_mentions import speaks
from ayan.core.intake.workbook.cell_marks import CellMarks
from ayan.core.intake.workbook.containers import Package, embedded_issue, properties_issue, walk
from ayan.core.intake.workbook.hidden_content import SheetSurvey
from ayan.core.intake.workbook.number_formats import ERROR, UNCOMPUTED, displayed
from ayan.core.intake.workbook.odf_styles import CellTexts, NumberFormats, TextStyles
from ayan.core.schema.issue import Issue

_REPEATED_ROWS = "table:number-rows-repeated"
_REPEATED_COLUMNS = "table:number-columns-repeated"
_SPANNED_ROWS = "table:number-rows-spanned"
_SPANNED_COLUMNS = "table:number-columns-spanned"
_VISIBILITY = "table:visibility"
_OF_STYLES = ("style:", "number:")
_STYLED = "table:style-name"
_HIDDEN = ("collapse", "filter")

# What a table may carry beside its cells, by the issue that names it.
_CARRIED = {
    "office:annotation": "file-comments",
    "table:data-pilot-table": "file-pivots",
    "table:table-source": "file-links",
    "office:dde-source": "file-links",
    "table:cell-range-source": "file-links",
    "table:database-range-source": "file-links",
    "draw:image": "file-objects",
    "draw:object": "file-objects",
    "draw:object-ole": "file-objects",
    "table:tracked-changes": "file-revisions",
}


@dataclass(slots=True)
class OdfSurvey:
    """What a look at the tables found: merged ranges and hidden rows and columns by table, and what is carried."""

    spans: dict[str, list[CellSpan]] = field(default_factory=dict)
    surveys: dict[str, SheetSurvey] = field(default_factory=dict)
    carried: Counter[str] = field(default_factory=Counter)


def survey(package: Package, limits: IntakeLimits) -> OdfSurvey:
    """One look at ``content.xml``; CannotRead ``cells-too-many`` where filled cells span too large an area.

    A few bytes can claim billions of cells by repetition, so the sum is made before anything is unfolded.
    """
    tables = _Tables(limits)
    if "styles.xml" in package.parts:
        walk(package.chunks("styles.xml", limits), tables.style, tables.end_style, tables.formats.text)
    walk(package.chunks("content.xml", limits), tables.start, tables.end, tables.text)
    return tables.looked


class _Tables:
    """Listens to the tables of ``content.xml`` and adds up their rows and columns."""

    def __init__(self, limits: IntakeLimits) -> None:
        self.looked = OdfSurvey()
        self._limits = limits
        self._name = ""
        self._row = self._rows = self._column = self._columns = 0
        self._repeat = 1
        self._cells = 1
        self._declared = 0
        self._veiled = False
        self._filled = self._in_cell = False
        self.formats = NumberFormats()
        self.styles = TextStyles(self.formats)
        self._cell_text = CellTexts(self.styles)
        self._marks: CellMarks | None = None
        self._failed = False
        self._column_styles: list[tuple[int, str]] = []

    def style(self, name: str, attributes: dict[str, str]) -> None:
        """A style, or a part of one, begins."""
        self.formats.start(name, attributes)
        self.styles.start(name, attributes)

    def end_style(self, name: str) -> None:
        """A style, or a part of one, ends."""
        self.formats.end(name)
        self.styles.end(name)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A table, row or cell begins."""
        if name.startswith(_OF_STYLES):
            self.style(name, attributes)
            return
        if name in _CARRIED:
            self.looked.carried[_CARRIED[name]] += 1
        if name == "table:table":
            self._name = attributes.get("table:name", "")
            self.looked.spans.setdefault(self._name, [])
            self.looked.surveys.setdefault(self._name, SheetSurvey())
            self._row = self._rows = self._columns = self._declared = 0
            self._column_styles = []
        elif name == "table:table-column":
            first = self._declared + 1
            self._declared += _count(attributes.get(_REPEATED_COLUMNS))
            if style := attributes.get("table:default-cell-style-name"):
                self._column_styles.append((self._declared, style))
            if attributes.get(_VISIBILITY) in _HIDDEN or attributes.get(_STYLED) in self.styles.flat:
                self.looked.surveys[self._name].columns.add(first, self._declared)
        elif name == "table:table-row":
            self._repeat = _count(attributes.get(_REPEATED_ROWS))
            self._column, self._filled = 0, False
            self._veiled = attributes.get(_VISIBILITY) in _HIDDEN or attributes.get(_STYLED) in self.styles.flat
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cells = _count(attributes.get(_REPEATED_COLUMNS))
            self._in_cell = True
            self._marks = self.styles.cells.get(self._style_of(attributes))
            self._cell_text.begin()
            self._look_at(attributes)
            down, right = _count(attributes.get(_SPANNED_ROWS)), _count(attributes.get(_SPANNED_COLUMNS))
            if down > 1 or right > 1:
                span = (self._row, self._column, self._row + down - 1, self._column + right - 1)
                self.looked.spans[self._name].append(span)
        elif self._in_cell:
            self._cell_text.start(name, attributes)

    def text(self, text: str) -> None:
        """Text inside a cell fills it."""
        self.formats.text(text)
        if self._in_cell and text:
            self._cell_text.text(text)
            self._fill()

    def end(self, name: str) -> None:
        """A cell or row ends."""
        if name.startswith(_OF_STYLES):
            self.end_style(name)
            return
        if name in ("table:table-cell", "table:covered-table-cell"):
            self._end_cell()
            self._column += self._cells
            self._in_cell = False
        elif self._in_cell:
            self._cell_text.end(name)
        elif name == "table:table-row":
            self._row += self._repeat
            if self._filled:
                self._rows = self._row
                self._measure()
                if self._veiled:
                    rows = range(self._row - self._repeat + 1, self._row + 1)
                    self.looked.surveys[self._name].rows.update(rows)

    def _look_at(self, attributes: dict[str, str]) -> None:
        """What a cell holds, and what of it the reader does not tell."""
        formula = attributes.get("table:formula", "")
        if "'file:" in formula or "http:" in formula or "https:" in formula:
            self.looked.carried["file-links"] += 1
        if any(key.startswith("office:") and key.endswith("value") for key in attributes):
            self._fill()
            if self.formats.codes and "office:value" in attributes:
                self._note_format(attributes)
        elif formula and "office:value-type" not in attributes:
            self._fill()
            self._see(UNCOMPUTED)
        # LibreOffice keeps an error as an empty text, and what is seen of it in the paragraph alone.
        empty = formula and attributes.get("office:string-value") == ""
        self._failed = bool(empty) or attributes.get("calcext:value-type") == "error"

    def _end_cell(self) -> None:
        """What the fonts of a cell say of its text, and what is seen of one that failed."""
        text, struck = self._cell_text.seen()
        if self._failed and (shown := self._cell_text.whole.strip()):
            self._see(shown if shown.startswith("#") else ERROR if shown.startswith("Err:") else "")
        elif text:
            self._see(text)
        if struck or (self._marks and self._cell_text.whole.strip()):
            for row in range(self._row + 1, self._row + 1 + min(self._repeat, self._limits.cells)):
                self.looked.surveys[self._name].mark(row, CellMarks(struck=True) if struck else self._marks)

    def _fill(self) -> None:
        self._filled = True
        self._columns = max(self._columns, self._column + self._cells)

    def _note_format(self, attributes: dict[str, str]) -> None:
        code = self.formats.codes.get(self._style_of(attributes), "")
        if speaks(code):
            for column in range(self._column + 1, self._column + 1 + min(self._cells, FURTHEST_COLUMN)):
                self.looked.surveys[self._name].note_format(column, code)
        elif seen := displayed(code, attributes["office:value"]):
            self._see(seen)

    def _style_of(self, attributes: dict[str, str]) -> str:
        """The style of a cell: its own, or that of its column."""
        return attributes.get(_STYLED) or next(
            (style for last, style in self._column_styles if self._column < last), ""
        )

    def _see(self, text: str) -> None:
        """Note what a person sees in the cell, wherever it is repeated."""
        if not text:
            return
        if self._repeat * self._cells > self._limits.cells:
            raise refuse("cells-too-many", sheet=self._name, limit=self._limits.cells)
        for row in range(self._row, self._row + self._repeat):
            cells = self.looked.surveys[self._name].seen.setdefault(row, {})
            cells.update(dict.fromkeys(range(self._column, self._column + self._cells), text))

    def _measure(self) -> None:
        if self._rows * self._columns > self._limits.cells:
            raise refuse("cells-too-many", sheet=self._name, limit=self._limits.cells)


def _count(text: str | None) -> int:
    """A repetition as written; 1 where it is absent or no number."""
    return max(1, int(text)) if text and text.isdecimal() and len(text) < 16 else 1


# --- what the file carries beside its cells: nothing of it is published -----------------------------------------------


def embedded_issues(package: Package, seen_in_content: dict[str, int], limits: IntakeLimits) -> list[Issue]:
    """What an ODS file carries; ``seen_in_content`` counts what the walk through its tables met, by issue code."""
    issues = [embedded_issue(code, count) for code, count in sorted(seen_in_content.items()) if count]
    meta = b"".join(package.chunks("meta.xml", limits)) if "meta.xml" in package.parts else b""
    people = [
        tag.decode() for tag in (b"creator", b"initial-creator", b"user-defined", b"description", b"keyword")
        if re.search(rb"<[\w-]+:" + tag + rb"(?:\s[^<>]*+)?>\s*+[^<\s]", meta)
    ]  # fmt: skip
    if people:
        issues.append(properties_issue(people))
    objects = [
        part for part in package.parts if part.startswith(("Pictures/", "media/")) or part.endswith("/content.xml")
    ]
    if objects and "file-objects" not in seen_in_content:
        issues.append(embedded_issue("file-objects", len(objects)))
    if any(part.startswith(("Basic/", "Scripts/")) and part.endswith((".xml", ".py", ".js", ".bsh")) and
           "-lb.xml" not in part and "-lc.xml" not in part for part in package.parts):  # fmt: skip
        issues.append(embedded_issue("file-macros"))
    return issues
