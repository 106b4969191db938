"""Finds in an old XLS file what the workbook reader does not tell: error cells, hidden rows, what is carried beside."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from ayan.core.intake.unit_mentions import speaks
from ayan.core.intake.workbook import containers
from ayan.core.intake.workbook.biff_strings import odd_strings
from ayan.core.intake.workbook.cell_marks import PLAIN, CellMarks, FontMarks, is_tiny, marks_of
from ayan.core.intake.workbook.containers import damaged, embedded_issue, properties_issue
from ayan.core.intake.workbook.hidden_content import Errors, SheetSurvey
from ayan.core.intake.workbook.number_formats import BUILT_IN, UNCOMPUTED, displayed, is_odd
from ayan.core.schema.issue import Issue

# [MS-XLS] 2.5.10 BErr
ERROR_TEXTS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_BOUNDSHEET: Final = 0x0085
_FORMULA: Final = (0x0006, 0x0206, 0x0406)
_BOOLERR: Final = 0x0205
_BOF: Final = (0x0809, 0x0409, 0x0209, 0x0009)
_EOF: Final = 0x000A
_ROW: Final = 0x0208
_COLINFO: Final = 0x007D
_NUMBER: Final = 0x0203
_RK: Final = 0x027E
_MULRK: Final = 0x00BD
_FORMAT: Final = 0x041E
_FONT: Final = 0x0031
_SST: Final = 0x00FC
_CONTINUE: Final = 0x003C
_LABEL_SHARED: Final = 0x00FD
_LABELS: Final = (_LABEL_SHARED, 0x0204, 0x00D6)
_WHITES: Final = (1, 9)
"""[MS-XLS] 2.5.161 Icv: the colours that are white as they come; 65 is the background of a window."""
_BACKGROUND: Final = 65
_SKIPPED_FONT: Final = 4
"""[MS-XLS] 2.5.129 FontIndex: no font has this number."""
_XF: Final = 0x00E0
_NOTE: Final = 0x001C
_NAME: Final = 0x0018
_SUPBOOK: Final = 0x01AE
_DCONN: Final = 0x0876
_OBJ: Final = 0x005D
_WRITE_ACCESS: Final = 0x005C
_BUILT_IN: Final = 0x20
_NOTHING: Final = (b"\0" * 8, b"\x03" + b"\0" * 5 + b"\xff\xff")
"""[MS-XLS] 2.5.133 FormulaValue: the number zero, and the empty text."""
_DRAWN: Final = (0x05, 0x08)
"""[MS-XLS] 2.5.143 FtCmo: the object types of charts and pictures."""
_STORAGES: Final = {"_VB": "file-macros", "_SX": "file-pivots", "MBD": "file-objects", "Rev": "file-revisions"}
"""What streams and storages of an old workbook mean, by the first three letters of their names."""
_INTERNAL: Final = (b"\x01\x04", b"\x01\x3a")
"""[MS-XLS] 2.4.271 SupBook: the counts that stand for this workbook itself and for add-ins."""


class OldWorkbook:
    """The file at ``path``, read once; CannotRead where it is damaged."""

    def __init__(self, path: Path) -> None:
        try:
            data = path.read_bytes()
            self._book, self._entries = _workbook_stream(data), _entries(data)
            self._sheets = dict(reversed(list(_sheets(self._book))))
            styles = _styles(self._book)
            fonts = _fonts(self._book)
            self._marked = _marked(self._book, fonts)
            self._strings = odd_strings(_shared_strings(self._book), fonts)
            self._speaking = {index: code for index, code in styles.items() if speaks(code)}
            self._odd = {index: code for index, code in styles.items() if is_odd(code)}
            self._uncomputed = _uncomputed(self._book, self._sheets.values())
        except (struct.error, IndexError):
            raise damaged() from None
        # Many sheets that stand at one place would have it read as often as they are many.
        if len(set(self._sheets.values())) < len(self._sheets):
            raise damaged()

    def error_cells(self, sheet: str) -> Errors:
        """The text of every cell of ``sheet`` that the reader tells otherwise, by 0-based row and column."""
        if sheet not in self._sheets:
            return {}
        try:
            cells = _errors(self._book, self._sheets[sheet])
            for row, column, text in _displayed(self._book, self._sheets[sheet], self._odd) if self._odd else ():
                cells.setdefault(row, {}).setdefault(column, text)
            for row, column in _formulas(self._book, self._sheets[sheet]) if self._uncomputed else ():
                cells.setdefault(row, {}).setdefault(column, UNCOMPUTED)
            return cells
        except (struct.error, IndexError):
            raise damaged() from None

    def survey(self, sheet: str) -> SheetSurvey:
        """The hidden rows and columns of ``sheet`` ([MS-XLS] 2.4.221 Row, 2.4.53 ColInfo), and the formats of cells."""
        seen = SheetSurvey()
        if sheet not in self._sheets:
            return seen
        try:
            for kind, body in _of_sheet(self._book, self._sheets[sheet]):
                if kind == _ROW and len(body) >= 16 and _is_hidden_row(body):
                    seen.rows.add(struct.unpack_from("<H", body)[0] + 1)
                elif kind == _COLINFO and len(body) >= 10:
                    first, last, width = struct.unpack_from("<HHH", body)
                    if body[8] & 1 or not width:
                        seen.columns.add(first + 1, min(last, 255) + 1)
                elif self._strings and kind == _LABEL_SHARED and len(body) >= 10:
                    self._note_string(body, seen)
                elif self._speaking or self._marked:
                    for column, style in _styled(kind, body):
                        if style in self._speaking and kind not in _LABELS:
                            seen.note_format(column + 1, self._speaking[style])
                        if style in self._marked:
                            seen.mark(struct.unpack_from("<H", body)[0] + 1, self._marked[style])
        except (struct.error, IndexError):
            raise damaged() from None
        return seen

    def _note_string(self, body: bytes, seen: SheetSurvey) -> None:
        """Note a cell of a shared text ([MS-XLS] 2.4.149 LabelSst) in several fonts that say something of it."""
        row, column, style, number = struct.unpack_from("<HHHI", body)
        seen.mark(row + 1, self._marked.get(style))
        if number in self._strings:
            text, struck = self._strings[number]
            seen.seen.setdefault(row, {})[column] = text
            seen.mark(row + 1, CellMarks(struck=struck))

    def embedded_issues(self) -> list[Issue]:
        """What the file carries beside its cells, from its directory and its records."""
        try:
            return _embedded_issues(self._book, self._entries)
        except (struct.error, IndexError):
            raise damaged() from None


def _is_hidden_row(body: bytes) -> bool:
    """Whether a row is hidden, or set to no height."""
    height, flags = struct.unpack_from("<H", body, 6)[0] & 0x7FFF, body[12]
    return bool(flags & 0x20) or (not height and bool(flags & 0x40))


def _embedded_issues(book: bytes, entries: list[str]) -> list[Issue]:
    counted = Counter(code for name in entries if (code := _STORAGES.get(name[:3])))
    counted += Counter(code for kind, body in _records(book, 0) if (code := _told_by(kind, body)))
    issues = [embedded_issue(code, count) for code, count in sorted(counted.items())]
    return [*issues, properties_issue(["author"])] if _has_author(entries, book) else issues


def _told_by(kind: int, body: bytes) -> str:
    """The issue that one record of the book tells of, '' for the others."""
    if kind == _NOTE:
        return "file-comments"
    if kind == _DCONN or (kind == _SUPBOOK and body[2:4] not in _INTERNAL):
        return "file-links"
    if kind == _NAME and len(body) > 14 and body[0] & 1 and not body[0] & _BUILT_IN:
        return "file-names"
    if kind == _OBJ and len(body) >= 6 and body[4] in _DRAWN:
        return "file-objects"
    return "file-macros" if kind == _BOUNDSHEET and len(body) >= 8 and body[5] == 1 else ""


def _has_author(entries: list[str], book: bytes) -> bool:
    """Whether the file says who wrote it: in WriteAccess ([MS-XLS] 2.4.349) or among its summary properties."""
    for kind, body in _records(book, 0):
        if kind == _EOF:
            break
        if kind == _WRITE_ACCESS and body[3:].strip(b" \0"):
            return True
    return "\x05SummaryInformation" in entries


def _records(book: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    while offset + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, offset)
        yield kind, book[offset + 4 : offset + 4 + size]
        offset += 4 + size


def _sheets(book: bytes) -> Iterator[tuple[str, int]]:
    """Name and stream offset of every sheet ([MS-XLS] 2.4.28)."""
    for kind, body in _records(book, 0):
        if kind == _EOF:
            return
        if kind == _BOUNDSHEET and len(body) >= 8:
            offset, count, wide = struct.unpack_from("<I2xBB", body)
            text = body[8 : 8 + count * 2] if wide & 1 else body[8 : 8 + count]
            yield text.decode("utf-16-le" if wide & 1 else "latin-1", "replace"), offset


def _styles(book: bytes) -> dict[int, str]:
    """The number format of each cell style that has one, by its index ([MS-XLS] 2.4.126 Format, 2.4.353 XF)."""
    formats: dict[int, str] = dict(BUILT_IN)
    styles: list[int] = []
    for kind, body in _records(book, 0):
        if kind == _EOF:
            break
        if kind == _FORMAT and len(body) >= 5:
            number, count, wide = struct.unpack_from("<HHB", body)
            text = body[5 : 5 + count * 2] if wide & 1 else body[5 : 5 + count]
            formats[number] = text.decode("utf-16-le" if wide & 1 else "latin-1", "replace")
        elif kind == _XF and len(body) >= 6:
            form, flags = struct.unpack_from("<HH", body, 2)
            # Named styles stand among those of cells and are carried by none.
            styles.append(-1 if flags & 4 else form)
    return {index: formats[number] for index, number in enumerate(styles) if number in formats}


def _fonts(book: bytes) -> list[FontMarks]:
    """What each font says of its text ([MS-XLS] 2.4.122), at the place of its number."""
    fonts: list[FontMarks] = []
    for kind, body in _records(book, 0):
        if kind == _EOF:
            break
        if kind == _FONT and len(body) >= 10:
            if len(fonts) == _SKIPPED_FONT:
                fonts.append(PLAIN)
            height, flags, colour, _, script = struct.unpack_from("<HHHHH", body)
            white = colour in (*_WHITES, _BACKGROUND)
            fonts.append(FontMarks(bool(flags & 8), white, is_tiny(height / 20), {1: 1, 2: -1}.get(script, 0)))
    return fonts


def _shared_strings(book: bytes) -> list[bytes]:
    """The record of the shared texts and those that continue it."""
    blocks: list[bytes] = []
    for kind, body in _records(book, 0):
        if kind == _EOF or (blocks and kind != _CONTINUE):
            break
        if kind == _SST or blocks:
            blocks.append(body)
    return blocks


def _marked(book: bytes, fonts: Sequence[FontMarks]) -> dict[int, CellMarks]:
    """What the cell styles say by their fonts, formats and fills, of those that say anything."""
    codes, marked = _styles(book), dict[int, CellMarks]()
    index = -1
    for kind, body in _records(book, 0):
        if kind == _EOF:
            break
        if kind == _XF and len(body) >= 20:
            index += 1
            number = struct.unpack_from("<H", body)[0]
            font = fonts[number] if number < len(fonts) else PLAIN
            # [MS-XLS] 2.5.20 CellXF: the pattern of the fill, and its colour.
            pattern, colour = body[17] >> 2, body[18] & 0x7F
            filled = pattern != 0 and not (pattern == 1 and colour in (*_WHITES, _BACKGROUND))
            if marks := marks_of(font, codes.get(index, ""), filled=filled):
                marked[index] = marks
    return marked


def _displayed(book: bytes, offset: int, odd: dict[int, str]) -> Iterator[tuple[int, int, str]]:
    """The numbers of a sheet whose format shows another thing: row, column and what is seen."""
    for kind, body in _of_sheet(book, offset):
        for row, column, style, value in _numbers(kind, body):
            if style in odd and (seen := displayed(odd[style], plain_number(value))):
                yield row, column, seen


def _numbers(kind: int, body: bytes) -> Iterator[tuple[int, int, int, float]]:
    """Row, column, style and value of every number in a record."""
    if (kind == _NUMBER and len(body) >= 14) or (kind in _FORMULA and len(body) >= 14 and body[12:14] != b"\xff\xff"):
        yield struct.unpack_from("<HHHd", body)
    elif kind == _RK and len(body) >= 10:
        row, column, style, packed = struct.unpack_from("<HHHI", body)
        yield row, column, style, unpacked_rk(packed)
    elif kind == _MULRK and len(body) >= 6:
        row, first = struct.unpack_from("<HH", body)
        for at in range((len(body) - 6) // 6):
            style, packed = struct.unpack_from("<HI", body, 4 + 6 * at)
            yield row, first + at, style, unpacked_rk(packed)


def unpacked_rk(packed: int) -> float:
    """The number of an RkNumber ([MS-XLS] 2.5.218): 30 bits, whole or the upper ones of a double, or hundredths."""
    if packed & 2:
        whole = packed >> 2
        number = float(whole - (1 << 30) if whole >= 1 << 29 else whole)
    else:
        (number,) = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))
    return number / 100 if packed & 1 else number


def plain_number(value: float) -> str:
    """A number without an exponent, as far as a double tells whole ones."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _styled(kind: int, body: bytes) -> Iterator[tuple[int, int]]:
    """The 0-based column and the style of every number or text ([MS-XLS] 2.4.149, 2.4.175, 2.4.180, 2.4.220)."""
    if kind in (_NUMBER, _RK, *_LABELS, *_FORMULA) and len(body) >= 6:
        yield struct.unpack_from("<HH", body, 2)
    elif kind == _MULRK and len(body) >= 6:
        (first,) = struct.unpack_from("<H", body, 2)
        for at in range((len(body) - 6) // 6):
            yield first + at, struct.unpack_from("<H", body, 4 + 6 * at)[0]


def _of_sheet(book: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """The records of the sheet that begins at ``offset``, those of charts inside it too."""
    depth = 0
    for kind, body in _records(book, offset):
        if kind in _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        else:
            yield kind, body


def _errors(book: bytes, offset: int) -> Errors:
    errors: Errors = {}
    for kind, body in _of_sheet(book, offset):
        if kind == _BOOLERR and len(body) >= 8 and body[7]:
            row, column = struct.unpack_from("<HH", body)
            errors.setdefault(row, {})[column] = ERROR_TEXTS.get(body[6], "#ERROR!")
        elif kind in _FORMULA and len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff":
            row, column = struct.unpack_from("<HH", body)
            errors.setdefault(row, {})[column] = ERROR_TEXTS.get(body[8], "#ERROR!")
    return errors


def _uncomputed(book: bytes, offsets: Iterable[int]) -> bool:
    """Whether no formula of the book has a value: a program wrote them, and no spreadsheet has worked them out.

    Such a program leaves zero or nothing in their place ([MS-XLS] 2.5.133 FormulaValue), which a spreadsheet may do for
    some, but hardly for all.
    """
    values = [
        body[6:14]
        for offset in offsets
        for kind, body in _of_sheet(book, offset)
        if kind in _FORMULA and len(body) >= 14
    ]
    return bool(values) and all(value in _NOTHING for value in values)


def _formulas(book: bytes, offset: int) -> Iterator[tuple[int, int]]:
    """The row and column of every formula of a sheet."""
    for kind, body in _of_sheet(book, offset):
        if kind in _FORMULA and len(body) >= 14:
            row, column = struct.unpack_from("<HH", body)
            yield row, column


def _entries(data: bytes) -> list[str]:
    """The names of the streams and storages of a compound file."""
    return [name for name, _, _ in containers.ole_entries(data)]


def _workbook_stream(data: bytes) -> bytes:
    """The stream ``Workbook`` (or ``Book``); empty when there is none."""
    return containers.ole_stream(data, ("Workbook", "Book"))
