"""The store in a bucket: files go up under words of their own, and one compare-and-set makes them visible."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Hashable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_fault import BucketAway, BucketBusy, BucketFault, BucketKeyRefused, Moved
from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.bucket.lease import lease
from ayan.core.bucket.limits import HASTY_REQUEST, LEASE_SECONDS, PATIENCE
from ayan.core.bucket.trial import tried
from ayan.core.store.document_places import DocumentPlaces, NamedFiles
from ayan.core.store.file_cache import FileCache
from ayan.core.store.head_board import HeadBoard, StandingHead
from ayan.core.store.limits import FILES_AT_ONCE, LOOK_PATIENCE
from ayan.core.store.objects import (
    MANIFEST,
    TOMBSTONE,
    NotInStore,
    NumberTaken,
    ReleaseAddress,
    SharedObject,
    StoreBroken,
    StoreChanged,
    StoredRelease,
    Withdrawn,
    check_name,
    check_slug,
)
from ayan.core.store.release_head import HeadEntry, ReleaseHead, sealed_entry, withdrawn_entry
from ayan.core.store.release_keys import (
    ATTEMPTS,
    DOCUMENTS,
    RELEASES,
    AttemptNote,
    head_key,
    lease_key,
    noted_slugs,
    release_in,
)
from ayan.core.store.staging import Staging, freeze
from ayan.core.system.files import PRIVATE_FOLDER, locked, make_folder
from ayan.core.values.canonical import sha256_hex

_WORD: Final = 12


@dataclass(slots=True)
class _Held:
    """A dataset that a thread of this process may change, and its head as it stood then, or as that thread left it."""

    thread: int
    standing: StandingHead


class BucketObjects:
    """The store in a bucket, with the files that are in use on this machine in ``folder``.

    A release is visible from the compare-and-set on that puts the next head of its dataset. Whoever changes a dataset
    holds its lease; who takes a lease over from somebody that went silent moves the head first, so that whatever the
    other one still does is refused. Nothing is ever written twice under one key but heads and leases, so no writer can
    touch what another one put. Acts under way have a note, by which the next one tidies up what a crash left behind.
    """

    def __init__(
        self, place: BucketPlace, folder: Path, room: int, lease: float = LEASE_SECONDS, patience: float = PATIENCE
    ) -> None:
        self.bucket = Bucket(place, patience)
        self.root = folder.absolute()
        self._board = HeadBoard(self.bucket, Bucket(place, LOOK_PATIENCE, HASTY_REQUEST))
        self._cache = FileCache(self.root / RELEASES, room)
        self._staging = Staging(self.root / "staging")
        self._held: dict[str, _Held] = {}
        self._named: dict[tuple[ReleaseAddress, str], NamedFiles] = {}
        self._documents = DocumentPlaces(self.bucket, self._files)
        self._kept: dict[ReleaseAddress, HeadEntry] = {}
        self._lease_seconds = lease
        self._tried = False

    def slugs(self) -> list[str]:
        """The datasets that may have releases, sorted."""
        return sorted(self._board.tags())

    def version(self, slug: str) -> Hashable | None:
        """The entity tag of the dataset's head as the last look saw it."""
        return self._board.tags().get(check_slug(slug), "none")

    def mark(self) -> str | None:
        """One word for the entity tags of all heads."""
        return sha256_hex(json.dumps(sorted(self._board.tags().items())).encode())

    def listing(self, slug: str) -> list[StoredRelease]:
        """Every committed release of a dataset, by period and number; what is no more goes from this machine, too."""
        held = self._own(check_slug(slug))
        head = (held.standing if held else self._board.now(slug)).head
        self._bring_manifests(head)
        self._let_go(slug, head)
        return [
            StoredRelease(address, entry.tombstone is not None, (entry.manifest, entry.tombstone))
            for address, entry in sorted(head.entries.items())
        ]

    def read(self, address: ReleaseAddress, name: str) -> bytes:
        """A small file of a release; NotInStore when it is not there."""
        try:
            return self.local(address, name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise NotInStore(f"{address}: {name} is not in the release store") from None

    def folder(self, address: ReleaseAddress) -> Path:
        """The folder of this machine to which files of a release are fetched."""
        return self._cache.root / address.slug / address.period / str(address.number)

    def local(self, address: ReleaseAddress, name: str) -> Path:
        """Where one file of a release can be read, fetched if it is not here; nothing is there where it has none such.

        Raises StoreBroken when the bytes are not those that were put there.
        """
        path = self.folder(address) / check_name(name)
        held = self._own(address.slug)
        head = (held.standing if held else self._board.lately(address.slug)).head
        if not self._brought(address, head.entries.get(address), name, path) and held is None:
            # The head that was seen last may have moved since.
            self._brought(address, self._board.now(address.slug).head.entries.get(address), name, path)
        return path

    def shared(self, address: ReleaseAddress, names: Sequence[str]) -> Sequence[SharedObject] | None:
        """Where other machines read files of a release. NotInStore or Withdrawn where it has none."""
        entry, place = self._standing(self._board.lately(address.slug).head, address), self.bucket.place
        digests = self._files(address, entry).digests
        keys = {name: f"{place.prefix}{self._documents.key(address, entry, name)}" for name in names}
        return [SharedObject(place.endpoint, place.region, place.bucket, keys[name], digests[name]) for name in names]

    @contextmanager
    def lock(self, slug: str) -> Iterator[None]:
        """Keep other sealers of the dataset waiting, on any machine, while the block runs."""
        with self._locked(slug, None):
            yield

    @contextmanager
    def _locked(self, slug: str, wait: float | None) -> Iterator[_Held]:
        if own := self._own(check_slug(slug)):
            yield own
            return
        self._try(self.bucket)
        locks = self.root / "locks"
        make_folder(locks, mode=PRIVATE_FOLDER)
        with (
            locked(locks / f"{slug}.lock", wait=wait),
            lease(self.bucket, lease_key(slug), wait=wait, seconds=self._lease_seconds) as grant,
        ):
            held = _Held(threading.get_ident(), self._board.now(slug, patient=True))
            self._held[slug] = held
            try:
                if grant.taken_over:
                    # From here on the former holder, should it wake up, finds another head than it knows.
                    self._turn(slug, held, held.standing.head.turned())
                yield held
            finally:
                del self._held[slug]

    def stage(self, *, brief: bool = False) -> Path:
        """A new empty folder of this machine, owned by this process until committed or discarded."""
        return self._staging.new(brief=brief)

    def discard(self, staged: Path) -> None:
        """Give up a staging folder and what is in it."""
        self._staging.discard(staged)

    def commit(self, staged: Path, address: ReleaseAddress) -> None:
        """Put the files of a staged folder, then the head that names them; Taken when the number is occupied."""
        self._staging.check(staged)
        freeze(staged, address, durable=False)
        with self._locked(address.slug, None) as held:
            if address in held.standing.head.entries:
                raise NumberTaken(f"{address} already stands in the release store")
            digests = {path.name: sha256_hex(path.read_bytes()) for path in _small(staged)}
            if MANIFEST not in digests:
                raise StoreBroken(f"{address}: there is no manifest among its files")
            entry = sealed_entry(digests[MANIFEST], secrets.token_hex(_WORD), digests.get(TOMBSTONE))
            entry = self._act(held, note := AttemptNote(address, entry.home), entry, sorted(staged.iterdir()))
            self._take_over(staged, address, entry)
            self._finish(note, ())
        self._staging.discard(staged)

    def bury(self, address: ReleaseAddress, tombstone: bytes, names: Sequence[str]) -> None:
        """Put the tombstone and the head that names it, then remove the named files; Withdrawn when one stands."""
        staged = self.stage(brief=True)
        try:
            (staged / TOMBSTONE).write_bytes(tombstone)
            with self._locked(address.slug, None) as held:
                entry = self._standing(head := held.standing.head, address)
                gone = self._documents.let_go(head, address, entry, map(check_name, names))
                note = AttemptNote(address, secrets.token_hex(_WORD), tuple(gone))
                self._act(held, note, withdrawn_entry(entry, sha256_hex(tombstone), note.word), [staged / TOMBSTONE])
                self._let_go(address.slug, held.standing.head)
                self._take_over(staged, address, held.standing.head.entries[address])
                self._finish(note, note.gone)
        finally:
            self.discard(staged)

    def rewrite(self, staged: Path, address: ReleaseAddress, before: str, gone: Sequence[str]) -> None:
        """Put a staged manifest and new parts, then the head that names them; what they replace goes."""
        self._staging.check(staged)
        freeze(staged, address, durable=False)
        with self._locked(address.slug, None) as held:
            entry = self._standing(head := held.standing.head, address)
            if entry.manifest != before:
                raise StoreChanged(f"{address} has changed meanwhile")
            word = secrets.token_hex(_WORD)
            older = tuple(self._documents.let_go(head, address, entry, map(check_name, (*gone, MANIFEST))))
            comes = sorted(path.name for path in staged.iterdir())
            moved = {name: each for name, each in entry.moved.items() if name not in gone}
            digest = sha256_hex((staged / MANIFEST).read_bytes())
            renewed = replace(entry, manifest=digest, moved=moved | dict.fromkeys(comes, word))
            note = AttemptNote(address, word, older)
            renewed = self._act(held, note, renewed, [staged / name for name in comes])
            self._let_go(address.slug, held.standing.head)
            self._take_over(staged, address, renewed)
            self._finish(note, older)
        self._staging.discard(staged)

    def sweep(self) -> list[str]:
        """Remove what a crash left behind, here and in the bucket, as far as nobody is at work there; says what.

        Without an answer of the object store nothing is swept in it: that is left to the next who opens the store.
        Raises BucketUnconditional for one that may not be used, so that nobody opens a store in it.
        """
        gone = [str(path.relative_to(self.root)) for path in self._staging.sweep()]
        with suppress(BucketAway, BucketBusy, BucketKeyRefused):
            self._try(self._board.hasty)
            for slug in noted_slugs(each.key for each in self._board.hasty.listing(ATTEMPTS)):
                with suppress(BlockingIOError), self._locked(slug, 0) as held:
                    gone += self._settle(slug, held)
        return gone

    # --- the steps of an act --------------------------------------------------------------------------------------

    def _act(self, held: _Held, note: AttemptNote, entry: HeadEntry, files: Sequence[Path]) -> HeadEntry:
        """Note what is about to happen, put what of the files is not there, and the head with the entry; that entry."""
        slug = note.address.slug
        self._settle(slug, held)
        coming = self._documents.placed(held.standing.head, note.address, entry, note.word, files)
        self.bucket.put(note.key, note.as_bytes())
        try:
            with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
                list(pool.map(self.bucket.put_file, coming.files, coming.files.values()))
            for key, text in coming.lists.items():
                self.bucket.put(key, text)
            self._turn(slug, held, held.standing.head.turned(note.address, coming.entry), note)
        except StoreChanged:
            # It is certain that they are no part of the release, so they need not wait for whoever tidies up.
            with suppress(BucketFault):
                self._finish(note, (*coming.files, *coming.lists))
            raise
        return coming.entry

    def _turn(self, slug: str, held: _Held, head: ReleaseHead, note: AttemptNote | None = None) -> None:
        """Put the next head; StoreChanged when the one that was read is no longer the one that stands."""
        data, before = head.as_bytes(), held.standing.tag
        try:
            put = self.bucket
            tag = put.create(head_key(slug), data) if before is None else put.replace(head_key(slug), data, before)
        except Moved:
            standing = self._board.now(slug, patient=True)
            entry = standing.head.entries.get(note.address) if note else None
            if note is None or entry is None or note.word not in entry.words:
                raise StoreChanged(f"somebody else took over {slug} meanwhile") from None
            # The answer was lost, and others have gone on from it since.
            held.standing = standing
        else:
            held.standing = StandingHead(tag, head)
        self._board.moved(slug, held.standing)

    def _finish(self, note: AttemptNote, gone: Iterable[str]) -> None:
        """Remove objects and, last, the note that tells of them."""
        self.bucket.delete(gone)
        self.bucket.delete([note.key])

    def _settle(self, slug: str, held: _Held) -> list[str]:
        """Bring acts to their end that were left half-way, one way or the other; says what was removed."""
        swept: list[str] = []
        for listed in self.bucket.listing(f"{ATTEMPTS}/{slug}"):
            standing = self.bucket.get(listed.key)
            if standing is None:
                continue
            note = AttemptNote.read(listed.key, standing.data)
            entry = held.standing.head.entries.get(note.address)
            if entry is not None and note.word in entry.words:
                keys = [*note.gone]
            else:
                keys = [each.key for folder in note.folders for each in self.bucket.listing(folder)]
            self._finish(note, keys)
            swept += keys
        return swept

    def _standing(self, head: ReleaseHead, address: ReleaseAddress) -> HeadEntry:
        entry = head.entries.get(address)
        if entry is None:
            raise NotInStore(f"{address} is not in the release store")
        if entry.tombstone is not None:
            raise Withdrawn(f"{address} is already withdrawn")
        return entry

    def _own(self, slug: str) -> _Held | None:
        held = self._held.get(slug)
        return held if held is not None and held.thread == threading.get_ident() else None

    def _try(self, bucket: Bucket) -> None:
        """Before anything is written: whether this object store does what all of this rests on."""
        if not self._tried:
            tried(bucket)
            self._tried = True

    # --- the files on this machine --------------------------------------------------------------------------------

    def _brought(self, address: ReleaseAddress, entry: HeadEntry | None, name: str, path: Path) -> bool:
        digest = self._digest(address, entry, name) if entry is not None else None
        if entry is None or digest is None:
            path.unlink(missing_ok=True)
            return False
        return self._cache.file(path, digest, lambda draft: self._fetched(address, entry, name, draft))

    def _fetched(self, address: ReleaseAddress, entry: HeadEntry, name: str, draft: Path) -> str | None:
        """Bring a file to ``draft``, of a document from the release before it if that is here; its SHA-256 (hex)."""
        key, digest = self._documents.place(address, entry, name), self._digest(address, entry, name) or ""
        if key.startswith(DOCUMENTS) and self._cache.linked(self.folder(address) / name, digest, draft):
            return digest
        return self.bucket.fetch(key, draft)

    def _digest(self, address: ReleaseAddress, entry: HeadEntry, name: str) -> str | None:
        """The SHA-256 (hex) that a file of a release has; None where it has none of this name, or none any more."""
        if name == MANIFEST:
            return entry.manifest
        if name == TOMBSTONE:
            return entry.tombstone
        return None if entry.tombstone is not None else self._files(address, entry).digests.get(name)

    def _files(self, address: ReleaseAddress, entry: HeadEntry) -> NamedFiles:
        """The files that the manifest of a release names."""
        known = self._named.get((address, entry.manifest))
        if known is None:
            path = self.folder(address) / MANIFEST
            if not self._brought(address, entry, MANIFEST, path):
                raise NotInStore(f"{address}: {MANIFEST} is not in the release store")
            known = NamedFiles.of(json.loads(path.read_bytes()))
            self._named[address, entry.manifest] = known
        return known

    def _bring_manifests(self, head: ReleaseHead) -> None:
        """Fetch the manifests that are not here at once: there may be thousands, and each takes a request."""
        lacking = [
            (address, entry)
            for address, entry in head.entries.items()
            if not (self.folder(address) / MANIFEST).exists()
        ]
        if len(lacking) > 1:
            with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
                list(
                    pool.map(
                        lambda each: self._brought(each[0], each[1], MANIFEST, self.folder(each[0]) / MANIFEST),
                        lacking,
                    )
                )

    def _let_go(self, slug: str, head: ReleaseHead) -> None:
        """Remove from this machine whatever of a dataset is withdrawn, erased or was never committed."""
        top = self._cache.root / slug
        for folder in top.glob("*/*") if top.is_dir() else ():
            address = release_in(slug, folder)
            entry = head.entries.get(address) if address else None
            if address is not None and entry is not None:
                if self._kept.get(address) == entry:
                    continue
                names = {MANIFEST, TOMBSTONE} if entry.tombstone else {MANIFEST, *self._files(address, entry).digests}
                self._cache.keep_only(folder, {folder / name for name in names})
                self._kept[address] = entry
            else:
                self._cache.keep_only(folder, ())

    def _take_over(self, staged: Path, address: ReleaseAddress, entry: HeadEntry) -> None:
        """Keep on this machine what it has just put: it is asked for next."""
        for path in sorted(staged.iterdir()):
            digest = self._digest(address, entry, path.name)
            if digest is not None:
                self._cache.keep(self.folder(address) / path.name, path, digest)


def _small(staged: Path) -> Iterator[Path]:
    return (staged / name for name in (MANIFEST, TOMBSTONE) if (staged / name).exists())
