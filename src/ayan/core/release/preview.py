"""The shelf as it will be once a waiting draft is sealed, for whoever has to say yes; nothing in it can be changed."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from ayan.core.release.waiting import Waiting
from ayan.core.release.workplace import Workplace
from ayan.core.schema.export import table_schema
from ayan.core.store.folder import FolderObjects
from ayan.core.store.manifest import build, file_bytes, stamped
from ayan.core.store.objects import MANIFEST, Found, NotOnShelf, Place, StoreError
from ayan.core.store.shelf import Shelf, instant
from ayan.core.system.files import write

_FOLDER: Final = "preview"


class PreviewOnly(StoreError):
    """A preview was asked to change something."""


class PreviewObjects:
    """The store of a city and one release more, whose files stand where its draft waits."""

    def __init__(self, real: FolderObjects, place: Place, folder: Path, parts: Path) -> None:
        self._real, self._place, self._folder, self._parts = real, place, folder, parts

    def slugs(self) -> list[str]:
        """The datasets that may have releases, sorted."""
        return sorted({*self._real.slugs(), self._place.slug})

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

    def listing(self, slug: str) -> list[Found]:
        """The committed releases, and the one to come."""
        found = self._real.listing(slug)
        if slug != self._place.slug:
            return found
        # A release that came meanwhile may have its number; then the draft can no longer be sealed anyway.
        rest = [one for one in found if one.place != self._place]
        return sorted([*rest, Found(self._place, False, self._place)], key=lambda one: one.place)

    def read(self, place: Place, name: str) -> bytes:
        """A small file of a release."""
        if place != self._place:
            return self._real.read(place, name)
        try:
            return self.local(place, name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise NotOnShelf(f"{place}: {name} is not in the draft") from None

    def folder(self, place: Place) -> Path:
        """The folder of a release."""
        return self._parts if place == self._place else self._real.folder(place)

    def local(self, place: Place, name: str) -> Path:
        """The path of one file of a release."""
        if place != self._place:
            return self._real.local(place, name)
        return (self._folder if name == MANIFEST else self._parts) / name

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

    def commit(self, staged: Path, place: Place) -> None:
        """Refused."""
        raise PreviewOnly(f"{place} from {staged.name}")

    def bury(self, place: Place, tombstone: bytes, names: Sequence[str]) -> None:
        """Refused."""
        raise PreviewOnly(f"{place}: {len(tombstone)} bytes for {', '.join(names)}")

    def rewrite(self, staged: Path, place: Place, before: str, gone: Sequence[str]) -> None:
        """Refused."""
        raise PreviewOnly(f"{place} ({before}) from {staged.name}, without {', '.join(gone)}")


def preview_shelf(place: Workplace, store: Path, waiting: Waiting) -> Shelf:
    """The releases under ``store`` with the draft among them, as if it were sealed already (without approvals)."""
    numbers = [one.number for one in place.shelf.releases(waiting.slug) if one.period == waiting.period]
    coming = Place(waiting.slug, waiting.period, max(numbers, default=0) + 1)
    folder = waiting.folder / _FOLDER
    _manifest(place, waiting, coming, folder, max(numbers, default=None))
    objects = PreviewObjects(FolderObjects(store), coming, folder, waiting.draft.staged)
    return Shelf(store, place.clock, objects)


def _manifest(place: Workplace, waiting: Waiting, coming: Place, folder: Path, supersedes: int | None) -> None:
    """Write the manifest as sealing would, once: its time and its random part must not change from page to page."""
    path = folder / MANIFEST
    if path.exists() and json.loads(path.read_bytes())["ayan"]["number"] == coming.number:
        return
    draft = waiting.draft
    made = build(draft.dataset, draft.period, draft.parts, table_schema(draft.dataset.published), draft.facts)
    earlier = [one.sealed_at for one in place.shelf.releases(waiting.slug)]
    folder.mkdir(exist_ok=True, mode=0o700)
    write(path, file_bytes(stamped(made, coming, instant(max([waiting.made_at, *earlier])), supersedes)))
