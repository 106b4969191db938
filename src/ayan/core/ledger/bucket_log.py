"""A log that several machines append to: its head stands in a bucket, and each machine has the tiles it serves."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_fault import BucketFault, Moved
from ayan.core.bucket.lease import lease
from ayan.core.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ayan.core.ledger.journal import Intent, Intents, intent_from, intent_text
from ayan.core.ledger.limits import LOG_LOOK_SECONDS, LOG_SILENT_SECONDS
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import BadNote, NotSigned, Signer, Verifier, parse_note
from ayan.core.ledger.refusal import Forked, LedgerError, LogDamaged
from ayan.core.ledger.tiles import WIDTH, decode_bundle, encode_bundle
from ayan.core.ledger.tree import EMPTY_ROOT
from ayan.core.system.files import make_folder, write_all

HEAD: Final = "log/head"
LEASE: Final = "log/lease"
ENTRIES: Final = "log/entries"
INTENTS: Final = "log/intents"
FILES: Final = "log/files"
# How often a chain is followed anew whose pieces gave way to longer ones meanwhile.
_LOOKS: Final = 4


@dataclass(frozen=True, slots=True)
class LogHead:
    """What the log says now: the signed checkpoint, and where its entries stand.

    ``bundle`` is the key of the bundle with the last entry, ``earlier`` that of the full one before it, which every
    bundle names in turn; ``tag`` is the entity tag of the object.
    """

    signed: bytes
    bundle: str
    earlier: str
    tag: str = ""

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return parse_checkpoint(parse_note(self.signed).text).size

    def as_bytes(self) -> bytes:
        """The object as it is put; never the same twice, so that its writer knows it again."""
        signed = base64.b64encode(self.signed).decode()
        facts = {"checkpoint": signed, "bundle": self.bundle, "earlier": self.earlier, "word": secrets.token_hex(8)}
        return json.dumps(facts).encode()

    @classmethod
    def read(cls, data: bytes, tag: str) -> LogHead:
        """The head that an object holds. Raises LogDamaged."""
        try:
            facts = json.loads(data)
            return cls(base64.b64decode(facts["checkpoint"]), str(facts["bundle"]), str(facts["earlier"]), tag)
        except (ValueError, KeyError, TypeError) as fault:
            raise LogDamaged(f"{HEAD} in the object store cannot be read") from fault


class BucketLog(Log):
    """A `Log` whose head stands in a bucket, replaced only if it is still the one that was read.

    ``folder`` holds on each machine what it serves. Every look and every append first takes over what others have
    appended since, held against the root that was signed, so that each machine is a witness of the others: whatever
    does not begin with the tree that stands here raises Forked. While the bucket is silent readers go on with what they
    have, and nobody appends.
    """

    def __init__(
        self,
        folder: Path,
        origin: str,
        signer: Signer | None,
        *,
        bucket: Bucket,
        hasty: Bucket,
        verifier: Verifier | None = None,
        former: Sequence[Verifier] = (),
        memory: Path | None = None,
    ) -> None:
        self._bucket, self._hasty = bucket, hasty
        self._head: LogHead | None = None
        self._next = 0.0
        self._inside: int | None = None
        super().__init__(folder, origin, signer, verifier=verifier, former=former, memory=memory)

    def checkpoint(self) -> bytes:
        """The last signed checkpoint, of whichever machine, at most `LOG_LOOK_SECONDS` old while the bucket answers."""
        if self._inside != threading.get_ident() and time.monotonic() >= self._next:
            self._next = time.monotonic() + LOG_LOOK_SECONDS
            try:
                self._look()
            except BucketFault:
                # Whoever reads does not wait for a silent bucket each time.
                self._next = time.monotonic() + LOG_SILENT_SECONDS
        return super().checkpoint()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep every other writer of this log waiting, on any machine, while the block runs."""
        with super().exclusive(), lease(self._bucket, LEASE), self._alone():
            self._pull(self._bucket)
            yield

    def publish_beside(self, bodies: Mapping[str, bytes]) -> None:
        """Put files that the log will speak of where every machine finds them."""
        super().publish_beside(bodies)
        for path, body in bodies.items():
            self._bucket.put(f"{FILES}/{path}", body)

    def complete_folder(self) -> None:
        """Let the folder hold all that belongs to the log as it stands in the bucket now, unfinished intents too."""
        make_folder(self._private)
        with super().exclusive(), self._alone():
            self._pull(self._bucket)
            in_folder, standing = self._intents_here(), self._intents.all()
            for intent in in_folder.all():
                in_folder.remove(intent)
            for intent in standing:
                in_folder.add(intent)

    @contextmanager
    def keeping(self, name: str) -> Iterator[None]:
        """Keep others, on any machine, from doing something of this name at the same time."""
        with super().keeping(name), lease(self._bucket, f"log/{name}"):
            yield

    # --- what others have appended --------------------------------------------------------------------------------

    def _look(self) -> None:
        standing, known = self._hasty.get(HEAD), self._head
        if standing is None or (known is not None and standing.tag == known.tag):
            return
        make_folder(self._private)
        with super().exclusive(), self._alone():
            self._pull(self._hasty)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While it has the lock, this thread looks at nothing but what stands here."""
        before, self._inside = self._inside, threading.get_ident()
        try:
            yield
        finally:
            self._inside = before

    def _pull(self, bucket: Bucket) -> None:
        for look in range(_LOOKS):
            standing = bucket.get(HEAD)
            if standing is None:
                self._head = None
                return
            if self._head is not None and standing.tag == self._head.tag:
                return
            head = LogHead.read(standing.data, standing.tag)
            with suppress(_GaveWay):
                self._take_over(bucket, head)
                self._head = head
                return
            time.sleep(0.05 * look)
        raise LogDamaged("entries of the log are missing in the object store")

    def _take_over(self, bucket: Bucket, head: LogHead) -> None:
        other, current = self._signed(head), self._local()
        if current is not None and self.checkpoint() == head.signed:
            return
        size = current.size if current else 0
        if other.size < size:
            raise Forked(f"the object store holds {other.size} leaves of this log, {size} are here")
        entries = _entries(bucket, head, size, other.size)
        edge = self._edge_at(current or Checkpoint(self.origin, 0, EMPTY_ROOT)).copy()
        tiles = self._grown(edge, entries)
        if (edge.size, edge.root()) != (other.size, other.root):
            raise Forked(f"the {other.size} leaves in the object store do not begin with the {size} that are here")
        self._edge = None
        self._bring_files(bucket)
        self._lay(tiles, lambda: super(BucketLog, self)._put_checkpoint(head.signed))

    def _signed(self, head: LogHead) -> Checkpoint:
        try:
            other = (
                open_checkpoint(head.signed, *self._trusted)
                if self._trusted
                else parse_checkpoint(parse_note(head.signed).text)
            )
        except (BadNote, NotSigned) as fault:
            raise LogDamaged(f"the checkpoint in the object store does not hold: {fault}") from fault
        if other.origin != self.origin:
            raise LogDamaged(f"the log in the object store is that of {other.origin}")
        return other

    def _local(self) -> Checkpoint | None:
        try:
            return self._current()
        except LogDamaged:
            # Nothing has come to this machine yet, unless there are tiles: then the checkpoint is what is missing.
            if (self.folder / "tile").exists():
                raise
            return None

    def _bring_files(self, bucket: Bucket) -> None:
        lacking: dict[Path, bytes] = {}
        for each in bucket.listing(FILES):
            path = self.folder / each.key.removeprefix(f"{FILES}/")
            if path.is_relative_to(self.folder) and ".." not in path.parts and not path.exists():
                stored = bucket.get(each.key)
                if stored is not None:
                    lacking[path] = stored.data
        if lacking:
            write_all(lacking, self._private)

    # --- what is appended here ------------------------------------------------------------------------------------

    def _recover(self, signer: Signer) -> None:
        super()._recover(signer)
        if self._head is None:
            # The log was kept on this machine alone until now, and so was what had been begun.
            for intent in self._intents_here().all():
                with suppress(LedgerError):
                    self._intents.add(intent)
            self._advance(self.checkpoint())

    def _publish(self, checkpoint: Checkpoint, signer: Signer) -> None:
        signed = bytes(checkpoint.signed(signer))
        self._put_checkpoint(signed)
        # Only now: what was not put in the place of the former head was never shown to anybody.
        self._memory.keep(signed)

    def _put_checkpoint(self, signed: bytes) -> None:
        if self._advance(signed):
            super()._put_checkpoint(signed)

    def _advance(self, signed: bytes) -> bool:
        """Put the next head; False where it stood already and others went on from it, which is here by then.

        Raises LedgerError when somebody else has appended since the head was read: then nothing was signed that anybody
        was shown.
        """
        before, coming = self._head, parse_checkpoint(parse_note(signed).text)
        head = self._put_entries(before, signed, coming.size)
        data = head.as_bytes()
        try:
            if before is None:
                tag = self._bucket.create(HEAD, data)
            else:
                tag = self._bucket.replace(HEAD, data, before.tag)
        except Moved:
            self._head = None
            self._pull(self._bucket)
            if self.size >= coming.size and self.root(coming.size) == coming.root:
                return False
            raise LedgerError("another machine took over the log meanwhile: begin again") from None
        self._head = LogHead(signed, head.bundle, head.earlier, tag)
        if before is not None and before.bundle not in ("", head.bundle, head.earlier) and before.size % WIDTH:
            with suppress(BucketFault):
                self._bucket.delete([before.bundle])
        return True

    def _put_entries(self, before: LogHead | None, signed: bytes, size: int) -> LogHead:
        """Put the bundles that have more entries than before, under names of their own."""
        bundle, earlier, old = (before.bundle, before.earlier, before.size) if before else ("", "", 0)
        if old % WIDTH:
            # The last one is put anew, longer.
            bundle = earlier if size > old else bundle
        for index in range(old // WIDTH, -(-size // WIDTH)) if size > old else ():
            earlier, bundle = bundle, f"{ENTRIES}/{index:08}.{secrets.token_hex(8)}"
            entries = self._stored.entries(index, size)
            self._bucket.put(bundle, earlier.encode() + b"\n" + encode_bundle(entries))
        return LogHead(signed, bundle, earlier)

    def _intents_here(self) -> Intents:
        return Intents(self._private / "intents", self._private)

    def _kept_intents(self) -> BucketIntents:
        return BucketIntents(self._bucket)


class BucketIntents:
    """The unfinished intents of all machines, one object each."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def add(self, intent: Intent) -> Intent:
        """Write an intent down; LedgerError while another of that name stands."""
        try:
            self._bucket.create(_intent_key(intent.name), intent_text(intent))
        except Moved:
            raise LedgerError(f"{intent.name} was begun before and not finished: repair it first") from None
        return intent

    def all(self) -> list[Intent]:
        """Every unfinished intent, by name."""
        stored = (self._bucket.get(each.key) for each in self._bucket.listing(INTENTS))
        intents = (intent_from(each.data, INTENTS) for each in stored if each is not None)
        return sorted(intents, key=lambda intent: intent.name)

    def remove(self, intent: Intent) -> None:
        """Forget an intent; nothing happens when it is forgotten already."""
        self._bucket.delete([_intent_key(intent.name)])


class _GaveWay(Exception):
    """A bundle is gone: a longer one took its place after the head was read."""


def _entries(bucket: Bucket, head: LogHead, start: int, end: int) -> list[bytes]:
    """The entries from ``start`` to ``end``, the size of the head, bundle by bundle from the last one back."""
    bundles: list[list[bytes]] = []
    key = head.bundle
    for _ in range(start // WIDTH, -(-end // WIDTH)) if end > start else ():
        stored = bucket.get(key)
        if stored is None:
            raise _GaveWay
        earlier, _, bundle = stored.data.partition(b"\n")
        bundles.insert(0, decode_bundle(bundle))
        key = earlier.decode("ascii")
    first = start // WIDTH * WIDTH
    return [entry for bundle in bundles for entry in bundle][start - first : end - first]


def _intent_key(name: str) -> str:
    return f"{INTENTS}/{sha256(name.encode()).hexdigest()}"
