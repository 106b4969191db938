"""A day of the audit trail in the log."""

from __future__ import annotations

from dataclasses import dataclass

from ayan.core.ledger.limits import MOST_ENTRIES
from ayan.core.transparency.entries.parsing import is_count, is_day, is_digest, is_moment, members, parsed
from ayan.core.values.canonical import canonical_json


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailDay:
    """One day of the audit trail, sealed after it ended; no name and no act stands in it.

    ``day`` is ISO in the city's own zone and ``at`` the moment it ended (ISO 8601, UTC), ``acts`` how many there were
    on it, ``last`` the number of the last one and ``head`` its digest (hex), which vouches for every act before it.
    """

    day: str
    at: str
    acts: int
    last: int
    head: str
    kind: str = "trail"

    @property
    def leaf(self) -> bytes:
        """The entry itself: canonical JSON (RFC 8785)."""
        return canonical_json(members(self))

    @classmethod
    def parse(cls, leaf: bytes) -> TrailDay:
        """The day that an entry seals; BadStatement for anything that `leaf` would not write."""
        return parsed(leaf, cls, _is_sound_day)


def _is_sound_day(entry: TrailDay) -> bool:
    return (
        entry.kind == "trail"
        and is_day(entry.day)
        and is_moment(entry.at)
        and is_count(entry.acts, MOST_ENTRIES)
        and is_count(entry.last, MOST_ENTRIES)
        and is_digest(entry.head)
    )
