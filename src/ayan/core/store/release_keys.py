"""Where the objects of a store stand below its prefix, and the notes of acts under way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.store.objects import ReleaseAddress, StoreBroken, check_name, check_slug
from ayan.core.store.release_head import HeadEntry

HEADS: Final = "heads"
LEASES: Final = "leases"
ATTEMPTS: Final = "attempts"
RELEASES: Final = "releases"
DOCUMENTS: Final = "documents"


def head_key(slug: str) -> str:
    """The object that says which releases a dataset has."""
    return f"{HEADS}/{check_slug(slug)}"


def lease_key(slug: str) -> str:
    """The object that whoever changes a dataset holds."""
    return f"{LEASES}/{check_slug(slug)}"


def word_folder(address: ReleaseAddress, word: str) -> str:
    """Below which the files of a release stand that went up under one word."""
    return f"{RELEASES}/{address}/{word}"


def file_key(address: ReleaseAddress, entry: HeadEntry, name: str) -> str:
    """One file of a release, as its head has it."""
    return f"{word_folder(address, entry.word(name))}/{check_name(name)}"


def document_folder(slug: str, word: str) -> str:
    """Below which files of documents stand that an act put, for all releases that have them."""
    return f"{DOCUMENTS}/{check_slug(slug)}/{word}"


def list_key(address: ReleaseAddress, word: str) -> str:
    """The list of where the documents of a release stand; no file of a release is called so."""
    return f"{word_folder(address, word)}/_documents.json"


@dataclass(frozen=True, slots=True)
class AttemptNote:
    """An act under way: what goes up under ``word``, and the objects that go once the head has that word."""

    address: ReleaseAddress
    word: str
    gone: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The object that holds it."""
        return f"{ATTEMPTS}/{self.address.slug}/{self.word}"

    @property
    def folders(self) -> tuple[str, str]:
        """Below which whatever goes up under its word stands."""
        return word_folder(self.address, self.word), document_folder(self.address.slug, self.word)

    def as_bytes(self) -> bytes:
        """The note as its object holds it."""
        facts = {"period": self.address.period, "number": self.address.number, "gone": self.gone}
        return json.dumps(facts).encode()

    @classmethod
    def read(cls, key: str, data: bytes) -> AttemptNote:
        """The note that an object holds. Raises StoreBroken."""
        try:
            _, slug, word = key.split("/")
            facts = json.loads(data)
            gone: Sequence[str] = facts["gone"]
            return cls(ReleaseAddress(slug, facts["period"], facts["number"]), word, tuple(gone))
        except (ValueError, KeyError, TypeError) as fault:
            raise StoreBroken(f"{key} is not the note of an act") from fault


def noted_slugs(keys: Iterable[str]) -> list[str]:
    """The datasets that notes with these keys are of, sorted."""
    return sorted({parts[1] for parts in (key.split("/") for key in keys) if len(parts) == 3})


def release_in(slug: str, folder: Path) -> ReleaseAddress | None:
    """The release whose files a folder of this machine holds, by the names above it; None where it is none's."""
    try:
        return ReleaseAddress(slug, folder.parent.name, int(folder.name))
    except ValueError:
        return None
