"""The documents of some rows, where somebody asks for their texts or files and says no more of them."""

from __future__ import annotations

from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, card
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, as_list
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.words.morphology import tokens
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset

_TEXTS: Final = frozenset(
    word.text
    for word in tokens(
        "متن متنش متنشان متنشون سند سندش سندشان اسناد پیوست پیوستش text texts document documents annexes"
    )
)
_FILES: Final = frozenset(word.text for word in tokens("فایل فایلش فایلشان فایلشون file files pdf"))
"""Rows that have one are asked for their documents; a file of all rows is one of the data."""
_HAVING: Final = frozenset(word.text for word in tokens("که کدام کدوم which that with whose have has"))
_PUBLISHED: Final = frozenset(word.text for word in tokens("منتشر انتشار موجود published available online full کامل"))
_COUNTED: Final = ("answer:number", "answer:count")


def documents_of(facts: CityFacts, question: Parted) -> AnswerCard | None:
    """The documents of the rows of the one dataset that is named; None where it has none, or more is said."""
    texts = {word.text for word in question.words}
    if not texts & _TEXTS and not (texts & _FILES and texts & _HAVING):
        return None
    for own in facts.lexicon.datasets.values():
        if own.companion is None or not facts.has_rows(own):
            continue
        of = facts.lexicon.datasets.get(own.companion.of)
        if of is not None and _is_named_alone(of, question):
            reading = Reading(own, 0.0, question, named=True)
            return card(facts, as_list(facts, AskedQuestion("list", reading, Question(slug=own.slug))))
    return None


def _is_named_alone(of: Dataset, question: Parted) -> bool:
    """Whether a dataset is named, and no condition, period or number is said of its rows."""
    named = [each for each in question.segments if any(m.slug == of.slug for m in each.of("dataset"))]
    counted = any(each.target in _COUNTED for phrase in question.segments for each in phrase.of("ask"))
    return bool(named) and not counted and all(each in named or _is_idle(each) for each in question.segments)


def _is_idle(phrase: Phrase) -> bool:
    said = {word.text for word in phrase.words}
    is_asking = phrase.sense == "words" and phrase.has("stop", "ask") and not phrase.has("aggregate", "superlative")
    return bool(said & (_TEXTS | _FILES | _PUBLISHED)) or is_asking
