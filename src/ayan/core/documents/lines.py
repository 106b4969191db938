"""Signs that stand on one line, in pieces that wide gaps keep apart, as text with its spaces and half-spaces."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final
from unicodedata import category, decomposition, normalize

from ayan.core.documents import logical_order
from ayan.core.documents.drawn_page import Glyph, Rule, is_arabic_letter, joins_the_next
from ayan.core.values.text import ZWNJ, publish

# In heights of the font. What is further apart vertically stands on another line; a gap wider than a space keeps pieces
# apart, as between columns; letters this far apart without a space are two words; and joined letters touch.
_SAME_LINE: Final = 0.3
_APART: Final = 1.0
_SPACE: Final = 0.18
_TOUCHING: Final = 0.05
_DOUBLED: Final = 0.06
_TOUCHING_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Piece:
    """Signs of one line, from left to right, with no wide gap among them; its box in points, its height of font."""

    glyphs: tuple[Glyph, ...]
    left: float
    right: float
    baseline: float
    em: float

    @property
    def texts(self) -> list[str]:
        """The characters of each sign, from left to right."""
        return [glyph.text for glyph in self.glyphs]


def pieces(glyphs: Sequence[Glyph], rules: Sequence[Rule]) -> list[list[Piece]]:
    """The lines of a page from the top, each with its pieces from left to right; upright rules part pieces too."""
    upright = [rule for rule in rules if not rule.level]
    lines: list[list[Piece]] = []
    for line in _lines(glyphs):
        split = list(_split(_once(_with_marks(line)), _parting(upright, line)))
        if split:
            lines.append(split)
    return lines


@dataclass(frozen=True, slots=True)
class Habits:
    """How the program that wrote a page did it, as far as one page shows.

    ``right_to_left``: most letters run so. ``touch``: letters that are written together touch, so that a gap between
    two of them is a half-space. ``mirrored``: the file calls a bracket what it looks like, not what was written.
    """

    right_to_left: bool
    touch: bool
    mirrored: bool


def habits(lines: Sequence[Sequence[Piece]]) -> Habits:
    """The habits that the lines of a page show."""
    pieces_of_page = [piece for line in lines for piece in line]
    right_to_left = bool(logical_order.runs_right_to_left([text for piece in pieces_of_page for text in piece.texts]))
    gaps = [
        (right.left - left.right) / right.em
        for piece in pieces_of_page
        for left, right in pairwise(piece.glyphs)
        if joins_the_next(plain(right.text)[-1:]) and is_arabic_letter(plain(left.text)[:1])
    ]
    touch = bool(gaps) and sum(gap <= _TOUCHING for gap in gaps) > _TOUCHING_SHARE * len(gaps)
    as_called, turned = list[str](), list[str]()
    for piece in pieces_of_page:
        order = logical_order.logical(piece.texts, right_to_left)
        as_called += (piece.texts[at] for at in order)
        turned += logical_order.unmirrored(piece.texts, order, right_to_left)
    return Habits(right_to_left, touch, logical_order.misplaced(turned) <= logical_order.misplaced(as_called))


def text_of(piece: Piece, habits: Habits) -> str:
    """A piece as text, in its own direction; one without letters in that of its page."""
    read = "".join(text for text, _ in letters_of(piece, habits))
    return publish(" ".join(read.split())).strip()


def letters_of(piece: Piece, habits: Habits) -> list[tuple[str, Glyph | None]]:
    """What a piece consists of in the order in which it is read, each with the sign that it is; none for a space."""
    texts: list[str] = []
    signs: list[Glyph | None] = []
    for at, glyph in enumerate(piece.glyphs):
        between = _between(piece.glyphs[at - 1], glyph, habits.touch) if at else ""
        texts += between
        signs += [None] * len(between)
        texts.append(glyph.text)
        signs.append(glyph)
    own = logical_order.runs_right_to_left(texts)
    right_to_left = habits.right_to_left if own is None else own
    order = logical_order.logical(texts, right_to_left)
    read = logical_order.unmirrored(texts, order, right_to_left) if habits.mirrored else [texts[at] for at in order]
    return [(text, signs[at]) for text, at in zip(read, order, strict=True)]


@lru_cache(4096)
def plain(text: str) -> str:
    """A sign's letters in their plain form; what is no presentation form stays."""
    return normalize("NFKC", text) if any("\ufb50" <= character <= "\ufeff" for character in text) else text


def _between(left: Glyph, right: Glyph, touch: bool) -> str:
    """What stands between two neighbours: nothing, a half-space or a space."""
    if not left.inked or not right.inked:
        return ""
    em = min(left.em, right.em)
    if right.start - left.end > _SPACE * em:
        return " "
    if not joins_the_next(plain(right.text)[-1:]) or not is_arabic_letter(plain(left.text)[:1]):
        return ""
    apart = _stands_apart(right.text, left.text)
    if apart is None:
        apart = touch and right.left - left.right > _TOUCHING * em
    return ZWNJ if apart else ""


def _stands_apart(before: str, after: str) -> bool | None:
    """Whether presentation forms say that two letters are not joined; None where either is in its plain form."""
    if not ("\ufb50" <= before[-1:] <= "\ufeff" and "\ufb50" <= after[:1] <= "\ufeff"):
        return None
    return decomposition(before[-1:]).startswith(("<isolated>", "<final>"))


def _lines(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    line: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.baseline):
        if line and line[0].baseline - glyph.baseline > _SAME_LINE * min(line[0].em, glyph.em):
            yield line
            line = []
        line.append(glyph)
    if line:
        yield line


def _once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Without signs that are drawn twice over each other to look bold."""
    kept: list[Glyph] = []
    for glyph in glyphs:
        near = kept[-3:]
        if not any(
            glyph.text == other.text and not glyph.text.isspace() and abs(glyph.left - other.left) < _DOUBLED * glyph.em
            for other in near
        ):
            kept.append(glyph)
    return kept


def _with_marks(line: Sequence[Glyph]) -> list[Glyph]:
    """The signs of a line from left to right; a mark above or below follows the letter at which it stands."""
    ordered = sorted(line, key=lambda glyph: (glyph.left + glyph.right, glyph.left))
    marks = [glyph for glyph in ordered if category(glyph.text[0]) == "Mn"]
    if not marks:
        return ordered
    letters = [glyph for glyph in ordered if category(glyph.text[0]) != "Mn"]
    centres = [(letter.left + letter.right) / 2 for letter in letters]
    for mark in marks:
        at = _standing_at(mark, letters, centres)
        if at is not None:
            letters[at] = letters[at]._replace(text=letters[at].text + mark.text)
    return letters


def _standing_at(mark: Glyph, letters: Sequence[Glyph], centres: Sequence[float]) -> int | None:
    """The letter whose middle is next to that of a mark."""
    centre = (mark.left + mark.right) / 2
    around = bisect_left(centres, centre)
    near = [at for at in range(max(0, around - 2), min(len(letters), around + 2)) if letters[at].inked]
    return min(near, key=lambda at: abs(centres[at] - centre), default=None)


def _parting(upright: Sequence[Rule], line: Sequence[Glyph]) -> list[float]:
    """Where upright rules pass through a line, from left to right."""
    if not upright:
        return []
    height = line[0].baseline + line[0].em / 4
    return sorted((rule.left + rule.right) / 2 for rule in upright if rule.bottom < height < rule.top)


def _split(glyphs: Sequence[Glyph], parting: Sequence[float]) -> Iterator[Piece]:
    piece: list[Glyph] = []
    end = 0.0
    for glyph in glyphs:
        if glyph.inked:
            if piece and (glyph.start - end > _APART * glyph.em or _parted(piece[-1], glyph, parting)):
                yield _piece(piece)
                piece = []
            end = max(end, glyph.end) if piece else glyph.end
        elif not piece:
            continue
        piece.append(glyph)
    if piece:
        yield _piece(piece)


def _parted(left: Glyph, right: Glyph, parting: Sequence[float]) -> bool:
    """Whether a rule stands between two neighbours: right of the middle of one and left of the middle of the other."""
    after = bisect_left(parting, (left.left + left.right) / 2)
    return after < len(parting) and parting[after] < (right.left + right.right) / 2


def _piece(glyphs: Sequence[Glyph]) -> Piece:
    """A piece of signs of which the first is inked; what stands behind the last inked one is left out."""
    inked = [glyph for glyph in glyphs if glyph.inked]
    last = max(at for at, glyph in enumerate(glyphs) if glyph.inked)
    right = max(glyph.right for glyph in inked)
    return Piece(tuple(glyphs[: last + 1]), inked[0].left, right, inked[0].baseline, max(glyph.em for glyph in inked))
