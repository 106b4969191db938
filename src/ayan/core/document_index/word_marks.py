"""Where asked words stand in the text of a page, and the piece of it that is shown beside a hit.

Found is what the index finds, by the same words in the same two spellings; a hit that shows nothing here is none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

from ayan.core.document_index.asked_words import AskedPiece, AskedWords, WordForm
from ayan.core.document_index.limits import BEFORE_THE_FOUND, LONGEST_SNIPPET
from ayan.core.document_index.page_words import WordJoin, WrittenPiece, pieces

_CUT: Final = "…"
# Signs around a word that are no part of what is marked.
_AROUND: Final = "«»()[]{}<>“”\"'،؛؟,;:.!?…-–—*/\\"


class WordMark(NamedTuple):
    """A marked place of a text: from ``start`` to before ``end``; ``piece`` is the number of what was asked for."""

    start: int
    end: int
    piece: int


class TextPart(NamedTuple):
    """A part of a text, marked or not."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a page: the number (from 1) of the line in which it was found, and its parts."""

    line: int
    parts: tuple[TextPart, ...]

    @property
    def text(self) -> str:
        """It without marks."""
        return "".join(part.text for part in self.parts)


def marks(text: str, asked: AskedWords) -> list[WordMark]:
    """Where the words stand in a published text, in its order; none of them overlap.

    Where all of them stand together as they were typed, only these places are marked.
    """
    written = list(pieces(text))
    spelled = {spelling: _sequence(written, spelling) for spelling in ("apart", "joined")}
    if asked.phrase is not None and (together := list(_places(asked.phrase, spelled))):
        standing = [(first, last, 0) for first, last in together]
    else:
        standing = [
            (first, last, number)
            for number, piece in enumerate(asked.pieces)
            for first, last in _places(piece, spelled)
        ]
    return list(_merged(text, written, sorted(standing)))


def holds(text: str, asked: AskedWords) -> bool:
    """Whether a text has all that is asked for."""
    written = list(pieces(text))
    spelled = {spelling: _sequence(written, spelling) for spelling in ("apart", "joined")}
    return all(next(_places(piece, spelled), None) is not None for piece in asked.pieces)


def marked_parts(text: str, marked: Sequence[WordMark], start: int = 0, end: int | None = None) -> Iterator[TextPart]:
    """A text from ``start`` to before ``end`` in parts."""
    end = len(text) if end is None else end
    at = start
    for mark in marked:
        first, last = max(mark.start, start), min(mark.end, end)
        if first >= last:
            continue
        if first > at:
            yield TextPart(text[at:first], is_marked=False)
        yield TextPart(text[first:last], is_marked=True)
        at = last
    if at < end:
        yield TextPart(text[at:end], is_marked=False)


def marked_lines(lines: Sequence[str], asked: AskedWords | None) -> list[list[TextPart]]:
    """The lines of a page in parts; a phrase may begin on one line and end on the next."""
    if asked is None:
        return [[TextPart(line, is_marked=False)] for line in lines]
    text = "\n".join(lines)
    marked = marks(text, asked)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    return [
        list(marked_parts(text, marked, start, start + len(line))) for start, line in zip(starts, lines, strict=False)
    ]


def snippet(text: str, asked: AskedWords) -> Snippet | None:
    """The piece of a page's text in which most of what is asked stands, of lines parted by line ends; None without."""
    marked = marks(text, asked)
    if not marked:
        return None
    best = max(marked, key=lambda mark: (_near(marked, mark), -mark.start))
    start = _word_start(text, max(0, best.start - BEFORE_THE_FOUND))
    end = _word_end(text, min(len(text), max(start + LONGEST_SNIPPET, best.end)))
    lines = [0, *(at + 1 for at, sign in enumerate(text) if sign == "\n")]
    parts = [TextPart(part.text.replace("\n", " "), part.is_marked) for part in marked_parts(text, marked, start, end)]
    if start > 0:
        parts.insert(0, TextPart(_CUT, is_marked=False))
    if end < len(text):
        parts.append(TextPart(_CUT, is_marked=False))
    return Snippet(bisect_right(lines, best.start), tuple(parts))


def _near(marked: Sequence[WordMark], mark: WordMark) -> int:
    """How much of what is asked stands in the piece of a text that begins a little before a mark."""
    return len({each.piece for each in marked if mark.start <= each.start < mark.start + LONGEST_SNIPPET})


def _word_start(text: str, at: int) -> int:
    while at > 0 and not text[at - 1].isspace():
        at -= 1
    return at


def _word_end(text: str, at: int) -> int:
    while at < len(text) and not text[at].isspace():
        at += 1
    return at


def _sequence(written: Sequence[WrittenPiece], spelling: WordJoin) -> tuple[list[str], list[int]]:
    """The words of a text in one spelling, and of each the number of the piece in which it stands."""
    own = [piece.apart if spelling == "apart" else piece.joined for piece in written]
    pairs = [(word, number) for number, words in enumerate(own) for word in words]
    return [word for word, _ in pairs], [number for _, number in pairs]


def _places(piece: AskedPiece, spelled: dict[str, tuple[list[str], list[int]]]) -> Iterator[tuple[int, int]]:
    """The first and the last written piece of each place where something asked for stands."""
    for form in piece.forms:
        yield from _places_of(form, *spelled[form.spelling])


def _places_of(form: WordForm, sequence: list[str], numbers: list[int]) -> Iterator[tuple[int, int]]:
    *before, last = form.words
    if form.is_open:
        ends = [end for end, word in enumerate(sequence) if word.startswith(last)]
    else:
        ends = [end for end, word in enumerate(sequence) if word == last]
    for end in ends:
        at = end - len(before)
        if at >= 0 and sequence[at:end] == before:
            yield numbers[at], numbers[end]


def _merged(text: str, written: Sequence[WrittenPiece], standing: Sequence[tuple[int, int, int]]) -> Iterator[WordMark]:
    """Marks without the signs around their words, none twice."""
    until = -1
    for first, last, number in standing:
        if last <= until:
            continue
        start, end = written[max(first, until + 1)].start, written[last].end
        while start < end and text[start] in _AROUND:
            start += 1
        while end > start and text[end - 1] in _AROUND:
            end -= 1
        until = last
        if start < end:
            yield WordMark(start, end, number)
