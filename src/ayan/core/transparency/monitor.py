"""Watching a log: only what came since the last look is fetched, and held against everything that was seen before."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NoReturn

from ayan.core.ledger import tree
from ayan.core.ledger.checkpoint import checkpoint_in_feed
from ayan.core.ledger.log import CHECKPOINT
from ayan.core.ledger.note import BadNote, NotSigned, Verifier
from ayan.core.ledger.refusal import LogDamaged
from ayan.core.ledger.tiles import LogReader
from ayan.core.ledger.tree import leaf_hash
from ayan.core.ledger.trust_policy import Policy
from ayan.core.transparency.accountability_verification import check_published
from ayan.core.transparency.entries.declaration import Declaration
from ayan.core.transparency.entries.diary_day import DiaryDay
from ayan.core.transparency.entries.entry import Entry, read_entry
from ayan.core.transparency.entries.original_deletion import OriginalDeleted, commitment_of
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.evidence import MANIFEST, Evidence, Unreachable
from ayan.core.transparency.grown_log import LogRewritten, grown
from ayan.core.transparency.key_chain import followed
from ayan.core.transparency.limits import MONITOR_TRIES, TOMORROW
from ayan.core.transparency.log_rules import LogHistory, before, beyond
from ayan.core.transparency.log_verification import EVENTS, LOG, replaced
from ayan.core.transparency.manifest_facts import ReleaseFault
from ayan.core.transparency.monitor_state import MonitorState
from ayan.core.transparency.published_texts import declaration_path, part_path
from ayan.core.transparency.release_verification import (
    VerificationBroken,
    VerificationFinding,
    VerificationReport,
    examine_release,
)
from ayan.core.transparency.row_reader import RowReader
from ayan.core.transparency.violation import Violation
from ayan.core.values.label import Label

FEED: Final = "changes.atom"

_REWRITTEN: Final = Label(
    "ثبت عمومی دنبالهٔ آن {size} برگی نیست که پیش‌تر دیده شد: شهر دو ثبت عمومی امضا کرده است. "
    "هر دو نقطهٔ بازبینی را نگه دارید.",
    "The log does not continue the {size} leaves that were seen before: one city has signed two logs. Keep both of the "
    "checkpoints.",
)
_SHORTER: Final = Label(
    "ثبت عمومی {shown} برگ نشان می‌دهد و پیش‌تر {size} برگ داشت.", "The log shows {shown} leaves, and had {size} before."
)
_DAMAGED: Final = Label("پاره‌های ثبت عمومی با هم سازگار نیستند: {error}", "The pieces of the log do not fit: {error}")
_REFUSED: Final = Label("نقطهٔ بازبینی پذیرفته نیست: {error}", "The checkpoint is refused: {error}")
_GROWN: Final = Label(
    "ثبت عمومی {size} برگ دارد، {new} برگ تازه، و دنبالهٔ آنچه دیده شده است.",
    "The log has {size} leaves, {new} of them new, and continues what was seen.",
)
_FEED: Final = Label(
    "نقطهٔ بازبینیِ خوراک از ثبت عمومی دیگری است.",
    "The checkpoint in the feed is of another log than the one shown here.",
)
_FROZEN: Final = Label(
    "از {since} چیزی به ثبت عمومی افزوده نشده و گواهی هم آن را تازه نکرده است.",
    "Nothing has been added to the log since {since}, and no witness has renewed it.",
)
_EARLIER: Final = Label(
    "برگ {index} پس از {seen} آمد و زمانی پیش از آن دارد؛ ساعت یکی از دو طرف درست نیست.",
    "Leaf {index} came after {seen} and is dated before it; one of the two clocks is not right.",
)
_SHOWN: Final[Mapping[str, Label]] = {
    "unlogged": Label("نشان داده می‌شود ولی در ثبت عمومی نیست.", "It is shown, and the log does not have it."),
    "withdrawn-shown": Label("ثبت عمومی می‌گوید برداشته شده است.", "It is shown, and the log says withdrawn."),
    "hidden": Label("در ثبت عمومی هست و نشان داده نمی‌شود.", "The log has it, and it is not shown."),
}


@dataclass(slots=True)
class MonitorLook:
    """What one look found, and what is to be kept of it; None where nothing was ever seen that could be kept.

    ``signed`` is the checkpoint as it was shown, ``fresh`` those findings that were not told before.
    """

    report: VerificationReport
    state: MonitorState | None
    signed: bytes = b""
    fresh: list[VerificationFinding] = field(default_factory=list)

    @property
    def outcome(self) -> int:
        """0 where everything holds, 1 where something does not, 3 where something new is worth a look."""
        if not self.report.holds:
            return 1
        return 3 if any(finding.level == "note" for finding in self.fresh) else 0


def look(
    evidence: Evidence, policy: Policy, state: MonitorState | None, now: datetime, resting: timedelta
) -> MonitorLook:
    """Look at a log and at what it names since ``state``, as somebody would who believes ``policy``.

    ``now`` is the time of the one who watches, and ``resting`` how long a log may rest before that is worth a word.
    Raises Unreachable where nobody answers.
    """
    for _ in range(MONITOR_TRIES):
        seeing = _Look(evidence, policy, state, now)
        try:
            seeing.log()
            seeing.rules()
            seeing.rest(resting)
            seeing.releases()
            seeing.texts()
            seeing.feed()
        except VerificationBroken:
            pass
        except Unreachable:
            # What is broken already is told, though not everything could be looked at, and nothing is kept of it.
            if seeing.holds:
                raise
            return seeing.end(kept=False)
        ended = seeing.end()
        # What is published while somebody looks shows as a release too many, or a tile too few.
        if ended.report.holds or not seeing.has_moved():
            break
    return ended


class _Look:
    """One look on its way."""

    def __init__(self, evidence: Evidence, policy: Policy, state: MonitorState | None, now: datetime) -> None:
        self._evidence, self._given, self._before, self._now = evidence, policy, state, now
        self._policy = policy
        self._known = len(state.leaves) if state else 0
        self._report, self._history, self._signed = VerificationReport(), LogHistory(), b""
        self._leaves: list[bytes] = list(state.leaves) if state else []
        self._new: dict[int, Entry] = {}
        self._unsound: set[str] = set()
        self._accepted = False

    # --- the log ------------------------------------------------------------------------------------------------------

    def log(self) -> None:
        """Fetch the checkpoint and what came since; VerificationBroken where it does not continue what was seen."""
        where = f"{LOG}/{CHECKPOINT}"
        # Whoever was given the first key goes on where leaves that both keys signed lead to the one of today.
        self._policy, _ = followed(lambda path: self._evidence.get(f"{LOG}/{path}"), self._given, self._leaves)
        try:
            self._signed = self._evidence.get(where)
            self._report.checkpoint = by = self._policy.check(self._signed)
        except FileNotFoundError:
            self._broken(where, Label("نقطهٔ بازبینی نیست.", "There is no checkpoint."), "checkpoint-missing")
        except (BadNote, NotSigned, UnicodeDecodeError) as error:
            self._broken(where, _REFUSED.format(error=error), "checkpoint-refused")
        size = by.checkpoint.size
        if size < self._known:
            continues = by.checkpoint.root == tree.root_of([leaf_hash(leaf) for leaf in self._leaves[:size]])
            words = _SHORTER.format(shown=size, size=self._known) if continues else _REWRITTEN.format(size=self._known)
            self._broken(LOG, words, "log-shorter" if continues else "log-rewritten")
        stored = LogReader(lambda path: self._evidence.get(f"{LOG}/{path}"))
        try:
            self._leaves += grown(stored, self._leaves, by.checkpoint)[0]
        except LogRewritten:
            self._broken(LOG, _REWRITTEN.format(size=self._known), "log-rewritten")
        except (LogDamaged, FileNotFoundError) as error:
            self._broken(LOG, _DAMAGED.format(error=error), "log-damaged")
        self._accepted = True
        self._report.add("holds", LOG, _GROWN.format(size=size, new=size - self._known))

    def rules(self) -> None:
        """Replay everything; what is broken is named, what is new and deserves a look is listed."""
        entries = [read_entry(leaf) for leaf in self._leaves]
        for entry in entries:
            self._history.read(entry)
        self._new = dict(enumerate(entries[self._known :], self._known))
        violations = [*self._history.violations, *self._bounds()]
        violations += replaced(self._signed, self._history, self._policy.logs)
        for broken in dict.fromkeys(sorted(violations, key=lambda violation: violation.index)):
            self._report.add("broken", f"{LOG}/{broken.index}", broken.what, broken.code)
        for index, kind in self._history.unknown.items():
            if index >= self._known:
                words = Label("برگی از گونهٔ ناشناختهٔ {kind}.", "A leaf of the kind {kind}, which is not known here.")
                self._look(f"{LOG}/{index}", words.format(kind=kind), "unknown-kind")
        for index, event in self._history.events.items():
            if index >= self._known:
                code = f" ({event.code})" if event.code else ""
                words = Label("{ref}: {what}{code}، {at}", "{ref}: {what}{code}, {at}")
                what = words.format(ref=event.ref, what=EVENTS[event.kind], code=Label(code, code), at=event.at)
                self._look(f"{LOG}/{index}", what, f"event-{event.kind}")
        for late in beyond(self._new, self._now, TOMORROW):
            words = Label("برگ {index} زمانی در آینده دارد.", "Leaf {index} is dated in the future.")
            self._look(f"{LOG}/{late.index}", words.format(index=late.index), "in-the-future")
        if self._before is not None:
            seen = self._before.seen
            for early in before(self._new, seen):
                words = _EARLIER.format(index=early.index, seen=seen.isoformat(timespec="seconds"))
                self._look(f"{LOG}/{early.index}", words, "dated-before-seen")

    def _bounds(self) -> Iterator[Violation]:
        """Entries dated beyond what witnesses saw now, or before what they saw when these were not there."""
        by = self._report.checkpoint
        if by and by.cosigned:
            yield from beyond(self._new, datetime.fromtimestamp(min(by.cosigned.values()), UTC))
        if self._before is not None:
            try:
                then = self._earlier().check(self._before.signed)
            except (BadNote, NotSigned):
                return
            if then.cosigned:
                yield from before(self._new, datetime.fromtimestamp(max(then.cosigned.values()), UTC))

    def _earlier(self) -> Policy:
        """The policy for what this log signed before: with every key that it ever had."""
        had = map(Verifier.parse, self._history.operator.keys)
        return replace(self._policy, logs=tuple(dict.fromkeys((*self._policy.logs, *self._given.logs, *had))))

    def rest(self, resting: timedelta) -> None:
        """A word where the log has not grown for long, and nobody has signed it anew."""
        by, state = self._report.checkpoint, self._before
        if by is None or state is None or self._new:
            return
        seen = [state.grown, *(datetime.fromtimestamp(at, UTC) for at in by.cosigned.values())]
        if self._now - max(seen) > resting:
            words = _FROZEN.format(since=max(seen).isoformat(timespec="seconds"))
            self._look(LOG, words, "frozen")

    # --- what the log names -------------------------------------------------------------------------------------------

    def releases(self) -> None:
        """Whether what is shown is what stands, and the bytes of every release that something new was said of."""
        standing, shown = self._history.standing(), set(self._evidence.releases())
        for ref in sorted(shown | standing.keys()):
            statement = standing.get(ref)
            gone = statement is None or statement.act == "withdrawn"
            if gone == (ref in shown):
                code = "unlogged" if statement is None else "withdrawn-shown" if gone else "hidden"
                self._report.add("broken", ref, _SHOWN[code], code)
        said = [entry.ref for entry in self._new.values() if isinstance(entry, Statement | OriginalDeleted)]
        wanted = {*said, *(self._before.unsound if self._before else ())}
        with RowReader() as reader:
            for ref in sorted(ref for ref in wanted & shown if ref in standing and standing[ref].act != "withdrawn"):
                for fault in self._faults(ref, reader):
                    if fault.broken:
                        self._unsound.add(ref)
                        self._report.add("broken", f"{ref}/{fault.file}" if fault.file else ref, fault.what, fault.code)

    def _faults(self, ref: str, reader: RowReader) -> Iterator[ReleaseFault]:
        with tempfile.TemporaryDirectory(prefix="ayan-monitor-") as name:
            manifest, faults = examine_release(self._evidence, self._history.releases[ref], Path(name), reader)
            yield from faults
        gone: OriginalDeleted | None = self._history.originals.get(ref)
        if manifest and gone is not None and gone.commitment != commitment_of(manifest):
            words = Label("پروندهٔ حذف‌شده از این انتشار نیست.", "The original called deleted is not of this release.")
            yield ReleaseFault("original-other", MANIFEST, words)

    def texts(self) -> None:
        """Whether each declaration and each part of the diary that is new is published as its leaf says."""
        unsound = self._before.unsound if self._before else frozenset()
        wanted = {where.removeprefix(f"{LOG}/") for where in unsound if where.startswith(f"{LOG}/")}
        for entry in self._new.values():
            if isinstance(entry, Declaration) and entry.digest:
                wanted.add(declaration_path(entry.digest))
            elif isinstance(entry, DiaryDay):
                wanted |= {part_path(entry.day, name) for name in entry.parts}
        first = len(self._report.findings)
        check_published(self._evidence, self._history, self._report, wanted)
        broken = {finding.where for finding in self._report.findings[first:]}
        self._unsound |= broken & {f"{LOG}/{path}" for path in wanted}
        for index, said in self._history.declared.items():
            if said.digest and f"{LOG}/{index}" in broken:
                self._unsound.add(f"{LOG}/{declaration_path(said.digest)}")

    def feed(self) -> None:
        """Whether the feed, which others read, has its checkpoint from the same log."""
        try:
            signed = checkpoint_in_feed(self._evidence.get(FEED))
            there = self._earlier().check(signed).checkpoint if signed else None
        except (FileNotFoundError, Unreachable, NotSigned, BadNote):
            # Without a quorum of its own, or a feed, it says nothing either way.
            return
        if there is None or there.size > len(self._leaves):
            return
        if tree.root_of([leaf_hash(leaf) for leaf in self._leaves[: there.size]]) != there.root:
            self._report.add("broken", FEED, _FEED, "log-rewritten")

    @property
    def holds(self) -> bool:
        """Whether nothing was broken so far."""
        return self._report.holds

    def has_moved(self) -> bool:
        """Whether another checkpoint is shown by now."""
        try:
            return self._evidence.get(f"{LOG}/{CHECKPOINT}") != self._signed
        except FileNotFoundError:
            return False

    # --- the end ------------------------------------------------------------------------------------------------------

    def end(self, *, kept: bool = True) -> MonitorLook:
        """What was found; of a log that does not continue what was seen nothing is kept but that it was told."""
        findings = [finding for finding in self._report.findings if finding.level != "holds"]
        reported = frozenset(map(self._key, findings))
        known = self._before.reported if self._before else frozenset()
        fresh = [finding for finding in findings if self._key(finding) not in known]
        state = None if self._before is None else replace(self._before, reported=reported)
        if self._accepted and kept:
            grown = self._before.grown if self._before and not self._new else self._now
            state = MonitorState(
                self._signed, tuple(self._leaves), self._now, grown, frozenset(self._unsound), reported
            )
        return MonitorLook(self._report, state, self._signed, fresh)

    def _key(self, finding: VerificationFinding) -> str:
        """By what a finding is known again; of the log itself every other state that is shown is another one."""
        by = self._report.checkpoint
        state = f" {by.checkpoint.root.hex()}" if by and finding.code.startswith("log-") else ""
        return f"{finding.where} {finding.code}{state}"

    def _broken(self, where: str, words: Label, code: str) -> NoReturn:
        self._report.add("broken", where, words, code)
        raise VerificationBroken

    def _look(self, where: str, words: Label, code: str) -> None:
        self._report.add("note", where, words, code)
