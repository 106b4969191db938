"""The shapes of a dataset in memory, made once for each state, and which of them lie in a window."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ayan.apps.civic.roles import RoleDataset
from ayan.apps.planning.limits import MOST_CORNERS, MOST_NEIGHBOURS, MOST_SHAPES, MOST_STATES
from ayan.core.query.answer import Snapshot
from ayan.core.query.boxes import BBOX, box_text
from ayan.core.query.question import Filter, Question
from ayan.core.values.place import Bbox, PlaceError, geometry_bbox
from ayan.wiring.city import City

HELD: Final = ("code", "street", "zone", "district")
"""The places of the part that a drawing names a shape by."""

_held: dict[str, dict[tuple[str, str], tuple[PlacedShape, ...]]] = {}
"""By dataset, the states that were read last and their shapes, `MOST_STATES` of them: each is megabytes."""

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class PlacedShape:
    """One piece of land: its code, street, zone and district as they are published, its outline and the box around it.

    ``rings`` are the outer and inner rings of its areas in degrees, longitude first.
    """

    code: str
    street: str
    zone: str
    district: str
    box: Bbox
    rings: tuple[Ring, ...]

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of its box."""
        return (self.box.west + self.box.east) / 2, (self.box.south + self.box.north) / 2


def all_shapes(city: City, land: RoleDataset, snapshot: Snapshot) -> tuple[PlacedShape, ...]:
    """Every shape of a state; empty where there are too many to be held, or no column of shapes. Raises Unanswered."""
    if not land.has("shape") or snapshot.source.rows > MOST_SHAPES:
        return ()
    state = snapshot.snapshot_id, land.dataset.digest
    held = _held.get(land.dataset.slug, {})
    shapes = held.get(state)
    if shapes is None:
        shapes = tuple(_read(city, land, snapshot, (), None))
    # Whole anew, the state asked for last: threads that read meanwhile keep the one they have.
    others = [each for each in held.items() if each[0] != state]
    _held[land.dataset.slug] = dict([*others[1 - MOST_STATES :], (state, shapes)])
    return shapes


def shapes_of_street(city: City, land: RoleDataset, snapshot: Snapshot, street: str) -> tuple[PlacedShape, ...]:
    """The shapes on one street, at most so many as a drawing needs. Raises Unanswered."""
    if not land.has("shape", "street") or not street:
        return ()
    return tuple(_read(city, land, snapshot, (land.is_("street", street),), MOST_NEIGHBOURS))


def shapes_in_box(
    city: City, land: RoleDataset, snapshot: Snapshot, window: Bbox, most: int, *more: Filter
) -> list[PlacedShape]:
    """The shapes whose box meets a window and that meet the other conditions, at most so many. Raises Unanswered."""
    if not land.has("shape"):
        return []
    return list(_read(city, land, snapshot, (Filter(land.names["shape"], BBOX, (box_text(window),)), *more), most))


def inside(shapes: Iterable[PlacedShape], window: Bbox) -> list[PlacedShape]:
    """The shapes whose box meets a window."""
    return [
        each
        for each in shapes
        if each.box.west <= window.east
        and each.box.east >= window.west
        and each.box.south <= window.north
        and each.box.north >= window.south
    ]


def placed_shape(text: object, **names: str) -> PlacedShape | None:
    """A shape from the GeoJSON of a row; None of one that is none, or is no area."""
    try:
        geometry = json.loads(str(text))
        box = geometry_bbox(geometry)
    except (PlaceError, ValueError, RecursionError):
        return None
    rings = tuple(_rings(geometry))
    if sum(map(len, rings)) > MOST_CORNERS:
        corners = ((box.west, box.south), (box.east, box.south), (box.east, box.north), (box.west, box.north))
        rings = ((*corners, corners[0]),)
    return PlacedShape(**names, box=box, rings=rings) if rings else None


def _read(
    city: City, land: RoleDataset, snapshot: Snapshot, filters: Sequence[Filter], size: int | None
) -> Iterator[PlacedShape]:
    names = [land.names[place] for place in HELD if land.has(place)]
    fields = tuple(dict.fromkeys([*names, land.names["shape"]]))
    question = Question(slug=land.dataset.slug, filters=tuple(filters), fields=fields, size=size)
    for batch in city.query_service.stream(land.dataset, question, snapshot):
        for row in batch.to_pylist():
            said = {place: str(land.value(place, row) or "") for place in HELD}
            shape = placed_shape(row[land.names["shape"]], **said)
            if shape is not None:
                yield shape


def _rings(geometry: Any) -> Iterator[Ring]:
    match geometry["type"]:
        case "GeometryCollection":
            for member in geometry["geometries"]:
                yield from _rings(member)
        case "MultiPolygon":
            for area in geometry["coordinates"]:
                yield from (_ring(ring) for ring in area)
        case "Polygon":
            yield from (_ring(ring) for ring in geometry["coordinates"])


def _ring(positions: Sequence[Sequence[float]]) -> Ring:
    return tuple((float(position[0]), float(position[1])) for position in positions)
