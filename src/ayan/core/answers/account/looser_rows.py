"""Rows by one condition less, where none meets all: what a word says that names the table, too, then each other one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, as_list
from ayan.core.answers.limits import FEWEST_CONDITIONS
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.query.question import Filter


def _of_table_word(facts: CityFacts, question: AskedQuestion) -> AskedQuestion | None:
    """The question without the condition of a word that names its table, too; None where no word is both.

    «غرفه» is a stall, or any of the places that are let. It stands behind that there are none: «مزایدهٔ باز» is no
    other tender.
    """
    words = [word for phrase in question.reading.parted.segments for word in phrase.words]
    matches = [match for word in words if (match := facts.lexicon.match([word])) is not None]
    slug = question.dataset.slug
    naming = [each for each in matches if any(m.slug == slug and m.sense == "dataset" for m in each.meanings)]
    codes = {(m.field, m.code) for each in naming for m in each.meanings if m.slug == slug and m.sense == "value"}
    doubled = (each for each in question.scope.filters if each.op == "eq" and (each.field, each.text) in codes)
    condition = next(doubled, None)
    return None if condition is None else _without(question, condition)


def looser(facts: CityFacts, question: AskedQuestion) -> Iterator[AskedQuestion]:
    """The rows without each of the conditions in turn, told with the words that they leave out."""
    conditions = question.scope.filters
    if len(conditions) < FEWEST_CONDITIONS or question.having or not question.is_sure:
        return
    if (plain := _of_table_word(facts, question)) is not None:
        yield as_list(facts, plain)
    time = facts.time(question.dataset)
    for condition in conditions:
        phrase = _saying(question, condition)
        if phrase is not None and (time is None or condition.field != time.name):
            rows = as_list(facts, replace(_without(question, condition), by=None, then=None, whole=None))
            yield replace(rows, left=(" ".join(word.shown for word in phrase.words),))


def _without(question: AskedQuestion, condition: Filter) -> AskedQuestion:
    kept = tuple(each for each in question.scope.filters if each is not condition)
    return replace(question, scope=replace(question.scope, filters=kept))


def _saying(question: AskedQuestion, condition: Filter) -> Phrase | None:
    """The piece of a question that says a condition; None where several words or none do."""
    for phrase in question.reading.parted.segments:
        for each in phrase.of("value", "name"):
            said = each.code or each.text
            if (each.slug, each.field) == (question.dataset.slug, condition.field) and said in condition.text.split(
                ","
            ):
                return phrase
    return None
