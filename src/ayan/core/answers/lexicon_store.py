"""The lexicon of the present state of a city: made once a state, and of each dataset again only when that changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock

from ayan.core.answers.concepts import Concepts, read_concepts
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.lexicon import Lexicon
from ayan.core.answers.limits import MOST_LEXICONS, MOST_YEARS
from ayan.core.answers.names import Names, PublishedNames, names_of
from ayan.core.query.answer import Unanswered
from ayan.core.query.query_service import QueryService
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreError
from ayan.core.store.release_store import ReleaseStore

_State = tuple[tuple[str, str, str], ...]


@dataclass(slots=True)
class LexiconStore:
    """Keeps lexicons; safe to share between threads.

    ``folders`` hold the concepts, a city's own last. What is taken from data is what the query service answers, so
    nothing withheld is in it; a release that is withdrawn leaves the lexicon with the state that held it.
    """

    store: ReleaseStore
    service: QueryService
    folders: tuple[Path, ...]
    _names: dict[tuple[str, str, str], tuple[PublishedNames, ...]] = field(default_factory=dict)
    _lexicons: OrderedDict[_State, Lexicon] = field(default_factory=OrderedDict)
    _years: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    _concepts: Concepts | None = None
    _lock: Lock = field(default_factory=Lock)

    def facts(self, datasets: Sequence[Dataset], today: date) -> CityFacts:
        """Everything that a question is answered by, of the present state."""
        if len(self._years) > MOST_YEARS:
            self._years.clear()
        return CityFacts(self.service, self.store, self.lexicon(datasets), today, self._years)

    def lexicon(self, datasets: Sequence[Dataset]) -> Lexicon:
        """The lexicon of the present state."""
        state = tuple((each.slug, each.digest, self.store.snapshot(each.slug).digest) for each in datasets)
        with self._lock:
            known = self._lexicons.get(state)
            if known is None:
                known = self._made(datasets, state)
                self._lexicons[state] = known
                while len(self._lexicons) > MOST_LEXICONS:
                    self._lexicons.popitem(last=False)
            return known

    def _made(self, datasets: Sequence[Dataset], state: _State) -> Lexicon:
        if self._concepts is None:
            self._concepts = read_concepts(*self.folders)
        names = {part: self._names.get(part) for part in state}
        for dataset, part in zip(datasets, state, strict=True):
            if names[part] is None:
                names[part] = self._read(dataset)
        self._names = {part: listed for part, listed in names.items() if listed is not None}
        return Lexicon(datasets, self._concepts, Names(each for listed in self._names.values() for each in listed))

    def _read(self, dataset: Dataset) -> tuple[PublishedNames, ...] | None:
        rows = self.store.snapshot(dataset.slug).rows
        try:
            return names_of(self.service, dataset, rows) if rows else ()
        except (Unanswered, StoreError):
            # Read again with the next state: a damaged or crowded table takes no names from the others.
            return None
