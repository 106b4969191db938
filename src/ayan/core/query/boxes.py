"""A box on the map as a condition: four numbers in an address, and the rows whose shape has any part of its box there.

Shapes are compared by their envelopes: the smallest boxes around them. Whoever needs the outline itself takes the few
rows that are left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ayan.core.index.lookup import BoxLookup
from ayan.core.query.limits import LONGEST_BOX
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue, Value
from ayan.core.values.digits import to_latin
from ayan.core.values.envelope import envelope_sql
from ayan.core.values.place import Bbox, PlaceError, point

BBOX: Final = "bbox"
"""The parameter: ``bbox=west,south,east,north`` in degrees (WGS 84), for whichever columns say where a row is."""


def read_box(text: str) -> Bbox:
    """The box in four numbers with commas between them, in any digits. Raises BadValue."""
    parts = to_latin(text.strip()).replace("،", ",").split(",")
    try:
        if len(text) > LONGEST_BOX or len(parts) != 4:
            raise ValueError(text)
        west, south, east, north = (float(part) for part in parts)
        first, last = point(west, south), point(east, north)
    except (ValueError, PlaceError):
        raise BadValue("box") from None
    if first.lon > last.lon or first.lat > last.lat:
        raise BadValue("box")
    return Bbox(first.lon, first.lat, last.lon, last.lat)


def box_text(box: Bbox) -> str:
    """A box as an address has it: shortest numbers, none with an exponent."""
    return ",".join(_number(each) for each in box)


def _number(value: float) -> str:
    text = repr(value + 0.0)
    return (f"{value:.12f}".rstrip("0").rstrip(".") if "e" in text else text.removesuffix(".0")) or "0"


def read_condition(_field: Field, text: str) -> tuple[Value, ...]:
    """The one value of a condition: the text of its box, in one spelling."""
    return (box_text(read_box(text)),)


def box_sql(x: str, _field: Field, values: tuple[Value, ...], bind: Callable[[object], str]) -> str:
    """Whether the envelope of a shape and a box have a point in common."""
    box = read_box(str(values[0]))
    west, south, east, north = envelope_sql(x)
    return (
        f"coalesce({west} <= {bind(box.east)} AND {east} >= {bind(box.west)} "
        f"AND {south} <= {bind(box.north)} AND {north} >= {bind(box.south)}, FALSE)"
    )


def find_box(field: Field, values: tuple[Value, ...]) -> BoxLookup:
    """The same, as an index is asked for it."""
    return BoxLookup(field.name, *read_box(str(values[0])))


def place_fields(dataset: Dataset) -> tuple[Field, ...]:
    """What says where a row is: the first column of shapes, or that of longitudes and that of latitudes; or nothing."""
    shapes = [field for field in dataset.published if field.kind.is_shape]
    if shapes:
        return (shapes[0],)
    by_role = {field.role: field for field in dataset.published if field.role in ("longitude", "latitude")}
    return (by_role["longitude"], by_role["latitude"]) if len(by_role) == 2 else ()


def conditions_of(dataset: Dataset, box: Bbox) -> tuple[tuple[str, str], ...]:
    """Parameters of conditions that together are the box: one on a shape, four on numbers; none without a place."""
    fields = [field.name for field in place_fields(dataset)]
    if len(fields) == 1:
        return ((f"{fields[0]}__{BBOX}", box_text(box)),)
    if not fields:
        return ()
    west, south, east, north = box_text(box).split(",")
    lon, lat = fields
    return ((f"{lon}__gte", west), (f"{lon}__lte", east), (f"{lat}__gte", south), (f"{lat}__lte", north))
