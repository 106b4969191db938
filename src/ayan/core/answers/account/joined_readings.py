"""Readings of rows that point to others: payments of contracts without a tender, votes of the chair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ayan.core.answers.account.narrowed_reading import narrowed_reading, settled
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.shapes import asked
from ayan.core.answers.limits import MOST_TRIED
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.readings.word_order import head
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion


def joined_first(facts: CityFacts, read: Sequence[Reading], wanted: Cues) -> list[Reading]:
    """The readings; what a question names first comes first where its rows point to the few that the rest says."""
    leading = head(facts.lexicon, read[0].parted.segments) if read else None
    named = {each.slug for each in leading.of("dataset") if each.grade == "right"} if leading is not None else set()
    if not read or read[0].dataset.slug in named or not read[0].filters:
        return list(read)
    for reading in read[1:MOST_TRIED]:
        if reading.dataset.slug in named and reading.named and _is_joined(facts, reading, read[0], wanted):
            return [replace(reading, joined=True), *(each for each in read if each is not reading)]
    return list(read)


def _is_joined(facts: CityFacts, reading: Reading, first: Reading, wanted: Cues) -> bool:
    """Whether every word of a question is understood of rows that point to those of the first reading."""
    pointers = {
        each.name
        for each in reading.dataset.published
        if each.ref is not None and each.ref.dataset == first.dataset.slug
    }
    if not pointers or not facts.has_rows(reading.dataset):
        return False
    try:
        question = narrowed_reading(facts, reading, wanted, other=False)
        question = question or settled(facts, asked(facts, reading, wanted), wanted)
    except (Unanswered, BadQuestion):
        return False
    held = {each.field for each in question.scope.filters if each.op in ("eq", "in")}
    return question.is_sure and bool(held & pointers)
