"""A table whose cells are shaded by their values: who by when, each with its number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from ayan.core.values import locale
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import (
    CHOSEN,
    CONTEXT,
    INK,
    NARROW_BELOW,
    PAPER,
    SIZE,
    SMALL,
    ChartSide,
    Drawing,
    TextBox,
    along,
)
from ayan.ui.charts.figure import FigureColumn, FigureKey, FigureTable, unit_of
from ayan.ui.charts.measure import NOTHING, ChartMeasure, Scale, extent, listing, noted

SHADES: Final = ("#eef4f3", "#cfe3e1", "#9dc6c5", CONTEXT, CHOSEN)
"""From little to much; ink is read on all but the last, paper on that."""
_UP_TO: Final = Label("تا {value}", "up to {value}")
_OVER: Final = Label("بیشتر", "more")
_HEAD: Final = 24.0
_NOTE: Final = 15.0
_PITCH: Final = 34.0
_TALL_PITCH: Final = 54.0
_CELL: Final = 30.0
_UNDER: Final = 14.0
_LABELS: Final = 0.32
_APART: Final = 6.0
_EASY: Final = (1, 2, 2.5, 5, 10)


def _nice(value: float) -> float:
    """The number nearest to a value, above 0, that is remembered easily."""
    size = 10.0 ** math.floor(math.log10(value))
    return min((size * step for step in _EASY), key=lambda each: abs(math.log(each / value)))


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One thing with its value in each column, None where there is none, and the addresses of the rows behind them.

    ``under`` is said in small below each value, such as of how many it is a share.
    """

    label: str
    values: Sequence[ExactNumber | None]
    address: str = ""
    cells: Sequence[str] = ()
    under: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class HeatTable:
    """Rows in the order given; time runs from left to right in both languages. ``notes`` stand under the columns.

    ``whole`` is what all of it has together, in a row of its own at the end. ValueError for a row with another number
    of values than there are columns.
    """

    columns: Sequence[str]
    rows: Sequence[HeatRow]
    measure: ChartMeasure
    name: str
    item_name: str
    notes: Sequence[str] = ()
    whole: HeatRow | None = None

    def __post_init__(self) -> None:
        if any(len(row.values) != len(self.columns) for row in self.lines):
            raise ValueError("every row has one value, or None, for each column")

    @property
    def lines(self) -> list[HeatRow]:
        """All rows, that of the whole last."""
        return [*self.rows, *([self.whole] if self.whole else [])]

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""
        return self.measure.lang

    @property
    def scale(self) -> Scale:
        """The unit of every number on the drawing."""
        return self.measure.scale(value for row in self.rows for value in row.values)

    @property
    def bounds(self) -> list[float]:
        """Where one shade ends and the next begins, in the unit of the drawing; the last shade has no end."""
        scale = self.scale
        values = [float(scale.of(value)) for row in self.rows for value in row.values if value is not None]
        low, high = extent(values)
        count = len(SHADES)
        steps = [low + (high - low) * step / count for step in range(1, count)]
        some = [value for value in values if value > 0]
        if low == 0 and some and median(some) * count < high:
            # A few stand far above the rest, which would all have the palest shade: each step is twice the one before.
            easy = {_nice(high / 2**step) for step in range(1, count)}
            return sorted({step if scale.words else max(1, round(step)) for step in easy if step < high})
        # Two digits can be remembered, and counts have no halves.
        size = max(abs(low), abs(high))
        digits = 1 - math.floor(math.log10(size)) if size else 0
        digits = digits if scale.words else min(digits, 0)
        return sorted({round(step, digits) for step in steps if low < round(step, digits) < high})

    def told_in(self, measure: ChartMeasure) -> HeatTable:
        """The same in another unit."""
        return replace(self, measure=measure)

    def unit(self) -> str:
        """The unit of all numbers, after what they are."""
        return unit_of(self.name, self.scale.words, self.lang)

    def table(self) -> FigureTable:
        """A row for each row, and one for the whole."""
        notes = self.notes or [""] * len(self.columns)
        heads = [noted(column, note) for column, note in zip(self.columns, notes, strict=True)]
        columns = (
            FigureColumn(self.item_name, numeric=False),
            *(FigureColumn(head, self.measure.unit) for head in heads),
        )
        rows = tuple((row.label, *map(self.measure.exact, row.values)) for row in self.lines)
        return FigureTable(columns, rows, tuple(row.address for row in self.lines))

    def sentence(self) -> str:
        """Where the greatest values stand."""
        known = [
            (f"{row.label} {column}", value)
            for row in self.rows
            for column, value in zip(self.columns, row.values, strict=True)
            if value is not None
        ]
        return listing(self.name, sorted(known, key=lambda pair: pair[1], reverse=True), self.scale)

    def keys(self) -> tuple[FigureKey, ...]:
        """What each shade stands for."""
        bounds = self.bounds
        words = [_UP_TO.of(self.lang).format(value=self.scale.mark(bound)) for bound in bounds]
        return tuple(
            FigureKey("bar", said, shade)
            for said, shade in zip([*words, _OVER.of(self.lang)], self._shades(len(bounds) + 1), strict=True)
        )

    def draw(self, width: int) -> Drawing:
        """The cells, each with its number; the names stand beside their rows, or above them on a narrow sheet."""
        above = width < NARROW_BELOW
        side, cell = ChartSide(width, locale.of(self.lang).is_ltr), _CELL + (_UNDER if self._is_tall else 0)
        pitch = (_TALL_PITCH if above else _PITCH) + cell - _CELL
        head = _HEAD + (_NOTE if any(self.notes) else 0)
        foot = _APART if self.whole else 0.0
        sheet = Drawing(width, head + max(1, len(self.lines)) * pitch + foot + 4, self.lang)
        if not self.rows or not self.columns:
            sheet.text(width / 2, sheet.height / 2 + 4, NOTHING.of(self.lang))
            return sheet
        longest = max(metrics.width(row.label, SIZE, bold=row is self.whole) for row in self.lines)
        names = 0.0 if above else min(longest, width * _LABELS) + 12
        begin = side.left(names, width - names)
        wide = (width - names) / len(self.columns)
        # Worked out once for all cells.
        scale, bounds = self.scale, self.bounds
        middles = [begin + wide * (index + 0.5) for index in range(len(self.columns))]
        along(sheet, middles, self.columns, 14)
        for middle, note in zip(middles, self.notes, strict=False):
            if note and metrics.width(note, SMALL) <= wide:
                sheet.text(middle, 14 + _NOTE, note, size=SMALL)
        for index, row in enumerate(self.lines):
            top, is_whole = head + index * pitch, row is self.whole
            if is_whole:
                sheet.line(0, top + 1, width, top + 1, INK, 2)
                top += foot
            base, room = top + (14 if above else cell / 2 + 5), width if above else names - 12
            sheet.text(side.left(0), base, row.label, side.begin, fill=INK, room=room, bold=is_whole)
            for column, value in enumerate(row.values):
                left, upper = begin + wide * column + 1, top + (20 if above else 0)
                box = TextBox(left, upper, left + wide - 2, upper + cell)
                if value is not None:
                    self._cell(sheet, row, column, value, box, scale, bounds)
                else:
                    sheet.text((box.left + box.right) / 2, upper + 20, "–", size=SMALL)
        return sheet

    @property
    def _is_tall(self) -> bool:
        return any(row.under for row in self.lines)

    def _cell(
        self,
        sheet: Drawing,
        row: HeatRow,
        column: int,
        value: ExactNumber,
        box: TextBox,
        scale: Scale,
        bounds: Sequence[float],
    ) -> None:
        scaled = float(scale.of(value))
        fill = self._shades(len(bounds) + 1)[sum(scaled > bound for bound in bounds)]
        under = row.under[column] if row.under else ""
        said = f"{row.label}{locale.of(self.lang).comma}{self.columns[column]}: {scale.say(value)}"
        said += f" ({under})" if under else ""
        wide = box.right - box.left
        sheet.rect(box.left, box.top, wide, box.bottom - box.top, fill, title=said)
        words = scale.write(value)
        middle, ink = box.left + wide / 2, PAPER if fill == CHOSEN else INK
        if metrics.width(words, SMALL, bold=True) + 4 <= wide:
            sheet.text(middle, box.top + 20, words, size=SMALL, bold=True, fill=ink)
        if under and metrics.width(under, SMALL) + 2 <= wide:
            sheet.text(middle, box.top + 20 + _UNDER, under, size=SMALL, fill=ink)
        sheet.link(box, row.cells[column] if row.cells else row.address, said)

    def _shades(self, count: int) -> Sequence[str]:
        """So many shades, the darkest always among them."""
        return SHADES[len(SHADES) - count :]
