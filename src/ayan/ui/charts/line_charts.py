"""Lines over time on a light grid, each with its number at its end; and a line the size of a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import (
    AXIS,
    CHOSEN,
    CONTEXT,
    GAP,
    INK_2,
    LINE,
    NARROW_BELOW,
    SECOND_TEXT,
    SERIES,
    SMALL,
    Drawing,
    along,
    apart,
    box_of,
)
from ayan.ui.charts.figure import FigureColumn, FigureKey, FigureTable, unit_of
from ayan.ui.charts.measure import NOTHING, ChartMeasure, Scale, extent, span, ticks

ABSENT: Final = Label("بی‌داده", "no data")
HEIGHT: Final = 280.0
LOW_HEIGHT: Final = 240.0
_TOP: Final = 24.0
_FOOT: Final = 28.0
_LEFT: Final = 8.0
_NAMES: Final = 0.34


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A named series with an exact value for each label of the axis; None leaves a gap."""

    name: str
    values: Sequence[ExactNumber | None]


@dataclass(frozen=True, slots=True)
class Lines:
    """At most six lines over the same labels. Time runs left to right in both languages; the scale holds zero.

    ``marks`` are the places of the axis that carry a word of their own, such as the year that begins there; without
    them as many labels stand as have room. ``links`` lead from a label to its rows.
    """

    labels: Sequence[str]
    lines: Sequence[ChartLine]
    measure: ChartMeasure
    axis_name: str
    marks: Sequence[tuple[int, str]] = ()
    links: Sequence[str] = ()

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

    def told_in(self, measure: ChartMeasure) -> Lines:
        """The same in another unit."""
        return replace(self, measure=measure)

    def unit(self) -> str:
        """The unit of all numbers, after what they are where no key says it."""
        name = self.lines[0].name if len(self.lines) == 1 else ""
        return unit_of(name, self.scale.words, self.lang)

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
        return FigureTable(columns, rows, tuple(self.links))

    def sentence(self) -> str:
        """Where each line begins and ends."""
        sentences = (
            span(line.name, list(zip(self.labels, line.values, strict=True)), self.scale) for line in self.lines
        )
        return " ".join(sentences) or NOTHING.of(self.lang)

    def keys(self) -> tuple[FigureKey, ...]:
        """The colour of each line, where there are several."""
        if len(self.lines) < 2:
            return ()
        return tuple(FigureKey("line", line.name, SERIES[index]) for index, line in enumerate(self.lines))

    def draw(self, width: int) -> Drawing:
        """Grid, stretches without data, lines, and at their ends their names and numbers."""
        sheet = Drawing(width, LOW_HEIGHT if width < NARROW_BELOW else HEIGHT, self.lang)
        if not any(value is not None for line in self.lines for value in line.values):
            sheet.text(width / 2, sheet.height / 2, NOTHING.of(self.lang))
            return sheet
        _LinePlot(self, sheet).all()
        return sheet


class _LinePlot:
    """The geometry of one drawing."""

    def __init__(self, chart: Lines, sheet: Drawing) -> None:
        self.chart, self.sheet, self.scale = chart, sheet, chart.scale
        values = [float(self.scale.of(value)) for line in chart.lines for value in line.values if value is not None]
        self.marks = ticks(*extent(values))
        self.low, self.high = self.marks[0], self.marks[-1]
        self.bottom = sheet.height - _FOOT
        words = [self.end_words(index) for index in range(len(chart.lines))]
        longest = max(metrics.width(text, SMALL, bold=True) for text in words)
        self.right = sheet.width - min(longest + 14, sheet.width * _NAMES)
        self.left = _LEFT + max(metrics.width(self.scale.mark(mark), SMALL) for mark in self.marks) + 8
        self.left = min(self.left, self.right / 2)
        self.step = (self.right - self.left - 8) / max(1, len(chart.labels) - 1)

    def end_words(self, index: int) -> str:
        """What stands at the end of a line: its number, after its name where there is room for both."""
        line = self.chart.lines[index]
        last = next((value for value in reversed(line.values) if value is not None), None)
        if last is None:
            return ""
        number = self.scale.write(last)
        roomy = self.sheet.width >= NARROW_BELOW and len(self.chart.lines) > 1
        both = f"{line.name}: {number}"
        return both if roomy and metrics.width(both, SMALL, bold=True) + 14 <= self.sheet.width * _NAMES else number

    def x(self, index: int) -> float:
        return self.left + 4 + self.step * index

    def y(self, scaled: float) -> float:
        return self.bottom - (scaled - self.low) / (self.high - self.low) * (self.bottom - _TOP)

    def all(self) -> None:
        self.gaps()
        self.grid()
        self.axis()
        self.lines()

    def gaps(self) -> None:
        """A band behind each stretch in which no line has a value, between what came before and after it."""
        known = [any(line.values[index] is not None for line in self.chart.lines) for index in range(self.count)]
        first, last = known.index(True), self.count - 1 - known[::-1].index(True)
        begin = None
        for index in range(first, last + 1):
            if not known[index]:
                begin = index if begin is None else begin
                continue
            if begin is not None:
                left, right = self.x(begin - 1), self.x(index)
                self.sheet.rect(left, _TOP, right - left, self.bottom - _TOP, GAP)
                words = ABSENT.of(self.chart.lang)
                if metrics.width(words, SMALL) + 6 <= right - left:
                    self.sheet.text((left + right) / 2, _TOP + 16, words, size=SMALL)
                begin = None

    @property
    def count(self) -> int:
        return len(self.chart.labels)

    def grid(self) -> None:
        for mark in self.marks:
            y = self.y(mark)
            self.sheet.line(self.left, y, self.right, y, AXIS if mark == 0 else LINE)
            if box_of(self.left - 6, y + 4, self.scale.mark(mark), "end", size=SMALL).left >= 0:
                self.sheet.text(self.left - 6, y + 4, self.scale.mark(mark), "end", size=SMALL, fill=INK_2)

    def axis(self) -> None:
        marks = self.chart.marks or list(enumerate(self.chart.labels))
        for index, _ in self.chart.marks:
            self.sheet.line(self.x(index), self.bottom, self.x(index), self.bottom + 5, AXIS)
        along(self.sheet, [self.x(index) for index, _ in marks], [words for _, words in marks])

    def lines(self) -> None:
        ends = []
        for index, line in enumerate(self.chart.lines):
            points = [
                None if value is None else (self.x(spot), self.y(float(self.scale.of(value))))
                for spot, value in enumerate(line.values)
            ]
            for run in runs(points):
                self.sheet.polyline(run, SERIES[index])
            known = [point for point in points if point is not None]
            if known:
                self.sheet.dot(*known[-1], SERIES[index])
                ends.append((index, known[-1]))
        spots = apart([end[1] + 4 for _, end in ends], 17, _TOP, self.bottom)
        for (position, end), y in zip(ends, spots, strict=True):
            fill = SECOND_TEXT if position == 1 else SERIES[position]
            begin = self.right + 8 if len(ends) > 1 else min(self.right + 8, end[0] + 8)
            room = self.sheet.width - begin
            self.sheet.text(begin, y, self.end_words(position), "start", fill=fill, bold=True, size=SMALL, room=room)


def runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The points cut wherever one is missing."""
    out: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            out.append([])
        else:
            out[-1].append(point)
    return [run for run in out if run]


# --- a line the size of a word ----------------------------------------------------------------------------------------


SPARK_WIDTH: Final = 92
SPARK_HEIGHT: Final = 24
_EDGE: Final = 4.0


def spark(values: Sequence[ExactNumber | None], lang: Lang) -> Drawing:
    """The values from left to right on a scale that holds zero, with a dot on the last known one; gaps stay open."""
    sheet = Drawing(SPARK_WIDTH, SPARK_HEIGHT, lang)
    low, high = extent(float(value) for value in values if value is not None)
    step = (SPARK_WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    points = [
        None
        if value is None
        else (
            _EDGE + step * index,
            SPARK_HEIGHT - _EDGE - (float(value) - low) / (high - low) * (SPARK_HEIGHT - 2 * _EDGE),
        )
        for index, value in enumerate(values)
    ]
    drawn = runs(points)
    for run in drawn:
        sheet.polyline(run, CONTEXT, 1.6)
    if drawn:
        sheet.dot(*drawn[-1][-1], CHOSEN, 3)
    return sheet
