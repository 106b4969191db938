"""Where the hashes and entries of a log stand (C2SP tlog-tiles): paths, widths, and bundles of entries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ayan.core.ledger.limits import LONGEST_ENTRY

WIDTH: Final = 256
HEIGHT: Final = 8

_PATH: Final = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


class BadTile(ValueError):
    """A path that names no tile, or bytes that are not one."""


@dataclass(frozen=True, slots=True)
class HashTile:
    """One tile: its level (``entries`` for a bundle of entries), its index, and how many hashes or entries it has."""

    level: int | Literal["entries"]
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The tile's path under the log's address: ``tile/0/x001/x234/067``, with ``.p/W`` while it is not full."""
        rest, digits = divmod(self.index, 1000)
        name = f"{digits:03d}"
        while rest:
            rest, digits = divmod(rest, 1000)
            name = f"x{digits:03d}/{name}"
        return f"tile/{self.level}/{name}" + (f".p/{self.width}" if self.width < WIDTH else "")


def parse_path(path: str) -> HashTile:
    """The tile that a path names; BadTile for anything else, such as a leading zero or a width of 256."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise BadTile(f"not the path of a tile: {path[:80]!r}")
    level: int | Literal["entries"] = "entries" if match["level"] == "entries" else int(match["level"])
    tile = HashTile(level, int(match["index"].replace("/", "").replace("x", "")), int(match["width"] or WIDTH))
    if tile.path != path or (level != "entries" and level > 63):
        raise BadTile(f"not the path of a tile: {path[:80]!r}")
    return tile


def width_in(level: int, index: int, size: int) -> int:
    """How many hashes the tile has in a log of ``size`` leaves; 0 where it does not exist."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - index * WIDTH))


def partial_folder(full: Path) -> Path:
    """The folder of the partial tiles that came before a full one."""
    return full.with_name(full.name + ".p")


def tiles_of(size: int) -> Iterator[HashTile]:
    """Every tile and bundle of a log of ``size`` leaves, the partial ones as wide as that size makes them."""
    level = 0
    while hashes := size >> HEIGHT * level:
        for index in range(-(-hashes // WIDTH)):
            width = width_in(level, index, size)
            if level == 0:
                yield HashTile("entries", index, width)
            yield HashTile(level, index, width)
        level += 1


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries one after the other, each after its length in two bytes, big-endian; BadTile for one that is too long."""
    if any(len(entry) > LONGEST_ENTRY for entry in entries):
        raise BadTile(f"an entry is longer than {LONGEST_ENTRY} bytes")
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def decode_bundle(bundle: bytes) -> list[bytes]:
    """The entries of a bundle; BadTile when its bytes do not come out even."""
    entries: list[bytes] = []
    at = 0
    while at < len(bundle):
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        if at > len(bundle) or start > len(bundle):
            raise BadTile("a bundle of entries is cut short")
        entries.append(bundle[start:at])
    return entries
