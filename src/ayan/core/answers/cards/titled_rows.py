"""Rows in whose titles the words of a question stand, where no word says which dataset is meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from ayan.core.answers.cards import refusals, registers
from ayan.core.answers.cards.cards import AnswerCard, card, record
from ayan.core.answers.cards.record_values import values_asked, with_values
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, as_list
from ayan.core.answers.grammar.conditions import period_conditions
from ayan.core.answers.limits import (
    FEWEST_ANSWERS,
    FEWEST_OF_A_TITLE,
    MOST_SERVICES,
    SHORTEST_LATIN_MISSPELT,
    SHORTEST_STEM,
)
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.words.morphology import ENDS, form_words, is_light_verb, is_negative, listed
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreError

_GRAMMAR: Final = ("ask", "aggregate", "superlative", "comparison", "period", "unit", "stop", "hidden", "lack")
_NUMBERS: Final = ("amount", "number", "code", "place")
_COUNTS: Final = frozenset(("answer:number", "answer:count", "answer:duration"))
_LAST: Final = 99
_DOING: Final = frozenset(("how-to", "duration"))
_JOINING: Final = listed("a an the of for in to that is or and out from about on at with your my our i we me")
_ASKED_FOR: Final = frozenset(("request", "apply", "application", "service", "online", "fee", "price", "cost"))
"""Words beside what a service is called that say nothing of which one it is."""


def with_values_asked(facts: CityFacts, question: Parted, records: Iterable[AnswerCard]) -> Iterator[AnswerCard]:
    """Records with the columns that a question asks of them, in its order; without a column where it asks of none."""
    for each in records:
        slug = each.understood.dataset if each.kind == "record" and each.understood is not None else ""
        dataset = facts.lexicon.datasets.get(slug)
        if dataset is None or len(each.rows) != 1:
            yield each
            continue
        own = values_asked(facts.lexicon, dataset, question, each.rows[0])
        # What a record is called by stands in its title.
        own = [field for field in own if not _is_told(each.rows[0].values.get(field.name), each.text.fa)]
        yield replace(each, text=with_values(each.text, own, each.rows[0]))


def _is_told(value: object, text: str) -> bool:
    return isinstance(value, str) and len(value.split()) > 1 and value in text


def titled_rows(facts: CityFacts, question: Parted, wanted: Cues) -> Iterator[AnswerCard]:
    """The rows of each dataset in one of whose titles all words of a question stand that name something."""
    content = [phrase for phrase in question.segments if _names(phrase)]
    words = list(dict.fromkeys(word.text for phrase in content for word in phrase.words))
    if (
        len(words) < FEWEST_OF_A_TITLE
        or wanted.order is not None
        or question.doubtful
        or any(map(_counts, question.segments))
        or any(is_negative(word.text) for word in question.words)
    ):
        return
    if any(phrase.sense in _NUMBERS for phrase in question.segments) or any(phrase.fixed for phrase in content):
        return
    titled = _titled(facts, words)
    if not titled:
        # «پیمانکار زمین ورزشی …»: who is asked for stands in no title.
        content = [phrase for phrase in content if not phrase.has("thing", "relation")]
        words = list(dict.fromkeys(word.text for phrase in content for word in phrase.words))
        titled = _titled(facts, words) if len(words) >= FEWEST_OF_A_TITLE else set()
    candidates = [facts.lexicon.datasets[slug] for slug in titled]
    datasets = sorted(candidates, key=lambda each: (_rank(facts, each), each.slug))
    for dataset in datasets[:FEWEST_ANSWERS]:
        yield from _rows(facts, dataset, question, wanted, words)


def _titled(facts: CityFacts, words: list[str]) -> set[str]:
    """The datasets in one of whose titles all of some words stand."""
    return {
        slug
        for name in facts.lexicon.names.with_words(words)
        for slug, field in name.fields
        if facts.lexicon.datasets[slug].field(field).role == "title"
    }


def _names(phrase: Phrase) -> bool:
    """Whether a piece names something, so that a title may hold it, and does not only say how a question is meant."""
    if phrase.sense not in ("words", "unknown") or all(_says_done(word.text) for word in phrase.words):
        return False
    if any(meaning.target == "none" for meaning in phrase.of("place")):
        return False
    said = phrase.has(*_GRAMMAR) and all(
        each.sense in _GRAMMAR or each.grade == "weak" or each.sense == "page" for each in phrase.meanings
    )
    return not said and len(phrase.text) >= FEWEST_OF_A_TITLE


def _says_done(word: str) -> bool:
    return is_light_verb(word) or word in ENDS


def _counts(phrase: Phrase) -> bool:
    """Whether a piece asks for a number."""
    asked = (each for each in phrase.of("ask", "aggregate") if each.grade == "right")
    return any(each.target in _COUNTS or each.sense == "aggregate" for each in asked)


def _rank(facts: CityFacts, dataset: Dataset) -> int:
    """Which dataset tells most of what its titles name: the work itself, before the contract and the tender for it."""
    concept = facts.lexicon.words_of(dataset)
    rank = concept.text("told_by_title") if concept is not None else ""
    return int(rank) if rank.isdigit() else _LAST


def _rows(facts: CityFacts, dataset: Dataset, question: Parted, wanted: Cues, words: list[str]) -> Iterator[AnswerCard]:
    period, conditions = period_conditions(facts, dataset, wanted.period, "")
    if wanted.period is not None and not conditions:
        return
    reading = Reading(dataset, 0.0, question, named=True)
    scope = Question(slug=dataset.slug, filters=conditions, search=" ".join(words))
    try:
        rows = card(facts, as_list(facts, AskedQuestion("list", reading, scope, period=period)))
    except (Unanswered, StoreError, BadQuestion):
        return
    if rows.kind == "list":
        yield record(dataset, rows.rows[0]) if len(rows.rows) == 1 else rows


def unpublished_title(facts: CityFacts, question: Parted) -> AnswerCard | None:
    """That nothing is published of the one dataset in whose title all stands that is named; None for others."""
    stem = facts.lexicon.stem
    named = [each for each in question.segments if not each.has("stop", "ask", "place", "aggregate")]
    words = {stem(word.text) for phrase in named for word in phrase.words}
    if not words or any(each.sense not in ("words", "unknown") for each in named):
        return None
    titled = []
    for dataset in facts.lexicon.datasets.values():
        if facts.has_rows(dataset):
            continue
        titles = ({stem(word.text) for word in form_words(each)} for each in (dataset.title.fa, dataset.title.en))
        titled += [dataset] if any(words <= title for title in titles) else []
    return refusals.unpublished(titled[0], facts.today) if len(titled) == 1 else None


def of_title_word(facts: CityFacts, question: Parted) -> AnswerCard | None:
    """The one dataset in whose title a word of a question stands that means nothing else; None where there is none."""
    stem = facts.lexicon.stem
    words = {stem(word.text) for phrase in question.segments if phrase.sense == "unknown" for word in phrase.words}
    titles = {
        dataset.slug: {stem(word.text) for title in (dataset.title.fa, dataset.title.en) for word in form_words(title)}
        for dataset in facts.lexicon.datasets.values()
    }
    for word in sorted(words, key=len, reverse=True):
        named = [slug for slug, held in titles.items() if word in held]
        if len(named) == 1 and len(word) > SHORTEST_STEM:
            dataset = facts.lexicon.datasets[named[0]]
            if not facts.has_rows(dataset):
                return refusals.unpublished(dataset, facts.today)
            left = tuple(each.text for each in question.segments if each.sense == "unknown" and word not in each.text)
            reading = Reading(dataset, 0.0, question, unread=left or ("",))
            return card(facts, as_list(facts, AskedQuestion("list", reading, Question(slug=dataset.slug))))
    return None


def service_in_english(facts: CityFacts, question: Parted, wanted: Cues, *, is_last: bool = False) -> AnswerCard | None:
    """The service that is called so in English, where somebody asks how or where something is done.

    ``is_last`` says that nothing else was understood, so that two words of its title are enough.
    """
    asks = wanted.asks & {*_DOING, "place"}
    if not (asks or is_last) or wanted.count or wanted.period is not None or not _is_english(question):
        return None
    said = _said_content(facts, question)
    for concept in facts.lexicon.concepts.values():
        dataset = facts.lexicon.datasets.get(concept.target) if concept.text("how_to") else None
        name = f"{concept.text('how_to')}_en"
        if dataset is None or not facts.has_rows(dataset) or all(each.name != name for each in dataset.published):
            continue
        best, most = None, (False, 0.0)
        try:
            rows = facts.rows(dataset, Question(slug=dataset.slug, size=MOST_SERVICES)).rows
        except (Unanswered, StoreError, BadQuestion):
            return None
        for row in rows:
            title = _content(facts, (word.text for word in form_words(str(row.values.get(name) or ""))))
            held = sum(any(_is_called(each, {own}) for each in said) for own in title)
            is_whole = bool(title) and held == len(title)
            is_all = held > 1 and all(_is_called(each, title) for each in said)
            if held and (is_whole or is_all or (is_last and held > 1)) and (is_all, held - len(title) / _LAST) > most:
                best, most = row, (is_all, held - len(title) / _LAST)
        if best is not None and (most[0] or is_last or wanted.asks & _DOING):
            return registers.service_card(dataset, best)
    return None


def nearest_service(facts: CityFacts, question: Parted, wanted: Cues) -> AnswerCard | None:
    """The service in whose title, in either language, most words of a question stand that is understood in no way."""
    return service_in_english(facts, question, wanted, is_last=True) or registers.nearest_service(facts, question)


def _is_english(question: Parted) -> bool:
    """Whether a question is asked in English words alone."""
    return all(word.is_latin or word.is_number for word in question.words)


def _said_content(facts: CityFacts, question: Parted) -> list[frozenset[str]]:
    """What a question names, each word as it was written and as it is read: no grammar, and no asking for a service."""
    skipped = ("ask", "aggregate", "superlative", "comparison", "stop")
    named = (each for each in question.segments if not each.has(*skipped) or each.has("dataset", "value", "service"))
    words = (word for each in named for word in question.words[each.start : each.end])
    said = (_content(facts, (word.text, word.shown.lower())) for word in words)
    return [each for each in said if each and not each & _ASKED_FOR]


def _content(facts: CityFacts, words: Iterable[str]) -> frozenset[str]:
    return frozenset(facts.lexicon.stem(word) for word in words if word not in _JOINING)


def _is_called(said: Collection[str], title: Collection[str]) -> bool:
    """Whether a word stands in a title, or only goes on there: "complain" and "complaint", "enrol" and "enrolment"."""
    pairs = (sorted((each, own), key=len) for each in said for own in title)
    return any(
        short == long or (len(short) >= SHORTEST_LATIN_MISSPELT and long.startswith(short)) for short, long in pairs
    )
