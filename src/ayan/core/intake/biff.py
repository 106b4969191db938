"""Finds the error cells of an old XLS file, which the workbook reader gives as empty ones."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ayan.core.intake.archive import damaged
from ayan.core.intake.ooxml import Errors

# [MS-XLS] 2.5.10 BErr
_TEXTS: Final = {
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
# [MS-CFB] 2.1: sector numbers from here on are marks, not sectors.
_MARKS: Final = 0xFFFFFFFA


def error_cells(path: Path, sheet: str) -> Errors:
    """The text of every error cell of ``sheet`` by 0-based row and column."""
    try:
        book = _workbook_stream(path.read_bytes())
        for name, offset in _sheets(book):
            if name == sheet:
                return _errors(book, offset)
    except (struct.error, IndexError):
        raise damaged() from None
    return {}


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


def _errors(book: bytes, offset: int) -> Errors:
    found: Errors = {}
    depth = 0
    for kind, body in _records(book, offset):
        if kind in _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif kind == _BOOLERR and len(body) >= 8 and body[7]:
            row, column = struct.unpack_from("<HH", body)
            found.setdefault(row, {})[column] = _TEXTS.get(body[6], "#ERROR!")
        elif kind in _FORMULA and len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff":
            row, column = struct.unpack_from("<HH", body)
            found.setdefault(row, {})[column] = _TEXTS.get(body[8], "#ERROR!")
    return found


def _workbook_stream(data: bytes) -> bytes:
    """The stream ``Workbook`` (or ``Book``) of a compound file ([MS-CFB]); empty when there is none."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise damaged()
    size = 1 << shift
    first_directory, cutoff, first_mini = struct.unpack_from("<I4xII", data, 48)

    def sector(number: int) -> bytes:
        return data[(number + 1) << shift : (number + 2) << shift]

    listed = list(struct.unpack_from("<109I", data, 76))
    more = struct.unpack_from("<I", data, 68)[0]
    for _ in range(len(data) >> shift):
        if more >= _MARKS:
            break
        block = struct.unpack(f"<{size // 4}I", sector(more))
        listed.extend(block[:-1])
        more = block[-1]
    table: list[int] = []
    for number in listed:
        if number < _MARKS:
            table.extend(struct.unpack(f"<{size // 4}I", sector(number)))

    def chain(first: int) -> bytes:
        parts, steps = [], len(data) >> shift
        while first < _MARKS and steps >= 0:
            parts.append(sector(first))
            first, steps = table[first], steps - 1
        return b"".join(parts)

    directory = chain(first_directory)
    root: tuple[int, int] | None = None
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, length - 2)].decode("utf-16-le", "replace")
        start, stream = struct.unpack_from("<II", directory, at + 116)
        root = root or (start, stream)
        if name in ("Workbook", "Book"):
            if stream >= cutoff:
                return chain(start)[:stream]
            return _mini(chain(root[0]), chain(first_mini), start)[:stream]
    return b""


def _mini(stream: bytes, table: bytes, first: int) -> bytes:
    """A short stream, kept in 64-byte pieces inside the root's own."""
    following = struct.unpack(f"<{len(table) // 4}I", table)
    parts, steps = [], len(following)
    while first < _MARKS and steps >= 0:
        parts.append(stream[first << 6 : (first + 1) << 6])
        first, steps = following[first], steps - 1
    return b"".join(parts)
