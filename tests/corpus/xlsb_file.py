"""Writes small XLSB workbooks, record by record ([MS-XLSB]), since no program at hand does."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tests.corpus.office_files import Cell, OfficeFile, Shown

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


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


def xlsb(
    file: OfficeFile,
    path: Path,
    *,
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
    from_1904: bool = False,
) -> None:
    """Write ``file``; hidden rows and columns are 1-based, merged ranges (top, left, bottom, right) 0-based."""
    forms = list(dict.fromkeys(cell.form for row in file.rows for cell in row if isinstance(cell, Shown)))
    formats = b"".join(_record(44, struct.pack("<H", 164 + at) + _text(form)) for at, form in enumerate(forms))
    formats = _record(615, struct.pack("<I", len(forms))) + formats + _record(616)
    styles = b"".join(
        _record(47, struct.pack("<HHHHHHI", 0, number, 0, 0, 0, 0, 0)[:16])
        for number in (0, *(164 + at for at in range(len(forms))))
    )
    styles = _record(617, struct.pack("<I", len(forms) + 1)) + styles + _record(618)
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _rels(("r1", "officeDocument", "xl/workbook.bin")))
        sheets = ("r1", "worksheet", "worksheets/sheet1.bin"), ("r2", "styles", "styles.bin")
        package.writestr("xl/_rels/workbook.bin.rels", _rels(*sheets))
        book = _record(131) + _record(153, struct.pack("<II", int(from_1904), 0) + _text(""))
        book += _record(143) + _record(156, struct.pack("<II", 0, 1) + _text("r1") + _text(file.sheet)) + _record(144)
        package.writestr("xl/workbook.bin", book + _record(132))
        package.writestr("xl/styles.bin", _record(278) + formats + styles + _record(279))
        package.writestr("xl/worksheets/sheet1.bin", _sheet(file, forms, hidden_rows, hidden_columns, merged))


def _sheet(
    file: OfficeFile,
    forms: Sequence[str],
    hidden_rows: Sequence[int],
    hidden_columns: Sequence[int],
    merged: Sequence[tuple[int, int, int, int]],
) -> bytes:
    width = max(map(len, file.rows))
    out = _record(129) + _record(148, struct.pack("<IIII", 0, len(file.rows) - 1, 0, width - 1))
    columns = b"".join(
        _record(60, struct.pack("<IIIIH", at - 1, at - 1, 2560, 0, int(at in hidden_columns)))
        for at in range(1, width + 1)
    )
    out += _record(390) + columns + _record(391) + _record(145)
    for at, row in enumerate(file.rows):
        flags = 0x10 if at + 1 in hidden_rows else 0
        out += _record(0, struct.pack("<IIHBBBI", at, 0, 300, 0, flags, 0, 0))
        out += b"".join(_cell(column, cell, forms) for column, cell in enumerate(row) if cell is not None)
    out += _record(146)
    if merged:
        ranges = b"".join(
            _record(176, struct.pack("<IIII", top, bottom, left, right)) for top, left, bottom, right in merged
        )
        out += _record(177, struct.pack("<I", len(merged))) + ranges + _record(178)
    return out + _record(130)


def _cell(column: int, cell: Cell, forms: Sequence[str]) -> bytes:
    style = forms.index(cell.form) + 1 if isinstance(cell, Shown) else 0
    value = cell.number if isinstance(cell, Shown) else cell
    head = struct.pack("<II", column, style)
    if isinstance(value, str):
        if value.startswith("#"):
            return _record(3, head + bytes([{"#N/A": 0x2A, "#REF!": 0x17}[value]]))
        return _record(6, head + _text(value))
    if isinstance(value, int) and abs(value) < 1 << 28:
        return _record(2, head + struct.pack("<i", value << 2 | 2))
    return _record(5, head + struct.pack("<d", value))
