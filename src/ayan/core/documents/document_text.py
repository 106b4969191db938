"""A document as people read it: its pages, and on each the lines of text with the place where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ayan.core.documents import lines, logical_order, pdf_pages, reading_order
from ayan.core.documents.lines import Piece
from ayan.core.documents.pdf_pages import DrawnPage


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line as it is read; pieces that wide gaps keep apart, as the cells of a table, are parted by a tab.

    The box is in points from the lower left corner of the page as it stands upright.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class PageText:
    """A page: its number from 1, its size in points, its lines in the order in which they are read.

    ``unknown`` are signs for which the file names no letter; ``drawn`` says that the page has pictures and no text, so
    that nobody can search it or have it read aloud.
    """

    number: int
    width: float
    height: float
    lines: tuple[TextLine, ...]
    unknown: int = 0
    drawn: bool = False

    @property
    def text(self) -> str:
        """The lines of the page, one below the other."""
        return "\n".join(line.text for line in self.lines)


def pdf_text(path: Path) -> Iterator[PageText]:
    """The text of a PDF, page by page. Raises UnreadableDocument."""
    return map(page_text, pdf_pages.pages(path))


def page_text(page: DrawnPage) -> PageText:
    """The text of a page that was drawn."""
    standing = lines.pieces(page.glyphs, page.rules)
    touch = lines.joined_letters_touch(standing)
    rightwards = runs_right_to_left(standing)
    read = [_line(line, rightwards, touch) for line in reading_order.ordered(standing, page.rules, rightwards)]
    drawn = page.pictures and not page.glyphs
    return PageText(page.number, page.width, page.height, tuple(read), page.unknown, drawn)


def runs_right_to_left(standing: Iterable[Sequence[Piece]]) -> bool:
    """Whether most letters of a page do."""
    return bool(logical_order.runs_right_to_left([text for line in standing for piece in line for text in piece.texts]))


def piece_text(piece: Piece, page_rightwards: bool, touch: bool) -> str:
    """A piece in its own direction; one without letters in that of its page."""
    own = logical_order.runs_right_to_left(piece.texts)
    return lines.text_of(piece, page_rightwards if own is None else own, touch)


def _line(line: Sequence[Piece], rightwards: bool, touch: bool) -> TextLine:
    ordered = line[::-1] if rightwards else line
    em = max(piece.em for piece in line)
    base = min(piece.baseline for piece in line)
    return TextLine(
        "\t".join(piece_text(piece, rightwards, touch) for piece in ordered),
        min(piece.left for piece in line),
        base - 0.25 * em,
        max(piece.right for piece in line),
        base + 0.75 * em,
    )
