"""A line the size of a word: the course of a series beside the number that it ends in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ayan.core.values.locale import Lang
from ayan.ui.charts.drawing import CHOSEN, CONTEXT, Drawing
from ayan.ui.charts.measure import Number, extent

WIDTH: Final = 92
HEIGHT: Final = 24
_EDGE: Final = 4.0


def spark(values: Sequence[Number | None], lang: Lang) -> Drawing:
    """The values from left to right on a scale that holds zero, with a dot on the last known one; gaps stay open."""
    sheet = Drawing(WIDTH, HEIGHT, lang)
    low, high = extent(float(value) for value in values if value is not None)
    step = (WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            y = HEIGHT - _EDGE - (float(value) - low) / (high - low) * (HEIGHT - 2 * _EDGE)
            runs[-1].append((_EDGE + step * index, y))
    drawn = [run for run in runs if run]
    for run in drawn:
        sheet.polyline(run, CONTEXT, 1.6)
    if drawn:
        sheet.dot(*drawn[-1][-1], CHOSEN, 3)
    return sheet
