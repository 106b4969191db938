"""A small map of the districts by a figure: classes with their limits told, and what is not published hatched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from django.urls import reverse

from ayan.apps.planning.city_land import CityLand
from ayan.apps.planning.district_outlines import DistrictOutline, outlines
from ayan.apps.planning.limits import MOST_CLASSES, SMALL_HEIGHT, SMALL_WIDTH
from ayan.apps.planning.map_sheet import MapSheet, around
from ayan.core.schema.field import CodeList
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.place import Bbox
from ayan.ui.charts.drawing import isolated
from ayan.ui.charts.measure import ChartMeasure, Scale

NAMES: Final = {
    1: (Label("همه برابر", "All alike"),),
    2: (Label("کمتر", "Lower"), Label("بیشتر", "Higher")),
    3: (Label("کم", "Low"), Label("میانه", "Middle"), Label("زیاد", "High")),
    4: (Label("کمترین‌ها", "Lowest"), Label("کم", "Low"), Label("زیاد", "High"), Label("بیشترین‌ها", "Highest")),
}
"""What the classes are called, by how many there are."""
LETTER: Final = 8.5
LINE: Final = 18
"""Pixels of a letter and of a line of a name on a small map."""
SHADES: Final = {1: (3,), 2: (1, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5)}


@dataclass(frozen=True, slots=True)
class NameLine:
    """A line of a district's name and where it stands."""

    words: str
    y: float


@dataclass(frozen=True, slots=True)
class DistrictArea:
    """One district on the sheet; shade 0 where no figure of it is published, -1 where none is asked for.

    Its name stands in ``lines`` around ``x``, its figure at ``foot``. ``has_rows`` tells whether any row is of it, with
    a figure or without.
    """

    code: str
    words: str
    lines: tuple[NameLine, ...]
    path: str
    x: float
    y: float
    foot: float
    shade: int
    value: str
    address: str
    has_rows: bool = False


@dataclass(frozen=True, slots=True)
class FigureClass:
    """A class of the legend: what it is called, its least and greatest figure as written, and how many are in it."""

    shade: int
    name: Label
    least: str
    most: str
    count: int


@dataclass(frozen=True, slots=True)
class DistrictMap:
    """The districts by one figure. ``anchor`` is its own on the page, ``unit`` that of what is written on it."""

    anchor: str
    areas: tuple[DistrictArea, ...]
    classes: tuple[FigureClass, ...]
    unit: str
    width: int
    height: int
    sheet: MapSheet

    @property
    def unknown(self) -> list[DistrictArea]:
        """The districts of which no figure is published."""
        return [area for area in self.areas if area.shade == 0]


def bare_map(whole: CityLand, districts: CodeList, anchor: str, lang: Lang, chosen: str = "") -> DistrictMap | None:
    """The districts without figures, each a way to its page; None where no land is published."""
    placed = _placed(whole)
    if placed is None:
        return None
    sheet, drawn = placed
    areas = tuple(_area(sheet, drawn[code], districts, code, 3 if code == chosen else -1, "", lang) for code in drawn)
    return DistrictMap(anchor, areas, (), "", sheet.width, sheet.height, sheet)


def district_map(
    whole: CityLand,
    districts: CodeList,
    figures: Mapping[str, ExactNumber | None],
    measure: ChartMeasure,
    anchor: str,
    lang: Lang,
) -> DistrictMap | None:
    """The districts by a figure; None where no land is published, or no figure of any of its districts."""
    placed = _placed(whole)
    if placed is None:
        return None
    sheet, drawn = placed
    known = {code: value for code in drawn if (value := figures.get(code)) is not None}
    if not known:
        return None
    scale = measure.scale(known.values())
    parted = parts(list(known.values()))
    shades = dict(zip((tuple(part) for part in parted), SHADES[len(parted)], strict=True))
    shade = {value: tint for part, tint in shades.items() for value in part}
    areas = tuple(
        _area(
            sheet, drawn[code], districts, code,
            shade[known[code]] if code in known else 0,
            scale.write(known[code]) if code in known else "",
            lang,
            has_rows=code in figures,
        )
        for code in drawn
    )  # fmt: skip
    classes = tuple(_classes(parted, list(known.values()), scale))
    return DistrictMap(anchor, areas, classes, scale.words, sheet.width, sheet.height, sheet)


def parts(values: Sequence[ExactNumber]) -> list[list[ExactNumber]]:
    """The distinct values in classes of about as many districts each, from the least; equal ones are of one class."""
    distinct = sorted(set(values))
    most = min(MOST_CLASSES, max(min(2, len(distinct)), len(distinct) // 2))
    cuts = [round(at * len(distinct) / most) for at in range(most + 1)]
    return [distinct[begin:end] for begin, end in pairwise(cuts)]


def _classes(
    parted: Sequence[Sequence[ExactNumber]], values: Sequence[ExactNumber], scale: Scale
) -> Sequence[FigureClass]:
    return [
        FigureClass(shade, name, scale.write(part[0]), scale.write(part[-1]), sum(value in part for value in values))
        for part, shade, name in zip(parted, SHADES[len(parted)], NAMES[len(parted)], strict=True)
    ]


def _placed(whole: CityLand) -> tuple[MapSheet, Mapping[str, DistrictOutline]] | None:
    if whole.land is None or whole.table is None or whole.extent is None or not whole.land.has("district"):
        return None
    drawn = {code: each for code, each in outlines(whole.land.dataset.slug, whole.table).items() if each.rings}
    return (small_sheet(whole.extent), drawn) if drawn else None


def small_sheet(box: Bbox) -> MapSheet:
    """A sheet of the size of a small map, as tall as the box asks for."""
    wide, high = around(box, 1.0).side(box)
    metres = max(wide, high * SMALL_WIDTH / SMALL_HEIGHT, 1.0) * 1.08
    tall = min(SMALL_HEIGHT, max(160, round((high * 1.08 / metres) * SMALL_WIDTH) + 8))
    return MapSheet((box.west + box.east) / 2, (box.south + box.north) / 2, metres, SMALL_WIDTH, tall)


def _area(
    sheet: MapSheet,
    outline: DistrictOutline,
    districts: CodeList,
    code: str,
    shade: int,
    value: str,
    lang: Lang,
    *,
    has_rows: bool = False,
) -> DistrictArea:
    x, y = outline.middle
    address = reverse(f"{lang}:map_district", args=(code,)) if code in {each.code for each in districts.entries} else ""
    words = districts.label(code, lang)
    corners = [corner[0] for ring in outline.rings for corner in ring]
    room = sheet.x(max(corners)) - sheet.x(min(corners))
    said = [words] if len(words) * LETTER <= room or " " not in words else words.split(" ", 1)
    top = sheet.y(y) - (len(said) - 1) * LINE / 2 + (0 if value or shade == 0 else 5)
    lines = tuple(NameLine(isolated(line, lang), top + at * LINE) for at, line in enumerate(said))
    return DistrictArea(
        code, words, lines, sheet.path(outline.rings), sheet.x(x), sheet.y(y), top + len(said) * LINE, shade, value,
        address, has_rows,
    )  # fmt: skip


def per_head(
    figures: Mapping[str, ExactNumber | None], people: Mapping[str, int], times: int = 1
) -> dict[str, Decimal]:
    """What falls on each person, or on so many; of districts whose people are known alone."""
    return {
        code: Decimal(value) * times / people[code]
        for code, value in figures.items()
        if value is not None and people.get(code)
    }
