"""What the log holds: acts on releases and those that never came about, days of the audit trail, deleted originals.

What a later version adds has a ``kind`` of its own, and readers pass over kinds that they do not know.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, Protocol, TypeAlias, TypeVar, get_args

from ayan.core.ledger.limits import LARGEST_ROW_NUMBER, MOST_ENTRIES
from ayan.core.store.limits import LARGEST_NUMBER
from ayan.core.store.objects import PERIOD, SLUG
from ayan.core.store.release import Release
from ayan.core.store.tombstone import Tombstone, instant
from ayan.core.values.canonical import NotCanonical, canonical_json
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label

Act: TypeAlias = Literal["sealed", "withdrawn", "erased", "void"]

REASONS: Final[dict[str, Label]] = {
    "wrong-data": Label("داده نادرست بود", "The data were wrong"),
    "personal-data": Label("دادهٔ شخصی در آن بود", "It held personal data"),
    "court-order": Label("به حکم مرجع قضایی", "By order of a court"),
    "wrong-dataset": Label("به جای دادهٔ دیگری منتشر شده بود", "It was published in the place of other data"),
    "taken-back": Label("فرستنده در مهلت مجاز پس گرفت", "The sender took it back within the allowed time"),
}
"""Why a release may be withdrawn or rows of it erased; the code is all that lasts (see `log_writer.Reasons`)."""

INTERRUPTED: Final = "interrupted"
"""The code of a release whose publication was interrupted and so late found out that its leaf cannot be taken back."""

REASON_LABELS: Final[Mapping[str, Label]] = {
    **REASONS,
    INTERRUPTED: Label("انتشارش ناتمام ماند و دیده نشد", "Its publication was interrupted, and nobody saw it"),
}
"""Every code that may stand in a leaf: those that people choose, and the one that the program sets by itself."""

_ACTS: Final = frozenset(get_args(Act))
_ORIGINAL: Final = "original-deleted"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)
_RULE: Final = re.compile(r"(dataset|city):P[0-9YMWD]{2,16}", re.ASCII)


class BadStatement(ValueError):
    """An entry of the log that is no statement of this kind."""


class LogEntry(Protocol):
    """What every kind of entry has: the bytes that stand in the log."""

    @property
    def leaf(self) -> bytes:
        """The entry itself: canonical JSON (RFC 8785)."""


_Entry = TypeVar("_Entry", bound=LogEntry)


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
        return canonical_json(_members(self))

    @classmethod
    def parse(cls, leaf: bytes) -> Statement:
        """The statement that an entry holds; BadStatement for anything that `leaf` would not write.

        Whoever holds a log's key can sign whatever he likes, so every member has the type and the shape that it has
        where a city publishes: names that may stand in a path, numbers within bounds, digests, moments.
        """
        return parsed(leaf, cls, _is_sound_statement)


def parsed(leaf: bytes, kind: Callable[..., _Entry], is_sound: Callable[[_Entry], bool]) -> _Entry:
    """The entry of one kind that ``leaf`` holds; BadStatement where it is not sound, or would not be written so."""
    try:
        entry = kind(**json.loads(leaf))
        sound = is_sound(entry) and entry.leaf == leaf
    except (ValueError, TypeError, RecursionError) as error:
        raise BadStatement("the entry is none that Ayan writes") from error
    if not sound:
        raise BadStatement("the entry is not written as Ayan writes it")
    return entry


def _members(entry: Statement | TrailDay | OriginalDeleted) -> dict[str, str | int | None]:
    """The members of an entry by name; a log may have very many entries, and `asdict` takes its time."""
    return {name: getattr(entry, name) for name in entry.__slots__}


def is_ref(dataset: object, period: object, number: object) -> bool:
    """Whether three members of an entry name a release, and so may name its folder."""
    return (
        isinstance(dataset, str)
        and isinstance(period, str)
        and bool(SLUG.fullmatch(dataset) and PERIOD.fullmatch(period))
        and is_count(number, LARGEST_NUMBER)
        and number != 0
    )


def is_count(value: object, most: int) -> bool:
    """Whether a member is a whole number from 0 to ``most``; true and false are none."""
    return type(value) is int and 0 <= value <= most


def is_digest(value: object) -> bool:
    """Whether a member is a SHA-256 in hexadecimal digits."""
    return _matches(_DIGEST, value)


def is_day(value: object) -> bool:
    """Whether a member is a day as `date.isoformat` writes it."""
    return isinstance(value, str) and date.fromisoformat(value).isoformat() == value


def is_moment(value: object) -> bool:
    """Whether a member is a moment (ISO 8601) in a zone that is named."""
    return isinstance(value, str) and len(value) <= 40 and datetime.fromisoformat(value).tzinfo is not None


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


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
        return canonical_json(_members(self))

    @classmethod
    def parse(cls, leaf: bytes) -> TrailDay:
        """The day that an entry seals; BadStatement for anything that `leaf` would not write."""
        return parsed(leaf, cls, _is_sound_day)


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
        return canonical_json(_members(self))

    @classmethod
    def parse(cls, leaf: bytes) -> OriginalDeleted:
        """The deletion that an entry tells of; BadStatement for anything that `leaf` would not write."""
        return parsed(leaf, cls, _is_sound_deletion)


def tells_of_original(leaf: bytes) -> bool:
    """Whether an entry of the log is of this kind."""
    return f'"kind":"{_ORIGINAL}"'.encode() in leaf


@dataclass(frozen=True, slots=True)
class UnknownEntry:
    """An entry that this version cannot read: of a ``kind`` that it does not know, or, with none, of no kind at all."""

    leaf: bytes
    kind: str = ""

    @property
    def malformed(self) -> bool:
        """Whether no version would have written it."""
        return not self.kind


KnownEntry: TypeAlias = Statement | TrailDay | OriginalDeleted
Entry: TypeAlias = KnownEntry | UnknownEntry
"""Whatever the log holds."""

_KINDS: Final[Mapping[str, Callable[[bytes], KnownEntry]]] = {
    "trail": TrailDay.parse,
    _ORIGINAL: OriginalDeleted.parse,
}


def parse_entry(leaf: bytes) -> KnownEntry:
    """What an entry says; BadStatement for one of no kind that is known."""
    if leaf.startswith(b'{"act":'):
        return Statement.parse(leaf)
    return _KINDS.get(_kind(leaf), Statement.parse)(leaf)


def read_entry(leaf: bytes) -> Entry:
    """What an entry says, whatever it is."""
    try:
        return parse_entry(leaf)
    except BadStatement:
        kind = _kind(leaf)
        return UnknownEntry(leaf, "" if kind in _KINDS else kind)


def _kind(leaf: bytes) -> str:
    """The kind that an entry names; empty where it names none, or is not in the one spelling that all entries have."""
    try:
        facts = json.loads(leaf)
        kind = facts.get("kind") if isinstance(facts, dict) else None
        return str(kind) if _matches(_CODE, kind) and canonical_json(facts) == leaf else ""
    except (ValueError, RecursionError, NotCanonical):
        return ""


def _is_sound_statement(statement: Statement) -> bool:
    return (
        statement.act in _ACTS
        and is_ref(statement.dataset, statement.period, statement.number)
        and is_moment(statement.at)
        and is_digest(statement.manifest)
        and is_count(statement.rows, LARGEST_ROW_NUMBER)
        and (statement.rows_root is None or is_digest(statement.rows_root))
        and (statement.supersedes is None or is_count(statement.supersedes, LARGEST_NUMBER))
        and (statement.code is None or _matches(_CODE, statement.code))
        and (statement.reason_digest is None or is_digest(statement.reason_digest))
        and (is_count(statement.voids, MOST_ENTRIES) if statement.act == "void" else statement.voids is None)
    )


def _is_sound_day(entry: TrailDay) -> bool:
    return (
        entry.kind == "trail"
        and is_day(entry.day)
        and is_moment(entry.at)
        and is_count(entry.acts, MOST_ENTRIES)
        and is_count(entry.last, MOST_ENTRIES)
        and is_digest(entry.head)
    )


def _is_sound_deletion(deletion: OriginalDeleted) -> bool:
    return (
        deletion.kind == _ORIGINAL
        and is_moment(deletion.at)
        and is_ref(deletion.dataset, deletion.period, deletion.number)
        and is_digest(deletion.commitment)
        and _matches(_RULE, deletion.rule)
    )


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
