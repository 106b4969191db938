"""Shapes of strangers in a process apart: WKT read, positions brought to degrees, areas that cross themselves found."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import shapely

from ayan.core.system import child
from ayan.core.values.coordinate_system import CoordinateSystemError, in_degrees, is_degrees
from ayan.core.values.shape_text import closed, turned

# What two areas may differ by, as a share of the larger: what is lost to the last digits of a number.
_SAME_AREA: Final = 1e-9
_AT: Final = re.compile(r"\[([-0-9.e+]+) ([-0-9.e+]+)")
_NO_SHAPE: Final = (
    shapely.errors.ShapelyError,
    CoordinateSystemError,
    ValueError,
    TypeError,
    KeyError,
    RecursionError,
)
_EWKT: Final = re.compile(r"SRID=(\d{1,6});\s*(.*)", re.DOTALL)


def answer(request: dict[str, Any]) -> list[list[str | None]]:
    """Of each text: what is wrong with it ("" for nothing), its shape as GeoJSON where that is another text, a mend,
    and the spot where it is wrong.

    ``system`` is the declared one, or None; ``extent`` the box of the city in degrees, or None. Codes:
    ``not-geometry``, ``shape-system`` (WKT, and nobody says in which system), ``shape-crossing``, ``shape-open``, and
    ``shape-swapped`` of what is in no degrees: its shape is then the one with its numbers the other way round, and the
    spot is where it lies as it is written, None where that is nowhere. A mend is the same area without the crossing,
    written as the text is; there is none where the area is another. Asked to ``mend`` texts it answers with the mend
    of each alone.
    """
    if "mend" in request:
        return [[_mended_text(text)] for text in request["mend"]]
    extent = shapely.box(*request["extent"]) if request.get("extent") else None
    return [_answer(text, request["system"], extent) for text in request["texts"]]


def _answer(text: str, system: str | None, extent: Any) -> list[str | None]:
    own, written = _written(text)
    is_json = text.startswith("{")
    if own is None and system is None and not is_json:
        # Whatever it holds, nobody says where that is.
        return ["shape-system" if _is_wkt(written) else "not-geometry", None, None, None]
    try:
        shape = drawn = _shape(written)
    except _NO_SHAPE:
        return [_open_or_none(written), None, None, None]
    used = None if is_json and system is None else own or system or ""
    value = None
    if used is not None:
        try:
            value = _in_degrees(shape, used)
            drawn = shapely.from_geojson(value)
        except _NO_SHAPE:
            drawn = None
        if extent is not None and not is_degrees(used):
            other = _swapped(written, drawn, used, extent)
            if other is not None:
                return ["shape-swapped", other, None, _middle(drawn)]
        if drawn is None:
            return ["not-geometry", None, None, None]
    if drawn is None or shapely.is_valid(drawn):
        return ["" if drawn is not None else "not-geometry", value, None, None]
    mend = None if shapely.is_valid(shape) else _mended(shape)
    return ["shape-crossing", value, mend and _as_written(text, mend), _spot(drawn)]


def _mended_text(text: str) -> str | None:
    """The mend of a text; None for one that needs none, or has none that is certain."""
    try:
        shape = _shape(_written(text)[1])
    except _NO_SHAPE:
        return None
    mended = None if shape is None or shapely.is_valid(shape) else _mended(shape)
    return None if mended is None else _as_written(text, mended)


def _shape(written: str) -> Any:
    return shapely.from_geojson(written) if written.startswith("{") else shapely.from_wkt(written)


def _in_degrees(shape: Any, system: str) -> str:
    """GeoJSON in degrees of a shape in a system; raises what no shape raises."""
    geometry = json.loads(shapely.to_geojson(shapely.force_2d(shape)))
    return json.dumps(geometry if is_degrees(system) else in_degrees(geometry, system), separators=(",", ":"))


def _swapped(written: str, drawn: Any, system: str, extent: Any) -> str | None:
    """The shape in degrees with its numbers the other way round, if it lies in the city so and without it now."""
    if drawn is not None and shapely.intersects(shapely.envelope(drawn), extent):
        return None
    try:
        text = _in_degrees(_shape(turned(written)), system)
        other = shapely.from_geojson(text)
    except _NO_SHAPE:
        return None
    return text if other is not None and shapely.covers(extent, shapely.envelope(other)) else None


def _middle(drawn: Any) -> str | None:
    """The middle of a shape in degrees: ``lon lat``; None of none."""
    if drawn is None or shapely.is_empty(drawn):
        return None
    west, south, east, north = shapely.bounds(drawn)
    return f"{(west + east) / 2:.6f} {(south + north) / 2:.6f}"


def _open_or_none(written: str) -> str:
    """``shape-open`` where only the end of a ring is missing."""
    try:
        return "shape-open" if closed(written) != written and _shape(closed(written)) is not None else "not-geometry"
    except _NO_SHAPE:
        return "not-geometry"


def _spot(drawn: Any) -> str:
    """Where an outline crosses itself, as GEOS says it: ``lon lat``."""
    spot = _AT.search(shapely.is_valid_reason(drawn))
    return f"{spot[1]} {spot[2]}" if spot else ""


def _as_written(text: str, mended: Any) -> str:
    """The mended shape in the notation of the text that it takes the place of."""
    if text.startswith("{"):
        return str(shapely.to_geojson(mended))
    named = _EWKT.fullmatch(text)
    return (f"SRID={named[1]};" if named else "") + str(shapely.to_wkt(mended, rounding_precision=-1))


def _written(text: str) -> tuple[str | None, str]:
    """The system that a text of WKT itself names, and the text without it."""
    named = _EWKT.fullmatch(text)
    return (f"EPSG:{named[1]}", named[2]) if named else (None, text)


def _is_wkt(text: str) -> bool:
    try:
        return shapely.from_wkt(text) is not None
    except (shapely.errors.ShapelyError, ValueError):
        return False


def _mended(shape: Any) -> Any:
    """The shape made valid, where that takes nothing from its area and adds nothing to it."""
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if mended.geom_type not in ("Polygon", "MultiPolygon") or shape.geom_type not in ("Polygon", "MultiPolygon"):
        return None
    drawn = sum(abs(_drawn(part)) for part in getattr(shape, "geoms", [shape]))
    if abs(mended.area - drawn) > _SAME_AREA * max(mended.area, drawn):
        return None
    return mended


def _drawn(polygon: Any) -> float:
    """The area within the outline as it is drawn, its holes taken off."""
    return abs(_ring(polygon.exterior)) - sum(abs(_ring(ring)) for ring in polygon.interiors)


def _ring(ring: Any) -> float:
    at = shapely.get_coordinates(ring)
    east, north = at[:, 0] - at[0, 0], at[:, 1] - at[0, 1]
    return float((east[:-1] * north[1:] - east[1:] * north[:-1]).sum() / 2)


def main() -> None:
    """Answer whoever started this process."""
    child.answer(answer)


if __name__ == "__main__":
    main()
