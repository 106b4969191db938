"""The record of public acts: every one enters the log before it takes effect, and one that never did is said so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from ayan.core.ledger.journal import Intent
from ayan.core.ledger.log import Appended, Log
from ayan.core.store.objects import NotInStore
from ayan.core.store.release_store import ReleaseStore
from ayan.core.store.tombstone import instant
from ayan.core.transparency.reason_texts import Reasons, Words
from ayan.core.transparency.statement import Statement, TrailDay, parse_entry, void
from ayan.core.values.clock import Clock

Published: TypeAlias = Callable[[], object]


class TransparencyLog:
    """The log of one city, as sealing, withdrawing and erasing use it.

    ``reasons`` keeps the words of a reason. ``published`` is called after every act, when a new checkpoint stands, to
    ask witnesses for their signatures; it must not raise and not wait long.
    """

    def __init__(self, log: Log, reasons: Reasons, clock: Clock, published: Published = lambda: None) -> None:
        self.log = log
        self._reasons = reasons
        self._clock = clock
        self._published = published

    def prepare(self, store: ReleaseStore, statement: Statement, words: Words | None = None) -> Intent:
        """Enter ``statement``, durably, with the words of its reason kept; the act must follow, and then `finish`.

        To be called while the dataset's lock is held, so that nobody else is between these two steps: acts of the
        dataset that were begun and never finished are settled first.
        """
        self.recover(store, statement.dataset)
        intent = self.log.intend(statement.ref, statement.leaf)
        if words is not None:
            # After the intent, so that whoever settles an act that never took place removes its words too.
            self._reasons.keep(words)
        self.log.fulfil(intent)
        return intent

    def commit(self, intent: Intent) -> None:
        """The act has taken effect; the log's new checkpoint is made known."""
        self.log.forget(intent)
        self._published()

    def recover(self, store: ReleaseStore, slug: str) -> list[Appended]:
        """Say of every act of a dataset that was begun and never took effect that it did not; what was entered.

        The dataset's lock must be held.
        """
        appended: list[Appended] = []
        for intent in self.log.intents():
            statement = Statement.parse(intent.leaf)
            if statement.dataset != slug:
                continue
            entered, done = self.log.find(intent.leaf, intent.since), took_effect(store, statement)
            if not done:
                self._reasons.forget(statement.reason_digest)
            if entered is not None and not done:
                undone = void(statement, entered, instant(self._clock.now()))
                # A crash between these two steps must not enter it twice.
                if self._voided(entered) is None:
                    appended.append(self.log.append(undone.leaf))
            self.log.forget(intent)
        return appended

    def seal_day(self, day: TrailDay) -> int:
        """Enter a day of the audit trail, once however often it is asked; its index."""
        known = self.log.find(day.leaf)
        if known is not None:
            return known
        entered = self.log.append(day.leaf).index
        self._published()
        return entered

    def enter(self, leaves: Sequence[bytes]) -> int:
        """Enter leaves that belong together, durably; the index of the first. Go on with the act, then `announce`."""
        return self.log.append_all(leaves).index

    def announce(self) -> None:
        """What was entered has come true; the log's new checkpoint is made known."""
        self._published()

    def index_of(self, statement: Statement) -> int | None:
        """Where a statement stands in the log; None when it does not."""
        return self.log.find(statement.leaf)

    def _voided(self, index: int) -> int | None:
        """The entry that says that the one at ``index`` never took place."""
        for position in range(index + 1, self.log.size):
            entry = parse_entry(self.log.leaf(position))
            if isinstance(entry, Statement) and entry.voids == index:
                return position
        return None


def took_effect(store: ReleaseStore, statement: Statement) -> bool:
    """Whether the store is as a statement says it is since that act."""
    try:
        release = store.release(statement.dataset, statement.period, statement.number)
    except NotInStore:
        return False
    if statement.act == "withdrawn":
        return release.withdrawn
    return release.digest == statement.manifest
