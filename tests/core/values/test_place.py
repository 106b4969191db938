"""Points and geometries."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.values.place import Bbox, PlaceError, geometry_bbox

SQUARE = [[0, 0], [2, 0], [2, 1], [0, 1], [0, 0]]
HOLE = [[0.5, 0.5], [1, 0.5], [1, 0.7], [0.5, 0.5]]


@pytest.mark.parametrize(
    ("geometry", "box"),
    [
        ({"type": "Point", "coordinates": [49.7, 34.1, 1700]}, (49.7, 34.1, 49.7, 34.1)),
        ({"type": "MultiPoint", "coordinates": [[1, 2], [3, -4]]}, (1, -4, 3, 2)),
        ({"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, (1, 2, 3, 4)),
        ({"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]], [[0, 0], [1, 1]]]}, (0, 0, 3, 4)),
        ({"type": "Polygon", "coordinates": [SQUARE, HOLE]}, (0, 0, 2, 1)),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [[[9, 9], [8, 9], [8, 8], [9, 9]]]]}, (0, 0, 9, 9)),
        (
            {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [5, 5]}]},
            (5, 5, 5, 5),
        ),
    ],
)
def test_boxes(geometry: dict[str, Any], box: tuple[float, ...]) -> None:
    assert geometry_bbox(geometry) == Bbox(*box)


def _nested(depth: int) -> dict[str, Any]:
    geometry: dict[str, Any] = {"type": "Point", "coordinates": [0, 0]}
    for _ in range(depth):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    return geometry


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, "not-an-object"),
        ([], "not-an-object"),
        ({}, "type"),
        ({"type": "point", "coordinates": [0, 0]}, "type"),
        ({"type": ["Point"], "coordinates": [0, 0]}, "type"),
        ({"type": "Point"}, "position"),
        ({"type": "Point", "coordinates": []}, "position"),
        ({"type": "Point", "coordinates": [1]}, "position"),
        ({"type": "Point", "coordinates": ["1", "2"]}, "position"),
        ({"type": "Point", "coordinates": [True, False]}, "position"),
        ({"type": "Point", "coordinates": [1, 2, 3, 4]}, "position"),
        ({"type": "Point", "coordinates": [math.nan, 0]}, "not-finite"),
        ({"type": "Point", "coordinates": [0, 0, math.inf]}, "not-finite"),
        ({"type": "Point", "coordinates": [10**400, 0]}, "longitude"),
        ({"type": "Point", "coordinates": [0, 90.01]}, "latitude"),
        ({"type": "LineString", "coordinates": [[0, 0]]}, "too-few-positions"),
        ({"type": "LineString", "coordinates": {}}, "coordinates"),
        ({"type": "Polygon", "coordinates": []}, "empty"),
        ({"type": "Polygon", "coordinates": SQUARE}, "position"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "too-few-positions"),
        ({"type": "Polygon", "coordinates": [SQUARE[:-1]]}, "open-ring"),
        ({"type": "MultiPolygon", "coordinates": [SQUARE]}, "position"),
        ({"type": "GeometryCollection", "geometries": []}, "empty"),
        (_nested(5), "too-deep"),
        (_nested(500), "too-deep"),
    ],
)
def test_geometries_refused(geometry: object, reason: str) -> None:
    with pytest.raises(PlaceError) as refused:
        geometry_bbox(geometry)
    assert refused.value.reason == reason


def test_the_number_of_positions_is_limited() -> None:
    points = {"type": "MultiPoint", "coordinates": [[0, 0]] * 11}
    assert geometry_bbox(points, most_positions=11) == Bbox(0, 0, 0, 0)
    with pytest.raises(PlaceError, match="too-many-positions"):
        geometry_bbox(points, most_positions=10)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["Point", "Polygon", "MultiPolygon"]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.fixed_dictionaries({"type": inner, "coordinates": inner})
        | st.fixed_dictionaries({"type": st.just("Polygon"), "coordinates": inner})
    ),
    max_leaves=30,
)


@given(json_values)
def test_any_document_has_a_box_or_a_refusal(document: object) -> None:
    try:
        box = geometry_bbox(document)
    except PlaceError:
        return
    assert -180 <= box.west <= box.east <= 180
    assert -90 <= box.south <= box.north <= 90
    assert json.dumps(box, allow_nan=False)
