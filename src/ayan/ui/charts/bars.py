"""Bars made of parts, in the order given; of one part they are a plain list of bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.values import locale
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import (
    AXIS,
    CHOSEN,
    CONTEXT,
    INK,
    PAPER,
    SERIES,
    SMALL,
    ChartRows,
    Drawing,
    TextBox,
)
from ayan.ui.charts.figure import FigureColumn, FigureKey, FigureTable, unit_of
from ayan.ui.charts.measure import NOTHING, ChartMeasure, Scale, extent, listing

_PARTS: Final = Label("بخش‌ها", "Parts")
_SUM: Final = Label("جمع", "Sum")


@dataclass(frozen=True, slots=True)
class Whole:
    """One bar: its label and the exact value of each part, in the order of the chart's parts.

    A bar that is the only part of itself may be unknown, or negative. ``address`` leads to its rows.
    """

    label: str
    values: Sequence[ExactNumber | None]
    chosen: bool = False
    address: str = ""

    @property
    def sum(self) -> ExactNumber:
        """All parts together."""
        return sum(value for value in self.values if value is not None)


@dataclass(frozen=True, slots=True)
class BarLine:
    """A value at which a line crosses all bars, and what it is: «برآورد»."""

    value: ExactNumber
    words: str


@dataclass(frozen=True, slots=True)
class StackedBars:
    """Wholes divided into at most six named parts; they grow from one zero line the way the page is read.

    ``shares`` draws every whole equally long; ``line`` stands across plain bars. ``item_name`` says what the labels
    name («مأموریت»).
    ValueError for a negative or unknown one of several parts, or a row with another number of parts: such a bar would
    lie.
    """

    parts: Sequence[str]
    wholes: Sequence[Whole]
    measure: ChartMeasure
    name: str
    item_name: str
    shares: bool = False
    line: BarLine | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.parts) <= len(SERIES):
            raise ValueError(f"a stacked bar has one to {len(SERIES)} parts")
        for whole in self.wholes:
            torn = not self.plain and any(value is None or value < 0 for value in whole.values)
            if len(whole.values) != len(self.parts) or torn:
                raise ValueError("every bar has one value that is not negative for each part")

    @classmethod
    def of(
        cls, name: str, bars: Sequence[Whole], measure: ChartMeasure, item_name: str, line: BarLine | None = None
    ) -> StackedBars:
        """A plain list of bars: one part each."""
        return cls([name], bars, measure, name, item_name, line=line)

    @property
    def plain(self) -> bool:
        """Whether each bar is one part."""
        return len(self.parts) == 1

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""
        return self.measure.lang

    @property
    def scale(self) -> Scale:
        """The unit of every number on the drawing."""
        return self.measure.scale(whole.sum for whole in self.wholes)

    def told_in(self, measure: ChartMeasure) -> StackedBars:
        """The same in another unit."""
        return replace(self, measure=measure)

    def unit(self) -> str:
        """The unit of all numbers, after what they are."""
        return unit_of(self.name, self.scale.words, self.lang)

    def table(self) -> FigureTable:
        """A row for each whole, with its sum where it has several parts."""
        unit, exact = self.measure.unit, self.measure.exact
        heads = self.parts if self.plain else (*self.parts, _SUM.of(self.lang))
        columns = (FigureColumn(self.item_name, numeric=False), *(FigureColumn(title, unit) for title in heads))
        rows = tuple(
            (whole.label, *map(exact, whole.values), *([] if self.plain else [exact(whole.sum)]))
            for whole in self.wholes
        )
        return FigureTable(columns, rows, tuple(whole.address for whole in self.wholes))

    def sentence(self) -> str:
        """The greatest wholes, and what each of several parts comes to over all."""
        known = [(whole.label, whole.sum) for whole in self.wholes if any(v is not None for v in whole.values)]
        said = listing(self.name, sorted(known, key=lambda pair: pair[1], reverse=True), self.scale)
        if self.plain:
            return said
        over_all = [(part, sum(each.values[n] or 0 for each in self.wholes)) for n, part in enumerate(self.parts)]
        return f"{said} {listing(_PARTS.of(self.lang), over_all, self.scale, most=6)}"

    def keys(self) -> tuple[FigureKey, ...]:
        """The colour of each of several parts."""
        if self.plain:
            return (FigureKey("line", self.line.words, INK),) if self.line else ()
        return tuple(FigureKey("bar", part, SERIES[index]) for index, part in enumerate(self.parts))

    def draw(self, width: int) -> Drawing:
        """The bars with their labels where reading begins and their numbers at the far side."""
        scale = self.scale
        written = [
            "–" if all(value is None for value in whole.values) else scale.write(whole.sum) for whole in self.wholes
        ]
        rows = ChartRows.of(width, locale.of(self.lang).is_ltr, (bar.label for bar in self.wholes), written)
        sheet = Drawing(width, rows.height(len(self.wholes)), self.lang)
        if not self.wholes:
            sheet.text(width / 2, sheet.height / 2 + 4, NOTHING.of(self.lang))
            return sheet
        low, high = (0.0, 1.0) if self.shares else extent(self._reaches(scale))
        per_pixel = rows.bar_room / (high - low)
        zero = rows.bar_start - low * per_pixel
        for index, bar in enumerate(self.wholes):
            rows.label(sheet, index, bar.label, written[index], bold=bar.chosen)
            whole = float(scale.of(bar.sum)) or 1.0
            start = zero
            for part, value in enumerate(bar.values):
                if value is not None:
                    scaled = float(scale.of(value)) / (whole if self.shares else 1.0)
                    self._part(sheet, rows, index, part, start, scaled * per_pixel)
                    start += scaled * per_pixel
            if low < 0:
                x, top = rows.side.left(zero), rows.bar_top(index)
                sheet.line(x, top - 4, x, top + rows.bar_height + 4, AXIS)
            if self.line is not None:
                x, top = rows.side.left(zero + float(scale.of(self.line.value)) * per_pixel), rows.bar_top(index)
                sheet.line(x, top - 4, x, top + rows.bar_height + 4, INK, 2)
            top = index * rows.pitch + 4
            box = TextBox(0, top, width, top + rows.pitch)
            sheet.link(box, bar.address, f"{bar.label}: {written[index]} {scale.words}".strip())
        return sheet

    def _reaches(self, scale: Scale) -> list[float]:
        """How far the bars go, and the line across them."""
        line = [] if self.line is None else [self.line.value]
        return [float(scale.of(value)) for value in (*(whole.sum for whole in self.wholes), *line)]

    def _part(self, sheet: Drawing, rows: ChartRows, index: int, part: int, start: float, reach: float) -> None:
        value = self.wholes[index].values[part]
        if value is None or (not reach and not self.plain):
            return
        long = abs(reach)
        left, top = rows.side.left(min(start, start + reach), long), rows.bar_top(index)
        names = [self.wholes[index].label, *([] if self.plain else [self.parts[part]])]
        title = f"{locale.of(self.lang).comma.join(names)}: {self.scale.say(value)}"
        if self.plain:
            highlighted = any(bar.chosen for bar in self.wholes)
            fill = CONTEXT if highlighted and not self.wholes[index].chosen else CHOSEN
            sheet.rect(left, top, long, rows.bar_height, fill, title=title)
            return
        sheet.rect(left, top, long, rows.bar_height, SERIES[part], stroke=PAPER, title=title)
        words = self.scale.write(value)
        if rows.bar_height >= 16 and metrics.width(words, SMALL, bold=True) + 8 <= long:
            sheet.text(left + long / 2, top + 13, words, size=SMALL, bold=True, fill=PAPER)
