"""The page of a street: what it is valued at, its parcels, and what is published of them and in its name."""

from __future__ import annotations

from typing import Any

from ayan.apps.catalog.explorer.figures import prices
from ayan.apps.catalog.record import references
from ayan.apps.catalog.record.references import Around
from ayan.apps.catalog.record.related_rows import belongings
from ayan.apps.civic.roles import RoleDataset, player, releases
from ayan.apps.planning.land_map import land_map
from ayan.apps.planning.limits import MOST_DRAWN, MOST_LISTED
from ayan.apps.planning.map_page import parcel_address
from ayan.apps.planning.map_sheet import bounds, fitting
from ayan.apps.planning.parcel_page import values_of_street
from ayan.apps.planning.parcel_rule import PART
from ayan.apps.planning.shapes import PlacedShape, shapes_of_street
from ayan.core.query.question import Question
from ayan.core.values.locale import Lang
from ayan.wiring.city import City


def page(city: City, name: str, path: str, lang: Lang) -> dict[str, Any] | None:
    """What is published of a street; None where nothing is. ``path`` is a dataset's address with ``{slug}`` in it.

    Raises Unanswered.
    """
    land = player(city, PART)
    shapes: tuple[PlacedShape, ...] = ()
    if land is not None and releases(city, land):
        snapshot = city.query_service.snapshot(land.dataset, Question(slug=land.dataset.slug))
        shapes = shapes_of_street(city, land, snapshot, name)
    values = values_of_street(city, name)
    if not shapes and not values:
        return None
    context: dict[str, Any] = {
        "name": name,
        "values": values,
        "prices": prices(city),
        "around": _around(city, name, path, lang),
    }
    if land is not None and shapes:
        context |= _drawn(land, shapes, lang)
    return context


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
    valued = player(city, "land-values")
    if valued is None or not releases(city, valued):
        return Around()
    question = Question(slug=valued.dataset.slug, filters=(valued.is_("street", name),), size=1)
    rows = city.query_service.rows(valued.dataset, question).rows
    if not rows:
        return Around()
    own = valued.dataset.slug
    related = [each for each in belongings(city, valued.dataset, rows[0]) if each.dataset.slug != own]
    return references.around(city, valued.dataset, related, path, lang, prices(city))
