"""The process in which originals are opened and public copies written: a hostile file ends nothing but it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ayan.core.documents import docx
from ayan.core.documents.document_text import Box
from ayan.core.documents.drawn_page import UnreadableDocument
from ayan.core.redaction import copy_check, pictures, proposed_marks, public_docx, public_pdf, shown_pages
from ayan.core.redaction.limits import FEWEST_TELLING_DIGITS, PAGE_SECONDS
from ayan.core.redaction.mark import REASONS, RedactionMark
from ayan.core.redaction.refusals import CopyNotClean, CopyRefused, MarkRefused, NumberElsewhere
from ayan.core.redaction.shown_pages import ShownPage
from ayan.core.redaction.sign_text import SignText
from ayan.core.system import child
from ayan.core.values.digits import to_latin


def done(request: dict[str, Any], pace: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """What was asked for in JSON, or ``{"refused": …}``; ``pace`` is called before each page."""
    path = Path(request["path"])
    try:
        if request["act"] == "propose":
            scans: list[int] = []
            return {"marks": [mark.as_json() for mark in _proposed(path, pace, scans)], "scans": scans}
        if request["act"] == "draw":
            shown_pages.drawn_page(path, request["page"], request["width"], Path(request["out"]))
            return {}
        return _copied(path, Path(request["out"]), [RedactionMark.from_json(mark) for mark in request["marks"]], pace)
    except UnreadableDocument as refusal:
        return {"refused": ["copy", refusal.hindrance, refusal.page]}
    except CopyRefused as refusal:
        return {"refused": ["copy", refusal.obstacle, refusal.page]}
    except MarkRefused as refusal:
        return {"refused": ["mark", refusal.number, None]}
    except NumberElsewhere as refusal:
        return {"refused": ["number", None, refusal.page]}
    except CopyNotClean as refusal:
        return {"refused": ["finding", refusal.finding, refusal.page]}
    except RecursionError:
        return {"refused": ["copy", "damaged", None]}


def _proposed(path: Path, pace: Callable[[], None], scans: list[int]) -> Iterator[RedactionMark]:
    if not _is_pdf(path) and not docx.is_docx(path):
        return iter(()) if pictures.is_picture(path) else _refuse_kind()
    return proposed_marks.proposed_marks(path, pace, scans)


def _refuse_kind() -> Iterator[RedactionMark]:
    raise CopyRefused("kind")


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return b"%PDF-" in file.read(1024)


def _copied(path: Path, out: Path, marks: Sequence[RedactionMark], pace: Callable[[], None]) -> dict[str, Any]:
    for number, mark in enumerate(marks, 1):
        if mark.reason not in REASONS:
            raise MarkRefused(number)
    if docx.is_docx(path):
        return public_docx.write(path, out, marks)
    if not _is_pdf(path) and not pictures.is_picture(path):
        raise CopyRefused("kind")
    boxes: dict[int, list[Box]] = defaultdict(list)
    for number, mark in enumerate(marks, 1):
        if mark.box is None or not all(map(math.isfinite, mark.box)):
            raise MarkRefused(number)
        boxes[mark.page].append(mark.box)
    made = _Made(boxes)
    pages = [pictures.shown(path)] if pictures.is_picture(path) else shown_pages.of_pdf(path, pace)
    public_pdf.write(((made.seen(page), boxes[page.number]) for page in pages), out)
    for number, mark in enumerate(marks, 1):
        if not made.holds(mark):
            raise MarkRefused(number)
    copy_check.check(out, boxes, made.numbers, pace)
    return {"kind": "pdf", "pages": len(made.sizes), "left_out": [*made.left_out, *_beside(path)]}


class _Made:
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
        if self._boxes[page.number]:
            self.numbers |= set(_marked_numbers(page, self._boxes[page.number]))
        return page

    def holds(self, mark: RedactionMark) -> bool:
        """Whether a mark lies on one of the pages, at least in part."""
        if mark.box is None or not 1 <= mark.page <= len(self.sizes):
            return False
        width, height = self.sizes[mark.page - 1]
        left, bottom, right, top = mark.box
        return left < right and bottom < top and right > 0 and top > 0 and left < width and bottom < height


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
    if not _is_pdf(path):
        return []
    counted = shown_pages.carried(path)
    return [(kind, None, count) for kind, count in counted.items() if count]


if __name__ == "__main__":
    child.answer(lambda request: done(request, lambda: child.bind_time(PAGE_SECONDS)))
