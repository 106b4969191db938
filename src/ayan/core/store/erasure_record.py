"""What a manifest keeps of an erasure: how many rows went, where they stood, when, by whom, and a reason code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ayan.core.store.tombstone import instant

Runs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Erasure:
    """Rows removed from a release for good.

    ``rows`` are the numbers they had in it (``_row``) as runs, first and last included; what they said is kept
    nowhere. ``before`` is the SHA-256 (hex) of the manifest that this erasure replaced, which is gone too, so that the
    chain of manifests can be followed back to the one that was sealed. The reason's text is never stored;
    ``reason_digest`` is its salted SHA-256 where there is one.
    """

    at: datetime
    by: str
    code: str
    rows: Runs
    before: str
    reason_digest: str | None = None

    @property
    def count(self) -> int:
        """How many rows went."""
        return sum(last - first + 1 for first, last in self.rows)

    def holds(self, row: int) -> bool:
        """Whether the row of this number was erased."""
        return any(first <= row <= last for first, last in self.rows)

    def as_json(self) -> dict[str, Any]:
        """The erasure as a manifest holds it."""
        return {
            "at": instant(self.at),
            "by": self.by,
            "code": self.code,
            "count": self.count,
            "rows": [list(run) for run in self.rows],
            "before": f"sha256:{self.before}",
            "reason_digest": self.reason_digest,
        }

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> Erasure:
        """The erasure that a manifest holds."""
        return cls(
            at=datetime.fromisoformat(table["at"]),
            by=table["by"],
            code=table["code"],
            rows=tuple((int(first), int(last)) for first, last in table["rows"]),
            before=table["before"].removeprefix("sha256:"),
            reason_digest=table["reason_digest"],
        )


def runs(numbers: Iterable[int]) -> Runs:
    """Numbers, in any order, as runs of neighbours."""
    stretches: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if stretches and stretches[-1][1] == number - 1:
            stretches[-1] = stretches[-1][0], number
        else:
            stretches.append((number, number))
    return tuple(stretches)
