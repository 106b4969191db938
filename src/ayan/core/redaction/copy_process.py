"""The process in which originals are opened and public copies written: a hostile file ends nothing but it."""

from __future__ import annotations

import math
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ayan.core.documents import document_text
from ayan.core.documents.document_text import Box
from ayan.core.documents.drawn_page import UnreadableDocument
from ayan.core.redaction import copy_check, pictures, proposed_marks, public_docx, public_pdf, shown_pages
from ayan.core.redaction.limits import DRAWERS_STAND_BACK, FEWEST_TELLING_DIGITS, PAGE_SECONDS, PIECE_PAGES
from ayan.core.redaction.redaction_mark import REASONS, RedactionMark
from ayan.core.redaction.refusals import CopyNotClean, CopyRefused, MarkRefused, NumberElsewhere
from ayan.core.redaction.shown_pages import ShownPage
from ayan.core.redaction.sign_text import SignText
from ayan.core.system import child
from ayan.core.values.digits import to_latin


def done(request: dict[str, Any], pace: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """What was asked for in JSON, or ``{"refused": …}``; ``pace`` is called before each page.

    ``copy`` writes the public copy of a short document; of a long PDF it says how many ``pages`` are to be drawn as
    pieces (``piece``), put together (``join``) and looked through (``check``).
    """
    begun = time.process_time()
    try:
        answer = _ACTS[request["act"]](request, pace)
    except UnreadableDocument as refusal:
        return {"refused": ["copy", refusal.hindrance, refusal.page]}
    except CopyRefused as refusal:
        return {"refused": ["copy", refusal.obstacle, refusal.page]}
    except MarkRefused as refusal:
        return {"refused": ["mark", refusal.number, None]}
    except NumberElsewhere as refusal:
        return {"refused": ["number", None, refusal.page]}
    except CopyNotClean as refusal:
        return {"refused": ["fault", refusal.fault, refusal.page]}
    except RecursionError:
        return {"refused": ["copy", "damaged", None]}
    return {**answer, "seconds": time.process_time() - begun}


def _propose(request: dict[str, Any], pace: Callable[[], None]) -> dict[str, Any]:
    path = Path(request["path"])
    if not is_pdf(path):
        if document_text.is_text(path):
            pace()
            return {"marks": [mark.as_json() for mark in proposed_marks.in_lines(path)], "scans": []}
        if not pictures.is_picture(path):
            raise CopyRefused("kind")
        return {"marks": [], "scans": []}
    if "first" not in request:
        pages = shown_pages.page_count(path)
        if pages > PIECE_PAGES:
            return {"long": pages}
        request = {**request, "first": 1, "last": pages}
    scans: list[int] = []
    marks = proposed_marks.proposed_marks(path, pace, scans, request["first"], request["last"])
    return {"marks": [mark.as_json() for mark in marks], "scans": scans}


def _draw(request: dict[str, Any], _: Callable[[], None]) -> dict[str, Any]:
    shown_pages.drawn_page(Path(request["path"]), request["page"], request["width"], Path(request["out"]))
    return {}


def is_pdf(path: Path) -> bool:
    """Whether a file is one that PDFium would open."""
    with path.open("rb") as file:
        return b"%PDF-" in file.read(1024)


def _copy(request: dict[str, Any], pace: Callable[[], None]) -> dict[str, Any]:
    path, out = Path(request["path"]), Path(request["out"])
    marks = [RedactionMark.from_json(mark) for mark in request["marks"]]
    for number, mark in enumerate(marks, 1):
        if mark.reason not in REASONS:
            raise MarkRefused(number)
    if document_text.is_text(path):
        pace()
        return public_docx.write(path, out, marks)
    if not is_pdf(path) and not pictures.is_picture(path):
        raise CopyRefused("kind")
    boxes = boxes_of(enumerate(marks, 1))
    if pictures.is_picture(path):
        pages: Iterator[ShownPage] = iter([pictures.shown(path)])
    elif (count := shown_pages.page_count(path)) > PIECE_PAGES:
        return {"long": count, "beside": _beside(path)}
    else:
        pages = shown_pages.of_pdf(path, pace)
    drawn_pages = _DrawnPages(boxes)
    public_pdf.write(((drawn_pages.seen(page), boxes.get(page.number, ())) for page in pages), out)
    for number, mark in enumerate(marks, 1):
        if not mark.lies_on(drawn_pages.sizes):
            raise MarkRefused(number)
    copy_check.check(out, boxes, drawn_pages.numbers, pace)
    return {"kind": "pdf", "pages": len(drawn_pages.sizes), "left_out": [*drawn_pages.left_out, *_beside(path)]}


def _piece(request: dict[str, Any], pace: Callable[[], None]) -> dict[str, Any]:
    """Some pages drawn, behind whoever serves pages."""
    _stand_back()
    boxes = boxes_of((number, RedactionMark.from_json(mark)) for number, mark in request["marks"])
    drawn_pages = _DrawnPages(boxes)
    pages = shown_pages.of_pdf(Path(request["path"]), pace, request["first"], request["last"])
    public_pdf.write(((drawn_pages.seen(page), boxes.get(page.number, ())) for page in pages), Path(request["out"]))
    return {"sizes": drawn_pages.sizes, "left_out": drawn_pages.left_out, "numbers": sorted(drawn_pages.numbers)}


def _join(request: dict[str, Any], _: Callable[[], None]) -> dict[str, Any]:
    out = Path(request["out"])
    public_pdf.join([Path(piece) for piece in request["pieces"]], out)
    if copy_check.check_objects(out) != request["pages"]:
        raise CopyNotClean("pages")
    return {}


def _check(request: dict[str, Any], pace: Callable[[], None]) -> dict[str, Any]:
    _stand_back()
    boxes = boxes_of((number, RedactionMark.from_json(mark)) for number, mark in request["marks"])
    copy_check.check_pages(Path(request["path"]), boxes, request["numbers"], pace, request["first"], request["last"])
    return {}


_ACTS: Final[dict[str, Callable[[dict[str, Any], Callable[[], None]], dict[str, Any]]]] = {
    "propose": _propose, "draw": _draw, "copy": _copy, "piece": _piece, "join": _join, "check": _check,
}  # fmt: skip


def _stand_back() -> None:
    """Let those who serve pages go first."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, DRAWERS_STAND_BACK)


def boxes_of(marks: Iterable[tuple[int, RedactionMark]]) -> dict[int, list[Box]]:
    """The boxes of marks by page; each mark with its number, MarkRefused for one without a place on a drawn page."""
    boxes: dict[int, list[Box]] = defaultdict(list)
    for number, mark in marks:
        if mark.box is None or not all(map(math.isfinite, mark.box)):
            raise MarkRefused(number)
        boxes[mark.page].append(mark.box)
    return boxes


class _DrawnPages:
    """What is noted of pages as they pass by: their sizes, what of them is left out, which numbers are marked."""

    def __init__(self, boxes: dict[int, list[Box]]) -> None:
        self._boxes = boxes
        self.sizes: list[tuple[float, float]] = []
        self.left_out: list[tuple[str, int | None, int]] = []
        self.numbers: set[str] = set()

    def seen(self, page: ShownPage) -> ShownPage:
        """Note a page."""
        self.sizes.append((page.width, page.height))
        for kind, count in (("unseen", page.unseen), ("notes", page.notes)):
            self.left_out += [(kind, page.number, count)] if count else []
        if own := self._boxes.get(page.number):
            self.numbers |= set(_marked_numbers(page, own))
        return page


def _marked_numbers(page: ShownPage, boxes: Sequence[Box]) -> Iterator[str]:
    """The digits of marked numbers that are long enough to be nobody else's."""
    text = SignText.of(page.signs)
    marked = {
        (round(sign.x, 2), round(sign.y, 2), sign.text)
        for sign in page.signs
        if any(public_pdf.touches(sign, box) for box in boxes)
    }
    places = {glyph: sign for sign, glyph in text.pairs(page.signs)}
    run = ""
    for line in text.lines:
        for letter, glyph in line.letters:
            if glyph is None:
                continue
            sign = places.get(glyph)
            if sign is not None and (round(sign.x, 2), round(sign.y, 2), sign.text) in marked:
                run += "".join(sign for sign in to_latin(letter) if sign.isascii() and sign.isdigit())
                continue
            if len(run) >= FEWEST_TELLING_DIGITS:
                yield run
            run = ""
    if len(run) >= FEWEST_TELLING_DIGITS:
        yield run


def _beside(path: Path) -> list[tuple[str, int | None, int]]:
    """What a PDF carries beside its pages, which nothing of the copy does."""
    if not is_pdf(path):
        return []
    counted = shown_pages.carried(path)
    return [(kind, None, count) for kind, count in counted.items() if count]


if __name__ == "__main__":
    child.answer(lambda request: done(request, lambda: child.bind_time(PAGE_SECONDS)))
