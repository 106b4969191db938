"""What a document seems to hold of personal data, as marks for somebody to look at: nothing is decided by them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ayan.core.documents.document_text import Box, of_file
from ayan.core.documents.drawn_page import Glyph
from ayan.core.documents.pdf_pages import Sign
from ayan.core.redaction import shown_pages
from ayan.core.redaction.redaction_mark import RedactionMark
from ayan.core.redaction.sign_text import SignText
from ayan.core.values.personal_words import personal_words


def proposed_marks(
    path: Path, pace: Callable[[], None], scans: list[int], first: int, last: int
) -> Iterator[RedactionMark]:
    """The places on pages ``first`` to ``last`` of a PDF at which what is seen looks like personal data, page by page.

    A number is found in all digits, set apart by spaces, and begun on one line and ended on the next. ``pace`` is
    called before each page; the numbers of pages on which no sign is seen are put into ``scans``.
    Raises UnreadableDocument and CopyRefused.
    """
    for page in shown_pages.of_pdf(path, pace, first, last):
        if not page.signs:
            scans.append(page.number)
        yield from in_signs(page.number, page.signs)


def in_signs(number: int, signs: Sequence[Sign]) -> Iterator[RedactionMark]:
    """The marks that the signs of one page give cause for."""
    text = SignText.of(signs)
    letters: list[tuple[str, Glyph | None, int]] = []
    for at, line in enumerate(text.lines):
        letters += [(letter, glyph, at) for written, glyph in line.letters for letter in written]
        letters.append((" ", None, at))
    for word in personal_words("".join(letter for letter, _, _ in letters)):
        chosen: list[list[Glyph]] = [[] for _ in text.lines]
        for _, glyph, at in letters[word.start : word.end]:
            if glyph is not None:
                chosen[at].append(glyph)
        for box in text.boxes(chosen):
            yield RedactionMark(number, word.kind, Box(*(round(side, 2) for side in box)))


def in_lines(path: Path) -> Iterator[RedactionMark]:
    """The same of a document of text, in its lines. Raises UnreadableDocument."""
    for page in of_file(path):
        starts, whole = [0], ""
        for line in page.lines:
            whole += f"{line.text} "
            starts.append(len(whole))
        for word in personal_words(whole):
            for at, line in enumerate(page.lines):
                start, end = max(word.start - starts[at], 0), min(word.end - starts[at], len(line.text))
                if start < end:
                    yield RedactionMark(page.number, word.kind, line=at, start=start, end=end)
