"""The place that somebody who is named has among all others: «رتبهٔ شرکت … بین پیمانکاران»."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, card
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.grammar.shapes import asked
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.readings.word_usage import only_companies
from ayan.core.query.group_conditions import GroupCondition
from ayan.core.query.grouping import groupable
from ayan.core.query.question import Filter, Sort

_RANK: Final = "sort:rank"


def named_rank(facts: CityFacts, reading: Reading, wanted: Cues) -> AnswerCard | None:
    """The answer: those that have as much or more, the one who is named first; None where nobody's place is asked."""
    names = {each.text for each in reading.names}
    if wanted.order is None or wanted.order.target != _RANK or len(names) != 1 or not reading.is_sure:
        return None
    name = Filter(reading.names[0].field, "eq", tuple(names))
    others = _among(facts, reading, name.field)
    if others is None:
        return None
    key = others.keys[0]
    plain = replace(wanted, order=None, grouped=True, asks=wanted.asks | {"money"})
    question = asked(facts, others, plain)
    if question.shape != "ranking" or question.by is None or question.by.name != key:
        return None
    own = replace(question, scope=question.scope.having(replace(name, field=key)), sort=None)
    groups, _ = facts.groups(question.dataset, own.groups)
    value = groups[0][question.measures[0].name] if groups else None
    return None if value is None else card(facts, _from(question, value))


def _from(question: AskedQuestion, value: int) -> AskedQuestion:
    """The groups that have so much or more, the least first."""
    column = question.measures[0].name
    having = (GroupCondition(column, "gte", value),)
    return replace(question, having=having, sort=Sort(column), is_rank=True)


def _among(facts: CityFacts, reading: Reading, field: str) -> Reading | None:
    """The reading of all of them, by whom they are taken together: of companies where their contracts tell it."""
    dataset = reading.dataset
    concept = facts.lexicon.words_of(dataset)
    slug, _, key = concept.text("measured_in").partition(".") if concept is not None else ("", "", "")
    other = facts.lexicon.datasets.get(slug)
    if other is None:
        other, key = dataset, field
    if not groupable(other.field(key)) or not facts.has_rows(other):
        return None
    kept = tuple(each for each in reading.filters if each.field != field) if other == dataset else ()
    filters = (*kept, *only_companies(other, key))
    return replace(reading, dataset=other, filters=filters, keys=(key,), names=(), measures=(), named=True)
