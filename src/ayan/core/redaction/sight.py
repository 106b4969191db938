"""Which signs of a page can be seen: those without which its drawing is another, at their place and over its width."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Final
from unicodedata import category

import numpy as np
import numpy.typing as npt

from ayan.core.documents.document_text import Box
from ayan.core.documents.pdf_pages import Sign
from ayan.core.redaction.limits import MOST_CONTESTED
from ayan.core.values.text import ZWNJ

# Of 255 steps of a colour, by how many a dot must differ so that a person tells it from its surroundings.
_TOLD_APART: Final = 40
# Of the width and height of a sign, how much must be seen of it.
_SEEN_SHARE: Final = 0.6
# Of the smaller of two signs, how much the other must cover so that what is seen may be either.
_COVERING: Final = 0.5
# Letters that one sign stands for; the longest ligature in use, of the name of God, has four.
_LETTERS_OF_A_SIGN: Final = 4
_CELL: Final = 12.0


@dataclass
class Sight:
    """The drawing of a page with its texts and without, in colours or grey, ``sharpness`` dots to a point.

    ``without`` draws the page without one text, given by its number. `seen` takes out of ``dots`` what nobody sees.
    """

    dots: npt.NDArray[np.uint8]
    blank: npt.NDArray[np.uint8]
    sharpness: float
    without: Callable[[int], npt.NDArray[np.uint8]]
    _differs: npt.NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self._differs = _differing(self.dots, self.blank)

    def seen(self, signs: Sequence[Sign]) -> list[bool]:
        """Which signs are seen, of those of the page in their order, where they are shown."""
        letters, texts = [sign.text for sign in signs], [sign.shown for sign in signs]
        inks = [Box(*sign.ink) for sign in signs]
        groups = list(_groups(inks, texts))
        shown = [letters[group[0]] == ZWNJ or self._is_seen(inks[group[0]], self._differs) for group in groups]
        covering = list(_covering(letters, inks, groups))
        self._settle(covering, letters, inks, texts, groups, shown)
        self._wipe([inks[group[0]] for group in groups], shown)
        seen = [False] * len(letters)
        for group, is_shown in zip(groups, shown, strict=True):
            honest = len(group) <= _LETTERS_OF_A_SIGN and all(len(letters[at]) <= _LETTERS_OF_A_SIGN for at in group)
            for at in group:
                seen[at] = is_shown and honest
        for first, other in covering:
            if texts[first] == texts[other]:
                # Written over itself: nobody reads either.
                seen[first] = seen[other] = False
        return seen

    def _is_seen(self, ink: Box, differs: npt.NDArray[np.bool_]) -> bool:
        """Whether what differs reaches over most of a sign's ink, in both directions."""
        place = differs[self._place(ink)]
        if not place.any():
            return False
        across, up = np.flatnonzero(place.any(0)), np.flatnonzero(place.any(1))
        wide, high = (ink.right - ink.left) * self.sharpness, (ink.top - ink.bottom) * self.sharpness
        return bool(
            across[-1] - across[0] + 1 >= _SEEN_SHARE * wide - 1 and up[-1] - up[0] + 1 >= _SEEN_SHARE * high - 1
        )

    def _place(self, ink: Box, around: int = 0) -> tuple[slice, slice]:
        """The rows and columns of a box, and so many dots around it."""
        height, width = self._differs.shape
        left, bottom, right, top = (side * self.sharpness for side in ink)
        return (
            slice(_within(floor(height - top - around), height), _within(ceil(height - bottom + around), height)),
            slice(_within(floor(left - around), width), _within(ceil(right + around), width)),
        )

    def _settle(
        self,
        covering: Sequence[tuple[int, int]],
        letters: Sequence[str],
        inks: Sequence[Box],
        texts: Sequence[int],
        groups: Sequence[Sequence[int]],
        shown: list[bool],
    ) -> None:
        """Where signs of two texts stand at one place, what is seen may be either: each text is left out alone."""
        pairs = [(texts[first], texts[other]) for first, other in covering]
        contested = sorted({text for pair in pairs if pair[0] != pair[1] for text in pair})
        for number, text in enumerate(contested):
            differs = _differing(self.dots, self.without(text)) if number < MOST_CONTESTED else None
            for at, group in enumerate(groups):
                if texts[group[0]] == text and letters[group[0]] != ZWNJ:
                    shown[at] = shown[at] and differs is not None and self._is_seen(inks[group[0]], differs)

    def _wipe(self, inks: Sequence[Box], shown: Sequence[bool]) -> None:
        """Take what is left of signs that nobody sees out of the drawing: faint words, edges that a box leaves free.

        What stands where a seen sign does stays as it is.
        """
        if all(shown):
            return
        hidden = np.zeros(self._differs.shape, np.bool_)
        for wanted in (False, True):
            for ink, is_shown in zip(inks, shown, strict=True):
                if is_shown is wanted:
                    hidden[self._place(ink, 1)] = not wanted
        self.dots[hidden] = self.blank[hidden]


def _within(at: int, end: int) -> int:
    return max(0, min(at, end))


def _differing(dots: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    apart: npt.NDArray[np.uint8] = np.maximum(dots, other) - np.minimum(dots, other)
    marked: npt.NDArray[np.bool_] = apart >= _TOLD_APART
    # Colours one by one: reduced along the last axis, three at a time, it takes twenty times as long.
    return marked if marked.ndim == 2 else marked[:, :, 0] | marked[:, :, 1] | marked[:, :, 2]


def _groups(inks: Sequence[Box], texts: Sequence[int]) -> Iterator[list[int]]:
    """Signs one after the other at the very same place: the letters of one ligature, or of one claim about it."""
    group: list[int] = []
    for at, ink in enumerate(inks):
        if group and (inks[group[-1]] != ink or texts[group[-1]] != texts[at]):
            yield group
            group = []
        group.append(at)
    if group:
        yield group


def _covering(
    letters: Sequence[str], inks: Sequence[Box], groups: Sequence[Sequence[int]]
) -> Iterator[tuple[int, int]]:
    """Pairs of signs of which one covers the other; marks above and below letters and signs drawn twice are none."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for group in groups:
        at = group[0]
        ink = inks[at]
        area = (ink.right - ink.left) * (ink.top - ink.bottom)
        if area <= 0 or category(letters[at][0]) in ("Mn", "Cf"):
            continue
        for cell in _cells(ink):
            for other in cells[cell]:
                beside = inks[other]
                across = min(ink.right, beside.right) - max(ink.left, beside.left)
                up = min(ink.top, beside.top) - max(ink.bottom, beside.bottom)
                if across <= 0 or up <= 0:
                    continue
                smaller = min(area, (beside.right - beside.left) * (beside.top - beside.bottom))
                if across * up > _COVERING * smaller and letters[other] != letters[at]:
                    yield other, at
            cells[cell].append(at)


def _cells(ink: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(ink.left // _CELL), int(ink.right // _CELL) + 1):
        for row in range(int(ink.bottom // _CELL), int(ink.top // _CELL) + 1):
            yield column, row
