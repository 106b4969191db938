"""A public copy opened again and looked through: it holds what we write and nothing else, and nothing that is marked.

Its objects are walked by qpdf (through pikepdf) and its text and drawing read by PDFium, neither of which trusts what
wrote them. Whatever is not of the few forms that `public_pdf` writes is a finding.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pikepdf
from PIL import Image

from ayan.core.documents import pdf_pages
from ayan.core.documents.document_text import Box
from ayan.core.documents.drawn_page import BLACK
from ayan.core.documents.pdf_pages import Sign
from ayan.core.redaction import shown_pages
from ayan.core.redaction.limits import MOST_PAGES_DRAWN, READ_AT_ONCE
from ayan.core.redaction.line_drawing import Dots
from ayan.core.redaction.public_pdf import touches
from ayan.core.redaction.refusals import CopyNotClean, NumberElsewhere
from ayan.core.redaction.sign_text import SignText
from ayan.core.values.digits import to_latin

_KEYS: Final = frozenset({
    "/Type", "/Subtype", "/Pages", "/Kids", "/Count", "/Parent", "/MediaBox", "/Resources", "/Contents", "/XObject",
    "/Font", "/D", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Filter", "/Length", "/FontBBox",
    "/FontMatrix", "/FirstChar", "/LastChar", "/Widths", "/Encoding", "/Differences", "/CharProcs", "/ToUnicode",
    "/DecodeParms", "/K", "/Columns", "/Rows", "/BlackIs1",
})  # fmt: skip
_TRAILER: Final = frozenset(["/Root", "/Size", "/ID", "/Type", "/W", "/Index", "/Length", "/Filter", "/DecodeParms"])
_OWN_NAME: Final = re.compile(r"/[Fg][0-9]{1,4}")
_NAMES: Final = frozenset({
    "/Catalog", "/Pages", "/Page", "/Font", "/Type3", "/XObject", "/Image", "/Encoding", "/DeviceGray", "/DeviceRGB",
    "/Indexed", "/FlateDecode", "/DCTDecode", "/CCITTFaxDecode",
})  # fmt: skip
_NUMBER: Final = rb"-?[0-9]+(?:\.[0-9]+)?"
_CONTENT: Final = re.compile(
    rb"q (?:N 0 0 N 0 0) cm /D Do Q\nBT\n(?:/F[0-9]+ N Tf N N N N N N Tm <[0-9A-F]{2}> Tj\n)*ET".replace(b"N", _NUMBER)
)
_PROCEDURE: Final = re.compile(rb"N 0 N N N N d1".replace(b"N", _NUMBER))
_LETTERS: Final = re.compile(
    rb"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /L def\n/CMapType 2 def\n"
    rb"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
    rb"(?:[0-9]+ beginbfchar\n(?:<[0-9A-F]{2}> <[0-9A-F]{4,32}>\n)*endbfchar\n)*"
    rb"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
)
_OF_JPEG: Final = frozenset({"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"})
# Tone up to which a dot is black: a picture that is packed with losses is not exact.
_BLACK: Final = 48
_SPOKEN: Final = re.compile("[^0-9A-Za-z\u0600-\u06ff]")


def check(
    copy: Path, boxes: Mapping[int, Sequence[Box]], numbers: Collection[str], pace: Callable[[], None] = lambda: None
) -> None:
    """Raise CopyNotClean for a finding in a PDF that was made, and NumberElsewhere for a marked number in its text.

    ``boxes`` are those that were taken out, by page; ``numbers`` the digits of marked numbers that nobody else has.
    """
    check_objects(copy)
    check_pages(copy, boxes, numbers, pace)


def check_objects(copy: Path) -> int:
    """Raise CopyNotClean for anything in a file that is not of the forms that we write; how many pages it has."""
    if (_count(copy, b"%%EOF"), _count(copy, b"startxref")) != (1, 1) or not _ends(copy, b"%%EOF"):
        raise CopyNotClean("end")
    with pikepdf.Pdf.open(copy, access_mode=pikepdf.AccessMode.stream) as pdf:
        if not frozenset(pdf.trailer.keys()) <= _TRAILER:
            raise CopyNotClean("trailer")
        for each in pdf.objects:
            _check_object(each)
        return len(pdf.pages)


def check_pages(
    copy: Path,
    boxes: Mapping[int, Sequence[Box]],
    numbers: Collection[str],
    pace: Callable[[], None] = lambda: None,
    first: int = 1,
    last: int = MOST_PAGES_DRAWN,
) -> None:
    """Raise CopyNotClean for letters or light dots under the boxes of pages ``first`` to ``last``, and NumberElsewhere
    for a number in the text of any of them.
    """
    if not numbers and not any(boxes.values()):
        return
    with pdf_pages.opened(copy) as document:
        for index in range(first - 1, min(len(document), last)):
            own = boxes.get(index + 1, ())
            if not own and not numbers:
                continue
            pace()
            with closing(shown_pages.opened_page(document, index)) as page:
                signs = shown_pages.signs_of(page, index + 1)
                if own:
                    width, height = page.get_size()
                    dots = shown_pages.drawn(page, shown_pages.sharpness_of(width, height) / 2)
                    _check_boxes(index + 1, signs, dots, height, own)
                spoken = spoken_signs(signs) if numbers else ""
                if any(number in spoken for number in numbers):
                    raise NumberElsewhere(index + 1)


def _count(path: Path, word: bytes) -> int:
    """How often a word stands in a file, which is not taken into memory as a whole."""
    count, before = 0, b""
    with path.open("rb") as file:
        while piece := file.read(READ_AT_ONCE):
            piece = before + piece
            count += piece.count(word)
            before = piece[-(len(word) - 1) :]
    return count


def _ends(path: Path, word: bytes) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2 * len(word)))
        return file.read().rstrip().endswith(word)


def spoken_signs(signs: Sequence[Sign]) -> str:
    """The letters and digits of a page in their order, whatever parts them; digits are Latin."""
    read = SignText.of(signs)
    return _SPOKEN.sub("", to_latin("".join(letter for line in read.lines for letter, _ in line.letters)))


def _check_object(each: Any) -> None:
    if isinstance(each, pikepdf.Stream):
        _check_stream(each)
        if each.get("/Type") in (pikepdf.Name.XRef, pikepdf.Name.ObjStm):
            return
    if isinstance(each, pikepdf.Name) and str(each) not in _NAMES and not _OWN_NAME.fullmatch(str(each)):
        raise CopyNotClean("name")
    if isinstance(each, pikepdf.String) and bytes(each).strip():
        raise CopyNotClean("string")
    if isinstance(each, pikepdf.Array):
        _check_array(each)
    if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
        for key in each.keys():  # noqa: SIM118 - a stream is iterated by nothing else
            if key not in _KEYS and not _OWN_NAME.fullmatch(key):
                raise CopyNotClean("key")
            value = each[key]
            if not getattr(value, "is_indirect", False):
                _check_object(value)


def _check_array(each: pikepdf.Array) -> None:
    # The colours of a palette are bytes of dots, as the dots are.
    values = list(each)
    palette = len(values) == 4 and values[0] == pikepdf.Name.Indexed
    for value in values[:3] if palette else values:
        if not getattr(value, "is_indirect", False):
            _check_object(value)


def _check_stream(each: pikepdf.Stream) -> None:
    if each.get("/Type") in (pikepdf.Name.XRef, pikepdf.Name.ObjStm):
        return
    if each.get("/Subtype") == pikepdf.Name.Image:
        if each.get("/Filter") == pikepdf.Name.DCTDecode:
            with Image.open(io.BytesIO(each.read_raw_bytes())) as picture:
                if not picture.info.keys() <= _OF_JPEG:
                    raise CopyNotClean("picture")
        return
    content = each.read_bytes()
    if not any(form.fullmatch(content) for form in (_CONTENT, _PROCEDURE, _LETTERS)):
        raise CopyNotClean("stream")


def _check_boxes(number: int, signs: Sequence[Sign], dots: Dots, height: float, boxes: Sequence[Box]) -> None:
    for box in boxes:
        if any(sign.text != BLACK and touches(sign, box) for sign in signs):
            raise CopyNotClean("text-marked", number)
        sharpness = dots.shape[0] / height
        rows = slice(
            max(0, int((height - box.top) * sharpness) + 2), max(0, int((height - box.bottom) * sharpness) - 2)
        )
        columns = slice(max(0, int(box.left * sharpness) + 2), max(0, int(box.right * sharpness) - 2))
        if (dots[rows, columns] > _BLACK).any():
            raise CopyNotClean("dots-marked", number)
