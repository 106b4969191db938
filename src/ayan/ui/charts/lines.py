"""Lines over time on a light grid, each named at its end; and a line the size of a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import (
    AXIS,
    CHOSEN,
    CONTEXT,
    INK_2,
    LINE,
    SECOND_TEXT,
    SERIES,
    SIZE,
    SMALL,
    Drawing,
    along,
    apart,
)
from ayan.ui.charts.figure import FigureColumn, FigureKey, FigureTable
from ayan.ui.charts.measure import NOTHING, ChartMeasure, Number, Scale, extent, span, ticks

HEIGHT: Final = 240
_TOP: Final = 24.0
_FOOT: Final = 28.0
_LEFT: Final = 8.0
_NAMES: Final = 0.34


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A named series with an exact value for each label of the axis; None leaves a gap."""

    name: str
    values: Sequence[Number | None]


@dataclass(frozen=True, slots=True)
class Lines:
    """At most six lines over the same labels. Time runs left to right in both languages; the scale holds zero."""

    labels: Sequence[str]
    lines: Sequence[ChartLine]
    measure: ChartMeasure
    axis_name: str

    def __post_init__(self) -> None:
        if len(self.lines) > len(SERIES):
            raise ValueError(f"more than {len(SERIES)} lines cannot be told apart")
        if any(len(line.values) != len(self.labels) for line in self.lines):
            raise ValueError("every line has one value, or None, for each label")

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""
        return self.measure.lang

    @property
    def scale(self) -> Scale:
        """The unit of every number on the drawing."""
        return self.measure.scale(value for line in self.lines for value in line.values)

    def table(self) -> FigureTable:
        """A row for each label."""
        columns = (
            FigureColumn(self.axis_name, numeric=False),
            *(FigureColumn(line.name, self.measure.unit) for line in self.lines),
        )
        exact = self.measure.exact
        rows = tuple(
            (label, *(exact(line.values[index]) for line in self.lines)) for index, label in enumerate(self.labels)
        )
        return FigureTable(columns, rows)

    def sentence(self) -> str:
        """Where each line begins and ends."""
        sentences = (
            span(line.name, list(zip(self.labels, line.values, strict=True)), self.scale) for line in self.lines
        )
        return " ".join(sentences) or NOTHING.of(self.lang)

    def keys(self) -> tuple[FigureKey, ...]:
        """The unit alone: the lines are named where they end."""
        words = self.scale.words
        return (FigureKey("line", words, SERIES[0]),) if words and len(self.lines) == 1 else ()

    def draw(self, width: int) -> Drawing:
        """Grid, lines, names at their ends."""
        sheet = Drawing(width, HEIGHT, self.lang)
        scale = self.scale
        values = [float(scale.of(value)) for line in self.lines for value in line.values if value is not None]
        if not values:
            sheet.text(width / 2, HEIGHT / 2, NOTHING.of(self.lang))
            return sheet
        marks = ticks(*extent(values))
        low, high = marks[0], marks[-1]
        longest = max(metrics.width(line.name, SIZE, bold=True) for line in self.lines)
        right = width - min(longest + 12, width * _NAMES)
        step = (right - _LEFT - 12) / max(1, len(self.labels) - 1)

        def at(index: int, value: float) -> tuple[float, float]:
            y = HEIGHT - _FOOT - (value - low) / (high - low) * (HEIGHT - _FOOT - _TOP)
            return (_LEFT + 12 + step * index, y)

        self._grid(sheet, marks, right, at(0, 0)[1], [at(0, mark)[1] for mark in marks])
        along(sheet, [at(index, 0)[0] for index in range(len(self.labels))], self.labels)
        ends = []
        for index, line in enumerate(self.lines):
            points = [
                None if value is None else at(spot, float(scale.of(value))) for spot, value in enumerate(line.values)
            ]
            for run in _runs(points):
                sheet.polyline(run, SERIES[index])
            known = [point for point in points if point is not None]
            if known:
                sheet.dot(*known[-1], SERIES[index])
                ends.append((index, known[-1]))
        spots = apart([end[1] + 4 for _, end in ends], 17, _TOP, HEIGHT - _FOOT)
        for (position, _), y in zip(ends, spots, strict=True):
            fill = SECOND_TEXT if position == 1 else SERIES[position]
            sheet.text(right + 8, y, self.lines[position].name, "start", fill=fill, bold=True, room=width - right - 8)
        return sheet

    def _grid(self, sheet: Drawing, marks: list[float], right: float, zero: float, heights: list[float]) -> None:
        for mark, y in zip(marks, heights, strict=True):
            sheet.line(_LEFT, y, right, y, AXIS if y == zero else LINE)
            words = self.scale.mark(mark)
            last = mark == marks[-1] and self.scale.words and not self.scale.percent
            sheet.text(_LEFT, y - 4, f"{words} {self.scale.words}" if last else words, "start", size=SMALL, fill=INK_2)


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The points cut wherever one is missing."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


# --- a line the size of a word ----------------------------------------------------------------------------------------


SPARK_WIDTH: Final = 92
SPARK_HEIGHT: Final = 24
_EDGE: Final = 4.0


def spark(values: Sequence[Number | None], lang: Lang) -> Drawing:
    """The values from left to right on a scale that holds zero, with a dot on the last known one; gaps stay open."""
    sheet = Drawing(SPARK_WIDTH, SPARK_HEIGHT, lang)
    low, high = extent(float(value) for value in values if value is not None)
    step = (SPARK_WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            y = SPARK_HEIGHT - _EDGE - (float(value) - low) / (high - low) * (SPARK_HEIGHT - 2 * _EDGE)
            runs[-1].append((_EDGE + step * index, y))
    drawn = [run for run in runs if run]
    for run in drawn:
        sheet.polyline(run, CONTEXT, 1.6)
    if drawn:
        sheet.dot(*drawn[-1][-1], CHOSEN, 3)
    return sheet
