"""The store as it will be once a waiting draft is sealed, for whoever has to say yes; nothing in it can be changed."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from ayan.core.publish.pending_draft import PendingDraft
from ayan.core.publish.publish_context import PublishContext
from ayan.core.schema.export import table_schema
from ayan.core.store.manifest import build, file_bytes, stamped
from ayan.core.store.objects import (
    MANIFEST,
    NotInStore,
    Objects,
    ReleaseAddress,
    SharedObject,
    StoredRelease,
    StoreError,
)
from ayan.core.store.release_store import ReleaseStore
from ayan.core.store.tombstone import instant
from ayan.core.system.files import write

_FOLDER: Final = "preview"


class PreviewOnly(StoreError):
    """A preview was asked to change something."""


class PreviewObjects:
    """The store of a city and one release more, whose files stand where its draft waits."""

    def __init__(self, real: Objects, address: ReleaseAddress, folder: Path, parts: Path) -> None:
        self._real, self._address, self._folder, self._parts = real, address, folder, parts

    def slugs(self) -> list[str]:
        """The datasets that may have releases, sorted."""
        return sorted({*self._real.slugs(), self._address.slug})

    def version(self, slug: str) -> Hashable | None:
        """As the store says: the draft itself does not change."""
        try:
            return self._real.version(slug)
        except StoreError:
            return None

    def mark(self) -> str | None:
        """The store's word, made another one: what is kept of the public portal must not answer for a preview."""
        mark = self._real.mark()
        return None if mark is None else f"{mark}+{self._folder.parent.name}"

    def listing(self, slug: str) -> list[StoredRelease]:
        """The committed releases, and the one to come."""
        stored = self._real.listing(slug)
        if slug != self._address.slug:
            return stored
        # A release that came meanwhile may have its number; then the draft can no longer be sealed anyway.
        rest = [release for release in stored if release.address != self._address]
        return sorted([*rest, StoredRelease(self._address, False, self._address)], key=lambda release: release.address)

    def read(self, address: ReleaseAddress, name: str) -> bytes:
        """A small file of a release."""
        if address != self._address:
            return self._real.read(address, name)
        try:
            return self.local(address, name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise NotInStore(f"{address}: {name} is not in the draft") from None

    def folder(self, address: ReleaseAddress) -> Path:
        """The folder of a release."""
        return self._parts if address == self._address else self._real.folder(address)

    def local(self, address: ReleaseAddress, name: str) -> Path:
        """The path of one file of a release."""
        if address != self._address:
            return self._real.local(address, name)
        return (self._folder if name == MANIFEST else self._parts) / name

    def shared(self, address: ReleaseAddress, names: Sequence[str]) -> Sequence[SharedObject] | None:
        """Where other machines read files of a release; nobody else has the one to come."""
        return None if address == self._address else self._real.shared(address, names)

    def sweep(self) -> list[str]:
        """Nothing is tidied up from here."""
        return []

    def lock(self, slug: str) -> AbstractContextManager[None]:
        """Refused, as is every other change."""
        raise PreviewOnly(slug)

    def stage(self, *, brief: bool = False) -> Path:
        """Refused."""
        raise PreviewOnly("a brief folder" if brief else "a staging folder")

    def discard(self, staged: Path) -> None:
        """Refused."""
        raise PreviewOnly(staged.name)

    def commit(self, staged: Path, address: ReleaseAddress) -> None:
        """Refused."""
        raise PreviewOnly(f"{address} from {staged.name}")

    def bury(self, address: ReleaseAddress, tombstone: bytes, names: Sequence[str]) -> None:
        """Refused."""
        raise PreviewOnly(f"{address}: {len(tombstone)} bytes for {', '.join(names)}")

    def rewrite(self, staged: Path, address: ReleaseAddress, before: str, gone: Sequence[str]) -> None:
        """Refused."""
        raise PreviewOnly(f"{address} ({before}) from {staged.name}, without {', '.join(gone)}")


def preview_store(context: PublishContext, pending: PendingDraft) -> ReleaseStore:
    """The releases with the draft among them, as if it were sealed already (without approvals)."""
    numbers = [
        release.number for release in context.release_store.releases(pending.slug) if release.period == pending.period
    ]
    coming = ReleaseAddress(pending.slug, pending.period, max(numbers, default=0) + 1)
    folder = pending.folder / _FOLDER
    _manifest(context, pending, coming, folder, max(numbers, default=None))
    objects = PreviewObjects(context.release_store.objects, coming, folder, pending.draft.staged)
    return ReleaseStore(folder, context.clock, objects)


def _manifest(
    context: PublishContext, pending: PendingDraft, coming: ReleaseAddress, folder: Path, supersedes: int | None
) -> None:
    """Write the manifest as sealing would, once: its time and its random part must not change from page to page."""
    path = folder / MANIFEST
    if path.exists() and json.loads(path.read_bytes())["ayan"]["number"] == coming.number:
        return
    draft = pending.draft
    manifest = build(draft.dataset, draft.period, draft.parts, table_schema(draft.dataset.published), draft.facts)
    earlier = [release.sealed_at for release in context.release_store.releases(pending.slug)]
    folder.mkdir(exist_ok=True, mode=0o700)
    write(path, file_bytes(stamped(manifest, coming, instant(max([pending.made_at, *earlier])), supersedes)))
