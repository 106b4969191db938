"""A whole cut into areas: an optional view of a budget, beside the bar list that says the same more exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.values import locale
from ayan.core.values.digits import ExactNumber
from ayan.core.values.locale import Lang
from ayan.ui.charts.drawing import CHOSEN, CONTEXT, INK, PAPER, SERIES, SMALL, ChartSide, Drawing, TextBox
from ayan.ui.charts.figure import FigureColumn, FigureKey, FigureTable, unit_of
from ayan.ui.charts.measure import NOTHING, ChartMeasure, Scale, listing

HEIGHT: Final = 320


@dataclass(frozen=True, slots=True)
class Area:
    """One part with its exact value; ``group`` is its place among the chart's groups, if it has any, for its colour."""

    label: str
    value: ExactNumber
    group: int = 0
    address: str = ""


@dataclass(frozen=True, slots=True)
class Treemap:
    """Areas in proportion to their values, greatest where reading begins. ValueError for a negative value."""

    areas: Sequence[Area]
    measure: ChartMeasure
    name: str
    item_name: str
    groups: Sequence[str] = ()

    def __post_init__(self) -> None:
        if any(area.value < 0 for area in self.areas):
            raise ValueError("an area cannot be negative")

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""
        return self.measure.lang

    @property
    def scale(self) -> Scale:
        """The unit of every number on the drawing."""
        return self.measure.scale(area.value for area in self.areas)

    @property
    def _order(self) -> list[Area]:
        return sorted((area for area in self.areas if area.value > 0), key=lambda area: area.value, reverse=True)

    def table(self) -> FigureTable:
        """A row for each area, greatest first."""
        exact = self.measure.exact
        columns = (FigureColumn(self.item_name, numeric=False), FigureColumn(self.name, self.measure.unit))
        order = sorted(self.areas, key=lambda area: area.value, reverse=True)
        rows = tuple((area.label, exact(area.value)) for area in order)
        return FigureTable(columns, rows, tuple(area.address for area in order))

    def sentence(self) -> str:
        """The greatest three and how many more there are."""
        return listing(self.name, [(area.label, area.value) for area in self._order], self.scale)

    def told_in(self, measure: ChartMeasure) -> Treemap:
        """The same in another unit."""
        return replace(self, measure=measure)

    def unit(self) -> str:
        """The unit of all numbers, after what they are."""
        return unit_of(self.name, self.scale.words, self.lang)

    def keys(self) -> tuple[FigureKey, ...]:
        """The colour of each group."""
        return tuple(FigureKey("bar", words, SERIES[index % len(SERIES)]) for index, words in enumerate(self.groups))

    def draw(self, width: int) -> Drawing:
        """Nearly square areas with their names and numbers where there is room; the pointer finds the others."""
        sheet = Drawing(width, HEIGHT, self.lang)
        order = self._order
        if not order:
            sheet.text(width / 2, HEIGHT / 2, NOTHING.of(self.lang))
            return sheet
        scale = self.scale
        boxes = squarified([float(scale.of(area.value)) for area in order], width, HEIGHT)
        for area, box in zip(order, boxes, strict=True):
            wide, tall = box.right - box.left, box.bottom - box.top
            left = box.left if locale.of(self.lang).is_ltr else width - box.right
            words = scale.write(area.value)
            fill = SERIES[area.group % len(SERIES)] if self.groups else CHOSEN if area is order[0] else CONTEXT
            ink = INK if fill == CONTEXT else PAPER
            said = f"{area.label}: {scale.say(area.value)}"
            sheet.rect(left, box.top, wide, tall, fill, stroke=PAPER, title=said)
            sheet.link(TextBox(left, box.top, left + wide, box.bottom), area.address, said)
            if wide < 44 or tall < 40:
                continue
            side = ChartSide(width, locale.of(self.lang).is_ltr)
            edge = left + 8 if side.rightward else left + wide - 8
            sheet.text(edge, box.top + 18, area.label, side.begin, fill=ink, room=wide - 16)
            sheet.text(edge, box.top + 34, words, side.begin, fill=ink, size=SMALL, bold=True, room=wide - 16)
        return sheet


def squarified(values: Sequence[float], width: float, height: float) -> list[TextBox]:
    """A box for each value (greatest first), filling width and height with areas in proportion, as square as can be.

    After Bruls, Huizing and van Wijk, Squarified Treemaps (2000).
    """
    total = sum(values)
    areas = [value / total * width * height for value in values]
    boxes: list[TextBox] = []
    left, top, right, bottom = 0.0, 0.0, float(width), float(height)
    index = 0
    while index < len(areas):
        short = min(right - left, bottom - top)
        row = [areas[index]]
        while index + len(row) < len(areas) and short:
            longer = [*row, areas[index + len(row)]]
            if _worst(longer, short) > _worst(row, short):
                break
            row = longer
        thick = sum(row) / short if short else 0.0
        along = left if right - left < bottom - top else top
        for area in row:
            long = area / thick if thick else 0.0
            if right - left < bottom - top:
                boxes.append(TextBox(along, top, along + long, top + thick))
            else:
                boxes.append(TextBox(left, along, left + thick, along + long))
            along += long
        if right - left < bottom - top:
            top += thick
        else:
            left += thick
        index += len(row)
    return [_on_the_sheet(box, width, height) for box in boxes]


def _on_the_sheet(box: TextBox, width: float, height: float) -> TextBox:
    """The box, cut: beside far greater values the smallest share what errors of rounding have left of the sheet."""
    if box.right - width < 1 and box.bottom - height < 1:
        return box
    return TextBox(min(box.left, width), min(box.top, height), min(box.right, width), min(box.bottom, height))


def _worst(row: Sequence[float], short: float) -> float:
    """The greatest ratio of sides in a row of areas laid along a side."""
    total = sum(row)
    return max(max(short**2 * area / total**2, total**2 / (short**2 * area)) for area in row)
