"""The files of releases measured again: what is called unchanged was held against its manifest, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ayan.apps.logbook.limits import LARGEST_REREAD
from ayan.core.store.manifest import beside, file_name
from ayan.core.store.objects import StoreError
from ayan.core.store.release import Release
from ayan.core.values.canonical import sha256_file


@dataclass(frozen=True, slots=True)
class MeasuredFiles:
    """What came of it: how many files were measured, which are not as sealed, how many were too much to read."""

    measured: int
    damaged: tuple[tuple[Release, str], ...]
    unread: int

    @property
    def is_whole(self) -> bool:
        """Whether every file was measured and is as it was sealed."""
        return not self.damaged and not self.unread


def measure(releases: Iterable[Release], only: str = "", most: int = LARGEST_REREAD) -> MeasuredFiles:
    """Measure the files of releases, or the one called ``only``, until ``most`` bytes have been read."""
    measured, unread, damaged = 0, 0, list[tuple[Release, str]]()
    for release in releases:
        try:
            manifest = release.manifest
        except (StoreError, OSError):
            damaged.append((release, "datapackage.json"))
            continue
        files = {file_name(resource): resource for resource in manifest["resources"]} | beside(manifest)
        for name, resource in files.items():
            if only not in ("", name):
                continue
            try:
                path = release.local(name)
                size = path.stat().st_size
                if size > most:
                    unread += 1
                    continue
                most -= size
                measured += 1
                if f"sha256:{sha256_file(path)}" != resource["hash"]:
                    damaged.append((release, name))
            except (StoreError, OSError):
                damaged.append((release, name))
    return MeasuredFiles(measured, tuple(damaged), unread)
