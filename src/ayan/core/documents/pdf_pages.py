"""The pages of a PDF as signs and rules, read by PDFium; turned pages and turned text stand upright afterwards."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ayan.core.documents.drawn_page import DrawnPage, Glyph, Rule, UnreadableDocument
from ayan.core.documents.limits import DEEPEST_DRAWING, LARGEST_DOCUMENT, MOST_GLYPHS, MOST_OBJECTS, MOST_PAGES

# Points to which a rule may be thick, and those that it is long at least.
_BREADTH_OF_A_RULE: Final = 2.5
_LENGTH_OF_A_RULE: Final = 6.0
# Points below which nobody reads a letter.
_LEGIBLE: Final = 1.0
_SPACES: Final = frozenset({0x0A, 0x0D, 0x20, 0xA0, *range(0x2000, 0x200C), 0x202F, 0x205F, 0x3000})
_REPLACEMENT: Final = "\ufffd"


def pages(path: Path) -> Iterator[DrawnPage]:
    """The pages of a file, one after the other. Raises UnreadableDocument."""
    if path.stat().st_size > LARGEST_DOCUMENT:
        raise UnreadableDocument("large")
    with opened(path) as document:
        if not len(document):
            raise UnreadableDocument("damaged")
        if len(document) > MOST_PAGES:
            raise UnreadableDocument("long")
        for index in range(len(document)):
            try:
                page = document[index]
            except pdfium.PdfiumError:
                raise UnreadableDocument("damaged", index + 1) from None
            with closing(page):
                yield _page(page, index + 1)


@contextmanager
def opened(path: Path) -> Iterator[pdfium.PdfDocument]:
    """A file as a document, closed at the end. Raises UnreadableDocument."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as failure:
        locked = getattr(failure, "err_code", None) == raw.FPDF_ERR_PASSWORD
        raise UnreadableDocument("locked" if locked else "damaged") from None
    with closing(document):
        yield document


def _page(page: pdfium.PdfPage, number: int) -> DrawnPage:
    try:
        textpage = page.get_textpage()
    except pdfium.PdfiumError:
        raise UnreadableDocument("damaged", number) from None
    with closing(textpage):
        count = textpage.count_chars()
        if count > MOST_GLYPHS:
            raise UnreadableDocument("full", number)
        frame = frame_of(page)
        standing = [shown_sign(sign, frame) for sign in signs(textpage.raw, count)]
    turns = Counter(sign.turn for sign in standing)
    turn = turns.most_common(1)[0][0] if turns else 0
    rules, pictures = _rules(page, frame, turn)
    return DrawnPage(
        number,
        page.get_width(),
        page.get_height(),
        [upright(sign, turn) for sign in standing],
        rules,
        sum(sign.text == _REPLACEMENT for sign in standing),
        pictures,
        turn,
    )


class PageFrame(NamedTuple):
    """How a page is shown: its box in its own points, and by how many degrees it is turned clockwise."""

    left: float
    bottom: float
    right: float
    top: float
    turned: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as shown, in points."""
        across, up = self.right - self.left, self.top - self.bottom
        return (up, across) if self.turned in (90, 270) else (across, up)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the file is shown."""
        if self.turned == 90:
            return y - self.bottom, self.right - x
        if self.turned == 180:
            return self.right - x, self.top - y
        if self.turned == 270:
            return self.top - y, x - self.left
        return x - self.left, y - self.bottom

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """Where a box of the file is shown."""
        (x, y), (other_x, other_y) = self.point(left, bottom), self.point(right, top)
        return (min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y))


class Sign(NamedTuple):
    """A sign as it stands on the page: its letter, its ink, the room and height of its font, where it begins, its turn.

    Ink and room are left, bottom, right and top; the turn is clockwise, in degrees. ``shown`` is one number for all
    signs that are drawn at once.
    """

    text: str
    ink: tuple[float, float, float, float]
    room: tuple[float, float, float, float]
    x: float
    y: float
    em: float
    turn: int
    shown: int


def shown_sign(sign: Sign, frame: PageFrame) -> Sign:
    """A sign of a file where it is shown."""
    x, y = frame.point(sign.x, sign.y)
    turn = (sign.turn + frame.turned) % 360
    return sign._replace(ink=frame.box(*sign.ink), room=frame.box(*sign.room), x=x, y=y, turn=turn)


def frame_of(page: pdfium.PdfPage) -> PageFrame:
    """How a page is shown."""
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page.raw, ctypes.byref(box))
    return PageFrame(box.left, box.bottom, box.right, box.top, page.get_rotation())


def signs(page: object, count: int) -> Iterator[Sign]:
    """The signs that are seen on a page. Spaces are told by gaps: PDFium does not always give their places."""
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    ink = [ctypes.byref(value) for value in (left, right, bottom, top)]
    origin = [ctypes.byref(value) for value in (x, y)]
    loose = raw.FS_RECTF()
    to_loose = ctypes.byref(loose)
    matrix = raw.FS_MATRIX()
    heights: dict[int, float | None] = {}
    high = 0
    for index in range(count):
        point = raw.FPDFText_GetUnicode(page, index)
        if 0xD800 <= point < 0xDC00:
            high = point
            continue
        if 0xDC00 <= point < 0xE000:
            point = 0x10000 + ((high - 0xD800) << 10) + (point - 0xDC00) if high else 0
        high = 0
        if point in _SPACES or raw.FPDFText_IsGenerated(page, index) == 1:
            continue
        if not raw.FPDFText_GetCharBox(page, index, *ink) or not raw.FPDFText_GetCharOrigin(page, index, *origin):
            continue
        raw.FPDFText_GetLooseCharBox(page, index, to_loose)
        turn = round(math.degrees(raw.FPDFText_GetCharAngle(page, index)) / 90) * 90 % 360
        text = chr(point) if _is_letter(point) and raw.FPDFText_HasUnicodeMapError(page, index) != 1 else _REPLACEMENT
        drawn = (left.value, bottom.value, right.value, top.value)
        # One object draws many signs in one size.
        shown = ctypes.cast(raw.FPDFText_GetTextObject(page, index), ctypes.c_void_p).value or index
        if shown not in heights:
            raw.FPDFText_GetMatrix(page, index, ctypes.byref(matrix))
            size = raw.FPDFText_GetFontSize(page, index) * math.hypot(matrix.b, matrix.d)
            heights[shown] = size if size >= _LEGIBLE and _is_seen(raw.FPDFText_GetTextObject(page, index)) else None
        em = heights[shown]
        if em is None:
            continue
        yield Sign(
            text,
            drawn,
            (loose.left, loose.bottom, loose.right, loose.top),
            x.value,
            y.value,
            em,
            turn,
            shown,
        )


def _is_seen(shown: object) -> bool:
    """Whether an object of text is drawn at all: text under a scan is not, nor is text without colour."""
    if raw.FPDFTextObj_GetTextRenderMode(shown) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        return False
    parts = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(shown, *map(ctypes.byref, parts))
    return parts[3].value > 0


def _is_letter(point: int) -> bool:
    """Whether it is a character that means the same everywhere: no control, nothing of a private area."""
    return point >= 0x20 and not 0x7F <= point < 0xA0 and not 0xE000 <= point < 0xF900 and point < 0xF0000


def upright(sign: Sign, turn: int) -> Glyph:
    """A sign as it stands once the page is turned back by ``turn`` degrees."""
    left, bottom, right, top = sign.ink
    room_left, room_bottom, room_right, room_top = sign.room
    if turn == 0:
        return Glyph(sign.text, left, right, sign.y, sign.em, room_left, room_right)
    if turn == 90:
        return Glyph(sign.text, -top, -bottom, sign.x, sign.em, -room_top, -room_bottom)
    if turn == 180:
        return Glyph(sign.text, -right, -left, -sign.y, sign.em, -room_right, -room_left)
    return Glyph(sign.text, bottom, top, -sign.x, sign.em, room_bottom, room_top)


def _rules(page: pdfium.PdfPage, frame: PageFrame, turn: int) -> tuple[list[Rule], bool]:
    """The rules of a page, those of frames too, and whether there are pictures on it."""
    rules: list[Rule] = []
    pictures = False
    for number, drawn in enumerate(page.get_objects(max_depth=DEEPEST_DRAWING)):
        if number > MOST_OBJECTS:
            break
        pictures = pictures or drawn.type == raw.FPDF_PAGEOBJ_IMAGE
        if drawn.type == raw.FPDF_PAGEOBJ_PATH:
            rules += _sides(*_laid(turn, *frame.box(*drawn.get_bounds())))
    return rules, pictures


def _laid(turn: int, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
    """A box of a page that is turned back by ``turn`` degrees, as `upright` turns its signs."""
    if turn == 90:
        return -top, left, -bottom, right
    if turn == 180:
        return -right, -top, -left, -bottom
    if turn == 270:
        return bottom, -right, top, -left
    return left, bottom, right, top


def _sides(left: float, bottom: float, right: float, top: float) -> list[Rule]:
    """The rules that a drawn box comes to: itself if it is thin, its four sides if it is not."""
    wide, high = right - left, top - bottom
    if min(wide, high) <= _BREADTH_OF_A_RULE:
        return [Rule(left, bottom, right, top)] if max(wide, high) >= _LENGTH_OF_A_RULE else []
    return [
        Rule(left, bottom, right, bottom), Rule(left, top, right, top),
        Rule(left, bottom, left, top), Rule(right, bottom, right, top),
    ]  # fmt: skip
