"""The page of a parcel: its rule, the drawing around it, its street, what a building would cost, and what is near."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from ayan.apps.civic.roles import RoleDataset, player
from ayan.apps.planning.city_land import CityLand, city_land
from ayan.apps.planning.land_map import land_map
from ayan.apps.planning.land_values import PART as VALUED
from ayan.apps.planning.land_values import streets_around
from ayan.apps.planning.limits import (
    FEWEST_NEIGHBOURS,
    LARGEST_WINDOW,
    MOST_BESIDE,
    MOST_DRAWN,
    MOST_SERVICES,
    MOST_STREETS_AROUND,
    MOST_VALUES,
    SMALLEST_WINDOW,
)
from ayan.apps.planning.map_page import larger_map, nearest_place
from ayan.apps.planning.map_sheet import MapSheet, around
from ayan.apps.planning.nearby import near_rows
from ayan.apps.planning.neighbour_fees import PERMITS, neighbour_fees
from ayan.apps.planning.parcel_rule import ParcelRule
from ayan.apps.planning.parcel_section import section_of
from ayan.apps.planning.place_addresses import street_address
from ayan.apps.planning.shapes import PlacedShape, inside, placed_shape, shapes_of_street
from ayan.apps.services.service_times import service_times
from ayan.apps.tariffs.calculation import Calculation, calculation
from ayan.core.casework.case_words import OUTCOMES
from ayan.core.casework.place_figures import OPEN
from ayan.core.query import keys
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Question, Sort
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.services.service import Service
from ayan.core.tariff.tariff import Tariff
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring.city import City
from ayan.wiring.service_folder import service_catalogue

UNDER_WAY: Final = Label("هنوز بررسی می‌شود", "Still being examined")
SHOWN: Final = ("area", "use", "zone", "storeys", "density", "coverage", "parking")
"""The places of the part that are the rule of a parcel, in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class StreetValue:
    """What a square metre of a street is valued at in one year, its factor, and the key of the record that says so."""

    dataset: Dataset
    year: str
    value: tuple[Field, object]
    coefficient: tuple[Field, object] | None
    key: str


@dataclass(frozen=True, slots=True)
class ParcelFee:
    """A fee of today for all that may be built, and the address that works it out step by step."""

    work: Calculation
    address: str


@dataclass(frozen=True, slots=True)
class FirstService:
    """A service to begin with: ``half`` is in how many working days half of last year's cases were finished.

    None where no times are published, or too few cases to say: then ``cases`` is how many.
    """

    service: Service
    half: int | None = None
    year: str = ""
    cases: int = 0


def page(city: City, rule: ParcelRule, lang: Lang) -> dict[str, Any]:
    """What the page shows beside the record itself."""
    shape = _own_shape(rule)
    whole = _whole(city)
    sheet, shapes, streets = _neighbours(city, rule, whole, shape) if shape else (None, (), {})
    drawn = land_map(sheet, rule.land, shapes, lang, subject=rule.text("code"), streets=streets) if sheet else None
    values = values_of_street(city, rule.text("street"))
    fees = _fees(city, rule, lang)
    return {
        "rule": rule,
        "facts": rule.known(*SHOWN),
        "street": _street(rule, lang),
        "district": next(((field, code) for _, field, code in rule.known("district")), None),
        "missing": [place for place in SHOWN if not rule.is_known(place)],
        "map": drawn,
        "section": section_of(rule, lang),
        "itself": [{"code": rule.text("code")}],
        "beside": _beside(rule, shape, shapes, lang) if shape else "",
        "sides": tuple(round(side) for side in sheet.side(shape.box)) if sheet and shape else None,
        "larger": larger_map(whole, shape.middle, lang) if shape else "",
        "value": values[0] if values else None,
        "fees": fees,
        "paid": neighbour_fees(city, shape, lang) if shape else (),
        "objections": _objections(city, rule, lang),
        "begin": [_first(city, each) for each in _services(city, [fee.work.tariff for fee in fees])],
        "streets": streets_around(city, rule.land, _nearest(streets, shape), lang) if shape else None,
        "near": near_rows(city, rule, shape, lang, nearest_place(whole, shape.middle)) if shape else (),
    }


def _objections(city: City, rule: ParcelRule, lang: Lang) -> dict[str, list[tuple[str, int]]] | None:
    """What came of objections to this land and in all of its zone, in words with numbers; None before any count."""
    figures = city.place_figures.now()
    if figures.land is None:
        return None
    counts = {"own": figures.land.get(keys.key_of(rule.land.dataset, rule.row)), "zone": None}
    if rule.is_known("zone"):
        counts["zone"] = figures.zones.get(rule.text("zone"))
    return {name: _in_words(each or {}, lang) for name, each in counts.items()}


def _in_words(outcomes: Mapping[str, int], lang: Lang) -> list[tuple[str, int]]:
    words = {OPEN: UNDER_WAY.of(lang), **{code.value: label.of(lang) for code, label in OUTCOMES.items()}}
    return [(words[code], outcomes[code]) for code in words if outcomes.get(code)]


def _nearest(streets: Mapping[str, tuple[float, float, int]], shape: PlacedShape) -> list[str]:
    """The streets whose land lies nearest, by the middle of what of it is around."""
    x, y = shape.middle
    far = {name: (east - x) ** 2 + (north - y) ** 2 for name, (east, north, _) in streets.items()}
    # Its own street is compared with the others, however far it runs.
    return sorted(far, key=lambda name: (name != shape.street, far[name]))[:MOST_STREETS_AROUND]


def _street(rule: ParcelRule, lang: Lang) -> tuple[Field, str, str] | None:
    """The street of a parcel: its field, its name and its page."""
    name = rule.text("street")
    return (rule.land.field("street"), name, street_address(name, lang)) if name else None


def _whole(city: City) -> CityLand:
    try:
        return city_land(city)
    except Unanswered:
        return CityLand(city, None)


def _own_shape(rule: ParcelRule) -> PlacedShape | None:
    if not rule.is_known("shape"):
        return None
    names = {place: rule.text(place) for place in ("code", "street", "zone", "district")}
    return placed_shape(rule.land.value("shape", rule.row.values), **names)


def _neighbours(
    city: City, rule: ParcelRule, whole: CityLand, shape: PlacedShape
) -> tuple[MapSheet, tuple[PlacedShape, ...], Mapping[str, tuple[float, float, int]]]:
    """A window around the parcel with some neighbours in it, what lies in it, and where the streets about it lie."""
    bare = around(shape.box, 1.0)
    metres = max(SMALLEST_WINDOW, *(5 * side for side in bare.side(shape.box)))
    while len(whole.within(around(shape.box, metres).window)) <= FEWEST_NEIGHBOURS and metres < LARGEST_WINDOW:
        metres = min(metres * 1.3, LARGEST_WINDOW)
    sheet, shapes = around(shape.box, metres), [shape]
    with suppress(Unanswered):
        shapes = whole.shapes(sheet.window, MOST_DRAWN) or _of_street(city, rule, shape.street)
    kept = [each for each in inside(shapes, sheet.window) if each.code != shape.code][: MOST_DRAWN - 1]
    table = whole.table
    return sheet, (*kept, shape), table.middles("street", table.within(sheet.beyond)) if table else {}


def _beside(rule: ParcelRule, shape: PlacedShape, shapes: Iterable[PlacedShape], lang: Lang) -> str:
    """The address that puts a parcel beside the nearest others; empty where none is near."""
    (x, y), code = shape.middle, rule.text("code")
    others = [each for each in shapes if each.code not in ("", code)]
    others.sort(key=lambda each: ((each.middle[0] - x) ** 2 + (each.middle[1] - y) ** 2, each.code))
    near = [each.code for each in others[:MOST_BESIDE]]
    said = [("lot", each) for each in (code, *near)]
    return f"{reverse(f'{lang}:map_compare')}?{urlencode(said)}" if near else ""


def _of_street(city: City, rule: ParcelRule, street: str) -> list[PlacedShape]:
    """The land of its street, where all land is more than is held."""
    dataset = rule.land.dataset
    snapshot = city.query_service.snapshot(dataset, Question(slug=dataset.slug))
    return list(shapes_of_street(city, rule.land, snapshot, street))


def values_of_street(city: City, street: str) -> list[StreetValue]:
    """What a street is valued at, the newest year first; empty where nothing is published of it."""
    valued = player(city, VALUED)
    if valued is None or not street:
        return []
    name = valued.names["year"]
    question = Question(
        slug=valued.dataset.slug,
        filters=(valued.is_("street", street),),
        sort=Sort(name, descending=True),
        size=MOST_VALUES,
    )
    try:
        rows = city.query_service.rows(valued.dataset, question).rows
    except Unanswered:
        return []
    return [
        StreetValue(
            valued.dataset,
            str(row.values.get(name) or ""),
            (valued.field("value"), valued.value("value", row.values)),
            _pair(valued, "coefficient", row.values),
            keys.key_of(valued.dataset, row),
        )
        for row in rows
        if valued.value("value", row.values) is not None
    ]


def _pair(role_dataset: RoleDataset, place: str, values: Mapping[str, object]) -> tuple[Field, object] | None:
    value = role_dataset.value(place, values)
    return (role_dataset.field(place), value) if value is not None else None


def _fees(city: City, rule: ParcelRule, lang: Lang) -> list[ParcelFee]:
    """The city's own fees of what may be built, each filled in as far as the parcel's row goes."""
    permits = player(city, PERMITS)
    if permits is None:
        return []
    tariffs, day = city.registry.tariffs(), today(city.clock)
    items = {
        each.item
        for each in tariffs.sound
        if not each.is_example and each.audit is not None and each.audit.dataset == permits.dataset.slug
    }
    in_force = (tariffs.of_item(item, day) for item in sorted(items))
    return [_fee(rule, permits, tariff, lang) for tariff in in_force if tariff is not None and tariff.audit is not None]


def _fee(rule: ParcelRule, permits: RoleDataset, tariff: Tariff, lang: Lang) -> ParcelFee:
    stated = _stated(rule, permits, tariff)
    address = reverse(f"{lang}:tariff", args=(tariff.code,))
    return ParcelFee(calculation(tariff, stated, lang), f"{address}?{urlencode(stated)}" if stated else address)


def _stated(rule: ParcelRule, permits: RoleDataset, tariff: Tariff) -> dict[str, str]:
    """The inputs that the parcel itself says: the floor area, the storeys, and what has one list of codes with it."""
    lists = {
        choices.name: rule.text(place)
        for place in ("district", "zone", "use")
        if rule.is_known(place) and (choices := rule.land.field(place).choices) is not None
    }
    stated: dict[str, str] = {}
    for name, column in tariff.audit.columns if tariff.audit else ():
        choices = permits.dataset.field(column.field).choices
        if column.field == permits.names.get("floor_area"):
            text = str(rule.floor or "")
        elif column.field == permits.names.get("storeys"):
            text = rule.text("storeys")
        else:
            text = lists.get(choices.name, "") if choices is not None else ""
        if text:
            stated[name] = dict(column.codes).get(text, text)
    return stated


def _first(city: City, service: Service) -> FirstService:
    times = service_times(city, service)
    if times is None or not times.is_enough:
        return FirstService(service, cases=times.cases if times else 0)
    return FirstService(service, times.within(50), str(times.year))


def _services(city: City, tariffs: list[Tariff]) -> list[Service]:
    """What to start with: the services of those fees, then others for the same event of life."""
    items = {tariff.item for tariff in tariffs}
    services = list(service_catalogue(city.home).services.values())
    first = [service for service in services if service.tariff in items]
    events = {event.code for service in first for event in service.events}
    others = [
        service for service in services if service not in first and events & {event.code for event in service.events}
    ]
    return [*first, *others][:MOST_SERVICES]
