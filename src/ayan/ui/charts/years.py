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
    Box,
    Drawing,
    box_of,
)
from ayan.ui.charts.figure import Column, Key, Table
from ayan.ui.charts.layout import along
from ayan.ui.charts.measure import Measure, Number, Scale, extent
from ayan.ui.charts.wording import NOTHING, span
from ayan.ui.limits import WIDEST_BAR

HEIGHT: Final = 172
_TOP: Final = 22.0
_FOOT: Final = 26.0
_SIDE: Final = 12.0


@dataclass(frozen=True, slots=True)
class Period:
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

    periods: Sequence[Period]
    measure: Measure
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
        return self.measure.scale([*(one.value for one in self.periods), *(one.real for one in self.periods)])

    def table(self) -> Table:
        """A row for each period."""
        unit = self.measure.unit
        real = any(one.real is not None for one in self.periods)
        axis = self.axis_name or Label("سال", "Year").of(self.lang)
        columns = [
            Column(axis, numeric=False),
            Column(self.name, unit),
            *([Column(self.real_name, unit)] if real else []),
        ]
        exact = self.measure.exact
        rows = [
            (one.label, exact(one.value), exact(one.real)) if real else (one.label, exact(one.value))
            for one in self.periods
        ]
        return Table(tuple(columns), tuple(rows))

    def sentence(self) -> str:
        """From the first known value to the last, and the same at constant prices."""
        said = span(self.name, [(one.label, one.value) for one in self.periods], self.scale)
        real = [(one.label, one.real) for one in self.periods if one.real is not None]
        return f"{said} {span(self.real_name, real, self.scale)}" if real else said

    def keys(self) -> tuple[Key, ...]:
        """The bars with their unit, and the line."""
        scale = self.scale
        comma = locale.of(self.lang).comma
        bars = Key("bar", f"{self.name}{comma}{scale.words}" if scale.words else self.name, CHOSEN)
        if any(one.real is not None for one in self.periods):
            return (bars, Key("line", self.real_name, SERIES[1]))
        return (bars,)

    def draw(self, width: int) -> Drawing:
        """The bars on a zero line, the line over them, and labels where they meet neither each other nor the line."""
        sheet = Drawing(width, HEIGHT, self.lang)
        known = [one for one in self.periods if one.value is not None or one.real is not None]
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
        values = [each for one in chart.periods for each in (one.value, one.real) if each is not None]
        self.low, self.high = extent(float(self.scale.of(one)) for one in values)
        self.pitch = (sheet.width - 2 * _SIDE) / len(chart.periods)
        self.bar_width = min(WIDEST_BAR, self.pitch * (0.62 if self.pitch > 50 else 0.74))
        under = _FOOT + (16 if self.low < 0 else 0)
        self.top, self.bottom = _TOP, sheet.height - under
        self.zero = self.y(0)
        self.chosen = chart.chosen or next((one.label for one in reversed(chart.periods) if one.value is not None), "")
        self.bar_boxes: list[Box] = []
        self.line_points: list[tuple[float, float]] = []

    def y(self, scaled: float) -> float:
        return self.bottom - (scaled - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def height_of(self, value: Number) -> float:
        return self.y(float(self.scale.of(value)))

    def middle(self, place: int) -> float:
        return _SIDE + self.pitch * (place + 0.5)

    def bars(self) -> None:
        for place, one in enumerate(self.chart.periods):
            x = self.middle(place)
            if one.value is None:
                self.sheet.text(x, self.zero - 5, "–", size=SMALL)
                continue
            end = self.height_of(one.value)
            fill = CHOSEN if one.label == self.chosen else CONTEXT
            top, tall = min(end, self.zero), abs(end - self.zero)
            words = f"{one.label}: {self.scale.say(one.value)}"
            self.bar_boxes.append(Box(x - self.bar_width / 2, top, x + self.bar_width / 2, top + tall))
            self.sheet.rect(x - self.bar_width / 2, top, self.bar_width, tall, fill, title=words)

    def axis(self) -> None:
        self.sheet.line(_SIDE - 4, self.zero, self.sheet.width - _SIDE + 4, self.zero, AXIS)
        places = [self.middle(place) for place in range(len(self.chart.periods))]
        along(self.sheet, places, [one.label for one in self.chart.periods])

    def real_line(self) -> None:
        run: list[tuple[float, float]] = []
        for place, one in enumerate(self.chart.periods):
            if one.real is not None:
                run.append((self.middle(place), self.height_of(one.real)))
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
        for place, value in self._told():
            self._bar_label(place, value)

    def _line_label(self) -> None:
        place, real = next(
            ((place, one.real) for place, one in enumerate(self.chart.periods) if one.real is not None), (0, None)
        )
        if real is None:
            return
        x, y = self.middle(place), self.height_of(real)
        self.sheet.dot(x, y, SERIES[1])
        spots: tuple[tuple[float, float, Anchor], ...] = (
            (x + 8, y - 7, "start"),
            (x, y - 9, "middle"),
            (x + 8, y + 16, "start"),
        )
        for spot_x, spot_y, anchor in spots:
            if self._write(spot_x, spot_y, self.scale.write(real), anchor, SECOND_TEXT):
                return

    def _told(self) -> list[tuple[int, Number]]:
        """The bars that carry a number, those that matter most first."""
        known = {place: one.value for place, one in enumerate(self.chart.periods) if one.value is not None}
        if not known:
            return []
        places = list(known)
        chosen = [place for place in places if self.chart.periods[place].label == self.chosen]
        greatest = max(places, key=lambda place: abs(Decimal(known[place])))
        least = min(places, key=lambda place: known[place])
        lowest = [least] if known[least] < 0 else []
        told = dict.fromkeys([*chosen, greatest, *lowest, places[0], places[len(places) // 2]])
        return [(place, known[place]) for place in told]

    def _bar_label(self, place: int, value: Number) -> None:
        """Beyond the bar's end, or in white within it where the bar is dark and roomy enough."""
        x, end, words = self.middle(place), self.height_of(value), self.scale.write(value)
        down = end > self.zero + 0.01
        if self._write(x, end + 15 if down else end - 6, words, "middle", INK):
            return
        roomy = abs(end - self.zero) >= 24 and metrics.width(words, SMALL, bold=True) <= self.bar_width
        if roomy and self.chart.periods[place].label == self.chosen:
            self._write(x, end - 8 if down else end + 17, words, "middle", PAPER)

    def _write(self, x: float, y: float, words: str, anchor: Anchor, fill: str) -> bool:
        """Put a label where nothing else stands; False where it would meet something or leave the sheet."""
        box = box_of(x, y, words, anchor, size=SMALL, bold=True)
        inside = box.left >= 0 and box.right <= self.sheet.width and box.top >= 0 and box.bottom <= self.sheet.height
        if not inside or self._line_crosses(box) or self._bar_crosses(box) or any(map(box.meets, self.sheet.texts)):
            return False
        self.sheet.text(x, y, words, anchor, size=SMALL, bold=True, fill=fill)
        return True

    def _line_crosses(self, box: Box) -> bool:
        for (x1, y1), (x2, y2) in pairwise(self.line_points):
            if x2 < box.left or x1 > box.right:
                continue
            at = [y1 + (y2 - y1) * (min(max(x, x1), x2) - x1) / (x2 - x1) for x in (box.left, box.right)]
            if min(at) - 3 < box.bottom and max(at) + 3 > box.top:
                return True
        return False

    def _bar_crosses(self, box: Box) -> bool:
        """Whether a bar runs into a box; a box wholly within a bar is written on it."""
        for bar in self.bar_boxes:
            within = bar.left <= box.left and box.right <= bar.right and bar.top <= box.top and box.bottom <= bar.bottom
            if bar.meets(box) and not within:
                return True
        return False
