"""How pages of places ask for what they show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import template
from django.template import Context

from ayan.apps.catalog.explorer.group_table import GroupTable
from ayan.apps.catalog.explorer.placed_figures import PlacedFigures
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.record.references import Naming
from ayan.apps.planning import figure_map as figure_maps
from ayan.apps.planning import parcel_page, parcel_rule, place_search, spot_page
from ayan.apps.planning import place_coverage as place_coverages
from ayan.apps.planning.district_map import DistrictMap
from ayan.apps.planning.figure_map import FigureMap
from ayan.apps.planning.place_coverage import PlaceCoverage
from ayan.apps.planning.place_search import PlaceAnswer
from ayan.core.query.answer import Row
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.wiring import city

register = template.Library()


@register.simple_tag(takes_context=True)
def building_rule(context: Context, dataset: Dataset, row: Row) -> str:
    """What may be built on a parcel, in one sentence; empty for a record that is no parcel."""
    rule = parcel_rule.rule_of(dataset, row)
    return parcel_rule.sentence(rule, locale.known(context.get("lang"))) if rule else ""


@register.simple_tag(takes_context=True)
def parcel(context: Context, dataset: Dataset, row: Row) -> dict[str, Any] | None:
    """What the page of a parcel shows beside its record; None for a record that is no parcel."""
    rule = parcel_rule.rule_of(dataset, row)
    return parcel_page.page(city.current(), rule, locale.known(context.get("lang"))) if rule else None


@register.simple_tag
def figure_map(ask: ExplorerState, grouped: GroupTable) -> FigureMap | None:
    """The small maps of a result by district; None of one that is by something else."""
    return figure_maps.of_groups(city.current(), ask, grouped, "by-district")


@register.simple_tag(takes_context=True)
def answer_map(context: Context, placed: PlacedFigures) -> FigureMap | None:
    """The small maps of the figures of an answer; None of those that are by something else."""
    return figure_maps.of_placed(city.current(), placed, locale.known(context.get("lang")))


@register.simple_tag
def naming_maps(namings: Sequence[Naming]) -> list[tuple[Naming, FigureMap]]:
    """The small maps of what belongs to a record."""
    return figure_maps.of_namings(city.current(), namings)


@register.simple_tag(takes_context=True)
def spot_map(context: Context, latitude: object, longitude: object) -> spot_page.SpotMap | None:
    """The land around the point of a record, with its street and its district."""
    return spot_page.spot_map(city.current(), str(latitude), str(longitude), locale.known(context.get("lang")))


@register.simple_tag(takes_context=True)
def place_coverage(context: Context) -> list[PlaceCoverage]:
    """How many rows of each dataset on the map have a place, and why others have none."""
    return place_coverages.place_coverage(city.current(), locale.known(context.get("lang")))


@register.simple_tag(takes_context=True)
def places_named(context: Context, text: str) -> list[PlaceAnswer]:
    """The streets and districts that a question of the box names, each with its page."""
    return place_search.named(city.current(), text, locale.known(context.get("lang")))


@register.simple_tag(takes_context=True)
def pin_map(context: Context, pin: str) -> spot_page.SpotMap | None:
    """The land around the pin of a case, for those who deal with it."""
    return spot_page.pin_map(city.current(), pin, locale.known(context.get("lang")))


@register.simple_tag(takes_context=True)
def district_door(context: Context) -> tuple[DistrictMap, list[tuple[str, str]]] | None:
    """The districts as a small map and by name, each a way to its page; None where no land is published."""
    return spot_page.district_door(city.current(), locale.known(context.get("lang")))


PLACES: Final = {
    "code": Label("کد", "code"),
    "area": Label("مساحت زمین", "land area"),
    "use": Label("کاربری", "use"),
    "zone": Label("پهنه", "zone"),
    "storeys": Label("تعداد طبقه", "storeys"),
    "density": Label("تراکم", "density"),
    "coverage": Label("سطح اشغال", "site coverage"),
    "parking": Label("پارکینگ", "parking"),
}
"""What a place of the part is called where a dataset has no field for it."""


@register.simple_tag(takes_context=True)
def place_name(context: Context, place: str) -> str:
    """What a rule is called that is not published."""
    return PLACES[place].of(locale.known(context.get("lang")))
