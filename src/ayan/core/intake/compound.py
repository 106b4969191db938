"""The streams of a compound file ([MS-CFB]), the container of old Office files."""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection
from typing import Final

from ayan.core.intake.archive import damaged

# [MS-CFB] 2.1: sector numbers from here on are marks, not sectors.
_MARKS: Final = 0xFFFFFFFA


def directory(data: bytes) -> list[tuple[str, int, int]]:
    """Name, first sector and size of every stream and storage, the root first."""
    chain = _chains(data)
    (first,) = struct.unpack_from("<I", data, 48)
    table = chain(first)
    entries = []
    for at in range(0, len(table) - 127, 128):
        length = struct.unpack_from("<H", table, at + 64)[0]
        name = table[at : at + max(0, length - 2)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", table, at + 116)
        entries.append((name, start, size))
    return entries


def stream(data: bytes, names: Collection[str]) -> bytes:
    """The first stream that has one of ``names``; empty when there is none."""
    cutoff, first_mini = struct.unpack_from("<II", data, 56)
    chain = _chains(data)
    entries = directory(data)
    for name, start, size in entries:
        if name in names:
            if size >= cutoff:
                return chain(start)[:size]
            return _mini(chain(entries[0][1]), chain(first_mini), start)[:size]
    return b""


def _chains(data: bytes) -> Callable[[int], bytes]:
    """A function from the first sector of a chain to its bytes."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise damaged()
    size = 1 << shift

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

    return chain


def _mini(stream: bytes, table: bytes, first: int) -> bytes:
    """A short stream, kept in 64-byte pieces inside the root's own."""
    following = struct.unpack(f"<{len(table) // 4}I", table)
    parts, steps = [], len(following)
    while first < _MARKS and steps >= 0:
        parts.append(stream[first << 6 : (first + 1) << 6])
        first, steps = following[first], steps - 1
    return b"".join(parts)
