"""Reading the log for people: what it says, who vouched for it, and what deserves a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

from ayan.apps.logbook.limits import LEDGER_PAGE
from ayan.core.ledger.checkpoint import cosigned, parse_checkpoint
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import parse_note
from ayan.core.ledger.signing_key import is_demo
from ayan.core.store.release import Release
from ayan.core.transparency.entries.declaration import Declaration
from ayan.core.transparency.entries.diary_day import DiaryDay
from ayan.core.transparency.entries.entry import UnknownEntry, read_entry
from ayan.core.transparency.entries.key_rotation import KeyRotation
from ayan.core.transparency.entries.notice import Notice
from ayan.core.transparency.entries.original_deletion import OriginalDeleted
from ayan.core.transparency.entries.statement import Statement, erased, sealed
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.transparency.log_rules import EventKind
from ayan.core.transparency.log_verification import EVENTS
from ayan.core.transparency.violation import Violation
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.wiring import ledger
from ayan.wiring.city import City

NEWEST: Final = 5
"""Leaves that are linked beside each count."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry of the log with its index."""

    index: int
    statement: Statement

    @property
    def at(self) -> datetime:
        """When the act took place."""
        return datetime.fromisoformat(self.statement.at)


@dataclass(frozen=True, slots=True)
class DayLeaf:
    """One entry of the log that seals a day of the audit trail, with its index."""

    index: int
    day: TrailDay

    @property
    def on(self) -> date:
        """The day that it seals."""
        return date.fromisoformat(self.day.day)

    @property
    def at(self) -> datetime:
        """When the day ended."""
        return datetime.fromisoformat(self.day.at)


@dataclass(frozen=True, slots=True)
class OriginalLeaf:
    """One entry of the log that tells of a deleted original, with its index."""

    index: int
    original: OriginalDeleted

    @property
    def at(self) -> datetime:
        """When it was deleted."""
        return datetime.fromisoformat(self.original.at)


@dataclass(frozen=True, slots=True)
class DeclarationLeaf:
    """One entry of the log that tells what the city declares, with its index."""

    index: int
    declaration: Declaration

    @property
    def at(self) -> datetime:
        """From when on."""
        return datetime.fromisoformat(self.declaration.at)


@dataclass(frozen=True, slots=True)
class DiaryLeaf:
    """One entry of the log that seals a day of the diary, with its index."""

    index: int
    diary: DiaryDay

    @property
    def on(self) -> date:
        """The day that it seals."""
        return date.fromisoformat(self.diary.day)

    @property
    def at(self) -> datetime:
        """When the day ended."""
        return datetime.fromisoformat(self.diary.at)


@dataclass(frozen=True, slots=True)
class OtherLeaf:
    """One entry of the log that this version cannot read, with its index."""

    index: int
    entry: UnknownEntry


@dataclass(frozen=True, slots=True)
class OperatorLeaf:
    """One entry of the log about the log itself, its key or an operator's own word, with its index."""

    index: int
    entry: KeyRotation | Notice

    @property
    def at(self) -> datetime:
        """When it was entered."""
        return datetime.fromisoformat(self.entry.at)


AnyLeaf: TypeAlias = Leaf | DayLeaf | OriginalLeaf | OperatorLeaf | DeclarationLeaf | DiaryLeaf | OtherLeaf


@dataclass(frozen=True, slots=True)
class EventCount:
    """How many acts of one sort deserve a look, what they are called, and where the newest of them stand."""

    kind: EventKind
    title: Label
    count: int
    newest: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LogReview:
    """What the rules of the log say of it: acts that deserve a look, and where a rule is broken."""

    counts: tuple[EventCount, ...]
    broken: tuple[Violation, ...]


def review(city: City) -> LogReview:
    """The log of the city, replayed."""
    history = city.log_replay.now()
    counts = []
    for kind, title in EVENTS.items():
        where = [event.index for event in history.events.values() if event.kind == kind]
        if where:
            counts.append(EventCount(kind, title, len(where), tuple(sorted(where, reverse=True)[:NEWEST])))
    return LogReview(tuple(counts), tuple(history.violations))


@dataclass(frozen=True, slots=True)
class Vouched:
    """A witness's word for the checkpoint that stands: its name and when it signed."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LogState:
    """What the log is now; ``vouched`` are the witnesses that signed it so, ``asked`` the names of all of them."""

    size: int
    root: str
    signed: str
    key: str
    vouched: tuple[Vouched, ...]
    demo: bool
    now: datetime
    asked: tuple[str, ...] = ()

    @property
    def newest(self) -> datetime | None:
        """When the newest of the signatures of witnesses was made; None while there is none."""
        return max((witness.at for witness in self.vouched), default=None)

    @property
    def hours(self) -> int | None:
        """How many hours old that signature is."""
        return None if self.newest is None else max(0, int((self.now - self.newest) / timedelta(hours=1)))


def state(city: City, log: Log) -> LogState:
    """Size, root, signed checkpoint and witnesses of the log."""
    signed = log.checkpoint()
    checkpoint = parse_checkpoint(parse_note(signed).text)
    asked = [witness.key for witness in ledger.witnesses(city.home)]
    times = cosigned(signed, asked)
    vouched = tuple(Vouched(key.name, datetime.fromtimestamp(at, TEHRAN)) for key, at in sorted(times.items(), key=str))
    key = log.verifier
    demo = key is not None and is_demo(key)
    names = tuple(sorted({key.name for key in asked}))
    return LogState(
        checkpoint.size, checkpoint.root.hex(), signed.decode(), str(key or ""), vouched, demo, city.clock.now(), names
    )


def newest(log: Log, before: int | None = None) -> list[AnyLeaf]:
    """A page of entries, newest first; those before an index where one is given."""
    end = log.size if before is None else max(0, min(before, log.size))
    first = max(0, end - LEDGER_PAGE)
    leaves = [_leaf_of_entry(first + at, leaf) for at, leaf in enumerate(log.leaves(first, end))]
    return leaves[::-1]


def leaf(log: Log, index: int) -> AnyLeaf:
    """One entry; IndexError beyond the log."""
    return _leaf_of_entry(index, log.leaf(index))


def _leaf_of_entry(index: int, entry: bytes) -> AnyLeaf:
    said = read_entry(entry)
    if isinstance(said, UnknownEntry):
        return OtherLeaf(index, said)
    if isinstance(said, OriginalDeleted):
        return OriginalLeaf(index, said)
    if isinstance(said, KeyRotation | Notice):
        return OperatorLeaf(index, said)
    if isinstance(said, Declaration):
        return DeclarationLeaf(index, said)
    if isinstance(said, DiaryDay):
        return DiaryLeaf(index, said)
    return DayLeaf(index, said) if isinstance(said, TrailDay) else Leaf(index, said)


def leaf_of(log: Log, release: Release) -> Leaf | None:
    """Where the log says of a release what it is now; None for one that is not in the log."""
    return leaf_of_statement(log, erased(release) if release.erasures else sealed(release))


def leaf_of_statement(log: Log, statement: Statement) -> Leaf | None:
    """Where the log says this; None where it does not."""
    index = log.find(statement.leaf)
    return None if index is None else Leaf(index, statement)
