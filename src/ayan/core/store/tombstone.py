"""The tombstone of a withdrawn release, and how the store writes times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left in place of a withdrawn release: which bytes were removed, when, by whom, and a reason code.

    The reason's text is never stored here; ``reason_digest`` is its salted SHA-256 where there is one.
    """

    ref: str
    code: str
    by: str
    at: datetime
    manifest: str
    parts: tuple[str, ...]
    rows: int
    reason_digest: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The tombstone as its file holds it."""
        return {
            "release": self.ref,
            "code": self.code,
            "by": self.by,
            "at": instant(self.at),
            "manifest": f"sha256:{self.manifest}",
            "parts": list(self.parts),
            "rows": self.rows,
            "reason_digest": self.reason_digest,
        }

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> Tombstone:
        """The tombstone that a file holds."""
        return cls(
            ref=table["release"],
            code=table["code"],
            by=table["by"],
            at=datetime.fromisoformat(table["at"]),
            manifest=table["manifest"].removeprefix("sha256:"),
            parts=tuple(table["parts"]),
            rows=table["rows"],
            reason_digest=table["reason_digest"],
        )


def instant(moment: datetime) -> str:
    """An aware time as manifests write it: UTC, milliseconds, ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def whole_milliseconds(moment: datetime) -> datetime:
    """An aware time cut to what `instant` can write, in UTC, so that it reads back equal."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
