"""The words of a text as they are compared: in two spellings, one with half-spaces as spaces and one without them.

«کتاب‌ها» is the two words «کتاب» and «ها» when taken *apart*, and «کتابها» when *joined*. A number with thousands
separators is one number in both, and zeros before it are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from ayan.core.values.text import ZWNJ, fold

WordJoin = Literal["apart", "joined"]
SPELLINGS: Final[tuple[WordJoin, ...]] = ("apart", "joined")

_WORD: Final = re.compile(r"[^\W_]+")
_PIECE: Final = re.compile(r"\S+")
# Parts the pieces of a text while all of it is folded at once: a character that no text may hold.
_BETWEEN: Final = "\ufdd1"
_THOUSANDS: Final = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_ZEROS: Final = re.compile(r"(?<![^\W_])0+(?=[0-9])")


class WrittenPiece(NamedTuple):
    """What stands between two blanks of a text: from ``start`` to before ``end``, and its words in both spellings."""

    start: int
    end: int
    apart: list[str]
    joined: list[str]


def words(text: str, spelling: WordJoin) -> list[str]:
    """The words of a published text in one spelling."""
    return _words(fold(_spelled(text, spelling)))


def pieces(text: str) -> Iterator[WrittenPiece]:
    """The pieces of a published text that hold words, in their order: theirs are those of the whole text."""
    plain = text.replace(_BETWEEN, " ")
    places = list(_PIECE.finditer(plain))
    folded = fold(_BETWEEN.join(place[0] for place in places)).split(_BETWEEN)
    # Few pieces have a half-space; all others are the same in both spellings.
    halved = _BETWEEN.join(place[0] for place in places if ZWNJ in place[0])
    joined = iter(fold(_spelled(halved, "joined")).split(_BETWEEN))
    for place, own in zip(places, folded, strict=False):
        apart = _words(own)
        written = WrittenPiece(place.start(), place.end(), apart, _words(next(joined)) if ZWNJ in place[0] else apart)
        if written.apart or written.joined:
            yield written


def _spelled(text: str, spelling: WordJoin) -> str:
    return text.replace(ZWNJ, "") if spelling == "joined" else text


def _words(folded: str) -> list[str]:
    return [folded] if folded.isalpha() else _WORD.findall(_ZEROS.sub("", _THOUSANDS.sub("", folded)))
