"""Rows of other datasets that have a place near a parcel, by the coordinates that they publish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.record import records
from ayan.apps.planning.limits import MOST_NEAR, NEAR_METRES, NEARBY_SHOWN
from ayan.apps.planning.linked_places import link_of, linked_datasets, linked_places
from ayan.apps.planning.map_place import MapPlace
from ayan.apps.planning.map_question import WHOLE, MapQuestion
from ayan.apps.planning.map_sheet import around
from ayan.apps.planning.parcel_rule import ParcelRule
from ayan.apps.planning.shapes import PlacedShape
from ayan.core.query import keys
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Filter, Question
from ayan.core.query.statistics import point_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.locale import Lang
from ayan.core.values.place import Bbox
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class NearRows:
    """The rows of one dataset near by: how many, where all of them are, and the first by key and name."""

    dataset: Dataset
    count: int
    address: str
    first: tuple[tuple[str, str], ...]


def within(point: tuple[Field, Field], window: Bbox) -> tuple[Filter, ...]:
    """The conditions that the point of a row lies in a window, in whole millionths of a degree."""
    longitude, latitude = point
    west, south, east, north = (Decimal(str(round(edge, 6))) for edge in window)
    return (
        Filter(longitude.name, "gte", (west,)),
        Filter(longitude.name, "lt", (east,)),
        Filter(latitude.name, "gt", (south,)),
        Filter(latitude.name, "lte", (north,)),
    )


def placed_datasets(city: City) -> list[tuple[Dataset, tuple[Field, Field]]]:
    """The datasets of which something with a point is published, with its longitude and latitude."""
    pairs = ((dataset, point_of(dataset)) for dataset in city.registry.all())
    return [(dataset, point) for dataset, point in pairs if point and city.release_store.current(dataset.slug)]


def drawn_datasets(city: City) -> list[Dataset]:
    """The datasets whose rows the map draws as points: those with points, then those that others place."""
    return [*(dataset for dataset, _ in placed_datasets(city)), *linked_datasets(city)]


def near_rows(
    city: City, rule: ParcelRule, shape: PlacedShape, lang: Lang, place: MapPlace | None = None
) -> tuple[NearRows, ...]:
    """What lies within some hundred metres, of each dataset that the map draws as points.

    ``place`` is where the map shows what others place.
    """
    window = around(shape.box, 2 * NEAR_METRES, height=around(shape.box, 1).width).window
    near: list[NearRows] = []
    for dataset, point in placed_datasets(city)[:MOST_NEAR]:
        conditions = within(point, window)
        ask = ExplorerState.bare(dataset, reverse(f"{lang}:dataset", args=(dataset.slug,)), lang, *conditions)
        question = Question(
            slug=dataset.slug, filters=conditions, sort=ask.question.sort, size=NEARBY_SHOWN, count=True
        )
        try:
            answer = city.query_service.rows(dataset, question)
        except Unanswered:
            continue
        if answer.total and dataset.slug != rule.land.dataset.slug:
            first = tuple((keys.key_of(dataset, row), records.title(dataset, row, lang)) for row in answer.rows)
            near.append(NearRows(dataset, answer.total, ask.address, first))
    near.extend(_linked(city, window, lang, place))
    return tuple(near)


def _linked(city: City, window: Bbox, lang: Lang, place: MapPlace | None) -> Iterator[NearRows]:
    """The same of datasets that others place. Their table cannot be asked for a window; all of it is a link away."""
    for dataset in linked_datasets(city)[:MOST_NEAR]:
        link = link_of(city, dataset)
        try:
            places = linked_places(city, link) if link else None
        except Unanswered:
            continue
        rows = places.rows_at(places.within(window)) if places else []
        if rows:
            first = tuple((keys.key_of(dataset, row), records.title(dataset, row, lang)) for row in rows[:NEARBY_SHOWN])
            address = MapQuestion(lang, dataset.slug, place or WHOLE).address
            yield NearRows(dataset, len(rows), address, first)
