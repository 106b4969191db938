"""The head of a dataset in an object store: one object that says which releases there are."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ayan.core.schema.format_number import NewerFormat
from ayan.core.store.objects import MANIFEST, TOMBSTONE, ReleaseAddress, StoreBroken, StoreError
from ayan.core.values.label import Label

HEAD_FORMAT: Final = 2
# What heads have that name no place of documents, so that earlier versions of the program go on reading them.
_PLAIN_FORMAT: Final = 1


class NewerHead(NewerFormat, StoreError):
    """The list of a dataset's releases has a format that only a later version of the program reads."""

    code = "newer-store"
    fa = "نسخهٔ تازه‌تری از عیان فهرست این انتشارها را نوشته است. عیان را به‌روز کنید و دوباره اجرا کنید."
    en = "A later version of Ayan wrote the list of these releases. Update Ayan and run this again."
    status = 500


@dataclass(frozen=True, slots=True)
class HeadEntry:
    """One release as its dataset's head has it.

    ``manifest`` and ``tombstone`` are SHA-256 (hex) of these files, the latter None while it is not withdrawn. ``home``
    is the word under which its files went up, ``moved`` by name that of those that came later. ``placed`` is the word
    under which the list of its documents went up, and the SHA-256 (hex) of that; None where none of it stands apart.
    """

    manifest: str
    home: str
    moved: Mapping[str, str] = field(default_factory=dict)
    tombstone: str | None = None
    placed: tuple[str, str] | None = None

    def word(self, name: str) -> str:
        """The word under which a file of it went up."""
        return self.moved.get(name, self.home)

    @property
    def words(self) -> frozenset[str]:
        """All words under which files of it may stand."""
        return frozenset((self.home, *self.moved.values()))


@dataclass(frozen=True, slots=True)
class ReleaseHead:
    """The releases of a dataset. ``turn`` counts the times it was written."""

    turn: int = 0
    entries: Mapping[ReleaseAddress, HeadEntry] = field(default_factory=dict)

    def turned(self, address: ReleaseAddress | None = None, entry: HeadEntry | None = None) -> ReleaseHead:
        """The next head, with one entry put in or replaced; with none, it only is another one."""
        entries = dict(self.entries)
        if address is not None and entry is not None:
            entries[address] = entry
        return replace(self, turn=self.turn + 1, entries=entries)

    def as_bytes(self) -> bytes:
        """The object as it is put; never the same twice, so that its writer knows it again."""
        rows = [
            [
                *(each.period, each.number, entry.manifest, entry.home, dict(entry.moved), entry.tombstone),
                *((entry.placed,) if entry.placed else ()),
            ]
            for each, entry in sorted(self.entries.items())
        ]
        form = HEAD_FORMAT if any(entry.placed for entry in self.entries.values()) else _PLAIN_FORMAT
        facts = {"format": form, "turn": self.turn, "word": secrets.token_hex(8), "releases": rows}
        return json.dumps(facts, separators=(",", ":")).encode()

    @classmethod
    def read(cls, slug: str, data: bytes) -> ReleaseHead:
        """The head that an object holds. StoreBroken for what is none, NewerHead for what a later version wrote."""
        try:
            facts: dict[str, Any] = json.loads(data)
            if int(facts["format"]) > HEAD_FORMAT:
                raise NewerHead(Label(slug, slug), int(facts["format"]), HEAD_FORMAT)
            entries = {
                ReleaseAddress(slug, period, number): HeadEntry(
                    manifest, home, moved, tombstone, (str(placed[0][0]), str(placed[0][1])) if placed else None
                )
                for period, number, manifest, home, moved, tombstone, *placed in facts["releases"]
            }
            return cls(int(facts["turn"]), entries)
        except (ValueError, KeyError, TypeError, IndexError) as fault:
            raise StoreBroken(f"{slug}: the list of its releases cannot be read") from fault


def sealed_entry(manifest: str, word: str, tombstone: str | None = None) -> HeadEntry:
    """The entry of a release all files of which went up under one word."""
    return HeadEntry(manifest, word, {}, tombstone)


def withdrawn_entry(entry: HeadEntry, tombstone: str, word: str) -> HeadEntry:
    """The entry of the same release once its tombstone stands."""
    moved = {MANIFEST: entry.word(MANIFEST), TOMBSTONE: word}
    kept = {name: each for name, each in moved.items() if each != entry.home}
    return replace(entry, moved=kept, tombstone=tombstone, placed=None)
