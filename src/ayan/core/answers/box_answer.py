"""What the box says to a question: its answers, and how far it was understood."""

from __future__ import annotations

from dataclasses import dataclass

from ayan.core.answers.cards import refusals
from ayan.core.answers.cards.cards import AnswerCard


@dataclass(frozen=True, slots=True)
class BoxAnswer:
    """What the box says to a question.

    ``fixed`` are pairs of a word as it was written and as it was read, ``unread`` words of which nothing was
    understood, where the first answer is a guess. ``is_pending`` says that names of what was published a moment ago are
    still being read, ``is_late`` that time was up before all of it was answered: asked again it may say more.
    ``named`` are the concepts of the lexicon that the words name; ``is_whole`` says that all of them were understood
    and some of them ask, so that no row is looked for that holds them.
    """

    cards: tuple[AnswerCard, ...]
    fixed: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    is_pending: bool = False
    is_late: bool = False
    named: frozenset[str] = frozenset()
    is_whole: bool = False

    @property
    def is_unfinished(self) -> bool:
        """Whether it may say more when it is asked again, so that nobody may keep it."""
        return self.is_pending or self.is_late

    @property
    def is_personal(self) -> bool:
        """Whether it holds what belongs to a person, so that nothing of it may be looked up."""
        return any(card.text is refusals.PERSONAL for card in self.cards)
