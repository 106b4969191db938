"""Pieces of a question that mean something: forms, names, amounts, periods, districts, codes, the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.words.morphology import Word
from ayan.core.answers.words.quantities import SaidAmount
from ayan.core.answers.words.said_period import SaidPeriod

PhraseSense = Literal["words", "amount", "number", "period", "place", "code", "unknown"]
SAYS_NOTHING: Final = Meaning("stop")
"""What a piece means that says nothing."""
DISTRICT: Final = frozenset(["منطقه", "مناطق", "district", "districts", "منطقهی"])
"""Words for a district."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Some neighbouring words of a question and what they are.

    ``meanings`` are those of ``words``; ``districts`` the numbers of a place. ``plural`` says that the last word stood
    in the plural, ``fixed`` which word was read for which.
    """

    sense: PhraseSense
    start: int
    end: int
    words: tuple[Word, ...]
    meanings: tuple[Meaning, ...] = ()
    amount: SaidAmount | None = None
    period: SaidPeriod | None = None
    number: int | None = None
    districts: tuple[int, ...] = ()
    plural: bool = False
    fixed: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The words as they are compared."""
        return " ".join(token.text for token in self.words)

    def of(self, *kinds: str) -> tuple[Meaning, ...]:
        """Its meanings of some kinds."""
        return tuple(meaning for meaning in self.meanings if meaning.sense in kinds)

    def has(self, *kinds: str) -> bool:
        """Whether it has a meaning of one of some kinds."""
        return any(meaning.sense in kinds for meaning in self.meanings)


@dataclass(frozen=True, slots=True)
class Parted:
    """A question in pieces; ``doubtful`` are words that may be misspelt for several others, so for none."""

    words: tuple[Word, ...]
    segments: tuple[Phrase, ...]
    doubtful: tuple[str, ...] = ()

    @property
    def fixed(self) -> tuple[tuple[str, str], ...]:
        """Every word that was read for another, in the order of the question."""
        return tuple(pair for segment in self.segments for pair in segment.fixed)
