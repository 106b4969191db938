"""Who leads a unit, by whatever the post is called: a unit that is named has one head, whether chief or director."""

from __future__ import annotations

from dataclasses import replace

from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.readings.reading_doubts import leads_units, says_head
from ayan.core.query.grouping import GroupMeasure


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
