"""Looks into the XML of an ODS file before it is loaded: how large its tables are, what is hidden or carried."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from ayan.core.intake.header import Span
from ayan.core.intake.issues import refuse
from ayan.core.intake.limits import FURTHEST_COLUMN
from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.unit_mentions import speaks
from ayan.core.intake.workbook.containers import (
    Package,
    SheetSurvey,
    embedded_issue,
    properties_issue,
    walk,
)
from ayan.core.intake.workbook.number_formats import UNCOMPUTED, displayed, is_odd
from ayan.core.schema.issue import Issue

_REPEATED_ROWS = "table:number-rows-repeated"
_REPEATED_COLUMNS = "table:number-columns-repeated"
_SPANNED_ROWS = "table:number-rows-spanned"
_SPANNED_COLUMNS = "table:number-columns-spanned"
_VISIBILITY = "table:visibility"
_HIDDEN = ("collapse", "filter")
_STYLE = "style:name"
_DATA_STYLES = ("number:number-style", "number:currency-style", "number:percentage-style")

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

    spans: dict[str, list[Span]] = field(default_factory=dict)
    surveys: dict[str, SheetSurvey] = field(default_factory=dict)
    carried: Counter[str] = field(default_factory=Counter)


def survey(package: Package, limits: IntakeLimits) -> OdfSurvey:
    """One look at ``content.xml``; CannotRead ``cells-too-many`` where filled cells span too large an area.

    A few bytes can claim billions of cells by repetition, so the sum is made before anything is unfolded.
    """
    tables = _Tables(limits)
    if "styles.xml" in package.parts:
        walk(package.chunks("styles.xml", limits), tables.formats.start, tables.formats.end, tables.formats.text)
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
        self.formats = _NumberFormats()
        self._column_styles: list[tuple[int, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A table, row or cell begins."""
        self.formats.start(name, attributes)
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
            if attributes.get(_VISIBILITY) in _HIDDEN:
                self.looked.surveys[self._name].columns.add(first, self._declared)
        elif name == "table:table-row":
            self._repeat = _count(attributes.get(_REPEATED_ROWS))
            self._column, self._filled = 0, False
            self._veiled = attributes.get(_VISIBILITY) in _HIDDEN
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cells = _count(attributes.get(_REPEATED_COLUMNS))
            self._in_cell = True
            self._look_at(attributes)
            down, right = _count(attributes.get(_SPANNED_ROWS)), _count(attributes.get(_SPANNED_COLUMNS))
            if down > 1 or right > 1:
                span = (self._row, self._column, self._row + down - 1, self._column + right - 1)
                self.looked.spans[self._name].append(span)

    def text(self, text: str) -> None:
        """Text inside a cell fills it."""
        self.formats.text(text)
        if self._in_cell and text:
            self._fill()

    def end(self, name: str) -> None:
        """A cell or row ends."""
        self.formats.end(name)
        if name in ("table:table-cell", "table:covered-table-cell"):
            self._column += self._cells
            self._in_cell = False
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

    def _fill(self) -> None:
        self._filled = True
        self._columns = max(self._columns, self._column + self._cells)

    def _note_format(self, attributes: dict[str, str]) -> None:
        style = attributes.get("table:style-name") or next(
            (style for last, style in self._column_styles if self._column < last), ""
        )
        code = self.formats.codes.get(style, "")
        if speaks(code):
            for column in range(self._column + 1, self._column + 1 + min(self._cells, FURTHEST_COLUMN)):
                self.looked.surveys[self._name].note_format(column, code)
        elif seen := displayed(code, attributes["office:value"]):
            self._see(seen)

    def _see(self, text: str) -> None:
        """Note what a person sees in the cell that begins, wherever it is repeated."""
        if self._repeat * self._cells > self._limits.cells:
            raise refuse("cells-too-many", sheet=self._name, limit=self._limits.cells)
        for row in range(self._row, self._row + self._repeat):
            cells = self.looked.surveys[self._name].seen.setdefault(row, {})
            cells.update(dict.fromkeys(range(self._column, self._column + self._cells), text))

    def _measure(self) -> None:
        if self._rows * self._columns > self._limits.cells:
            raise refuse("cells-too-many", sheet=self._name, limit=self._limits.cells)


class _NumberFormats:
    """Listens to the styles of a document: which cell styles carry a number format that shows more than the number.

    ``codes`` gives for those, by name, the format as a spreadsheet would write it (ODF 1.3 part 3, 16.29).
    """

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self._formats: dict[str, str] = {}
        self._name: str | None = None
        self._text = False
        self._parts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A format, a part of one, or a cell style begins."""
        if name in _DATA_STYLES:
            self._name, self._parts = attributes.get(_STYLE, ""), []
        elif self._name is not None and name in ("number:text", "number:currency-symbol"):
            self._text = True
        elif self._name is not None and name == "number:number":
            # 1, 1000, 1000000 …: what a shown number is divided by.
            scale = "," * ((len(attributes.get("number:display-factor", "1")) - 1) // 3)
            digits = attributes.get("number:min-integer-digits", "1")
            zeros = int(digits) if digits.isdecimal() and len(digits) < 3 else 1
            decimals = attributes.get("number:decimal-places", "0")
            plain = decimals == "0" and attributes.get("number:grouping") != "true"
            self._parts.append(("0" * max(1, zeros) if plain else "0.0") + scale)
        elif name == "style:style" and attributes.get("style:family") == "table-cell":
            code = self._formats.get(attributes.get("style:data-style-name", ""), "")
            code = code or self.codes.get(attributes.get("style:parent-style-name", ""), "")
            if code and (speaks(code) or is_odd(code)):
                self.codes[attributes.get(_STYLE, "")] = code

    def text(self, text: str) -> None:
        """What a format shows beside the number."""
        if self._text:
            # The sign of a percentage is text here too.
            self._parts.append("%" if text.strip() == "%" else '"' + text.replace('"', "") + '"')

    def end(self, name: str) -> None:
        """A format, or a part of one, ends."""
        if name in ("number:text", "number:currency-symbol"):
            self._text = False
        elif name in _DATA_STYLES and self._name is not None:
            self._formats[self._name], self._name = "".join(self._parts), None


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
