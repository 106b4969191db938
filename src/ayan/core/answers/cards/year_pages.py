"""The page of one year of a dataset that has such pages, and what stands on it beside what was asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.pieces.cues import Cues
from ayan.core.query.grouping import GroupMeasure

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
