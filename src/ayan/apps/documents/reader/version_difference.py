"""What differs between the texts of two versions of a document, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from ayan.apps.documents.limits import LINES_AROUND, MOST_COMPARED_LINES
from ayan.core.documents.document_text import PageText
from ayan.core.values.text import fold

LineFate = Literal["same", "gone", "new", "skipped"]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A line of the older version that is gone, one that is new, or one that both have; with its page there.

    One that is ``skipped`` stands for ``count`` lines that both have.
    """

    fate: LineFate
    text: str = ""
    page: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class TextDifference:
    """The lines that differ with some around them; ``is_cut`` where the versions are longer than is compared."""

    lines: tuple[VersionLine, ...]
    is_cut: bool

    @property
    def changed(self) -> int:
        """How many lines went or came."""
        return sum(line.fate in ("gone", "new") for line in self.lines)


def text_difference(older: Sequence[PageText], newer: Sequence[PageText]) -> TextDifference:
    """How the newer text came of the older; spelling of letters and kinds of spaces are no difference."""
    before, after = _lines(older), _lines(newer)
    is_cut = max(len(before), len(after)) > MOST_COMPARED_LINES
    before, after = before[:MOST_COMPARED_LINES], after[:MOST_COMPARED_LINES]
    matcher = SequenceMatcher(
        None, [fold(text) for text, _ in before], [fold(text) for text, _ in after], autojunk=False
    )
    lines: list[VersionLine] = []
    groups = matcher.get_opcodes()
    for number, (tag, first, last, start, end) in enumerate(groups):
        if tag == "equal":
            lines += _around(after[start:end], is_first=number == 0, is_last=number == len(groups) - 1)
            continue
        lines += [VersionLine("gone", text, page) for text, page in before[first:last]]
        lines += [VersionLine("new", text, page) for text, page in after[start:end]]
    return TextDifference(tuple(lines), is_cut)


def _around(same: Sequence[tuple[str, int]], *, is_first: bool, is_last: bool) -> Iterator[VersionLine]:
    """The lines beside a difference, and how many between two of them are left out."""
    head = 0 if is_first else LINES_AROUND
    tail = 0 if is_last else LINES_AROUND
    if len(same) <= head + tail + 1:
        head, tail = len(same), 0
    yield from (VersionLine("same", text, page) for text, page in same[:head])
    skipped = len(same) - head - tail
    if skipped > 0:
        yield VersionLine("skipped", count=skipped)
    yield from (VersionLine("same", text, page) for text, page in same[len(same) - tail :] if tail)


def _lines(pages: Sequence[PageText]) -> list[tuple[str, int]]:
    return [(line.text.replace("\t", " · "), page.number) for page in pages for line in page.lines]
