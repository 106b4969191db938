"""The lexicon of the present state of a city: what each part of it is made of, and when it is made.

What words mean by declarations is made once a set of declarations; the names of a dataset once a state of it, read from
a file beside its index where one is kept. To put them together takes no time, so a release costs its own names alone.
"""

from __future__ import annotations

import atexit
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from operator import is_
from pathlib import Path
from threading import Event, Lock, RLock, Thread

from ayan.core.answers.concepts.concepts import Concept, Concepts
from ayan.core.answers.concepts.lexicon import Lexicon, Vocabulary
from ayan.core.answers.concepts.names import DatasetNames, Names, names_of
from ayan.core.answers.concepts.vocabularies import concepts_of, vocabulary_of
from ayan.core.answers.facts import CityFacts, Times, times_of
from ayan.core.answers.kept_names import KeptNames, file_name, kept_from, kept_text
from ayan.core.answers.limits import AGAIN_SECONDS, BELIEVED_SECONDS, LEAVE_SECONDS, LOOK_SECONDS, MOST_LEXICONS
from ayan.core.answers.readings.word_usage import time_of
from ayan.core.index.index_store import IndexStore
from ayan.core.query.answer import Unanswered
from ayan.core.query.query_service import QueryService
from ayan.core.schema.definition import Dataset
from ayan.core.schema.glossary import Term
from ayan.core.store.objects import StoreError
from ayan.core.store.release import DatasetSnapshot
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.processor_budget import once

_PartKey = tuple[str, str, str]
_State = tuple[_PartKey, ...]
log = logging.getLogger(__name__)


class LexiconPending(Exception):
    """What words mean is being worked out for the first time, which takes about a second; nobody waits for it."""


class _Leaving(Exception):
    """The process is about to end."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What one dataset adds at one state: its names, and the releases that they stand in."""

    names: DatasetNames
    times: Times
    releases: frozenset[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the states of datasets: when (on the monotonic clock), under which mark of the store."""

    mark: str | None
    datasets: Sequence[Dataset]
    at: float
    state: _State


@dataclass(slots=True, eq=False)
class LexiconStore:
    """Keeps what lexicons are made of; safe to share between threads.

    ``folders`` hold the concepts, a city's own last. What is taken from data is what the query service answers, so
    nothing withheld is in it. ``index_store`` is where names are kept between processes; without it they are not.

    Where `serve` has been called nobody who asks makes anything: names of a release that came since are missing for a
    moment (`Lexicon.pending`), and the older ones are used meanwhile as long as all of their releases stand. A release
    that is withdrawn, or loses rows, takes the names of its dataset away at once. ``is_primed`` says that all that
    questions need was opened ahead. ``terms`` are the words of the glossary, for whoever asks what one means.
    """

    store: ReleaseStore
    service: QueryService
    folders: tuple[Path, ...]
    index_store: IndexStore | None = None
    is_primed: bool = False
    terms: tuple[Term, ...] = ()
    _parts: dict[_PartKey, _Part] = field(default_factory=dict)
    _vocabularies: OrderedDict[tuple[tuple[str, str], ...], Vocabulary] = field(default_factory=OrderedDict)
    _lexicons: OrderedDict[_State, Lexicon] = field(default_factory=OrderedDict)
    _times: dict[tuple[str, str], Times] = field(default_factory=dict)
    _concepts: Concepts | None = None
    _making: RLock = field(default_factory=RLock)
    _changing: Lock = field(default_factory=Lock)
    _seen: _Look | None = None
    _all_kept_at: str | None = None
    _again_at: float = 0.0
    _wanted: Event | None = None
    _asked: Sequence[Dataset] = ()
    _leaving: Event = field(default_factory=Event)

    def facts(self, datasets: Sequence[Dataset], today: date) -> CityFacts:
        """Everything that a question is answered by, of the present state. LexiconPending where nothing is at hand."""
        return CityFacts(self.service, self.store, self.lexicon(datasets), today, self._times, terms=self.terms)

    def lexicon(self, datasets: Sequence[Dataset]) -> Lexicon:
        """The lexicon of the present state, made now unless `serve` sees to it."""
        state = self._state(datasets)
        known = self._known(state)
        if known is not None:
            return known
        if self._wanted is None:
            return self.make(datasets)
        self._asked = datasets
        self._wanted.set()
        return self._meanwhile(datasets, state)

    @property
    def everyday(self) -> tuple[tuple[str, ...], ...]:
        """Groups of words by which people tell of one thing (`Concepts`)."""
        return self._words().everyday

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """Everything that curated words mean (`Concepts`)."""
        return self._words().all

    def names_table(self, named: Collection[str]) -> bool:
        """Whether one of some concepts, by their ids, is a dataset."""
        return any(each.sense == "dataset" and each.id in named for each in self._words().all)

    def make(self, datasets: Sequence[Dataset], *, keep: bool = False) -> Lexicon:
        """The lexicon of the present state, with whatever of it is missing; ``keep`` writes names for others down.

        It is made once for all who ask, and no question's processor time pays for it.
        """
        with self._making, once():
            state = self._state(datasets)
            if (known := self._known(state)) is not None:
                return known
            vocabulary = self._vocabulary(datasets)
            parts: dict[_PartKey, _Part] = {}
            crowded: set[str] = set()
            for each, key in _pairs(datasets, state):
                if keep and self._leaving.is_set():
                    raise _Leaving
                try:
                    part = self._parts.get(key) or self._read(each, keep=keep)
                except Unanswered:
                    # A crowded table takes no names from the others, and its own are read a little later.
                    crowded.add(each.slug)
                    continue
                if part is not None:
                    parts[key] = part
            names = Names({key[0]: part.names for key, part in parts.items()})
            lexicon = Lexicon(vocabulary, names, frozenset(crowded))
            self._again_at = time.monotonic() + AGAIN_SECONDS
            with self._changing:
                self._parts = parts
                self._times = {(key[0], key[2]): part.times for key, part in self._parts.items()}
                # Of a state that is over nothing stays: a release may have taken its names with it.
                present = set(state)
                for other in [other for other in self._lexicons if not present.issuperset(other)]:
                    del self._lexicons[other]
                self._lexicons[state] = lexicon
                while len(self._lexicons) > MOST_LEXICONS:
                    self._lexicons.popitem(last=False)
            return lexicon

    def keep_names(self, datasets: Callable[[], Sequence[Dataset]]) -> bool:
        """Write the names of one dataset down that has none kept of its present state; whether there was one."""
        mark = self.store.mark()
        if mark is not None and mark == self._all_kept_at:
            return False
        for dataset in datasets():
            snapshot = self.store.snapshot(dataset.slug)
            with suppress(Unanswered):
                if snapshot.rows and self._kept(dataset, snapshot) is None and self._read(dataset, keep=True):
                    return True
        self._all_kept_at = mark
        return False

    # --- ahead of those who ask ---------------------------------------------------------------------------------------

    def serve(self, datasets: Callable[[], Sequence[Dataset]], prime: Callable[[Dataset], None]) -> None:
        """Make the lexicon ahead of those who ask, in a thread of its own: now, and whenever something is published.

        Each dataset that was published or changed is handed to ``prime`` afterwards, which opens what questions need.
        """
        if self._wanted is None:
            self._wanted = Event()
            words = (self._wanted, datasets, prime)
            thread = Thread(target=self._serve, args=words, name="lexicon", daemon=True)
            thread.start()
            atexit.register(self._leave, self._wanted, thread)

    def _leave(self, wanted: Event, thread: Thread) -> None:
        # A thread that is inside DuckDB while the interpreter goes ends the process by an abort.
        self._leaving.set()
        wanted.set()
        thread.join(LEAVE_SECONDS)

    def _serve(
        self, wanted: Event, datasets: Callable[[], Sequence[Dataset]], prime: Callable[[Dataset], None]
    ) -> None:
        mark, primed = None, frozenset[_PartKey]()
        while not self._leaving.is_set():
            now, asked = self.store.mark(), wanted.is_set()
            wanted.clear()
            try:
                if asked or now is None or now != mark:
                    every = self._asked if asked else datasets()
                    lexicon = self.make(every, keep=True)
                    pairs = _pairs(every, self._state(every))
                    for dataset in (each for each, key in pairs if key not in primed):
                        if self._leaving.is_set():
                            return
                        prime(dataset)
                    mark, primed = None if lexicon.pending else now, frozenset(key for _, key in pairs)
                    self.is_primed = True
            except _Leaving:
                return
            except Exception as fault:  # noqa: BLE001 - whatever it is, the next look may do better
                log.warning("the lexicon could not be made: %s", type(fault).__name__)
            wanted.wait(LOOK_SECONDS)

    def _meanwhile(self, datasets: Sequence[Dataset], state: _State) -> Lexicon:
        """The lexicon as far as it is known and still true, and the datasets whose names are still to come."""
        with self._changing:
            vocabulary = self._vocabularies.get(_declared(datasets))
            parts = {key: self._parts.get(key) or self._standing(key) for key in state}
        if vocabulary is None:
            raise LexiconPending
        pending = frozenset(key[0] for key in state if self.store.snapshot(key[0]).rows and key not in self._parts)
        return Lexicon(
            vocabulary, Names({key[0]: part.names for key, part in parts.items() if part is not None}), pending
        )

    def _standing(self, key: _PartKey) -> _Part | None:
        """The names of an older state of a dataset where all releases that they stand in can still be read."""
        older = next((part for known, part in self._parts.items() if known[:2] == key[:2]), None)
        if older is None:
            return None
        standing = (release for release in self.store.releases(key[0]) if not release.withdrawn)
        return older if older.releases <= {(each.period, each.number, each.digest) for each in standing} else None

    # --- parts --------------------------------------------------------------------------------------------------------

    def _known(self, state: _State) -> Lexicon | None:
        """The lexicon of a state that was made, unless it is time to ask again for what was missing of it."""
        known = self._lexicons.get(state)
        return None if known is not None and known.pending and time.monotonic() >= self._again_at else known

    def _state(self, datasets: Sequence[Dataset]) -> _State:
        # To look at every dataset takes longer than to read most questions; the mark changes with any release.
        mark, now, seen = self.store.mark(), time.monotonic(), self._seen
        believed = seen is not None and _same(seen.datasets, datasets) and now - seen.at < BELIEVED_SECONDS
        if seen is None or not believed or mark is None or seen.mark != mark:
            state = tuple((each.slug, each.digest, self.store.snapshot(each.slug).digest) for each in datasets)
            seen = self._seen = _Look(mark, datasets, now, state)
        return seen.state

    def _vocabulary(self, datasets: Sequence[Dataset]) -> Vocabulary:
        name = _declared(datasets)
        if name not in self._vocabularies:
            vocabulary = vocabulary_of(datasets, self._words(), name)
            with self._changing:
                self._vocabularies[name] = vocabulary
                while len(self._vocabularies) > MOST_LEXICONS:
                    self._vocabularies.popitem(last=False)
        return self._vocabularies[name]

    def _words(self) -> Concepts:
        if self._concepts is None:
            self._concepts = concepts_of(self.folders)
        return self._concepts

    def _read(self, dataset: Dataset, *, keep: bool = False) -> _Part | None:
        """What a dataset adds now; None where it cannot be read: the next state is looked at again.

        Raises Unanswered where that takes too long at the moment.
        """
        snapshot = self.store.snapshot(dataset.slug)
        kept = self._kept(dataset, snapshot)
        if kept is None:
            try:
                kept = self._read_rows(dataset, snapshot.rows)
            except StoreError:
                # A damaged table takes no names from the others.
                return None
            if keep and snapshot.rows and self.index_store is not None:
                try:
                    self.index_store.keep(snapshot, file_name(dataset), kept_text(kept))
                except OSError as fault:
                    log.warning("the names of %s could not be kept: %s", dataset.slug, type(fault).__name__)
        releases = frozenset((each.period, each.number, each.digest) for each in snapshot.releases)
        return _Part(DatasetNames(kept.names), kept.times, releases)

    def _read_rows(self, dataset: Dataset, rows: int) -> KeptNames:
        own = time_of(self._words().of_dataset(dataset.slug), dataset)
        if not rows:
            return KeptNames((), own.name if own else "", Times())
        times = times_of(self.service, dataset, own) if own is not None else Times()
        return KeptNames(names_of(self.service, dataset, rows), own.name if own else "", times)

    def _kept(self, dataset: Dataset, snapshot: DatasetSnapshot) -> KeptNames | None:
        content = self.index_store.kept(snapshot, file_name(dataset)) if self.index_store is not None else None
        kept = kept_from(dataset, content) if content is not None else None
        own = time_of(self._words().of_dataset(dataset.slug), dataset)
        return kept if kept is not None and kept.time == (own.name if own else "") else None


def _same(some: Sequence[Dataset], others: Sequence[Dataset]) -> bool:
    return len(some) == len(others) and all(map(is_, some, others))


def _pairs(datasets: Sequence[Dataset], state: _State) -> list[tuple[Dataset, _PartKey]]:
    return list(zip(datasets, state, strict=True))


def _declared(datasets: Sequence[Dataset]) -> tuple[tuple[str, str], ...]:
    return tuple((each.slug, each.digest) for each in datasets)
