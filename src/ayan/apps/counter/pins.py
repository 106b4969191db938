"""Where exactly something is: a point in degrees or a piece of land by its code, as a form takes it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ayan.apps.civic.roles import RoleDataset, player, releases
from ayan.apps.counter.limits import COARSE_PLACES, MOST_PLACES, NEAR_THE_CITY
from ayan.apps.counter.published_places import PlaceSearch, PublishedPlace
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_kind import FormField
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.boxes import BBOX, box_text
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.values.digits import to_latin
from ayan.core.values.place import Bbox, PlaceError, Point, point
from ayan.wiring import city

PART: Final = "land-parcels"
_NUMBER: Final = r"(-?\d{1,3}(?:\.\d{1,15})?)"
# What people have at hand: two numbers, or what the map of a phone shares.
_POINT: Final = re.compile(rf"(?:geo:)?\s*{_NUMBER}\s*[,;\s]\s*{_NUMBER}(?:[?;].*)?")


def land() -> RoleDataset | None:
    """Who plays the part of land, where anything of it is published."""
    parcels = player(city.current(), PART)
    return parcels if parcels is not None and releases(city.current(), parcels) else None


def read_point(text: str) -> Point | None:
    """The latitude and longitude that a text says, in any digits; None of one that says something else."""
    plain = to_latin(text.strip()).replace("٫", ".").replace("،", ",")
    match = _POINT.fullmatch(plain)
    try:
        return point(float(match[2]), float(match[1])) if match else None
    except PlaceError:
        return None


def kept(field: FormField, text: str) -> str:
    """What is kept of a pin: a point as ``lat, lng`` or the code of a piece of land. Raises DeskRefused.

    Of one that everybody may read only the coarse is kept: the street of the land, or the point to some hundred metres.
    """
    at, coarse = read_point(text), field.privacy == "public"
    if at is not None:
        if not _in_the_city(at):
            raise DeskRefused(
                "این نقطه دور از زمین‌های این شهر است. نخست عرض و سپس طول جغرافیایی را بنویسید.",
                "This point is far from the land of this city. Write the latitude first, then the longitude.",
                field=field.code,
            )
        places = COARSE_PLACES if coarse else 6
        return f"{at.lat:.{places}f}, {at.lon:.{places}f}"
    rows = _rows("code", "", to_latin(text.strip()))
    if not rows:
        raise DeskRefused(
            "«{title}» را با کد نوسازی یا دو عدد عرض و طول جغرافیایی بنویسید، مانند 34.4501, 54.4412.",
            "Write “{title}” as a renovation code, or as latitude and longitude, such as 34.4501, 54.4412.",
            field=field.code,
        ).format(title=field.title)
    parcels = land()
    street = str(parcels.value("street", rows[0].values) or "") if parcels else ""
    if coarse and not street:
        raise DeskRefused(
            "برای این ملک معبری منتشر نشده است. جای آن را با دو عدد بنویسید.",
            "No street of this parcel is published. Write its place as two numbers.",
            field=field.code,
        )
    return street if coarse else str(parcels.value("code", rows[0].values) if parcels else "")


def coarse(field: FormField, text: str) -> str:
    """What everybody may read of a pin, whoever reads the pin itself. Raises DeskRefused."""
    return kept(replace(field, privacy="public"), text)


def search(text: str) -> PlaceSearch:
    """The pieces of land whose code begins so, or that lie on a street of this name, each by its code."""
    parcels, words = land(), text.strip()
    if parcels is None or not words:
        return PlaceSearch()
    code = to_latin(words)
    begun = _rows("code", "__startswith", code) if code[0].isdigit() else ()
    rows = begun or _rows("code", "", code) or _rows("street", "__contains", words)
    codes = [str(parcels.value("code", row.values)) for row in rows]
    exact = codes == [words]
    return PlaceSearch(tuple(PublishedPlace(code) for code in codes[:MOST_PLACES]), len(codes) > MOST_PLACES, exact)


def _rows(place: str, how: str, text: str) -> tuple[Row, ...]:
    parcels = land()
    if parcels is None or not parcels.has("code", place):
        return ()
    try:
        asked = parse(parcels.dataset, [(parcels.names[place] + how, text)])
        question = Question(slug=parcels.dataset.slug, filters=asked.filters, size=MOST_PLACES + 1)
        return city.current().query_service.rows(parcels.dataset, question).rows
    except (BadQuestion, Unanswered):
        return ()


def _in_the_city(at: Point) -> bool:
    """Whether any published land lies within some kilometres, or without any the city's box; without both all is."""
    parcels = land()
    if parcels is None or not parcels.has("shape"):
        return _in_the_box(city.current().profile.extent, at)
    box = Bbox(at.lon - NEAR_THE_CITY, at.lat - NEAR_THE_CITY, at.lon + NEAR_THE_CITY, at.lat + NEAR_THE_CITY)
    try:
        asked = parse(parcels.dataset, [(f"{parcels.names['shape']}__{BBOX}", box_text(box))])
        question = Question(slug=parcels.dataset.slug, filters=asked.filters, size=1)
        return bool(city.current().query_service.rows(parcels.dataset, question).rows)
    except (BadQuestion, Unanswered):
        return True


def _in_the_box(extent: Bbox | None, at: Point) -> bool:
    if extent is None:
        return True
    west, south, east, north = extent
    in_width = west - NEAR_THE_CITY <= at.lon <= east + NEAR_THE_CITY
    return in_width and south - NEAR_THE_CITY <= at.lat <= north + NEAR_THE_CITY
