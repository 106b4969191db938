"""Every public act enters the log before it takes effect; the words of its reason are kept apart."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from ayan.core.ledger.journal import Intent
from ayan.core.ledger.log import Appended, Log
from ayan.core.store.objects import NotInStore
from ayan.core.store.release_store import ReleaseStore
from ayan.core.store.tombstone import instant
from ayan.core.system.files import DRAFTS, flush, locked, make_folder, sweep, write
from ayan.core.transparency.statement import Statement, TrailDay, erased, parse_entry, sealed, void, withdrawn
from ayan.core.values.clock import Clock

Published: TypeAlias = Callable[[], object]


class TransparencyLog:
    """The log of one city, as sealing, withdrawing and erasing use it.

    ``reasons`` keeps the words of a reason. ``published`` is called after every act, when a new checkpoint stands, to
    ask witnesses for their signatures; it must not raise and not wait long. ``judge`` is given each moment (ISO 8601)
    that is about to be signed, and raises when the clock may not be believed; then nothing is entered.
    """

    def __init__(
        self,
        log: Log,
        reasons: Reasons,
        clock: Clock,
        published: Published = lambda: None,
        judge: Callable[[str], None] = lambda moment: None,
    ) -> None:
        self.log = log
        self._judge = judge
        self._reasons = reasons
        self._clock = clock
        self._published = published

    def prepare(self, store: ReleaseStore, statement: Statement, words: Words | None = None) -> Intent:
        """Enter ``statement``, durably, with the words of its reason kept; the act must follow, and then `finish`.

        To be called while the dataset's lock is held, so that nobody else is between these two steps: acts of the
        dataset that were begun and never finished are settled first.
        """
        self._judge(statement.at)
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
        self._judge(day.at)
        entered = self.log.append(day.leaf).index
        self._published()
        return entered

    def enter(self, leaves: Sequence[bytes]) -> int:
        """Enter leaves that belong together, durably; the index of the first. Go on with the act, then `announce`."""
        self._judge(instant(self._clock.now()))
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


def restated(store: ReleaseStore) -> list[bytes]:
    """The entries that the releases make known as they stand, in the order of their moments, to mend a damaged log.

    What only the log knows is not among them: acts that never took place, days of the audit trail, deleted originals,
    and the seal of a release that has lost rows since, for it named an earlier manifest.
    """
    statements: list[Statement] = []
    for slug in store.datasets():
        for release in store.releases(slug):
            statements.append(erased(release) if release.erasures else sealed(release))
            if release.withdrawn:
                statements.append(withdrawn(release, store.tombstone(release)))
    return [statement.leaf for statement in sorted(statements, key=lambda statement: statement.at)]


def took_effect(store: ReleaseStore, statement: Statement) -> bool:
    """Whether the store is as a statement says it is since that act."""
    try:
        release = store.release(statement.dataset, statement.period, statement.number)
    except NotInStore:
        return False
    if statement.act == "withdrawn":
        return release.withdrawn
    return release.digest == statement.manifest


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
