"""Whatever the log holds, read by its kind.

What a later version adds has a ``kind`` of its own, and readers pass over kinds that they do not know.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from ayan.core.transparency.entries.declaration import DECLARATION, Declaration
from ayan.core.transparency.entries.diary_day import DIARY, DiaryDay
from ayan.core.transparency.entries.key_rotation import KEY_ROTATED, KeyRotation
from ayan.core.transparency.entries.notice import NOTICE, Notice
from ayan.core.transparency.entries.original_deletion import ORIGINAL, OriginalDeleted
from ayan.core.transparency.entries.parsing import CODE, BadStatement, matches
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.values.canonical import NotCanonical, canonical_json

_KINDS: Final[Mapping[str, Callable[[bytes], KnownEntry]]] = {
    "trail": TrailDay.parse,
    ORIGINAL: OriginalDeleted.parse,
    DECLARATION: Declaration.parse,
    DIARY: DiaryDay.parse,
    KEY_ROTATED: KeyRotation.parse,
    NOTICE: Notice.parse,
}


@dataclass(frozen=True, slots=True)
class UnknownEntry:
    """An entry that this version cannot read: of a ``kind`` that it does not know, or, with none, of no kind at all."""

    leaf: bytes
    kind: str = ""

    @property
    def malformed(self) -> bool:
        """Whether no version would have written it."""
        return not self.kind


KnownEntry: TypeAlias = Statement | TrailDay | OriginalDeleted | Declaration | DiaryDay | KeyRotation | Notice
Entry: TypeAlias = KnownEntry | UnknownEntry
"""Whatever the log holds."""


def parse_entry(leaf: bytes) -> KnownEntry:
    """What an entry says; BadStatement for one of no kind that is known."""
    if leaf.startswith(b'{"act":'):
        return Statement.parse(leaf)
    return _KINDS.get(_kind(leaf), Statement.parse)(leaf)


def read_entry(leaf: bytes) -> Entry:
    """What an entry says, whatever it is."""
    try:
        return parse_entry(leaf)
    except BadStatement:
        kind = _kind(leaf)
        return UnknownEntry(leaf, "" if kind in _KINDS else kind)


def _kind(leaf: bytes) -> str:
    """The kind that an entry names; empty where it names none, or is not in the one spelling that all entries have."""
    try:
        facts = json.loads(leaf)
        kind = facts.get("kind") if isinstance(facts, dict) else None
        return str(kind) if matches(CODE, kind) and canonical_json(facts) == leaf else ""
    except (ValueError, RecursionError, NotCanonical):
        return ""
