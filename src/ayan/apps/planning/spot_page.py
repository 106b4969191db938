"""Small maps on pages of others: the land around a point, its street and district, and the districts to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from django.urls import reverse

from ayan.apps.civic.roles import player
from ayan.apps.counter.pins import read_point
from ayan.apps.planning.city_land import CityLand, city_land
from ayan.apps.planning.district_map import DistrictMap, bare_map
from ayan.apps.planning.land_map import LandMap, land_map
from ayan.apps.planning.limits import MOST_DRAWN, SMALL_WIDTH
from ayan.apps.planning.map_page import larger_map
from ayan.apps.planning.map_sheet import METRES_A_DEGREE, MapSheet
from ayan.apps.planning.parcel_rule import PART
from ayan.apps.planning.place_addresses import street_address
from ayan.apps.planning.shapes import HELD, placed_shape
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Question
from ayan.core.values.asked_value import BadValue
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

METRES: Final = 260
"""Across a small map around a point: some blocks."""
NO_NAMES: Final = dict.fromkeys(HELD, "")
NEAR: Final = 60
"""Metres within which the nearest land says the street and the district of a point."""


@dataclass(frozen=True, slots=True)
class SpotMap:
    """The land around a point, where the point stands on it, and the street and district of the nearest land."""

    map: LandMap
    x: float
    y: float
    larger: str
    street: str = ""
    street_address: str = ""
    district: str = ""
    district_address: str = ""


def spot_map(city: City, latitude: str, longitude: str, lang: Lang) -> SpotMap | None:
    """The small map around a point in degrees; None where the city publishes no land there."""
    try:
        whole, at = city_land(city), (float(longitude), float(latitude))
        sheet = MapSheet(*at, METRES, SMALL_WIDTH, 300)
        shapes = whole.shapes(sheet.window, MOST_DRAWN)
    except (Unanswered, ValueError):
        return None
    if whole.land is None or whole.table is None or not shapes:
        return None
    streets = whole.table.middles("street", whole.within(sheet.beyond))
    drawn = land_map(sheet, whole.land, shapes, lang, streets=streets)
    street, district = nearest(whole, *at)
    listed = whole.land.field("district").choices if whole.land.has("district") else None
    known = listed is not None and district in {entry.code for entry in listed.entries}
    return SpotMap(
        drawn,
        sheet.x(at[0]),
        sheet.y(at[1]),
        larger_map(whole, at, lang),
        street,
        street_address(street, lang) if street else "",
        listed.label(district, lang) if listed and known else "",
        reverse(f"{lang}:map_district", args=(district,)) if known else "",
    )


def pin_map(city: City, pin: str, lang: Lang) -> SpotMap | None:
    """The small map around a pin: a point, or a piece of land by its code; None where it lies nowhere that is known."""
    at = read_point(pin)
    if at is not None:
        return spot_map(city, str(at.lat), str(at.lon), lang)
    try:
        land = player(city, PART)
        question = Question(slug=land.dataset.slug, filters=(land.is_("code", pin),), size=1) if land else None
        rows = city.query_service.rows(land.dataset, question).rows if land and question else ()
    except (BadValue, Unanswered):
        return None
    shape = placed_shape(land.value("shape", rows[0].values), **NO_NAMES) if land and rows else None
    return spot_map(city, str(shape.middle[1]), str(shape.middle[0]), lang) if shape else None


def nearest(whole: CityLand, longitude: float, latitude: float) -> tuple[str, str]:
    """The street and the district of the land nearest to a point; empty where there is none within some metres."""
    sheet = MapSheet(longitude, latitude, 2 * NEAR, 100, 100)
    which, table = whole.within(sheet.window), whole.table
    if table is None or not len(which):
        return "", ""
    x, y = table.points(which)
    at = int(which[np.argmin(((x - longitude) * sheet.eastward) ** 2 + ((y - latitude) * METRES_A_DEGREE) ** 2)])
    street, district = (table.names[column][int(table.named[column][at])] for column in ("street", "district"))
    return street, district


def district_door(city: City, lang: Lang) -> tuple[DistrictMap, list[tuple[str, str]]] | None:
    """The districts as a small map and by name, in the declared order; None where no land is published."""
    try:
        whole = city_land(city)
    except Unanswered:
        return None
    listed = whole.land.field("district").choices if whole.land is not None and whole.land.has("district") else None
    drawn = bare_map(whole, listed, "districts", lang) if listed is not None else None
    if drawn is None or listed is None:
        return None
    there = set(whole.names("district"))
    named = [
        (entry.label.of(lang), reverse(f"{lang}:map_district", args=(entry.code,)))
        for entry in listed.entries
        if entry.code in there
    ]
    return drawn, named
