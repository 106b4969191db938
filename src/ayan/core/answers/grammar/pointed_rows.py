"""Rows that point to what some words are the title of: payments of a contract «ساخت پل عابر», votes on a motion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.limits import FEWEST_OF_A_TITLE, MOST_HELD, MOST_JOINED, MOST_POINTED, MOST_VALUES
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.words.morphology import form_words
from ayan.core.query import values
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset

_BELOW: Final = frozenset((
    "زیر", "زیرمجموعه", "زیرنظر", "زیردست", "وابسته", "تابع", "تابعه", "under", "below", "beneath", "subordinate",
    "reporting", "report", "subunits",
))  # fmt: skip
"""Words for what stands under another of its own sort."""
_BETWEEN_NAMES: Final = frozenset(("of", "the", "in", "within", "در", "توی", "تو"))
_GRAMMAR: Final = ("ask", "aggregate", "superlative", "comparison", "period", "stop", "unit", "hidden", "lack")


def pointing(facts: CityFacts, dataset: Dataset, words: Sequence[str]) -> Filter | None:
    """The condition that rows point to one of the few records in whose titles all words stand; None for none."""
    pointers = [each for each in dataset.published if each.ref is not None and each.shown == "public"]
    if len(words) < FEWEST_OF_A_TITLE or not pointers:
        return None
    names = facts.lexicon.names.with_words(words)
    for pointer in pointers:
        assert pointer.ref is not None  # noqa: S101 - these have one
        other = facts.lexicon.datasets.get(pointer.ref.dataset)
        title = next((each.name for each in other.published if each.role == "title"), "") if other is not None else ""
        titles = [each.text for each in names if other is not None and (other.slug, title) in each.fields]
        if other is None or not 0 < len(titles) <= MOST_VALUES:
            continue
        # By the words that all of them hold: a list of titles costs as much as each of them by itself.
        scope = Question(slug=other.slug, search=" ".join(words), size=MOST_POINTED)
        try:
            rows = facts.rows(other, scope).rows
        except Unanswered:
            return None
        called = [row for row in rows if row.values.get(title) in titles] if len(rows) < MOST_POINTED else []
        numbers = [row.values[pointer.ref.field] for row in called if row.values.get(pointer.ref.field)]
        if 0 < len(numbers) <= MOST_VALUES:
            own = values.as_asked(dataset).field(pointer.name)
            given = values.without_repetition(own, [values.read_value(own, str(number)) for number in numbers])
            return Filter(own.name, "eq" if len(given) == 1 else "in", given)
    return None


def below(facts: CityFacts, reading: Reading) -> Reading:
    """The reading; of the rows that stand under another one where it names that and says so: «زیرمجموعه‌های معاونت …».

    What stands under what is told by a column that refers to the key of its own dataset.
    """
    dataset, texts = reading.dataset, {each.text for each in reading.names}
    parents = (each for each in dataset.published if each.ref is not None and each.ref.dataset == dataset.slug)
    own = next((each for each in parents if each.ref is not None and dataset.key == (each.ref.field,)), None)
    title = next((each.name for each in dataset.published if each.role == "title"), "")
    if own is None or own.ref is None or len(texts) != 1 or any(each.field != title for each in reading.names):
        return reading
    segments = reading.parted.segments
    named = [each for each in segments if any(m.slug == dataset.slug and m.field == title for m in each.of("name"))]
    said = [each for each in segments if any(word.text in _BELOW for word in each.words)]
    if named and any(each.start > named[0].start and not each.has("dataset") for each in said):
        # «معاونت … زیر نظر کیست»: what stands above it.
        return reading
    if len(named) != 1 or not (said or _are_of(dataset, segments, named[0])):
        return reading
    try:
        rows = facts.rows(dataset, Question(slug=dataset.slug, filters=(Filter(title, "eq", (*texts,)),), size=2)).rows
    except Unanswered:
        return reading
    code = rows[0].values.get(own.ref.field) if len(rows) == 1 else None
    if code is None:
        return reading
    # «وابسته» is part of what a sort of unit is called, and no such sort here.
    labels = [label for each in said for label in facts.lexicon.labels.meant(dataset, [w.text for w in each.words])]
    sorts = {label.field for label in labels if label.code}
    filters = tuple(each for each in reading.filters if each.field != title and each.field not in sorts)
    value = values.read_value(values.as_asked(dataset).field(own.name), str(code))
    words = {text for each in (*said, *named) for word in each.words for text in (word.text, word.shown)}
    return replace(
        reading,
        filters=(*filters, Filter(own.name, "eq", (value,))),
        looked_up=tuple(each for each in reading.looked_up if each not in words),
        names=(),
        keys=tuple(each for each in reading.keys if each != own.name),
        unread=tuple(each for each in reading.unread if not set(each.split()) <= words),
        grounded=True,
        below=(*said, *named),
    )


def _are_of(dataset: Dataset, segments: Sequence[Phrase], named: Phrase) -> bool:
    """Whether rows are asked for in the plural right before what one of them is called: "departments of the …"."""
    before = [each for each in segments if each.end <= named.start and each.text not in _BETWEEN_NAMES]
    last = before[-1] if before else None
    if last is None or not last.plural:
        return False
    return any(each.slug == dataset.slug for each in last.of("dataset", "value"))


def pointed_datasets(question: AskedQuestion) -> list[str]:
    """The datasets that rows point to and that a question names outright: resolutions, of votes."""
    named = {
        each.slug
        for phrase in question.reading.parted.segments
        for each in phrase.of("dataset")
        if each.grade == "right" and each.slug != question.dataset.slug
    }
    return [
        each.ref.dataset
        for each in question.dataset.published
        if each.ref is not None and each.shown == "public" and each.ref.dataset in named
    ]


def pointing_to_named(
    facts: CityFacts, question: AskedQuestion, phrases: Sequence[Phrase], texts: Sequence[str]
) -> Filter | None:  # fmt: skip
    """The condition that rows point to the records of a named dataset whose titles hold some words: votes on parks."""
    slugs, stem = pointed_datasets(question), facts.lexicon.stem
    if not slugs or any(each.has(*_GRAMMAR) or each.sense not in ("words", "unknown") for each in phrases):
        return None
    for pointer in question.dataset.published:
        other = facts.lexicon.datasets[pointer.ref.dataset] if pointer.ref and pointer.ref.dataset in slugs else None
        title = next((each for each in other.published if each.role == "title"), None) if other is not None else None
        if other is None or title is None or pointer.ref is None:
            continue
        if any(each.slug == other.slug for phrase in phrases for each in phrase.of("dataset")):
            # The name of the records themselves is no subject of theirs.
            return None
        for text in texts[:MOST_HELD]:
            if not _is_held(facts, other, title.name, text):
                continue
            scope = Question(slug=other.slug, filters=(Filter(title.name, "contains", (text,)),), size=MOST_JOINED + 1)
            words = {stem(word.text) for word in form_words(text)}
            holds = facts.rows(other, scope).rows if words else ()
            # «پارک» is not «پارکینگ».
            rows = [each for each in holds if words <= {stem(w.text) for w in form_words(str(each.values[title.name]))}]
            numbers = sorted({str(row.values[pointer.ref.field]) for row in rows if row.values.get(pointer.ref.field)})
            if 0 < len(numbers) <= MOST_JOINED:
                own = values.as_asked(question.dataset).field(pointer.name)
                given = values.without_repetition(own, [values.read_value(own, number) for number in numbers])
                return Filter(own.name, "eq" if len(given) == 1 else "in", given)
    return None


def _is_held(facts: CityFacts, other: Dataset, title: str, text: str) -> bool:
    """Whether every word of a text stands in titles, so that it is worth a look."""
    words = [word.text for word in form_words(text)]
    return bool(words) and all((other.slug, title) in facts.lexicon.names.places(word) for word in words)


def pointing_to_value(facts: CityFacts, dataset: Dataset, phrase: Phrase) -> Filter | None:
    """The condition that rows point to the few records of which a piece says what they are: votes of the chair."""
    for meaning in phrase.of("value"):
        pointer = next(
            (each for each in dataset.published if each.ref is not None and each.ref.dataset == meaning.slug), None
        )
        other = facts.lexicon.datasets.get(meaning.slug)
        if pointer is None or pointer.ref is None or other is None or not meaning.code or meaning.grade != "right":
            continue
        asked = values.as_asked(other).field(meaning.field)
        condition = Filter(meaning.field, "eq", (asked.kind.of_code(meaning.code),))
        try:
            rows = facts.rows(other, Question(slug=other.slug, filters=(condition,), size=MOST_JOINED + 1)).rows
        except Unanswered:
            return None
        numbers = {str(row.values[pointer.ref.field]) for row in rows if row.values.get(pointer.ref.field)}
        if 0 < len(numbers) == len(rows) <= MOST_JOINED:
            own = values.as_asked(dataset).field(pointer.name)
            given = values.without_repetition(own, [values.read_value(own, number) for number in sorted(numbers)])
            return Filter(own.name, "eq" if len(given) == 1 else "in", given)
    return None
