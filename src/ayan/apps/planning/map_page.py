"""The map of the city: what an address asks of it, and what its page shows of a layer in a window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from ayan.apps.catalog.explorer.map_locator import ScaleBar
from ayan.apps.civic.roles import RoleDataset, player, releases
from ayan.apps.planning.land_map import PlaceName, ZoneClass, land_map, tints, zone_classes
from ayan.apps.planning.limits import MOST_DAYS, MOST_DRAWN, MOST_LEVELS, MOST_LISTED, MOST_OUTLINED
from ayan.apps.planning.map_layers import Zoom, map_cells, outlined, painted, point_layer
from ayan.apps.planning.map_place import MapPlace
from ayan.apps.planning.map_question import WHOLE, MapQuestion
from ayan.apps.planning.map_sheet import MapSheet, bounds, fitting
from ayan.apps.planning.nearby import placed_datasets
from ayan.apps.planning.parcel_rule import PART
from ayan.apps.planning.shapes import PlacedShape, all_shapes, inside
from ayan.core.query.answer import Snapshot
from ayan.core.query.query_service import moment
from ayan.core.query.question import Question
from ayan.core.query.statistics import point_of
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.place import Bbox
from ayan.ui.charts.drawing import isolated
from ayan.wiring.city import City

NEAREST: Final = 6
"""The level at which a search shows a place: some blocks of a city."""
MOVES: Final = (
    ("north", 0, -1, Label("شمال", "North")),
    ("west", -1, 0, Label("غرب", "West")),
    ("east", 1, 0, Label("شرق", "East")),
    ("south", 0, 1, Label("جنوب", "South")),
)


@dataclass(frozen=True, slots=True)
class SheetFrame:
    """What stands on every sheet: the bar of the scale, and how wide the sheet is."""

    width: int
    bar: ScaleBar


@dataclass(frozen=True, slots=True)
class MapTheme:
    """One layer that can be chosen: its dataset, its address, and whether it is in view."""

    dataset: Dataset
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class MapDay:
    """A day on which what is drawn changed: the address of the state of its evening, and whether that is in view."""

    day: date
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class CityLand:
    """The land of the city in memory: who plays the part, its shapes, the box around them, and how many rows it has."""

    land: RoleDataset | None
    shapes: tuple[PlacedShape, ...]
    extent: Bbox | None
    rows: int = 0
    snapshot: Snapshot | None = None


def city_land(city: City, as_of: date | None = None) -> CityLand:
    """The land as it is published now, or as it was on a day, within what is its extent now. Raises Unanswered."""
    land = player(city, PART)
    if land is None or not releases(city, land):
        return CityLand(land, (), None)
    snapshot = city.query_service.snapshot(land.dataset, Question(slug=land.dataset.slug))
    shapes = all_shapes(city, land, snapshot)
    extent = bounds(each.box for each in shapes)
    if as_of is not None:
        snapshot = city.query_service.snapshot(land.dataset, Question(slug=land.dataset.slug, as_of=as_of))
        shapes = all_shapes(city, land, snapshot)
    return CityLand(land, shapes, extent, snapshot.source.rows, snapshot)


def themes(city: City, whole: CityLand, asked: MapQuestion) -> list[MapTheme]:
    """The layers that can be chosen: land, then every dataset with points."""
    bare = replace(asked, chosen="", as_of=None)
    out = []
    if whole.land is not None and whole.rows:
        out.append(MapTheme(whole.land.dataset, replace(bare, layer="").address, not asked.layer))
    for dataset, _ in placed_datasets(city):
        out.append(MapTheme(dataset, replace(bare, layer=dataset.slug).address, asked.layer == dataset.slug))
    return out


def page(city: City, whole: CityLand, asked: MapQuestion, extent: Bbox | None = None) -> dict[str, Any]:
    """The map in the asked window, with its legend, its list and the ways from it. Raises Unanswered.

    With an ``extent`` that is shown instead, whole.
    """
    assert whole.extent is not None  # noqa: S101 - a page without any land is another one
    town = whole.extent
    sheet = fitting(extent) if extent is not None else asked.place.sheet(town)

    def zoom(longitude: float, latitude: float) -> str:
        level = min(asked.place.level + 2, MOST_LEVELS - 1)
        return asked.at(MapPlace.around(town, longitude, latitude, level))

    context: dict[str, Any] = {"sheet": sheet, "frame": SheetFrame(sheet.width, sheet.bar(asked.lang)), "asked": asked}
    context |= {"themes": themes(city, whole, asked), "ways": _ways(asked), "window": sheet.window}
    context |= {
        "cells": (),
        "districts": _districts(whole, sheet, asked) if extent is None else [],
    }
    land = whole.land
    seen = inside(whole.shapes, sheet.window)
    if asked.layer:
        dataset = city.registry.get(asked.layer)
        point = point_of(dataset)
        assert point is not None  # noqa: S101 - the view has looked
        layer = point_layer(city, dataset, point, sheet, asked, zoom)
        ground: dict[str, Any] = {}
        if land and len(seen) <= MOST_DRAWN:
            ground["ground"] = land_map(sheet, land, seen, asked.lang)
        elif land and not layer.cells:
            ground = _painted(sheet, land, seen)
        classes = [
            ZoneClass(each.code, each.words, each.tint, each.count, *_class_link(asked, each.code))
            for each in layer.classes
        ]
        return context | {"layer": layer, "cells": layer.cells, **ground, "classes": classes, "count": layer.count}
    assert land is not None  # noqa: S101 - shapes are of somebody
    classes = [
        replace(each, address=link, is_chosen=chosen)
        for each in zone_classes(land, seen, asked.lang)
        for link, chosen in [_class_link(asked, each.code)]
    ]
    shown = [each for each in seen if not asked.chosen or each.zone == asked.chosen]
    many = len(shown) > MOST_DRAWN
    return context | {
        "classes": classes,
        "count": len(shown),
        "parts": _parts(land, shown, asked.lang) if many else [],
        "listed": [(each, parcel_address(land, each.code, asked.lang)) for each in shown[: 0 if many else MOST_LISTED]],
        **_land(sheet, land, shown, inside(whole.shapes, sheet.beyond), asked.lang, zoom),
    }


def _land(
    sheet: MapSheet, land: RoleDataset, shown: list[PlacedShape], around: list[PlacedShape], lang: Lang, zoom: Zoom
) -> dict[str, Any]:
    """Land piece by piece, each a way to its page; where there is more, painted, with ways nearer over it."""
    if len(shown) > MOST_DRAWN:
        return {"cells": list(map_cells(sheet, (each.middle for each in shown), zoom)), **_painted(sheet, land, shown)}
    addresses = {each.code: parcel_address(land, each.code, lang) for each in shown}
    return {"ground": land_map(sheet, land, shown, lang, addresses=addresses, around=around)}


def _painted(sheet: MapSheet, land: RoleDataset, shown: list[PlacedShape]) -> dict[str, Any]:
    by_zone = tints(land)
    pairs = ((each, by_zone.get(each.zone, 0)) for each in shown)
    return {"painted": outlined(sheet, pairs) if len(shown) <= MOST_OUTLINED else painted(sheet, pairs)}


def parcel_address(land: RoleDataset, code: str, lang: Lang) -> str:
    """The page of a parcel: its record; where codes are no key, the rows that have it."""
    if land.dataset.key == (land.names["code"],):
        return reverse(f"{lang}:record", args=(land.dataset.slug, code))
    return f"{reverse(f'{lang}:dataset', args=(land.dataset.slug,))}?{urlencode({land.names['code']: code})}"


def larger_map(whole: CityLand, at: tuple[float, float], lang: Lang, level: int = NEAREST) -> str:
    """The map around a point; empty where the city has no land to draw."""
    if whole.extent is None:
        return ""
    return MapQuestion(lang, place=MapPlace.around(whole.extent, *at, level)).address


def _parts(land: RoleDataset, shown: list[PlacedShape], lang: Lang) -> list[tuple[str, str, int]]:
    """The districts in view: code, words, and how much of what is shown lies in each."""
    counts: dict[str, int] = {}
    for each in shown:
        counts[each.district] = counts.get(each.district, 0) + 1
    listed = land.field("district").choices if land.has("district") else None
    return [
        (entry.code, entry.label.of(lang), counts[entry.code])
        for entry in (listed.entries if listed else ())
        if counts.get(entry.code)
    ]


def _class_link(asked: MapQuestion, code: str) -> tuple[str, bool]:
    chosen = asked.chosen == code
    return replace(asked, chosen="" if chosen else code).address, chosen


def _ways(asked: MapQuestion) -> dict[str, Any]:
    place = asked.place
    nearer, farther = place.nearer(), place.farther()
    moves = [(code, label, place.moved(columns, lines)) for code, columns, lines, label in MOVES]
    return {
        "nearer": asked.at(nearer) if nearer else "",
        "farther": asked.at(farther) if farther else "",
        "whole": asked.at(WHOLE) if place.level else "",
        "moves": [(code, label, asked.at(to)) for code, label, to in moves if to is not None],
    }


def _districts(whole: CityLand, sheet: MapSheet, asked: MapQuestion) -> list[PlaceName]:
    """The districts by name, each in the middle of its land; none where streets are named instead."""
    lang = asked.lang
    if whole.land is None or not whole.land.has("district") or asked.place.level >= NEAREST - 2:
        return []
    listed = whole.land.field("district").choices
    middles: dict[str, list[tuple[float, float]]] = {}
    for each in whole.shapes:
        middles.setdefault(each.district, []).append(each.middle)
    names = []
    for code, points in middles.items():
        x = sheet.x(sum(point[0] for point in points) / len(points))
        y = sheet.y(sum(point[1] for point in points) / len(points))
        if 40 < x < sheet.width - 40 and 16 < y < sheet.height - 40:
            names.append(PlaceName(isolated(listed.label(code, lang) if listed else code, lang), x, y))
    return names


def sources(city: City, datasets: list[Dataset], as_of: date | None = None) -> list[tuple[Dataset, Release]]:
    """The newest releases that a map was drawn from, of what holds now or held on a day."""
    newest = [(dataset, _state(city, dataset, as_of).releases) for dataset in datasets]
    return [(dataset, max(kept, key=lambda release: release.sealed_at)) for dataset, kept in newest if kept]


def _state(city: City, dataset: Dataset, as_of: date | None) -> DatasetSnapshot:
    store = city.release_store
    return store.as_of(dataset.slug, moment(as_of)) if as_of else store.snapshot(dataset.slug)


def days(city: City, dataset: Dataset, asked: MapQuestion) -> list[MapDay]:
    """The days on which a dataset changed, the newest first, which is the state of now; none where there is but one."""
    sealed = {
        release.sealed_at.astimezone(TEHRAN).date()
        for release in city.release_store.releases(dataset.slug)
        if not release.withdrawn
    }
    newest = sorted(sealed, reverse=True)[:MOST_DAYS]
    if len(newest) < 2 and asked.as_of is None:
        return []
    chosen = next((day for day in newest if asked.as_of is None or day <= asked.as_of), None)
    return [
        MapDay(day, replace(asked, as_of=day if at else None).address, day == chosen) for at, day in enumerate(newest)
    ]
