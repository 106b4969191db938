"""Pictures as they are kept: the pixels as they came, and nothing else that a camera or a program wrote beside them.

Nothing is decoded here. A picture is walked through by its own structure, and only the parts that draw it are copied:
place, time, owner, thumbnails, comments and whatever stands behind the end are left out. Of a JPEG's orientation the
number alone is kept, or every second photo would lie on its side.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from ayan.apps.counter.attachments.refused_file import DAMAGED, TOO_MUCH, refused
from ayan.apps.counter.limits import MOST_PICTURE_PARTS, MOST_PIXELS, MOST_SIDE

JPEG: Final = b"\xff\xd8\xff"
PNG: Final = b"\x89PNG\r\n\x1a\n"
RIFF: Final = b"RIFF"
WEBP: Final = b"WEBP"

_MARK, _EOI, _SOS, _APP0, _APP1, _APP14, _LAST_APP, _COMMENT = 0xFF, 0xD9, 0xDA, 0xE0, 0xE1, 0xEE, 0xEF, 0xFE
_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
_TABLES: Final = frozenset({0xC4, 0xDB, 0xDD})
"""Frames, tables and intervals: what draws. Arithmetic and lossless frames are drawn by no browser."""
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_ORIENTATION: Final = 0x0112
_EXIF: Final = b"Exif\0\0"
_PNG_PARTS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"sRGB"})
_WEBP_PARTS: Final = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
_ALPHA: Final = 0x10


def stripped(content: bytes) -> bytes:
    """A JPEG, PNG or WebP without anything that does not draw it. Raises AttachmentRefused for a damaged one."""
    try:
        if content.startswith(JPEG):
            return _jpeg(content)
        return _png(content) if content.startswith(PNG) else _webp(content)
    except (struct.error, IndexError):
        raise refused(DAMAGED) from None


def is_webp(content: bytes) -> bool:
    """Whether these are the first bytes of a WebP."""
    return content[:4] == RIFF and content[8:12] == WEBP


def _check_size(width: int, height: int) -> None:
    if not (width and height):
        raise refused(DAMAGED)
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
        raise refused(TOO_MUCH)


# --- JPEG (ITU-T T.81, annex B) --------------------------------------------------------------------------------------


def _jpeg(content: bytes) -> bytes:
    kept, at, framed, drawn, orientation = bytearray(b"\xff\xd8"), 2, False, False, 1
    for _ in range(MOST_PICTURE_PARTS):
        marker, body, at = _segment(content, at)
        if marker == _EOI:
            if not drawn:
                raise refused(DAMAGED)
            return bytes(kept) + b"\xff\xd9"
        if marker == _APP1 and body.startswith(_EXIF) and not framed:
            orientation = _orientation(body[len(_EXIF) :])
        elif marker in _FRAMES:
            if framed:
                raise refused(DAMAGED)
            height, width = struct.unpack_from(">HH", body, 1)
            _check_size(width, height)
            framed = True
            kept += _only_orientation(orientation) + _written(marker, body)
        elif marker == _SOS:
            end = _end_of_scan(content, at)
            kept += _written(marker, body) + content[at:end]
            at, drawn = end, framed
        elif marker in _TABLES:
            kept += _written(marker, body)
        elif marker == _APP14 and body.startswith(b"Adobe"):
            # It says how colours are coded: without it some pictures are drawn in false ones.
            kept += _written(marker, body[:12].ljust(12, b"\0"))
        elif not (_APP0 <= marker <= _LAST_APP or marker == _COMMENT or marker in _STANDALONE):
            raise refused(DAMAGED)
    raise refused(TOO_MUCH)


def _segment(content: bytes, at: int) -> tuple[int, bytes, int]:
    """The marker at a place, what it holds, and where the next stands."""
    if content[at] != _MARK:
        raise refused(DAMAGED)
    while content[at] == _MARK:
        at += 1
    marker = content[at]
    if marker == _EOI or marker in _STANDALONE:
        return marker, b"", at + 1
    size = struct.unpack_from(">H", content, at + 1)[0]
    body = content[at + 3 : at + 1 + size]
    if len(body) != size - 2:
        raise refused(DAMAGED)
    return marker, body, at + 1 + size


def _written(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", _MARK, marker, len(body) + 2) + body


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the coded pixels end: at a marker that is neither a stuffed byte nor a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise refused(DAMAGED)
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7 and content[at + 1] != 0xFF:
            return at
        at += 1 if content[at + 1] == 0xFF else 2


def _orientation(exif: bytes) -> int:
    """The orientation (1 to 8) that a camera wrote; 1 for anything else."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    try:
        if order is None:
            return 1
        at = struct.unpack_from(order + "I", exif, 4)[0]
        for each in range(min(struct.unpack_from(order + "H", exif, at)[0], 64)):
            tag, _kind, _count, value = struct.unpack_from(order + "HHIH", exif, at + 2 + 12 * each)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _only_orientation(orientation: int) -> bytes:
    if orientation == 1:
        return b""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    body = _EXIF + b"MM\0\x2a" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


# --- PNG (ISO 15948) --------------------------------------------------------------------------------------------------


def _png(content: bytes) -> bytes:
    kept, first, drawn = bytearray(PNG), True, False
    for name, body in _png_chunks(content):
        if first != (name == b"IHDR"):
            raise refused(DAMAGED)
        if first:
            _check_size(*struct.unpack_from(">II", body))
            first = False
        drawn = drawn or name == b"IDAT"
        if name in _PNG_PARTS:
            kept += _png_chunk(name, body)
        elif not name[0] & 0x20:
            # Whoever does not know a critical part cannot draw the picture.
            raise refused(DAMAGED)
        if name == b"IEND":
            if not drawn:
                raise refused(DAMAGED)
            return bytes(kept)
    raise refused(DAMAGED)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG)
    for _ in range(MOST_PICTURE_PARTS):
        size, name = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + size]
        is_public = struct.unpack_from(">I", content, at + 8 + size)[0]
        if is_public != zlib.crc32(name + body):
            raise refused(DAMAGED)
        yield name, body
        at += 12 + size


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


# --- WebP (RFC 9649) --------------------------------------------------------------------------------------------------


def _webp(content: bytes) -> bytes:
    parts: list[tuple[bytes, bytes]] = []
    at, end = 12, 8 + struct.unpack_from("<I", content, 4)[0]
    if end > len(content):
        raise refused(DAMAGED)
    extended = b""
    while at < end and len(parts) < MOST_PICTURE_PARTS:
        name, size = struct.unpack_from("<4sI", content, at)
        body = content[at + 8 : at + 8 + size]
        if len(body) != size:
            raise refused(DAMAGED)
        if name == b"VP8X":
            extended = body
        elif name in _WEBP_PARTS:
            parts.append((name, body))
        at += 8 + size + size % 2
    pixels = [(name, body) for name, body in parts if name != b"ALPH"]
    # A moving picture has its frames inside others, and none of these here.
    if len(pixels) != 1:
        raise refused(DAMAGED)
    _check_size(*_webp_size(*pixels[0]))
    with_alpha = any(name == b"ALPH" for name, _ in parts)
    out = b""
    if extended and with_alpha:
        if len(extended) != 10:
            raise refused(DAMAGED)
        _check_size(*(int.from_bytes(extended[start : start + 3], "little") + 1 for start in (4, 7)))
        out += _webp_chunk(b"VP8X", bytes([_ALPHA, 0, 0, 0]) + extended[4:10])
    elif with_alpha:
        raise refused(DAMAGED)
    out += b"".join(_webp_chunk(name, body) for name, body in parts)
    return RIFF + struct.pack("<I", len(out) + 4) + WEBP + out


def _webp_size(name: bytes, body: bytes) -> tuple[int, int]:
    if name == b"VP8L":
        if body[0] != 0x2F:
            raise refused(DAMAGED)
        bits = struct.unpack_from("<I", body, 1)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if body[3:6] != b"\x9d\x01\x2a":
        raise refused(DAMAGED)
    width, height = struct.unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF


def _webp_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
