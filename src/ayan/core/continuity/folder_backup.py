"""Backups in a folder: each a folder of its own, files that did not change linked to the backup before."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.continuity.backup_writer import (
    BackupDamaged,
    BackupWriter,
    copied,
    documents_among,
    free_name,
    is_document,
)
from ayan.core.continuity.snapshot import (
    CITY,
    LIST,
    BackupEntry,
    BackupSnapshot,
    NoBackup,
    OthersBackups,
    measured,
    whole,
)
from ayan.core.system.files import flush, own_folder, remove, rename
from ayan.core.system.progress import Progress

_PARTIAL: Final = ".partial-"


@dataclass(frozen=True, slots=True)
class FolderBackups:
    """The backups in ``folder``, each in a folder of its own, whose unchanged files are links to the one before.

    All of it is readable by its owner only. ``city`` is the SHA-256 (hex) of the city's id, empty where it has none.
    """

    folder: Path
    city: str = ""

    @property
    def apart(self) -> tuple[Path, ...]:
        """What of it may stand within a city, and is no part of the city."""
        return (self.folder,)

    @contextmanager
    def writer(self) -> Iterator[FolderWriter]:
        """A backup in the making, gone with the block unless it was committed.

        Raises OthersBackups where the newest one is of another city.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        before = _before(self.folder)
        known = before.files.get(CITY) if before else None
        if known is not None and self.city not in ("", known.sha256):
            raise OthersBackups
        with own_folder(self.folder, _PARTIAL) as root:
            yield FolderWriter(root, self.folder, before)

    def prune(self, keep: int) -> tuple[int, int]:
        """Remove all but the newest ``keep`` backups; how many went, and no file besides."""
        gone = whole(self.folder)[:-keep]
        for path in gone:
            # Counts no more before the first of its files goes.
            (path / LIST).unlink()
            remove([path])
        return len(gone), 0


class FolderWriter(BackupWriter):
    """A backup in the making: copies files into ``root``, or links them to the backup before."""

    def __init__(self, root: Path, backups: Path, before: BackupSnapshot | None) -> None:
        super().__init__(root)
        self.before = before
        self._backups = backups
        self._earlier = documents_among(before.files) if before else {}
        self._fresh: set[str] = set()
        self._stamps: dict[str, tuple[int, int, int]] = {}

    def take(self, source: Path, path: str, expected: str | None = None) -> None:
        """Bring a file in, unless it is here as it is; Damaged when its SHA-256 (hex) is not the one expected."""
        target = self.root / path
        self.folder(path.rpartition("/")[0])
        facts = source.stat()
        stamp = facts.st_ino, facts.st_size, facts.st_mtime_ns
        if path in self.files and self._stamps.get(path) == stamp:
            return
        self._stamps[path] = stamp
        size, digest = copied(source, target)
        if expected is not None and digest != expected:
            target.unlink()
            raise BackupDamaged(f"{source} is not what was sealed")
        if not self._linked(path, digest):
            self._fresh.add(path)
        self.noted(path, BackupEntry(size, digest, stat.S_IMODE(facts.st_mode)))

    def recall(self, path: str, digest: str) -> bool:
        """Take a file over from the backup before, if it has it with this SHA-256 (hex); whether it has.

        The file of a document is also taken over from another release, of this backup or of the one before.
        """
        self.folder(path.rpartition("/")[0])
        twin = self.twin(path, digest)
        if twin is not None:
            # What it is was read when it came in, or is read when the backup is verified.
            try:
                (self.root / path).unlink(missing_ok=True)
                (self.root / path).hardlink_to(self.root / twin)
            except OSError:
                return False
            self.noted(path, self.files[twin])
            return True
        earlier = self._earlier.get(digest, path) if is_document(path) else path
        if self.before is None or not self._linked(path, digest, earlier):
            return False
        self.noted(path, self.before.files[earlier])
        return True

    def adopt(self, target: Path, path: str) -> None:
        """Take up a file that stands in the backup already."""
        target.chmod(0o400)
        flush(target)
        size, digest = measured(target)
        if not self._linked(path, digest):
            self._fresh.add(path)
        self.files[path] = BackupEntry(size, digest, 0o600)

    def verify(self, tell: Progress) -> str:
        """Read every copy again; the first that is not what was read, or nothing. Linked files were read already."""
        due = [path for path in self.files if path in self._fresh]
        for number, path in enumerate(due):
            tell("verify", number / len(due))
            entry = self.files[path]
            if measured(self.root / path) != (entry.bytes, entry.sha256):
                return path
        return ""

    def commit(self, snapshot: BackupSnapshot) -> BackupSnapshot:
        """Write the list of contents and give the folder its name, in one step."""
        snapshot.write()
        for path in sorted(self.made_folders, reverse=True):
            flush(path)
        flush(self.root)
        final = self._backups / free_name(snapshot, lambda name: (self._backups / name).exists())
        rename(self.root, final)
        return BackupSnapshot.read(final)

    def _linked(self, path: str, digest: str, earlier: str = "") -> bool:
        """Link to the file of the backup before, if it has this content still; it is read to make sure of that."""
        earlier = earlier or path
        known = self.before.files.get(earlier) if self.before else None
        if self.before is None or known is None or known.sha256 != digest:
            return False
        try:
            if measured(self.before.root / earlier) != (known.bytes, digest):
                return False
            (self.root / path).unlink(missing_ok=True)
            (self.root / path).hardlink_to(self.before.root / earlier)
        except OSError:
            # Not every file system has links; then it is a copy.
            return False
        self._fresh.discard(path)
        return True


def _before(folder: Path) -> BackupSnapshot | None:
    """The newest backup that can be read; those that cannot are left to their operator."""
    for path in reversed(whole(folder)):
        with suppress(NoBackup):
            return BackupSnapshot.read(path)
    return None
