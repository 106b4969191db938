"""A document as people read it: its pages, and on each the lines of text with the place where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from ayan.core.documents import docx, html_page, lines, pdf_pages, reading_order
from ayan.core.documents.drawn_page import BLACK, DrawnPage
from ayan.core.documents.lines import Habits, Piece

Block = docx.Paragraph | docx.Table

# Of the height of a font, what is drawn below and above its line.
_BELOW: Final = 0.3
_ABOVE: Final = 0.9


class Box(NamedTuple):
    """A place on a page, in points from the lower left corner of the page as it is shown."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line as it is read; pieces that wide gaps keep apart, as the cells of a table, are parted by a tab.

    ``box`` is where it stands, in documents whose pages are drawn.
    """

    text: str
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class PageText:
    """A page: its number from 1, its lines in the order in which they are read, its size in points if it is drawn.

    ``unknown`` are signs for which the file names no letter; ``drawn`` says that the page has pictures and no text, so
    that nobody can search it or have it read aloud. ``machine_read`` is how sure a machine was of the letters that it
    recognised on a scan, from 0 to 1; None for text that stands in the file.
    """

    number: int
    lines: tuple[PageLine, ...]
    size: tuple[float, float] | None = None
    unknown: int = 0
    drawn: bool = False
    machine_read: Decimal | None = None

    @property
    def text(self) -> str:
        """The lines of the page, one below the other."""
        return "\n".join(line.text for line in self.lines)


def of_file(path: Path) -> Iterator[PageText]:
    """The text of a PDF, DOCX or HTML, page by page; that of the last two begins a page where its writer did.

    Raises UnreadableDocument.
    """
    return _block_pages(blocks_of(path)) if is_text(path) else map(page_text, pdf_pages.pages(path))


def is_text(path: Path) -> bool:
    """Whether a file holds paragraphs and tables that nobody has drawn: a DOCX or a page of HTML."""
    return docx.is_docx(path) or html_page.is_html(path)


def blocks_of(path: Path) -> Iterable[Block]:
    """The paragraphs and tables of such a file. Raises UnreadableDocument."""
    return docx.blocks(path) if docx.is_docx(path) else html_page.read(path).blocks


def _block_pages(blocks: Iterable[Block]) -> Iterator[PageText]:
    number, read = 1, list[PageLine]()
    for block in blocks:
        if isinstance(block, docx.Table):
            read += [PageLine("\t".join(row).strip()) for row in block.rows if any(row)]
            continue
        if block.new_page and read:
            yield PageText(number, tuple(read))
            number, read = number + 1, []
        read += [PageLine(line.strip()) for line in block.text.split("\n") if line.strip()]
    yield PageText(number, tuple(read))


def page_text(page: DrawnPage) -> PageText:
    """The text of a page that was drawn."""
    standing = lines.pieces(page.glyphs, page.rules)
    habits = lines.habits(standing)
    read = [_line(page, line, habits) for line in reading_order.ordered(standing, page.rules, habits.right_to_left)]
    # Places that were taken out are no text of a scan.
    drawn = page.pictures and all(glyph.text == BLACK for glyph in page.glyphs)
    return PageText(page.number, tuple(read), (page.width, page.height), page.unknown, drawn)


def _line(page: DrawnPage, line: Sequence[Piece], habits: Habits) -> PageLine:
    em = max(piece.em for piece in line)
    base = min(piece.baseline for piece in line)
    left, right = min(piece.left for piece in line), max(piece.right for piece in line)
    text = "\t".join(lines.text_of(piece, habits) for piece in (line[::-1] if habits.right_to_left else line))
    return PageLine(text, Box(*page.shown(left, base - _BELOW * em, right, base + _ABOVE * em)))
