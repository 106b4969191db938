"""What may still be said to a question that was given up before its answer was found: no other one as if sure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ayan.core.answers.box_answer import BoxAnswer
from ayan.core.answers.cards.cards import AnswerCard, card
from ayan.core.answers.composites.ratios import Ask
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import as_list
from ayan.core.system.processor_budget import ProcessorBudget


@dataclass(slots=True)
class QuestionParts:
    """Asks the parts of a question by themselves, while there is time for it: to read one takes some, too.

    ``are_given_up`` says that one of them got no answer, or another than its own, as time was up or its table cannot
    be read: what is worked out of the others is no answer to the whole.
    """

    facts: CityFacts
    ask: Ask
    budget: ProcessorBudget
    are_given_up: bool = False

    def __call__(self, part: str) -> AnswerCard | None:
        """The first answer to a part; None where none is to be had."""
        if self.budget.left <= 0:
            self.are_given_up = True
            return None
        before, self.facts.gave_up = self.facts.gave_up, False
        try:
            card = self.ask(part)
        finally:
            gave_up, self.facts.gave_up = self.facts.gave_up, before
        is_own = card is not None and card.is_sure and card.asked is not None
        self.are_given_up = self.are_given_up or (gave_up and not is_own)
        return card


def unfinished(answered: BoxAnswer) -> BoxAnswer:
    """The answers as far as they are true whatever was meant, and that asked again there may be more."""
    return replace(answered, cards=as_guesses(answered.cards), is_late=True, is_whole=False)


def as_guesses(cards: Iterable[AnswerCard]) -> tuple[AnswerCard, ...]:
    """Answers to what may be another question than the one that was put: its rows and pages, none of its figures.

    A refusal stands: it says why there is no answer, whatever else was to be tried.
    """
    kept = (each for each in cards if each.asked is None or (each.kind == "list" and each.asked.by is None))
    stay = (each for each in kept if each.asked is not None or not each.figures)
    return tuple(each if each.asked is None else replace(each, figures=(), is_sure=False) for each in stay)


def without_figure(facts: CityFacts, shown: AnswerCard, left: tuple[str, ...]) -> AnswerCard:
    """The rows that an answer is of, in which some words of the question were not taken into account; no figure."""
    if shown.asked is None:
        return replace(shown, figures=(), is_sure=False)
    asked = replace(shown.asked, left=left)
    return card(facts, asked if asked.shape == "list" else as_list(facts, asked))
