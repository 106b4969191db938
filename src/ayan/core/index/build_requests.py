"""States whose index files readers would need: noted by whoever answers them, for the worker that builds.

No reader's request builds an index. A note is a small file, in the folder of everything derived; lost notes are written
again by the next reader.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from ayan.core.index.limits import MOST_REQUESTS
from ayan.core.store.objects import NotInStore, check_slug
from ayan.core.store.release import DatasetSnapshot, snapshot_of
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.files import make_folder, remove, write

FOLDER: Final = "_requests"
"""In the folder of the index; no dataset can be called so."""


class BuildRequests:
    """The notes under ``index_root``, at most `MOST_REQUESTS`: ``_requests/<slug>.<state digest>``."""

    def __init__(self, index_root: Path) -> None:
        self._folder = index_root / FOLDER

    def add(self, state: DatasetSnapshot) -> None:
        """Note a state, unless it is noted already or there are many; a disk that cannot be written stops nobody."""
        path = self._path(state)
        with suppress(OSError):
            if path.exists():
                return
            make_folder(self._folder)
            if sum(1 for _ in self._folder.iterdir()) < MOST_REQUESTS:
                releases = [[release.period, release.number] for release in state.releases]
                write(path, json.dumps(releases).encode(), durable=False)

    def states(self, store: ReleaseStore) -> Iterator[DatasetSnapshot]:
        """The states that are noted and can be built, the oldest note first; notes of others are thrown away."""
        for path in sorted(self._notes(), key=_written):
            state = _state(store, path)
            if state is None:
                remove([path])
            else:
                yield state

    def remove(self, state: DatasetSnapshot) -> None:
        """Throw the note of a state away."""
        remove([self._path(state)])

    def _path(self, state: DatasetSnapshot) -> Path:
        return self._folder / f"{check_slug(state.slug)}.{state.digest}"

    def _notes(self) -> list[Path]:
        try:
            return list(self._folder.iterdir())
        except OSError:
            return []


def _state(store: ReleaseStore, path: Path) -> DatasetSnapshot | None:
    """The state that a note speaks of; None where it can no longer be read, or the note is none of ours."""
    slug, _, digest = path.name.rpartition(".")
    try:
        releases = [store.release(slug, str(period), int(number)) for period, number in json.loads(path.read_bytes())]
    except (NotInStore, OSError, ValueError, TypeError):
        return None
    state = snapshot_of(slug, releases)
    return state if state.digest == digest else None


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
