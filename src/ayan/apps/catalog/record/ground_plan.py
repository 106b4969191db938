"""The shape of a record as it lies on the ground: an outline with north at the top, a scale, and nothing beneath it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ayan.apps.catalog.explorer.map_locator import FOOT, MARGIN, WIDTH, ScaleBar, scale_bar
from ayan.apps.catalog.limits import MOST_OUTLINE_POSITIONS
from ayan.core.values.locale import Lang
from ayan.core.values.place import PlaceError, geometry_bbox

HEIGHT: Final = 420
"""Pixels of the sheet from north to south: a wall along a street must not fill the page."""
METRES_A_DEGREE: Final = 111_320
"""Of latitude, and of longitude at the equator."""


@dataclass(frozen=True, slots=True)
class GroundPlan:
    """A shape in CSS pixels, with how wide (from west to east) and how high it is on the ground, in whole metres.

    ``areas`` and ``lines`` are paths of SVG; what lies within an area and is none of it is a hole of its path.
    """

    areas: tuple[str, ...]
    lines: tuple[str, ...]
    bar: ScaleBar
    height: int
    wide: int
    high: int
    width: int = WIDTH + 2 * MARGIN


def ground_plan(text: str, lang: Lang) -> GroundPlan | None:
    """The plan of a GeoJSON geometry; None of one below a metre, with too many corners to draw, or that is none."""
    try:
        geometry = json.loads(text)
        box = geometry_bbox(geometry, most_positions=MOST_OUTLINE_POSITIONS)
    except (PlaceError, ValueError, RecursionError):
        return None
    # So small a part of the globe is flat; a degree of longitude is shorter there than at the equator.
    eastward = METRES_A_DEGREE * math.cos(math.radians((box.south + box.north) / 2))
    wide, high = (box.east - box.west) * eastward, (box.north - box.south) * METRES_A_DEGREE
    if max(wide, high) < 1:
        return None
    pixels = min(WIDTH / wide if wide else math.inf, HEIGHT / high if high else math.inf)
    left = MARGIN + (WIDTH - wide * pixels) / 2

    def path(line: Sequence[Sequence[float]], end: str) -> str:
        corners = (
            f"{left + (place[0] - box.west) * eastward * pixels:.1f} "
            f"{MARGIN + (box.north - place[1]) * METRES_A_DEGREE * pixels:.1f}"
            for place in line
        )
        return "M" + "L".join(corners) + end

    parts = list(_parts(geometry))
    foot = MARGIN + math.ceil(high * pixels) + FOOT
    return GroundPlan(
        tuple("".join(path(ring, "Z") for ring in rings) for kind, rings in parts if kind == "area"),
        tuple(path(line, "") for kind, lines in parts if kind == "line" for line in lines),
        scale_bar(WIDTH / pixels, foot - 12, lang),
        foot,
        round(wide),
        round(high),
    )


def _parts(geometry: Any) -> Iterator[tuple[str, list[Any]]]:
    """The areas of a geometry, each with its rings, and its lines; single points are left out."""
    match geometry["type"]:
        case "GeometryCollection":
            for member in geometry["geometries"]:
                yield from _parts(member)
        case "MultiPolygon":
            yield from (("area", rings) for rings in geometry["coordinates"])
        case "Polygon":
            yield "area", geometry["coordinates"]
        case "MultiLineString":
            yield "line", geometry["coordinates"]
        case "LineString":
            yield "line", [geometry["coordinates"]]
