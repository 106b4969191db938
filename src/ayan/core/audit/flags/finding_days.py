"""Which findings were public on which day, with the replies to them: one file a day, kept for good.

No record, company or person is named, and replies stand there as salted digests: what a finding named goes when it is
over, and these files stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from ayan.core.audit.flags.register import FindingStanding
from ayan.core.system.files import DRAFTS, locked, make_folder, sweep, write
from ayan.core.values.canonical import canonical_json


@dataclass(frozen=True, slots=True)
class ShownReply:
    """A reply as it was shown: from whom, the day (ISO) it came, and a salted digest (hex) of its text."""

    by: Literal["party", "unit"]
    on: str
    digest: str


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding that was public: its lasting name, its flag and dataset, and since which day (ISO)."""

    id: str
    flag: str
    dataset: str
    standing: FindingStanding
    published_on: str
    replies: tuple[ShownReply, ...] = ()


def reply_digest(salt: str, text: str) -> str:
    """SHA-256 (hex) over the salt's bytes and the text in UTF-8; with the salt gone it confirms no guess."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest()


class FindingDays:
    """The days that were kept in ``folder``; one file of a day, and that for good."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def holds(self, day: date) -> bool:
        """Whether a day is kept."""
        return self._at(day).is_file()

    def keep(self, day: date, findings: Iterable[ShownFinding]) -> bool:
        """Keep a day, durably; False where it is kept already, and then nothing changes."""
        shown = [
            {
                "id": finding.id,
                "flag": finding.flag,
                "dataset": finding.dataset,
                "standing": finding.standing,
                "published_on": finding.published_on,
                "replies": [[reply.by, reply.on, reply.digest] for reply in finding.replies],
            }
            for finding in sorted(findings, key=lambda finding: finding.id)
        ]
        make_folder(self._folder)
        with locked(self._folder / "lock"):
            sweep(self._folder.glob(DRAFTS))
            if self.holds(day):
                return False
            write(self._at(day), canonical_json({"findings": shown}))
        return True

    def _at(self, day: date) -> Path:
        return self._folder / f"{day.isoformat()}.json"
