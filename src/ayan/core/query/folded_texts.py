"""Texts held folded in memory, to be asked again and again which of them hold a word: the rule of `folding.searched`.

Two copies are kept: with the spaces that the rule's pattern looks at, and without any, in which a word stands as one
piece wherever the pattern finds it. The second is looked through first, at the speed of memory, and the pattern decides
only about the texts that hold the piece.
"""

from __future__ import annotations

import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from ayan.core.query.folding import FOLDED, searched
from ayan.core.query.limits import MOST_CODE_LISTS, MOST_FINDERS
from ayan.core.schema.field import CodeEntry, CodeList
from ayan.core.values.text import HALF_SPACE, fold_but_half_spaces, fold_joined, publish

CELL: Final = "\ufdd1"
"""Parts the cells of one text: a character that no text may hold, and no letter or digit of any pattern."""
_END: Final = "\ufdd2"
_RESERVED: Final = (HALF_SPACE, CELL, _END)


def is_plain(text: str) -> bool:
    """Whether a text holds none of the characters that mean something here; no published text does."""
    return not any(character in text for character in _RESERVED)


@lru_cache(maxsize=MOST_FINDERS)
def searcher(word: str) -> Callable[..., re.Match[str] | None]:
    """Finds a word in a text as `text.fold_but_half_spaces` leaves it; as a method of a compiled pattern."""
    return re.compile(searched(word, FOLDED)).search


class FoldedTexts:
    """Some texts, numbered from 0, each of one cell or of several parted by `CELL`; every cell is `is_plain`."""

    def __init__(self, texts: Iterable[str]) -> None:
        # All of them at once: the characters of a text are folded one by one, and blanks beside an end mean nothing.
        whole = "".join((_END, *(f"{text}{_END}" for text in texts)))
        self._folded = fold_but_half_spaces(whole)
        self._joined = self._folded.replace(" ", "").replace(HALF_SPACE, "")
        self._ends = _places(self._folded)
        self._joined_ends = _places(self._joined)

    def __len__(self) -> int:
        return len(self._ends) - 1

    @property
    def bytes(self) -> int:
        """What they take in memory."""
        return sum(map(sys.getsizeof, (self._folded, self._joined, self._ends, self._joined_ends)))

    def count(self, word: str) -> int:
        """How often a word may stand in them at the most; 0 where none of them holds it."""
        piece = fold_joined(word)
        if not piece:
            return len(self)
        return self._joined.count(piece) if is_plain(piece) else 0

    def holding(self, word: str, among: Iterable[int] | None = None) -> list[int]:
        """The numbers of the texts in which a word is found, ascending; of those ``among`` some, ascending, only."""
        piece = fold_joined(word)
        if not piece:
            return list(range(len(self)) if among is None else among)
        if not is_plain(piece):
            return []
        find = searcher(word)
        # The ends on both sides are looked at, too: they stand for the edges of the text.
        if among is not None:
            joined, ends, texts = self._joined, self._joined_ends, self._ends
            return [
                number
                for number in among
                if joined.find(piece, ends[number], ends[number + 1]) >= 0
                and find(self._folded, texts[number], texts[number + 1] + 1)
            ]
        numbers, at = list[int](), self._joined.find(piece)
        while at >= 0:
            number = bisect_right(self._joined_ends, at) - 1
            if find(self._folded, self._ends[number], self._ends[number + 1] + 1):
                numbers.append(number)
            at = self._joined.find(piece, self._joined_ends[number + 1])
        return numbers

    def holds(self, word: str) -> bool:
        """Whether a word is found in any of them."""
        return bool(self.holding(word))


def folded_cells(cells: Sequence[str]) -> str:
    """Cells as the one text that `FoldedTexts` takes; the characters that mean something there become spaces."""
    return CELL.join(cell if is_plain(cell) else cell.translate(_BLANKED) for cell in cells)


_BLANKED: Final = dict.fromkeys(map(ord, _RESERVED), " ")


def _places(text: str) -> array[int]:
    """Where the ends stand."""
    places, at = array("I"), text.find(_END)
    while at >= 0:
        places.append(at)
        at = text.find(_END, at + 1)
    return places


# --- labels of lists --------------------------------------------------------------------------------------------------


def codes_named(choices: CodeList, word: str) -> list[str]:
    """The codes of a list one of whose labels contains a word, by the rule of `searched`."""
    return [choices.entries[number].code for number in _labels(choices).holding(word)]


@lru_cache(maxsize=MOST_CODE_LISTS)
def _labels(choices: CodeList) -> FoldedTexts:
    return FoldedTexts(map(texts_of_code, choices.entries))


def texts_of_code(entry: CodeEntry) -> str:
    """What rows with a code are found by, both of its labels and the code itself, as one text of `FoldedTexts`."""
    return folded_cells([publish(text) for text in (entry.label.fa, entry.label.en, entry.code)])
