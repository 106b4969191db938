"""A PDF written anew from what is seen of pages: dots, and the letters that stand among them; marks are in neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from pikepdf import AccessMode, Array, Dictionary, Name, Object, ObjectStreamMode, Page, Pdf, Stream

from ayan.core.documents.document_text import Box
from ayan.core.documents.drawn_page import BLACK
from ayan.core.documents.pdf_pages import Sign
from ayan.core.redaction import drawn_dots
from ayan.core.redaction.shown_pages import ShownPage
from ayan.core.redaction.text_layer import LayerFonts, as_written
from ayan.core.values.text import ZWNJ

# Of a sign's width and height, how much may lie under a mark without its being part of what is marked.
_GRAZED: Final = 0.15


def write(pages: Iterable[tuple[ShownPage, Sequence[Box]]], out: Path) -> None:
    """Write pages, each with the boxes that are taken out of it."""
    with Pdf.new() as pdf:
        fonts = LayerFonts(pdf)
        for page, boxes in pages:
            _add(pdf, fonts, page, boxes)
        fonts.close()
        _save(pdf, out)


def join(pieces: Sequence[Path], out: Path) -> None:
    """Put files that `write` wrote one behind the other; what they hold is not taken into memory."""
    with ExitStack() as opened, Pdf.new() as pdf:
        for path in pieces:
            pdf.pages.extend(opened.enter_context(Pdf.open(path, access_mode=AccessMode.stream)).pages)
        _save(pdf, out)


def _save(pdf: Pdf, out: Path) -> None:
    pdf.save(
        out, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate, compress_streams=True,
        recompress_flate=False, linearize=False, fix_metadata_version=False,
    )  # fmt: skip


def _add(pdf: Pdf, fonts: LayerFonts, page: ShownPage, boxes: Sequence[Box]) -> None:
    drawn_dots.blacken(page.dots, boxes, page.sharpness)
    kept = [sign for sign in page.signs if not any(touches(sign, box) for box in boxes)]
    signs = [*kept, *(sign for box in boxes for sign in _black(box))]
    text, used = fonts.content(as_written(signs, page.width, page.height))
    size = f"{page.width:.2f} 0 0 {page.height:.2f} 0 0"
    pdf.pages.append(_page(pdf, page, b"q " + size.encode("ascii") + b" cm /D Do Q\n" + text, used))


def _page(pdf: Pdf, page: ShownPage, content: bytes, used: dict[str, Object]) -> Page:
    resources = Dictionary(XObject=Dictionary(D=drawn_dots.picture(pdf, page.dots)), Font=Dictionary(used))
    return Page(
        pdf.make_indirect(
            Dictionary(
                Type=Name.Page, MediaBox=Array([0, 0, round(page.width, 2), round(page.height, 2)]),
                Resources=resources, Contents=Stream(pdf, content),
            )
        )
    )  # fmt: skip


def touches(sign: Sign, box: Box) -> bool:
    """Whether a sign is part of what a box marks: more of it than a graze lies under the box."""
    left, bottom, right, top = sign.ink
    if sign.text == ZWNJ or right <= left or top <= bottom:
        return box.left <= sign.x <= box.right and box.bottom <= sign.y <= box.top
    across, up = min(right, box.right) - max(left, box.left), min(top, box.top) - max(bottom, box.bottom)
    return across > _GRAZED * (right - left) and up > _GRAZED * (top - bottom)


def _black(box: Box) -> list[Sign]:
    """Signs that say that something stood here, as wide as it was."""
    em = max(1.0, (box.top - box.bottom) / 1.2)
    count = max(1, round((box.right - box.left) / (em * 0.6)))
    wide = (box.right - box.left) / count
    base = box.bottom + 0.25 * em
    places = [box.left + wide * at for at in range(count)]
    return [
        Sign(BLACK, (x, base, x + wide, base + 0.7 * em), (x, box.bottom, x + wide, box.top), x, base, em, 0, 0)
        for x in places
    ]
