"""What a city's words mean: the half of a city that answers questions in people's words."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from ayan import datasets
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.glossary import Glossary, ReadyComparison, read_comparisons, read_glossary
from ayan.core.store.objects import StoreError
from ayan.core.values.clock import today

if TYPE_CHECKING:
    from ayan.core.answers.facts import CityFacts
    from ayan.core.answers.lexicon_store import LexiconStore
    from ayan.wiring.city import City

NOWHERE: Final = "qzxqzxqzx"
"""A word that stands in no text."""
PAUSE: Final = 0.05
"""Seconds between two datasets that are opened ahead."""
GLOSSARY: Final = "glossary.toml"
COMPARISONS: Final = "comparisons.toml"
LEXICON: Final = "lexicon"
"""The folder of the words that people use, beside the declarations."""


class Lexicons:
    """The lexicons of a city, made when a question is first put."""

    @cached_property
    def lexicons(self) -> LexiconStore:
        """What the words of a question mean here: those that come with Ayan, the city's own, and published names."""
        # A command that puts no question in words is not kept waiting for what reads them.
        from ayan.core.answers.lexicon_store import LexiconStore

        city = cast("City", self)
        if city.parts.lexicons is not None:
            return city.parts.lexicons
        folders = (Path(datasets.__file__).parent / LEXICON, city.home / "datasets" / LEXICON)
        # What is read of another store, as of a draft before it is published, is written down nowhere.
        kept = city.index_store if city.parts.release_store is None else None
        return LexiconStore(city.release_store, city.query_service, folders, kept, terms=self.glossary.terms)

    def keep_ready(self) -> None:
        """Make and open, ahead of whoever asks, what questions in words need: now, and after each release."""
        city = cast("City", self)
        self.lexicons.serve(city.registry.all, self.prime)

    def prime(self, dataset: Dataset) -> None:
        """Open the index of a dataset, and hold a small one's texts ready, by a search that finds nothing."""
        city = cast("City", self)
        if city.release_store.snapshot(dataset.slug).rows:
            with suppress(Unanswered, StoreError):
                city.query_service.rows(dataset, Question(slug=dataset.slug, search=NOWHERE, size=1, count=True))
            # Readers come first, of whom this takes the processor.
            time.sleep(PAUSE)

    @cached_property
    def glossary(self) -> Glossary:
        """The words that pages explain: those that come with Ayan, and the city's own."""
        own = cast("City", self).home / "datasets" / GLOSSARY
        return read_glossary(Path(datasets.__file__).parent / GLOSSARY, own)

    @cached_property
    def ready_comparisons(self) -> tuple[ReadyComparison, ...]:
        """What the page of comparing begins with: those that come with Ayan, and the city's own."""
        own = cast("City", self).home / "datasets" / COMPARISONS
        return read_comparisons(Path(datasets.__file__).parent / COMPARISONS, own)

    def facts(self) -> CityFacts:
        """What questions are answered by, at the city's present state and on its day."""
        city = cast("City", self)
        return self.lexicons.facts(city.registry.all(), today(city.clock))
