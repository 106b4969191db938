"""A strip of dots: where one stands among all the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from ayan.core.values import locale
from ayan.core.values.digits import ExactNumber
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import AXIS, CHOSEN, CONTEXT, INK, INK_2, SIZE, SMALL, ChartSide, Drawing, clean
from ayan.ui.charts.figure import FigureColumn, FigureKey, FigureTable, unit_of
from ayan.ui.charts.measure import MEDIAN, NOTHING, ChartMeasure, Scale, among, extent, ticks
from ayan.ui.limits import MOST_IN_TABLE

_SIDE: Final = 26.0
_RADIUS: Final = 4.0
_BAND: Final = 86.0
_TOP: Final = 34.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One thing with its exact value."""

    label: str
    value: ExactNumber
    chosen: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class DotStrip:
    """Every dot on one scale that holds zero and grows the way the page is read; the first chosen one is named."""

    dots: Sequence[Dot]
    measure: ChartMeasure
    name: str
    item_name: str

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""
        return self.measure.lang

    @property
    def scale(self) -> Scale:
        """The unit of every number on the drawing."""
        return self.measure.scale(dot.value for dot in self.dots)

    @property
    def median(self) -> Decimal | None:
        """The middle value: half of the dots are at or under it."""
        values = sorted(Decimal(dot.value) for dot in self.dots)
        if not values:
            return None
        half = len(values) // 2
        return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2

    def table(self) -> FigureTable:
        """The greatest first; the chosen ones stand whatever their place."""
        order = sorted(self.dots, key=lambda dot: dot.value, reverse=True)
        shown = [dot for rank, dot in enumerate(order) if rank < MOST_IN_TABLE or dot.chosen]
        columns = (FigureColumn(self.item_name, numeric=False), FigureColumn(self.name, self.measure.unit))
        rows = tuple((dot.label, self.measure.exact(dot.value)) for dot in shown)
        return FigureTable(columns, rows, tuple(dot.address for dot in shown))

    def sentence(self) -> str:
        """How many there are, their middle, and the rank of the chosen one."""
        chosen = next((dot for dot in self.dots if dot.chosen), None)
        rank = sum(dot.value > chosen.value for dot in self.dots) + 1 if chosen else 0
        highlight = (chosen.label, chosen.value, rank) if chosen else None
        return among(self.name, len(self.dots), self.median, highlight, self.scale)

    def told_in(self, measure: ChartMeasure) -> DotStrip:
        """The same in another unit."""
        return replace(self, measure=measure)

    def unit(self) -> str:
        """The unit of all numbers, after what they are."""
        return unit_of(self.name, self.scale.words, self.lang)

    def keys(self) -> tuple[FigureKey, ...]:
        """What a dot is."""
        return (FigureKey("dot", self.item_name, CONTEXT),)

    def draw(self, width: int) -> Drawing:
        """The dots piled where they are many, the middle as a line, the chosen one over all with its name."""
        height = _TOP + _BAND + 50
        sheet = Drawing(width, height, self.lang)
        if not self.dots:
            sheet.text(width / 2, height / 2, NOTHING.of(self.lang))
            return sheet
        scale, side = self.scale, ChartSide(width, locale.of(self.lang).is_ltr)
        marks = ticks(*extent(float(scale.of(dot.value)) for dot in self.dots), most=4 if width < 480 else 6)
        room = width - 2 * _SIDE
        base = _TOP + _BAND

        def x(value: float) -> float:
            return side.left(_SIDE + (value - marks[0]) / (marks[-1] - marks[0]) * room)

        sheet.line(x(marks[0]), base + 4, x(marks[-1]), base + 4, AXIS)
        taken = -1.0
        for mark in sorted(marks, key=x):
            words = scale.mark(mark)
            half = metrics.width(words, SMALL) / 2
            middle = min(max(x(mark), half), width - half)
            if middle - half > taken:
                sheet.line(x(mark), base + 4, x(mark), base + 8, AXIS)
                sheet.text(middle, base + 22, words, size=SMALL)
                taken = middle + half + 6
        self._pile(sheet, [(x(float(scale.of(dot.value))), dot) for dot in self.dots], base)
        self._middle(sheet, x, base)
        return sheet

    def _pile(self, sheet: Drawing, places: list[tuple[float, Dot]], base: float) -> None:
        piles: dict[int, int] = {}
        for x, _ in places:
            piles[round(x / (2 * _RADIUS))] = piles.get(round(x / (2 * _RADIUS)), 0) + 1
        # A pile that would leave the band is pressed together, so that nothing is left out.
        step = min(2 * _RADIUS, (_BAND - 2 * _RADIUS) / max(piles.values()))
        used: dict[int, int] = {}
        chosen = []
        for x, dot in sorted(places, key=lambda each: each[0]):
            pile = round(x / (2 * _RADIUS))
            y = base - _RADIUS - used.get(pile, 0) * step
            used[pile] = used.get(pile, 0) + 1
            if dot.chosen:
                chosen.append((x, y, dot))
            else:
                sheet.dot(x, y, CONTEXT, _RADIUS - 0.5, faint=True, title=f"{dot.label}: {self.scale.say(dot.value)}")
        for x, y, point in chosen:
            words = f"{point.label}: {self.scale.say(point.value)}"
            sheet.dot(x, y, CHOSEN, _RADIUS + 2, stroke="#fff", title=words)
        if chosen:
            x, y, first_chosen = chosen[0]
            words = clean(f"{first_chosen.label}: {self.scale.say(first_chosen.value)}")
            half = min(metrics.width(words, SIZE, bold=True), sheet.width) / 2
            sheet.line(x, 22, x, y - _RADIUS - 2, CHOSEN)
            middle = min(max(x, half), sheet.width - half)
            sheet.text(middle, 15, words, fill=INK, bold=True, room=sheet.width)

    def _middle(self, sheet: Drawing, x: Callable[[float], float], base: float) -> None:
        median = self.median
        if median is None or len(self.dots) < 3:
            return
        position = x(float(self.scale.of(median)))
        words = f"{MEDIAN.of(self.lang)} {self.scale.write(median)}"
        half = metrics.width(words, SMALL) / 2
        sheet.line(position, _TOP, position, base + 28, INK_2)
        sheet.text(min(max(position, half), sheet.width - half), base + 40, words, size=SMALL)
