"""Where something is: a point in WGS84 and a GeoJSON geometry, accepted only when it cannot be anything else."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.limits import DEEPEST_COLLECTION, MOST_POSITIONS

# Levels of lists above a position, for each type of RFC 7946, section 3.1, but Point, which has none.
_LEVELS: Final = {"MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_LEAST_IN_LINE: Final = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}

_PLAIN_NUMBERS: Final = (float, int)


class PlaceError(InvalidValue):
    """Reasons of a point: not-finite, latitude, longitude. Reasons of a geometry: not-an-object, type, coordinates,
    position, not-finite, latitude, longitude, empty, too-few-positions, open-ring, too-deep, too-many-positions.
    """


class Point(NamedTuple):
    """A point in WGS84 degrees, in the order of GeoJSON: longitude first."""

    lon: float
    lat: float


class Bbox(NamedTuple):
    """The smallest box around a geometry, in WGS84 degrees; the order of RFC 7946."""

    west: float
    south: float
    east: float
    north: float


def point(lon: float, lat: float) -> Point:
    """A point whose numbers are finite and within ±180 and ±90. Raises PlaceError."""
    if not (_is_finite(lon) and _is_finite(lat)):
        raise PlaceError("not-finite")
    if not -180 <= lon <= 180:
        raise PlaceError("longitude")
    if not -90 <= lat <= 90:
        raise PlaceError("latitude")
    return Point(lon, lat)


def as_extent(value: object) -> Bbox | None:
    """A box out of four numbers: west, south, east and north in degrees; None for what is none."""
    if not isinstance(value, (list, tuple)) or len(value) != 4:
        return None
    if not all(isinstance(each, (int, float, Decimal)) and not isinstance(each, bool) for each in value):
        return None
    box = Bbox(*map(float, value))
    try:
        point(box.west, box.south)
        point(box.east, box.north)
    except PlaceError:
        return None
    return box if box.west < box.east and box.south < box.north else None


def read_extent(value: object) -> Bbox | None:
    """The box as a file declares it; None where it declares none. ValueError, in a sentence, for what is no box."""
    box = None if value is None else as_extent(value)
    if value is not None and box is None:
        raise ValueError("extent is four numbers in degrees: west, south, east, north")
    return box


def geometry_bbox(geometry: object, *, most_positions: int = MOST_POSITIONS) -> Bbox:
    """The box around a GeoJSON geometry (RFC 7946, as Python objects), after checking all of it. Raises PlaceError.

    Checked: the type, the nesting of coordinates, that numbers are finite and within WGS84, that lines have two
    positions and rings four with the last equal to the first. A third number in a position (height) may be anything
    finite. The direction of rings is not checked: section 3.1.6 asks readers to accept both.
    """
    west = south = math.inf
    east = north = -math.inf
    left = most_positions
    for line in _lines(geometry, 0):
        left -= len(line)
        if left < 0:
            raise PlaceError("too-many-positions")
        for position in line:
            lon, lat = _position(position)
            if lon < west:
                west = lon
            if lon > east:
                east = lon
            if lat < south:
                south = lat
            if lat > north:
                north = lat
    return Bbox(west, south, east, north)


def _lines(geometry: object, depth: int) -> Iterator[Sequence[object]]:
    """The positions of a geometry, line by line; a line is judged as a whole after its positions were read."""
    if not isinstance(geometry, Mapping):
        raise PlaceError("not-an-object")
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        if depth == DEEPEST_COLLECTION:
            raise PlaceError("too-deep")
        for member in _filled(geometry.get("geometries")):
            yield from _lines(member, depth + 1)
    elif kind == "Point":
        yield [geometry.get("coordinates")]
    elif isinstance(kind, str) and kind in _LEVELS:
        for line in _at_level(geometry.get("coordinates"), _LEVELS[kind]):
            yield line
            if len(line) < _LEAST_IN_LINE.get(kind, 1):
                raise PlaceError("too-few-positions")
            if kind.endswith("Polygon") and line[0] != line[-1]:
                raise PlaceError("open-ring")
    else:
        raise PlaceError("type")


def _at_level(coordinates: object, level: int) -> Iterator[Sequence[object]]:
    parts = _filled(coordinates)
    if level == 1:
        yield parts
    else:
        for part in parts:
            yield from _at_level(part, level - 1)


def _filled(value: object) -> Sequence[object]:
    if not isinstance(value, (list, tuple)):
        raise PlaceError("coordinates")
    if not value:
        raise PlaceError("empty")
    return value


def _position(value: object) -> Point:
    # Nearly every position is two numbers within bounds (NaN is not); a city's map has millions of them.
    if type(value) is list and len(value) == 2:
        lon, lat = value
        if type(lon) in _PLAIN_NUMBERS and type(lat) in _PLAIN_NUMBERS and -180 <= lon <= 180 and -90 <= lat <= 90:
            return Point(lon, lat)
    if not isinstance(value, (list, tuple)) or not 2 <= len(value) <= 3:
        raise PlaceError("position")
    for number in value:
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise PlaceError("position")
        if not _is_finite(number):
            raise PlaceError("not-finite")
    return point(value[0], value[1])


def _is_finite(number: float) -> bool:
    # `math.isfinite` overflows on an integer too large for a float.
    return -math.inf < number < math.inf
