"""What a page shows, sign by sign: the letters of a sign and where it stands."""

from __future__ import annotations

from typing import Final, NamedTuple

from ayan.core.values.text import ZWNJ


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


# Letters after which the next one stands apart (Unicode joining type R), in their plain form.
_ENDS_A_PIECE: Final = frozenset("اآأإٱدذرزژڈڑوؤۆۇةۀە")
_ARABIC: Final = (("\u0620", "\u064a"), ("\u066e", "\u06d3"), ("\u06fa", "\u06ff"))


def is_arabic_letter(character: str) -> bool:
    """Whether it is a letter of the Arabic script in its plain form."""
    return any(first <= character <= last for first, last in _ARABIC) and character != "ـ"


def joins_the_next(character: str) -> bool:
    """Whether a letter is written together with the one after it."""
    return is_arabic_letter(character) and character not in _ENDS_A_PIECE and character != "ء"
