"""What a machine reads on scans that looks like personal data, as marks for somebody to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from ayan.core.documents.document_text import Box
from ayan.core.documents.scan_reader import bounds
from ayan.core.documents.scanned_words import ScannedWord
from ayan.core.redaction.redaction_mark import RedactionMark
from ayan.core.values.personal_words import personal_words

# Points around the words: the boxes of Tesseract end where it saw ink.
_AROUND: Final = 1.5


def in_readings(number: int, readings: Sequence[Sequence[ScannedWord]]) -> list[RedactionMark]:
    """The marks that any reading of a page gives cause for; what two readings find at one place is marked once."""
    marks: list[RedactionMark] = []
    for words in readings:
        for order in (words, _numbers_turned(words)):
            marks += [mark for mark in in_words(number, order) if not any(_within(mark, known) for known in marks)]
    return marks


def _numbers_turned(words: Sequence[ScannedWord]) -> list[ScannedWord]:
    """The words with numbers side by side in the other order.

    A number in groups goes from right to left between words that do, and Tesseract reads its groups from the left.
    """
    turned: list[ScannedWord] = []
    for (is_number, _), run in groupby(words, key=lambda word: (not any(map(str.isalpha, word.text)), word.line)):
        beside = list(run)
        turned += reversed(beside) if is_number else beside
    return turned


def _within(mark: RedactionMark, known: RedactionMark) -> bool:
    """Whether a known mark of the same kind covers all of a mark, but for what boxes of one word differ by."""
    if mark.box is None or known.box is None or mark.reason != known.reason:
        return False
    return (
        known.box.left <= mark.box.left + _AROUND
        and known.box.bottom <= mark.box.bottom + _AROUND
        and known.box.right >= mark.box.right - _AROUND
        and known.box.top >= mark.box.top - _AROUND
    )


def in_words(number: int, words: Sequence[ScannedWord]) -> Iterator[RedactionMark]:
    """The marks that the words of one page give cause for; a word is marked as a whole, line by line."""
    places: list[tuple[int, int, ScannedWord]] = []
    whole = ""
    for word in words:
        places.append((len(whole), len(whole) + len(word.text), word))
        whole += f"{word.text} "
    for personal in personal_words(whole):
        touched = [word for start, end, word in places if start < personal.end and personal.start < end]
        for _, line in groupby(touched, key=lambda word: word.line):
            left, bottom, right, top = bounds([word.box for word in line])
            box = Box(*(round(side, 2) for side in (left - _AROUND, bottom - _AROUND, right + _AROUND, top + _AROUND)))
            yield RedactionMark(number, personal.kind, box)
