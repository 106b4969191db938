"""What a unit is asked for that somebody names: its telephone, since when it is there, what it does for people.

«شماره تلفن سازمان پسماند», «مدیریت پسماند چه خدماتی می‌دهد», "services of the fire organisation".
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, card, record
from ayan.core.answers.cards.wording import field_value
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, as_list
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.readings.number_conditions import district_named
from ayan.core.answers.words.morphology import form_words, is_light_verb
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.label import Label

SENTENCE: Final = Label("{unit}: {label} {number}.", "{unit}: {label} {number}.")
UNSTATED: Final = Label(
    "{label} «{unit}» منتشر نشده است. مسئول این داده: {owner}.",
    "{label} of “{unit}” is not published. Responsible: {owner}.",
)
_ASKS: Final = frozenset(("تلفن", "تلفنش", "تماس", "phone", "telephone", "reach", "contact", "call"))
_NUMBER: Final = frozenset(("شماره", "شمارش", "شمارشو", "شمارشون", "شمارهاش"))
"""The word for a number, and that of somebody: «شهرداری منطقه ۴ شمارش چنده»."""
_PLACES: Final = frozenset(("ادرس", "ادرسش", "نشانی", "نشانیش", "کجاست", "کجا", "کجاس", "where", "address", "located"))
_KINDS: Final = frozenset(("اداره", "واحد", "مدیریت", "سازمان", "معاونت", "بخش", "دفتر"))
"""Words for a unit, whatever it is called itself: who says «اداره» may mean a «مدیریت»."""
_FOUNDED: Final = frozenset(("تاسیس", "تشکیل", "founded", "established", "founding", "formed"))
_SERVICES: Final = frozenset(("خدمات", "خدماتی", "خدماتش", "خدمت", "خدمتی"))
_UNITS: Final = frozenset((
    "سازمان", "مدیریت", "معاونت", "اداره", "واحد", "شهرداری", "منطقه", "چه", "چی", "کدام", "را", "رو", "به", "مردم",
    "شهروندان", "فهرست", "لیست", "همه", "میده", "میدهد", "میدن", "ارایه", "های", "دارد",
    "what", "which", "does", "do", "the", "of", "by", "give", "gives", "offer", "offers", "provide", "provides", "list",
    "organisation", "organization", "department", "office", "unit", "all", "are", "offered", "provided", "there",
))  # fmt: skip

NO_PLACE: Final = Label(
    "{number} نشانی واحدها در این داده نیست. مسئول این داده: {owner}.",
    "{number} The addresses of units are not in these data. Responsible: {owner}.",
)
_BODIES: Final = frozenset(("شهرداری", "organisation", "organization", "department", "office", "unit", "municipality"))
_PRIVATE: Final = frozenset(("خانه", "منزل", "شخصی", "خصوصی", "home", "private", "personal"))


def contact(facts: CityFacts, question: Parted) -> AnswerCard | None:
    """The unit's record with its telephone; None where none is asked for, or no one unit is named."""
    place = _place(facts)
    if place is None:
        return None
    dataset, own, title = place
    if any(each.has("hidden") for each in question.segments) or _PRIVATE & {word.text for word in question.words}:
        # «تلفن خانه»: no other number stands for one that nobody may see.
        return None
    asked = any((each.slug, each.field) == (dataset.slug, own.name) for each in _right(question))
    asked = asked or bool(_ASKS & {word.text for word in question.words})
    said = {word.text for word in question.words}
    # «پارک‌ها کجاست» asks for no organisation of parks.
    is_where = not asked and bool(_PLACES & said and said & (_KINDS | _BODIES))
    if not asked and not is_where and not any(map(_says_number, question.segments)):
        return None
    unit = unit_named(facts, question)
    if unit is None or not (asked or _is_number_of(facts, question, unit)):
        return None
    rows = facts.rows(dataset, Question(slug=dataset.slug, filters=(Filter(title.name, "eq", (unit,)),), size=2)).rows
    if len(rows) != 1:
        return None
    number = rows[0].values.get(own.name)
    blanks = {"label": own.label, "unit": unit, "number": number, "owner": dataset.owner}
    card = record(dataset, rows[0])
    text = (SENTENCE if number else UNSTATED).format(**blanks)
    return _with_text(card, NO_PLACE.format(number=text, owner=dataset.owner) if is_where else text)


def _says_number(phrase: Phrase) -> bool:
    """Whether a piece is the word for a number, of nothing else than a unit: «شماره», «شمارهٔ شهرداری»."""
    return phrase.words[0].text in _NUMBER and {word.text for word in phrase.words[1:]} <= _UNITS


def own_record(facts: CityFacts, question: Parted, first: AnswerCard | None) -> AnswerCard | None:
    """The record of the one unit that is named by what it sees to and by nothing else; None where rows were found.

    «ادارهٔ آمار» is no unit of the sort «اداره» whose name holds «آمار», where none is called so.
    """
    place = unit_place(facts)
    understood = first.understood if first is not None and first.kind == "nothing" else None
    if place is None or understood is None or understood.dataset != place[0].slug:
        return None
    dataset, title = place
    unit = unit_named(facts, question)
    if unit is None or not _is_number_of(facts, question, unit):
        return None
    rows = facts.rows(dataset, Question(slug=dataset.slug, filters=(Filter(title.name, "eq", (unit,)),), size=2)).rows
    return record(dataset, rows[0]) if len(rows) == 1 else None


def _is_number_of(facts: CityFacts, question: Parted, unit: str) -> bool:
    """Whether beside the word for a number nothing but a unit is named: «شمارهٔ آتش‌نشانی» is its telephone.

    What else has a number is named with it: «شمارهٔ قرارداد», «شمارهٔ خودروهای آتش‌نشانی».
    """
    stem = facts.lexicon.stem
    known = {stem(word.text) for word in form_words(unit)} | _UNITS | _NUMBER | _PLACES | _KINDS
    others = [each for each in question.segments if each.sense != "place" and not each.has("stop", "ask")]
    # "The waste organisation" names it in another language, «منطقهٔ ۲» with a number.
    others = [each for each in others if all(name.text != unit for name in each.of("name"))]
    said = (word.text for each in others for word in each.words)
    return all({text, stem(text)} & known or is_light_verb(text) for text in said)


def founding(facts: CityFacts, question: Parted) -> AnswerCard | None:
    """The unit's record with the day on which it was founded; None where that is not asked, or no one unit is named."""
    place = _place(facts)
    if place is None or not _FOUNDED & {word.text for word in question.words}:
        return None
    dataset, _, title = place
    own = next((each for each in dataset.published if each.role == "date"), None)
    named = [phrase for phrase in question.segments if any(m.grade == "right" for m in phrase.of("dataset"))]
    if own is None or any(m.slug != dataset.slug for phrase in named for m in phrase.of("dataset")):
        # «تشکیل پرونده», "contracts … created": of something else than the unit.
        return None
    unit = unit_named(facts, question)
    if unit is None:
        return None
    rows = facts.rows(dataset, Question(slug=dataset.slug, filters=(Filter(title.name, "eq", (unit,)),), size=2)).rows
    if len(rows) != 1:
        return None
    value, card = rows[0].values.get(own.name), record(dataset, rows[0])
    if value is None:
        return _with_text(card, UNSTATED.format(label=own.label, unit=unit, owner=dataset.owner))
    said = SENTENCE.filled(
        lambda lang: {"unit": unit, "label": own.label.of(lang), "number": field_value(own, value, lang)}
    )
    return _with_text(card, said)


def _right(question: Parted) -> list[Meaning]:
    return [each for phrase in question.segments for each in phrase.meanings if each.grade == "right"]


def _with_text(card: AnswerCard, text: Label) -> AnswerCard:
    return AnswerCard(card.kind, text, card.url, card.api, card.understood, rows=card.rows)


def _place(facts: CityFacts) -> tuple[Dataset, Field, Field] | None:
    """The table of units, its column of telephones, and the one of their names."""
    for concept in facts.lexicon.concepts.values():
        slug, _, name = concept.target.partition(".")
        dataset = facts.lexicon.datasets.get(slug) if concept.more.get("contact") else None
        if dataset is not None and facts.has_rows(dataset):
            title = next((each for each in dataset.published if each.role == "title"), None)
            return (dataset, dataset.field(name), title) if title is not None else None
    return None


def unit_place(facts: CityFacts) -> tuple[Dataset, Field] | None:
    """The table of units, and the column of their names."""
    place = _place(facts)
    return (place[0], place[2]) if place is not None else None


def unit_named(facts: CityFacts, question: Parted) -> str | None:
    """The one unit that a question names, by its name, by what it sees to, or as that of a district."""
    place = _place(facts)
    if place is None:
        return None
    dataset, _, title = place
    unit = _unit(facts, question, dataset, title)
    if unit is not None or any(phrase.sense == "place" for phrase in question.segments):
        return unit
    for phrase in question.segments:
        held = [word.text for word in phrase.words]
        if not phrase.has("service", "name", "value") or phrase.has("ask", "relation"):
            continue
        called = [each for each in facts.lexicon.names.with_words(held) if (dataset.slug, title.name) in each.fields]
        shortest = min(called, key=lambda each: len(each.text), default=None)
        # «آتش‌نشانی»: the organisation, and not the office within it that bears its name.
        if shortest is not None and all(shortest.text in each.text for each in called):
            return shortest.text
    return _of_kind(facts, question, (dataset.slug, title.name))


def _of_kind(facts: CityFacts, question: Parted, place: tuple[str, str]) -> str | None:
    """The one unit in whose name the word stands behind a word for units: «ادارهٔ آمار» is «مدیریت آمار و داده»."""
    for before, word in pairwise(question.words):
        if before.text not in _KINDS or word.text in _UNITS | _PLACES:
            continue
        called = [each for each in facts.lexicon.names.with_words([word.text]) if place in each.fields]
        if len(called) == 1:
            return called[0].text
    return None


def _unit(facts: CityFacts, question: Parted, dataset: Dataset, title: Field) -> str | None:
    """The one unit that a question names, by its name or as that of a district."""
    names = {text for phrase in question.segments for text in _names(phrase, dataset, title)}
    if len(names) == 1:
        return next(iter(names))
    districts = [each for each in question.segments if each.sense == "place" and len(each.districts) == 1]
    if names or len(districts) != 1:
        return None
    return district_named(facts.lexicon, dataset, title.name, districts[0])


def _names(phrase: Phrase, dataset: Dataset, title: Field) -> set[str]:
    named = {each.text for each in phrase.of("name") if (each.slug, each.field) == (dataset.slug, title.name)}
    return named if len(named) == 1 else set()


def unit_services(facts: CityFacts, question: Parted) -> AnswerCard | None:
    """The services of the one unit that is named; None where nobody asks for them, or anything else is said."""
    concept = next((each for each in facts.lexicon.concepts.values() if each.text("how_to")), None)
    forms = [form for form, grade in concept.forms if grade == "right"] if concept is not None else []
    named = _SERVICES | {form for form in forms if form.isascii() and " " not in form}
    if not named & {word.text for word in question.words}:
        return None
    dataset = facts.lexicon.datasets.get(concept.target) if concept is not None else None
    unit = unit_named(facts, question) if dataset is not None and facts.has_rows(dataset) else None
    own = next((each for each in dataset.published if each.role == "unit"), None) if dataset is not None else None
    if unit is None or dataset is None or own is None:
        return None
    stem = facts.lexicon.stem
    known = {stem(word.text) for word in form_words(unit)}
    conditions = [Filter(own.name, "eq", (unit,))]
    for phrase in question.segments:
        texts = [word.text for word in phrase.words]
        own_values = [each for each in phrase.of("value") if each.slug == dataset.slug]
        if any(each.concept is not None and each.concept.text("rule") for each in own_values):
            return None
        codes = {(each.field, each.code) for each in own_values if each.code}
        if len(codes) == 1:
            # «خدمات پستی سازمان پارک‌ها»: those of one way.
            conditions += [Filter(name, "eq", (code,)) for name, code in codes]
            continue
        if phrase.has("name") or phrase.sense == "place" or any(map(is_light_verb, texts)):
            continue
        if not {stem(each) for each in texts} <= known | named | _UNITS:
            return None
    scope = Question(slug=dataset.slug, filters=tuple(conditions))
    listed = card(facts, as_list(facts, AskedQuestion("list", Reading(dataset, 0.0, question, named=True), scope)))
    return listed if listed.kind == "list" else None
