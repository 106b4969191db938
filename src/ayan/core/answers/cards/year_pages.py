"""The page of one year of a dataset that has such pages, and what stands on it beside what was asked; and the newest
record of what has one in every year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, record
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupMeasure
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreError

_YEAR: Final = "{year}"


def year_page(facts: CityFacts, question: AskedQuestion, wanted: Cues) -> str | None:
    """The page of the year that is asked for, where the dataset has one a year and no more conditions are said."""
    concept = facts.lexicon.words_of(question.dataset)
    page = concept.text("page") if concept is not None else ""
    year = question.period
    plain = not question.reading.filters and not question.reading.looked_up and not wanted.share and not wanted.by_time
    if _YEAR not in page or not plain or year is None or len(year) != 4:
        return None
    return page.replace(_YEAR, year)


def with_shares(question: AskedQuestion) -> AskedQuestion:
    """The question of a year's page: what was asked first, then the money that stands beside it, in one answer."""
    dataset, said = question.dataset, {measure.field for measure in question.measures}
    shares = [each for each in dataset.published if each.share_of and each.nature == "flow"][:1]
    wholes = [each for each in dataset.published if shares and each.name == shares[0].share_of]
    more = (GroupMeasure("sum", each.name) for each in (*wholes, *shares) if each.name not in said)
    return replace(question, measures=(*question.measures, *more))


def newest_of_code(facts: CityFacts, dataset: Dataset, phrase: Phrase) -> Iterator[AnswerCard]:
    """The newest record of a code with letters that has one in every year, such as an item of the tariff."""
    keys = [dataset.field(name) for name in dataset.key]
    codes = [each for each in keys if each.kind.is_code]
    times = [each for each in keys if each == facts.time(dataset)]
    code = phrase.words[0].text.upper()
    if len(keys) != len(codes) + len(times) or len(codes) != 1 or not times or not code[:1].isalpha():
        return
    scope = Question(slug=dataset.slug, filters=(Filter(codes[0].name, "eq", (code,)),), size=1)
    try:
        rows = facts.rows(dataset, replace(scope, sort=Sort(times[0].name, descending=True))).rows
    except (Unanswered, StoreError, BadQuestion):
        return
    yield from (record(dataset, row) for row in rows)
