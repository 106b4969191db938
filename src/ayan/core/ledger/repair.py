"""Repairing a log: tiles made anew, and entries found elsewhere, believed where they lead to a root that was signed.

Nothing is signed and no key is needed: what a repair brings about is the tree of a checkpoint that was signed before,
or nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ayan.core.ledger.checkpoint import Checkpoint, open_checkpoint
from ayan.core.ledger.log import CHECKPOINT, Log
from ayan.core.ledger.note import BadNote, NotSigned, Verifier
from ayan.core.ledger.refusal import LedgerError, LogDamaged
from ayan.core.ledger.tile_folder import partial_folder, partial_tiles
from ayan.core.ledger.tiles import (
    WIDTH,
    BadTile,
    HashTile,
    TreeEdge,
    decode_bundle,
    encode_bundle,
    tiles_of,
    width_in,
)
from ayan.core.ledger.tree import HASH, leaf_hash
from ayan.core.system.files import write_all


class NotRepaired(LedgerError):
    """The log cannot be made whole from what is at hand; nothing was changed. ``lacking`` are indexes of leaves."""

    def __init__(self, why: str, lacking: Sequence[int] = ()) -> None:
        super().__init__(why)
        self.lacking = tuple(lacking)


@dataclass(frozen=True, slots=True)
class LogRepair:
    """What a repair did: the size of the tree, the paths that were written, and the leaves that came from elsewhere."""

    size: int
    written: tuple[str, ...]
    restored: tuple[int, ...]


def repair(log: Log, keys: Sequence[Verifier], signed: bytes | None, others: Sequence[Sequence[bytes]]) -> LogRepair:
    """Make whatever of the log's files is missing or damaged anew, while nobody appends.

    The tree is that of the checkpoint that stands, or of ``signed``, one that was kept elsewhere, where that is the
    one that can be read. ``others`` are entries that may have stood in the log, source by source, each in the order in
    which they came about: whichever is lacking is looked for among them, by its hash where that is known, else by its
    place in their order. Raises NotRepaired, with nothing changed, unless the root of the checkpoint comes out.
    """
    with log.exclusive():
        text, tree = _checkpoint(log.folder, keys, signed)
        if tree.origin != log.origin:
            raise NotRepaired(f"the checkpoint is that of {tree.origin}")
        stored, hashes = _stored_entries(log.folder, tree.size), _stored_hashes(log.folder, tree.size)
        entries, restored = _completed(stored, hashes, tree, others)
        files = {log.folder / path: data for path, data in _tiles(entries) if _read(log.folder / path) != data}
        if _read(log.folder / CHECKPOINT) != text:
            # Last, for every tile that it speaks of must stand before it.
            files[log.folder / CHECKPOINT] = text
        write_all(files, log.folder)
        written = tuple(path.relative_to(log.folder).as_posix() for path in files)
    log.audit()
    return LogRepair(tree.size, written, restored)


def _checkpoint(folder: Path, keys: Sequence[Verifier], kept: bytes | None) -> tuple[bytes, Checkpoint]:
    """The checkpoint that stands, else the one that was kept, whichever a key of the log has signed."""
    for signed in (_read(folder / CHECKPOINT), kept):
        if signed is not None:
            try:
                return signed, open_checkpoint(signed, *keys)
            except (BadNote, NotSigned):
                continue
    raise NotRepaired("there is no checkpoint that a key of the log has signed")


def _completed(
    stored: Sequence[bytes | None], hashes: Sequence[bytes | None], tree: Checkpoint, others: Sequence[Sequence[bytes]]
) -> tuple[list[bytes], tuple[int, ...]]:
    """Every entry, and which of them came from ``others``: the first way of filling the gaps that gives the root."""
    known = {leaf_hash(entry): entry for source in others for entry in source}
    # Where entry and hash differ one of them is damaged: first the entries are believed, then the hashes.
    by_hash = [known.get(value) if value is not None else None for value in hashes]
    trusting = [entry if entry is not None else other for entry, other in zip(stored, by_hash, strict=True)]
    doubting = [
        entry if entry is not None and (value is None or leaf_hash(entry) == value) else other
        for entry, value, other in zip(stored, hashes, by_hash, strict=True)
    ]
    lacking: list[int] = []
    for attempt in (trusting, doubting):
        for entries in _filled(attempt, others):
            if _root(entries) == tree.root:
                return entries, tuple(at for at, entry in enumerate(entries) if entry != stored[at])
        lacking = lacking or [at for at, entry in enumerate(attempt) if entry is None]
    if lacking:
        raise NotRepaired(f"{len(lacking)} of {tree.size} leaves are nowhere to be found", lacking)
    raise NotRepaired("what is here does not lead to the root of the checkpoint")


def _filled(attempt: Sequence[bytes | None], others: Sequence[Sequence[bytes]]) -> Iterator[list[bytes]]:
    """The entries with their gaps filled from a source or all of them: by the first that stand nowhere, or the last."""
    gaps = sum(entry is None for entry in attempt)
    there = {entry for entry in attempt if entry is not None}
    for source in (*others, [*chain.from_iterable(others)]):
        spare = [entry for entry in dict.fromkeys(source) if entry not in there]
        if len(spare) >= gaps:
            for chosen in dict.fromkeys((tuple(spare[:gaps]), tuple(spare[len(spare) - gaps :]))):
                left = iter(chosen)
                yield [entry if entry is not None else next(left) for entry in attempt]


def _root(entries: Sequence[bytes]) -> bytes:
    edge = TreeEdge()
    edge.grow([leaf_hash(entry) for entry in entries])
    return edge.root()


def _tiles(entries: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Every tile and bundle of these entries, by its path."""
    for index in range(-(-len(entries) // WIDTH)):
        bundle = entries[index * WIDTH : (index + 1) * WIDTH]
        yield HashTile("entries", index, len(bundle)).path, encode_bundle(bundle)
    tiles = TreeEdge().grow([leaf_hash(entry) for entry in entries])
    for tile in tiles_of(len(entries)):
        if tile in tiles:
            yield tile.path, tiles[tile]


# --- what still stands ------------------------------------------------------------------------------------------------


def _stored_entries(folder: Path, size: int) -> list[bytes | None]:
    """The entries that can still be read, from whichever bundle begins with them."""
    entries: list[bytes | None] = []
    for index in range(-(-size // WIDTH)):
        width = width_in(0, index, size)
        best: list[bytes] = []
        for data in _versions(folder, HashTile("entries", index)):
            if len(decoded := _decoded(data)[:width]) > len(best):
                best = decoded
        entries += [*best, *([None] * (width - len(best)))]
    return entries


def _stored_hashes(folder: Path, size: int) -> list[bytes | None]:
    """The hashes of leaves that can still be read."""
    hashes: list[bytes | None] = []
    for index in range(-(-size // WIDTH)):
        width = width_in(0, index, size)
        data = max(_versions(folder, HashTile(0, index)), key=len, default=b"")
        stored = [data[at : at + HASH] for at in range(0, len(data) - len(data) % HASH, HASH)][:width]
        hashes += [*stored, *([None] * (width - len(stored)))]
    return hashes


def _versions(folder: Path, full: HashTile) -> Iterator[bytes]:
    """What stands of a tile: the full one, then the partial ones, the widest first."""
    path = folder / full.path
    for there in (path, *(partial for _, partial in reversed(partial_tiles(partial_folder(path))))):
        if (data := _read(there)) is not None:
            yield data


def _decoded(data: bytes) -> list[bytes]:
    """The entries of a bundle, as far as they can be told apart."""
    try:
        return decode_bundle(data)
    except BadTile:
        return []


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as fault:
        raise LogDamaged(f"{path} cannot be read: {fault.strerror or fault}") from fault
