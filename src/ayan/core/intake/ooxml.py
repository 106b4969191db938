"""Looks into the XML of an XLSX sheet for what the workbook reader does not tell: error cells and the true extent."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from typing import Final
from xml.parsers import expat

from ayan.core.intake.archive import Package, damaged, parser, refuse_entities
from ayan.core.intake.refusal import refuse
from ayan.core.intake.table import Limits

Errors = dict[int, dict[int, str]]

_DIMENSION: Final = re.compile(
    rb"<(?:\w+:)?dimension\s[^>]*\bref=[\"'](?:\$?[A-Z]+\$?\d+:)?\$?([A-Z]{1,3})\$?(\d{1,7})[\"']"
)
_FILLED: Final = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*(?<!/)>")
_ERROR: Final = re.compile(rb"\bt=[\"']e[\"']")
_OVERLAP: Final = 4096


def sheet_parts(package: Package, limits: Limits) -> dict[str, str]:
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

    _walk(package.chunks("xl/_rels/workbook.xml.rels", limits), relation)
    _walk(package.chunks("xl/workbook.xml", limits), sheet)
    found = {}
    for name, identity in sheets:
        target = targets.get(identity, "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if part in package.parts:
            found[name] = part
    return found


def survey(package: Package, part: str, sheet: str, limits: Limits) -> bool:
    """Whether the sheet has error cells; CannotRead ``cells-too-many`` when its filled cells span too large an area.

    The declared dimension is only a hint: where it is missing or large, the cells themselves are looked at.
    """
    tail, first, errors, look = b"", True, False, False
    rows = columns = 0
    for chunk in package.chunks(part, limits):
        piece = tail + chunk
        if first:
            refuse_entities(piece)
            match = _DIMENSION.search(piece[:65536])
            look = match is None or _number(match[1]) * int(match[2]) > limits.cells
            first = False
        errors = errors or _ERROR.search(piece) is not None
        if look:
            for match in _FILLED.finditer(piece):
                rows, columns = max(rows, int(match[2])), max(columns, _number(match[1]))
            if rows * columns > limits.cells:
                raise refuse("cells-too-many", sheet=sheet, limit=limits.cells)
        tail = piece[-_OVERLAP:]
    return errors


def error_cells(package: Package, part: str, limits: Limits) -> Errors:
    """The text of every error cell (``#N/A`` …) by 0-based row and column."""
    reader = _ErrorCells()
    _walk(package.chunks(part, limits), reader.start, reader.end, reader.text)
    return reader.found


class _ErrorCells:
    """Listens to the elements of one sheet."""

    def __init__(self) -> None:
        self.found: Errors = {}
        self._row = self._column = -1
        self._error = self._value = False
        self._parts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A row, cell or value begins; rows and cells without a number follow the one before."""
        kind = _local(name)
        if kind == "c":
            place = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", attributes.get("r", ""))
            if place:
                self._column, self._row = _number(place[1].encode()) - 1, int(place[2]) - 1
            else:
                self._column += 1
            self._error = attributes.get("t") == "e"
        elif kind == "row":
            number = attributes.get("r", "")
            self._row = int(number) - 1 if number.isdecimal() and len(number) < 8 else self._row + 1
            self._column = -1
        elif kind == "v":
            self._value, self._parts = self._error, []

    def text(self, text: str) -> None:
        """Part of a value."""
        if self._value:
            self._parts.append(text)

    def end(self, name: str) -> None:
        """A value ends."""
        if self._value and _local(name) == "v":
            self.found.setdefault(self._row, {})[self._column] = "".join(self._parts).strip()
            self._value = False


def _walk(
    chunks: Iterable[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    reader: expat.XMLParserType | None = None
    try:
        for chunk in chunks:
            if reader is None:
                reader = parser(chunk)
                reader.StartElementHandler = start
                reader.EndElementHandler = end
                reader.CharacterDataHandler = text
            reader.Parse(chunk, False)
        if reader is not None:
            reader.Parse(b"", True)
    except expat.ExpatError:
        raise damaged() from None


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _number(letters: bytes) -> int:
    number = 0
    for sign in letters:
        number = number * 26 + sign - 64
    return number
