"""The texts of XLS and XLSB files of which a part is struck out, raised or lowered."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

from ayan.core.intake.workbook.cell_marks import PLAIN, FontMarks, seen_text

_WIDE: Final = 0x01
_EXTENDED: Final = 0x04
_RICH: Final = 0x08


def rich_pieces(body: bytes, at: int, fonts: Sequence[FontMarks]) -> list[tuple[str, FontMarks]]:
    """The text at ``at`` of a record of XLSB by its fonts ([MS-XLSB] 2.5.121 RichStr)."""
    flags, length = struct.unpack_from("<BI", body, at)
    end = at + 5 + 2 * length
    if end > len(body):
        raise IndexError(length)
    text = body[at + 5 : end].decode("utf-16-le", "replace")
    runs = struct.unpack_from("<I", body, end)[0] if flags & 1 else 0
    if runs and end + 4 + 4 * runs > len(body):
        raise IndexError(runs)
    return _pieces(text, [struct.unpack_from("<HH", body, end + 4 + 4 * run) for run in range(runs)], fonts)


def odd_strings(blocks: Sequence[bytes], fonts: Sequence[FontMarks]) -> dict[int, tuple[str, bool]]:
    """The texts by their numbers, each as a person reads it and whether some of it is struck out.

    ``blocks`` are the record of the texts and those that continue it ([MS-XLS] 2.4.265 SST, 2.4.58 Continue).
    """
    if not any(font.struck or font.script for font in fonts) or not blocks or len(blocks[0]) < 8:
        return {}
    data = _Blocks(blocks)
    _, count = struct.unpack("<II", data.take(8))
    odd: dict[int, tuple[str, bool]] = {}
    for number in range(count):
        if data.ended:
            break
        length, flags = struct.unpack("<HB", data.take(3))
        runs = struct.unpack("<H", data.take(2))[0] if flags & _RICH else 0
        extended = struct.unpack("<I", data.take(4))[0] if flags & _EXTENDED else 0
        text = data.text(length, wide=bool(flags & _WIDE))
        parts = [struct.unpack("<HH", data.take(4)) for _ in range(runs)]
        data.take(extended)
        pieces = _pieces(text, parts, fonts)
        if any(font.struck or font.script for _, font in pieces):
            odd[number] = seen_text(pieces)
    return odd


def _pieces(text: str, parts: Sequence[tuple[int, int]], fonts: Sequence[FontMarks]) -> list[tuple[str, FontMarks]]:
    """The text by its fonts: each part begins at a sign and has a font, and the first is in that of its cell."""
    # Places are counted in units of UTF-16, of which a sign may take two.
    units = text.encode("utf-16-le")
    starts = [(0, PLAIN), *((at, fonts[font] if font < len(fonts) else PLAIN) for at, font in parts)]
    ends = [at for at, _ in starts[1:]] + [len(units) // 2]
    return [
        (units[2 * at : 2 * end].decode("utf-16-le", "replace"), font)
        for (at, font), end in zip(starts, ends, strict=True)
        if end > at
    ]


class _Blocks:
    """Reads bytes and texts across records that continue each other."""

    def __init__(self, blocks: Sequence[bytes]) -> None:
        self._blocks = blocks
        self._block = self._at = 0

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self._block >= len(self._blocks) - 1 and self._at >= len(self._blocks[-1])

    def _left(self) -> int:
        return len(self._blocks[self._block]) - self._at

    def _next(self) -> None:
        self._block, self._at = self._block + 1, 0

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes; IndexError where there are fewer."""
        taken = b""
        while len(taken) < size:
            while not self._left():
                self._next()
            step = min(size - len(taken), self._left())
            taken += self._blocks[self._block][self._at : self._at + step]
            self._at += step
        return taken

    def text(self, length: int, *, wide: bool) -> str:
        """The next ``length`` units of UTF-16; a record that continues a text says anew how wide its signs are."""
        units, left = b"", length
        while left:
            while not self._left():
                self._next()
                wide = bool(self.take(1)[0] & _WIDE)
            size = 2 if wide else 1
            signs = min(left, max(1, self._left() // size))
            taken = self.take(signs * size)
            units += taken if wide else taken.decode("latin-1").encode("utf-16-le")
            left -= signs
        return units.decode("utf-16-le", "replace")
