"""The order in which people read a page: columns one after the other, rows of a table across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from ayan.core.documents.drawn_page import Rule
from ayan.core.documents.lines import Piece

PieceLine = list[Piece]

# A gutter between columns in heights of the font, the lines it must pass, and the signs of a line of prose: cells of
# tables are shorter, or their neighbours are.
_GUTTER: Final = 0.8
_LINES_OF_A_COLUMN: Final = 3
_PROSE: Final = 18.0
# Lines in which the beginnings of two columns are found, and heights of the font after which something else begins.
_BESIDE: Final = 3
_FAR_BELOW: Final = 3.0
# What is further below, in usual distances of the lines of a column, belongs to something else.
_USUAL: Final = 1.4


@dataclass(frozen=True, slots=True)
class _Gutter:
    """A free strip between columns, in points, and the lines that it passes, ``first`` to before ``end``."""

    left: float
    right: float
    first: int
    end: int

    @property
    def middle(self) -> float:
        """Where it is cut."""
        return (self.left + self.right) / 2


def ordered(lines: Sequence[PieceLine], rules: Sequence[Rule], right_to_left: bool) -> list[PieceLine]:
    """Lines as they are read; where prose stands in columns, those of one column before those of the next.

    ``rules`` are those of the page: what they divide are rows of a table, which are read across.
    """
    read: list[PieceLine] = []
    at = 0
    while at < len(lines):
        gutter = _gutter(lines, rules, at)
        if gutter is None:
            read.append(lines[at])
            at += 1
            continue
        passed = lines[at : gutter.end]
        left = [[piece for piece in line if piece.right <= gutter.middle] for line in passed]
        right = [[piece for piece in line if piece.left > gutter.middle] for line in passed]
        columns = [list(filter(None, column)) for column in ((right, left) if right_to_left else (left, right))]
        for column in columns:
            read += ordered(column, rules, right_to_left)
        at = gutter.end
    return read


def _gutter(lines: Sequence[PieceLine], rules: Sequence[Rule], first: int) -> _Gutter | None:
    """The longest strip between two columns of prose that begins at a line."""
    gutters = [_followed(lines, rules, first, gap) for gap in _gaps(lines, first)]
    prose = [gutter for gutter in gutters if _between_prose(lines, gutter)]
    return max(prose, key=lambda gutter: (gutter.end, gutter.right - gutter.left), default=None)


def _gaps(lines: Sequence[PieceLine], first: int) -> set[tuple[float, float]]:
    """What is free between a piece of a line and one beside it, on the line itself or a little below."""
    near = [piece for line in lines[first : first + _BESIDE] for piece in line]
    pairs = [sorted((piece, other), key=lambda each: each.left) for piece in lines[first] for other in near]
    return {(left.right, right.left) for left, right in pairs if left.right < right.left}


def _followed(lines: Sequence[PieceLine], rules: Sequence[Rule], first: int, gap: tuple[float, float]) -> _Gutter:
    """How far down a gap goes on as a strip that nothing crosses, with no line far below the one before."""
    left, right = gap
    end = first
    above = lines[first][0].baseline
    for line in lines[first:]:
        middle = (left + right) / 2
        em = max(piece.em for piece in line)
        baseline = line[0].baseline
        crossed = any(rule.left < left and rule.right > right for rule in _between(rules, baseline, above))
        before = max((piece.right for piece in line if piece.left < middle), default=left)
        after = min((piece.left for piece in line if piece.left >= middle), default=right)
        narrow = min(right, after) - max(left, before) < _GUTTER * em
        if narrow or crossed or above - baseline > _FAR_BELOW * em:
            break
        left, right, above = max(left, before), min(right, after), baseline
        end += 1
    return _Gutter(left, right, first, _both_end(lines, rules, first, end, (left + right) / 2))


def _between(rules: Sequence[Rule], below: float, above: float) -> list[Rule]:
    """The level rules between two heights."""
    return [rule for rule in rules if rule.level and below < rule.bottom < above]


def _both_end(lines: Sequence[PieceLine], rules: Sequence[Rule], first: int, end: int, middle: float) -> int:
    """Where columns end of which one is longer: at the first line of it alone that is set apart from the one before."""
    left = [at for at in range(first, end) if any(piece.right <= middle for piece in lines[at])]
    right = [at for at in range(first, end) if any(piece.left > middle for piece in lines[at])]
    if len(left) < _LINES_OF_A_COLUMN or len(right) < _LINES_OF_A_COLUMN:
        return end
    longer, alone = (left, right[-1]) if left[-1] > right[-1] else (right, left[-1])
    steps = [lines[above][0].baseline - lines[below][0].baseline for above, below in pairwise(longer)]
    usual = median(steps) * _USUAL
    for (above, below), step in zip(pairwise(longer), steps, strict=True):
        apart = step > usual or _between(rules, lines[below][0].baseline, lines[above][0].baseline)
        if below > alone and apart:
            return below
    return end


def _between_prose(lines: Sequence[PieceLine], gutter: _Gutter) -> bool:
    """Whether on both sides of a strip there are lines of prose, each side's next to the other's or below them."""
    if gutter.end - gutter.first < _LINES_OF_A_COLUMN:
        return False
    passed = lines[gutter.first : gutter.end]
    for side in (True, False):
        own = [[piece for piece in line if (piece.right <= gutter.middle) is side] for line in passed]
        filled = [line for line in own if line]
        if len(filled) < _LINES_OF_A_COLUMN:
            return False
        if median(max(len(piece.glyphs) for piece in line) for line in filled) < _PROSE:
            return False
    return True
