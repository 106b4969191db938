"""Questions for one number: how many, how much, which part of the whole."""

from __future__ import annotations

from dataclasses import replace

from ayan.core.answers.asked_question import AskedQuestion, as_list, at_date, in_newest_year, with_own_condition
from ayan.core.answers.comparisons import part_of
from ayan.core.answers.cues import Cues
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.measures import (
    counts_measure,
    distinct_field,
    function_of,
    is_owned,
    measure_of,
    measured_beside,
)
from ayan.core.query import additivity
from ayan.core.query.grouping import Function, GroupMeasure
from ayan.core.schema.field import Field


def figure(facts: CityFacts, draft: AskedQuestion, cues: Cues) -> AskedQuestion:
    """How many rows there are, or what is worked out of their numbers."""
    concept = facts.lexicon.words_of(draft.dataset)
    is_of_money = concept is not None and concept.text("shape") == "figure" and not draft.reading.names
    how_much = is_of_money and "count" in cues.asks and (cues.counted is None or not cues.counted.meanings)
    if cues.count and not how_much and not counts_measure(draft.reading, cues):
        distinct = distinct_field(draft.reading, cues)
        measure = GroupMeasure("distinct", distinct) if distinct else GroupMeasure("count")
        time = facts.time(draft.dataset)
        if distinct and draft.dataset.field(distinct).role == "person" and time is not None and time.kind.is_period:
            draft = in_newest_year(facts, draft)
        return at_date(facts, replace(draft, shape="figure", measures=(measure,)), None)
    own, meaning = measure_of(facts, draft.reading)
    if own is None and cues.function not in ("", "sum"):
        # A mean of nothing that is a number.
        return as_list(facts, replace(draft, reading=replace(draft.reading, unread=("",))))
    if own is None:
        return replace(draft, shape="figure", measures=(GroupMeasure("count"),))
    draft = with_own_condition(draft, meaning)
    function = function_of(own, meaning, cues)
    dated = additivity.date_field(draft.dataset, own)
    if dated is None and _is_of_year(facts, draft, own, function):
        draft = in_newest_year(facts, draft)
    return at_date(facts, replace(draft, shape="figure", measures=measured_beside(draft.reading, own, function)), own)


def _is_of_year(facts: CityFacts, draft: AskedQuestion, own: Field, function: Function) -> bool:
    """Whether the newest year is meant where nobody says one: not of what somebody got in all, nor of what is now."""
    time = facts.time(draft.dataset)
    if (
        own.nature in (None, "stock")
        or is_owned(facts, draft.dataset)
        or (own.nature == "rate" and time is not None and time.kind.is_day)
    ):
        return False
    roles = {draft.dataset.field(meaning.field).role for meaning in draft.reading.names}
    numbered = any(draft.dataset.field(each.field).kind.is_company and each.op == "eq" for each in draft.scope.filters)
    return function != "sum" or not (numbered or roles & {"company", "person"})


def share(facts: CityFacts, draft: AskedQuestion, cues: Cues) -> AskedQuestion | None:
    """A part and its whole: two measures of the same rows, or the rows with and without a condition."""
    reading = draft.reading
    own, _ = measure_of(facts, reading)
    conditions = [each for each in reading.filters if each.field != getattr(facts.time(reading.dataset), "name", "")]
    if conditions:
        concept = facts.lexicon.words_of(reading.dataset)
        said = bool(reading.measures) or "money" in cues.asks
        of_money = concept is not None and (concept.text("shape") == "figure" or said) and own is not None
        measure = GroupMeasure("count")
        if of_money and own is not None and additivity.is_added(own):
            measure = GroupMeasure("sum", own.name)
            draft = at_date(facts, replace(in_newest_year(facts, draft), measures=(measure,)), own)
        part = part_of(reading, conditions, of_money=bool(measure.field))
        rest = tuple(each for each in draft.scope.filters if each not in part)
        return replace(draft, shape="share", measures=(measure,), whole=(replace(draft.scope, filters=rest), measure))
    if own is None or not own.share_of:
        return None
    draft = in_newest_year(facts, with_own_condition(draft, reading.measures[0] if reading.measures else None))
    draft = at_date(facts, replace(draft, shape="share", measures=(GroupMeasure("sum", own.name),)), own)
    return replace(draft, whole=(draft.scope, GroupMeasure("sum", own.share_of)))
