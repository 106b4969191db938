"""Questions that are put together of others: what a word means, one figure against another, a mean of months."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Final

from ayan.core.answers.box_answer import BoxAnswer
from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.cards.unheld_words import unheld, unkeyed, unstated_reason
from ayan.core.answers.composites.above_another import above_another
from ayan.core.answers.composites.absent_groups import absent_groups
from ayan.core.answers.composites.averages import average, each_group
from ayan.core.answers.composites.definitions import definition
from ayan.core.answers.composites.delays import delays
from ayan.core.answers.composites.either_side import either_side
from ayan.core.answers.composites.leading_groups import leading_groups
from ayan.core.answers.composites.office_heads import head_of
from ayan.core.answers.composites.on_time import on_time
from ayan.core.answers.composites.people_per_area import people_per_area
from ayan.core.answers.composites.per_area import per_area
from ayan.core.answers.composites.per_thousand import per_thousand
from ayan.core.answers.composites.pointed_actors import pointed_actors
from ayan.core.answers.composites.ratios import Ask, ratio
from ayan.core.answers.composites.row_documents import documents_of
from ayan.core.answers.composites.share_order import share_order
from ayan.core.answers.composites.two_questions import two_questions
from ayan.core.answers.composites.unfinished_answers import QuestionParts, as_guesses, unfinished, without_figure
from ayan.core.answers.composites.unit_questions import contact, founding, own_record, unit_services
from ayan.core.answers.composites.unmeasured_order import unmeasured_order
from ayan.core.answers.composites.yes_or_no import with_yes_or_no
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.limits import COMPOSED_PROCESSOR, MOST_ANSWERS
from ayan.core.answers.pieces.denied_words import NOBODY
from ayan.core.answers.pieces.phrases import Parted
from ayan.core.answers.words.directions import suits
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.store.objects import StoreError
from ayan.core.system.processor_budget import spending

_ELSEWHERE: Final = "answer:elsewhere"
_DENYING: Final = ("__not", "__isnull")


def worked_out(facts: CityFacts, question: Parted, ask: Ask) -> tuple[AnswerCard | None, bool]:
    """The answer to what no single question gives, by words that ask for nothing else; None where none stand there.

    It is looked for before one question is tried, which would only guess, and take its time. With it whether it was
    given up, so that no other answer is one to the question.
    """
    first: AnswerCard | None = None
    with spending(COMPOSED_PROCESSOR) as budget, _kept(facts):
        parts = QuestionParts(facts, ask, budget)
        for answered in (per_thousand, share_order, leading_groups, delays, on_time, people_per_area, pointed_actors):
            try:
                first = first or answered(facts, question, parts)
                first = None if first is not None and _unsuited(question, first) else first
            except (Unanswered, StoreError):
                parts.are_given_up = True
            except BadQuestion:
                continue
    return first, first is None and parts.are_given_up


@contextmanager
def _kept(facts: CityFacts) -> Iterator[None]:
    """Whether anything was given up is told by the parts of a question, not of the question itself."""
    is_cut_short, gave_up = facts.is_cut_short, facts.gave_up
    try:
        yield
    finally:
        facts.is_cut_short, facts.gave_up = is_cut_short, gave_up


def composed(facts: CityFacts, question: Parted, text: str, plain: BoxAnswer, ask: Ask) -> BoxAnswer:
    """The answers with those first that only several questions give; ``plain`` are those of one."""
    if plain.is_personal:
        return plain
    if plain.cards and plain.cards[0].asked is not None and not plain.cards[0].is_sure:
        best = plain.cards[0]
        cards = tuple(sorted(plain.cards, key=lambda each: _is_guess(each) or _is_unnamed(each, best)))
        plain = replace(plain, cards=cards, unread=() if cards[0].is_sure else plain.unread)
    either: tuple[AnswerCard, ...] = ()
    with spending(COMPOSED_PROCESSOR) as budget, _kept(facts):
        parts = QuestionParts(facts, ask, budget)
        try:
            either = two_questions(facts, question, plain.cards, parts)
            either = either or either_side(facts, question, next(iter(plain.cards), None), parts)
            either = either or unmeasured_order(facts, question)
            first = next(iter(either), None) or next(_cards(facts, question, text, plain, parts), None)
            if first is not None and first.is_sure and (left := _unsuited(question, first)):
                first, either = without_figure(facts, first, left), ()
        except (Unanswered, StoreError):
            first, parts.are_given_up = None, True
        except BadQuestion:
            first = None
    if parts.are_given_up and not either:
        # What comes first must not hang on which of the parts was answered in time.
        return unfinished(plain)
    if first is None:
        return with_yes_or_no(facts, question, plain)
    if len(either) > 1:
        return replace(plain, cards=either, unread=(), is_whole=True)
    rest = [each for each in plain.cards if each.kind != first.kind or each.text != first.text]
    if not first.is_sure:
        return replace(plain, cards=(first, *as_guesses(rest))[:MOST_ANSWERS], unread=first.left, is_whole=False)
    return replace(plain, cards=(first, *rest)[:MOST_ANSWERS], unread=(), is_whole=True)


def _unsuited(question: Parted, shown: AnswerCard) -> tuple[str, ...]:
    """The words of a question that no part of an answer of several questions took into account, where it has figures.

    They compare by what the figures do not measure («بلندتر» beside sums of money), deny all («هیچ‌کس») where nothing
    is denied, or name what is another body's matter.
    """
    units = {each.unit for each in shown.figures}
    conditions = dict(shown.understood.filters).items() if shown.understood is not None else ()
    denies = any(text == "0" or name.endswith(_DENYING) for name, text in conditions)
    lost = {
        word.shown
        for phrase in question.segments
        if (phrase.text in NOBODY and not denies) or any(each.target == _ELSEWHERE for each in phrase.of("ask"))
        for word in phrase.words
    }
    left = (each.shown for each in question.words if each.shown in lost or not suits(each.text, units))
    return tuple(left) if units else ()


def _is_unnamed(shown: AnswerCard, first: AnswerCard) -> bool:
    """Whether an answer is of rows that nobody named, and the first is of such as were named."""
    is_named = first.asked is not None and first.asked.reading.named
    return is_named and shown.asked is not None and not shown.asked.reading.named


def _is_guess(shown: AnswerCard) -> bool:
    """Whether an answer is less than all that was asked, so that one which is whole comes before it."""
    return not (shown.is_sure and shown.asked is not None and shown.kind in ("list", "figure"))


def _cards(facts: CityFacts, question: Parted, text: str, plain: BoxAnswer, ask: Ask) -> Iterator[AnswerCard]:
    """The answers of each sort, the surest first."""
    first = next(iter(plain.cards), None)
    if (meaning := definition(facts, question, text)) is not None:
        yield meaning
    if (above := above_another(facts, question, ask)) is not None:
        yield above
    for named in (documents_of, contact, founding, head_of, unit_services, partial(own_record, first=first)):
        if (unit := named(facts, question)) is not None:
            yield unit
    for answered in (average, absent_groups):
        if (card := answered(facts, question, ask)) is not None:
            yield card
    for beside in (each_group, per_area):
        if (mean := beside(facts, question, first, ask)) is not None:
            yield mean
    if (times := ratio(question, first, ask)) is not None:
        yield times
    for lacking in (unstated_reason, unkeyed, unheld):
        if (nowhere := lacking(facts, question, first)) is not None:
            yield nowhere
