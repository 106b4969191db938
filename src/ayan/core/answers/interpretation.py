"""Readings of a question: for each dataset that it may be about, what its words are there, and how well that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ayan.core.answers.lexicon import SLUGGED, Lexicon, Meaning
from ayan.core.answers.morphology import tokens
from ayan.core.answers.phrases import Parted
from ayan.core.answers.word_uses import FITS, WordUses, negate, negates, pointed, use
from ayan.core.query import values
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question is, if it is about one dataset.

    ``measures`` are its fields that are named, the first first; ``keys`` those that rows may be taken together by.
    ``looked_up`` are words that rows must hold, ``unread`` those of which nothing was understood.
    """

    dataset: Dataset
    score: float
    parted: Parted
    filters: tuple[Filter, ...] = ()
    looked_up: tuple[str, ...] = ()
    measures: tuple[Meaning, ...] = ()
    keys: tuple[str, ...] = ()
    names: tuple[Meaning, ...] = ()
    unread: tuple[str, ...] = ()
    named: bool = False
    grounded: bool = True
    explained: frozenset[int] = frozenset()
    lacks: tuple[Meaning, ...] = ()
    services: tuple[Meaning, ...] = ()
    hidden: tuple[Meaning, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether every word was understood, and one says which dataset is meant, so that a figure may be given."""
        return self.grounded and not self.unread and not self.parted.doubtful


def readings(lexicon: Lexicon, parted: Parted, today: date) -> list[Reading]:
    """The readings of a question, the best first; none where no word says which dataset is meant."""
    slugs: dict[str, None] = {}
    for segment in parted.segments:
        for meaning in segment.meanings:
            if meaning.slug and meaning.sense in SLUGGED:
                slugs[meaning.slug] = None
            elif (slug := pointed(meaning)) in lexicon.datasets:
                slugs[slug] = None
            if meaning.sense == "service":
                slugs.update(dict.fromkeys(_titled(lexicon, meaning)))
    read = [_reading(lexicon, lexicon.datasets[slug], parted, today) for slug in slugs]
    return sorted(read, key=lambda reading: -reading.score)


def _prefer_paid(lexicon: Lexicon, dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«شرکت … چقدر گرفته»: how much somebody got is what was paid, where the question names no dataset."""
    asked = any(meaning.target == "answer:number" for segment in parted.segments for meaning in segment.of("ask"))
    roles = {dataset.field(meaning.field).role for meaning in uses.names}
    concept = lexicon.words_of(dataset)
    if asked and "company" in roles and concept is not None and concept.text("shape") == "figure":
        own = next((each for each in dataset.published if each.kind.is_money and each.role == "amount"), None)
        uses.score += FITS if own is not None and own.nature == "flow" else 0.0


def _titled(lexicon: Lexicon, meaning: Meaning) -> list[str]:
    """The datasets of money in whose titles the words of a service stand: what is done is a line of the budget, too."""
    places = [
        place
        for wording in (meaning.concept.more.get("find", ()) if meaning.concept is not None else ())
        for word in tokens(str(wording))
        for place in lexicon.names.places(word.text)
    ]
    figures = {each.target for each in lexicon.concepts.values() if each.text("shape") == "figure"}
    return sorted(
        {slug for slug, name in places if slug in figures and lexicon.datasets[slug].field(name).role == "title"}
    )


def _reading(lexicon: Lexicon, dataset: Dataset, parted: Parted, today: date) -> Reading:
    uses = WordUses(today)
    for number, segment in enumerate(parted.segments):
        use(lexicon, dataset, segment, number, uses)
        if number and negates(parted.segments[number - 1]):
            negate(dataset, segment, uses)
    _prefer_paid(lexicon, dataset, parted, uses)
    filters = [condition for listed in uses.filters.values() for condition in _together(dataset, listed)]
    return Reading(
        dataset=dataset,
        score=uses.score,
        parted=parted,
        filters=tuple(filters),
        looked_up=tuple(uses.looked_up),
        measures=tuple(uses.measures or uses.columns),
        keys=tuple(dict.fromkeys(uses.keys)),
        names=tuple(uses.names),
        unread=tuple(uses.unread),
        named=uses.named,
        grounded=uses.grounded,
        explained=frozenset(uses.explained),
        lacks=tuple(uses.lacks),
        services=tuple(uses.services),
        hidden=tuple(uses.hidden),
    )


def _together(dataset: Dataset, listed: Sequence[Filter]) -> list[Filter]:
    """The conditions on one field as the grammar takes them: several values are one list."""
    equal = [condition for condition in listed if condition.op == "eq"]
    rest = [condition for condition in listed if condition.op != "eq"]
    if len(equal) < 2:
        return [*equal, *rest]
    own = values.as_asked(dataset).field(equal[0].field)
    given = values.without_repetition(own, [condition.values[0] for condition in equal])
    return [Filter(own.name, "eq" if len(given) == 1 else "in", given), *rest]
