"""Shapes of strangers in a process apart: WKT read, positions brought to degrees, areas that cross themselves found."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import shapely

from ayan.core.system import child
from ayan.core.values.coordinate_system import CoordinateSystemError, in_degrees, is_degrees

# What two areas may differ by, as a share of the larger: what is lost to the last digits of a number.
_SAME_AREA: Final = 1e-9
_EWKT: Final = re.compile(r"SRID=(\d{1,6});\s*(.*)", re.DOTALL)


def answer(request: dict[str, Any]) -> list[list[str | None]]:
    """Of each text: what is wrong with it ("" for nothing), its shape as GeoJSON where that is another text, a mend.

    ``system`` is the declared one, or None. Codes: ``not-geometry``, ``shape-system`` (WKT, and nobody says in which
    system), ``shape-crossing``. A mend is the same area without the crossing; there is none where the area is another.
    """
    return [_answer(text, request["system"]) for text in request["texts"]]


def _answer(text: str, system: str | None) -> list[str | None]:
    own, written = _written(text)
    if own is None and system is None and not text.startswith("{"):
        # Whatever it holds, nobody says where that is.
        return ["shape-system" if _is_wkt(written) else "not-geometry", None, None]
    try:
        shape = shapely.from_geojson(text) if text.startswith("{") else shapely.from_wkt(written)
        value = None
        if not text.startswith("{") or system is not None:
            geometry = json.loads(shapely.to_geojson(shapely.force_2d(shape)))
            used = own or system or ""
            value = json.dumps(geometry if is_degrees(used) else in_degrees(geometry, used), separators=(",", ":"))
            shape = shapely.from_geojson(value)
    except (shapely.errors.ShapelyError, CoordinateSystemError, ValueError, TypeError, KeyError, RecursionError):
        return ["not-geometry", None, None]
    if shape is None or shapely.is_valid(shape):
        return ["" if shape is not None else "not-geometry", value, None]
    return ["shape-crossing", value, _mended(shape)]


def _written(text: str) -> tuple[str | None, str]:
    """The system that a text of WKT itself names, and the text without it."""
    named = _EWKT.fullmatch(text)
    return (f"EPSG:{named[1]}", named[2]) if named else (None, text)


def _is_wkt(text: str) -> bool:
    try:
        return shapely.from_wkt(text) is not None
    except (shapely.errors.ShapelyError, ValueError):
        return False


def _mended(shape: Any) -> str | None:
    """The shape made valid, where that takes nothing from its area and adds nothing to it."""
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if mended.geom_type not in ("Polygon", "MultiPolygon") or shape.geom_type not in ("Polygon", "MultiPolygon"):
        return None
    drawn = sum(abs(_drawn(part)) for part in getattr(shape, "geoms", [shape]))
    if abs(mended.area - drawn) > _SAME_AREA * max(mended.area, drawn):
        return None
    return str(shapely.to_geojson(mended))


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
