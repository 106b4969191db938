"""The letters of one scanned page, recognised by Debian's Tesseract: the page is drawn and given to it word by word.

This runs in a process of its own, with Tesseract below it; what both may take is bound by `scan_reader`. Nothing of the
page is written to a disk.
"""

from __future__ import annotations

import csv
import io
import math
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFilter

from ayan.core.documents import pdf_pages, scan_lines
from ayan.core.documents.document_text import Box
from ayan.core.documents.drawn_page import BLACK, UnreadableDocument
from ayan.core.documents.limits import LANGUAGES_SECONDS, LARGEST_SCAN_ANSWER, MOST_SCANNED_DOTS, SCAN_SECONDS
from ayan.core.documents.pdf_pages import Sign
from ayan.core.system import child
from ayan.core.values.text import publish

LANGUAGES: Final = ("fas", "eng")
# Dots to a point: 200 to an inch, as public copies hold pages; drawn more sharply, letters are lost in measurement.
_SHARPNESS: Final = 200 / 72
# Lines that are cut out are each one to Tesseract; a whole page it cuts by itself, which is the better reading where it
# has so much more.
_ONE_LINE: Final = "13"
_WHOLE_PAGE: Final = "3"
_READINGS: Final = 2
_MORE: Final = 1.5
_WORD: Final = "5"
# Points between signs of one place that was taken out, and how much of their height they reach beyond it.
_BESIDE: Final = 1.0
_BLACK_AROUND: Final = 0.4
_LINE: Final = ("block_num", "par_num", "line_num")
# Of the height of a line, what a sign of a word takes of its width at least, on an average of the word.
_NARROWEST: Final = 0.35


class ScannedWord(NamedTuple):
    """A word of a scan: its text, how sure the machine is of it (0 to 1), where it stands, the number of its line.

    What was taken out of a public copy is a word of `BLACK` without a line (-1).
    """

    text: str
    sure: float
    box: Box
    line: int


def program() -> str | None:
    """Where Tesseract stands on PATH, if it is there with both languages."""
    path = shutil.which("tesseract")
    if path is None:
        return None
    try:
        listed = subprocess.run(
            [path, "--list-langs"],
            env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=LANGUAGES_SECONDS, check=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return path if set(LANGUAGES) <= set(listed.decode("utf-8", "replace").split()) else None


def _environment() -> dict[str, str]:
    # One thread: several together take the machine from others and gain little on one page.
    return {**child.environment(), "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}


def readings(path: Path, number: int, tesseract: str) -> list[list[ScannedWord]]:
    """The words on page ``number`` (from 1) of a PDF in the order in which they are read, and what was taken out.

    The page is read twice: by the lines that `scan_lines` cuts out, of which few are lost, and as Tesseract cuts it by
    itself, for pages that have no lines. Both readings are given, the better one first; one that takes too long has no
    words. Raises UnreadableDocument and OSError.
    """
    picture, sharpness, height, black = _drawn(path, number)
    by_lines = list(_of_lines(tesseract, picture, sharpness, height, black))
    held = io.BytesIO()
    picture.save(held, "PPM")
    by_page = list(_read(_said(tesseract, _WHOLE_PAGE, held.getvalue(), sharpness), sharpness, height))
    better = [by_lines, by_page] if _weight(by_page) <= _MORE * _weight(by_lines) else [by_page, by_lines]
    return [[*words, *black] for words in better]


def _of_lines(
    tesseract: str, picture: Image.Image, sharpness: float, height: float, black: Sequence[ScannedWord]
) -> Iterator[ScannedWord]:
    """The words of the lines that are cut out, each as wide as it was recognised and as high as its line."""
    page = scan_lines.cut(picture, [_dots(word.box, sharpness, height) for word in black])
    if not page.lines:
        return
    held = io.BytesIO()
    first, *others = page.pictures()
    first.save(held, "TIFF", save_all=True, append_images=others)
    words: list[list[ScannedWord]] = [[] for _ in page.lines]
    for row in _rows(_said(tesseract, _ONE_LINE, held.getvalue(), sharpness)):
        at, left = int(row["page_num"]) - 1, float(row["left"])
        if not 0 <= at < len(page.lines):
            continue
        west, north, east, south = page.place(at, left, left + float(row["width"]))
        box = Box(west / sharpness, height - south / sharpness, east / sharpness, height - north / sharpness)
        words[at].append(ScannedWord(row["text"], _sureness(row), box, page.lines[at].number))
    for line in words:
        yield from _apart(line)


def _apart(line: Sequence[ScannedWord]) -> Iterator[ScannedWord]:
    """The words of a line, none over others.

    Where the direction of a line changes, Tesseract lets a number reach to the line's end, over all words before it. It
    stands where none of these do; only where too little room would be left for its signs, it keeps what was said.
    """
    for word in line:
        left, bottom, right, top = word.box
        free, at = (left, left), left
        others = sorted(each.box for each in line if left <= each.box.left and each.box.right <= right)
        for other in [*(each for each in others if each != word.box), Box(right, bottom, right, top)]:
            free = max(free, (at, other.left), key=lambda gap: gap[1] - gap[0])
            at = max(at, other.right)
        least = _NARROWEST * (top - bottom) * len(word.text)
        yield word if free[1] - free[0] < least else word._replace(box=Box(free[0], bottom, free[1], top))


def _weight(words: Sequence[ScannedWord]) -> float:
    """How many letters were read, each as far as the machine is sure of it."""
    return sum(len(word.text) * word.sure for word in words)


def _said(tesseract: str, mode: str, picture: bytes, sharpness: float) -> str:
    resolution = str(round(sharpness * 72))
    try:
        said = subprocess.run(
            [tesseract, "stdin", "stdout", "-l", "+".join(LANGUAGES), "--psm", mode, "--dpi", resolution, "tsv"],
            input=picture, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=SCAN_SECONDS / _READINGS, check=True,
        ).stdout  # fmt: skip
    except subprocess.SubprocessError:
        return ""
    return said[:LARGEST_SCAN_ANSWER].decode("utf-8", "replace")


def _drawn(path: Path, number: int) -> tuple[Image.Image, float, float, list[ScannedWord]]:
    """The page in grey, its dots to a point, its height in points, and what was taken out, which is white then."""
    with pdf_pages.opened(path) as document, closing(document[number - 1]) as page:
        width, height = page.get_size()
        sharpness = min(_SHARPNESS, math.sqrt(MOST_SCANNED_DOTS / (width * height)))
        bitmap = page.render(scale=sharpness, grayscale=True, draw_annots=False, may_draw_forms=False)
        with closing(bitmap):
            # Grain of paper and scanner costs letters, and Tesseract takes each speck for one.
            picture = bitmap.to_pil().convert("L").filter(ImageFilter.MedianFilter(3))
        with closing(page.get_textpage()) as text:
            frame = pdf_pages.frame_of(page)
            signs = [pdf_pages.shown_sign(sign, frame) for sign in pdf_pages.signs(text.raw, text.count_chars())]
    black = list(_black(signs))
    pen = ImageDraw.Draw(picture)
    for word in black:
        left, top, right, bottom = _dots(word.box, sharpness, height)
        pen.rectangle((left - 2, top - 2, right + 2, bottom + 2), fill=255)
    return picture, sharpness, height, black


def _dots(box: Box, sharpness: float, height: float) -> tuple[float, float, float, float]:
    """A place on a page in dots from its upper left corner: left, top, right, bottom."""
    top, bottom = height - box.top, height - box.bottom
    return box.left * sharpness, top * sharpness, box.right * sharpness, bottom * sharpness


def _black(signs: Sequence[Sign]) -> Iterator[ScannedWord]:
    """The places that were taken out: signs of them side by side are one."""
    run: list[Sign] = []
    for sign in [*(sign for sign in signs if sign.text == BLACK), None]:
        if run and (sign is None or abs(sign.y - run[-1].y) > 1 or abs(sign.ink[0] - run[-1].ink[2]) > _BESIDE):
            left, right = min(each.ink[0] for each in run), max(each.ink[2] for each in run)
            bottom, top = min(each.ink[1] for each in run), max(each.ink[3] for each in run)
            around = _BLACK_AROUND * (top - bottom)
            yield ScannedWord(BLACK * len(run), 1.0, Box(left, bottom - around, right, top + around), -1)
            run = []
        if sign is not None:
            run.append(sign)


def _rows(said: str) -> Iterator[dict[str, str]]:
    """The words of what Tesseract says, as it tells them."""
    for row in csv.DictReader(io.StringIO(said), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = publish(row["text"] or "").strip()
        if row["level"] == _WORD and text:
            yield {**row, "text": text}


def _sureness(row: dict[str, str]) -> float:
    return min(max(float(row["conf"]) / 100, 0.0), 1.0)


def _read(said: str, sharpness: float, height: float) -> Iterator[ScannedWord]:
    lines: dict[tuple[str, ...], int] = {}
    for row in _rows(said):
        left, top, wide, high = (float(row[name]) for name in ("left", "top", "width", "height"))
        yield ScannedWord(
            row["text"],
            _sureness(row),
            Box(
                left / sharpness, height - (top + high) / sharpness, (left + wide) / sharpness, height - top / sharpness
            ),
            lines.setdefault(tuple(row[name] for name in _LINE), len(lines)),
        )


def done(request: dict[str, Any]) -> list[Any] | None:
    """The readings of the page that is asked for, each word as a list; None where it cannot be read."""
    try:
        read = readings(Path(request["path"]), request["page"], request["program"])
    except (UnreadableDocument, pdfium.PdfiumError, OSError, KeyError, ValueError):
        return None
    return [[[word.text, word.sure, list(word.box), word.line] for word in words] for words in read]


if __name__ == "__main__":
    os.nice(5)
    child.answer(done)
