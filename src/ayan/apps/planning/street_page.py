"""The page of a street: what it is valued at, its parcels, and what is published of them and in its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from ayan.apps.catalog.explorer.figures import prices
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.record import references
from ayan.apps.catalog.record.references import Around
from ayan.apps.catalog.record.related_rows import belongings
from ayan.apps.civic.roles import RoleDataset, player, releases
from ayan.apps.planning.land_map import land_map
from ayan.apps.planning.land_values import PART as VALUED
from ayan.apps.planning.limits import MOST_DRAWN, MOST_LISTED, MOST_RULES
from ayan.apps.planning.map_sheet import bounds, fitting
from ayan.apps.planning.parcel_page import values_of_street
from ayan.apps.planning.parcel_rule import PART
from ayan.apps.planning.place_addresses import parcel_address
from ayan.apps.planning.place_answers import place_answers
from ayan.apps.planning.shapes import PlacedShape, shapes_of_street
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.query_service import answer_groups
from ayan.core.query.question import Filter, Question
from ayan.core.schema.field import Field
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

RULE: Final = ("zone", "use", "storeys", "density")
"""The places of the part that say together what may be built."""
COUNT: Final = GroupMeasure("count")


def page(city: City, name: str, path: str, lang: Lang) -> dict[str, Any] | None:
    """What is published of a street; None where nothing is. ``path`` is a dataset's address with ``{slug}`` in it.

    Raises Unanswered.
    """
    land = player(city, PART)
    shapes: tuple[PlacedShape, ...] = ()
    rules: list[StreetRule] = []
    if land is not None and releases(city, land):
        snapshot = city.query_service.snapshot(land.dataset, Question(slug=land.dataset.slug))
        shapes = shapes_of_street(city, land, snapshot, name)
        rules = _rules(city, land, snapshot, name, lang)
    values = values_of_street(city, name)
    if not shapes and not values:
        return None
    requests = city.place_figures.now()
    context: dict[str, Any] = {
        "name": name,
        "values": values,
        "rules": rules,
        "prices": prices(city),
        "unit": "toman",
        "answers": place_answers(requests, requests.streets.get(name), lang),
        "around": _around(city, name, path, lang),
    }
    if land is not None and shapes:
        context |= _drawn(land, shapes, lang)
    return context


@dataclass(frozen=True, slots=True)
class StreetRule:
    """What may be built on some parcels of a street: field and value of each part of the rule, how many they are.

    ``address`` has these parcels; empty where their rule cannot be asked for.
    """

    facts: tuple[tuple[Field, object], ...]
    count: int
    address: str


def _rules(city: City, land: RoleDataset, snapshot: Snapshot, name: str, lang: Lang) -> list[StreetRule]:
    """The rules on a street, that of most parcels first. Raises Unanswered."""
    fields = [land.field(place) for place in RULE if land.has(place)]
    if not fields or not land.has("street"):
        return []
    scope = Question(slug=land.dataset.slug, filters=(land.is_("street", name),), size=MOST_RULES)
    by = tuple(GroupKey(field.name) for field in fields)
    rows = answer_groups(
        city.query_service, land.dataset, GroupQuestion(scope=scope, by=by, measures=(COUNT,)), snapshot
    ).rows
    path = reverse(f"{lang}:dataset", args=(land.dataset.slug,))
    rules = []
    for row in sorted(rows, key=lambda row: -int(row["count"])):
        said = tuple((field, row[field.name]) for field in fields)
        own = tuple(Filter(field.name, "eq", (value,)) for field, value in said if value is not None)
        empty = tuple(Filter(field.name, "isnull", (True,)) for field, value in said if value is None)
        ask = ExplorerState.bare(land.dataset, path, lang, *scope.filters, *own, *empty)
        rules.append(StreetRule(said, int(row["count"]), ask.address))
    return rules


def _drawn(land: RoleDataset, shapes: tuple[PlacedShape, ...], lang: Lang) -> dict[str, Any]:
    addresses = {each.code: parcel_address(land, each.code, lang) for each in shapes}
    extent = bounds(each.box for each in shapes)
    codes = sorted({each.district for each in shapes if each.district})
    listed = land.field("district").choices if land.has("district") else None
    return {
        "land": land,
        "map": land_map(fitting(extent, margin=1.15), land, shapes[:MOST_DRAWN], lang, addresses=addresses)
        if extent
        else None,
        "districts": [(code, listed.label(code, lang) if listed else code) for code in codes],
        "listed": [(each, addresses[each.code]) for each in shapes[:MOST_LISTED]],
        "count": len(shapes),
    }


def _around(city: City, name: str, path: str, lang: Lang) -> Around:
    """What is published in the name of the street, by the views that the values of streets declare."""
    valued = player(city, VALUED)
    if valued is None or not releases(city, valued):
        return Around()
    question = Question(slug=valued.dataset.slug, filters=(valued.is_("street", name),), size=1)
    rows = city.query_service.rows(valued.dataset, question).rows
    if not rows:
        return Around()
    own = valued.dataset.slug
    related = [each for each in belongings(city, valued.dataset, rows[0]) if each.dataset.slug != own]
    return references.around(city, valued.dataset, related, path, lang, prices(city))
