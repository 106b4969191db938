"""The log: a folder of tiles and a signed checkpoint, appended to durably and never forked by a crash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from ayan.core.ledger import tree
from ayan.core.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ayan.core.ledger.journal import Intent, IntentKeeper, Intents, Journal, PendingEntries
from ayan.core.ledger.limits import LONGEST_ENTRY
from ayan.core.ledger.memory import LogMemory
from ayan.core.ledger.note import BadNote, NotSigned, Signature, Signer, Verifier, parse_note
from ayan.core.ledger.refusal import Forked, LedgerError, LogDamaged, ReadOnly
from ayan.core.ledger.tile_folder import in_folder, left_behind, superseded
from ayan.core.ledger.tiles import (
    WIDTH,
    BadTile,
    HashTile,
    LogReader,
    TreeEdge,
    encode_bundle,
    parse_path,
    width_in,
)
from ayan.core.ledger.tree import EMPTY_ROOT, HASH, leaf_hash
from ayan.core.system.files import DRAFTS, locked, make_folder, remove, sweep, write, write_all

CHECKPOINT: Final = "checkpoint"

# Entries that one journal holds: a longer run of leaves is appended in several steps.
BATCH: Final = 65_536


@dataclass(frozen=True, slots=True)
class Appended:
    """Where a leaf stands: its index from 0, and size and root of the tree that holds it."""

    index: int
    size: int
    root: bytes


class Log:
    """An append-only log in ``folder``, laid out as it is served: ``checkpoint``, ``tile/…`` (C2SP tlog-tiles).

    ``origin`` names the log, ``signer`` holds its key (a key of that name); without it the log can only be read, and
    ``verifier``, where given, is the key its checkpoint must bear. ``former`` are older keys of the log, whose
    signature under the checkpoint that stands is accepted too. ``memory`` is a file outside the folder in which
    the last signed checkpoint is remembered, so that an older copy of the folder is recognised. Any number of
    processes may read and append at once: appends wait for each other, and readers see the last checkpoint only,
    all tiles of which stand.

    What is not served stands in ``.private`` within the folder. Opening with the key finishes an append that a crash
    interrupted; it raises Forked when the tree is smaller than, or differs from, a checkpoint signed before, and
    LogDamaged when files are missing or do not fit.
    """

    def __init__(
        self,
        folder: Path,
        origin: str,
        signer: Signer | None,
        *,
        verifier: Verifier | None = None,
        former: Sequence[Verifier] = (),
        memory: Path | None = None,
    ) -> None:
        if signer is not None and signer.name != origin:
            raise LedgerError(f"the key is that of {signer.name}, the log is {origin}")
        self.folder = folder.absolute()
        self.origin = origin
        self.signer = signer
        self.verifier = signer.verifier if signer else verifier
        self._trusted = (*((self.verifier,) if self.verifier else ()), *former)
        self._private = self.folder / ".private"
        self._memory = LogMemory(memory)
        self._stored = LogReader(in_folder(self.folder))
        self._journal = Journal(self._private / "journal")
        self._intents = self._kept_intents()
        self._seen: tuple[bytes, Checkpoint] | None = None
        self._edge: TreeEdge | None = None
        if signer is not None:
            make_folder(self._private)
            with self.exclusive():
                self._recover(signer)

    @property
    def size(self) -> int:
        """How many leaves the last published checkpoint speaks of."""
        return self._current().size

    def root(self, size: int | None = None) -> bytes:
        """The root of the whole tree, or of its first ``size`` leaves. Raises IndexError beyond the tree."""
        current = self._current()
        if size is None or size == current.size:
            return current.root
        if not 0 <= size <= current.size:
            raise IndexError(f"the log has {current.size} leaves, not {size}")
        return tree.root(self._stored.nodes(current.size), size)

    def checkpoint(self) -> bytes:
        """The last signed checkpoint, with the cosignatures that have come in. Raises LogDamaged when there is none."""
        try:
            return (self.folder / CHECKPOINT).read_bytes()
        except FileNotFoundError:
            raise LogDamaged(f"there is no checkpoint in {self.folder}") from None

    def leaf(self, index: int) -> bytes:
        """The entry at ``index``; IndexError beyond the tree."""
        size = self.size
        if not 0 <= index < size:
            raise IndexError(f"the log has {size} leaves, no leaf {index}")
        return self._stored.entries(index // WIDTH, size)[index % WIDTH]

    def leaves(self, start: int, end: int) -> list[bytes]:
        """The entries ``start`` to ``end``, as many of them as there are."""
        size = self.size
        end = min(end, size)
        leaves: list[bytes] = []
        for index in range(start // WIDTH, -(-end // WIDTH)):
            first = index * WIDTH
            leaves += self._stored.entries(index, size)[max(start - first, 0) : end - first]
        return leaves

    def find(self, entry: bytes, since: int = 0) -> int | None:
        """The first index at or after ``since`` where this entry stands; None when it is not there."""
        wanted, size = leaf_hash(entry), self.size
        for index in range(since // WIDTH, -(-size // WIDTH)):
            hashes = self._stored.hashes(0, index, size)
            for position in range(len(hashes) // HASH):
                if hashes[position * HASH : (position + 1) * HASH] == wanted and index * WIDTH + position >= since:
                    return index * WIDTH + position
        return None

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The audit path of a leaf, its sibling first, in the whole tree or that of ``size`` leaves; IndexError."""
        whole, asked = self._sizes(size)
        return tree.inclusion(self._stored.nodes(whole), index, asked)

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """The proof that the tree of ``new`` leaves (by default all) begins with that of ``old``; IndexError."""
        whole, asked = self._sizes(new)
        return tree.consistency(self._stored.nodes(whole), old, asked)

    def tile_path(self, level: int | Literal["entries"], index: int, width: int = WIDTH) -> Path:
        """Where a tile or a bundle of entries stands (``tile/0/x001/067``, partial: ``….p/W``)."""
        return self.folder / HashTile(level, index, width).path

    def resource(self, path: str) -> bytes:
        """What is served under the log's address: ``checkpoint`` or a tile; BadTile for any other path.

        A partial tile that gave way to a wider one is cut from that.
        """
        if path == CHECKPOINT:
            return self.checkpoint()
        tile, size = parse_path(path), self.size
        level = 0 if tile.level == "entries" else tile.level
        if width_in(level, tile.index, size) < tile.width:
            raise BadTile(f"the log has no {path[:80]}")
        if tile.level == "entries":
            return encode_bundle(self._stored.entries(tile.index, size)[: tile.width])
        return self._stored.hashes(tile.level, tile.index, size)[: tile.width * HASH]

    def append(self, leaf: bytes) -> Appended:
        """Append one entry, durably: when this returns, the checkpoint that covers it is published.

        Raises ReadOnly without the key, BadTile for an entry of more than 65,535 bytes, and as opening.
        """
        return self.append_all([leaf])

    def append_all(self, leaves: Sequence[bytes]) -> Appended:
        """Append entries in order; says where the first of them stands, and the tree that holds all.

        Up to `BATCH` of them are appended all or none; more than that in several steps.
        """
        signer = self._key()
        if not leaves:
            raise ValueError("there is nothing to append")
        if max(map(len, leaves)) > LONGEST_ENTRY:
            raise BadTile(f"an entry is longer than {LONGEST_ENTRY} bytes")
        with self.exclusive():
            self._complete(signer)
            return self._append(signer, leaves)

    def intend(self, name: str, leaf: bytes, payload: bytes = b"") -> Intent:
        """Write down, durably, that ``leaf`` is about to be appended and something is to become visible after it.

        ``name`` tells intents apart, one at a time for each name; ``payload`` is what a repair needs to know. Go on
        with `fulfil`, make the thing visible, and `forget`. Raises LedgerError while an older one of that name stands.
        """
        self._key()
        if len(leaf) > LONGEST_ENTRY:
            raise BadTile(f"an entry is longer than {LONGEST_ENTRY} bytes")
        with self.exclusive():
            return self._intents.add(Intent(name, leaf, payload, self.size))

    def intents(self) -> list[Intent]:
        """What was intended and not finished, by name: after a crash the list of what must be looked at."""
        return self._intents.all()

    def noted(self) -> list[bytes]:
        """The entries that were written down before they were appended: of the last append, and of unfinished acts."""
        last = self._journal.read()
        return [*(last.entries if last is not None else ()), *(intent.leaf for intent in self.intents())]

    def fulfil(self, intent: Intent, ahead: Sequence[bytes] = ()) -> Appended:
        """Append the intent's leaf unless it is in the log already, in one step with entries that go ``ahead`` of it.

        Safe to call again after a crash.
        """
        signer = self._key()
        with self.exclusive():
            self._complete(signer)
            index = self.find(intent.leaf, intent.since)
            if index is None:
                appended = self._append(signer, [*ahead, intent.leaf])
                return replace(appended, index=appended.index + len(ahead))
            current = self._current()
            return Appended(index, current.size, current.root)

    def forget(self, intent: Intent) -> None:
        """The thing is visible, or never will be and the log says so: the intent is finished."""
        with self.exclusive():
            self._intents.remove(intent)

    def cosign(self, text: bytes, signatures: Sequence[Signature]) -> bool:
        """Publish cosignatures, which were checked, with the checkpoint of this ``text``; False when it is older."""
        self._key()
        with self.exclusive():
            note = parse_note(self.checkpoint())
            if note.text != text:
                return False
            self._put_checkpoint(bytes(note.adding(signatures)))
            return True

    def take_back(self, entries: Sequence[bytes], signed: bytes) -> None:
        """Append entries that another copy of the log has kept, under the checkpoint that was signed over them then.

        Nothing is signed anew, so no key is needed. ``signed`` must bear a signature of the log; NotSigned or BadNote
        otherwise. Raises Forked, with nothing written, unless the entries lead from this tree to that of ``signed``.
        """
        other = open_checkpoint(signed, *self._trusted)
        make_folder(self._private)
        with self.exclusive():
            edge = self._edge_at(self._current()).copy()
            tiles = self._grown(edge, entries)
            if (edge.size, edge.root()) != (other.size, other.root):
                raise Forked(f"the entries do not lead to the tree of {other.size} leaves that was signed")
            self._edge = None
            self._lay(tiles, lambda: self._put_checkpoint(signed))

    def audit(self) -> None:
        """Read every entry and recompute every hash; Damaged says which tile does not fit."""
        current = self._current()
        edge, size = TreeEdge(), current.size
        for index in range(-(-size // WIDTH)):
            hashes = [leaf_hash(entry) for entry in self._stored.entries(index, size)]
            for tile, data in edge.grow(hashes).items():
                if tile.level != "entries" and self._stored.hashes(tile.level, tile.index, size)[: len(data)] != data:
                    raise LogDamaged(f"{tile.path} does not fit the entries below it")
        if edge.root() != current.root:
            raise LogDamaged("the entries do not lead to the root of the checkpoint")

    def _append(self, signer: Signer, leaves: Sequence[bytes]) -> Appended:
        first = self._current().size
        for start in range(0, len(leaves), BATCH):
            batch = leaves[start : start + BATCH]
            self._journal.write(first + start, batch)
            self._extend(signer, batch)
        current = self._current()
        return Appended(first, current.size, current.root)

    def _complete(self, signer: Signer) -> None:
        """Finish the append of a writer that was killed: its tiles may stand already, and tiles never change."""
        coming = self._coming()
        if coming is not None:
            self._extend(signer, coming.entries)

    def _coming(self) -> PendingEntries | None:
        coming = self._journal.read()
        return coming if coming is not None and coming.size == self._current().size else None

    def _extend(self, signer: Signer, entries: Sequence[bytes]) -> None:
        """Write the tiles of the longer tree, and then its checkpoint; the journal holds the entries already."""
        edge = self._edge_at(self._current())
        # Should anything below fail, the next append reads the edge from the disk again.
        self._edge = None
        tiles = self._grown(edge, entries)
        self._lay(tiles, lambda: self._publish(Checkpoint(self.origin, edge.size, edge.root()), signer))
        self._edge = edge

    def _grown(self, edge: TreeEdge, entries: Sequence[bytes]) -> dict[HashTile, bytes]:
        """The tiles and bundles that entries add behind ``edge``, which grows by them."""
        tiles = self._stored.bundles(edge.size, entries)
        return tiles | edge.grow([leaf_hash(entry) for entry in entries])

    def _lay(self, tiles: Mapping[HashTile, bytes], publish: Callable[[], None]) -> None:
        """Write tiles, then the checkpoint that speaks of them; then those that are contained in them go."""
        write_all({self.folder / tile.path: data for tile, data in tiles.items()}, self._private)
        publish()
        remove(superseded(self.folder, tiles))

    def _publish(self, checkpoint: Checkpoint, signer: Signer) -> None:
        signed = bytes(checkpoint.signed(signer))
        self._memory.keep(signed)
        self._put_checkpoint(signed)

    def _put_checkpoint(self, signed: bytes) -> None:
        write(self.folder / CHECKPOINT, signed, drafts=self._private)

    def _recover(self, signer: Signer) -> None:
        sweep(self._private.glob(DRAFTS))
        remembered = self._memory.last(self._trusted)
        if not (self.folder / CHECKPOINT).exists():
            if (self.folder / "tile").exists() or (remembered is not None and remembered.size):
                raise Forked(f"the checkpoint is gone from {self.folder}: a new one might contradict it")
            self._publish(Checkpoint(self.origin, 0, EMPTY_ROOT), signer)
        self._check_remembered(remembered, self._current(), self._coming())
        self._complete(signer)
        remove(left_behind(self.folder, self.size))

    def _check_remembered(
        self, remembered: Checkpoint | None, current: Checkpoint, coming: PendingEntries | None
    ) -> None:
        """Refuse to go on from a tree that is not the one signed last, before anything else is signed."""
        edge = self._edge_at(current).copy()
        if coming is not None:
            edge.grow([leaf_hash(entry) for entry in coming.entries])
        if remembered is None:
            return
        if remembered.size > current.size:
            if (edge.size, edge.root()) != (remembered.size, remembered.root):
                raise Forked(f"a tree of {remembered.size} leaves was signed, only {current.size} are here")
        elif self.root(remembered.size) != remembered.root:
            raise Forked(f"another tree of {remembered.size} leaves was signed than the one that is here")

    def _current(self) -> Checkpoint:
        signed, seen = self.checkpoint(), self._seen
        if seen is None or seen[0] != signed:
            try:
                checkpoint = parse_checkpoint(parse_note(signed).text)
                if self._trusted:
                    open_checkpoint(signed, *self._trusted)
            except (BadNote, NotSigned) as error:
                raise LogDamaged(f"the checkpoint in {self.folder} does not hold: {error}") from error
            if checkpoint.origin != self.origin:
                raise LogDamaged(f"the log in {self.folder} is that of {checkpoint.origin}")
            self._seen = seen = (signed, checkpoint)
        return seen[1]

    def _sizes(self, asked: int | None) -> tuple[int, int]:
        whole = self.size
        if asked is not None and asked > whole:
            raise IndexError(f"the log has {whole} leaves, not {asked}")
        return whole, whole if asked is None else asked

    def _key(self) -> Signer:
        if self.signer is None:
            raise ReadOnly("the log was opened without its key")
        return self.signer

    def _edge_at(self, current: Checkpoint) -> TreeEdge:
        """The right edge of the published tree, as this process left it or else from its tiles; Forked if it is not."""
        edge = self._edge
        if edge is None or edge.size != current.size:
            edge = TreeEdge.of(self._stored, current.size)
        if edge.root() != current.root:
            raise Forked(f"the tiles in {self.folder} are not those of its checkpoint")
        return edge

    def complete_folder(self) -> None:
        """Let the folder hold all that belongs to the log, for whoever copies it next; here it always does."""

    def _kept_intents(self) -> IntentKeeper:
        return Intents(self._private / "intents", self._private)

    def exclusive(self) -> AbstractContextManager[None]:
        """Keep every other writer of this log waiting, in any process, while the block runs."""
        return locked(self._private / "lock")

    def keeping(self, name: str) -> AbstractContextManager[None]:
        """Keep others, in any process, from doing something of this name at the same time."""
        make_folder(self._private / name)
        return locked(self._private / name / "lock")

    def publish_beside(self, bodies: Mapping[str, bytes]) -> None:
        """Put files that the log will speak of below its folder, durably."""
        write_all({self.folder / path: body for path, body in bodies.items()}, self._private)
