"""A number of a few rows that nobody asked the middle of: each of them is told, as the middle is that of none."""

from __future__ import annotations

from dataclasses import replace

from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, as_list
from ayan.core.answers.limits import SHORT_LIST
from ayan.core.answers.pieces.cues import Cues
from ayan.core.query.grouping import GroupMeasure


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
