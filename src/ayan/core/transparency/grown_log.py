"""What a log has grown by since somebody saw it: fetched, and computed again so that it continues what was seen."""

from __future__ import annotations

from collections.abc import Sequence

from ayan.core.ledger import tree
from ayan.core.ledger.checkpoint import Checkpoint
from ayan.core.ledger.refusal import LogDamaged
from ayan.core.ledger.tiles import WIDTH, HashTile, LogReader, TreeEdge
from ayan.core.ledger.tree import leaf_hash


class LogRewritten(LogDamaged):
    """The log was signed over other entries than those that were seen: there are two logs of one name."""


def grown(
    stored: LogReader, known: Sequence[bytes], checkpoint: Checkpoint
) -> tuple[list[bytes], dict[HashTile, bytes]]:
    """The entries behind ``known`` up to a checkpoint that was accepted, and the hash tiles that they make or widen.

    Raises LogRewritten where the checkpoint does not continue ``known``, LogDamaged where what is served does not lead
    to its root, and FileNotFoundError where a piece is missing.
    """
    size, count = checkpoint.size, len(known)
    edge = TreeEdge()
    edge.grow([leaf_hash(leaf) for leaf in known])
    kept = edge.root()
    first = count // WIDTH
    coming = [entry for bundle in range(first, -(-size // WIDTH)) for entry in stored.entries(bundle, size)]
    coming = coming[count - first * WIDTH :] if size > count else []
    tiles = edge.grow([leaf_hash(leaf) for leaf in coming])
    if edge.root() != checkpoint.root:
        # Either history was written anew, as the log's own tiles then show, or what is served was never signed.
        nodes = stored.nodes(size)
        if count and (size == count or tree.root(nodes, count) != kept):
            raise LogRewritten(f"it does not continue the {count} entries that were seen before")
        raise LogDamaged("the entries do not lead to the root of the checkpoint")
    for tile, data in tiles.items():
        if tile.level != "entries" and stored.hashes(tile.level, tile.index, size)[: len(data)] != data:
            raise LogDamaged(f"{tile.path} does not fit the entries below it")
    return coming, tiles
