"""Tables of a page as rows of cells: where rules frame them, or where pieces of lines stand below each other."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.documents import lines, reading_order
from ayan.core.documents.drawn_page import DrawnPage, Rule
from ayan.core.documents.lines import Habits, Piece
from ayan.core.documents.reading_order import PieceLine

# Points by which rules that meet may miss each other, and by which edges of columns on two pages may differ.
_NEAR: Final = 3.0
# Rows and columns without rules that are a table and no chance.
_ROWS_OF_A_TABLE: Final = 3
_COLUMNS_OF_A_TABLE: Final = 2
# Of the lines of a table without rules, the share that may pass over the strip between two columns: titles and sums.
_MAY_CROSS: Final = 0.2


@dataclass(frozen=True, slots=True)
class PageTable:
    """One table: the pages from which to which it goes, and its rows, the first column first in reading direction.

    ``edges`` are where its columns are parted, in points from left to right.
    """

    page: int
    rows: list[list[str]]
    edges: tuple[float, ...]
    last_page: int

    def until(self, page: int) -> PageTable:
        """The same table, known to end on a later page."""
        return replace(self, last_page=page)

    def goes_on_in(self, other: PageTable) -> bool:
        """Whether another table, the first of the page after, has its columns at the same places."""
        return len(self.edges) == len(other.edges) and all(
            abs(edge - other_edge) <= _NEAR for edge, other_edge in zip(self.edges, other.edges, strict=True)
        )


def of_page(page: DrawnPage) -> list[PageTable]:
    """The tables of a page from the top."""
    standing = lines.pieces(page.glyphs, page.rules)
    habits = lines.habits(standing)
    # Prose in columns is no table of two cells.
    standing = reading_order.ordered(standing, page.rules, habits.right_to_left)
    return [
        PageTable(page.number, _rows(group, edges, levels, habits), tuple(edges), page.number)
        for group, edges, levels in _regions(standing, page.rules)
    ]


_Region = tuple[Sequence[PieceLine], list[float], list[float]]


def _regions(standing: Sequence[PieceLine], rules: Sequence[Rule]) -> Iterator[_Region]:
    """For each table its lines, where its columns are parted, and the heights at which its rows are."""
    frames = [frame for frame in _frames(rules) if _columns_of(frame) and _levels_of(frame)]
    at = 0
    while at < len(standing):
        frame = next((frame for frame in frames if _inside(standing[at], frame)), None)
        end = at + 1
        if frame is not None:
            while end < len(standing) and _inside(standing[end], frame):
                end += 1
            yield standing[at:end], _columns_of(frame), _levels_of(frame)
        elif len(standing[at]) >= _COLUMNS_OF_A_TABLE:
            end = _end_of_rows(standing, at, frames)
            edges = _free_strips(standing[at:end])
            if end - at >= _ROWS_OF_A_TABLE and edges:
                yield standing[at:end], edges, []
        at = end


def _frames(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules in groups that touch each other."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: (-rule.top, rule.left)):
        touched = [group for group in groups if any(_meet(rule, other) for other in group)]
        groups = [group for group in groups if group not in touched]
        groups.append([rule, *(other for group in touched for other in group)])
    return groups


def _meet(rule: Rule, other: Rule) -> bool:
    return (
        rule.left <= other.right + _NEAR
        and other.left <= rule.right + _NEAR
        and rule.bottom <= other.top + _NEAR
        and other.bottom <= rule.top + _NEAR
    )


def _columns_of(frame: Sequence[Rule]) -> list[float]:
    """Where upright rules part the columns of a frame, its outer sides left out."""
    places = _merged((rule.left + rule.right) / 2 for rule in frame if not rule.level)
    return places[1:-1]


def _levels_of(frame: Sequence[Rule]) -> list[float]:
    """Where level rules part the rows of a frame, from below, its outer sides among them."""
    return _merged((rule.bottom + rule.top) / 2 for rule in frame if rule.level)


def _merged(places: Iterator[float]) -> list[float]:
    merged: list[float] = []
    for place in sorted(places):
        if not merged or place - merged[-1] > _NEAR:
            merged.append(place)
    return merged


def _inside(line: PieceLine, frame: Sequence[Rule]) -> bool:
    left, right = min(rule.left for rule in frame), max(rule.right for rule in frame)
    bottom, top = min(rule.bottom for rule in frame), max(rule.top for rule in frame)
    middle = line[0].baseline + line[0].em / 4
    return bottom < middle < top and any(left - _NEAR <= piece.left and piece.right <= right + _NEAR for piece in line)


def _end_of_rows(standing: Sequence[PieceLine], first: int, frames: Sequence[Sequence[Rule]]) -> int:
    """One past the last of the lines that have several pieces each, from a line on."""
    end = first + 1
    while (
        end < len(standing)
        and len(standing[end]) >= _COLUMNS_OF_A_TABLE
        and not any(_inside(standing[end], frame) for frame in frames)
    ):
        end += 1
    return end


def _free_strips(rows: Sequence[PieceLine]) -> list[float]:
    """The middles of strips that hardly any row passes over, from left to right."""
    places = sorted({place for row in rows for piece in row for place in (piece.left, piece.right)})
    most = _MAY_CROSS * len(rows)
    strips: list[tuple[float, float]] = []
    for left, right in itertools.pairwise(places):
        middle = (left + right) / 2
        crossing = sum(any(piece.left < middle < piece.right for piece in row) for row in rows)
        if crossing <= most and any(row[0].right <= middle <= row[-1].left for row in rows):
            if strips and strips[-1][1] == left:
                strips[-1] = (strips[-1][0], right)
            else:
                strips.append((left, right))
    narrowest = min((piece.em for row in rows for piece in row), default=0.0) / 2
    return [(left + right) / 2 for left, right in strips if right - left >= narrowest]


def _rows(
    group: Sequence[PieceLine], edges: Sequence[float], levels: Sequence[float], habits: Habits
) -> list[list[str]]:
    """The cells of a table; what stands on several lines between two rules is one cell."""
    rows: list[list[str]] = []
    band = None
    for line in group:
        own = bisect_right(levels, line[0].baseline + line[0].em / 4) if levels else None
        if own is None or own != band:
            rows.append([""] * (len(edges) + 1))
        band = own
        for piece in line:
            cell = _cell_of(piece, edges, habits.right_to_left)
            text = lines.text_of(piece, habits)
            rows[-1][cell] = f"{rows[-1][cell]} {text}".strip()
    return rows


def _cell_of(piece: Piece, edges: Sequence[float], rightwards: bool) -> int:
    """The column that a piece stands in; the first of several in reading direction."""
    if rightwards:
        return len(edges) - bisect_right(edges, piece.right - _NEAR)
    return bisect_right(edges, piece.left + _NEAR)
