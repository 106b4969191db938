"""Looks into the XML of an XLSX file for what a person sees and its cells do not tell, and for what it carries."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Final

from ayan.core.intake.issues import refuse
from ayan.core.intake.limits import FURTHEST_COLUMN, MOST_STYLED_CELLS
from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.workbook.containers import (
    Package,
    damaged,
    embedded_issue,
    properties_issue,
    refuse_entities,
    walk,
)
from ayan.core.intake.workbook.hidden_content import Errors, SheetSurvey
from ayan.core.intake.workbook.number_formats import UNCOMPUTED, displayed
from ayan.core.intake.workbook.ooxml_styles import SEVERAL_FONTS, CellStyles, FontRuns
from ayan.core.schema.issue import Issue

# Every pattern here takes time in proportion to what it looks at, whatever that is: there is one way to match, and what
# begins at a "<" runs over the next "<" only within quotes. (Nothing but a set of signs is repeated possessively: early
# releases of Python 3.11 mistake more than that.)
_PREFIX: Final = rb"<(?:\w+:)?"
_PLAIN: Final = rb"[^<>\"'/]*+"
# The inside of a tag: a quoted value may hold any sign, and a slash before the end belongs to the end.
_INSIDE: Final = _PLAIN + rb"(?:(?:\"[^\"]*+\"|'[^']*+'|/(?!>))" + _PLAIN + b")*"


def _tag(name: bytes) -> bytes:
    """The pattern of an opening tag without its ``>``, or without the ``/>`` of one that is empty."""
    return _PREFIX + name + rb"(?=[\s/>])" + _INSIDE


_DIMENSION: Final = re.compile(_tag(b"dimension") + b"/?>")
_EXTENT: Final = re.compile(rb"\sref=[\"'](?:\$?[A-Z]{1,3}\$?\d{1,7}:)?\$?([A-Z]{1,3})\$?(\d{1,7})[\"']")
_CELL: Final = re.compile(_tag(b"c") + b">")
_PLACE: Final = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_STYLE: Final = re.compile(rb"\ss=[\"'](\d{1,6})[\"']")
_SHARED: Final = re.compile(b"(" + _tag(b"c") + rb">)\s*+<(?:\w+:)?v>(\d{1,9})</")
_IS_SHARED: Final = re.compile(rb"\st=[\"']s[\"']")
_ERROR: Final = re.compile(rb"\bt=[\"']e[\"']")
# A formula followed by no value; a text result may truly be empty, which only the walk through the cells can tell.
_VALUELESS: Final = re.compile(
    rb"(?:</(?:\w+:)?f>|" + _tag(b"f") + rb"/>)\s*+"
    rb"(?:<(?:\w+:)?v\s*+/>\s*+|<(?:\w+:)?v>\s*+</(?:\w+:)?v>\s*+)?</(?:\w+:)?c>"
)
_ROW: Final = re.compile(_tag(b"row") + b"/?>")
_COLUMN: Final = re.compile(_tag(b"col") + b"/?>")
_HIDDEN: Final = re.compile(rb"\shidden=[\"'](?:1|true)[\"']")
_NO_HEIGHT: Final = re.compile(rb"\sht=[\"']0(?:\.0*)?[\"']")
_NO_WIDTH: Final = re.compile(rb"\swidth=[\"']0(?:\.0*)?[\"']")
_OVERLAP: Final = 4096
_COMMENT: Final = re.compile(_PREFIX + rb"(?:threadedComment|comment)\s")
_NAME: Final = re.compile(b"(" + _tag(b"definedName") + rb")>([^<]*+)<")
# A name that points into another workbook ([1]…), to a file, a share or the web.
_OUTSIDE: Final = re.compile(rb"\[\d+\]|\[[^\[\]]+\.xls|https?:|file:|\\\\\\\\", re.IGNORECASE)
_RELATION: Final = re.compile(_tag(b"Relationship") + b"/?>")
_EXTERNAL: Final = re.compile(rb"\sTargetMode=[\"']External[\"']")
_PERSON: Final = {
    "docProps/core.xml": (b"creator", b"lastModifiedBy", b"contentStatus", b"description", b"keywords"),
    "docProps/app.xml": (b"Company", b"Manager"),
}
_OBJECTS: Final = ("xl/embeddings/", "xl/media/", "xl/activeX/", "xl/charts/chart", "xl/ctrlProps/", "xl/diagrams/")


def sheet_parts(package: Package, limits: IntakeLimits) -> dict[str, str]:
    """The part that holds each sheet, by the sheet's name."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            identity = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            sheets.append((attributes.get("name", ""), identity))

    walk(package.chunks("xl/_rels/workbook.xml.rels", limits), relation)
    walk(package.chunks("xl/workbook.xml", limits), sheet)
    by_name = {}
    for name, identity in sheets:
        target = targets.get(identity, "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if part in package.parts:
            by_name[name] = part
    # By ECMA-376 each sheet has a part of its own; many that share one would have it read as often as they are many.
    if len(set(by_name.values())) < len(by_name):
        raise damaged()
    return by_name


def survey(
    package: Package,
    part: str,
    sheet: str,
    styles: CellStyles,
    strings: Mapping[bytes, tuple[str, bool]],
    limits: IntakeLimits,
) -> SheetSurvey:
    """One look at the sheet; CannotRead ``cells-too-many`` when its filled cells span too large an area.

    ``strings`` are the shared texts in several fonts, as `odd_strings` has them. The declared dimension is only a hint:
    where it is missing or large, the cells themselves are looked at.
    """
    sheet_survey = SheetSurvey()
    tail, first, look = b"", True, False
    rows = columns = styled = 0
    for chunk in package.chunks(part, limits):
        piece = tail + chunk
        if first:
            refuse_entities(piece)
            tag = _DIMENSION.search(piece[:65536])
            extent = _EXTENT.search(tag[0]) if tag else None
            look = extent is None or _number(extent[1]) * int(extent[2]) > limits.cells
            first = False
        patterns = (_ERROR, _VALUELESS, SEVERAL_FONTS, *((styles.seen_odd,) if styles.seen_odd else ()))
        sheet_survey.odd = sheet_survey.odd or any(pattern.search(piece) for pattern in patterns)
        if b"hidden" in piece or _NO_HEIGHT.search(piece) or _NO_WIDTH.search(piece):
            _note_hidden(piece, sheet_survey)
        _note_marks(piece, styles, sheet_survey)
        if strings:
            _note_strings(piece, strings, sheet_survey)
        if styles.speaking and styled < MOST_STYLED_CELLS:
            styled += _note_formats(piece, styles.speaking, sheet_survey)
        if look:
            for cell in _CELL.finditer(piece):
                if place := _PLACE.search(cell[0]):
                    rows, columns = max(rows, int(place[2])), max(columns, _number(place[1]))
            if rows * columns > limits.cells:
                raise refuse("cells-too-many", sheet=sheet, limit=limits.cells)
        tail = piece[-_OVERLAP:]
    return sheet_survey


def _note_hidden(piece: bytes, sheet_survey: SheetSurvey) -> None:
    for row in _ROW.findall(piece):
        number = _attribute(row, b"r")
        if number and (_HIDDEN.search(row) or _NO_HEIGHT.search(row)):
            sheet_survey.rows.add(number)
    for column in _COLUMN.findall(piece):
        first, last = _attribute(column, b"min"), _attribute(column, b"max")
        # Everything to the right of a table is often hidden in one stroke; what is there is looked at later.
        unseen = _HIDDEN.search(column) or _NO_WIDTH.search(column)
        if first and last and last <= FURTHEST_COLUMN and unseen:
            sheet_survey.columns.add(first, last)


def _note_formats(piece: bytes, speaking: Mapping[bytes, str], sheet_survey: SheetSurvey) -> int:
    """Note which columns have filled cells whose format names a unit; returns how many cells were looked at."""
    looked = 0
    for looked, cell in enumerate(_CELL.finditer(piece), 1):  # noqa: B007 - it is counted past the loop
        style = _STYLE.search(cell[0])
        code = speaking.get(style[1]) if style else None
        if code is not None and (place := _PLACE.search(cell[0])):
            sheet_survey.note_format(_number(place[1]), code)
    return looked


def _note_marks(piece: bytes, styles: CellStyles, sheet_survey: SheetSurvey) -> None:
    """Note the rows with filled cells that are struck out, or that nobody sees."""
    for cell in styles.seen_marked.finditer(piece) if styles.seen_marked else ():
        if place := _PLACE.search(cell[0]):
            sheet_survey.mark(int(place[2]), styles.marked[cell[1]])


def _note_strings(piece: bytes, strings: Mapping[bytes, tuple[str, bool]], sheet_survey: SheetSurvey) -> None:
    """Note the cells whose text is in several fonts that say something of it."""
    for cell in _SHARED.finditer(piece):
        if cell[2] in strings and _IS_SHARED.search(cell[1]) and (place := _PLACE.search(cell[1])):
            text, struck = strings[cell[2]]
            row = int(place[2])
            sheet_survey.seen.setdefault(row - 1, {})[_number(place[1]) - 1] = text
            if struck:
                sheet_survey.struck.add(row)


def _attribute(element: bytes, name: bytes) -> int:
    match = re.search(rb"\s" + name + rb"=[\"'](\d{1,7})[\"']", element)
    return int(match[1]) if match else 0


def odd_cells(package: Package, part: str, odd: Mapping[str, str], limits: IntakeLimits) -> tuple[Errors, set[int]]:
    """The text, by 0-based row and column, of every cell that the reader tells otherwise than a person sees it.

    These are errors (``#N/A`` …), formulas without a computed value, numbers shown with leading zeros or in per cent,
    and texts in several fonts that stand in their cells. ``odd`` are the cell styles of the numbers. With them the
    1-based rows with such a text of which a part is struck out.
    """
    reader = _OddCells(odd)
    walk(package.chunks(part, limits), reader.start, reader.end, reader.text)
    return reader.cells, reader.struck


class _OddCells:
    """Listens to the elements of one sheet."""

    def __init__(self, odd: Mapping[str, str]) -> None:
        self.cells: Errors = {}
        self.struck: set[int] = set()
        self._odd = odd
        self._runs = FontRuns()
        self._row = self._column = -1
        self._type = self._style = ""
        self._value = self._formula = False
        self._parts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A row, cell, formula or value begins; rows and cells without a number follow the one before."""
        kind = _local(name)
        if kind == "c":
            match = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", attributes.get("r", ""))
            if match:
                self._column, self._row = _number(match[1].encode()) - 1, int(match[2]) - 1
            else:
                self._column += 1
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._value, self._formula, self._parts = False, False, []
            self._runs = FontRuns()
        elif kind == "row":
            number = attributes.get("r", "")
            self._row = int(number) - 1 if number.isdecimal() and len(number) < 8 else self._row + 1
            self._column = -1
        elif kind == "f":
            self._formula = True
        elif kind == "v":
            self._value = True
        elif self._type == "inlineStr":
            self._runs.start(kind, attributes)

    def text(self, text: str) -> None:
        """Part of a value."""
        if self._value:
            self._parts.append(text)
        else:
            self._runs.text(text)

    def end(self, name: str) -> None:
        """A value or a cell ends."""
        kind = _local(name)
        if kind == "v":
            self._value = False
        elif kind == "c":
            seen = self._displayed("".join(self._parts).strip())
            if self._runs.odd:
                seen, struck = self._runs.seen()
                self.struck |= {self._row + 1} if struck else set()
            if seen:
                self.cells.setdefault(self._row, {})[self._column] = seen
        else:
            self._runs.end(kind)

    def _displayed(self, value: str) -> str:
        """What a person sees in the cell that ends here, '' where the reader tells the same."""
        if self._type == "e":
            return value
        if self._formula and not value and self._type != "str":
            return UNCOMPUTED
        code = self._odd.get(self._style, "")
        return displayed(code, value) if code and self._type == "n" and value else ""


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _number(letters: bytes) -> int:
    number = 0
    for sign in letters:
        number = number * 26 + sign - 64
    return number


# --- what the file carries beside its cells: nothing of it is published -----------------------------------------------


def embedded_issues(package: Package, limits: IntakeLimits) -> list[Issue]:
    """What an XLSX or XLSM file carries, by the names of its parts and a look into the small ones."""
    parts = sorted(package.parts)

    def body(part: str) -> bytes:
        return b"".join(package.chunks(part, limits)) if part in package.parts else b""

    def those(*starts: str) -> list[str]:
        return [part for part in parts if part.startswith(starts)]

    issues = []
    comments = those("xl/threadedComments/") or [
        part for part in those("xl/comments") if part.endswith((".xml", ".bin"))
    ]
    count = sum(len(_COMMENT.findall(body(part))) for part in comments)
    if comments:
        issues.append(embedded_issue("file-comments", max(1, count)))
    if pivots := those("xl/pivotCache/pivotCacheDefinition"):
        issues.append(embedded_issue("file-pivots", len(pivots)))
    outside = those("xl/externalLinks/externalLink", "xl/queryTables/", "xl/model/")
    outside += [part for part in ("xl/connections.xml", "xl/connections.bin") if part in package.parts]
    relations = (tag for part in those("xl/worksheets/_rels/") for tag in _RELATION.findall(body(part)))
    links = sum(1 for tag in relations if _EXTERNAL.search(tag))
    if outside or links:
        issues.append(embedded_issue("file-links", len(outside) + links))
    names = [name_parts for name_parts in _NAME.findall(body("xl/workbook.xml")) if _is_odd_name(*name_parts)]
    if names:
        issues.append(embedded_issue("file-names", len(names)))
    people = [
        tag.decode() for part, tags in _PERSON.items() for tag in tags
        if re.search(_tag(tag) + rb">\s*+[^<\s]", body(part))
    ]  # fmt: skip
    people += ["custom"] if "docProps/custom.xml" in package.parts or those("customXml/item") else []
    people += ["persons"] if those("xl/persons/") else []
    if people:
        issues.append(properties_issue(people))
    if objects := those(*_OBJECTS):
        issues.append(embedded_issue("file-objects", len([part for part in objects if "/_rels/" not in part])))
    if those("xl/revisions/"):
        issues.append(embedded_issue("file-revisions"))
    if those("xl/vbaProject.bin", "xl/macrosheets/"):
        issues.append(embedded_issue("file-macros"))
    return issues


def _is_odd_name(attributes: bytes, text: bytes) -> bool:
    """Whether a defined name is hidden, or points outside; what a filter or printing defines for itself is neither."""
    if _OUTSIDE.search(text):
        return True
    own = re.search(rb"\bname=[\"'](?:_xlnm|_xlfn|_xlpm|_xlws)", attributes)
    return own is None and re.search(rb"\bhidden=[\"'](?:1|true)[\"']", attributes) is not None
