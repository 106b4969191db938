"""What is left where something was taken away: the tombstone of a withdrawn release, the record of erased rows.

Also the note of an erasure under way, so that after a crash it is finished or undone, and how the store writes times.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ayan.core.store.objects import MANIFEST
from ayan.core.system.files import write
from ayan.core.values.canonical import sha256_hex


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


# --- rows that were erased --------------------------------------------------------------------------------------------

RowRuns = tuple[tuple[int, int], ...]


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
    rows: RowRuns
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


def runs(numbers: Iterable[int]) -> RowRuns:
    """Numbers, in any order, as runs of neighbours."""
    stretches: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if stretches and stretches[-1][1] == number - 1:
            stretches[-1] = stretches[-1][0], number
        else:
            stretches.append((number, number))
    return tuple(stretches)


# --- an erasure under way ---------------------------------------------------------------------------------------------

ERASING: Final = ".erasing-"
"""How the notes are called, with the release's number, and the drafts beside them, with anything else."""


@dataclass(frozen=True, slots=True)
class RewriteNote:
    """Files that come and files that go when the manifest whose SHA-256 (hex) is ``before`` gives way to another."""

    before: str
    comes: tuple[str, ...]
    gone: tuple[str, ...]


def put_note(path: Path, note: RewriteNote) -> None:
    """Write a note down, whole and durably."""
    write(path, json.dumps({"before": note.before, "comes": note.comes, "gone": note.gone}).encode())


def unfinished(path: Path, folder: Path) -> list[Path]:
    """What must still be removed from ``folder``: the older files once the new manifest stands there, else the new."""
    try:
        facts = json.loads(path.read_bytes())
        done = sha256_hex((folder / MANIFEST).read_bytes()) != facts["before"]
    except FileNotFoundError:
        return []
    names: Sequence[str] = facts["gone"] if done else facts["comes"]
    return [path for path in map(folder.joinpath, names) if path.exists()]
