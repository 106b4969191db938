"""What every backup in the making is, wherever it stands: its files, its folders, and how they are brought in."""

from __future__ import annotations

import hashlib
import shutil
import stat
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from ayan.core.attachments.document_files import digest_in
from ayan.core.continuity.snapshot import PIECE, STORE, BackupEntry, BackupSnapshot, inside
from ayan.core.store.release import Release
from ayan.core.system.files import creating, link
from ayan.core.system.progress import Progress


class BackupDamaged(Exception):
    """A file of the city is not what it should be, or a copy is not what was read; the text names it."""


class BackupPlace(Protocol):
    """Where backups of a city stand. ``apart`` are its folders, should they stand within the city."""

    @property
    def apart(self) -> Collection[Path]:
        """Folders that are no part of the city."""

    def writer(self) -> AbstractContextManager[BackupWriter]:
        """A backup in the making, gone with the block unless it was committed."""


class BackupWriter(ABC):
    """A backup in the making. In ``root`` stand what the database held and the log, as files of this machine.

    ``files`` and ``folders`` (permissions) are named by their path in the backup. ``releases`` are those that are in,
    ``faults`` why others are not.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: dict[str, BackupEntry] = {}
        self.folders: dict[str, int] = {}
        # The files of documents that are in, by their digests: releases that have one have the same.
        self._documents: dict[str, str] = {}
        self.releases: dict[str, Release] = {}
        self.faults: dict[str, str] = {}
        self.made_folders: set[Path] = set()

    @abstractmethod
    def take(self, source: Path, path: str, expected: str | None = None) -> None:
        """Bring a file in, unless it is in as it is; BackupDamaged where its SHA-256 (hex) is not the one expected."""

    @abstractmethod
    def recall(self, path: str, digest: str) -> bool:
        """Take a file over from the backup before, if it has it with this SHA-256 (hex); whether it has.

        The file of a document is also taken over from another release, of this backup or of the one before.
        """

    @abstractmethod
    def adopt(self, target: Path, path: str) -> None:
        """Take up a file that stands in ``root`` already."""

    @abstractmethod
    def verify(self, tell: Progress) -> str:
        """Read again what was copied; the first that is not what was read, or nothing."""

    @abstractmethod
    def commit(self, snapshot: BackupSnapshot) -> BackupSnapshot:
        """Let the backup count, in one step; as it stands now."""

    def twin(self, path: str, digest: str) -> str | None:
        """Under which path the file of this document is in already; None where it is not, and for other files."""
        twin = self._documents.get(digest) if is_document(path) else None
        known = self.files.get(twin) if twin is not None and twin != path else None
        return twin if known is not None and known.sha256 == digest else None

    def noted(self, path: str, entry: BackupEntry) -> None:
        """A file is in, as what it was read to be."""
        self.files[path] = entry
        if is_document(path):
            self._documents.setdefault(entry.sha256, path)

    def note(self, source: Path, path: str) -> None:
        """Make a folder, and remember the permissions it had."""
        self.folder(path)
        self.folders[path] = stat.S_IMODE(source.stat().st_mode)

    def folder(self, path: str) -> Path:
        """A folder of the backup, for its owner only."""
        target = self.root
        for part in path.split("/"):
            target /= part
            if target not in self.made_folders:
                target.mkdir(exist_ok=True, mode=0o700)
                self.made_folders.add(target)
        return target

    def forget(self, path: str) -> None:
        """Remove what was brought in under a path, to bring it in anew."""
        shutil.rmtree(self.root / path, ignore_errors=True)
        (self.root / path).unlink(missing_ok=True)
        self.made_folders = {folder for folder in self.made_folders if not folder.is_relative_to(self.root / path)}
        for known in (self.files, self.folders):
            for name in [entry for entry in known if entry == path or entry.startswith(f"{path}/")]:
                del known[name]
        self._documents = {digest: name for digest, name in self._documents.items() if name in self.files}


def is_document(path: str) -> bool:
    """Whether a path in a backup is that of a file of a document, which several releases may have."""
    return path.startswith(f"{STORE}/") and digest_in(path.rpartition("/")[2]) is not None


def documents_among(files: Mapping[str, BackupEntry]) -> dict[str, str]:
    """By their digests, one path of each document's file that some files have."""
    return {entry.sha256: path for path, entry in files.items() if is_document(path)}


def twins_among(files: Mapping[str, BackupEntry]) -> dict[str, str]:
    """The paths of documents' files that stand under another path too, each with the one path that is to have it."""
    once = documents_among(files)
    return {path: once[each.sha256] for path, each in files.items() if is_document(path) and once[each.sha256] != path}


def link_twins(folder: Path, twins: Mapping[str, str]) -> None:
    """Let a backup's documents in a folder stand under their other paths, too, as far as they are there."""
    for path, first in twins.items():
        if inside(path) and (folder / first).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            link(folder / first, folder / path)


def free_name(snapshot: BackupSnapshot, taken: Callable[[str], bool]) -> str:
    """A name for a backup that sorts by time and is not taken."""
    stem = snapshot.made_at.strftime("%Y%m%dT%H%M%SZ")
    for number in range(1, 1000):
        name = stem if number == 1 else f"{stem}-{number:03}"
        if not taken(name):
            return name
    raise BackupDamaged("there are a thousand backups of one second")


def copied(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file durably, for its owner only; its size and SHA-256 (hex)."""
    digest, size = hashlib.sha256(), 0
    # Never through a link into an older backup.
    target.unlink(missing_ok=True)
    with source.open("rb") as read, creating(target) as write:
        while piece := read.read(PIECE):
            digest.update(piece)
            size += len(piece)
            write.write(piece)
    target.chmod(0o400)
    return size, digest.hexdigest()


class CountedFile:
    """A file that is read, and how many bytes were."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = 0

    def read(self, size: int, /) -> bytes:
        """So many bytes at most."""
        piece = self._file.read(size)
        self.size += len(piece)
        return piece
