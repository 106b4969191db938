"""Writes small XLSB workbooks, record by record ([MS-XLSB]), since no program at hand does."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from tests.corpus.office_files import ERRORS, Cell, Day, Failed, Marked, OfficeFile, Parts, Shown

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FONTS: Final = ("", "struck", "raised", "white")
_BLACK: Final = b"\x01\x08\0\0\0\0\0\xff"
_WHITE: Final = b"\x05\0\0\0\xff\xff\xff\xff"
_MOST: Final = 1 << 28


def _rels(*targets: tuple[str, str, str]) -> str:
    each = "".join(f'<Relationship Id="{key}" Type="{_REL}/{kind}" Target="{to}"/>' for key, kind, to in targets)
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{each}</Relationships>"
    )


def _record(kind: int, body: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(body)
    while True:
        part, length = length & 0x7F, length >> 7
        size += bytes([part | (0x80 if length else 0)])
        if not length:
            return number + size + body


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


@dataclass(slots=True)
class _Styles:
    """The styles of a workbook as its cells need them: pairs of number format and font."""

    forms: list[str] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=lambda: [("", "")])

    def of(self, form: str, font: str) -> int:
        """The number of the style with a number format and a font; '' for none."""
        if form and form not in self.forms:
            self.forms.append(form)
        if (form, font) not in self.pairs:
            self.pairs.append((form, font))
        return self.pairs.index((form, font))

    def part(self) -> bytes:
        """The part with all of them."""
        formats = b"".join(_record(44, struct.pack("<H", 164 + at) + _text(form)) for at, form in enumerate(self.forms))
        fonts = b"".join(
            _record(
                43,
                struct.pack("<HHHHBBBB", 220, 8 * (font == "struck"), 400, int(font == "raised"), 0, 2, 0, 0)
                + (_WHITE if font == "white" else _BLACK) + b"\0" + _text("Calibri"),
            )
            for font in _FONTS
        )  # fmt: skip
        fill = _record(45, struct.pack("<I", 0) + bytes(64))
        styles = b"".join(
            _record(
                47,
                struct.pack("<HHHHHHI", 0, 164 + self.forms.index(form) if form else 0, _FONTS.index(font), 0, 0, 0, 0)[
                    :16
                ],
            )
            for form, font in self.pairs
        )
        return (
            _record(278)
            + _record(615, struct.pack("<I", len(self.forms))) + formats + _record(616)
            + _record(611, struct.pack("<I", len(_FONTS))) + fonts + _record(612)
            + _record(603, struct.pack("<I", 1)) + fill + _record(604)
            + _record(617, struct.pack("<I", len(self.pairs))) + styles + _record(618)
            + _record(279)
        )  # fmt: skip


@dataclass(slots=True)
class _Strings:
    """The shared texts of a workbook: those in several fonts."""

    rich: list[Parts] = field(default_factory=list)

    def of(self, parts: Parts) -> int:
        """The number of a text."""
        if parts not in self.rich:
            self.rich.append(parts)
        return self.rich.index(parts)

    def part(self) -> bytes:
        """The part with all of them."""
        items = b"".join(_record(19, rich_text(parts)) for parts in self.rich)
        return _record(159, struct.pack("<II", len(self.rich), len(self.rich))) + items + _record(160)


def rich_text(parts: Parts) -> bytes:
    """A text in several fonts ([MS-XLSB] 2.5.121)."""
    runs, at = b"", 0
    for text, how in parts.parts:
        runs += struct.pack("<HH", at, _FONTS.index(how))
        at += len(text.encode("utf-16-le")) // 2
    return b"\x01" + _text(parts.text) + struct.pack("<I", len(parts.parts)) + runs


def xlsb(
    file: OfficeFile,
    path: Path,
    *,
    hidden_columns: Sequence[int] = (),
    from_1904: bool = False,
    within: bool = False,
) -> None:
    """Write ``file``; hidden columns are 1-based. ``within`` keeps texts of several fonts in their cells."""
    styles, strings = _Styles(), _Strings()
    sheets = {
        name: _sheet(
            OfficeFile(rows, spans=file.spans, hidden=file.hidden, flat=file.flat)
            if name == file.sheet
            else OfficeFile(rows),
            styles, None if within else strings, hidden_columns,
        )
        for name, rows in file.sheets.items()
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _rels(("r1", "officeDocument", "xl/workbook.bin")))
        parts = [(f"r{at}", "worksheet", f"worksheets/sheet{at}.bin") for at in range(1, len(sheets) + 1)]
        others = [("s1", "styles", "styles.bin"), ("s2", "sharedStrings", "sharedStrings.bin")]
        package.writestr("xl/_rels/workbook.bin.rels", _rels(*parts, *(others if strings.rich else others[:1])))
        book = _record(131) + _record(153, struct.pack("<II", int(from_1904), 0) + _text("")) + _record(143)
        for at, name in enumerate(sheets, 1):
            book += _record(156, struct.pack("<II", 0, at) + _text(f"r{at}") + _text(name))
        package.writestr("xl/workbook.bin", book + _record(144) + _record(132))
        package.writestr("xl/styles.bin", styles.part())
        if strings.rich:
            package.writestr("xl/sharedStrings.bin", strings.part())
        for (_, _, part), body in zip(parts, sheets.values(), strict=True):
            package.writestr(f"xl/{part}", body)


def _sheet(file: OfficeFile, styles: _Styles, strings: _Strings | None, hidden_columns: Sequence[int]) -> bytes:
    width = max(map(len, file.rows), default=1)
    out = _record(129) + _record(148, struct.pack("<IIII", 0, max(0, len(file.rows) - 1), 0, width - 1))
    columns = b"".join(
        _record(60, struct.pack("<IIIIH", at - 1, at - 1, 2560, 0, int(at in hidden_columns)))
        for at in range(1, width + 1)
    )
    out += _record(390) + columns + _record(391) + _record(145)
    for at, row in enumerate(file.rows):
        flags = 0x10 if at + 1 in file.hidden or at + 1 in file.flat else 0
        out += _record(0, struct.pack("<IIHBBBI", at, 0, 0 if at + 1 in file.flat else 300, 0, flags, 0, 0))
        out += b"".join(
            _cell(column, cell, styles, strings) for column, cell in enumerate(row) if cell is not None and cell != ""
        )
    out += _record(146)
    if file.spans:
        ranges = b"".join(
            _record(176, struct.pack("<IIII", top, bottom, left, right)) for top, left, bottom, right in file.spans
        )
        out += _record(177, struct.pack("<I", len(file.spans))) + ranges + _record(178)
    return out + _record(130)


def _cell(column: int, cell: Cell, styles: _Styles, strings: _Strings | None) -> bytes:
    style, value = 0, cell
    match cell:
        case Parts():
            head = struct.pack("<II", column, 0)
            if strings is None:
                return _record(62, head + rich_text(cell))
            return _record(7, head + struct.pack("<I", strings.of(cell)))
        case Failed():
            return _record(3, struct.pack("<II", column, 0) + bytes([ERRORS[cell.error]]))
        case Shown():
            style, value = styles.of(cell.form, ""), cell.number
        case Day():
            style, value = styles.of(cell.form, ""), (cell.day - date(1899, 12, 30)).days
        case Marked():
            style, value = styles.of("", "struck" if cell.struck else "white" if cell.white else ""), cell.value
    head = struct.pack("<II", column, style)
    if isinstance(value, str):
        return _record(6, head + _text(value))
    if isinstance(value, int) and abs(value) < _MOST:
        return _record(2, head + struct.pack("<i", value << 2 | 2))
    assert isinstance(value, int | float)
    return _record(5, head + struct.pack("<d", value))
