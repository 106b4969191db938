"""The pages of a PDF as they are shown: their dots, and the signs of their text that can be seen among them.

Places are in points from the lower left corner of the page as a reader sees it: turned as the file says, cut as it
says. Whether a sign is seen is found out by drawing the page without its texts: what is gone then was seen. Words in
white, under a box, outside the page, of a hidden layer or in no ink at all change nothing, whatever the file says.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from ayan.core.documents import pdf_pages
from ayan.core.documents.drawn_page import UnreadableDocument
from ayan.core.documents.limits import MOST_GLYPHS
from ayan.core.documents.pdf_pages import Sign
from ayan.core.redaction import line_drawing
from ayan.core.redaction.limits import (
    DEEPEST_FORM,
    LARGEST_ORIGINAL,
    LONGEST_SIDE,
    MOST_DOTS,
    MOST_PAGE_OBJECTS,
    MOST_PAGES_DRAWN,
    NARROWEST_DRAWING,
    SHORTEST_SIDE,
    WIDEST_DRAWING,
)
from ayan.core.redaction.line_drawing import Dots
from ayan.core.redaction.refusals import CopyRefused
from ayan.core.redaction.sight import Sight

Draw = Callable[[pdfium.PdfPage, float], Dots]

# Dots to a point: 200 to an inch, as offices scan.
SHARPNESS: Final = 200 / 72
# Colours of a drawn page for the site.
_COLOURS: Final = 64


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page: its number from 1, its size in points, its dots, the signs that are seen where they are shown.

    ``unseen`` is how many signs are not, ``notes`` how many comments and form fields stand on it, which are not drawn.
    """

    number: int
    width: float
    height: float
    dots: Dots
    signs: tuple[Sign, ...]
    unseen: int
    notes: int

    @property
    def sharpness(self) -> float:
        """Dots to a point."""
        return float(self.dots.shape[0] / self.height)


def page_count(path: Path) -> int:
    """How many pages a PDF has, one at least. Raises UnreadableDocument."""
    if path.stat().st_size > LARGEST_ORIGINAL:
        raise UnreadableDocument("large")
    with pdf_pages.opened(path) as document:
        if not len(document):
            raise UnreadableDocument("damaged")
        if len(document) > MOST_PAGES_DRAWN:
            raise UnreadableDocument("long")
        return len(document)


def of_pdf(
    path: Path, pace: Callable[[], None] = lambda: None, first: int = 1, last: int = MOST_PAGES_DRAWN
) -> Iterator[ShownPage]:
    """Pages ``first`` to ``last`` (from 1) of a PDF, one after the other; ``pace`` is called before each and once
    before all.

    Raises UnreadableDocument and CopyRefused.
    """
    pace()
    last = min(page_count(path), last)
    with pdf_pages.opened(path) as document:
        for index in range(first - 1, last):
            pace()
            with closing(opened_page(document, index)) as page:
                yield _shown(page, index + 1)


def opened_page(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """A page of possible size. Raises UnreadableDocument and CopyRefused."""
    try:
        page = document[index]
    except pdfium.PdfiumError:
        raise UnreadableDocument("damaged", index + 1) from None
    sides = page.get_size()
    if not all(SHORTEST_SIDE <= side <= LONGEST_SIDE for side in sides):
        page.close()
        raise CopyRefused("size", index + 1)
    return page


def sharpness_of(width: float, height: float) -> float:
    """Dots to a point at which a page of this size is drawn."""
    return min(SHARPNESS, math.sqrt(MOST_DOTS / (width * height)))


def drawn(page: pdfium.PdfPage, sharpness: float) -> Dots:
    """A page without comments and form fields."""
    bitmap = page.render(scale=sharpness, draw_annots=False, may_draw_forms=False, rev_byteorder=True)
    with closing(bitmap):
        dots = bitmap.to_numpy()
        return np.ascontiguousarray(np.repeat(dots[:, :, None], 3, 2) if dots.ndim == 2 else dots[:, :, :3])


def _shown(page: pdfium.PdfPage, number: int) -> ShownPage:
    frame = pdf_pages.frame_of(page)
    width, height = frame.size
    texts = _texts(page, number)
    written = signs_of(page, number)
    usual, sharp = sharpness_of(width, height), line_drawing.sharpness_of(width, height)
    toned = line_drawing.two_tones(page, sharp, usual)
    draw: Draw = drawn if toned is None else line_drawing.drawn
    sharpness = usual if toned is None else sharp
    sight = Sight(
        drawn(page, sharpness) if toned is None else toned,
        _drawn_without(page, texts, sharpness, draw),
        sharpness,
        lambda alone: _drawn_without(page, [text for text in texts if _address(text) == alone], sharpness, draw),
    )
    shown = [pdf_pages.shown_sign(sign, frame) for sign in written]
    seen = sight.seen(shown)
    kept = [each for each, is_seen in zip(shown, seen, strict=True) if is_seen]
    return ShownPage(
        number, width, height, sight.dots, tuple(kept), len(shown) - len(kept), raw.FPDFPage_GetAnnotCount(page.raw)
    )


def _texts(page: pdfium.PdfPage, number: int) -> list[Any]:
    """The texts of a page, those within drawings too."""
    texts = []
    for count, each in enumerate(page.get_objects(max_depth=DEEPEST_FORM)):
        if count > MOST_PAGE_OBJECTS:
            raise CopyRefused("objects", number)
        if each.type == raw.FPDF_PAGEOBJ_TEXT:
            _unclaim(each.raw)
            texts.append(each.raw)
    return texts


def _unclaim(text: Any) -> None:
    """Take from a text what the file claims that it says (ActualText): what its letters are called by is read."""
    for at in range(raw.FPDFPageObj_CountMarks(text)):
        raw.FPDFPageObjMark_RemoveParam(text, raw.FPDFPageObj_GetMark(text, at), b"ActualText")


def _address(text: Any) -> int:
    return ctypes.cast(text, ctypes.c_void_p).value or 0


def _drawn_without(page: pdfium.PdfPage, texts: list[Any], sharpness: float, draw: Draw) -> Dots:
    for text in texts:
        raw.FPDFPageObj_SetIsActive(text, False)
    try:
        return draw(page, sharpness)
    finally:
        for text in texts:
            raw.FPDFPageObj_SetIsActive(text, True)


def signs_of(page: pdfium.PdfPage, number: int) -> list[Sign]:
    """The signs of a page, in the file's own places."""
    try:
        textpage = page.get_textpage()
    except pdfium.PdfiumError:
        raise UnreadableDocument("damaged", number) from None
    with closing(textpage):
        count = textpage.count_chars()
        if count > MOST_GLYPHS:
            raise UnreadableDocument("full", number)
        return list(pdf_pages.signs(textpage.raw, count))


def carried(path: Path) -> dict[str, int]:
    """How many files and programs a PDF carries beside its pages."""
    with pdf_pages.opened(path) as document:
        return {
            "files": raw.FPDFDoc_GetAttachmentCount(document.raw),
            "programs": raw.FPDFDoc_GetJavaScriptActionCount(document.raw),
        }


def drawn_page(path: Path, number: int, width: int, out: Path) -> None:
    """Write page ``number`` (from 1) of a PDF as PNG of so many dots across; fewer where it is very long.

    Raises UnreadableDocument and CopyRefused.
    """
    with pdf_pages.opened(path) as document:
        if not 1 <= number <= len(document):
            raise UnreadableDocument("damaged", number)
        with closing(opened_page(document, number - 1)) as page:
            across, up = page.get_size()
            wanted = min(max(width, NARROWEST_DRAWING), WIDEST_DRAWING)
            sharpness = min(wanted / across, (MOST_DOTS / (across * up)) ** 0.5)
            picture = Image.fromarray(drawn(page, sharpness))
    # As few colours as it has mostly: a page of text is a tenth of the size then.
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(out, "PNG", compress_level=6)
