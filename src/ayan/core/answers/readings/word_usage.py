"""What the words of a question are in one dataset, gathered while they are gone through."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ayan.core.answers.concepts.concepts import Concept
from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

# How much a meaning says for its dataset where it is right; less where it is weak or misspelt.
GRADES: Final = {"right": 1.0, "typo": 0.95, "weak": 0.5}
FITS: Final = 0.6
"""A period or a place that the dataset can be asked by."""
ABSENT: Final = 1.2
"""What one that it cannot be asked by says against it."""


def time_field(lexicon: Lexicon, dataset: Dataset) -> Field | None:
    """The field that says when a row happened: the one that the lexicon names, else the declared date or period."""
    return time_of(lexicon.words_of(dataset), dataset)


def time_of(concept: Concept | None, dataset: Dataset) -> Field | None:
    """The same, by what the lexicon says of the dataset."""
    if concept is not None and "time" in concept.more:
        name = concept.text("time")
        return next((each for each in dataset.published if each.name == name), None)
    dated = [each for each in dataset.published if each.kind.is_day and each.role == "date"]
    return next(iter(dated), None) or next((each for each in dataset.published if each.kind.is_period), None)


def is_measured_elsewhere(lexicon: Lexicon, dataset: Dataset) -> bool:
    """Whether the largest of a dataset's things is told by another, which has a time: "biggest contractors in 1403"."""
    concept = lexicon.words_of(dataset)
    other = lexicon.datasets.get(concept.text("measured_in").partition(".")[0]) if concept is not None else None
    return other is not None and time_field(lexicon, other) is not None


@dataclass(slots=True)
class WordUses:
    """What the words of a question are in one dataset, while they are gone through.

    ``is_ordered`` says that the question holds a superlative, ``is_counted`` that it asks how many rows there are,
    ``is_dated`` that it names a period, ``is_compared`` that it sets one against another.
    """

    today: date
    is_ordered: bool = False
    is_counted: bool = False
    is_dated: bool = False
    is_compared: bool = False
    score: float = 0.0
    filters: dict[str, list[Filter]] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    measures: list[Meaning] = field(default_factory=list)
    columns: list[Meaning] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    names: list[Meaning] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    named: bool = False
    grounded: bool = False
    explained: set[int] = field(default_factory=set)
    lacks: list[Meaning] = field(default_factory=list)
    services: list[Meaning] = field(default_factory=list)
    hidden: list[Meaning] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    related: bool = False
    pointed: bool = False
    pointers: list[str] = field(default_factory=list)


def add(uses: WordUses, condition: Filter) -> None:
    """One more condition."""
    uses.filters.setdefault(condition.field, []).append(condition)


@dataclass(frozen=True, slots=True)
class WordAccount:
    """What of a question was not taken into account, piece by piece, in its order."""

    left: tuple[Phrase, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every word was used."""
        return not self.left

    @property
    def weight(self) -> int:
        """How many words were not used."""
        return sum(len(phrase.words) for phrase in self.left)

    @property
    def words(self) -> tuple[str, ...]:
        """What was not used, as it was written; neighbours together."""
        runs: list[list[Phrase]] = []
        for phrase in self.left:
            if runs and runs[-1][-1].end == phrase.start:
                runs[-1].append(phrase)
            else:
                runs.append([phrase])
        return tuple(" ".join(word.shown for phrase in run for word in phrase.words) for run in runs)


def only_companies(dataset: Dataset, name: str) -> tuple[Filter, ...]:
    """Whoever asks for companies wants none of the people that stand in the same column, nor all staff together."""
    number = next((each for each in dataset.published if each.name == f"{name}_id" and each.kind.is_company), None)
    return () if number is None or number.required else (Filter(number.name, "isnull", (False,)),)


def role_of(dataset: Dataset, name: str) -> str:
    """The role of a field; of the first person or company where none is named."""
    if name:
        return next((each.role or "" for each in dataset.fields if each.name == name), "")
    held = next((each for each in dataset.published if each.role in ("company", "person")), None)
    return held.role or "" if held is not None else ""


def measure_by(dataset: Dataset, meaning: Meaning, uses: WordUses) -> None:
    """The columns that a concept is told in numbers by."""
    measured = meaning.concept.more.get("measures", ()) if meaning.concept is not None else ()
    uses.measures += [Meaning("measure", slug=dataset.slug, field=str(name)) for name in measured]


def named_also(dataset: Dataset, meaning: Meaning) -> Field | None:
    """The column of a dataset that holds such things under names of its own: the unit of a contract."""
    places = meaning.concept.more.get("names_also", ()) if meaning.concept is not None else ()
    return next((each for each in dataset.published if f"{dataset.slug}.{each.name}" in places), None)


def of_period(dataset: Dataset, segment: Phrase, uses: WordUses) -> list[Meaning]:
    """What a piece means in a dataset, by whether the question says a period.

    «قراردادهای تمام‌شده» have a state; of those that «پارسال تمام شدند» the period is that of their end.
    """
    own = [each for each in segment.meanings if each.slug == dataset.slug]
    dated = [each for each in own if each.concept is not None and each.concept.more.get("of_period")]
    if not dated:
        return own
    return dated if uses.is_dated else [each for each in own if each not in dated]
