"""A deleted original in the log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from ayan.core.transparency.entries.parsing import is_digest, is_moment, is_ref, matches, members, parsed
from ayan.core.values.canonical import canonical_json
from ayan.core.values.clock import TEHRAN

ORIGINAL: Final = "original-deleted"
_RULE: Final = re.compile(r"(dataset|city):P[0-9YMWD]{2,16}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalDeleted:
    """One original deleted, in the words that everybody may read.

    ``commitment`` (hex) is what the release committed itself to when it was sealed, so that nobody can say later that
    another file was meant; with its salt gone it confirms no guess. ``at`` is the moment (ISO 8601, UTC). ``rule`` says
    who declared how long it is kept, and how long (ISO 8601): ``dataset:P90D`` or ``city:P5Y``.
    """

    at: str
    dataset: str
    period: str
    number: int
    commitment: str
    rule: str
    kind: str = ORIGINAL

    @property
    def ref(self) -> str:
        """``slug/period/number``, as commands and pages name the release."""
        return f"{self.dataset}/{self.period}/{self.number}"

    @property
    def day(self) -> date:
        """The day in Tehran on which it was deleted."""
        return datetime.fromisoformat(self.at).astimezone(TEHRAN).date()

    @property
    def leaf(self) -> bytes:
        """The entry itself: canonical JSON (RFC 8785)."""
        return canonical_json(members(self))

    @classmethod
    def parse(cls, leaf: bytes) -> OriginalDeleted:
        """The deletion that an entry tells of; BadStatement for anything that `leaf` would not write."""
        return parsed(leaf, cls, _is_sound_deletion)


def tells_of_original(leaf: bytes) -> bool:
    """Whether an entry of the log is of this kind."""
    return f'"kind":"{ORIGINAL}"'.encode() in leaf


def _is_sound_deletion(deletion: OriginalDeleted) -> bool:
    return (
        deletion.kind == ORIGINAL
        and is_moment(deletion.at)
        and is_ref(deletion.dataset, deletion.period, deletion.number)
        and is_digest(deletion.commitment)
        and matches(_RULE, deletion.rule)
    )


def commitment_of(manifest: Mapping[str, object]) -> str:
    """The commitment (hex) of a release to its original; empty where its manifest has none."""
    facts = manifest.get("ayan")
    source = facts.get("source") if isinstance(facts, Mapping) else None
    return str(source.get("commitment", "")) if isinstance(source, Mapping) else ""
