"""What may follow what among the leaves about the log itself: rotations of its key, and an operator's own word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from ayan.core.ledger.note import Verifier
from ayan.core.transparency.entries.key_rotation import KeyRotation
from ayan.core.transparency.entries.notice import Notice, NoticeCode
from ayan.core.transparency.limits import AHEAD
from ayan.core.transparency.violation import Violation, violation

OperatorEvent: TypeAlias = Literal["clock", "unseen", "rotated", "key-lost", "acts-lost"]

NOTICE_EVENTS: Final[Mapping[OperatorEvent, NoticeCode]] = {
    "clock": "clock-is-right",
    "unseen": "restored-unseen",
    "key-lost": "key-lost",
    "acts-lost": "acts-lost",
}
"""The events that are notices, with the code of each."""


@dataclass(slots=True)
class OperatorHistory:
    """What the log says of its own key and clock as far as it was read; entries are given after they were accepted.

    ``rotations`` and ``notices`` stand by index. ``keys`` are the public keys that leaves tell of, the oldest first;
    ``key`` is the one that the log is signed with now, None while no leaf tells.
    """

    rotations: dict[int, KeyRotation] = field(default_factory=dict)
    notices: dict[int, Notice] = field(default_factory=dict)
    keys: dict[str, None] = field(default_factory=dict)
    key: str | None = None
    _lately: set[datetime] = field(default_factory=set)
    _aside: set[datetime] = field(default_factory=set)

    @property
    def replaced(self) -> int:
        """The index of the leaf by which the key was changed last; -1 where it never was."""
        changes = [*self.rotations, *(at for at, said in self.notices.items() if said.code == "key-lost")]
        return max(changes, default=-1)

    def last(self, code: str) -> Notice | None:
        """The last notice of one code."""
        return next((said for said in reversed(self.notices.values()) if said.code == code), None)

    def note(self, time: datetime) -> None:
        """Take in the time of an accepted entry."""
        self._lately.add(time)

    def sets_aside(self, time: datetime) -> bool:
        """Whether ``time`` was signed by a clock that was ahead, as an operator said since: then it bounds nothing.

        Releases of a dataset are never sealed before one another, so later ones bear the same time.
        """
        return time in self._aside

    def violations(
        self, index: int, entry: Notice | KeyRotation, latest: datetime | None, acts: int
    ) -> Iterator[Violation]:
        """The rules that an entry at ``index`` breaks.

        ``latest`` is the latest time in the log so far, ``acts`` the number of the last act of a day that was sealed.
        """
        if isinstance(entry, KeyRotation):
            if not entry.is_signed():
                yield violation(index, "rotation-unsigned")
            if entry.size != index or not self._follows(entry.old, entry.new):
                yield violation(index, "rotation-chain")
            return
        match entry.code:
            case "clock-is-right":
                fits = latest is not None and datetime.fromisoformat(str(entry.facts["latest"])) == latest
            case "restored-unseen":
                fits = entry.facts["size"] == index
            case "key-lost":
                fits = self._follows(str(entry.facts["old"]), str(entry.facts["new"]))
            case "acts-lost":
                since, last = int(entry.facts["since"]), int(entry.facts["last"])
                fits = last == acts and (since < last or (since == last and entry.facts["findings"] != 0))
        if not fits:
            yield violation(index, "notice-facts", entry.code)

    def accept(self, index: int, entry: Notice | KeyRotation) -> OperatorEvent:
        """Take in an entry that breaks no rule; what sort of event it is."""
        if isinstance(entry, KeyRotation):
            self.rotations[index] = entry
            self._change(entry.old, entry.new)
            return "rotated"
        self.notices[index] = entry
        if entry.code == "key-lost":
            self._change(str(entry.facts["old"]), str(entry.facts["new"]))
        if entry.code == "clock-is-right":
            at = datetime.fromisoformat(entry.at)
            self._aside |= {time for time in self._lately if time > at + AHEAD}
            self._lately.clear()
        return next(event for event, code in NOTICE_EVENTS.items() if code == entry.code)

    def _follows(self, old: str, new: str) -> bool:
        """Whether the log may go over from one key to the other, which it never had before, under the same name."""
        return (
            self.key in (None, old)
            and new != old
            and new not in self.keys
            and Verifier.parse(old).name == Verifier.parse(new).name
        )

    def _change(self, old: str, new: str) -> None:
        self.keys |= {old: None, new: None}
        self.key = new


def is_recent(notice: Notice | None, now: datetime, length: timedelta) -> bool:
    """Whether a notice was given within ``length`` before ``now``."""
    return notice is not None and -AHEAD <= now - datetime.fromisoformat(notice.at) <= length
