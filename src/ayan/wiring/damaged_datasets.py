"""Which datasets of the city are damaged, as far as this process has met with it; they are set aside until mended."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Final

import pyarrow as pa

from ayan.core.index.index_store import IndexStore
from ayan.core.store import parquet
from ayan.core.store.damage import DatasetDamaged
from ayan.core.store.objects import StoreError, size_of
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.trace import kind_of
from ayan.wiring.limits import DAMAGE_LOOK_SECONDS, DAMAGE_SEARCH_BYTES, DAMAGE_SEARCH_SECONDS, TRIED_AGAIN_SECONDS

_LOG: Final = logging.getLogger("ayan.damage")


class Damage:
    """The datasets that were found damaged. Safe to share between threads.

    One is remembered, so that not every reader meets with the fault again, until its files are other ones or
    `TRIED_AGAIN_SECONDS` have passed. ``declared`` names all datasets.
    """

    def __init__(self, store: ReleaseStore, index_store: IndexStore, declared: Callable[[], Iterable[str]]) -> None:
        self._store = store
        self._index_store = index_store
        self._declared = declared
        self._lock = Lock()
        self._known: dict[str, tuple[float, Hashable]] = {}
        self._looked = 0.0
        self._searched: float | None = None

    def slugs(self) -> frozenset[str]:
        """Those that are set aside at this moment."""
        if not self._known:
            return frozenset()
        with self._lock:
            now = time.monotonic()
            if now - self._looked > DAMAGE_LOOK_SECONDS:
                self._looked = now
                for slug, (since, files) in list(self._known.items()):
                    if now - since > TRIED_AGAIN_SECONDS or files != self._files(slug):
                        del self._known[slug]
            return frozenset(self._known)

    def note(self, slug: str, fault: BaseException) -> None:
        """Set a dataset aside, and tell the operator by which fault."""
        with self._lock:
            if slug in self._known:
                return
            self._known[slug] = time.monotonic(), self._files(slug)
            self._looked = time.monotonic()
        facts = {"dataset": slug, "cause": kind_of(fault)}
        _LOG.error("a dataset is damaged and set aside, see ayan doctor", exc_info=fault, extra={"facts": facts})

    def trace(self, fault: BaseException) -> None:
        """Set aside whoever is at fault: the dataset that the fault names, else those whose files are not right."""
        if isinstance(fault, DatasetDamaged):
            self.note(fault.slug, fault)
            return
        now = time.monotonic()
        with self._lock:
            if self._searched is not None and now - self._searched < DAMAGE_SEARCH_SECONDS:
                return
            self._searched = now
        left = DAMAGE_SEARCH_BYTES
        for slug in self._declared():
            try:
                left = self._examine(slug, left)
            except (StoreError, OSError, pa.ArrowException) as own:
                self.note(slug, own)

    def _examine(self, slug: str, left: int) -> int:
        """Raise what is wrong with the files of a dataset's present state; how many bytes may still be read then."""
        for release in self._store.snapshot(slug).releases:
            size = size_of(release.parts())
            wrong = (parquet.verify if size <= left else parquet.misplaced)(release.whole(), release.manifest)
            if wrong:
                raise DamagedFile(f"{release.ref}: {wrong[0].what}")
            left -= size if size <= left else 0
        return left

    def _files(self, slug: str) -> Hashable:
        """Another value whenever files of a dataset are other ones, and so it may be whole again."""
        try:
            state = self._store.snapshot(slug)
            paths = [*self._index_store.files(state), *(path for each in state.releases for path in each.parts())]
        except (StoreError, OSError):
            return None
        stamps = []
        for path in paths:
            try:
                stats = path.stat()
                stamps.append((stats.st_ino, stats.st_mtime_ns, stats.st_size))
            except OSError:
                stamps.append((0, 0, 0))
        return tuple(stamps)


class DamagedFile(StoreError):
    """A file of a release is not the one that its manifest names."""
