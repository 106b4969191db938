"""What the log says of a day of the desk's audit trail: how many acts, and the digest at which the chain stood."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TypeAlias

from ayan.core.ledger.limits import MOST_ENTRIES
from ayan.core.release.deletion import OriginalDeleted, tells_of_original
from ayan.core.release.statement import Statement, is_count, is_digest, is_moment, parsed
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
        return canonical_json(asdict(self))

    @classmethod
    def parse(cls, leaf: bytes) -> TrailDay:
        """The day that an entry seals; BadStatement for anything that `leaf` would not write."""
        return parsed(leaf, cls, _is_sound)


def _is_sound(entry: TrailDay) -> bool:
    return (
        entry.kind == "trail"
        and isinstance(entry.day, str)
        and date.fromisoformat(entry.day).isoformat() == entry.day
        and is_moment(entry.at)
        and is_count(entry.acts, MOST_ENTRIES)
        and is_count(entry.last, MOST_ENTRIES)
        and is_digest(entry.head)
    )


Entry: TypeAlias = Statement | TrailDay | OriginalDeleted
"""Whatever the log holds."""


def parse_entry(leaf: bytes) -> Entry:
    """What an entry says; BadStatement for one of no kind that is known."""
    if tells_of_original(leaf):
        return OriginalDeleted.parse(leaf)
    return TrailDay.parse(leaf) if b'"kind":"trail"' in leaf else Statement.parse(leaf)
