"""Two years side by side: what rose, what fell, and by how much one stands above another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.values.digits import ExactNumber
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import AXIS, CHOSEN, CONTEXT, INK, INK_2, SIZE, SMALL, Drawing, apart
from ayan.ui.charts.figure import FigureColumn, FigureKey, FigureTable, unit_of
from ayan.ui.charts.measure import NOTHING, ChartMeasure, Scale, change, extent

_TOP: Final = 40.0
_FOOT: Final = 14.0
_GAP: Final = 18.0
_NAMES: Final = 0.42


@dataclass(frozen=True, slots=True)
class SlopePair:
    """One thing at both times; None where it was not there."""

    label: str
    before: ExactNumber | None
    after: ExactNumber | None
    chosen: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class Slope:
    """Pairs between two moments, the earlier on the left in both languages."""

    pairs: Sequence[SlopePair]
    begin: str
    end: str
    measure: ChartMeasure
    item_name: str

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""
        return self.measure.lang

    @property
    def scale(self) -> Scale:
        """The unit of every number on the drawing."""
        return self.measure.scale(value for pair in self.pairs for value in (pair.before, pair.after))

    def told_in(self, measure: ChartMeasure) -> Slope:
        """The same in another unit."""
        return replace(self, measure=measure)

    def unit(self) -> str:
        """The unit of all numbers."""
        return unit_of("", self.scale.words, self.lang)

    def table(self) -> FigureTable:
        """A row for each pair."""
        unit, exact = self.measure.unit, self.measure.exact
        columns = (
            FigureColumn(self.item_name, numeric=False),
            FigureColumn(self.begin, unit),
            FigureColumn(self.end, unit),
        )
        rows = tuple((pair.label, exact(pair.before), exact(pair.after)) for pair in self.pairs)
        return FigureTable(columns, rows, tuple(pair.address for pair in self.pairs))

    def sentence(self) -> str:
        """The change of each, the chosen ones first."""
        order = sorted(self.pairs, key=lambda pair: not pair.chosen)
        return change([(pair.label, pair.before, pair.after) for pair in order], self.begin, self.end, self.scale)

    def keys(self) -> tuple[FigureKey, ...]:
        """None: every line is named."""
        return ()

    def draw(self, width: int) -> Drawing:
        """A line for each pair, its numbers at both ends, its name at the later one."""
        drawn = [pair for pair in self.pairs if pair.before is not None or pair.after is not None]
        height = max(220.0, _TOP + _FOOT + _GAP * len(drawn))
        sheet = Drawing(width, height, self.lang)
        if not drawn:
            sheet.text(width / 2, height / 2, NOTHING.of(self.lang))
            return sheet
        scale = self.scale
        low, high = extent(
            float(scale.of(value)) for pair in drawn for value in (pair.before, pair.after) if value is not None
        )
        numbers = [scale.write(value) for pair in drawn for value in (pair.before, pair.after) if value is not None]
        number_room = max(metrics.width(text, SMALL, bold=True) for text in numbers)
        longest = max(metrics.width(pair.label, SMALL) for pair in drawn)
        left = max(number_room + 12, metrics.width(self.begin, SMALL) / 2 + 4)
        heads = (metrics.width(self.begin, SIZE, bold=True) + metrics.width(self.end, SIZE, bold=True)) / 2
        right = max(width - number_room - min(longest, width * _NAMES) - 24, left + heads + 16)
        middle = {False: left, True: right}
        for late, words in ((False, self.begin), (True, self.end)):
            sheet.line(middle[late], _TOP - 12, middle[late], height - _FOOT + 4, AXIS)
            sheet.text(middle[late], _TOP - 20, words, fill=INK, bold=True)

        def y(value: ExactNumber) -> float:
            return height - _FOOT - (float(scale.of(value)) - low) / (high - low) * (height - _FOOT - _TOP)

        for pair in sorted(drawn, key=lambda each: each.chosen):
            self._line(
                sheet,
                pair,
                {late: (middle[late], y(v)) for late, v in ((False, pair.before), (True, pair.after)) if v is not None},
            )
        for late in (False, True):
            known = [(pair, value) for pair in drawn if (value := pair.after if late else pair.before) is not None]
            spots = apart([y(value) + 4 for _, value in known], 16, _TOP, height - 4)
            for (named_pair, value), spot in zip(known, spots, strict=True):
                x = middle[late] + (8 if late else -8)
                fill = CHOSEN if named_pair.chosen else INK
                sheet.text(x, spot, scale.write(value), "start" if late else "end", size=SMALL, bold=True, fill=fill)
                if late:
                    name_left = x + number_room + 8
                    sheet.text(
                        name_left,
                        spot,
                        named_pair.label,
                        "start",
                        size=SMALL,
                        fill=fill if named_pair.chosen else INK_2,
                        room=width - name_left,
                    )
        return sheet

    def _line(self, sheet: Drawing, pair: SlopePair, ends: dict[bool, tuple[float, float]]) -> None:
        colour = CHOSEN if pair.chosen else CONTEXT
        if len(ends) == 2:
            sheet.polyline([ends[False], ends[True]], colour, 3 if pair.chosen else 1.8)
        for x, y in ends.values():
            sheet.dot(x, y, colour)
