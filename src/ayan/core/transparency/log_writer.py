"""Every public act enters the log before it takes effect; the words of its reason are kept apart."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Final, TypeAlias

from ayan.core.ledger.journal import Intent
from ayan.core.ledger.log import Appended, Log
from ayan.core.ledger.refusal import LedgerError
from ayan.core.store.release_store import ReleaseStore
from ayan.core.store.tombstone import instant
from ayan.core.system.files import DRAFTS, flush, locked, make_folder, sweep, write
from ayan.core.transparency.clock_check import ClockDoubted, ClockJudge
from ayan.core.transparency.entries.entry import read_entry
from ayan.core.transparency.entries.notice import Notice, NoticeCode
from ayan.core.transparency.entries.statement import Statement, erased, sealed, void, withdrawn
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.transparency.interrupted_acts import (
    REPEAT,
    TOO_LATE,
    InterruptedAct,
    UnfinishedAct,
    begun,
    bury,
    interrupted,
    took_effect,
    withdrawal,
)
from ayan.core.transparency.log_rules import LogHistory
from ayan.core.transparency.violation import Violation
from ayan.core.values.clock import Clock
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

Published: TypeAlias = Callable[[], object]


_RULE_BROKEN: Final = Label(
    "این کار با قاعده‌های ثبت عمومی سازگار نیست و چیزی امضا نشد: {what}",
    "The rules of the log do not allow this, and nothing was signed: {what}",
)


class RuleBroken(Refusal, LedgerError):
    """What was to be entered may not follow what stands in the log; nothing was signed."""

    code = "log-rule"
    fa = "این کار با قاعده‌های ثبت عمومی سازگار نیست و چیزی امضا نشد."
    en = "The rules of the log do not allow this, and nothing was signed."
    status = 500

    def __init__(self, broken: Violation) -> None:
        super().__init__()
        self.broken = broken
        self.worded(_RULE_BROKEN.format(what=broken.what))


class TransparencyLog:
    """The log of one city, as sealing, withdrawing and erasing use it.

    ``reasons`` keeps the words of a reason. ``published`` is called after every act, when a new checkpoint stands, to
    ask witnesses for their signatures; it must not raise and not wait long. ``judge`` holds the clock against the log
    before anything is signed; without one, every clock is believed. ``may_sign`` is asked last of all, and raises where
    this process has lost the right to sign.
    """

    def __init__(
        self,
        log: Log,
        reasons: Reasons,
        clock: Clock,
        published: Published = lambda: None,
        judge: ClockJudge | None = None,
        may_sign: Callable[[], None] = lambda: None,
    ) -> None:
        self.log = log
        self._judge = judge
        self._may_sign = may_sign
        self._reasons = reasons
        self._clock = clock
        self._published = published
        self._history: LogHistory | None = None
        self._reading = RLock()

    def prepare(
        self, store: ReleaseStore, statement: Statement, words: Words | None = None, *, noted: bytes = b""
    ) -> Intent:
        """Enter ``statement``, durably, with the words of its reason kept; the act must follow, and then `commit`.

        To be called while the dataset's lock is held, so that nobody else is between these two steps. Acts of the
        dataset that were begun and never took effect are taken back in words by the same step. ``noted`` is what
        `settle` needs to carry the act out. Raises RuleBroken, with nothing signed, for what may not stand in the log,
        UnfinishedAct, and ClockDoubted.
        """
        self._check_clock(statement.at)
        undone = self._undone(store, statement)
        older = [intent for intent, _ in begun(self.log, statement.dataset)]
        leaves = [*(void(act.statement, act.index, statement.at).leaf for act in undone), statement.leaf]
        ahead = self._admitted(leaves)
        intent = self.log.intend(f"{statement.ref} {statement.manifest[:16]} {statement.act}", statement.leaf, noted)
        if words is not None:
            # After the intent, so that whoever settles an act that never took place removes its words too.
            self._reasons.keep(words)
        for act in undone:
            self._reasons.forget(act.statement.reason_digest)
        # In one step, so that no void ever stands without the act that it makes way for.
        self._keep(ahead, self.log.fulfil(intent, leaves[:-1]))
        for one_older in older:
            self.log.forget(one_older)
        return intent

    def commit(self, intent: Intent) -> None:
        """The act has taken effect; the log's new checkpoint is made known."""
        self.log.forget(intent)
        self._published()

    def settle(self, store: ReleaseStore, slug: str) -> None:
        """Bring acts of a dataset to their end that were begun and cannot be taken back in words.

        A withdrawal is carried out; a seal that is too old for words is withdrawn, though nobody saw it. To be called
        before an act of the dataset, without its lock.
        """
        now = instant(self._clock.now())
        with store.lock(slug):
            lost = list(interrupted(self.log, self.history(), store, slug))
            self._dismiss(store, slug)
        for act in lost:
            said = self.history().releases[act.statement.ref]
            if said.last.act == "sealed" and act.is_late(now):
                self.enter([withdrawal(said.sealed, now).leaf])
                said = self.history().releases[act.statement.ref]
            if said.withdrawn:
                bury(store, said.last, said.sealed, act.intent.payload if act.statement.act == "withdrawn" else b"")
                self.log.forget(act.intent)

    def history(self) -> LogHistory:
        """The log as it stands, replayed; each look reads on from where the last one ended."""
        with self._reading:
            history, size = self._history or LogHistory(), self.log.size
            if history.size > size:
                history = LogHistory()
            for leaf in self.log.leaves(history.size, size):
                history.read(read_entry(leaf))
            self._history = history
            return history

    def seal_day(self, day: TrailDay) -> int:
        """Enter a day of the audit trail, once however often it is asked; its index."""
        known = self.log.find(day.leaf)
        if known is not None:
            return known
        self._check_clock(day.at)
        entered = self.enter([day.leaf])
        self._published()
        return entered

    def enter(self, leaves: Sequence[bytes]) -> int:
        """Enter leaves that belong together, durably; the index of the first. Go on with the act, then `announce`.

        Raises RuleBroken, with nothing signed, for what may not stand in the log.
        """
        self._check_clock(instant(self._clock.now()))
        return self._enter(leaves)

    def notice(self, code: NoticeCode, **facts: str | int) -> int:
        """Enter an operator's word and make the new checkpoint known; its index.

        ``facts`` are those that the code asks for and the log does not give by itself. That the clock is right may be
        said whatever the judge says. Raises RuleBroken, and ClockDoubted for every other code.
        """
        now, history = instant(self._clock.now()), self.history()
        if code == "clock-is-right":
            facts = {"latest": (history.latest or self._clock.now()).isoformat()}
        else:
            self._check_clock(now)
        if code == "restored-unseen":
            facts = {"size": history.size}
        entered = self._enter([Notice(at=now, code=code, facts=facts).leaf])
        self._published()
        return entered

    def confirm_clock(self) -> int | None:
        """Enter an operator's word that the clock is right, if it is doubted without that; its index, or None."""
        try:
            self._check_clock(instant(self._clock.now()))
        except ClockDoubted:
            return self.notice("clock-is-right")
        return None

    def announce(self) -> None:
        """What was entered has come true; the log's new checkpoint is made known."""
        self._published()

    def index_of(self, statement: Statement) -> int | None:
        """Where a statement stands in the log; None when it does not."""
        return self.log.find(statement.leaf)

    def _dismiss(self, store: ReleaseStore, slug: str) -> None:
        """Forget what was begun and has come to its end, one way or the other, with the words of what never was."""
        for intent, noted in begun(self.log, slug):
            done = took_effect(store, noted)
            if done or self.log.find(intent.leaf, intent.since) is None:
                if not done:
                    self._reasons.forget(noted.reason_digest)
                self.log.forget(intent)

    def _undone(self, store: ReleaseStore, statement: Statement) -> list[InterruptedAct]:
        """The interrupted acts that are taken back together with ``statement``; UnfinishedAct where none can be."""
        lost = list(interrupted(self.log, self.history(), store, statement.dataset))
        self._dismiss(store, statement.dataset)
        undone = []
        for act in lost:
            ref, withdraws = act.statement.ref, statement.act == "withdrawn" and statement.ref == act.statement.ref
            if act.is_late(statement.at) or act.statement.act == "withdrawn":
                if not withdraws:
                    raise UnfinishedAct().worded(TOO_LATE.format(ref=ref))
                continue
            if act.statement.act == "erased" and not withdraws and (statement.act, statement.ref) != ("erased", ref):
                raise UnfinishedAct().worded(REPEAT.format(ref=ref))
            undone.append(act)
        return undone

    def _enter(self, leaves: Sequence[bytes]) -> int:
        ahead = self._admitted(leaves)
        self._may_sign()
        appended = self.log.append_all(leaves)
        self._keep(ahead, appended, len(leaves) - 1)
        return appended.index

    def _check_clock(self, moment: str) -> None:
        if self._judge is not None:
            self._judge.check(moment, self.history())

    def _admitted(self, leaves: Sequence[bytes]) -> LogHistory:
        """What the log says with more leaves; RuleBroken for the first that may not follow what stands."""
        with self._reading:
            ahead = self.history()
            # What is read ahead counts only if nobody else enters anything meanwhile; else all is read afresh.
            self._history = None
        first = ahead.size
        for leaf in leaves:
            ahead.read(read_entry(leaf))
        for broken in ahead.violations:
            if broken.index >= first:
                raise RuleBroken(broken)
        return ahead

    def _keep(self, ahead: LogHistory, appended: Appended, more: int = 0) -> None:
        if appended.index + more + 1 == ahead.size == appended.size:
            self._history = ahead


def restated(store: ReleaseStore) -> list[bytes]:
    """The entries that the releases make known as they stand, in the order of their moments, to mend a damaged log.

    What only the log knows is not among them: acts that never took place, declarations, days, deleted originals,
    and the seal of a release that has lost rows since, for it named an earlier manifest.
    """
    statements: list[Statement] = []
    for slug in store.datasets():
        for release in store.releases(slug):
            statements.append(erased(release) if release.erasures else sealed(release))
            if release.withdrawn:
                statements.append(withdrawn(release, store.tombstone(release)))
    return [statement.leaf for statement in sorted(statements, key=lambda statement: statement.at)]


_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SALT: Final = 32
_ZWNJ: Final = "\u200c"


@dataclass(frozen=True, slots=True)
class Words:
    """Why something was withdrawn or erased, in somebody's words, and the salt (hex) that hides them in a digest."""

    text: str
    salt: str

    @classmethod
    def of(cls, text: str) -> Words | None:
        """One paragraph with a salt of its own; None for an empty text."""
        said = _plain(text)
        return cls(said, secrets.token_hex(_SALT)) if said else None

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the salt's bytes and the text in UTF-8: what tombstones, manifests and the log hold."""
        return hashlib.sha256(bytes.fromhex(self.salt) + self.text.encode()).hexdigest()


class Reasons:
    """The words that a city keeps, one file each in ``folder``, named after its digest; without a folder, none.

    Whatever is removed here is gone: nothing else ever holds a text, and without its salt a digest confirms no guess.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def keep(self, words: Words) -> None:
        """Keep words, durably."""
        if self._folder is None:
            raise ValueError("these reasons are only to be read")
        make_folder(self._folder)
        text = json.dumps({"salt": words.salt, "text": words.text}, ensure_ascii=False, indent=1)
        with locked(self._folder / "lock"):
            sweep(self._folder.glob(DRAFTS))
            write(self._at(words.digest), f"{text}\n".encode())

    def words(self, digest: str | None) -> Words | None:
        """The words under a digest; None where there are none, are none any more, or where they are not those."""
        if self._folder is None or digest is None or not _DIGEST.fullmatch(digest):
            return None
        try:
            held = json.loads(self._at(digest).read_bytes())
            words = Words(held["text"], held["salt"])
            return words if words.digest == digest else None
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def forget(self, digest: str | None) -> bool:
        """Remove words for good; whether there were any."""
        if self._folder is None or digest is None or not _DIGEST.fullmatch(digest):
            return False
        try:
            self._at(digest).unlink()
        except FileNotFoundError:
            return False
        flush(self._folder)
        return True

    def mark(self) -> str:
        """A short text that is another one after words came or went."""
        return ",".join(sorted(self._digests()))

    def _digests(self) -> Iterator[str]:
        if self._folder is not None and self._folder.is_dir():
            yield from (path.stem for path in self._folder.glob("*.json") if _DIGEST.fullmatch(path.stem))

    def _at(self, digest: str) -> Path:
        return (self._folder or Path()) / f"{digest}.json"


def _plain(text: str) -> str:
    """A text on one line, without control and direction marks, which could command a terminal or turn a page around."""
    return " ".join("".join(sign if sign.isprintable() or sign == _ZWNJ else " " for sign in text).split())
