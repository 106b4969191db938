"""A log laid out in tiles (C2SP tlog-tiles): where they stand, how they are read from anywhere, how they grow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from ayan.core.ledger import tree
from ayan.core.ledger.limits import LONGEST_ENTRY
from ayan.core.ledger.refusal import LogDamaged
from ayan.core.ledger.tree import HASH, Nodes, folded

WIDTH: Final = 256
HEIGHT: Final = 8

_PATH: Final = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)
Fetch: TypeAlias = Callable[[str], bytes]
"""Gives the bytes at a path under the log's address; FileNotFoundError where there are none."""

# Full tiles that a reader keeps at hand, 8 KiB each.
KEPT: Final = 1024


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


def tiles_of(size: int, *, edge: bool = False) -> Iterator[HashTile]:
    """Every tile and bundle of a log of ``size`` leaves, the partial ones as wide as that size makes them.

    With ``edge`` the last of each level alone.
    """
    level = 0
    while hashes := size >> HEIGHT * level:
        count = -(-hashes // WIDTH)
        for index in range(count - 1 if edge else 0, count):
            width = width_in(level, index, size)
            if level == 0:
                yield HashTile("entries", index, width)
            yield HashTile(level, index, width)
        level += 1


def last_full(size: int) -> Iterator[HashTile]:
    """The last full tile of each level of a log of ``size`` leaves, and its last full bundle."""
    level = 0
    while full := (size >> HEIGHT * level) // WIDTH:
        if level == 0:
            yield HashTile("entries", full - 1)
        yield HashTile(level, full - 1)
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


# --- reading tiles from a folder, an export or a web address: whatever fetches a path ---------------------------------


class LogReader:
    """The tiles of one log behind ``fetch``. Every method is told of which tree: that of the first ``size`` leaves.

    Hashes are taken as they are found: what they are worth shows in the root they lead to.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._full = lru_cache(maxsize=KEPT)(lambda level, index: fetch(HashTile(level, index).path))

    def hashes(self, level: int, index: int, size: int) -> bytes:
        """The hashes of a tile as wide as that tree makes it; Damaged when they are missing or cut short."""
        width = width_in(level, index, size)
        data = self._bytes(level, index, width)[: width * HASH]
        if len(data) < width * HASH:
            raise LogDamaged(f"{HashTile(level, index, width).path} is cut short")
        return data

    def entries(self, index: int, size: int) -> list[bytes]:
        """The entries of a bundle as wide as that tree makes it; Damaged when they are missing or cut short."""
        width = width_in(0, index, size)
        try:
            entries = decode_bundle(self._bytes("entries", index, width))[:width]
        except BadTile as error:
            raise LogDamaged(f"{HashTile('entries', index, width).path}: {error}") from error
        if len(entries) < width:
            raise LogDamaged(f"{HashTile('entries', index, width).path} is cut short")
        return entries

    def bundles(self, size: int, entries: Sequence[bytes]) -> dict[HashTile, bytes]:
        """The bundles that ``entries`` make or widen when they follow the first ``size`` leaves."""
        first, width = divmod(size, WIDTH)
        whole = [*(self.entries(first, size) if width else ()), *entries]
        parts = [whole[start : start + WIDTH] for start in range(0, len(whole), WIDTH)]
        return {HashTile("entries", first + at, len(part)): encode_bundle(part) for at, part in enumerate(parts)}

    def nodes(self, size: int) -> Nodes:
        """The nodes of that tree, for the making of roots and proofs."""

        def node(height: int, index: int) -> bytes:
            level, within = divmod(height, HEIGHT)
            tile, position = divmod(index << within, WIDTH)
            return folded(self.hashes(level, tile, size), position, within)

        return node

    def _bytes(self, level: int | Literal["entries"], index: int, width: int) -> bytes:
        tile = HashTile(level, index, width)
        try:
            if width < WIDTH:
                try:
                    return self._fetch(tile.path)
                except FileNotFoundError:
                    pass  # once the log has grown, the full tile may stand in the place of this one
            return self._fetch(HashTile(level, index).path) if level == "entries" else self._full(level, index)
        except FileNotFoundError:
            raise LogDamaged(f"{tile.path} is missing") from None


# --- the right edge of a growing tree: all that must be known of it to append leaves ----------------------------------


@dataclass(slots=True)
class TreeEdge:
    """Of every level of tiles the hashes of its last tile, while that is not full."""

    size: int = 0
    levels: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, stored: LogReader, size: int) -> TreeEdge:
        """The edge of the tree of the first ``size`` leaves."""
        levels: list[bytes] = []
        while hashes := size >> HEIGHT * len(levels):
            index, width = divmod(hashes, WIDTH)
            levels.append(stored.hashes(len(levels), index, size) if width else b"")
        return cls(size, levels)

    def copy(self) -> TreeEdge:
        """Another edge of the same tree."""
        return TreeEdge(self.size, list(self.levels))

    def root(self) -> bytes:
        """The root of the tree."""
        return tree.root(self._node, self.size)

    def grow(self, hashes: Sequence[bytes]) -> dict[HashTile, bytes]:
        """Append leaf hashes; returns every tile that they make or widen, as wide as it then is."""
        size, level = self.size, 0
        coming = b"".join(hashes)
        self.size += len(hashes)
        new_tiles: dict[HashTile, bytes] = {}
        while coming:
            if len(self.levels) == level:
                self.levels.append(b"")
            whole = self.levels[level] + coming
            index = (size >> HEIGHT * level) // WIDTH
            full = len(whole) - len(whole) % (WIDTH * HASH)
            tiles = [whole[at : at + WIDTH * HASH] for at in range(0, full, WIDTH * HASH)]
            new_tiles |= {HashTile(level, index + number): data for number, data in enumerate(tiles)}
            self.levels[level] = rest = whole[full:]
            if rest:
                new_tiles[HashTile(level, index + len(tiles), len(rest) // HASH)] = rest
            coming, level = b"".join([folded(data, 0, HEIGHT) for data in tiles]), level + 1
        return new_tiles

    def _node(self, height: int, index: int) -> bytes:
        level, within = divmod(height, HEIGHT)
        return folded(self.levels[level], (index << within) % WIDTH, within)
