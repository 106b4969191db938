"""What a city's words mean: the half of a city that answers questions in people's words."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from ayan import datasets
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.lexicon_store import LexiconStore
from ayan.core.schema.glossary import Glossary, read_glossary
from ayan.core.values.clock import today

if TYPE_CHECKING:
    from ayan.wiring.city import City

GLOSSARY: Final = "glossary.toml"
LEXICON: Final = "lexicon"
"""The folder of the words that people use, beside the declarations."""


class Lexicons:
    """The lexicons of a city, made when a question is first put."""

    @cached_property
    def lexicons(self) -> LexiconStore:
        """What the words of a question mean here: those that come with Ayan, the city's own, and published names."""
        city = cast("City", self)
        folders = (Path(datasets.__file__).parent / LEXICON, city.home / "datasets" / LEXICON)
        return LexiconStore(city.release_store, city.query_service, folders)

    @cached_property
    def glossary(self) -> Glossary:
        """The words that pages explain: those that come with Ayan, and the city's own."""
        own = cast("City", self).home / "datasets" / GLOSSARY
        return read_glossary(Path(datasets.__file__).parent / GLOSSARY, own)

    def facts(self) -> CityFacts:
        """What questions are answered by, at the city's present state and on its day."""
        city = cast("City", self)
        return self.lexicons.facts(city.registry.all(), today(city.clock))
