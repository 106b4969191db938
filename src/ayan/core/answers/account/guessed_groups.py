"""Answers beside the first: to questions that have one, and the groups that are told whatever a word left out says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ayan.core.answers.cards.cards import AnswerCard, card
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.grammar.group_keys import sort_key
from ayan.core.answers.grammar.shapes import asked
from ayan.core.answers.limits import MOST_READINGS
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupKey, GroupMeasure
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Sort
from ayan.core.store.objects import StoreError


def guessed(facts: CityFacts, read: Sequence[Reading], wanted: Cues) -> Iterator[AnswerCard]:
    """The order or the groups that are asked for, as if the words of which nothing was understood said nothing.

    They are told as what they are: with these words beside them, and without a figure.
    """
    for reading in read[:MOST_READINGS]:
        left = tuple(each for each in reading.unread if each)
        if not left or not (reading.named or reading.grounded) or reading.absent or not facts.has_rows(reading.dataset):
            continue
        try:
            known = asked(facts, replace(reading, unread=(), looked_up=()), wanted)
            if known.shape == "list" and wanted.grouped and (key := sort_key(known.reading)) is not None:
                # By what they are usually told apart, where they are not by what was asked.
                known = replace(known, shape="ranking", by=GroupKey(key), measures=(GroupMeasure("count"),))
                known = replace(known, sort=Sort("count", descending=True))
            if known.shape == "ranking" or (known.shape == "list" and wanted.order is not None):
                guess = card(facts, replace(known, left=left))
                if guess.kind == "list" and not guess.is_sure:
                    yield guess
        except (Unanswered, StoreError, BadQuestion):
            continue


def answered_of(facts: CityFacts, questions: Iterable[AskedQuestion]) -> Iterator[AnswerCard]:
    """The answers to questions that have one; a sum that means nothing has none."""
    for each in questions:
        try:
            answered = card(facts, each)
        except (Unanswered, StoreError, BadQuestion):
            continue
        as_asked = (answered.kind == "figure") == (each.shape in ("figure", "share"))
        if answered.groups and _says_nothing(each, answered):
            continue
        if as_asked and answered.kind != "nothing" and (not answered.figures or answered.figures[0].value):
            yield answered


def _says_nothing(asked: AskedQuestion, answered: AnswerCard) -> bool:
    """Whether groups tell no more than that there are these: each of one row, or one group of all rows."""
    if len(answered.groups) == 1:
        return asked.having == ()
    measure = asked.measures[0]
    return measure.function == "count" and all(group[measure.name] == 1 for group in answered.groups)
