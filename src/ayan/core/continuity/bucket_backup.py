"""Backups in a bucket: a head that lists them, and files under lock that several of them share."""

from __future__ import annotations

import hashlib
import json
import secrets
import stat
from collections import deque
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_fault import Moved
from ayan.core.bucket.lease import lease
from ayan.core.bucket.trial import tried
from ayan.core.continuity.backup_writer import (
    BackupDamaged,
    BackupWriter,
    CountedFile,
    copied,
    documents_among,
    free_name,
    is_document,
    link_twins,
    twins_among,
)
from ayan.core.continuity.limits import FILES_AT_ONCE
from ayan.core.continuity.snapshot import (
    DIGEST,
    HOME,
    LIST,
    BackupEntry,
    BackupSnapshot,
    NewerBackup,
    NoBackup,
    OthersBackups,
    RestoreRefused,
    inside,
)
from ayan.core.custody.private_files import NotOpened, OriginalEncryption, locked_size
from ayan.core.system.files import own_folder
from ayan.core.system.progress import Progress
from ayan.core.values.label import Label

HEAD: Final = "head"
LISTS: Final = "lists"
FILES: Final = "files"
LEASE: Final = "lease"
HEAD_FORMAT: Final = 1

_PARTIAL: Final = "backup-"
# The log of a backup is held against its own tree before the backup counts, so it stands here as well.
_LOG: Final = f"{HOME}/ledger/"


@dataclass(frozen=True, slots=True)
class BackupHead:
    """The backups that count: the key of each one's list, by its name, oldest first. ``tag`` is the object's.

    ``city`` is the SHA-256 (hex) of the id of the city whose backups they are; empty in heads of before.
    """

    lists: dict[str, str]
    tag: str = ""
    city: str = ""

    def as_bytes(self) -> bytes:
        """The object as it is put; never the same twice, so that its writer knows it again."""
        facts = {"format": HEAD_FORMAT, "backups": self.lists, "city": self.city, "word": secrets.token_hex(8)}
        return json.dumps(facts).encode()

    @classmethod
    def read(cls, bucket: Bucket) -> BackupHead | None:
        """The head that stands there; None where nothing was ever backed up. Raises NoBackup and NewerBackup."""
        standing = bucket.get(HEAD)
        if standing is None:
            return None
        try:
            facts = json.loads(standing.data)
            if facts["format"] > HEAD_FORMAT:
                place = Label("پشتیبان‌های {url}", "The backups in {url}").format(url=bucket.place.url)
                raise NewerBackup(place, facts["format"], HEAD_FORMAT)
            lists = {str(name): str(key) for name, key in sorted(facts["backups"].items())}
            city = str(facts.get("city", ""))
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise NoBackup(f"{bucket.place.url}/{HEAD} cannot be read") from fault
        return cls(lists, standing.tag, city)


@dataclass(frozen=True, slots=True)
class BucketBackups:
    """The backups in ``bucket``. Whatever leaves this machine is locked under the first key of ``lock``.

    ``scratch`` is a folder of this machine for what is on its way, ``city`` the SHA-256 (hex) of the city's id, empty
    where it has none. One process at a time writes here, on whichever
    machine; one that was taken for dead is refused when it wakes up, for the head has moved.
    """

    bucket: Bucket
    lock: OriginalEncryption
    scratch: Path
    city: str = ""

    @property
    def apart(self) -> tuple[Path, ...]:
        """Nothing of it stands within a city."""
        return ()

    @contextmanager
    def writer(self) -> Iterator[BucketWriter]:
        """A backup in the making; what of it went up and was not committed is removed by `prune`.

        Raises BackupDamaged where somebody else took over meanwhile, and what the bucket raises.
        """
        tried(self.bucket)
        self.scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (
            lease(self.bucket, LEASE),
            own_folder(self.scratch, _PARTIAL) as root,
            ThreadPoolExecutor(FILES_AT_ONCE) as pool,
        ):
            yield BucketWriter(self, root, self._moved(), pool)

    def names(self) -> list[str]:
        """The backups that count, oldest first."""
        head = BackupHead.read(self.bucket)
        return list(head.lists) if head else []

    def fetch(self, name: str, folder: Path, tell: Progress) -> BackupSnapshot:
        """Bring a backup into an empty folder, opened; the newest where ``name`` is empty.

        Raises NoBackup, NotOpened where its key is not here, and RestoreRefused with every file that is not what was
        written.
        """
        head = BackupHead.read(self.bucket)
        lists = head.lists if head else {}
        if not lists or (name and name not in lists):
            raise NoBackup(f"there is no {f'backup {name}' if name else 'backup'} in {self.bucket.place.url}")
        key = lists[name or max(lists)]
        self.bring_list(key, folder)
        snapshot = BackupSnapshot.read(folder)
        lock = self.lock.first(_lock_of(key))
        problems: list[str] = []
        done = 0
        twins = twins_among(snapshot.files)
        with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
            coming = [
                (entry, pool.submit(self._file, path, entry, lock, folder))
                for path, entry in snapshot.files.items()
                if path not in twins
            ]
            for entry, brought in coming:
                tell("fetch", done / max(snapshot.bytes, 1))
                done += entry.bytes
                if said := brought.result():
                    problems.append(said)
        link_twins(folder, twins)
        if problems:
            raise RestoreRefused(problems)
        return snapshot

    def prune(self, keep: int) -> tuple[int, int]:
        """Let only the newest ``keep`` backups count, and remove what no backup needs; how many backups and files went.

        A file stays while a list that cannot be read here may name it.
        """
        with lease(self.bucket, LEASE), own_folder(self.scratch, _PARTIAL) as folder:
            head = self._moved()
            gone = list(head.lists)[:-keep]
            kept = {name: key for name, key in head.lists.items() if name not in gone}
            _advance(self.bucket, BackupHead(kept, head.tag, head.city))
            needed, unread = self._needed(kept.values(), folder)
            stale = [each.key for each in self.bucket.listing(f"{LISTS}/") if each.key not in kept.values()]
            idle = [
                each.key
                for each in self.bucket.listing(f"{FILES}/")
                if each.key not in needed and each.key.split("/")[1] not in unread
            ]
            self.bucket.delete((*stale, *idle))
            return len(gone), len(idle)

    # --- parts of it ----------------------------------------------------------------------------------------------

    def _moved(self) -> BackupHead:
        """The head, put anew: whoever read it before can commit no more. Raises OthersBackups for another city's."""
        head = BackupHead.read(self.bucket)
        if head is None:
            if self.bucket.listing(f"{LISTS}/"):
                raise NoBackup(
                    f"{self.bucket.place.url} holds backups, but what lists them is gone: use another prefix"
                )
            head = BackupHead({})
        if self.city and head.city and head.city != self.city:
            raise OthersBackups
        return _advance(self.bucket, replace(head, city=head.city or self.city))

    def _needed(self, lists: Collection[str], folder: Path) -> tuple[set[str], set[str]]:
        """The keys of the files that lists name, and the names of the locks whose lists cannot all be read."""
        needed: set[str] = set()
        unread: set[str] = set()
        for number, key in enumerate(lists):
            try:
                room = folder / str(number)
                room.mkdir()
                self.bring_list(key, room)
                lock = self.lock.first(_lock_of(key))
                needed |= {file_key(lock, entry.sha256) for entry in BackupSnapshot.read(room).files.values()}
            except (NoBackup, NotOpened):
                unread.add(_lock_of(key))
        return needed, unread

    def bring_list(self, key: str, folder: Path) -> None:
        """Write a backup's list of contents and its digest into a folder."""
        locked = folder / ".list"
        if self.bucket.fetch(key, locked) is None:
            raise NoBackup(f"{self.bucket.place.url}/{key} is not there")
        with locked.open("rb") as file:
            text = b"".join(self.lock.open(file))
        locked.unlink()
        (folder / LIST).write_bytes(text)
        (folder / DIGEST).write_text(f"{hashlib.sha256(text).hexdigest()}  {LIST}\n", encoding="ascii")

    def _file(self, path: str, entry: BackupEntry, lock: OriginalEncryption, folder: Path) -> str:
        """Bring one file; what is wrong with it, in words, or nothing."""
        if not inside(path):
            return f"{path}: it would lead out of the folder"
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        locked = target.with_name(f".{secrets.token_hex(8)}.locked")
        if self.bucket.fetch(file_key(lock, entry.sha256), locked) is None:
            return f"{path}: it is missing in the object store"
        digest = hashlib.sha256()
        try:
            with locked.open("rb") as file, target.open("xb") as out:
                target.chmod(0o600)
                for piece in lock.open(file):
                    digest.update(piece)
                    out.write(piece)
        except NotOpened as fault:
            return f"{path}: {fault}"
        finally:
            locked.unlink()
        return "" if digest.hexdigest() == entry.sha256 else f"{path}: it is not the file that was backed up"


def file_key(lock: OriginalEncryption, digest: str) -> str:
    """Under which key a file of this SHA-256 (hex) stands: whoever has not the lock's key learns nothing of it."""
    return f"{FILES}/{lock.name}/{lock.pseudonym(digest)}"


def _lock_of(key: str) -> str:
    """The name of the lock of a backup, which the key of its list holds: `lists/LOCK/NAME`."""
    return key.split("/")[1]


def _advance(bucket: Bucket, head: BackupHead) -> BackupHead:
    """Put a head in the place of the one whose tag it has. Raises BackupDamaged where another stands there by now."""
    data = head.as_bytes()
    try:
        tag = bucket.replace(HEAD, data, head.tag) if head.tag else bucket.create(HEAD, data)
    except Moved:
        raise BackupDamaged("another backup to the same place began meanwhile; run this again") from None
    return replace(head, tag=tag)


class BucketWriter(BackupWriter):
    """A backup in the making, whose files go up under lock. In ``root`` stand the database, the log, and drafts."""

    def __init__(self, backups: BucketBackups, root: Path, head: BackupHead, pool: ThreadPoolExecutor) -> None:
        super().__init__(root)
        self._bucket, self._lock, self._head, self._pool = backups.bucket, backups.lock, head, pool
        self._standing = {each.key: each.size for each in self._bucket.listing(f"{FILES}/{self._lock.name}/")}
        self._before = self._newest(backups)
        self._earlier = documents_among(self._before)
        self._stamps: dict[str, tuple[int, int, int]] = {}
        self._going: deque[Future[None]] = deque()
        # What went up, with the SHA-256 (hex) of its bytes under lock, until it was read again.
        self._fresh: dict[str, str] = {}

    def take(self, source: Path, path: str, expected: str | None = None) -> None:
        """Bring a file in, unless it is in as it is; BackupDamaged where its SHA-256 (hex) is not the one expected."""
        facts = source.stat()
        stamp = facts.st_ino, facts.st_size, facts.st_mtime_ns
        if path in self.files and self._stamps.get(path) == stamp:
            return
        self._stamps[path] = stamp
        if path.startswith(_LOG):
            self.folder(path.rpartition("/")[0])
            copied(source, self.root / path)
            source = self.root / path
        self.noted(path, self._put(source, stat.S_IMODE(facts.st_mode), expected))

    def recall(self, path: str, digest: str) -> bool:
        """Take a file over from the backup before, or of a document from another release; whether it has it."""
        twin = self.twin(path, digest)
        if twin is not None:
            self.noted(path, self.files[twin])
            return True
        entry = self._before.get(self._earlier.get(digest, path) if is_document(path) else path)
        if entry is None or entry.sha256 != digest or not self._stands(digest, entry.bytes):
            return False
        self.noted(path, entry)
        return True

    def adopt(self, target: Path, path: str) -> None:
        """Take up a file that stands in ``root`` already."""
        target.chmod(0o400)
        self.files[path] = self._put(target, 0o600, None)

    def note(self, source: Path, path: str) -> None:
        """Remember a folder and the permissions it had."""
        self.folders[path] = stat.S_IMODE(source.stat().st_mode)

    def verify(self, tell: Progress) -> str:
        """Read again what went up; the first file that is not what was sent, or nothing."""
        self._drain(0)
        wrong: set[str] = set()
        due = sorted(self._fresh)
        for number, (key, digest) in enumerate(zip(due, self._pool.map(self._again, due), strict=True)):
            tell("verify", number / len(due))
            if digest != self._fresh[key]:
                wrong.add(key)
        if not wrong:
            self._fresh.clear()
            return ""
        return next((path for path, entry in self.files.items() if file_key(self._lock, entry.sha256) in wrong), "")

    def commit(self, snapshot: BackupSnapshot) -> BackupSnapshot:
        """Put the list of contents, and let the head name it."""
        name = free_name(snapshot, self._head.lists.__contains__)
        key = f"{LISTS}/{self._lock.name}/{name}-{secrets.token_hex(8)}"
        snapshot.write()
        locked = self._draft()
        with (self.root / LIST).open("rb") as source, locked.open("xb") as out:
            self._lock.close(source, out)
        self._bucket.put_file(key, locked)
        _advance(self._bucket, replace(self._head, lists={**self._head.lists, name: key}))
        return replace(snapshot, place=f"{self._bucket.place.url}/{name}")

    # --- one file -------------------------------------------------------------------------------------------------

    def _put(self, source: Path, mode: int, expected: str | None) -> BackupEntry:
        """Lock a file on this machine's disk, and send it unless it stands there."""
        draft = self._draft()
        with source.open("rb") as file, draft.open("xb") as out:
            counted = CountedFile(file)
            digest = self._lock.close(counted, out)
        if expected is not None and digest != expected:
            draft.unlink()
            raise BackupDamaged(f"{source} is not what was sealed")
        if self._stands(digest, counted.size):
            draft.unlink()
        else:
            key = file_key(self._lock, digest)
            self._standing[key] = locked_size(counted.size)
            self._drain(FILES_AT_ONCE - 1)
            self._going.append(self._pool.submit(self._send, key, draft))
        return BackupEntry(counted.size, digest, mode)

    def _send(self, key: str, draft: Path) -> None:
        with draft.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        self._bucket.put_file(key, draft)
        draft.unlink()
        self._fresh[key] = digest.hexdigest()

    def _again(self, key: str) -> str | None:
        draft = self._draft()
        try:
            return self._bucket.fetch(key, draft)
        finally:
            draft.unlink(missing_ok=True)

    def _drain(self, left: int) -> None:
        """Wait until no more than so many files are on their way; raises what befell one of them."""
        while len(self._going) > left:
            self._going.popleft().result()

    def _stands(self, digest: str, size: int) -> bool:
        return self._standing.get(file_key(self._lock, digest)) == locked_size(size)

    def _draft(self) -> Path:
        return self.root / f".{secrets.token_hex(8)}"

    def _newest(self, backups: BucketBackups) -> dict[str, BackupEntry]:
        """The files of the newest backup under the same lock that can be read."""
        for key in reversed(self._head.lists.values()):
            if _lock_of(key) == self._lock.name:
                try:
                    backups.bring_list(key, self.root)
                    return dict(BackupSnapshot.read(self.root).files)
                except NoBackup:
                    continue
        return {}
