"""What may follow what in the log: its entries replayed in order, each accepted or named with the rule it breaks.

One machine for everybody: the writer asks it before anything is signed, and `ayan verify`, the doctor and whoever
restores a city ask it afterwards. It sees entries alone, no clock and no file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Final, Literal, TypeAlias

from ayan.core.ledger.log import Log
from ayan.core.schema.release_terms import Retention
from ayan.core.transparency.entries.declaration import Declaration
from ayan.core.transparency.entries.diary_day import DiaryDay
from ayan.core.transparency.entries.entry import Entry, UnknownEntry, read_entry
from ayan.core.transparency.entries.key_rotation import KeyRotation
from ayan.core.transparency.entries.notice import Notice
from ayan.core.transparency.entries.original_deletion import OriginalDeleted
from ayan.core.transparency.entries.statement import REASON_LABELS, Statement
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.transparency.limits import AHEAD, BACKWARDS, LATE, MIDNIGHT, TAKEN_BACK
from ayan.core.transparency.operator_rules import OperatorEvent, OperatorHistory
from ayan.core.transparency.violation import DATES, Violation, violation
from ayan.core.values.clock import TEHRAN

EventKind: TypeAlias = Literal["void", "erased", "withdrawn", "repeat", "again", "late", "redeclared"] | OperatorEvent
"""What deserves a look though it breaks no rule.

``repeat`` is a withdrawal told once more, which changes nothing: earlier versions told it when it was asked for twice.
``again`` is a release that takes the place of a withdrawn one, ``late`` a correction of one that stood for long, and
``redeclared`` a declaration that says something else than before, or is taken away. The rest is about the
log itself: its key, and an operator's own word.
"""

LOG: Final = "log"
"""What events are of that are about the log itself, in the place of a release."""

_RULE: Final = re.compile(r"(?:dataset|city):P([0-9]{1,9})([YD])", re.ASCII)
_SAME: Final = ("dataset", "period", "number", "manifest", "rows", "rows_root", "supersedes", "code", "reason_digest")
_Period: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LogEvent:
    """An accepted act that readers should see: where it stands, and of which release it is."""

    kind: EventKind
    index: int
    ref: str
    at: str
    code: str | None = None


@dataclass(slots=True)
class ReleaseHistory:
    """What the log says of one release that took effect: its seal, then erasures, then perhaps its withdrawal.

    ``index`` is where its seal stands.
    """

    index: int
    acts: list[Statement]

    @property
    def sealed(self) -> Statement:
        """Its seal."""
        return self.acts[0]

    @property
    def last(self) -> Statement:
        """What the log said of it last."""
        return self.acts[-1]

    @property
    def withdrawn(self) -> bool:
        """Whether nothing of it is shown any more."""
        return self.last.act == "withdrawn"


@dataclass(slots=True)
class LogHistory:
    """The log as far as it was read: what stands, what deserves a look, and what breaks a rule.

    An entry that breaks a rule about what may be done is as if it were not there; one that is only dated wrongly counts
    (`DATES`). ``declarations`` has the last leaf of each declared path, ``declared`` all of them by index. ``unknown``
    holds by index the kinds that this version passed over.
    """

    size: int = 0
    releases: dict[str, ReleaseHistory] = field(default_factory=dict)
    originals: dict[str, OriginalDeleted] = field(default_factory=dict)
    statements: dict[int, Statement] = field(default_factory=dict)
    trail: list[TrailDay] = field(default_factory=list)
    diary: list[DiaryDay] = field(default_factory=list)
    declarations: dict[str, Declaration] = field(default_factory=dict)
    declared: dict[int, Declaration] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    events: dict[int, LogEvent] = field(default_factory=dict)
    operator: OperatorHistory = field(default_factory=OperatorHistory)
    _named: list[Violation] = field(default_factory=list)
    _numbers: dict[_Period, int] = field(default_factory=dict)
    _newest: dict[str, int] = field(default_factory=dict)
    _open: dict[str, tuple[Violation, Statement]] = field(default_factory=dict)
    _floor: datetime | None = None

    def read(self, entry: Entry) -> None:
        """Take in the next entry."""
        index, violations = self.size, list(self._violations(entry))
        self.size += 1
        self._named += violations
        if isinstance(entry, Statement):
            self.statements[index] = entry
        if all(each.code in DATES for each in violations):
            self._accept(index, entry)

    @property
    def violations(self) -> list[Violation]:
        """Every rule that is broken, in the order of the entries."""
        return sorted([*self._named, *(alone for alone, _ in self._open.values())], key=lambda broken: broken.index)

    @property
    def latest(self) -> datetime | None:
        """The latest time so far, before which nothing may be dated by much; None while nothing has one."""
        return self._floor

    def standing(self) -> dict[str, Statement]:
        """For every release, by its ref, the last thing the log says of it; acts that were taken back do not count."""
        return {ref: history.last for ref, history in self.releases.items()}

    # --- may it stand here? -------------------------------------------------------------------------------------------

    def _violations(self, entry: Entry) -> Iterator[Violation]:
        index = self.size
        if isinstance(entry, UnknownEntry):
            if entry.malformed:
                yield violation(index, "malformed")
            return
        if isinstance(entry, TrailDay):
            yield from self._of_day(entry)
            return
        if isinstance(entry, DiaryDay):
            yield from self._of_diary(entry)
            return
        if (
            self._floor is not None
            and datetime.fromisoformat(entry.at) < self._floor - BACKWARDS
            # Whoever sets a clock right that was ahead says so in the log, and from there on time goes on.
            and not (isinstance(entry, Notice) and entry.code == "clock-is-right")
        ):
            yield violation(index, "back-dated", expected=self._floor.isoformat(timespec="seconds"))
        if isinstance(entry, Notice | KeyRotation):
            acts = self.trail[-1].last if self.trail else 0
            yield from self.operator.violations(index, entry, self._floor, acts)
            return
        if isinstance(entry, OriginalDeleted):
            yield from self._of_original(entry)
            return
        if isinstance(entry, Declaration):
            yield from self._of_declaration(entry)
            return
        opened = self._open.get(entry.dataset)
        if opened is not None and opened[1].act == "erased" and (entry.ref != opened[1].ref or entry.act == "sealed"):
            yield violation(index, "erasure-dropped", opened[1].ref)
        match entry.act:
            case "sealed":
                yield from self._of_seal(entry)
            case "void":
                yield from self._of_void(entry)
            case _:
                yield from self._of_change(entry)

    def _of_seal(self, entry: Statement) -> Iterator[Violation]:
        last, index = self._numbers.get((entry.dataset, entry.period), 0), self.size
        if not entry.rows or entry.rows_root is None or entry.code or entry.reason_digest:
            yield violation(index, "seal-incomplete", entry.ref)
        if entry.number <= last:
            yield violation(index, "sealed-twice", entry.ref)
        elif entry.number > last + 1:
            yield violation(index, "number-skipped", entry.ref, expected=last + 1)
        elif entry.supersedes != (last or None):
            yield violation(index, "supersedes", entry.ref, stated=entry.supersedes or "–", expected=last or "–")

    def _of_change(self, entry: Statement) -> Iterator[Violation]:
        """An erasure or a withdrawal."""
        index, history = self.size, self.releases.get(entry.ref)
        if entry.code not in REASON_LABELS:
            yield violation(index, "code-unknown", entry.ref, stated=entry.code or "–")
        if history is not None and _is_repeated(entry, history.last):
            return
        if history is None or history.withdrawn:
            yield violation(index, "withdrawn-before" if history else "not-sealed", entry.ref)
            return
        same = entry.rows_root == history.sealed.rows_root and entry.supersedes is None
        manifests = {act.manifest for act in history.acts}
        if entry.act == "erased" and not (
            same and entry.rows == history.sealed.rows and entry.manifest not in manifests
        ):
            yield violation(index, "erasure-edits", entry.ref)
        # After an erasure that was interrupted for good, the release may go with the manifest that it had before.
        if entry.act == "withdrawn" and not (same and entry.rows == 0 and entry.manifest in manifests):
            yield violation(index, "withdrawal-differs", entry.ref)

    def _of_void(self, entry: Statement) -> Iterator[Violation]:
        index, undone = self.size, self.statements.get(-1 if entry.voids is None else entry.voids)
        if (
            undone is None
            or undone.act == "void"
            or any(getattr(undone, name) != getattr(entry, name) for name in _SAME)
        ):
            yield violation(index, "void-mismatch", entry.ref, stated=entry.voids)
        elif undone.act == "withdrawn":
            yield violation(index, "void-withdrawal", entry.ref)
        elif self._newest.get(entry.dataset) != entry.voids or entry.ref in self.originals:
            yield violation(index, "void-visible", entry.ref)
        elif datetime.fromisoformat(entry.at) - datetime.fromisoformat(undone.at) > TAKEN_BACK:
            yield violation(index, "void-late", entry.ref, expected=int(TAKEN_BACK / timedelta(hours=1)))

    def _of_day(self, entry: TrailDay) -> Iterator[Violation]:
        """Only the city can show the acts behind a day, but days and numbers must go on."""
        index, before = self.size, self.trail[-1] if self.trail else None
        if before is not None and entry.day <= before.day:
            yield violation(index, "trail-order", entry.day, expected=before.day)
            return
        known = before.last if before else 0
        if entry.last - entry.acts != known or not entry.acts:
            yield violation(index, "trail-gap", entry.day, expected=known + 1)
        if not _is_end_of(entry.day, entry.at):
            yield violation(index, "trail-time", entry.day)

    def _of_diary(self, entry: DiaryDay) -> Iterator[Violation]:
        """What was kept of a day is published beside the log; of the entries alone only their order can be told."""
        before = self.diary[-1].day if self.diary else ""
        if entry.day <= before:
            yield violation(self.size, "diary-order", entry.day, expected=before)
        elif not _is_end_of(entry.day, entry.at):
            yield violation(self.size, "diary-time", entry.day)

    def _of_declaration(self, entry: Declaration) -> Iterator[Violation]:
        standing = self.declarations.get(entry.path)
        digest = standing.digest if standing is not None else None
        if entry.digest == digest:
            yield violation(self.size, "declared-before" if digest else "not-declared", entry.path)

    def _of_original(self, entry: OriginalDeleted) -> Iterator[Violation]:
        index, history = self.size, self.releases.get(entry.ref)
        if history is None:
            yield violation(index, "original-unsealed", entry.ref)
            return
        if entry.ref in self.originals:
            yield violation(index, "original-twice", entry.ref)
        if rule := _RULE.fullmatch(entry.rule):
            kept = Retention(int(rule[1]), 0) if rule[2] == "Y" else Retention(0, int(rule[1]))
            if not _is_over(kept, datetime.fromisoformat(history.sealed.at).astimezone(TEHRAN).date(), entry.day):
                yield violation(index, "original-early", entry.ref, stated=entry.rule)

    # --- what it changes ----------------------------------------------------------------------------------------------

    def _accept(self, index: int, entry: Entry) -> None:
        match entry:
            case UnknownEntry():
                self.unknown[index] = entry.kind
                return
            case TrailDay():
                self.trail.append(entry)
            case DiaryDay():
                self.diary.append(entry)
            case Declaration():
                if (before := self.declarations.get(entry.path)) is not None and before.digest is not None:
                    self.events[index] = LogEvent("redeclared", index, entry.path, entry.at)
                self.declarations[entry.path] = self.declared[index] = entry
            case OriginalDeleted():
                self.originals[entry.ref] = entry
            case Statement():
                self._open.pop(entry.dataset, None)
                self._newest[entry.dataset] = index
                self._act(index, entry)
            case Notice() | KeyRotation():
                kind = self.operator.accept(index, entry)
                self.events[index] = LogEvent(kind, index, LOG, entry.at)
                if kind == "clock":
                    self._floor = datetime.fromisoformat(entry.at)
        at = datetime.fromisoformat(entry.at)
        self.operator.note(at)
        if not self.operator.sets_aside(at):
            self._floor = at if self._floor is None else max(self._floor, at)

    def _act(self, index: int, entry: Statement) -> None:
        period = entry.dataset, entry.period
        match entry.act:
            case "sealed":
                if kind := self._kind_of_seal(entry):
                    self.events[index] = LogEvent(kind, index, entry.ref, entry.at)
                self.releases[entry.ref] = ReleaseHistory(index, [entry])
                self._numbers[period] = entry.number
                return
            case "void":
                history = self.releases[entry.ref]
                undone = history.acts.pop()
                self.events.pop(entry.voids or 0, None)
                if not history.acts:
                    del self.releases[entry.ref]
                    self._numbers[period] = entry.number - 1
                self._open[entry.dataset] = violation(index, "void-alone", entry.ref), undone
                self.events[index] = LogEvent("void", index, entry.ref, entry.at)
            case _ if self.releases[entry.ref].withdrawn:
                self.events[index] = LogEvent("repeat", index, entry.ref, entry.at, entry.code)
            case _:
                change: EventKind = "erased" if entry.act == "erased" else "withdrawn"
                self.releases[entry.ref].acts.append(entry)
                self.events[index] = LogEvent(change, index, entry.ref, entry.at, entry.code)

    def _kind_of_seal(self, entry: Statement) -> EventKind | None:
        earlier = self.releases.get(f"{entry.dataset}/{entry.period}/{entry.number - 1}")
        if earlier is None:
            return None
        if earlier.withdrawn:
            return "again"
        stood = datetime.fromisoformat(entry.at) - datetime.fromisoformat(earlier.sealed.at)
        return "late" if stood > LATE else None


def replay(leaves: Iterable[bytes]) -> LogHistory:
    """The history of a log, from its first leaf on."""
    history = LogHistory()
    for leaf in leaves:
        history.read(read_entry(leaf))
    return history


def beyond(entries: Mapping[int, Entry], seen: datetime, ahead: timedelta = AHEAD) -> Iterator[Violation]:
    """Those of the entries, by index, that are dated later than somebody saw the log with them."""
    for index, entry in entries.items():
        if not isinstance(entry, UnknownEntry) and datetime.fromisoformat(entry.at) > seen + ahead:
            yield violation(index, "post-dated", expected=seen.isoformat(timespec="seconds"))


def before(entries: Mapping[int, Entry], seen: datetime) -> Iterator[Violation]:
    """Those of the entries, by index, that are dated earlier than somebody saw the log without them."""
    for index, entry in entries.items():
        # What is dated by the day that it is of may be entered later.
        if isinstance(entry, UnknownEntry | TrailDay | DiaryDay):
            continue
        if datetime.fromisoformat(entry.at) < seen - BACKWARDS:
            yield violation(index, "back-dated", expected=seen.isoformat(timespec="seconds"))


def _is_end_of(day: str, at: str) -> bool:
    """Whether a moment is the end of a day of the city, as far as zones may differ."""
    try:
        end = datetime.combine(date.fromisoformat(day) + timedelta(days=1), datetime.min.time(), TEHRAN)
        return abs(datetime.fromisoformat(at) - end) <= MIDNIGHT
    except OverflowError:
        # The last day of all calendars has no end.
        return False


def _is_repeated(entry: Statement, last: Statement) -> bool:
    """Whether a withdrawal says nothing but what was said before."""
    return entry.act == last.act == "withdrawn" and entry == replace(
        last, at=entry.at, reason_digest=entry.reason_digest
    )


def _is_over(kept: Retention, sealed: date, day: date) -> bool:
    try:
        return day >= kept.until(sealed)
    except (OverflowError, ValueError):
        return False


class LogReplay:
    """The history of a log that grows; each look reads on from the last one. Safe to share between threads."""

    def __init__(self, log: Callable[[], Log | None]) -> None:
        self._log = log
        self._history = LogHistory()
        self._edge = b""
        self._busy = Lock()

    def now(self) -> LogHistory:
        """The history as the log stands, not to be changed. Raises LedgerError where the log is damaged."""
        log = self._log()
        if log is None:
            return LogHistory()
        with self._busy:
            known, size = self._history, log.size
            if known.size > size or (known.size and log.leaf(known.size - 1) != self._edge):
                # Another log stands there than the one that was read, as after a restore.
                known = LogHistory()
            for leaf in log.leaves(known.size, size):
                known.read(read_entry(leaf))
                self._edge = leaf
            self._history = known
            return known
