"""A number of a few rows, or one that is not written yet: the rows are told, or what was planned, before it."""

from __future__ import annotations

from dataclasses import replace

from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, as_list
from ayan.core.answers.limits import SHORT_LIST
from ayan.core.answers.pieces.cues import Cues
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
