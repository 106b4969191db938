"""The map of the city: what an address asks of it, and what its page shows of a layer in a window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ayan.apps.catalog.explorer.map_locator import ScaleBar
from ayan.apps.civic.roles import RoleDataset
from ayan.apps.planning.city_land import CityLand
from ayan.apps.planning.land_figures import TITLES, figure_layers, is_figured, land_figures
from ayan.apps.planning.land_map import PlaceName, ZoneClass, land_map, street_names
from ayan.apps.planning.land_theme import LandTheme, zone_theme
from ayan.apps.planning.land_values import land_values, value_theme, valued_list, valued_streets
from ayan.apps.planning.limits import MOST_DAYS, MOST_DRAWN, MOST_LEVELS, MOST_LISTED
from ayan.apps.planning.map_layers import point_layer
from ayan.apps.planning.map_overview import PaintedZone, Zoom, map_cells, outlined, painted
from ayan.apps.planning.map_place import MapPlace
from ayan.apps.planning.map_question import WHOLE, MapQuestion
from ayan.apps.planning.map_sheet import MapSheet, fitting
from ayan.apps.planning.nearby import drawn_datasets
from ayan.apps.planning.overlays import drawn_overlays
from ayan.apps.planning.place_addresses import parcel_address
from ayan.core.query.query_service import moment
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
STREETS_FROM: Final = 2
"""The level from which on streets are named: of a whole city those with most land would tell nobody where they are."""
OUTLINED: Final = Label(
    "هر ملک با مرز خودش و به رنگ پهنه‌اش کشیده شده است.",
    "Every parcel is drawn with its outline in the tint of its zone.",
)
PAINTED: Final = Label(
    "ملک‌ها در این فاصله یک‌یک دیده نمی‌شوند: رنگ هر خانهٔ کوچک، پهنهٔ بیشتر ملک‌های آن است.",
    "Single parcels cannot be seen from here: each small square has the tint of the zone of most parcels in it.",
)
OUTLINED_VALUES: Final = Label(
    "هر ملک با مرز خودش و به رنگ ارزش معبرش کشیده شده است.",
    "Every parcel is drawn with its outline in the tint of what its street is valued at.",
)
PAINTED_VALUES: Final = Label(
    "ملک‌ها در این فاصله یک‌یک دیده نمی‌شوند: رنگ هر خانهٔ کوچک، ارزش معبر بیشتر ملک‌های آن است.",
    "Single parcels cannot be seen from here: each small square has the tint of the street of most parcels in it.",
)
"""What a drawing of many pieces of land shows."""
COUNTED: Final = Label(
    "هر خانه می‌گوید چند ردیف در آن است؛ نزدیک‌تر که شوید یک‌یک دیده می‌شوند.",
    "Each square tells how many rows lie in it; closer, each row is drawn by itself.",
)
SHOWN_FIGURES: Final = Label(
    "رنگ هر ملک رقم منطقه یا معبر آن است، نه رقم خود ملک.",
    "The tint of a parcel is the figure of its district or street, not of the parcel itself.",
)
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
    """One layer that can be chosen: its title, its address, and whether it is in view."""

    title: Label
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class MapDay:
    """A day on which what is drawn changed: the address of the state of its evening, and whether that is in view."""

    day: date
    address: str
    is_chosen: bool


def themes(city: City, whole: CityLand, asked: MapQuestion) -> list[MapTheme]:
    """The layers that can be chosen: land by its zone and by figures of its street or district, then points."""
    bare = replace(asked, chosen="", as_of=None, of="", each=False)
    out = []
    if whole.land is not None and whole.rows:
        out.append(MapTheme(whole.land.dataset.title, replace(bare, layer="").address, not asked.layer))
    layers = drawn_datasets(city)
    valued = valued_streets(city, whole.land)
    if valued is not None:
        layers = [valued.dataset, *(each for each in layers if each.slug != valued.dataset.slug)]
    figured = figure_layers(city, whole) if whole.table is not None else []
    out += [MapTheme(TITLES[each], replace(bare, layer=each).address, asked.layer == each) for each in figured]
    for dataset in layers:
        over = tuple(slug for slug in asked.over if slug != dataset.slug)
        address = replace(bare, layer=dataset.slug, over=over).address
        out.append(MapTheme(dataset.title, address, asked.layer == dataset.slug))
    return out


def page(
    city: City, whole: CityLand, asked: MapQuestion, extent: Bbox | None = None, district: str = ""
) -> dict[str, Any]:
    """The map in the asked window, with its legend, its list and the ways from it. Raises Unanswered.

    With an ``extent`` that is shown instead, whole; with a ``district`` its own land alone.
    """
    assert whole.extent is not None  # noqa: S101 - a page without any land is another one
    town = whole.extent
    sheet = fitting(extent) if extent is not None else asked.place.sheet(town)

    def zoom(longitude: float, latitude: float) -> str:
        level = min(asked.place.level + 2, MOST_LEVELS - 1)
        return asked.at(MapPlace.around(town, longitude, latitude, level))

    context: dict[str, Any] = {"sheet": sheet, "frame": SheetFrame(sheet.width, sheet.bar(asked.lang)), "asked": asked}
    context |= {"themes": themes(city, whole, asked), "ways": _ways(asked), "window": sheet.window}
    context["overlays"] = drawn_overlays(city, sheet, asked, zoom) if extent is None else []
    context |= {
        "cells": (),
        "districts": _districts(whole, sheet, asked) if extent is None else [],
    }
    valued = valued_streets(city, whole.land) if asked.layer else None
    if valued is not None and asked.layer == valued.dataset.slug:
        values = land_values(city, valued, asked.as_of)
        theme = value_theme(values, whole.names("street"), asked.lang)
        shown = _land(whole, theme, asked, sheet, zoom, district)
        streets = whole.table.counts("street", shown["pieces"]) if whole.table else {}
        return (
            context
            | shown
            | {
                "valued": values,
                "valued_streets": valued_list(values, streets, asked.lang),
                "unit": "toman",
            }
        )
    if is_figured(asked.layer):
        return context | _figured(city, whole, asked, sheet, zoom)
    if asked.layer:
        return context | _points(city, whole, asked, sheet, zoom)
    assert whole.land is not None  # noqa: S101 - an extent is of land
    return context | _land(whole, zone_theme(whole.land, asked.lang), asked, sheet, zoom, district)


def _figured(city: City, whole: CityLand, asked: MapQuestion, sheet: MapSheet, zoom: Zoom) -> dict[str, Any]:
    """Land by a figure of its district or its street. Its classes are told by how many of these they have."""
    figured = land_figures(city, whole, asked)
    if figured is None:
        return {}
    shown = _land(whole, figured.theme, asked, sheet, zoom, "")
    classes = [replace(each, count=count) for each in shown["classes"] if (count := figured.counts.get(each.code))]
    return shown | {
        "figured": figured, "lines": figured.listed(asked.chosen), "classes": classes, "shows": SHOWN_FIGURES,
    }  # fmt: skip


def _points(city: City, whole: CityLand, asked: MapQuestion, sheet: MapSheet, zoom: Zoom) -> dict[str, Any]:
    """A layer of points over the land, which is drawn faintly or painted."""
    dataset = city.registry.get(asked.layer)
    layer = point_layer(city, dataset, sheet, asked, zoom)
    ground: dict[str, Any] = {}
    seen = whole.within(sheet.window)
    if whole.land and len(seen) <= MOST_DRAWN:
        ground["ground"] = land_map(sheet, whole.land, whole.shapes(sheet.window, MOST_DRAWN), asked.lang)
    elif whole.land and not layer.cells:
        ground = {"painted": _painted(whole, zone_theme(whole.land, asked.lang), sheet, seen)}
    classes = [
        ZoneClass(each.code, each.words, each.tint, each.count, *_class_link(asked, each.code))
        for each in layer.classes
    ]
    caption = {"shows": COUNTED} if layer.cells else {}
    return {"layer": layer, "cells": layer.cells, **caption, **ground, "classes": classes, "count": layer.count}


def _land(
    whole: CityLand, theme: LandTheme, asked: MapQuestion, sheet: MapSheet, zoom: Zoom, district: str
) -> dict[str, Any]:
    """Land piece by piece, each a way to its page; where there is more, painted, with ways nearer over it."""
    land, table = whole.land, whole.table
    assert land is not None  # noqa: S101 - a table is of somebody
    assert table is not None  # noqa: S101 - land with an extent has one
    seen = whole.within(sheet.window)
    if district:
        seen = np.intersect1d(seen, table.with_name("district", district))
    counts = table.counts(theme.column, seen)
    classes = [
        replace(each, address=link, is_chosen=chosen)
        for each in theme.counted(counts)
        for link, chosen in [_class_link(asked, each.code)]
    ]
    # A class that no land in view has may be none at all, and is no condition then.
    named = (theme.column, theme.of_class(counts, asked.chosen)) if asked.chosen else None
    shown = np.intersect1d(seen, table.with_names(*named)) if named else seen
    context: dict[str, Any] = {"classes": classes, "count": len(shown), "parts": [], "listed": [], "pieces": shown}
    middles = table.middles("street", whole.within(sheet.beyond))
    if len(shown) > MOST_DRAWN:
        streets = set(table.counts("street", shown)) if asked.place.level >= STREETS_FROM else set()
        return context | {
            "shows": _shows(theme, len(shown) > whole.outlined),
            "parts": _parts(land, table.counts("district", shown), asked.lang),
            "cells": list(map_cells(sheet, *table.points(shown), zoom)),
            "streets": street_names(sheet, {name: middles[name] for name in streets if name in middles}, asked.lang),
            "painted": _painted(whole, theme, sheet, shown, named, district),
        }
    kept = whole.shapes(sheet.window, MOST_DRAWN, named, district) if len(shown) else []
    addresses = {each.code: parcel_address(land, each.code, asked.lang) for each in kept}
    tint = None if theme.is_coded else theme.tint
    return context | {
        "listed": [(each, addresses[each.code]) for each in kept[:MOST_LISTED]],
        "ground": land_map(sheet, land, kept, asked.lang, addresses=addresses, streets=middles, tint=tint),
    }


def _shows(theme: LandTheme, is_painted: bool) -> Label:
    if theme.column == "zone":
        return PAINTED if is_painted else OUTLINED
    return PAINTED_VALUES if is_painted else OUTLINED_VALUES


def _painted(
    whole: CityLand,
    theme: LandTheme,
    sheet: MapSheet,
    which: NDArray[np.intp],
    named: tuple[str, list[str]] | None = None,
    district: str = "",
) -> list[PaintedZone]:
    table = whole.table
    assert table is not None  # noqa: S101 - pieces are of a table
    if len(which) <= whole.outlined:
        shapes = whole.shapes(sheet.window, whole.outlined, named, district)
        return outlined(sheet, ((each, theme.tint(each)) for each in shapes))
    return painted(sheet, table.boxes[which], theme.tints(table, which))


def nearest_place(whole: CityLand, at: tuple[float, float]) -> MapPlace | None:
    """The window around a point at which a search shows a place; None where the city has no land to draw."""
    return MapPlace.around(whole.extent, *at, NEAREST) if whole.extent is not None else None


def larger_map(whole: CityLand, at: tuple[float, float], lang: Lang, level: int = NEAREST) -> str:
    """The map around a point; empty where the city has no land to draw."""
    if whole.extent is None:
        return ""
    return MapQuestion(lang, place=MapPlace.around(whole.extent, *at, level)).address


def _parts(land: RoleDataset, counts: Mapping[str, int], lang: Lang) -> list[tuple[str, str, int]]:
    """The districts in view: code, words, and how much of what is shown lies in each."""
    listed = land.field("district").choices if land.has("district") else None
    return [
        (entry.code, entry.label.of(lang), counts[entry.code])
        for entry in (listed.entries if listed else ())
        if counts.get(entry.code)
    ]


def _class_link(asked: MapQuestion, code: str) -> tuple[str, bool]:
    if not code:  # of what has no class none can be chosen
        return "", False
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
    table, listed = whole.table, whole.land.field("district").choices
    names = []
    for code, (longitude, latitude, _) in (table.middles("district", table.every) if table else {}).items():
        x, y = sheet.x(longitude), sheet.y(latitude)
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
