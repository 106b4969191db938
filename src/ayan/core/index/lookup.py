"""What an index can be asked for: one condition on a column, or one word of a search, in terms of what is stored.

Whoever reads questions says it in these values, so that an index knows neither operators nor how words are compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ayan.core.index.word_lists import RUNS

_runs: Final = re.compile(RUNS)


# --- words ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters that stands anywhere in one of the text, or a number (without zeros before it).

    ``whole`` says of a number that no digit follows; otherwise it is how a number begins.
    """

    text: str
    number: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class TokenQuery:
    """Every run that is needed; ``enough`` when any text that holds them is one in which the word is found."""

    runs: tuple[Token, ...]
    enough: bool = False


def tokens_of(folded: str, *, starts: bool, ends: bool = False) -> tuple[Token, ...]:
    """The runs that a text must hold to hold ``folded``: perhaps only where the whole text ``starts``, or ``ends``."""
    out: list[Token] = []
    last = len(folded.split()) - 1
    before = "" if starts else "0"
    for number, piece in enumerate(folded.split()):
        for match in _runs.finditer(piece):
            run = match[0]
            if not run[0].isdigit():
                out.append(Token(run))
            elif match.start() or not before[-1:].isdigit():
                # Blanks may be missing in the text, so a number that ends a piece may go on in the next.
                whole = match.end() < len(piece) or (ends and number == last)
                out.append(Token(run.lstrip("0"), number=True, whole=whole))
        before = piece
    return tuple(token for token in out if token.text)


def tokens_of_word(folded: str, root: str) -> TokenQuery:
    """What a word of a search needs, of which every text that it is found in holds ``root``."""
    if root != folded:
        return TokenQuery(tokens_of(root, starts=False))
    runs = tokens_of(folded, starts=True)
    alone = _runs.fullmatch(folded) is not None
    return TokenQuery(runs, enough=alone and len(runs) == 1 and runs[0].text == folded)


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of a text: ``joined`` is folded and without blanks, ``pattern`` finds it in a folded text."""

    joined: str
    pattern: str


# --- conditions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EmptyLookup:
    """The rows without a value."""

    column: str


@dataclass(frozen=True, slots=True)
class ValueLookup:
    """The rows whose value lies in one of some ranges, both ends included."""

    column: str
    ranges: tuple[tuple[object, object], ...]


@dataclass(frozen=True, slots=True)
class EdgeLookup:
    """The rows whose value is ``above`` or else below an end; where it is equal to it, if that is ``included``."""

    column: str
    end: object
    above: bool
    included: bool


@dataclass(frozen=True, slots=True)
class AlikeLookup:
    """The rows whose text is one of ``texts`` when folded, or one of ``values`` as it stands.

    ``tokens`` is what such a text must hold, where there is one alone.
    """

    column: str
    texts: tuple[str, ...]
    values: tuple[object, ...] = ()
    tokens: TokenQuery | None = None


@dataclass(frozen=True, slots=True)
class PieceLookup:
    """The rows whose text holds one of some pieces; ``tokens`` as in `AlikeLookup`."""

    column: str
    pieces: tuple[TextPiece, ...]
    tokens: TokenQuery | None = None


@dataclass(frozen=True, slots=True)
class WordLookup:
    """The rows in which a word of a search is found: in one of the texts of ``columns``, or as one of ``codes``.

    ``codes`` names columns of lists with the codes for which the word stands there.
    """

    piece: TextPiece
    tokens: TokenQuery
    columns: tuple[str, ...]
    codes: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class BoxLookup:
    """The rows whose shape may have a part of its envelope in a box, in degrees."""

    column: str
    west: float
    south: float
    east: float
    north: float


Lookup = BoxLookup | EmptyLookup | ValueLookup | EdgeLookup | AlikeLookup | PieceLookup
