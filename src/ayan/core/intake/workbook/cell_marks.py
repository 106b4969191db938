"""What a cell's font says of its text: struck out, raised or lowered, or so that nobody sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ayan.core.intake.limits import SMALLEST_FONT
from ayan.core.intake.workbook.number_formats import hides
from ayan.core.values.digits import to_latin

_RAISED: Final = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
_LOWERED: Final = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


@dataclass(frozen=True, slots=True)
class FontMarks:
    """A font as far as it matters here; ``script`` is 1 for raised text, -1 for lowered."""

    struck: bool = False
    white: bool = False
    tiny: bool = False
    script: int = 0

    @property
    def plain(self) -> bool:
        """Whether it says nothing of its text."""
        return self == FontMarks()


PLAIN: Final = FontMarks()


@dataclass(frozen=True, slots=True)
class CellMarks:
    """A cell style as far as it matters here: its cells are struck out, or cannot be seen."""

    struck: bool = False
    unseen: bool = False


def marks_of(font: FontMarks, code: str, *, filled: bool) -> CellMarks | None:
    """What a style says of its cells by font and number format, ``filled`` with a colour or not; None for nothing."""
    unseen = font.tiny or (font.white and not filled) or hides(code)
    return CellMarks(font.struck, unseen) if font.struck or unseen else None


def is_tiny(points: float) -> bool:
    """Whether a font of so many points is too small to be read."""
    return 0 < points < SMALLEST_FONT


def is_white(colour: str) -> bool:
    """Whether a colour in hexadecimal digits, with its opacity before it or not, is white."""
    return colour.lstrip("#").upper() in ("FFFFFF", "FFFFFFFF", "00FFFFFF")


def seen_text(runs: Iterable[tuple[str, FontMarks]]) -> tuple[str, bool]:
    """The text of a cell of several fonts as a person reads it, and whether a part of it is struck out.

    What is struck out stands for no more, unless all of it is; what is raised or lowered is written so, for the 2 of a
    footnote is no digit of the number before it.
    """
    parts = [(_scripted(text, font.script), font.struck) for text, font in runs if text]
    left = "".join(text for text, struck in parts if not struck)
    struck = any(each for text, each in parts if text.strip())
    return (left.strip() if struck and left.strip() else "".join(text for text, _ in parts)), struck


def _scripted(text: str, script: int) -> str:
    if not script:
        return text
    return to_latin(text).translate(_RAISED if script > 0 else _LOWERED)
