"""Where publishing happens: the store, the index files, the private files and the log of one city."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ayan.core.custody.private_store import PrivateStore
from ayan.core.index.index_store import IndexStore
from ayan.core.schema.definition import Dataset
from ayan.core.store.release_store import ReleaseStore
from ayan.core.transparency.log_writer import Reasons, TransparencyLog
from ayan.core.values.clock import Clock


@dataclass(frozen=True, slots=True)
class DraftBase:
    """The newest release of a period when work on a draft began: what it is a correction of, and was compared with."""

    number: int
    digest: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class PublishContext:
    """The rooms of a city that preparing and sealing a release needs.

    ``reasons`` keeps why something went, in words. ``transparency_log`` opens the log of public acts; it needs the
    city's key, so only who seals, withdraws or erases asks for it.
    """

    release_store: ReleaseStore
    index_store: IndexStore
    private_store: PrivateStore
    clock: Clock
    reasons: Reasons
    transparency_log: Callable[[], TransparencyLog]

    def base_of(self, slug: str, period: str) -> DraftBase | None:
        """The newest release of a period as it stands now; None while it has none."""
        standing = [release for release in self.release_store.releases(slug) if release.period == period]
        newest = max(standing, key=lambda release: release.number, default=None)
        return DraftBase(newest.number, newest.digest, newest.withdrawn) if newest else None

    def targets(self, dataset: Dataset) -> dict[tuple[str, str], list[Path]]:
        """For every field that ``dataset`` points to, the Parquet parts of what is published there now."""
        wanted = {(field.ref.dataset, field.ref.field) for field in dataset.fields if field.ref is not None}
        return {
            (slug, field): [part for release in self.release_store.snapshot(slug).releases for part in release.parts()]
            for slug, field in sorted(wanted)
        }
