"""The outline of a record lies on the ground as its coordinates say: north at the top, one scale for both directions."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.apps.catalog.explorer.map_locator import MARGIN, WIDTH
from ayan.apps.catalog.limits import MOST_OUTLINE_POSITIONS
from ayan.apps.catalog.record.ground_plan import HEIGHT, METRES_A_DEGREE, GroundPlan, ground_plan

CORNER = re.compile(r"(-?[0-9.]+) (-?[0-9.]+)")
SQUARE = [[51.0, 35.0], [51.001, 35.0], [51.001, 35.001], [51.0, 35.001], [51.0, 35.0]]


def plan_of(kind: str, coordinates: Any) -> GroundPlan | None:
    return ground_plan(json.dumps({"type": kind, "coordinates": coordinates}), "en")


def corners(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in CORNER.findall(path)]


@given(
    st.floats(-60, 60),
    st.floats(-170, 170),
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=3, max_size=12, unique=True),
)
def test_distances_on_the_plan_are_those_on_the_ground(south: float, west: float, steps: list[tuple[int, int]]) -> None:
    ring = [[west + x / 10_000, south + y / 10_000] for x, y in steps]
    plan = plan_of("Polygon", [[*ring, ring[0]]])
    assert plan is not None
    (area,) = plan.areas
    drawn = corners(area)
    assert all(
        MARGIN - 0.1 <= x <= MARGIN + WIDTH + 0.1 and MARGIN - 0.1 <= y <= MARGIN + HEIGHT + 0.1 for x, y in drawn
    )
    eastward = METRES_A_DEGREE * math.cos(
        math.radians(south + (min(y for _, y in steps) + max(y for _, y in steps)) / 20_000)
    )
    ground = [(lon * eastward, -lat * METRES_A_DEGREE) for lon, lat in [*ring, ring[0]]]
    number, unit = plan.bar.words.split()
    pixels = plan.bar.length / (int(number.replace(",", "")) * (1000 if unit == "km" else 1))
    for (x, y), (east, down) in zip(drawn, ground, strict=True):
        assert x - drawn[0][0] == pytest.approx((east - ground[0][0]) * pixels, abs=0.2)
        assert y - drawn[0][1] == pytest.approx((down - ground[0][1]) * pixels, abs=0.2)


def test_it_says_how_wide_and_how_high_it_is_in_metres() -> None:
    plan = plan_of("Polygon", [SQUARE])
    assert plan is not None
    assert (plan.wide, plan.high) == (91, 111)


def test_a_hole_belongs_to_the_path_of_its_area_and_every_area_has_its_own() -> None:
    hole = [[51.0004, 35.0004], [51.0006, 35.0004], [51.0006, 35.0006], [51.0004, 35.0004]]
    plan = plan_of("MultiPolygon", [[SQUARE, hole], [[[lon + 0.002, lat] for lon, lat in SQUARE]]])
    assert plan is not None
    assert [path.count("Z") for path in plan.areas] == [2, 1]


def test_lines_are_drawn_open() -> None:
    plan = ground_plan(
        json.dumps(
            {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "LineString", "coordinates": SQUARE[:3]},
                    {"type": "MultiLineString", "coordinates": [SQUARE[:2], SQUARE[2:]]},
                    {"type": "Point", "coordinates": SQUARE[0]},
                ],
            }
        ),
        "fa",
    )
    assert plan is not None
    assert (plan.areas, [len(corners(line)) for line in plan.lines]) == ((), [3, 2, 3])
    assert not any("Z" in line for line in plan.lines)


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"Point","coordinates":[51,35]}',
        '{"type":"LineString","coordinates":[[51,35],[51.000001,35]]}',
        '{"type":"Polygon","coordinates":[]}',
        '{"type":"Circle","coordinates":[51,35]}',
        "بلوک ۷",
        json.dumps(
            {"type": "LineString", "coordinates": [[51 + n / 1e4, 35] for n in range(MOST_OUTLINE_POSITIONS + 1)]}
        ),
    ],
)
def test_what_has_no_extent_is_no_geometry_or_has_too_many_corners_is_not_drawn(text: str) -> None:
    assert ground_plan(text, "fa") is None
