"""The largest of places without a word by what: which measures there are, and who is first by each of them.

«بزرگ‌ترین منطقه کدام است» may be by area, by people or by households, and none of these is the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, card
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, at_date
from ayan.core.answers.grammar.conditions import period_conditions
from ayan.core.answers.limits import MOST_ANSWERS
from ayan.core.answers.pieces.cues import Cues, cues
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.query.grouping import GroupKey, GroupMeasure, groupable
from ayan.core.query.question import Question, Sort
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PeopleView
from ayan.core.values import locale
from ayan.core.values.label import Label

WHICH: Final = Label(
    "پرسش نمی‌گوید به چه سنجیده شود. سنجه‌های «{dataset}»: {measures}. پاسخ هر یک در زیر است.",
    "The question does not say by what. “{dataset}” has: {measures}. The answer by each of them stands below.",
)
_OF_SIZE: Final = "role:size"
_PLACES: Final = "district"
_CITY: Final = ("district=city", "none")


def unmeasured_order(facts: CityFacts, question: Parted) -> tuple[AnswerCard, ...]:
    """That no measure is named, and the order by each; nothing where anything else is said, or one measure is all."""
    wanted = cues(question)
    concept = wanted.order.concept if wanted.order is not None else None
    if concept is None or concept.text("on") != _OF_SIZE or not _is_of_places_alone(question):
        return ()
    for dataset in facts.lexicon.datasets.values():
        place = next((each for each in dataset.published if each.role == "place" and groupable(each)), None)
        if place is None or not any(dataset.views_of(PeopleView)) or not facts.has_rows(dataset):
            continue
        given = list(_ordered(facts, question, wanted, dataset, place))[: MOST_ANSWERS - 1]
        if len(given) > 1:
            return (_which(dataset, [own for own, _ in given]), *(each for _, each in given))
    return ()


def _is_of_places_alone(question: Parted) -> bool:
    """Whether districts are asked for, none of them named, and nothing is said of them."""
    said = [each for each in question.segments if not each.has("stop", "ask", "superlative") and each.sense != "period"]
    said = [each for each in said if not any(meaning.target in _CITY for meaning in each.of("place"))]
    return len(said) == 1 and _is_any_place(said[0])


def _is_any_place(phrase: Phrase) -> bool:
    return any(each.target == _PLACES and each.grade == "right" for each in phrase.of("place"))


def _ordered(
    facts: CityFacts, question: Parted, wanted: Cues, dataset: Dataset, place: Field
) -> Iterator[tuple[Field, AnswerCard]]:
    reading = Reading(dataset, 0.0, question, keys=(place.name,), named=True)
    period, conditions = period_conditions(facts, dataset, wanted.period)
    if wanted.period is not None and not conditions:
        return
    for own in dataset.published:
        if own.nature is None or not own.kind.is_number:
            continue
        measure = GroupMeasure("sum", own.name)
        asked = AskedQuestion(
            "ranking",
            reading,
            Question(slug=dataset.slug, filters=tuple(conditions)),
            (measure,),
            GroupKey(place.name),
            sort=Sort(measure.name, descending=wanted.descending),
            period=period,
        )
        answered = card(facts, at_date(facts, asked, own))
        if answered.kind == "list" and answered.groups and answered.figures:
            yield own, answered


def _which(dataset: Dataset, fields: list[Field]) -> AnswerCard:
    text = WHICH.filled(
        lambda lang: {
            "dataset": dataset.title.of(lang),
            "measures": locale.of(lang).comma.join(each.label.of(lang) for each in fields),
        }
    )
    return AnswerCard("nothing", text, f"/data/{dataset.slug}", "")
