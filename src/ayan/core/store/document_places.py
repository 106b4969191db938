"""Where the files of documents stand in a bucket: once for all releases of a dataset that have them.

A file of a document stands under the word of the act that put it, which no other act ever has. So whoever removes one
that no release needs any more can never touch what somebody else put since, however late. Each release has a list of
where its own stand; releases of before, whose documents stand among their other files, have none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ayan.core.bucket.bucket import Bucket
from ayan.core.store.limits import LISTS_HELD
from ayan.core.store.manifest import beside, file_name
from ayan.core.store.objects import MANIFEST, NotInStore, ReleaseAddress, StoreBroken, StoreError, check_name
from ayan.core.store.release_head import HeadEntry, ReleaseHead
from ayan.core.store.release_keys import DOCUMENTS, document_folder, file_key, list_key
from ayan.core.values.canonical import canonical_json, sha256_hex

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """The files that a manifest names: their digests (SHA-256, hex) by name, and which of them are of documents."""

    digests: Mapping[str, str]
    documents: frozenset[str]

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> NamedFiles:
        """Those of a manifest, the parts and the files beside them."""
        named = {file_name(resource): resource for resource in manifest["resources"]} | beside(manifest)
        digests = {name: str(file["hash"]).removeprefix("sha256:") for name, file in named.items()}
        return cls(digests, frozenset(file_name(file) for file in manifest["ayan"].get("documents", ())))


@dataclass(frozen=True, slots=True)
class PlacedFiles:
    """What an act puts, by the keys: files and the list of documents, if there is one; and the entry with that list."""

    files: Mapping[str, Path]
    lists: Mapping[str, bytes]
    entry: HeadEntry


class DocumentPlaces:
    """The places of documents in one bucket; ``named`` gives the files of a release that stands."""

    def __init__(self, bucket: Bucket, named: Callable[[ReleaseAddress, HeadEntry], NamedFiles]) -> None:
        self._bucket = bucket
        self._named = named
        self._read = lru_cache(LISTS_HELD)(self._read_list)

    def key(self, address: ReleaseAddress, entry: HeadEntry, name: str) -> str:
        """The object that holds a file of a release.

        NotInStore where the list of its documents is gone, StoreBroken where it is not what it was.
        """
        if entry.placed is None or name == MANIFEST or name not in self._named(address, entry).documents:
            return file_key(address, entry, name)
        try:
            return self._all(address, entry)[name]
        except KeyError:
            raise StoreBroken(f"{address}: the list of its documents lacks {name}") from None

    def place(self, address: ReleaseAddress, entry: HeadEntry, name: str) -> str:
        """The same; where nothing stands if the list has gone, as when its release was withdrawn a moment ago."""
        try:
            return self.key(address, entry, name)
        except NotInStore:
            return file_key(address, entry, name)

    def placed(
        self, head: ReleaseHead, address: ReleaseAddress, entry: HeadEntry, word: str, files: Iterable[Path]
    ) -> PlacedFiles:
        """What of some files goes up under a word, as those of a release with this ``entry``.

        Files of documents that stand in the bucket for another release of the dataset are not sent again. Those that
        stand for this one already, and are not among the files, stay where they are.
        """
        own = {path.name: path for path in files}
        named = NamedFiles({}, frozenset())
        if entry.tombstone is None:
            named = NamedFiles.of(json.loads(own[MANIFEST].read_bytes()))
        sent = {file_key(address, entry, name): path for name, path in own.items() if name not in named.documents}
        if not named.documents:
            return PlacedFiles(sent, {}, replace(entry, placed=None))
        earlier = head.entries.get(address)
        kept = named.documents - own.keys() if earlier is not None else frozenset()
        places = {name: self.key(address, earlier, name) for name in kept if earlier is not None}
        coming = {name: own[name] for name in named.documents & own.keys()}
        places |= self._standing(head, {name: named.digests[name] for name in coming}, coming)
        for name in coming.keys() - places.keys():
            places[name] = f"{document_folder(address.slug, word)}/{check_name(name)}"
            sent[places[name]] = coming[name]
        text = _list_of(places)
        return PlacedFiles(sent, {list_key(address, word): text}, replace(entry, placed=(word, sha256_hex(text))))

    def let_go(
        self, head: ReleaseHead, address: ReleaseAddress, entry: HeadEntry, names: Iterable[str]
    ) -> Iterator[str]:
        """The objects that go with files of a release: of documents those that no other release of the head needs.

        The list of where its documents stand goes, too: it gives way to another one, or to none.
        """
        documents = self._named(address, entry).documents
        wanted = set(names)
        yield from (file_key(address, entry, name) for name in wanted - documents)
        try:
            shared = {self.key(address, entry, name): name for name in wanted & documents}
        except StoreError:
            # Without a list whatever is called so goes, wherever it stands: nobody is to find it in the bucket later.
            listed = [each.key for each in self._bucket.listing(f"{DOCUMENTS}/{address.slug}")]
            shared = {key: name for key in listed if (name := key.rpartition("/")[2]) in wanted & documents}
        yield from self._unneeded(head, address, shared)
        if entry.placed is not None:
            yield list_key(address, entry.placed[0])

    def _unneeded(self, head: ReleaseHead, address: ReleaseAddress, names: dict[str, str]) -> Iterable[str]:
        for other, entry in _standing_entries(head):
            documents = self._named(other, entry).documents if names and other != address else frozenset()
            for key, name in [*names.items()] if documents else ():
                # Where it cannot be told which of them another one needs that speaks of these bytes, it stays.
                if name in documents and self._may_be(other, entry, name, key):
                    del names[key]
        return names

    def _may_be(self, address: ReleaseAddress, entry: HeadEntry, name: str, key: str) -> bool:
        try:
            return self.key(address, entry, name) == key
        except StoreError:
            return True

    def _standing(self, head: ReleaseHead, wanted: dict[str, str], files: Mapping[str, Path]) -> Mapping[str, str]:
        """Where files of these digests stand for some release, by name, as far as the bucket has them whole."""
        standing: dict[str, str] = {}
        for address, entry in _standing_entries(head):
            if not wanted:
                break
            named = self._named(address, entry)
            for name in wanted.keys() & named.documents:
                if named.digests[name] == wanted[name]:
                    with suppress(StoreError):
                        standing[name] = self.key(address, entry, name)
                        del wanted[name]
        folders = {key.rpartition("/")[0] for key in standing.values()}
        # One question for a thousand of them; what the bucket has lost meanwhile is sent again.
        tops = sorted({folder.rpartition("/")[0] if folder.startswith("documents/") else folder for folder in folders})
        sizes = {each.key: each.size for top in tops for each in self._bucket.listing(top)}
        return {name: key for name, key in standing.items() if sizes.get(key) == files[name].stat().st_size}

    def _all(self, address: ReleaseAddress, entry: HeadEntry) -> Mapping[str, str]:
        if entry.placed is None:
            raise StoreBroken(f"{address}: there is no list of its documents")
        return self._read(list_key(address, entry.placed[0]), entry.placed[1])

    def _read_list(self, key: str, digest: str) -> Mapping[str, str]:
        stored = self._bucket.get(key)
        if stored is None:
            raise NotInStore(f"{key} is not there")
        if sha256_hex(stored.data) != digest:
            raise StoreBroken(f"{key} is not the list that was put there")
        folders: Mapping[str, list[str]] = json.loads(stored.data)["folders"]
        return {name: f"{folder}/{check_name(name)}" for folder, names in folders.items() for name in names}


def _standing_entries(head: ReleaseHead) -> Iterator[tuple[ReleaseAddress, HeadEntry]]:
    """The releases that stand, those of the highest numbers first: they have most of what comes next."""
    return ((address, entry) for address, entry in sorted(head.entries.items(), reverse=True) if not entry.tombstone)


def _list_of(places: Mapping[str, str]) -> bytes:
    folders: dict[str, list[str]] = {}
    for name, key in sorted(places.items()):
        folders.setdefault(key.rpartition("/")[0], []).append(name)
    return canonical_json({"format": _FORMAT, "folders": dict(folders)})
