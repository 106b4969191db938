"""Files of releases that stand elsewhere, kept on this machine: held against digests, the longest unused gone."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from ayan.core.store.objects import StoreBroken
from ayan.core.system.files import PRIVATE_FOLDER, link, locked, make_folder, own_folder, rename
from ayan.core.values.canonical import sha256_file

# Whoever was given a path opens it within this many seconds, or asks again; until then it is nobody's to remove.
IN_USE: Final = 600.0
# The same where the cache is far beyond its bound, as when somebody walks through all releases: the disk comes first.
# What is open stays readable, and a file is opened sooner than this; longer than a note may be old.
IN_USE_PRESSED: Final = 120.0
# Beyond this part of its bound it is.
PRESSED: Final = 1.25
# How old the note of the last use may be before it is renewed.
NOTED: Final = 60.0
# Beyond its bound the cache is brought down to this part of it, so that not every file that comes drives one out.
KEPT: Final = 0.9
# After so much of its bound has come, it is looked at whole.
LOOKED: Final = 0.05
# Folders beside one's own that may have a file already: the release before has nearly all documents of the next.
_LOOKED_BESIDE: Final = 3

FileTimes = tuple[int, int, int]


class FileCache:
    """A folder of files, none of which is given to anybody before its bytes were held against their digest.

    ``most`` bounds its bytes; files used in the last `IN_USE` seconds stay all the same, or the last `IN_USE_PRESSED`
    where they are beyond `PRESSED` of it. Safe for the threads and processes of one machine.
    """

    def __init__(self, root: Path, most: int) -> None:
        self.root = root
        self._most = most
        self._sound: dict[Path, tuple[str, FileTimes]] = {}
        self._lock = threading.Lock()
        self._untidied = most

    def file(self, path: Path, digest: str, fetch: Callable[[Path], str | None]) -> bool:
        """See to it that ``path``, below the root, holds the bytes of this SHA-256 (hex); False where there are none.

        ``fetch`` writes them to a new file and says their digest, or None. Raises StoreBroken when they are others:
        those are given to nobody.
        """
        if self._is_sound(path, digest):
            self._note_use(path)
            return True
        make_folder(path.parent, mode=PRIVATE_FOLDER)
        with locked(self._lock_of(path)):
            if self._is_sound(path, digest) or self._holds(path, digest):
                return True
            fetching = self.root.parent / "fetching"
            make_folder(fetching, mode=PRIVATE_FOLDER)
            with own_folder(fetching, "file-") as folder:
                draft = folder / "draft"
                digest_there = fetch(draft)
                if digest_there is None:
                    path.unlink(missing_ok=True)
                    return False
                if digest_there != digest:
                    raise StoreBroken(f"{path.name}: what the object store gave is not what was put there")
                draft.chmod(0o444)
                # A loss of power may take it: whoever begins after that holds the bytes against the digest.
                rename(draft, path, durable=False)
            self._keep(path, digest)
        self._came(path)
        return True

    def keep(self, path: Path, source: Path, digest: str) -> None:
        """Take over a file that stands on this machine; it must be of the same file system."""
        make_folder(path.parent, mode=PRIVATE_FOLDER)
        source.chmod(0o444)
        rename(source, path, durable=False)
        self._keep(path, digest)
        self._came(path)

    def linked(self, path: Path, digest: str, draft: Path) -> bool:
        """Let ``draft`` be the file of the same name in a folder beside that of ``path``, if that has these bytes.

        A few folders are looked into, those of the highest numbers.
        """
        folders = sorted(path.parent.parent.iterdir(), key=lambda each: (len(each.name), each.name), reverse=True)
        for other in (each / path.name for each in folders[: _LOOKED_BESIDE + 1] if each != path.parent):
            with suppress(FileNotFoundError):
                if sha256_file(other) == digest:
                    link(other, draft)
                    return True
        return False

    def keep_only(self, folder: Path, wanted: Collection[Path]) -> None:
        """Remove whatever is below a folder of the root and is not among the wanted."""
        for path in [each for each in folder.rglob("*") if each not in wanted and not each.is_dir()]:
            path.unlink(missing_ok=True)
        for path in sorted((each for each in folder.rglob("*") if each.is_dir()), reverse=True):
            with suppress(OSError):
                path.rmdir()

    def tidy(self) -> None:
        """Bring the cache down to its bound: those go first that nobody has used for longest."""
        files: list[tuple[float, Path]] = []
        # Several releases may have one file of a document, which takes room until the last of them has gone.
        names: Counter[int] = Counter()
        sizes: dict[int, int] = {}
        for path in self.root.rglob("*"):
            with suppress(FileNotFoundError):
                if path.is_file() and not path.is_symlink():
                    status = path.stat()
                    files.append((status.st_atime, path))
                    names[status.st_ino] += 1
                    sizes[status.st_ino] = status.st_size
        total = sum(sizes.values())
        if total <= self._most:
            return
        now = time.time()
        for used, path in sorted(files):
            patience = IN_USE_PRESSED if total > self._most * PRESSED else IN_USE
            if total <= self._most * KEPT or used > now - patience:
                return
            with suppress(FileNotFoundError):
                number = path.stat().st_ino
                names[number] -= 1
                total -= 0 if names[number] else sizes.get(number, 0)
            path.unlink(missing_ok=True)

    def _came(self, path: Path) -> None:
        """Look at the whole now and then: not for every file that comes, and before much has come beyond the bound."""
        facts = _facts(path)
        self._untidied += facts[2] if facts else 0
        if self._untidied >= self._most * LOOKED:
            self._untidied = 0
            self.tidy()

    def _is_sound(self, path: Path, digest: str) -> bool:
        with self._lock:
            known = self._sound.get(path)
        return known is not None and known == (digest, _facts(path))

    def _holds(self, path: Path, digest: str) -> bool:
        """Whether a file of an earlier process, or of another one, has these bytes; if not, it is gone."""
        try:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == digest:
                    self._keep(path, digest)
                    return True
        except FileNotFoundError:
            return False
        path.unlink(missing_ok=True)
        return False

    def _keep(self, path: Path, digest: str) -> None:
        facts = _facts(path)
        if facts is not None:
            with self._lock:
                self._sound[path] = digest, facts
            self._note_use(path)

    def _note_use(self, path: Path) -> None:
        with suppress(OSError):
            status = path.stat()
            if status.st_atime < time.time() - NOTED:
                os.utime(path, ns=(time.time_ns(), status.st_mtime_ns))

    def _lock_of(self, path: Path) -> Path:
        # A lock of its own for each would be a file for each; two that share one wait for each other at worst.
        folder = self.root.parent / "locks"
        make_folder(folder, mode=PRIVATE_FOLDER)
        return folder / f"fetch-{hashlib.sha256(str(path).encode()).hexdigest()[:2]}.lock"


def _facts(path: Path) -> FileTimes | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
