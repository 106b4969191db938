"""The entry of the log that says what the city declares: one file of its declarations, as it is published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ayan.core.ledger.limits import MOST_ENTRIES
from ayan.core.transparency.entries.parsing import is_count, is_digest, is_moment, matches, members, parsed
from ayan.core.values.canonical import canonical_json

DECLARATION: Final = "declaration"
_PART: Final = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}"
DECLARED_PATH: Final = re.compile(rf"{_PART}(?:/{_PART}){{0,7}}", re.ASCII)
"""How a file is named: below the city's folder, no part beginning with a dot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One declared file as it is from the moment ``at`` (ISO 8601, UTC) on.

    ``path`` is relative to the city's folder, with slashes. ``digest`` is the SHA-256 (hex) and ``size`` the number of
    bytes of what is published of it; both are None where the city declares it no longer.
    """

    at: str
    path: str
    digest: str | None
    size: int | None
    kind: str = DECLARATION

    @property
    def leaf(self) -> bytes:
        """The entry itself: canonical JSON (RFC 8785)."""
        return canonical_json(members(self))

    @classmethod
    def parse(cls, leaf: bytes) -> Declaration:
        """The declaration that an entry tells of; BadStatement for anything that `leaf` would not write."""
        return parsed(leaf, cls, _is_sound)


def _is_sound(entry: Declaration) -> bool:
    stands = is_digest(entry.digest) and is_count(entry.size, MOST_ENTRIES)
    return (
        entry.kind == DECLARATION
        and is_moment(entry.at)
        and matches(DECLARED_PATH, entry.path)
        and (stands or (entry.digest is None and entry.size is None))
    )
