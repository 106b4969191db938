"""Brackets of the text layer: readers turn those in lines from right to left, so they are written turned back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import closing
from typing import Final

import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream

from ayan.core.documents.pdf_pages import Sign
from ayan.core.redaction.shown_pages import signs_of
from ayan.core.redaction.text_layer import LayerFonts

_PAIRS: Final = ("()", "[]", "{}", "<>", "«»", "‹›", "≤≥", "﴾﴿")
_TURNED: Final = {bracket: pair[1 - at] for pair in _PAIRS for at, bracket in enumerate(pair)}
# Points within which a sign that is read is the one that was written.
_NEAR: Final = 0.1


def as_written(signs: Sequence[Sign], width: float, height: float) -> list[Sign]:
    """The signs of a page with those brackets turned that would be read turned, as was found out by reading them."""
    if not any(sign.text in _TURNED for sign in signs):
        return list(signs)
    read = {(round(sign.x / _NEAR), round(sign.y / _NEAR)): sign.text for sign in _read(signs, width, height)}
    written = []
    for sign in signs:
        at, up = round(sign.x / _NEAR), round(sign.y / _NEAR)
        near = {read.get((at + across, up + down)) for across in (-1, 0, 1) for down in (-1, 0, 1)}
        turned = _TURNED.get(sign.text)
        written.append(
            sign._replace(text=turned) if turned is not None and turned in near and sign.text not in near else sign
        )
    return written


def _read(signs: Sequence[Sign], width: float, height: float) -> list[Sign]:
    held = io.BytesIO()
    with Pdf.new() as pdf:
        fonts = LayerFonts(pdf)
        content, used = fonts.content(signs)
        fonts.close()
        page = Dictionary(
            Type=Name.Page, MediaBox=Array([0, 0, round(width, 2), round(height, 2)]),
            Resources=Dictionary(Font=Dictionary(used)), Contents=Stream(pdf, content),
        )  # fmt: skip
        pdf.pages.append(Page(pdf.make_indirect(page)))
        pdf.save(held, deterministic_id=True)
    with closing(pdfium.PdfDocument(held.getvalue())) as document, closing(document[0]) as page:
        return signs_of(page, 1)
