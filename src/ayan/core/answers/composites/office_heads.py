"""Who heads a unit of the municipality, where somebody asks for its head and names the unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, Understood, api_of, page_of, row_title
from ayan.core.answers.cards.wording import field_value
from ayan.core.answers.composites.unit_questions import unit_named, unit_place
from ayan.core.answers.concepts.names import in_digits
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.limits import MOST_OF_A_UNIT
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.words.morphology import Word, form_words, is_light_verb
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label

SENTENCE: Final = Label("{unit}: {name}، {post} ({time}).", "{unit}: {name}, {post} ({time}).")
_HEADS: Final = frozenset((
    "رییس", "مدیر", "مدیرعامل", "مسیول", "سرپرست", "شهردار", "معاون", "متولی", "deputy", "responsible",
    "head", "chief", "director", "manager", "boss", "runs", "run", "leads", "charge", "mayor",
))  # fmt: skip
_POSTS: Final = frozenset((
    "رییس", "مدیر", "مدیرعامل", "مسیول", "سرپرست", "head", "chief", "director", "manager", "runs", "leads",
))  # fmt: skip
"""Words for whoever heads a unit, by which it is asked who that is though nobody says «کیست»."""
_IDLE: Final = frozenset(("و", "شهرداری", "شهر", "اسمش", "اسم", "نام", "ست", "کی", "کیه"))
_BEGINS: Final = ("معاونت",)
"""How a unit that a deputy leads is called."""
_WHO: Final = frozenset(("person", "in-charge", "record"))


def head_of(facts: CityFacts, question: Parted) -> AnswerCard | None:
    """Whoever heads the one unit that is named, in the newest month; None where nobody asks, or none is named."""
    asks = {each.target.partition(":")[2] for phrase in question.segments for each in phrase.of("ask")}
    if not _HEADS & {word.text for word in question.words}:
        return None
    if not asks & _WHO and (asks or not _POSTS & {word.text for word in question.words[:2]}):
        return None
    unit = _unit_of_topic(facts, question)
    if unit is None and any(_says_more(phrase) for phrase in question.segments):
        return None
    unit = unit or unit_named(facts, question)
    if unit is not None and not asks & _WHO and not _is_all(facts, question, unit):
        return None
    for concept in facts.lexicon.concepts.values():
        dataset = facts.lexicon.datasets.get(concept.target) if concept.more.get("heads") else None
        if unit is not None and dataset is not None and facts.has_rows(dataset):
            return _newest(facts, dataset, unit)
    return None


def _is_all(facts: CityFacts, question: Parted, unit: str) -> bool:
    """Whether a question says no more than a post and its unit: «رئیس سازمان پسماند», "head of the fire brigade"."""
    stem = facts.lexicon.stem
    called = {stem(word) for word in in_digits([word.text for word in form_words(unit)])}
    for phrase in question.segments:
        words = [word.text for word in phrase.words if word.text not in _POSTS | _IDLE]
        if not words or phrase.has("stop", "relation") or any(each.text == unit for each in phrase.of("name")):
            continue
        if not {stem(word) for word in in_digits(words)} <= called:
            return False
    return True


def _unit_of_topic(facts: CityFacts, question: Parted) -> str | None:
    """The one unit whose name holds all that a question says beside its head: «معاون فنی», «مسئول صدور پروانه»."""
    place = unit_place(facts)
    if place is None or any(phrase.sense in ("period", "amount", "number", "code") for phrase in question.segments):
        return None
    dataset, title = place
    topics = [word.text for word in question.words if word.text not in _HEADS | _IDLE]
    known = [word for word in topics if _is_of_topic(facts, word)]
    places = [phrase for phrase in question.segments if phrase.sense == "place" and len(phrase.districts) == 1]
    if known and len(places) == 1:
        # «رئیس عمران منطقهٔ ۳»: of that office, and not of the district's municipality.
        known = [word for word in known if word not in {each.text for each in places[0].words}]
        known += ["منطقه", str(places[0].districts[0])] if known else []
    if not known or len(known) > MOST_OF_A_UNIT:
        return None
    if any(word.is_latin for word in question.words):
        return None
    begins = _BEGINS if {"معاون"} & {word.text for word in question.words} else ()
    called = [each for each in facts.lexicon.names.with_words(known) if (dataset.slug, title.name) in each.fields]
    called = [each for each in called if not begins or each.text.startswith(begins)]
    shortest = min(called, key=lambda each: len(each.text), default=None)
    if shortest is None or (len(called) > 1 and not all(shortest.text in each.text for each in called)):
        return None
    return shortest.text


def _is_of_topic(facts: CityFacts, word: str) -> bool:
    match = facts.lexicon.match([Word(word, word)])
    senses = {each.sense for each in match.meanings if each.grade == "right"} if match is not None else set()
    return not senses & {"stop", "ask", "place"} and not is_light_verb(word)


def _says_more(phrase: Phrase) -> bool:
    """Whether a piece names another table than that of those who head units: «سفر», «قرارداد»."""
    if phrase.has("stop", "ask", "relation", "name", "service") or _HEADS & {word.text for word in phrase.words}:
        return False
    return phrase.sense in ("amount", "number", "code") or any(
        each.grade == "right" and each.sense in ("dataset", "measure", "aggregate", "superlative")
        for each in phrase.meanings
    )


def _newest(facts: CityFacts, dataset: Dataset, unit: str) -> AnswerCard | None:
    own = next((each for each in dataset.published if each.role == "unit"), None)
    person = next((each for each in dataset.published if each.role == "person"), None)
    time = facts.time(dataset)
    if own is None or person is None or time is None:
        return None
    scope = Question(slug=dataset.slug, filters=(Filter(own.name, "eq", (unit,)),))
    rows = facts.rows(dataset, replace(scope, sort=Sort(time.name, descending=True), size=5)).rows
    newest = [row for row in rows if row.values.get(time.name) == rows[0].values.get(time.name)]
    if len(newest) != 1:
        return None
    row = newest[0]
    text = SENTENCE.filled(
        lambda lang: {
            "unit": unit,
            "name": row.values.get(person.name),
            "post": row_title(dataset, row),
            "time": field_value(time, row.values.get(time.name), lang),
        }
    )
    understood = Understood(dataset.slug, tuple((each.parameter, each.text) for each in scope.filters))
    api = api_of(dataset, "rows", scope.query_string())
    return AnswerCard("list", text, page_of(dataset, scope), api, understood, rows=tuple(newest))
