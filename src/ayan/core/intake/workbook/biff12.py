"""Finds in an XLSB file what the workbook reader does not tell: odd and error cells, merged and hidden ones."""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from ayan.core.intake.header import CellSpan
from ayan.core.intake.issues import refuse
from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.unit_mentions import speaks
from ayan.core.intake.workbook.biff import ERROR_TEXTS, plain_number, unpacked_rk
from ayan.core.intake.workbook.biff_strings import rich_pieces
from ayan.core.intake.workbook.cell_marks import PLAIN, CellMarks, FontMarks, is_tiny, marks_of, seen_text
from ayan.core.intake.workbook.containers import Package, damaged, walk
from ayan.core.intake.workbook.hidden_content import SheetSurvey
from ayan.core.intake.workbook.number_formats import BUILT_IN, BUILT_IN_DAYS, displayed, is_day, is_odd

# [MS-XLSB] 2.3.2: the numbers of records.
_ROW: Final = 0
_RK: Final = 2
_ERROR: Final = 3
_SHARED: Final = 7
_REAL: Final = 5
_FORMULA_NUMBER: Final = 9
_FORMULA_ERROR: Final = 11
_RICH: Final = 62
_CELLS: Final = (*range(1, 12), _RICH)
_SHORT: Final = range(12, 20)
_BLANK: Final = 1
_ITEM: Final = 19
_FONT: Final = 43
_FORMAT: Final = 44
_FILL: Final = 45
_XF: Final = 47
_COLUMN: Final = 60
_PROPERTIES: Final = 153
_SHEET: Final = 156
_MERGED: Final = 176
_CELL_STYLES: Final = 617
_CELL_STYLES_END: Final = 618

# 9999-12-31 as spreadsheets count days.
_LAST_DAY: Final = 2_957_003
_WORKBOOK: Final = "xl/workbook.bin"
_RELATIONS: Final = "xl/_rels/workbook.bin.rels"
_STYLES: Final = "xl/styles.bin"
_STRINGS: Final = "xl/sharedStrings.bin"


class BinaryWorkbook:
    """An XLSB file beside its reader; CannotRead where it is damaged."""

    def __init__(self, package: Package, limits: IntakeLimits) -> None:
        self._package, self._limits = package, limits
        self._from_1904 = False
        self._numbers: list[int] = []
        self._fonts: list[FontMarks] = []
        self._fills: list[bool] = []
        self._looks: list[tuple[int, int]] = []
        try:
            self._parts = self._sheets()
            styles = self._styles()
            self._strings = self._odd_strings()
        except (struct.error, IndexError, UnicodeDecodeError):
            raise damaged() from None
        # A day that is a whole number is told as that number.
        self._days = {
            index
            for index, number in enumerate(self._numbers)
            if number in BUILT_IN_DAYS or (index in styles and is_day(styles[index]))
        }
        self._marked: dict[int, CellMarks] = {}
        for index, (font, fill) in enumerate(self._looks):
            known = self._fonts[font] if font < len(self._fonts) else PLAIN
            filled = fill < len(self._fills) and self._fills[fill]
            if marks := marks_of(known, styles.get(index, ""), filled=filled):
                self._marked[index] = marks
        self._odd = {index: code for index, code in styles.items() if is_odd(code)}
        self._speaking = {index: code for index, code in styles.items() if speaks(code)}
        # Many sheets that share one part would have it read as often as they are many.
        if len(set(self._parts.values())) < len(self._parts):
            raise damaged()

    def survey(self, sheet: str) -> tuple[SheetSurvey, list[CellSpan]]:
        """What is hidden or seen otherwise in a sheet, and its merged ranges; CannotRead when it spans too much."""
        seen = SheetSurvey()
        spans: list[CellSpan] = []
        row = furthest = 0
        if sheet not in self._parts:
            return seen, spans
        try:
            for kind, body in self._records(self._parts[sheet]):
                if kind == _ROW:
                    (row,) = struct.unpack_from("<I", body)
                    if body[11] & 0x10:
                        seen.rows.add(row + 1)
                elif kind in _CELLS:
                    furthest = max(furthest, struct.unpack_from("<I", body)[0] + 1)
                    self._note(kind, body, row, seen)
                elif kind in _SHORT:
                    # The reader of workbooks passes over cells that do not say their column.
                    raise damaged()
                elif kind == _COLUMN and body[16] & 1:
                    first, last = struct.unpack_from("<II", body)
                    seen.columns.add(first + 1, last + 1)
                elif kind == _MERGED:
                    top, bottom, left, right = struct.unpack_from("<IIII", body)
                    spans.append((top, left, bottom, right))
                if (row + 1) * furthest > self._limits.cells:
                    raise refuse("cells-too-many", sheet=sheet, limit=self._limits.cells)
        except (struct.error, IndexError):
            raise damaged() from None
        return seen, spans

    def _note(self, kind: int, body: bytes, row: int, seen: SheetSurvey) -> None:
        column, style = struct.unpack_from("<II", body)
        style &= 0xFFFFFF
        if kind != _BLANK:
            seen.mark(row + 1, self._marked.get(style))
        if kind in (_ERROR, _FORMULA_ERROR):
            seen.seen.setdefault(row, {})[column] = ERROR_TEXTS.get(body[8], "#ERROR!")
        elif kind == _SHARED and (number := struct.unpack_from("<I", body, 8)[0]) in self._strings:
            _note_text(self._strings[number], row, column, seen)
        elif kind == _RICH:
            # The reader of workbooks passes over a text of several fonts that stands in its cell.
            _note_text(seen_text(rich_pieces(body, 8, self._fonts)), row, column, seen)
        elif kind in (_RK, _REAL, _FORMULA_NUMBER):
            if style in self._speaking:
                seen.note_format(column + 1, self._speaking[style])
            if kind == _RK and style in self._days:
                if text := self._day(unpacked_rk(struct.unpack_from("<I", body, 8)[0])):
                    seen.seen.setdefault(row, {})[column] = text
            elif style in self._odd:
                value = unpacked_rk(struct.unpack_from("<I", body, 8)[0]) if kind == _RK else _double(body)
                if text := displayed(self._odd[style], plain_number(value)):
                    seen.seen.setdefault(row, {})[column] = text

    def _day(self, number: float) -> str:
        """The day that a whole number of days stands for, '' for what is none: the first two months of 1900 too."""
        if not number.is_integer() or not (1 if self._from_1904 else 61) <= number <= _LAST_DAY:
            return ""
        return ((date(1904, 1, 1) if self._from_1904 else date(1899, 12, 30)) + timedelta(number)).isoformat()

    def _sheets(self) -> dict[str, str]:
        """The part that holds each sheet, by its name."""
        targets: dict[str, str] = {}

        def relation(name: str, attributes: dict[str, str]) -> None:
            if name.rpartition(":")[2] == "Relationship":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        walk(self._package.chunks(_RELATIONS, self._limits), relation)
        parts = {}
        for kind, body in self._records(_WORKBOOK):
            if kind == _PROPERTIES:
                self._from_1904 = bool(body[0] & 1)
            elif kind == _SHEET:
                identity, at = _text(body, 8)
                name, _ = _text(body, at)
                target = targets.get(identity, "")
                part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
                if part in self._package.parts:
                    parts[name] = part
        return parts

    def _styles(self) -> dict[int, str]:
        """The number format of each cell style that has one, by its index."""
        formats: dict[int, str] = dict(BUILT_IN)
        inside = False
        for kind, body in self._records(_STYLES) if _STYLES in self._package.parts else ():
            if kind == _FORMAT:
                formats[struct.unpack_from("<H", body)[0]], _ = _text(body, 2)
            elif kind in (_CELL_STYLES, _CELL_STYLES_END):
                inside = kind == _CELL_STYLES
            elif kind == _XF and inside:
                number, font, fill = struct.unpack_from("<HHH", body, 2)
                self._numbers.append(number)
                self._looks.append((font, fill))
            elif kind == _FONT:
                height, flags, _, script = struct.unpack_from("<HHHH", body)
                script = {1: 1, 2: -1}.get(script, 0)
                self._fonts.append(FontMarks(bool(flags & 8), _is_white(body, 12), is_tiny(height / 20), script))
            elif kind == _FILL:
                self._fills.append(struct.unpack_from("<I", body)[0] != 0 and not _is_white(body, 4))
        return {index: formats[number] for index, number in enumerate(self._numbers) if number in formats}

    def _odd_strings(self) -> dict[int, tuple[str, bool]]:
        """The shared texts of which a part is struck out, raised or lowered, each as a person reads it, by number."""
        odd: dict[int, tuple[str, bool]] = {}
        if _STRINGS in self._package.parts and any(font.struck or font.script for font in self._fonts):
            texts = (body for kind, body in self._records(_STRINGS) if kind == _ITEM)
            for number, body in enumerate(texts):
                pieces = rich_pieces(body, 0, self._fonts) if body[0] & 1 else []
                if any(font.struck or font.script for _, font in pieces):
                    odd[number] = seen_text(pieces)
        return odd

    def _records(self, part: str) -> Iterator[tuple[int, bytes]]:
        """The records of a part: their number and what they hold ([MS-XLSB] 2.1.4)."""
        data = b""
        for chunk in self._package.chunks(part, self._limits):
            data += chunk
            at = 0
            while (record := _record(data, at)) is not None:
                kind, start, size = record
                if start + size > len(data):
                    break
                yield kind, data[start : start + size]
                at = start + size
            data = data[at:]


def _note_text(text: tuple[str, bool], row: int, column: int, seen: SheetSurvey) -> None:
    """Note a text as a person reads it, and the row if some of it is struck out."""
    seen.seen.setdefault(row, {})[column] = text[0]
    if text[1]:
        seen.struck.add(row + 1)


def _is_white(body: bytes, at: int) -> bool:
    """Whether a colour is white ([MS-XLSB] 2.5.13 BrtColor): by its number, by the theme's first, or by its parts."""
    kind, index, tint = body[at] >> 1, body[at + 1], struct.unpack_from("<h", body, at + 2)[0]
    indexed, themed = kind == 1 and index in (1, 9, 65), kind == 3 and index == 0 and not tint
    return indexed or themed or (kind == 2 and body[at + 4 : at + 7] == b"\xff\xff\xff")


def _record(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Number, beginning and size of the record at ``at``; None where the rest is too short to tell."""
    if at + 6 > len(data):
        # The shortest way to a whole record near the end: both numbers in one byte each.
        data = data + b"\xff" * 6 if at < len(data) else b""
        if not data:
            return None
    kind, at = data[at], at + 1
    if kind & 0x80:
        kind, at = kind & 0x7F | (data[at] & 0x7F) << 7, at + 1
    size = 0
    for shift in range(0, 28, 7):
        part, at = data[at], at + 1
        size |= (part & 0x7F) << shift
        if not part & 0x80:
            break
    return kind, at, size


def _text(body: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends; the mark of none is an empty one."""
    (length,) = struct.unpack_from("<I", body, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(body):
        raise IndexError(length)
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _double(body: bytes) -> float:
    (number,) = struct.unpack_from("<d", body, 8)
    return float(number)
