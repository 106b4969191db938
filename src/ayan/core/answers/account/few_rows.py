"""A number of a few rows, of one unit, or not written yet: told by the rows, the one who leads it, or the plan."""

from __future__ import annotations

from dataclasses import replace

from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, as_list
from ayan.core.answers.limits import SHORT_LIST
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.readings.reading_doubts import leads_units, says_head
from ayan.core.query.grouping import GroupMeasure
from ayan.core.query.question import Sort


def of_few(facts: CityFacts, question: AskedQuestion, wanted: Cues) -> AskedQuestion | None:
    """The rows themselves, where a middle was worked out of two to five that the question says by a condition."""
    measure = question.measures[0]
    named = wanted.function or wanted.by_time or wanted.per_head or question.by is not None
    if measure.function != "median" or named or not question.scope.filters or question.chosen:
        return None
    if all(each.field == getattr(facts.time(question.dataset), "name", "") for each in question.scope.filters):
        return None
    number = facts.number(question.dataset, question.scope, GroupMeasure("count")) or 0
    return replace(as_list(facts, question), by=None) if 1 < number <= SHORT_LIST else None


def of_plan(question: AskedQuestion, answered: AnswerCard) -> AskedQuestion | None:
    """The groups by what was planned, where what came of it is written for none of them yet: of a year that runs."""
    measure = question.measures[0] if question.measures else None
    base = question.dataset.field(measure.field).share_of if measure is not None and measure.field else None
    if measure is None or not base or question.shape != "ranking" or not answered.groups:
        return None
    if any(group[measure.name] is not None for group in answered.groups):
        return None
    planned = GroupMeasure(measure.function, base)
    sort = Sort(planned.name, descending=question.sort.descending) if question.sort is not None else None
    return replace(question, measures=(planned,), sort=sort)


def of_unit_alone(facts: CityFacts, question: AskedQuestion) -> AskedQuestion | None:
    """The question without the rank that a word for any head was read for; None where the unit has several, or none.

    "Salary of the fire department chief" is of whoever leads it, though its posts are ranked as heads.
    """
    dataset, filters = question.dataset, question.scope.filters
    units = {each.name for each in dataset.published if each.role == "unit"}
    held = {each.field for each in filters if each.op == "eq"}
    says = any(says_head(each) for phrase in question.reading.parted.segments for each in phrase.of("relation"))
    if not says or not leads_units(facts.lexicon, dataset, held & units):
        return None
    ranks = [each for each in filters if each.op == "eq" and dataset.field(each.field).choices is not None]
    person = next((each.name for each in dataset.published if each.role == "person"), None)
    if len(ranks) != 1 or person is None:
        return None
    scope = replace(question.scope, filters=tuple(each for each in filters if each not in ranks))
    people = facts.number(dataset, scope, GroupMeasure("distinct", person))
    return replace(question, scope=scope) if people == 1 else None
