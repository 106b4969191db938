"""A document that was published and is not any more: what is left to say of it, and why it went."""

from __future__ import annotations

from dataclasses import dataclass

from ayan.core.attachments.document_files import document_name
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import Release
from ayan.core.store.tombstone import Tombstone
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class GoneDocument:
    """The newest release that had it; ``tombstone`` where that was withdrawn, else another release followed it."""

    digest: str
    companion: Dataset
    release: Release
    tombstone: Tombstone | None


def gone_document(city: City, digest: str) -> GoneDocument | None:
    """What is known of a document that no present release has; None where none ever had it."""
    for companion in city.documents.companions.values():
        for release in sorted(
            city.release_store.releases(companion.slug), key=lambda each: each.sealed_at, reverse=True
        ):
            # Its manifest stays when its files go.
            if document_name(digest) in release.beside:
                tombstone = city.release_store.tombstone(release) if release.withdrawn else None
                return GoneDocument(digest, companion, release, tombstone)
    return None
