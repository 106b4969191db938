"""Where the districts of a city lie, as far as its published land tells: no dataset has their borders.

A district is where most of the land in each square of a grid is its own; squares are joined over streets, and what is
drawn says that it was made of the land.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from ayan.apps.planning.land_table import LandTable
from ayan.apps.planning.limits import FINEST_GRID, LEAST_PIECE
from ayan.apps.planning.shapes import Ring

_FINER: Final = 1.5
"""Squares across for each piece of land across, so that the edge of a district is no staircase of whole blocks."""
_JOINED: Final = 2.2
"""Pieces of land by which an outline is widened and narrowed again: streets and gardens without land close."""
_SMOOTHED: Final = 1.2

_held: dict[str, tuple[LandTable, Mapping[str, DistrictOutline]]] = {}
"""By dataset, the table that was drawn last."""


@dataclass(frozen=True, slots=True)
class DistrictOutline:
    """The rings of a district in degrees, and the middle of its land."""

    rings: tuple[Ring, ...]
    middle: tuple[float, float]


def outlines(slug: str, table: LandTable) -> Mapping[str, DistrictOutline]:
    """The outline of each district by its code; made once for each state."""
    held = _held.get(slug)
    if held is None or held[0] is not table:
        held = table, dict(_outlined(table))
        _held[slug] = held
    return held[1]


def _outlined(table: LandTable) -> Iterator[tuple[str, DistrictOutline]]:
    extent = table.extent
    if extent is None:
        return
    east = math.cos(math.radians((extent.south + extent.north) / 2))
    pieces = math.sqrt(len(table.boxes))
    across = min(FINEST_GRID, max(12, int(_FINER * pieces)))
    reach = max(1.6, _JOINED * across / max(pieces, 1))
    step = max((extent.east - extent.west) * east, extent.north - extent.south, 1e-6) / across
    steps = step / east, step
    x, y = table.points(table.every)
    columns = np.floor((x - extent.west) / steps[0]).astype(np.int64)
    lines = np.floor((y - extent.south) / steps[1]).astype(np.int64)
    names = table.names["district"]
    wide, high = int(columns.max()) + 1, int(lines.max()) + 1
    square = (lines * wide + columns) * len(names) + table.named["district"]
    met = np.bincount(square, minlength=wide * high * len(names)).reshape(wide * high, len(names))
    most = np.where(met.any(axis=1), met.argmax(axis=1), -1)
    middles = table.middles("district", table.every)
    for number, name in enumerate(names):
        own = np.flatnonzero(most == number)
        if name and len(own):
            left, lower = own % wide, own // wide
            area = shapely.union_all(shapely.box(left, lower, left + 1, lower + 1))
            joined = shapely.buffer(shapely.buffer(area, reach, join_style="mitre"), -reach, join_style="mitre")
            rings = tuple(_rings(shapely.simplify(joined, _SMOOTHED), (extent.west, extent.south), steps))
            yield name, DistrictOutline(rings, middles[name][:2])


def _rings(area: Any, corner: tuple[float, float], steps: tuple[float, float]) -> Iterator[Ring]:
    parts = [part for part in shapely.get_parts(area) if shapely.get_type_id(part) == shapely.GeometryType.POLYGON]
    largest = max((part.area for part in parts), default=0)
    for part in parts:
        if part.area >= min(largest, LEAST_PIECE):
            corners = shapely.get_coordinates(part.exterior)
            yield tuple((corner[0] + x * steps[0], corner[1] + y * steps[1]) for x, y in corners.tolist())
