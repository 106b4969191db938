"""A whole cut into areas: an optional view of a budget, beside the bar list that says the same more exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ayan.core.values import locale
from ayan.core.values.locale import Lang
from ayan.ui.charts.drawing import PAPER, SERIES, SMALL, Box, Drawing
from ayan.ui.charts.figure import Column, Key, Table, unit_key
from ayan.ui.charts.layout import Side
from ayan.ui.charts.measure import Measure, Number, Scale
from ayan.ui.charts.wording import NOTHING, listing

HEIGHT: Final = 320


@dataclass(frozen=True, slots=True)
class Area:
    """One part with its exact value; ``group`` is its place among the chart's groups, which gives its colour."""

    label: str
    value: Number
    group: int = 0


@dataclass(frozen=True, slots=True)
class Treemap:
    """Areas in proportion to their values, greatest where reading begins. ValueError for a negative value."""

    areas: Sequence[Area]
    measure: Measure
    name: str
    item_name: str
    groups: Sequence[str] = ()

    def __post_init__(self) -> None:
        if any(one.value < 0 for one in self.areas):
            raise ValueError("an area cannot be negative")

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""
        return self.measure.lang

    @property
    def scale(self) -> Scale:
        """The unit of every number on the drawing."""
        return self.measure.scale(one.value for one in self.areas)

    @property
    def _order(self) -> list[Area]:
        return sorted((one for one in self.areas if one.value > 0), key=lambda one: one.value, reverse=True)

    def table(self) -> Table:
        """A row for each area, greatest first."""
        exact = self.measure.exact
        columns = (Column(self.item_name, numeric=False), Column(self.name, self.measure.unit))
        order = sorted(self.areas, key=lambda one: one.value, reverse=True)
        return Table(columns, tuple((one.label, exact(one.value)) for one in order))

    def sentence(self) -> str:
        """The greatest three and how many more there are."""
        return listing(self.name, [(one.label, one.value) for one in self._order], self.scale)

    def keys(self) -> tuple[Key, ...]:
        """The colour of each group, and the unit."""
        groups = tuple(Key("bar", words, SERIES[place % len(SERIES)]) for place, words in enumerate(self.groups))
        return groups + unit_key(self.scale.words, self.lang)

    def draw(self, width: int) -> Drawing:
        """Nearly square areas with their names and numbers where there is room; the pointer finds the others."""
        sheet = Drawing(width, HEIGHT, self.lang)
        order = self._order
        if not order:
            sheet.text(width / 2, HEIGHT / 2, NOTHING.of(self.lang))
            return sheet
        scale = self.scale
        boxes = squarified([float(scale.of(one.value)) for one in order], width, HEIGHT)
        for one, box in zip(order, boxes, strict=True):
            wide, tall = box.right - box.left, box.bottom - box.top
            left = box.left if locale.of(self.lang).is_ltr else width - box.right
            words = scale.write(one.value)
            fill = SERIES[one.group % len(SERIES)]
            sheet.rect(left, box.top, wide, tall, fill, stroke=PAPER, title=f"{one.label}: {scale.say(one.value)}")
            if wide < 44 or tall < 40:
                continue
            side = Side(width, locale.of(self.lang).is_ltr)
            edge = left + 8 if side.rightward else left + wide - 8
            sheet.text(edge, box.top + 18, one.label, side.begin, fill=PAPER, room=wide - 16)
            sheet.text(edge, box.top + 34, words, side.begin, fill=PAPER, size=SMALL, bold=True, room=wide - 16)
        return sheet


def squarified(values: Sequence[float], width: float, height: float) -> list[Box]:
    """A box for each value (greatest first), filling width and height with areas in proportion, as square as can be.

    After Bruls, Huizing and van Wijk, Squarified Treemaps (2000).
    """
    total = sum(values)
    areas = [one / total * width * height for one in values]
    boxes: list[Box] = []
    left, top, right, bottom = 0.0, 0.0, float(width), float(height)
    place = 0
    while place < len(areas):
        short = min(right - left, bottom - top)
        row = [areas[place]]
        while place + len(row) < len(areas) and short:
            longer = [*row, areas[place + len(row)]]
            if _worst(longer, short) > _worst(row, short):
                break
            row = longer
        thick = sum(row) / short if short else 0.0
        along = left if right - left < bottom - top else top
        for one in row:
            long = one / thick if thick else 0.0
            if right - left < bottom - top:
                boxes.append(Box(along, top, along + long, top + thick))
            else:
                boxes.append(Box(left, along, left + thick, along + long))
            along += long
        if right - left < bottom - top:
            top += thick
        else:
            left += thick
        place += len(row)
    return boxes


def _worst(row: Sequence[float], short: float) -> float:
    """The greatest ratio of sides in a row of areas laid along a side."""
    total = sum(row)
    return max(max(short**2 * one / total**2, total**2 / (short**2 * one)) for one in row)
