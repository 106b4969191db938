"""The text of a drawn page as a PDF holds it: signs without ink, each at the place of the one that is seen.

They are of fonts that are made here (Type 3): a sign has a box and the letters that it stands for, and draws nothing.
So nothing of the original's fonts goes out, and every program that reads the copy finds each letter where it is seen.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Final, NamedTuple

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream

from ayan.core.documents.drawn_page import is_arabic_letter
from ayan.core.documents.lines import plain
from ayan.core.documents.pdf_pages import Sign
from ayan.core.redaction.shown_pages import signs_of
from ayan.core.values.text import ZWNJ

# Codes of one font, and the units of its signs to the height of a line.
_CODES: Final = 256
_UNITS: Final = 1000
# In such units: what differs by less is one sign.
_ROUNDED: Final = 4


class _Shape(NamedTuple):
    """A sign of our fonts: its letters, and in units of its font where the next begins and its ink."""

    text: str
    advance: int
    ink: tuple[int, int, int, int]


class LayerFonts:
    """The fonts of a document's text layer, which grow as its pages are written; `close` puts them into the file."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._codes: dict[_Shape, tuple[int, int]] = {}
        self._fonts: list[Dictionary] = []

    def content(self, signs: Sequence[Sign]) -> tuple[bytes, dict[str, pikepdf.Object]]:
        """The operators that place signs on a page, and the fonts they name."""
        used: dict[str, pikepdf.Object] = {}
        parts = ["BT"]
        for sign in _ligatures(signs):
            font, code = self._code(_shape(sign))
            used[f"/F{font}"] = self._fonts[font]
            across, up = _direction(sign.turn)
            parts.append(
                f"/F{font} {sign.em:.2f} Tf {across} {up} {-up} {across} {sign.x:.2f} {sign.y:.2f} Tm <{code:02X}> Tj"
            )
        parts.append("ET")
        return "\n".join(parts).encode("ascii"), used

    def _code(self, shape: _Shape) -> tuple[int, int]:
        if shape not in self._codes:
            number = len(self._codes)
            self._codes[shape] = number // _CODES, number % _CODES
            if number % _CODES == 0:
                self._fonts.append(self._pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type3)))
        return self._codes[shape]

    def close(self) -> None:
        """Write the fonts, once all pages are."""
        shapes = list(self._codes)
        for number, font in enumerate(self._fonts):
            own = shapes[number * _CODES : (number + 1) * _CODES]
            names = [f"/g{code}" for code in range(len(own))]
            boxes = [shape.ink for shape in own]
            font.FontBBox = Array(
                [min(box[0] for box in boxes), min(box[1] for box in boxes),
                 max(box[2] for box in boxes), max(box[3] for box in boxes)]
            )  # fmt: skip
            font.FontMatrix = Array([0.001, 0, 0, 0.001, 0, 0])
            font.FirstChar, font.LastChar = 0, len(own) - 1
            font.Widths = Array([shape.advance for shape in own])
            font.Encoding = Dictionary(Type=Name.Encoding, Differences=Array([0, *(Name(name) for name in names)]))
            font.CharProcs = Dictionary(
                {name: Stream(self._pdf, _procedure(shape)) for name, shape in zip(names, own, strict=True)}
            )
            font.Resources = Dictionary()
            font.ToUnicode = Stream(self._pdf, "\n".join(_letters(own)).encode("ascii"))


def _ligatures(signs: Sequence[Sign]) -> Iterator[Sign]:
    """Signs of which those at the very same place are one, with the letters of all in their logical order."""
    held: Sign | None = None
    for sign in signs:
        if held is not None and (held.ink, held.shown) == (sign.ink, sign.shown) and sign.text != ZWNJ:
            # Readers of PDF give the letters of a sign that is read from right to left in the order of places.
            first, second = (sign.text, held.text) if is_arabic_letter(plain(sign.text)) else (held.text, sign.text)
            held = held._replace(text=first + second)
            continue
        if held is not None:
            yield held
        held = sign
    if held is not None:
        yield held


def _shape(sign: Sign) -> _Shape:
    """A sign turned upright, in units of its font."""
    across, up = _direction(sign.turn)
    (left, bottom, right, top), room = sign.ink, sign.room
    end = {0: room[2] - sign.x, 90: sign.y - room[1], 180: sign.x - room[0], 270: room[3] - sign.y}[sign.turn]
    turned = [
        (
            ((x - sign.x) * across + (y - sign.y) * up) * _UNITS / sign.em,
            ((y - sign.y) * across - (x - sign.x) * up) * _UNITS / sign.em,
        )
        for x, y in ((left, bottom), (right, top))
    ]
    (low, high), (below, above) = sorted(x for x, _ in turned), sorted(y for _, y in turned)
    ink = (_rounded(low), _rounded(below), _rounded(high), _rounded(above))
    return _Shape(sign.text, _rounded(end * _UNITS / sign.em), ink)


def _direction(turn: int) -> tuple[int, int]:
    """Along which axes a line runs that is turned clockwise."""
    return {0: (1, 0), 90: (0, -1), 180: (-1, 0), 270: (0, 1)}[turn]


def _rounded(value: float) -> int:
    return round(value / _ROUNDED) * _ROUNDED


def _procedure(shape: _Shape) -> bytes:
    left, bottom, right, top = shape.ink
    return f"{shape.advance} 0 {left} {bottom} {right} {top} d1".encode("ascii")


def _letters(shapes: Sequence[_Shape]) -> Iterator[str]:
    """A table of what codes stand for (ISO 32000-2, 9.10.3)."""
    yield (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /L def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<00> <FF>\nendcodespacerange"
    )
    for start in range(0, len(shapes), 100):
        some = shapes[start : start + 100]
        yield f"{len(some)} beginbfchar"
        yield from (
            f"<{start + at:02X}> <{shape.text.encode('utf-16-be').hex().upper()}>" for at, shape in enumerate(some)
        )
        yield "endbfchar"
    yield "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"


# --- brackets: readers turn those in lines from right to left, so they are written turned back ---

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
