"""What has been paid so far against what may be: steps over days under an amount that itself moves, and a limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final

from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import (
    AXIS,
    CHOSEN,
    INK,
    OUTLINE,
    PAPER,
    SECOND_TEXT,
    SERIES,
    SIZE,
    SMALL,
    Drawing,
    TextBox,
    apart,
    box_of,
)
from ayan.ui.charts.figure import FigureColumn, FigureKey, FigureTable, unit_of
from ayan.ui.charts.measure import NOTHING, ChartMeasure, Scale, extent, span
from ayan.ui.limits import MOST_STEPS_TOLD

DAY: Final = Label("تاریخ", "Day")
HEIGHT: Final = 260.0
LOW_HEIGHT: Final = 220.0
_TOP: Final = 14.0
_FOOT: Final = 26.0
_SIDE: Final = 1.0
_NAMES: Final = 0.4
_LINE: Final = 15.0


@dataclass(frozen=True, slots=True)
class Stair:
    """A named sum and what it has come to from each of some days on, the oldest first."""

    name: str
    steps: Sequence[tuple[date, ExactNumber]]


@dataclass(frozen=True, slots=True)
class Steps:
    """What ``so_far`` has come to under the ``whole`` of the same days; ``limit`` is what the whole may not pass.

    Time runs left to right in both languages, from the first day of either to the last.
    """

    so_far: Stair
    whole: Stair
    measure: ChartMeasure
    limit: tuple[str, ExactNumber] | None = None

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""
        return self.measure.lang

    @property
    def scale(self) -> Scale:
        """The unit of every number on the drawing."""
        return self.measure.scale(self._values())

    def told_in(self, measure: ChartMeasure) -> Steps:
        """The same in another unit."""
        return replace(self, measure=measure)

    def unit(self) -> str:
        """The unit of all numbers; what they are is said by the keys."""
        return unit_of("", self.scale.words, self.lang)

    def table(self) -> FigureTable:
        """A row for each day on which either moved, with what both came to then."""
        unit, exact = self.measure.unit, self.measure.exact
        columns = (
            FigureColumn(DAY.of(self.lang), numeric=False),
            FigureColumn(self.so_far.name, unit),
            FigureColumn(self.whole.name, unit),
        )
        paid, whole = dict(self.so_far.steps), dict(self.whole.steps)
        rows, now, of = [], None, None
        for day in sorted({*paid, *whole}):
            now, of = paid.get(day, now), whole.get(day, of)
            rows.append((value_html.day_in_words(day, self.lang), exact(now), exact(of)))
        return FigureTable(columns, tuple(rows))

    def sentence(self) -> str:
        """From where each of both to where."""
        stairs = [stair for stair in (self.so_far, self.whole) if stair.steps]
        said = [span(stair.name, self._labelled(stair), self.scale) for stair in stairs]
        if self.limit is not None:
            said.append(f"{self.limit[0]}: {self.scale.say(self.limit[1])}.")
        return " ".join(said) or NOTHING.of(self.lang)

    def keys(self) -> tuple[FigureKey, ...]:
        """The ground of the whole, the body of what was paid, the line of the limit."""
        limit = (FigureKey("line", self.limit[0], SERIES[1]),) if self.limit is not None else ()
        return (FigureKey("bar", self.so_far.name, CHOSEN), FigureKey("outline", self.whole.name, *OUTLINE), *limit)

    def draw(self, width: int) -> Drawing:
        """The whole as a ground, what was paid before it, the limit above, and at the end what each has come to."""
        sheet = Drawing(width, LOW_HEIGHT if width < WIDE_FROM else HEIGHT, self.lang)
        if not self.so_far.steps or not self.whole.steps:
            sheet.text(width / 2, sheet.height / 2, NOTHING.of(self.lang))
            return sheet
        _StepPlot(self, sheet).all()
        return sheet

    def _values(self) -> Iterator[ExactNumber]:
        yield from (value for stair in (self.so_far, self.whole) for _, value in stair.steps)
        if self.limit is not None:
            yield self.limit[1]

    def _labelled(self, stair: Stair) -> list[tuple[str, ExactNumber | None]]:
        return [(value_html.day_in_words(day, self.lang), value) for day, value in stair.steps]


WIDE_FROM: Final = 480


class _StepPlot:
    """The geometry of one drawing."""

    def __init__(self, chart: Steps, sheet: Drawing) -> None:
        self.chart, self.sheet, self.scale = chart, sheet, chart.scale
        self.low, self.high = extent(float(self.scale.of(value)) for value in chart._values())
        self.bottom = sheet.height - _FOOT
        ends = [chart.so_far.steps[-1][1], chart.whole.steps[-1][1], *([chart.limit[1]] if chart.limit else [])]
        self.words = [self.scale.write(value) for value in ends]
        longest = max(metrics.width(text, SMALL, bold=True) for text in self.words)
        self.right = sheet.width - min(longest + 12, sheet.width * _NAMES)
        days = [day for stair in (chart.so_far, chart.whole) for day, _ in stair.steps]
        self.first, self.last = min(days), max(days)

    def x(self, day: date) -> float:
        return _SIDE + (day - self.first).days / max(1, (self.last - self.first).days) * (self.right - _SIDE - 6)

    def y(self, value: ExactNumber) -> float:
        share = (float(self.scale.of(value)) - self.low) / (self.high - self.low)
        return self.bottom - share * (self.bottom - _TOP)

    def all(self) -> None:
        self.stair(self.chart.whole, *OUTLINE)
        self.stair(self.chart.so_far, CHOSEN, "")
        if self.chart.limit is not None:
            height = self.y(self.chart.limit[1])
            self.sheet.line(_SIDE, height, self.right, height, SERIES[1], 1.5, "5 4")
        zero = self.y(0)
        self.sheet.line(_SIDE, zero, self.right, zero, AXIS)
        self.ends()
        self.axis()
        self.figures(self.chart.so_far, PAPER, 15.0)
        self.figures(self.chart.whole, INK, -7.0)

    def stair(self, stair: Stair, fill: str, stroke: str) -> None:
        """A body that stands on nought and is as high as the sum of each day; the last goes on to the edge."""
        zero = self.y(0)
        ends = [self.x(day) for day, _ in stair.steps[1:]] + [self.right]
        for (day, value), end in zip(stair.steps, ends, strict=True):
            left, height = self.x(day), self.y(value)
            self.sheet.rect(left, min(height, zero), max(0.0, end - left), abs(zero - height), fill)
        if stroke:
            self.sheet.polyline(self.outline(stair, ends), stroke, 1.5)

    def outline(self, stair: Stair, ends: Sequence[float]) -> Iterator[tuple[float, float]]:
        for (day, value), end in zip(stair.steps, ends, strict=True):
            yield self.x(day), self.y(value)
            yield max(end, self.x(day)), self.y(value)

    def ends(self) -> None:
        """What each has come to, beside the end of it, apart from the others."""
        chart = self.chart
        colours = (CHOSEN, INK, SECOND_TEXT)
        ends = [chart.so_far.steps[-1][1], chart.whole.steps[-1][1], *([chart.limit[1]] if chart.limit else [])]
        heights = apart([self.y(value) + 4 for value in ends], _LINE, _TOP, self.bottom)
        room = self.sheet.width - self.right - 6
        for words, height, colour in zip(self.words, heights, colours, strict=False):
            self.sheet.text(self.right + 6, height, words, "start", size=SMALL, bold=True, fill=colour, room=room)

    def figures(self, stair: Stair, colour: str, below: float) -> None:
        """What each step has come to, at its beginning, where it has room: under its edge in the body, or over it.

        The last is told beside the end. Of many steps none is told: some with their figures would seem to matter more.
        """
        moved = [*stair.steps[:1], *(step for before, step in pairwise(stair.steps) if before[1] != step[1])]
        if len(moved) > MOST_STEPS_TOLD:
            return
        begins = [self.x(day) for day, _ in moved]
        for (_, value), left, right in zip(moved, begins, begins[1:], strict=False):
            words, base = self.scale.write(value), self.y(value) + below
            box = box_of(left + 4, base, words, "start", size=SMALL, bold=True)
            fits = box.right + 4 <= right and box.top >= 0 and box.bottom <= self.y(0) - 2
            if fits and not any(map(box.meets, self.sheet.texts)) and not self._on_a_line(box):
                self.sheet.text(left + 4, base, words, "start", size=SMALL, bold=True, fill=colour)

    def _on_a_line(self, box: TextBox) -> bool:
        """Whether the line of the limit or an edge of the whole would run through words."""
        heights = [self.y(value) for day, value in self.chart.whole.steps if self.x(day) <= box.right]
        heights += [self.y(self.chart.limit[1])] if self.chart.limit else []
        return any(box.top - 1 <= height <= box.bottom + 1 for height in heights)

    def axis(self) -> None:
        """The first and the last day, where there is room for both."""
        first, last = (value_html.day_in_words(day, self.chart.lang) for day in (self.first, self.last))
        base = self.sheet.height - 8
        self.sheet.text(_SIDE, base, first, "start", room=self.sheet.width - 2)
        if self.last != self.first and metrics.width(first, SIZE) + metrics.width(last, SIZE) + 16 < self.right:
            self.sheet.text(self.right, base, last, "end")
