"""Scans as text: pages that are pictures are given to Tesseract where the machine has it, marked as machine-read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from types import TracebackType
from typing import Final

from ayan.core.documents.document_text import Box, PageLine, PageText
from ayan.core.documents.drawn_page import is_arabic_letter
from ayan.core.documents.limits import (
    DRAWING_SECONDS,
    LEAST_SURE_PAGE,
    LEAST_SURE_WORD,
    MOST_SCANNED_PAGES,
    SCAN_MEMORY,
    SCAN_SECONDS,
)
from ayan.core.documents.scanned_words import ScannedWord, program
from ayan.core.system import child

_PROCESS: Final = "ayan.core.documents.scanned_words"


@dataclass
class ScanReader:
    """Recognises pages of one document; to be used in a ``with`` block. ``is_able``: whether the machine can at all.

    A page that takes too long or too much has no words; the others have theirs.
    """

    path: Path
    is_able: bool = field(init=False)
    _program: str | None = field(init=False)
    _assistant: child.Assistant = field(init=False)
    _pages: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._program = program()
        self.is_able = self._program is not None
        self._assistant = child.Assistant(_PROCESS, memory=SCAN_MEMORY, seconds=SCAN_SECONDS + DRAWING_SECONDS)

    def __enter__(self) -> ScanReader:
        self._assistant.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._assistant.__exit__(kind, fault, at)

    def readings(self, number: int) -> list[list[ScannedWord]]:
        """The words on page ``number`` (from 1), however sure the machine is of them, and what was taken out.

        A page may be read in more than one way; the best is the first.
        """
        if self._program is None or self._pages >= MOST_SCANNED_PAGES:
            return []
        self._pages += 1
        request = {"path": str(self.path), "page": number, "program": self._program}
        try:
            read = self._assistant.ask(request)
        except child.ChildFailed:
            return []
        return [[ScannedWord(text, sure, Box(*box), line) for text, sure, box, line in words] for words in read or ()]


def with_scans_read(
    path: Path, pages: Sequence[PageText], on_progress: Callable[[int, int], None] = lambda *_: None
) -> Iterator[PageText]:
    """The pages of a PDF, those that are pictures with the text that a machine reads there.

    ``on_progress`` is called with how many of them are done, out of how many.
    """
    done, scans = 0, sum(page.drawn and page.size is not None for page in pages)
    with ScanReader(path) as reader:
        for page in pages:
            if not page.drawn or page.size is None or not reader.is_able:
                yield page
                continue
            yield _recognised(reader, page)
            done += 1
            on_progress(done, scans)


def _recognised(reader: ScanReader, page: PageText) -> PageText:
    recognised = next(iter(reader.readings(page.number)), [])
    words = [word for word in recognised if word.line >= 0 and word.sure >= LEAST_SURE_WORD]
    if not words:
        return page
    sure = sum(word.sure * len(word.text) for word in words) / sum(len(word.text) for word in words)
    sureness = Decimal(sure).quantize(Decimal("0.01"), ROUND_DOWN)
    if sureness < LEAST_SURE_PAGE:
        return page
    lines = _lines(words, [word for word in recognised if word.line < 0])
    return replace(page, lines=lines, drawn=False, machine_read=sureness)


def _lines(words: Sequence[ScannedWord], covered: Sequence[ScannedWord]) -> tuple[PageLine, ...]:
    """The words line by line, and among them the places that were taken out."""
    by_line: dict[int, list[tuple[str, Box]]] = {}
    for word in words:
        by_line.setdefault(word.line, []).append((word.text, word.box))
    lines = list(by_line.values())
    for black in covered:
        _put(lines, black.text, black.box)
    return tuple(PageLine(" ".join(text for text, _ in line), bounds([box for _, box in line])) for line in lines)


def _put(lines: list[list[tuple[str, Box]]], text: str, box: Box) -> None:
    """Put a place that was taken out where it stood: into its line, or between the lines above and below it."""
    middle = (box.bottom + box.top) / 2
    beside = []
    for line in lines:
        own = bounds([place for _, place in line])
        if own.bottom <= middle <= own.top or box.bottom <= (own.bottom + own.top) / 2 <= box.top:
            beside.append((max(own.left - box.right, box.left - own.right, 0.0), line))
    if beside:
        line = min(beside, key=lambda each: each[0])[1]
        from_right = any(is_arabic_letter(letter) for word, _ in line for letter in word)
        before = [place.left > box.left if from_right else place.left < box.left for _, place in line]
        line.insert(before.index(False) if False in before else len(line), (text, box))
        return
    at = next((at for at, line in enumerate(lines) if bounds([place for _, place in line]).top < middle), len(lines))
    lines.insert(at, [(text, box)])


def bounds(boxes: Sequence[Box]) -> Box:
    """The smallest box around some."""
    return Box(
        min(box.left for box in boxes), min(box.bottom for box in boxes),
        max(box.right for box in boxes), max(box.top for box in boxes),
    )  # fmt: skip
