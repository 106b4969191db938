"""The entry of the log that seals a day of the city's diary: what was missing, what did not balance, what was found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ayan.core.transparency.entries.parsing import is_day, is_digest, is_moment, matches, members, parsed
from ayan.core.values.canonical import canonical_json

DIARY: Final = "diary"
_NAME: Final = re.compile(r"(?=.{1,40}\Z)[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryDay:
    """One day of the diary, sealed after it ended.

    ``day`` is ISO in the city's own zone and ``at`` the moment it ended (ISO 8601, UTC); ``parts`` holds by name the
    SHA-256 (hex) of what was kept of that day and is published. There may be more parts in later versions.
    """

    day: str
    at: str
    parts: Mapping[str, str]
    kind: str = DIARY

    @property
    def leaf(self) -> bytes:
        """The entry itself: canonical JSON (RFC 8785)."""
        return canonical_json(members(self))

    @classmethod
    def parse(cls, leaf: bytes) -> DiaryDay:
        """The day that an entry seals; BadStatement for anything that `leaf` would not write."""
        return parsed(leaf, cls, _is_sound)


def _is_sound(entry: DiaryDay) -> bool:
    return (
        entry.kind == DIARY
        and is_day(entry.day)
        and is_moment(entry.at)
        and isinstance(entry.parts, dict)
        and bool(entry.parts)
        and all(matches(_NAME, name) and is_digest(digest) for name, digest in entry.parts.items())
    )
