"""The right edge of a growing tree: all that must be known of it to append leaves and to know its root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ayan.core.ledger import tree
from ayan.core.ledger.log_reader import LogReader, folded
from ayan.core.ledger.tiles import HEIGHT, WIDTH, HashTile
from ayan.core.ledger.tree import HASH


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
