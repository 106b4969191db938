"""Bars: a list from the greatest down, and wholes made of parts in the same order and colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import AXIS, CHOSEN, CONTEXT, OUTLINE, PAPER, SERIES, SMALL, ChartRows, Drawing
from ayan.ui.charts.figure import Cell, FigureColumn, FigureKey, FigureTable, unit_key
from ayan.ui.charts.measure import NOTHING, ChartMeasure, Number, Scale, extent, listing


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing with its exact value; ``of`` is what was approved, drawn as an outline round what was spent."""

    label: str
    value: Number | None
    of: Number | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class BarList:
    """Bars in the order given, on one zero line; they grow the way the page is read.

    ``name`` says what the bars are («هزینه‌شده»), ``of_name`` what the outlines are («مصوب»), ``item_name`` what the
    labels name («مأموریت»).
    """

    bars: Sequence[Bar]
    measure: ChartMeasure
    name: str
    item_name: str
    of_name: str = ""

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""
        return self.measure.lang

    @property
    def scale(self) -> Scale:
        """The unit of every number on the drawing."""
        return self.measure.scale([*(bar.value for bar in self.bars), *(bar.of for bar in self.bars)])

    @property
    def _outlined(self) -> bool:
        return any(bar.of is not None for bar in self.bars)

    def table(self) -> FigureTable:
        """A row for each bar."""
        unit, exact = self.measure.unit, self.measure.exact
        of = [FigureColumn(self.of_name, unit)] if self._outlined else []
        rows: list[tuple[Cell, ...]] = [
            (bar.label, *([exact(bar.of)] if self._outlined else []), exact(bar.value)) for bar in self.bars
        ]
        return FigureTable(
            (FigureColumn(self.item_name, numeric=False), *of, FigureColumn(self.name, unit)), tuple(rows)
        )

    def sentence(self) -> str:
        """The greatest three and how many more there are."""
        known = [(bar.label, bar.value) for bar in self.bars if bar.value is not None]
        return listing(self.name, sorted(known, key=lambda pair: pair[1], reverse=True), self.scale)

    def keys(self) -> tuple[FigureKey, ...]:
        """What bar and outline stand for, with the unit."""
        comma = locale.of(self.lang).comma
        words = f"{self.name}{comma}{self.scale.words}" if self.scale.words else self.name
        bar = FigureKey("bar", words, CHOSEN)
        return (FigureKey("outline", self.of_name, *OUTLINE), bar) if self._outlined else (bar,)

    def draw(self, width: int) -> Drawing:
        """The bars with their labels on the side where reading begins and their numbers at the far side."""
        scale, rightward = self.scale, locale.of(self.lang).is_ltr
        written = ["–" if bar.value is None else scale.write(bar.value) for bar in self.bars]
        rows = ChartRows.of(width, rightward, (bar.label for bar in self.bars), written)
        sheet = Drawing(width, rows.height(len(self.bars)), self.lang)
        if not self.bars:
            sheet.text(width / 2, sheet.height / 2 + 4, NOTHING.of(self.lang))
            return sheet
        values = [each for bar in self.bars for each in (bar.value, bar.of) if each is not None]
        low, high = extent(float(scale.of(value)) for value in values)
        per_pixel = rows.bar_room / (high - low)
        zero = rows.bar_start - low * per_pixel
        highlighted = any(bar.chosen for bar in self.bars)
        for index, bar in enumerate(self.bars):
            top = rows.bar_top(index)
            plain = CONTEXT if highlighted and not bar.chosen else CHOSEN
            for value, fill, stroke in ((bar.of, *OUTLINE), (bar.value, plain, "")):
                if value is not None:
                    reach = float(scale.of(value)) * per_pixel
                    left = rows.side.left(min(zero, zero + reach), abs(reach))
                    title = f"{bar.label}: {scale.say(value)}"
                    sheet.rect(left, top, abs(reach), rows.bar_height, fill, stroke=stroke, title=title)
            rows.label(sheet, index, bar.label, written[index], bold=bar.chosen)
            if low < 0:
                x = rows.side.left(zero)
                sheet.line(x, top - 4, x, top + rows.bar_height + 4, AXIS)
        return sheet


# --- bars made of parts -----------------------------------------------------------------------------------------------


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
