"""What of a document is covered: places that look like personal data, and words that somebody names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.documents.document_text import Box, PageText
from ayan.core.redaction.redaction_mark import RedactionMark
from ayan.core.values.text import fold

HARDLY_TOUCHED: Final = 0.1
"""The part of a line's height up to which nothing of its letters is covered."""


@dataclass(frozen=True, slots=True)
class CoveredPlace:
    """A place with the mark that covers it; ``kept`` says whether somebody wants it covered."""

    mark: RedactionMark
    kept: bool = True


@dataclass(frozen=True, slots=True)
class CoveredPlaces:
    """All places of a document, and ``words`` (page or 0 for all, words, reason) whose lines are to be covered too."""

    places: tuple[CoveredPlace, ...] = ()
    words: tuple[tuple[int, str, str], ...] = ()

    @property
    def marks(self) -> list[RedactionMark]:
        """What is covered."""
        return [place.mark for place in self.places if place.kept]

    def keeping(self, numbers: Iterable[int]) -> CoveredPlaces:
        """The same with only the places of these numbers (from 1) covered."""
        wanted = set(numbers)
        return replace(self, places=tuple(replace(each, kept=at in wanted) for at, each in enumerate(self.places, 1)))

    def with_place(self, mark: RedactionMark) -> CoveredPlaces:
        """The same with one more place covered."""
        others = tuple(each for each in self.places if each.mark != mark)
        return replace(self, places=(*others, CoveredPlace(mark)))

    def with_lines(self, pages: Sequence[PageText], drawn: bool) -> tuple[CoveredPlaces, int]:
        """The same with the lines that hold the words, and how many lines were added; the words are done with then."""
        known = {place.mark for place in self.places}
        added: list[CoveredPlace] = []
        for number, words, reason in self.words:
            wanted = fold(words)
            for page in pages:
                if number not in (0, page.number):
                    continue
                for at, line in enumerate(page.lines):
                    if not wanted or wanted not in fold(line.text):
                        continue
                    mark = (
                        RedactionMark(page.number, reason, box=line.box)
                        if drawn
                        else RedactionMark(page.number, reason, line=at)
                    )
                    if mark not in known and (line.box is not None or not drawn):
                        known.add(mark)
                        added.append(CoveredPlace(mark))
        return CoveredPlaces((*self.places, *added)), len(added)

    def as_json(self) -> str:
        """The same as text, for whoever keeps it under lock."""
        said = {"places": [[each.mark.as_json(), each.kept] for each in self.places], "words": self.words}
        return json.dumps(said, ensure_ascii=False)

    @classmethod
    def from_json(cls, written: str) -> CoveredPlaces:
        """What `as_json` wrote."""
        said = json.loads(written)
        places = tuple(CoveredPlace(RedactionMark.from_json(mark), kept) for mark, kept in said["places"])
        return cls(places, tuple((int(page), str(words), str(reason)) for page, words, reason in said["words"]))


def over_whole_lines(box: Box, page: PageText) -> Box:
    """A place that is as high as the lines it cuts through: letters of which half is seen can still be read.

    A line that it hardly touches is none of them.
    """
    bottom, top = box.bottom, box.top
    for line in page.lines:
        if line.box is None or line.box.right <= box.left or line.box.left >= box.right:
            continue
        common = min(line.box.top, box.top) - max(line.box.bottom, box.bottom)
        if common > HARDLY_TOUCHED * (line.box.top - line.box.bottom):
            bottom, top = min(bottom, line.box.bottom), max(top, line.box.top)
    return Box(box.left, bottom, box.right, top)
