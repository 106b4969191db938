"""Reading the log for people: what it says, who vouched for it, and what it says of one digest, file or row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from ayan.core.ledger.checkpoint import cosigned, parse_checkpoint
from ayan.core.ledger.commitments import SALTS, open_row
from ayan.core.ledger.keys import is_demo
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import parse_note
from ayan.core.ledger.rowhash import BadRows
from ayan.core.ledger.tree import BadProof
from ayan.core.query import keys
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Question
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.manifest import beside, file_name
from ayan.core.store.objects import NotInStore
from ayan.core.store.release import Release
from ayan.core.transparency.entries.entry import UnknownEntry, read_entry
from ayan.core.transparency.entries.key_rotation import KeyRotation
from ayan.core.transparency.entries.notice import Notice
from ayan.core.transparency.entries.original_deleted import OriginalDeleted
from ayan.core.transparency.entries.statement import Statement, erased, sealed, withdrawn
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.transparency.log_rules import EventKind
from ayan.core.transparency.log_verification import EVENTS
from ayan.core.transparency.violation import Violation
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.wiring import ledger
from ayan.wiring.city import City

PAGE: Final = 50
NEWEST: Final = 5
"""Leaves that are linked beside each count."""

_DIGEST: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.IGNORECASE)
_REF: Final = re.compile(r"([a-z0-9-]+)/([A-Za-z0-9-]+)/([1-9][0-9]{0,8})")
_RECORD: Final = re.compile(r"(?:/en)?/data/([a-z0-9-]+)/r/(.+)")
_RELEASE: Final = re.compile(r"(?:/en)?/data/([a-z0-9-]+)/releases/([A-Za-z0-9-]+)/([1-9][0-9]{0,8})")


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


AnyLeaf: TypeAlias = Leaf | DayLeaf | OriginalLeaf | OperatorLeaf | OtherLeaf


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
    """What the log is now."""

    size: int
    root: str
    signed: str
    key: str
    vouched: tuple[Vouched, ...]
    demo: bool
    now: datetime

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
    times = cosigned(signed, [witness.key for witness in ledger.witnesses(city.home)])
    vouched = tuple(Vouched(key.name, datetime.fromtimestamp(at, TEHRAN)) for key, at in sorted(times.items(), key=str))
    key = log.verifier
    demo = key is not None and is_demo(key)
    return LogState(
        checkpoint.size, checkpoint.root.hex(), signed.decode(), str(key or ""), vouched, demo, city.clock.now()
    )


def newest(log: Log, before: int | None = None) -> list[AnyLeaf]:
    """A page of entries, newest first; those before an index where one is given."""
    end = log.size if before is None else max(0, min(before, log.size))
    first = max(0, end - PAGE)
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
    return DayLeaf(index, said) if isinstance(said, TrailDay) else Leaf(index, said)


def leaf_of(log: Log, release: Release) -> Leaf | None:
    """Where the log says of a release what it is now; None for one that is not in the log."""
    return _leaf_of_statement(log, erased(release) if release.erasures else sealed(release))


def _leaf_of_statement(log: Log, statement: Statement) -> Leaf | None:
    index = log.find(statement.leaf)
    return None if index is None else Leaf(index, statement)


# --- «verify this» --------------------------------------------------------------------------------------------------

Outcome = Literal["nothing", "unreadable", "unknown", "release", "file", "row", "row-differs", "gone"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the log says of what somebody asked about.

    ``leaf`` is the entry that vouches for it, ``release`` the release it belongs to, ``file`` the name of the file,
    ``row`` the number of the row in its release. ``newer`` is a release that has taken its place since.
    """

    outcome: Outcome
    query: str = ""
    leaf: Leaf | None = None
    release: Release | None = None
    file: str = ""
    row: int | None = None
    newer: Release | None = None


def verdict(city: City, log: Log, asked: str) -> Verdict:
    """What the log says of a digest, a release's name, or the address of a record or a release."""
    text = asked.strip()
    if not text:
        return Verdict("nothing")
    if match := _DIGEST.fullmatch(text):
        return _of_digest(city, log, match[1].lower())
    try:
        path = unquote(urlsplit(text).path)
    except ValueError:
        # Whoever types a bracket where a host should stand asks for nothing that was published.
        return Verdict("unreadable", text)
    if match := _RECORD.fullmatch(path):
        return _of_record(city, log, text, match[1], match[2])
    if match := _RELEASE.fullmatch(path) or _REF.fullmatch(text):
        return _of_release(city, log, text, match[1], match[2], int(match[3]))
    return Verdict("unreadable", text)


def _releases(city: City) -> Iterator[Release]:
    aside = {dataset.slug for dataset in city.set_aside}
    for slug in city.release_store.slugs():
        if slug not in aside:
            yield from reversed(city.release_store.releases(slug))


def _of_digest(city: City, log: Log, digest: str) -> Verdict:
    for release in _releases(city):
        if release.digest == digest:
            return _judged(city, log, digest, release)
        files = {file_name(resource): resource for resource in release.manifest["resources"]} | beside(release.manifest)
        for name, file in files.items():
            if file["hash"] == f"sha256:{digest}":
                return _judged(city, log, digest, release, name)
    # A manifest that stands no more may still be in the log.
    leaves = [_leaf_of_entry(index, raw_leaf) for index, raw_leaf in enumerate(log.leaves(0, log.size))]
    gone = (leaf for leaf in reversed(leaves) if isinstance(leaf, Leaf) and leaf.statement.manifest == digest)
    withdrawal = next(gone, None)
    return Verdict("gone", digest, withdrawal) if withdrawal else Verdict("unknown", digest)


def _of_release(city: City, log: Log, asked: str, slug: str, period: str, number: int) -> Verdict:
    try:
        return _judged(city, log, asked, city.release_store.release(slug, period, number))
    except (NotInStore, ValueError):
        return Verdict("unknown", asked)


def _of_record(city: City, log: Log, asked: str, slug: str, key: str) -> Verdict:
    try:
        dataset = city.registry.get(slug)
        there = city.query_service.snapshot(dataset, Question(slug=slug))
        rows = keys.find(city.query_service, dataset, key, there)
    except (KeyError, DeclarationError, Unanswered, ValueError):
        return Verdict("unknown", asked)
    if not rows:
        return Verdict("unknown", asked)
    release = city.release_store.release(slug, rows[0].period, rows[0].release)
    judged = _judged(city, log, asked, release)
    number = rows[0].number
    if judged.leaf is None or judged.outcome == "gone":
        return judged
    try:
        proved = (
            open_row(release.parts(), release.folder, number, salts=release.salts or SALTS).root().hex()
            == judged.leaf.statement.rows_root
        )
    except (KeyError, BadRows, BadProof):
        proved = False
    outcome: Outcome = "row" if proved else "row-differs"
    return Verdict(outcome, asked, judged.leaf, release, row=number, newer=judged.newer)


def _judged(city: City, log: Log, asked: str, release: Release, file: str = "") -> Verdict:
    if release.withdrawn:
        return Verdict(
            "gone",
            asked,
            _leaf_of_statement(log, withdrawn(release, city.release_store.tombstone(release))),
            release,
            file,
        )
    own = leaf_of(log, release)
    if own is None:
        return Verdict("unknown", asked)
    holding = city.release_store.current(release.slug).get(release.period)
    newer = holding if holding is not None and holding.number != release.number else None
    return Verdict("file" if file else "release", asked, own, release, file, newer=newer)
