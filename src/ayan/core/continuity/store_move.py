"""Releases brought from one store into another, each whole and as it was sealed; asked twice it goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from shutil import copyfile
from typing import Any

from ayan.core.store.manifest import file_name
from ayan.core.store.objects import MANIFEST, NotInStore, StoreChanged
from ayan.core.store.parquet import verify
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.files import link


def brought(source: ReleaseStore, target: ReleaseStore, tell: Callable[[Release], object]) -> int:
    """Put every release of ``source``, withdrawn ones with their tombstones, into ``target``; how many were not there.

    Nothing is removed from ``source``. Raises StoreChanged where another release stands at one's place, or one whose
    files are not what was sealed, before that one is put.
    """
    count = 0
    for slug in source.datasets():
        # Files of documents that came with an earlier release, each of which takes its room once.
        documents: dict[str, Release] = {}
        for release in sorted(source.releases(slug), key=lambda each: (each.period, each.number)):
            if not _stands(release, target):
                _put(source, release, target, documents)
                tell(release)
                count += 1
            standing = target.release(release.slug, release.period, release.number)
            if not standing.withdrawn:
                documents |= dict.fromkeys((file_name(file) for file in _documents(release)), standing)
    return count


def _put(source: ReleaseStore, release: Release, target: ReleaseStore, documents: Mapping[str, Release]) -> None:
    if not release.withdrawn and (wrong := verify(release.whole(), release.manifest)):
        raise StoreChanged(f"{release.ref}: {wrong[0].name} is not what was sealed")
    staged = target.stage(brief=True)
    for name in (MANIFEST,) if release.withdrawn else (MANIFEST, *release.names, *release.beside):
        if name in documents:
            link(documents[name].local(name), staged / name)
        else:
            copyfile(release.local(name), staged / name)
    target.put_back(release.address, staged, source.tombstone(release) if release.withdrawn else None)


def _documents(release: Release) -> Sequence[Mapping[str, Any]]:
    documents: Sequence[Mapping[str, Any]] = release.manifest["ayan"].get("documents", ())
    return documents


def _stands(release: Release, target: ReleaseStore) -> bool:
    try:
        standing = target.release(release.slug, release.period, release.number)
    except NotInStore:
        return False
    # One that was withdrawn there since is never brought back.
    if standing.digest != release.digest or (release.withdrawn and not standing.withdrawn):
        raise StoreChanged(f"{release.ref} stands there already, and is another one")
    return True
