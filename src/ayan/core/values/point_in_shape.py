"""Whether a point lies in an area, decided by its outline: what stands on the line lies in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ayan.core.values.place import Point


def covers(geometry: Mapping[str, Any], at: Point) -> bool:
    """Whether a GeoJSON geometry has an area that covers a point; a point or a line covers none.

    Holes are no part of an area, their own outlines are. The geometry is one that `geometry_bbox` has taken.
    """
    kind = geometry["type"]
    if kind == "Polygon":
        return _polygon_covers(geometry["coordinates"], at)
    if kind == "MultiPolygon":
        return any(_polygon_covers(rings, at) for rings in geometry["coordinates"])
    if kind == "GeometryCollection":
        return any(covers(member, at) for member in geometry["geometries"])
    return False


def _polygon_covers(rings: Sequence[Sequence[Sequence[float]]], at: Point) -> bool:
    outline, *holes = (_side(ring, at) for ring in rings)
    # 1 is within a ring, 0 on it, -1 outside.
    return outline >= 0 and all(hole <= 0 for hole in holes)


def _side(ring: Sequence[Sequence[float]], at: Point) -> int:
    """1 within a closed ring, 0 on its line, -1 outside: by how often a line to the east crosses it."""
    inside = False
    x, y = at.lon, at.lat
    for (x1, y1, *_), (x2, y2, *_) in pairwise(ring):
        turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if turn == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return 0
        if (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1):
            inside = not inside
    return 1 if inside else -1
