"""Signs of a shown page as the text that people read, each letter with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ayan.core.documents import lines, reading_order
from ayan.core.documents.document_text import Box
from ayan.core.documents.drawn_page import Glyph
from ayan.core.documents.pdf_pages import Sign, upright

_BELOW = 0.3
_ABOVE = 0.9


@dataclass(frozen=True, slots=True)
class SignLine:
    """A line as it is read: its letters, each with the sign that it is (none for a space), and all signs of it."""

    letters: tuple[tuple[str, Glyph | None], ...]
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class SignText:
    """The lines of a page in the order in which they are read; ``turn`` is how the text lies, clockwise."""

    lines: tuple[SignLine, ...]
    turn: int

    @classmethod
    def of(cls, signs: Sequence[Sign]) -> SignText:
        """The text of the signs of a page."""
        turn = Counter(sign.turn for sign in signs).most_common(1)[0][0] if signs else 0
        standing = lines.pieces([upright(sign, turn) for sign in signs], [])
        habits = lines.habits(standing)
        read = []
        for line in reading_order.ordered(standing, [], habits.right_to_left):
            letters: list[tuple[str, Glyph | None]] = []
            for piece in line[::-1] if habits.right_to_left else line:
                letters += [("\t", None)] if letters else []
                letters += lines.letters_of(piece, habits)
            read.append(SignLine(tuple(letters), tuple(glyph for piece in line for glyph in piece.glyphs)))
        return cls(tuple(read), turn)

    def pairs(self, signs: Sequence[Sign]) -> Iterator[tuple[Sign, Glyph]]:
        """Signs of the page beside what they are in its lines; a mark above a letter is part of that letter."""
        placed = {(glyph.left, glyph.baseline): glyph for line in self.lines for glyph in line.glyphs}
        for sign in signs:
            own = upright(sign, self.turn)
            if (glyph := placed.get((own.left, own.baseline))) is not None:
                yield sign, glyph

    def boxes(self, chosen: Sequence[Sequence[Glyph]]) -> Iterator[Box]:
        """Where signs are shown, given line by line: one box for those with no others between them."""
        for line, own in zip(self.lines, chosen, strict=True):
            picked = {id(glyph) for glyph in own}
            run: list[Glyph] = []
            for glyph in [*sorted(line.glyphs, key=lambda glyph: glyph.left + glyph.right), None]:
                if glyph is not None and id(glyph) in picked:
                    run.append(glyph)
                elif run and (glyph is None or glyph.inked):
                    yield self._box(run)
                    run = []

    def _box(self, run: Sequence[Glyph]) -> Box:
        em = max(glyph.em for glyph in run)
        base = min(glyph.baseline for glyph in run)
        left, right = min(glyph.left for glyph in run), max(glyph.right for glyph in run)
        corners = [self._shown(left, base - _BELOW * em), self._shown(right, base + _ABOVE * em)]
        (x, other_x), (y, other_y) = zip(*corners, strict=True)
        return Box(min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y))

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the text that was turned upright is shown."""
        return {0: (x, y), 90: (y, -x), 180: (-x, -y), 270: (-y, x)}[self.turn]
