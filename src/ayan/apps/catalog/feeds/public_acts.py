"""What the city did, newest first: every release, correction, withdrawal and erasure, with who stands for it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from ayan.apps.catalog.releases import correction_notes
from ayan.apps.catalog.releases.correction_notes import CorrectionNote
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import NotInStore
from ayan.core.store.release import Release
from ayan.core.store.tombstone import Erasure, Tombstone, instant
from ayan.core.values.label import Label
from ayan.wiring.city import City

PublicActKind = Literal["release", "correction", "withdrawal", "erasure"]

ACTS: Final[dict[PublicActKind, Label]] = {
    "release": Label("انتشار تازه", "New release"),
    "correction": Label("اصلاح", "Correction"),
    "withdrawal": Label("برداشتن", "Withdrawal"),
    "erasure": Label("پاک کردن ردیف", "Erasure of rows"),
}


@dataclass(frozen=True, slots=True)
class PublicAct:
    """One act: which, on which release, when (aware, UTC).

    A ``correction`` is a release of a period that had one before. ``tombstone`` is there for every release that is
    withdrawn by now, for the event of its sealing too; ``erasure`` for an erasure; ``correction`` says why a correction
    was made.
    """

    act: PublicActKind
    dataset: Dataset
    release: Release
    at: datetime
    tombstone: Tombstone | None = None
    erasure: Erasure | None = None
    correction: CorrectionNote | None = None

    @property
    def id(self) -> str:
        """A name of the event that never changes and no other event has, as a URN."""
        own = str(self.release.manifest.get("id", "")) or uuid.uuid5(uuid.NAMESPACE_OID, self.release.ref).urn
        if self.act in ("release", "correction"):
            return own
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{self.act} at {instant(self.at)} of {own}").urn

    @property
    def position(self) -> str:
        """Where the event stands in the order of all: later ones have the greater text."""
        return f"{instant(self.at)}~{self.release.ref}~{self.act}"

    @property
    def by(self) -> tuple[str, ...]:
        """Who stands for it: those who approved the release, or who withdrew it or erased rows."""
        if self.act == "withdrawal":
            return (self.tombstone.by,) if self.tombstone else ()
        if self.erasure is not None:
            return (self.erasure.by,)
        return tuple(str(approval["by"]) for approval in self.release.manifest["ayan"].get("approvals", ()))

    @property
    def sent_by(self) -> str:
        """Who sent the file; empty where nothing was sent."""
        return str(self.release.manifest["ayan"].get("sent_by", "")) if self.act in ("release", "correction") else ""

    @property
    def code(self) -> str:
        """The reason for a withdrawal or an erasure; empty for what needs none."""
        if self.erasure is not None:
            return self.erasure.code
        return self.tombstone.code if self.act == "withdrawal" and self.tombstone else ""

    @property
    def rows(self) -> int:
        """How many rows it is about: those of the release, or those that were erased."""
        return self.erasure.count if self.erasure is not None else self.release.rows


def newest(city: City, count: int, *, dataset: Dataset | None = None, before: str = "") -> list[PublicAct]:
    """The last ``count`` events of the city, or of one dataset, newest first.

    ``before`` is the `PublicAct.place` of the last one already seen: only older events are given, also when newer ones
    have come since.
    """
    datasets = city.registry.all() if dataset is None else (dataset,)
    acts = (event for dataset in datasets for event in _events(city, dataset))
    older = [event for event in acts if not before or event.position < before]
    return sorted(older, key=lambda event: event.position, reverse=True)[:count]


def _events(city: City, dataset: Dataset) -> Iterator[PublicAct]:
    for release in city.release_store.releases(dataset.slug):
        tombstone = _tombstone(city, release)
        act: PublicActKind = "correction" if release.number > 1 else "release"
        why = correction_notes.of_release(city, release)
        yield PublicAct(act, dataset, release, release.sealed_at, tombstone, correction=why)
        for erasure in release.erasures:
            yield PublicAct("erasure", dataset, release, erasure.at, tombstone, erasure)
        if tombstone is not None:
            yield PublicAct("withdrawal", dataset, release, tombstone.at, tombstone)


def _tombstone(city: City, release: Release) -> Tombstone | None:
    try:
        return city.release_store.tombstone(release) if release.withdrawn else None
    except NotInStore:
        return None
