"""Bars made of parts: how each whole is divided, in the same order and the same colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import PAPER, SERIES, SMALL, Drawing
from ayan.ui.charts.figure import FigureColumn, FigureKey, FigureTable, unit_key
from ayan.ui.charts.layout import ChartRows
from ayan.ui.charts.measure import ChartMeasure, Number, Scale
from ayan.ui.charts.wording import NOTHING, listing


@dataclass(frozen=True, slots=True)
class Whole:
    """One bar: its label and the exact value of each part, in the order of the chart's parts."""

    label: str
    values: Sequence[Number]


@dataclass(frozen=True, slots=True)
class StackedBars:
    """Wholes divided into at most six named parts. ``shares`` draws every whole equally long.

    ValueError for a negative part or a row with another number of parts: such a bar would lie.
    """

    parts: Sequence[str]
    wholes: Sequence[Whole]
    measure: ChartMeasure
    name: str
    item_name: str
    shares: bool = False

    def __post_init__(self) -> None:
        if len(self.parts) > len(SERIES):
            raise ValueError(f"a stacked bar has at most {len(SERIES)} parts")
        for whole in self.wholes:
            if len(whole.values) != len(self.parts) or any(value < 0 for value in whole.values):
                raise ValueError("every bar has one value that is not negative for each part")

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""
        return self.measure.lang

    @property
    def scale(self) -> Scale:
        """The unit of every number on the drawing."""
        return self.measure.scale(sum(whole.values) for whole in self.wholes)

    def table(self) -> FigureTable:
        """A row for each whole, with its sum."""
        unit, exact = self.measure.unit, self.measure.exact
        total = Label("جمع", "Sum").of(self.lang)
        columns = (
            FigureColumn(self.item_name, numeric=False),
            *(FigureColumn(title, unit) for title in (*self.parts, total)),
        )
        rows = tuple((whole.label, *map(exact, whole.values), exact(sum(whole.values))) for whole in self.wholes)
        return FigureTable(columns, rows)

    def sentence(self) -> str:
        """The greatest wholes and what each part comes to over all."""
        sums = sorted(
            ((whole.label, sum(whole.values)) for whole in self.wholes), key=lambda pair: pair[1], reverse=True
        )
        over_all = [(part, sum(whole.values[index] for whole in self.wholes)) for index, part in enumerate(self.parts)]
        return f"{listing(self.name, sums, self.scale)} {listing(_parts(self.lang), over_all, self.scale, most=6)}"

    def keys(self) -> tuple[FigureKey, ...]:
        """The colour of each part, and the unit."""
        parts = tuple(FigureKey("bar", part, SERIES[index]) for index, part in enumerate(self.parts))
        return parts + unit_key(self.scale.words, self.lang)

    def draw(self, width: int) -> Drawing:
        """The bars, with a number in each part that has room for it."""
        scale = self.scale
        sums = [sum(bar.values) for bar in self.wholes]
        written = [scale.write(total) for total in sums]
        rows = ChartRows.of(width, locale.of(self.lang).is_ltr, (bar.label for bar in self.wholes), written)
        sheet = Drawing(width, rows.height(len(self.wholes)), self.lang)
        if not self.wholes:
            sheet.text(width / 2, sheet.height / 2 + 4, NOTHING.of(self.lang))
            return sheet
        most = max(*sums, 0) or 1
        for index, bar in enumerate(self.wholes):
            rows.label(sheet, index, bar.label, written[index])
            whole = (sums[index] or 1) if self.shares else most
            start = rows.bar_start
            for part, value in enumerate(bar.values):
                long = float(scale.of(value) / scale.of(whole)) * rows.bar_room
                if long > 0:
                    self._part(sheet, rows, index, part, start, long, value)
                start += long
        return sheet

    def _part(
        self, sheet: Drawing, rows: ChartRows, index: int, part: int, start: float, long: float, value: Number
    ) -> None:
        left, top = rows.side.left(start, long), rows.bar_top(index)
        title = f"{self.wholes[index].label}، {self.parts[part]}: {self.scale.say(value)}"
        sheet.rect(left, top, long, rows.bar_height, SERIES[part], stroke=PAPER, title=title)
        words = self.scale.write(value)
        if rows.bar_height >= 16 and metrics.width(words, SMALL, bold=True) + 8 <= long:
            sheet.text(left + long / 2, top + 13, words, size=SMALL, bold=True, fill=PAPER)


def _parts(lang: Lang) -> str:
    return Label("بخش‌ها", "Parts").of(lang)
