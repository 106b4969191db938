"""Bars by year with a line of real prices over them: what was paid, and what that is worth at one year's prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import (
    AXIS,
    CHOSEN,
    CONTEXT,
    INK,
    PAPER,
    SECOND_TEXT,
    SERIES,
    SMALL,
    Anchor,
    Drawing,
    TextBox,
    along,
    box_of,
)
from ayan.ui.charts.figure import FigureColumn, FigureKey, FigureTable
from ayan.ui.charts.measure import NOTHING, ChartMeasure, Number, Scale, extent, span
from ayan.ui.limits import WIDEST_BAR

HEIGHT: Final = 172
_TOP: Final = 22.0
_FOOT: Final = 26.0
_SIDE: Final = 12.0


@dataclass(frozen=True, slots=True)
class YearBar:
    """One year (or month): its label, its exact value and its value at constant prices; None where it is not known."""

    label: str
    value: Number | None
    real: Number | None = None


@dataclass(frozen=True, slots=True)
class YearBars:
    """Bars for nominal values and, where given, a line for real ones. Time runs left to right in both languages.

    ``chosen`` is the label of the bar drawn in full colour (the last one where empty); ``name`` and ``real_name`` head
    the columns and the key: «جمع هر سال», «به قیمت ثابت ۱۴۰۴».
    """

    periods: Sequence[YearBar]
    measure: ChartMeasure
    name: str
    real_name: str = ""
    axis_name: str = ""
    chosen: str = ""

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""
        return self.measure.lang

    @property
    def scale(self) -> Scale:
        """The unit of every number on the drawing."""
        return self.measure.scale(
            [*(period.value for period in self.periods), *(period.real for period in self.periods)]
        )

    def table(self) -> FigureTable:
        """A row for each period."""
        unit = self.measure.unit
        real = any(period.real is not None for period in self.periods)
        axis = self.axis_name or Label("سال", "Year").of(self.lang)
        columns = [
            FigureColumn(axis, numeric=False),
            FigureColumn(self.name, unit),
            *([FigureColumn(self.real_name, unit)] if real else []),
        ]
        exact = self.measure.exact
        rows = [
            (period.label, exact(period.value), exact(period.real)) if real else (period.label, exact(period.value))
            for period in self.periods
        ]
        return FigureTable(tuple(columns), tuple(rows))

    def sentence(self) -> str:
        """From the first known value to the last, and the same at constant prices."""
        said = span(self.name, [(period.label, period.value) for period in self.periods], self.scale)
        real = [(period.label, period.real) for period in self.periods if period.real is not None]
        return f"{said} {span(self.real_name, real, self.scale)}" if real else said

    def keys(self) -> tuple[FigureKey, ...]:
        """The bars with their unit, and the line."""
        scale = self.scale
        comma = locale.of(self.lang).comma
        bars = FigureKey("bar", f"{self.name}{comma}{scale.words}" if scale.words else self.name, CHOSEN)
        if any(period.real is not None for period in self.periods):
            return (bars, FigureKey("line", self.real_name, SERIES[1]))
        return (bars,)

    def draw(self, width: int) -> Drawing:
        """The bars on a zero line, the line over them, and labels where they meet neither each other nor the line."""
        sheet = Drawing(width, HEIGHT, self.lang)
        known = [period for period in self.periods if period.value is not None or period.real is not None]
        if not known:
            sheet.text(width / 2, HEIGHT / 2, NOTHING.of(self.lang))
            return sheet
        plot = _Plot(self, sheet)
        plot.bars()
        plot.axis()
        plot.real_line()
        plot.labels()
        return sheet


class _Plot:
    """The geometry of one drawing."""

    def __init__(self, chart: YearBars, sheet: Drawing) -> None:
        self.chart, self.sheet = chart, sheet
        self.scale = chart.scale
        values = [each for period in chart.periods for each in (period.value, period.real) if each is not None]
        self.low, self.high = extent(float(self.scale.of(value)) for value in values)
        self.pitch = (sheet.width - 2 * _SIDE) / len(chart.periods)
        self.bar_width = min(WIDEST_BAR, self.pitch * (0.62 if self.pitch > 50 else 0.74))
        under = _FOOT + (16 if self.low < 0 else 0)
        self.top, self.bottom = _TOP, sheet.height - under
        self.zero = self.y(0)
        self.chosen = chart.chosen or next(
            (period.label for period in reversed(chart.periods) if period.value is not None), ""
        )
        self.bar_boxes: list[TextBox] = []
        self.line_points: list[tuple[float, float]] = []

    def y(self, scaled: float) -> float:
        return self.bottom - (scaled - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def height_of(self, value: Number) -> float:
        return self.y(float(self.scale.of(value)))

    def middle(self, index: int) -> float:
        return _SIDE + self.pitch * (index + 0.5)

    def bars(self) -> None:
        for index, period in enumerate(self.chart.periods):
            x = self.middle(index)
            if period.value is None:
                self.sheet.text(x, self.zero - 5, "–", size=SMALL)
                continue
            end = self.height_of(period.value)
            fill = CHOSEN if period.label == self.chosen else CONTEXT
            top, tall = min(end, self.zero), abs(end - self.zero)
            words = f"{period.label}: {self.scale.say(period.value)}"
            self.bar_boxes.append(TextBox(x - self.bar_width / 2, top, x + self.bar_width / 2, top + tall))
            self.sheet.rect(x - self.bar_width / 2, top, self.bar_width, tall, fill, title=words)

    def axis(self) -> None:
        self.sheet.line(_SIDE - 4, self.zero, self.sheet.width - _SIDE + 4, self.zero, AXIS)
        places = [self.middle(index) for index in range(len(self.chart.periods))]
        along(self.sheet, places, [period.label for period in self.chart.periods])

    def real_line(self) -> None:
        run: list[tuple[float, float]] = []
        for index, period in enumerate(self.chart.periods):
            if period.real is not None:
                run.append((self.middle(index), self.height_of(period.real)))
            elif run:
                self._line(run)
                run = []
        if run:
            self._line(run)

    def _line(self, run: list[tuple[float, float]]) -> None:
        self.sheet.polyline(run, SERIES[1])
        self.line_points.extend(run)

    def labels(self) -> None:
        """Numbers on the chosen, the greatest, the least and the first bar, and where the line begins."""
        self._line_label()
        for index, value in self._labelled_bars():
            self._bar_label(index, value)

    def _line_label(self) -> None:
        index, real = next(
            ((index, period.real) for index, period in enumerate(self.chart.periods) if period.real is not None),
            (0, None),
        )
        if real is None:
            return
        x, y = self.middle(index), self.height_of(real)
        self.sheet.dot(x, y, SERIES[1])
        spots: tuple[tuple[float, float, Anchor], ...] = (
            (x + 8, y - 7, "start"),
            (x, y - 9, "middle"),
            (x + 8, y + 16, "start"),
        )
        for spot_x, spot_y, anchor in spots:
            if self._write(spot_x, spot_y, self.scale.write(real), anchor, SECOND_TEXT):
                return

    def _labelled_bars(self) -> list[tuple[int, Number]]:
        """The bars that carry a number, those that matter most first."""
        known = {index: period.value for index, period in enumerate(self.chart.periods) if period.value is not None}
        if not known:
            return []
        places = list(known)
        chosen = [index for index in places if self.chart.periods[index].label == self.chosen]
        greatest = max(places, key=lambda index: abs(Decimal(known[index])))
        least = min(places, key=lambda index: known[index])
        lowest = [least] if known[least] < 0 else []
        labelled = dict.fromkeys([*chosen, greatest, *lowest, places[0], places[len(places) // 2]])
        return [(index, known[index]) for index in labelled]

    def _bar_label(self, index: int, value: Number) -> None:
        """Beyond the bar's end, or in white within it where the bar is dark and roomy enough."""
        x, end, words = self.middle(index), self.height_of(value), self.scale.write(value)
        down = end > self.zero + 0.01
        if self._write(x, end + 15 if down else end - 6, words, "middle", INK):
            return
        roomy = abs(end - self.zero) >= 24 and metrics.width(words, SMALL, bold=True) <= self.bar_width
        if roomy and self.chart.periods[index].label == self.chosen:
            self._write(x, end - 8 if down else end + 17, words, "middle", PAPER)

    def _write(self, x: float, y: float, words: str, anchor: Anchor, fill: str) -> bool:
        """Put a label where nothing else stands; False where it would meet something or leave the sheet."""
        box = box_of(x, y, words, anchor, size=SMALL, bold=True)
        inside = box.left >= 0 and box.right <= self.sheet.width and box.top >= 0 and box.bottom <= self.sheet.height
        if not inside or self._line_crosses(box) or self._bar_crosses(box) or any(map(box.meets, self.sheet.texts)):
            return False
        self.sheet.text(x, y, words, anchor, size=SMALL, bold=True, fill=fill)
        return True

    def _line_crosses(self, box: TextBox) -> bool:
        for (x1, y1), (x2, y2) in pairwise(self.line_points):
            if x2 < box.left or x1 > box.right:
                continue
            at = [y1 + (y2 - y1) * (min(max(x, x1), x2) - x1) / (x2 - x1) for x in (box.left, box.right)]
            if min(at) - 3 < box.bottom and max(at) + 3 > box.top:
                return True
        return False

    def _bar_crosses(self, box: TextBox) -> bool:
        """Whether a bar runs into a box; a box wholly within a bar is written on it."""
        for bar in self.bar_boxes:
            within = bar.left <= box.left and box.right <= bar.right and bar.top <= box.top and box.bottom <= bar.bottom
            if bar.meets(box) and not within:
                return True
        return False
