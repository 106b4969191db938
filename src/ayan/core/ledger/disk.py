"""Writing so that a crash leaves the old file or the new one, and only one process at a time writes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ayan.core.values.durable import flush, make_folder

# From this many files on, one flush of the whole system costs less than a flush for each.
MANY: Final = 64


def put(path: Path, data: bytes, drafts: Path) -> None:
    """Write one file whole and durably; it takes the place of an older one in one step.

    ``drafts`` is a folder on the same file system in which the bytes stand until then; who writes holds a lock.
    """
    put_all({path: data}, drafts)


def put_all(files: Mapping[Path, bytes], drafts: Path) -> None:
    """Write many files durably; when this returns all stand, and at no time is one of them seen half-written."""
    made: list[tuple[Path, Path]] = []
    for number, (path, data) in enumerate(files.items()):
        make_folder(path.parent)
        draft = drafts / f"draft-{number}-{path.name}"
        with draft.open("wb") as out:
            out.write(data)
            if len(files) < MANY:
                out.flush()
                os.fsync(out.fileno())
        made.append((draft, path))
    if len(files) >= MANY:
        os.sync()
    for draft, path in made:
        draft.replace(path)
    if len(files) >= MANY:
        os.sync()
    else:
        flush_all({path.parent for path in files})


def flush_all(folders: Iterable[Path]) -> None:
    """Flush every folder."""
    for folder in sorted(folders):
        flush(folder)


def sweep_drafts(drafts: Path) -> None:
    """Remove what a killed writer left behind; to be called by whoever holds the lock."""
    for leftover in drafts.glob("draft-*"):
        leftover.unlink(missing_ok=True)


def remove(paths: Iterable[Path]) -> None:
    """Remove files and emptied folders that nobody needs any more; what cannot be removed stays."""
    for path in paths:
        with suppress(OSError):
            if path.is_dir():
                remove(path.iterdir())
                path.rmdir()
            else:
                path.unlink()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep every other process and thread that asks for the same lock waiting while the block runs."""
    held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)
