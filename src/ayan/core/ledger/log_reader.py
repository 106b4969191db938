"""Reading a log that is laid out in tiles, from a folder, an export or a web address: whatever fetches a path."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

from ayan.core.ledger import tree
from ayan.core.ledger.refusal import LogDamaged
from ayan.core.ledger.tiles import HEIGHT, WIDTH, BadTile, HashTile, decode_bundle, width_in
from ayan.core.ledger.tree import HASH, Nodes

Fetch: TypeAlias = Callable[[str], bytes]
"""Gives the bytes at a path under the log's address; FileNotFoundError where there are none."""

# Full tiles that a reader keeps at hand, 8 KiB each.
KEPT: Final = 1024


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


def in_folder(folder: Path) -> Fetch:
    """Fetches from a folder that is laid out as the log is served."""

    def fetch(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except (NotADirectoryError, IsADirectoryError):
            raise FileNotFoundError(path) from None

    return fetch


def folded(hashes: bytes, position: int, height: int) -> bytes:
    """The hash over ``1 << height`` hashes of a tile, from ``position`` on."""
    part = hashes[position * HASH : (position + (1 << height)) * HASH]
    for _ in range(height):
        part = tree.climb(part)
    return part
