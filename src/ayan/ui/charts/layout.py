"""Where things stand on a sheet: sides that follow the reading direction, rows with their labels, labels kept apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import INK, SIZE, SMALL, Anchor, Drawing, clean
from ayan.ui.limits import LONGEST_TICK

NARROW_BELOW: Final = 480
"""Under this width the label of a row stands above its bar, not beside it."""

_GAP: Final = 10.0
_LABEL_SHARE: Final = 0.36


@dataclass(frozen=True, slots=True)
class ChartSide:
    """A width measured from the side where reading begins: the right in Persian, the left in English."""

    width: float
    rightward: bool

    def left(self, start: float, long: float = 0.0) -> float:
        """The left edge of something ``long`` that begins at ``start``."""
        return start if self.rightward else self.width - start - long

    @property
    def begin(self) -> Anchor:
        """The anchor of a text that grows away from where reading begins."""
        return "start" if self.rightward else "end"


@dataclass(frozen=True, slots=True)
class ChartRows:
    """Rows of a bar chart: label and value beside the bar, or above it where the sheet is narrow."""

    side: ChartSide
    stacked: bool
    label_room: float
    value_room: float
    pitch: float
    bar_height: float

    @classmethod
    def of(cls, width: float, lang_rightward: bool, labels: Iterable[str], values: Iterable[str]) -> ChartRows:
        """Rows for these labels and these values as written."""
        side = ChartSide(width, lang_rightward)
        value = max((metrics.width(text, SMALL, bold=True) for text in values), default=0.0)
        if width < NARROW_BELOW:
            return cls(side, True, width - value - _GAP, value, 46.0, 12.0)
        longest = max((metrics.width(label, SIZE) for label in labels), default=0.0)
        return cls(side, False, min(longest, width * _LABEL_SHARE), value, 31.0, 17.0)

    @property
    def bar_start(self) -> float:
        """Where bars may begin, from the side where reading begins."""
        return 1.0 if self.stacked else self.label_room + _GAP

    @property
    def bar_room(self) -> float:
        """How long a bar may be."""
        return self.side.width - self.bar_start - (1.0 if self.stacked else self.value_room + _GAP)

    def height(self, count: int) -> float:
        """The height of a sheet with this many rows."""
        return max(1, count) * self.pitch + 8

    def bar_top(self, index: int) -> float:
        """The top of the bar of a row."""
        return index * self.pitch + (22 if self.stacked else (self.pitch - self.bar_height) / 2 + 4)

    def label(self, sheet: Drawing, index: int, words: str, value: str, *, bold: bool = False) -> None:
        """Write the label and the value of a row."""
        base = index * self.pitch + (15 if self.stacked else self.pitch / 2 + 8.5)
        room = self.label_room
        sheet.text(self.side.left(0), base, words, self.side.begin, fill=INK, room=room, bold=bold)
        # Numbers are read from the left in both languages, so they end under each other.
        end = self.side.width if self.side.rightward else self.value_room
        sheet.text(end, base, value, "end", size=SMALL, bold=True, fill=INK)


def along(sheet: Drawing, places: Sequence[float], labels: Sequence[str]) -> None:
    """The labels of a time axis at the foot of a sheet: every one, or every second, third … where they are wide.

    Counted from the last, which is the one that people look for.
    """
    shown = [metrics.fitted(clean(label), LONGEST_TICK, SIZE) for label in labels]
    widest = max((metrics.width(text, SIZE) for text in shown), default=0.0)
    step = places[1] - places[0] if len(places) > 1 else sheet.width
    every = max(1, math.ceil((widest + 8) / max(1.0, step)))
    free = sheet.width + 8
    for index in range(len(places) - 1, -1, -every):
        half = metrics.width(shown[index], SIZE) / 2
        x = min(max(places[index], half), sheet.width - half)
        if x + half + 8 <= free:
            sheet.text(x, sheet.height - 8, labels[index], room=LONGEST_TICK)
            free = x - half


def apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The places moved until no two are nearer than ``gap``, within low and high where they fit."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = [min(max(places[index], low), high) for index in order]
    for rank in range(1, len(moved)):
        moved[rank] = max(moved[rank], moved[rank - 1] + gap)
    over = moved[-1] - high if moved else 0.0
    if over > 0:
        moved[-1] -= over
        for position in range(len(moved) - 2, -1, -1):
            moved[position] = min(moved[position], moved[position + 1] - gap)
    out = [0.0] * len(places)
    for slot, index in enumerate(order):
        out[index] = moved[slot]
    return out
