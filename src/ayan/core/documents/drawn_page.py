"""What reading gives of a page that was drawn, sign by sign, or why it gives nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from ayan.core.values.text import ZWNJ

BLACK: Final = "█"
"""What is read where something was taken out of a public copy."""

Hindrance = Literal["damaged", "locked", "large", "long", "full", "styled"]
"""Broken, locked with a password, too many bytes, too many pages, too much text on one page, or a page of HTML of which
its styles do not tell what is seen."""


class UnreadableDocument(Exception):
    """A document that is not read; ``page`` (from 1) says where, if it is about one page."""

    def __init__(self, hindrance: Hindrance, page: int | None = None) -> None:
        super().__init__(hindrance)
        self.hindrance = hindrance
        self.page = page


class Glyph(NamedTuple):
    """One sign of a page, in points from its lower left corner, the page turned so that the text stands upright.

    ``text`` are the characters that the file says it stands for (a ligature has several), ``em`` is the height of its
    font; ``left`` and ``right`` bound its ink, ``start`` and ``end`` the room that the font gives it.
    """

    text: str
    left: float
    right: float
    baseline: float
    em: float
    start: float
    end: float

    @property
    def inked(self) -> bool:
        """Whether anything of it is seen: it is no half-space."""
        return self.text != ZWNJ


class Rule(NamedTuple):
    """A straight line of a page, level or upright: its box in points as those of `Glyph`, thin one way."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def level(self) -> bool:
        """Whether it runs across the page rather than down."""
        return self.right - self.left > self.top - self.bottom


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """One page: its number from 1, its size in points, its signs, its level rules, and how many signs have no letter.

    ``pictures`` says whether anything but signs and rules is drawn on it; ``turn`` by how many degrees its text is laid
    over clockwise where it is shown.
    """

    number: int
    width: float
    height: float
    glyphs: list[Glyph]
    rules: list[Rule]
    unknown: int
    pictures: bool
    turn: int = 0

    def shown(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """Where a box among the signs is on the page as it is shown, from its lower left corner."""
        if self.turn == 90:
            return bottom, -right, top, -left
        if self.turn == 180:
            return -right, -top, -left, -bottom
        if self.turn == 270:
            return -top, left, -bottom, right
        return left, bottom, right, top


# Letters after which the next one stands apart (Unicode joining type R), in their plain form.
_ENDS_A_PIECE: Final = frozenset("اآأإٱدذرزژڈڑوؤۆۇةۀە")
_ARABIC: Final = (("\u0620", "\u064a"), ("\u066e", "\u06d3"), ("\u06fa", "\u06ff"))


def is_arabic_letter(character: str) -> bool:
    """Whether it is a letter of the Arabic script in its plain form."""
    return any(first <= character <= last for first, last in _ARABIC) and character != "ـ"


def joins_the_next(character: str) -> bool:
    """Whether a letter is written together with the one after it."""
    return is_arabic_letter(character) and character not in _ENDS_A_PIECE and character != "ء"
