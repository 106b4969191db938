"""One page of a public copy as a picture for pages of the site: the same bytes whenever it is drawn."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from PIL import Image

from ayan.core.documents import pdf_pages
from ayan.core.documents.drawn_page import UnreadableDocument
from ayan.core.redaction import shown_pages
from ayan.core.redaction.limits import MOST_DOTS, NARROWEST_DRAWING, WIDEST_DRAWING

_COLOURS = 64


def drawn_page(path: Path, number: int, width: int, out: Path) -> None:
    """Write page ``number`` (from 1) of a PDF as PNG of so many dots across; fewer where it is very long.

    Raises UnreadableDocument and CopyRefused.
    """
    with pdf_pages.opened(path) as document:
        if not 1 <= number <= len(document):
            raise UnreadableDocument("damaged", number)
        with closing(shown_pages.opened_page(document, number - 1)) as page:
            across, up = page.get_size()
            wanted = min(max(width, NARROWEST_DRAWING), WIDEST_DRAWING)
            sharpness = min(wanted / across, (MOST_DOTS / (across * up)) ** 0.5)
            picture = Image.fromarray(shown_pages.drawn(page, sharpness))
    # As few colours as it has mostly: a page of text is a tenth of the size then.
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(out, "PNG", compress_level=6)
