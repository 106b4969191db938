"""What the log says of an original that was deleted when its time was over: which file, when, and by which rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from threading import Lock
from typing import Final

from ayan.core.ledger.log import Log
from ayan.core.ledger.refusal import LedgerError
from ayan.core.release.statement import BadStatement, is_digest, is_moment, is_ref, parsed
from ayan.core.values.canonical import canonical_json
from ayan.core.values.clock import TEHRAN

KIND: Final = "original-deleted"
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
    kind: str = KIND

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
        return canonical_json(asdict(self))

    @classmethod
    def parse(cls, leaf: bytes) -> OriginalDeleted:
        """The deletion that an entry tells of; BadStatement for anything that `leaf` would not write."""
        return parsed(leaf, cls, _is_sound)


def _is_sound(deletion: OriginalDeleted) -> bool:
    return (
        deletion.kind == KIND
        and is_moment(deletion.at)
        and is_ref(deletion.dataset, deletion.period, deletion.number)
        and is_digest(deletion.commitment)
        and isinstance(deletion.rule, str)
        and _RULE.fullmatch(deletion.rule) is not None
    )


def tells_of_original(leaf: bytes) -> bool:
    """Whether an entry of the log is of this kind."""
    return f'"kind":"{KIND}"'.encode() in leaf


@dataclass(frozen=True, slots=True)
class Entered:
    """A deletion and where it stands in the log."""

    index: int
    statement: OriginalDeleted


class Deletions:
    """Every deletion that the log tells of, by commitment; reads on as the log grows. Safe to share between threads."""

    def __init__(self, log: Callable[[], Log | None]) -> None:
        self._log = log
        self._read = 0
        self._entered: dict[str, Entered] = {}
        self._busy = Lock()

    def all(self) -> Mapping[str, Entered]:
        """By the commitment of the release. Raises LedgerError where the log is damaged."""
        log = self._log()
        if log is None:
            return {}
        with self._busy:
            size = log.size
            if size < self._read:
                # Another log stands there than the one that was read, as after a restore.
                self._read, self._entered = 0, {}
            for index, leaf in enumerate(log.leaves(self._read, size), self._read):
                if tells_of_original(leaf):
                    said = OriginalDeleted.parse(leaf)
                    self._entered.setdefault(said.commitment, Entered(index, said))
            self._read = size
            return dict(self._entered)

    def of(self, manifest: Mapping[str, object]) -> Entered | None:
        """What became of the original that a release commits itself to; None while the log tells of no deletion."""
        return self.all().get(commitment_of(manifest))

    def count(self) -> int:
        """How many there are; none while the log cannot be read, which others tell of."""
        try:
            return len(self.all())
        except (LedgerError, BadStatement):
            return 0

    def __iter__(self) -> Iterator[Entered]:
        return iter(sorted(self.all().values(), key=lambda deletion: deletion.index))


def commitment_of(manifest: Mapping[str, object]) -> str:
    """The commitment (hex) of a release to its original; empty where its manifest has none."""
    facts = manifest.get("ayan")
    source = facts.get("source") if isinstance(facts, Mapping) else None
    return str(source.get("commitment", "")) if isinstance(source, Mapping) else ""
