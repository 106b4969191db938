"""Rows without coordinates of their own, placed by a declared link with rows that have a place; never by a text."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from ayan.apps.catalog.explorer import result_table
from ayan.apps.planning.land_table import Floats
from ayan.apps.planning.limits import MOST_LAND, MOST_LINKED, MOST_LINKED_STATES, MOST_NAMED_ALONE
from ayan.core.query.answer import Row, Snapshot
from ayan.core.query.boxes import place_fields
from ayan.core.query.question import Filter, Question
from ayan.core.query.statistics import point_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PlacedView
from ayan.core.values.place import Bbox
from ayan.wiring.city import City

Indexes = NDArray[np.intp]

TELLING: Final = ("status", "category")
"""The roles of the field by which the rows of a layer are classed, in the order in which it tells most."""

_held: OrderedDict[tuple[str, ...], LinkedPlaces] = OrderedDict()
"""The states that were asked for last, by the states and declarations of both datasets."""
_reading = Lock()


@dataclass(frozen=True, slots=True)
class PlaceLink:
    """How a dataset is placed: ``by`` of its fields has what ``at`` has in the rows of another, which has ``place``.

    ``place`` is one field of shapes, or those of longitude and latitude.
    """

    dataset: Dataset
    by: Field
    other: Dataset
    at: Field
    place: tuple[Field, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LinkedPlaces:
    """Where the rows of a dataset lie: for each place its row and its degrees. A row may have several places.

    ``rows`` have the fields that a map tells alone; ``of`` has for each place the number of its row. ``count`` is how
    many rows there are, ``unplaced`` how many of these have no place: ``unnamed`` name none, ``unknown`` name a row
    that is not published, and what the others name has none itself.
    """

    count: int
    unplaced: int
    unnamed: int
    unknown: int
    rows: tuple[Row, ...]
    of: Indexes
    longitudes: Floats
    latitudes: Floats

    def within(self, window: Bbox) -> Indexes:
        """The places in a window."""
        inside = (self.longitudes >= window.west) & (self.longitudes < window.east)
        inside &= (self.latitudes > window.south) & (self.latitudes <= window.north)
        return np.flatnonzero(inside)

    def rows_at(self, places: Indexes) -> list[Row]:
        """The rows of some places, each once."""
        return [self.rows[at] for at in np.unique(self.of[places]).tolist()]


def classed_by(dataset: Dataset) -> Field | None:
    """The field that classes the rows of a layer: one with a closed list that people choose by."""
    fields = {field.role: field for field in dataset.published if field.choices is not None and field.shown == "public"}
    return next((fields[role] for role in TELLING if role in fields), None)


def link_of(city: City, dataset: Dataset) -> PlaceLink | None:
    """How a dataset is placed by another; None where it has points itself, is not declared so, or nothing is published.

    Its rows need a key of their own, by which the map leads to them.
    """
    view = next(iter(dataset.views_of(PlacedView)), None)
    if view is None or not dataset.key or point_of(dataset) is not None:
        return None
    slug, _, name = view.at.partition(".")
    store = city.release_store
    if slug not in {each.slug for each in city.registry.all()} or not store.current(slug):
        return None
    other = city.registry.get(slug)
    place = point_of(other) or place_fields(other)[:1]
    if not place or any(field.shown != "public" for field in place):
        return None
    return PlaceLink(dataset, dataset.field(view.by), other, other.field(name), tuple(place))


def linked_datasets(city: City) -> list[Dataset]:
    """The datasets that are placed by others, of which something is published."""
    return [each for each in city.registry.all() if city.release_store.current(each.slug) and link_of(city, each)]


def linked_places(city: City, link: PlaceLink, as_of: date | None = None) -> LinkedPlaces | None:
    """Where the rows of a dataset lie, now or on a day; None of more rows than are held. Raises Unanswered."""
    own, other = (
        city.query_service.snapshot(each, Question(slug=each.slug, as_of=as_of)) for each in (link.dataset, link.other)
    )
    if own.source.rows > MOST_LINKED or other.source.rows > MOST_LAND:
        return None
    state = (
        link.dataset.slug, own.snapshot_id, link.dataset.digest, link.other.slug, other.snapshot_id, link.other.digest,
    )  # fmt: skip
    # Of many who ask at once for a new state one reads it.
    with _reading:
        if state not in _held:
            _held[state] = _read(city, link, own, other)
            while len(_held) > MOST_LINKED_STATES:
                _held.popitem(last=False)
        _held.move_to_end(state)
        return _held[state]


def _read(city: City, link: PlaceLink, own: Snapshot, other: Snapshot) -> LinkedPlaces:
    title, classed = result_table.title_field(link.dataset), classed_by(link.dataset)
    fields = dict.fromkeys([*link.dataset.key, link.by.name, *(each.name for each in (title, classed) if each)])
    question = Question(slug=link.dataset.slug, fields=tuple(fields))
    every = [
        {name: values[name] for name in fields}
        for batch in city.query_service.stream(link.dataset, question, own)
        for values in batch.to_pylist()
    ]
    said = [None if each[link.by.name] is None else str(each[link.by.name]) for each in every]
    places = _places(city, link, other, {name for name in said if name is not None})
    rows: list[Row] = []
    of: list[int] = []
    at: list[tuple[float, float]] = []
    for values, name in zip(every, said, strict=True):
        lying = places.get(name, ()) if name is not None else ()
        of.extend([len(rows)] * len(lying))
        at.extend(lying)
        if lying:
            rows.append(Row(values, "", 0, 0))
    degrees = np.array(at, dtype=np.float64).reshape(-1, 2)
    unnamed = said.count(None)
    unknown = sum(name is not None and name not in places for name in said)
    counts = len(every), len(every) - len(rows), unnamed, unknown
    return LinkedPlaces(*counts, tuple(rows), np.array(of, dtype=np.intp), degrees[:, 0], degrees[:, 1])


def _places(
    city: City, link: PlaceLink, snapshot: Snapshot, named: set[str]
) -> dict[str, tuple[tuple[float, float], ...]]:
    """The distinct places of the values of ``at`` that are named, none of a row without; a shape's is within itself.

    Of few the rows are asked for alone: the outlines of all land of a large city take seconds to read.
    """
    lying: dict[str, dict[tuple[float, float], None]] = {}
    few = (Filter(link.at.name, "in", tuple(sorted(named)), exact=True),) if 0 < len(named) <= MOST_NAMED_ALONE else ()
    fields = (link.at.name, *(field.name for field in link.place))
    question = Question(slug=link.other.slug, filters=few, fields=fields)
    for batch in city.query_service.stream(link.other, question, snapshot) if named else ():
        names = batch.column(link.at.name).to_pylist()
        longitudes, latitudes = _degrees(batch, link.place)
        known = np.isfinite(longitudes) & np.isfinite(latitudes)
        for at, name in enumerate(names):
            if name is None or str(name) not in named:
                continue
            points = lying.setdefault(str(name), {})
            if known[at]:
                points[float(longitudes[at]), float(latitudes[at])] = None
    return {name: tuple(each) for name, each in lying.items()}


def _degrees(batch: pa.RecordBatch, place: tuple[Field, ...]) -> tuple[Floats, Floats]:
    if len(place) == _POINT:
        longitudes, latitudes = (
            batch.column(field.name).cast(pa.float64()).to_numpy(zero_copy_only=False) for field in place
        )
        return longitudes, latitudes
    cells = np.asarray(batch.column(place[0].name).to_pylist(), dtype=object)
    inner = shapely.point_on_surface(shapely.from_geojson(cells, on_invalid="ignore"))
    return shapely.get_x(inner), shapely.get_y(inner)


_POINT: Final = 2
"""Fields of a point: longitude and latitude."""
