"""What a unit does for people: «مدیریت پسماند چه خدماتی می‌دهد», "services of the fire organisation"."""

from __future__ import annotations

from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, card
from ayan.core.answers.composites.office_contacts import unit_named
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, as_list
from ayan.core.answers.pieces.phrases import Parted
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.words.morphology import form_words, is_light_verb
from ayan.core.query.question import Filter, Question

_SERVICES: Final = frozenset(("خدمات", "خدماتی", "خدماتش", "خدمت", "خدمتی"))
_UNITS: Final = frozenset((
    "سازمان", "مدیریت", "معاونت", "اداره", "واحد", "شهرداری", "منطقه", "چه", "چی", "کدام", "را", "رو", "به", "مردم",
    "شهروندان", "فهرست", "لیست", "همه", "میده", "میدهد", "میدن", "ارایه", "های", "دارد",
    "what", "which", "does", "do", "the", "of", "by", "give", "gives", "offer", "offers", "provide", "provides", "list",
    "organisation", "organization", "department", "office", "unit", "all", "are", "offered", "provided", "there",
))  # fmt: skip


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
    for phrase in question.segments:
        texts = [word.text for word in phrase.words]
        if phrase.has("name") or phrase.sense == "place" or any(map(is_light_verb, texts)):
            continue
        if not {stem(each) for each in texts} <= known | named | _UNITS:
            return None
    scope = Question(slug=dataset.slug, filters=(Filter(own.name, "eq", (unit,)),))
    listed = card(facts, as_list(facts, AskedQuestion("list", Reading(dataset, 0.0, question, named=True), scope)))
    return listed if listed.kind == "list" else None
