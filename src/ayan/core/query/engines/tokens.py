"""The runs of letters and digits that a text must hold for a word to be found in it: what an index can be asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ayan.core.index.secondary_index import RUNS
from ayan.core.query.folding import stem
from ayan.core.values.text import fold

_runs: Final = re.compile(RUNS)


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


def for_search(word: str) -> TokenQuery:
    """What a word of a search needs, by the rule of `folding.searched`."""
    folded = fold(word)
    root = stem(folded)
    if root != folded:
        return TokenQuery(_of_pieces(root, starts=False))
    runs = _of_pieces(folded, starts=True)
    alone = _runs.fullmatch(folded) is not None
    return TokenQuery(runs, enough=alone and len(runs) == 1 and runs[0].text == folded)


def for_filter(text: str, *, starts: bool, ends: bool) -> TokenQuery:
    """What a text needs that holds ``text``: perhaps only where the whole text ``starts``, only where it ``ends``."""
    return TokenQuery(_of_pieces(fold(text), starts=starts, ends=ends))


def _of_pieces(folded: str, *, starts: bool, ends: bool = False) -> tuple[Token, ...]:
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
