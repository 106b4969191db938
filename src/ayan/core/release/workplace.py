"""Where the conductor works: the shelf, the serving files, the private originals and scratch space of one city."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.schema.definition import Dataset
from ayan.core.store.serving import Serving
from ayan.core.store.shelf import Shelf
from ayan.core.values.canonical import sha256_file
from ayan.core.values.clock import Clock

SETTLED_SECONDS: Final = 60.0
"""How old a scratch folder must be before it may be taken for one whose owner was killed."""


class Changed(ValueError):
    """The submitted file is no longer the one that was read; the text is its name."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """The rooms of a city that preparing and sealing a release needs.

    ``originals`` is private: the files as they were sent, by digest. ``scratch`` is private too and emptied after
    every piece of work.
    """

    shelf: Shelf
    serving: Serving
    originals: Path
    scratch: Path
    clock: Clock

    @contextmanager
    def bench_folder(self) -> Iterator[Path]:
        """A private folder for one piece of work, removed with everything in it.

        What work that was killed left behind, which may be personal, is removed by the next.
        """
        self.scratch.mkdir(parents=True, exist_ok=True)
        for leftover in self.scratch.glob("bench-*"):
            _sweep(leftover)
        folder = Path(tempfile.mkdtemp(prefix="bench-", dir=self.scratch))
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held)

    def targets(self, dataset: Dataset) -> dict[tuple[str, str], list[Path]]:
        """For every field that ``dataset`` points to, the Parquet parts of what is published there now."""
        wanted = {(one.ref.dataset, one.ref.field) for one in dataset.fields if one.ref is not None}
        return {
            (slug, field): [part for release in self.shelf.state(slug).releases for part in release.parts()]
            for slug, field in sorted(wanted)
        }

    def keep_original(self, file: Path, sha256: str) -> Path:
        """Keep the submitted file, readable by its owner only, under its digest; the same file is kept once.

        Durable before it returns. Raises OSError when it cannot be kept, and Changed when the file changed since it
        was read.
        """
        kept = self.originals / sha256[:2] / sha256
        if kept.exists():
            return kept
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=kept.parent)
        copy = Path(name)
        try:
            with os.fdopen(handle, "wb") as out, file.open("rb") as source:
                shutil.copyfileobj(source, out, 4 * 1024 * 1024)
                out.flush()
                os.fsync(out.fileno())
            if sha256_file(copy) != sha256:
                raise Changed(file.name)
            copy.replace(kept)
        finally:
            copy.unlink(missing_ok=True)
        return kept


def _sweep(folder: Path) -> None:
    """Remove a scratch folder whose owner is gone; a very new one may not be locked by its owner yet."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        if os.fstat(held).st_mtime < time.time() - SETTLED_SECONDS:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        pass
    finally:
        os.close(held)
