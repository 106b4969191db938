"""What the log holds: acts on releases and those that never came about, days of the audit trail, deleted originals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, TypeAlias, get_args

from ayan.core.store.release import Release
from ayan.core.store.tombstone import Tombstone, instant
from ayan.core.values.canonical import canonical_json
from ayan.core.values.clock import TEHRAN

Act: TypeAlias = Literal["sealed", "withdrawn", "erased", "void"]

_ACTS: Final = frozenset(get_args(Act))
_ORIGINAL: Final = "original-deleted"


class BadStatement(ValueError):
    """An entry of the log that is no statement of this kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One entry of the log, in the words that everybody may read.

    ``manifest`` is the SHA-256 (hex) of the release's manifest after the act, ``rows_root`` the root (hex) over the
    commitments of its rows, ``rows`` how many they are (erased ones included, none after a withdrawal), ``at`` the
    time of the act (ISO 8601, UTC). ``supersedes`` is the number of the release that this one takes the place of.
    ``code`` is why something was withdrawn or erased, ``reason_digest`` a salted digest of the words, which are not
    kept here. ``voids`` is the index of an earlier entry whose act never took place, because whoever was to perform it
    was stopped.
    """

    act: Act
    at: str
    dataset: str
    period: str
    number: int
    manifest: str
    rows: int
    rows_root: str | None = None
    supersedes: int | None = None
    code: str | None = None
    reason_digest: str | None = None
    voids: int | None = None

    @property
    def ref(self) -> str:
        """``slug/period/number``, as commands and pages name the release."""
        return f"{self.dataset}/{self.period}/{self.number}"

    @property
    def leaf(self) -> bytes:
        """The entry itself: canonical JSON (RFC 8785) with every member, absent ones as null."""
        return canonical_json(asdict(self))

    @classmethod
    def parse(cls, leaf: bytes) -> Statement:
        """The statement that an entry holds; BadStatement for anything that `leaf` would not write."""
        try:
            facts = json.loads(leaf)
            statement = cls(**facts)
        except (ValueError, TypeError) as error:
            raise BadStatement("the entry is not a statement about a release") from error
        if statement.act not in _ACTS or statement.leaf != leaf:
            raise BadStatement("the entry is not written as a statement is")
        return statement


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
        try:
            trail_day = cls(**json.loads(leaf))
        except (ValueError, TypeError) as error:
            raise BadStatement("the entry is neither a release's nor a day's") from error
        if trail_day.kind != "trail" or trail_day.leaf != leaf:
            raise BadStatement("the entry is not written as a day of the trail is")
        return trail_day


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
    kind: str = _ORIGINAL

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
        try:
            deletion = cls(**json.loads(leaf))
            datetime.fromisoformat(deletion.at)
        except (ValueError, TypeError) as error:
            raise BadStatement("the entry is not about an original") from error
        if deletion.kind != _ORIGINAL or deletion.leaf != leaf:
            raise BadStatement("the entry is not written as one about an original is")
        return deletion


def tells_of_original(leaf: bytes) -> bool:
    """Whether an entry of the log is of this kind."""
    return f'"kind":"{_ORIGINAL}"'.encode() in leaf


Entry: TypeAlias = Statement | TrailDay | OriginalDeleted
"""Whatever the log holds."""


def parse_entry(leaf: bytes) -> Entry:
    """What an entry says; BadStatement for one of no kind that is known."""
    if tells_of_original(leaf):
        return OriginalDeleted.parse(leaf)
    return TrailDay.parse(leaf) if b'"kind":"trail"' in leaf else Statement.parse(leaf)


def sealed(release: Release) -> Statement:
    """The statement that a release is sealed."""
    facts = release.manifest["ayan"]
    return _about(release, "sealed", facts["sealed_at"], supersedes=facts.get("supersedes"))


def withdrawn(release: Release, tombstone: Tombstone) -> Statement:
    """The statement that a release is withdrawn: its manifest is named, its rows are no more."""
    statement = _about(release, "withdrawn", instant(tombstone.at), code=tombstone.code)
    return _with(statement, manifest=tombstone.manifest, rows=0, reason_digest=tombstone.reason_digest)


def erased(release: Release) -> Statement:
    """The statement that rows were erased from a release, which since has a new manifest and the same rows root."""
    last = release.erasures[-1]
    statement = _about(release, "erased", instant(last.at), code=last.code, reason_digest=last.reason_digest)
    return _with(statement, rows=release.rows + sum(erasure.count for erasure in release.erasures))


def void(statement: Statement, index: int, at: str) -> Statement:
    """The statement that what the entry at ``index`` says never took place."""
    return _with(statement, act="void", at=at, voids=index)


def _about(release: Release, act: Act, at: str, **more: Any) -> Statement:
    facts = release.manifest["ayan"]
    return Statement(
        act=act,
        at=at,
        dataset=release.slug,
        period=release.period,
        number=release.number,
        manifest=release.digest,
        rows=release.rows,
        rows_root=(facts.get("commitments") or {}).get("rows_root"),
        **more,
    )


def _with(statement: Statement, **changed: Any) -> Statement:
    return Statement(**(asdict(statement) | changed))


def commitment_of(manifest: Mapping[str, object]) -> str:
    """The commitment (hex) of a release to its original; empty where its manifest has none."""
    facts = manifest.get("ayan")
    source = facts.get("source") if isinstance(facts, Mapping) else None
    return str(source.get("commitment", "")) if isinstance(source, Mapping) else ""
