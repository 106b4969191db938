"""GeoJSON: a record for each feature, coordinates as the file spells them, one projection."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import SHARED
from tests.core.intake.file_rows import cells, codes, headers, read, refusal, rows, write


def collection(*features: str, rest: str = "") -> str:
    return '{"type": "FeatureCollection"' + rest + ', "features": [' + ", ".join(features) + "]}"


def feature(
    properties: str, geometry: str = '{"type": "Point", "coordinates": [49.70, 34.0900]}', rest: str = ""
) -> str:
    return '{"type": "Feature"' + rest + ', "properties": ' + properties + ', "geometry": ' + geometry + "}"


def test_each_feature_is_a_record(tmp_path: Path) -> None:
    text = collection(
        feature('{"name": "الف", "n": 1.50}'), feature('{"n": null, "ok": true, "big": 12345678901234567890}')
    )
    table = read(write(tmp_path / "a.geojson", text))
    assert headers(table) == ["name", "n", "ok", "big", "geometry"]
    point = '{"type":"Point","coordinates":[49.70,34.0900]}'
    assert rows(table) == [
        (2, None, "الف", "1.50", None, None, point),
        (3, None, None, None, "TRUE", "12345678901234567890", point),
    ]


def test_coordinates_keep_their_spelling(tmp_path: Path) -> None:
    geometry = '{ "type": "LineString",\n "coordinates": [ [4.970000000000000001E1, -0.0], [1e-7, 34.10] ] }'
    table = read(write(tmp_path / "a.json", collection(feature("{}", geometry))))
    assert cells(table) == [('{"type":"LineString","coordinates":[[4.970000000000000001E1,-0.0],[1e-7,34.10]]}',)]


def test_nested_values_are_compact_json_and_ids_come_last(tmp_path: Path) -> None:
    text = collection(feature('{"tags": {"a b": [1, " x "]}}', rest=', "id": "way/5"'), feature("null"))
    table = read(write(tmp_path / "a.geojson", text))
    assert headers(table) == ["tags", "geometry", "id"]
    assert cells(table)[0][0] == '{"a b":[1," x "]}'
    assert cells(table)[0][2] == "way/5"
    assert cells(table)[1][0] is None


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"])
def test_wgs84_may_be_named(tmp_path: Path, name: str) -> None:
    crs = ', "crs": {"type": "name", "properties": {"name": "' + name + '"}}'
    assert read(write(tmp_path / "a.geojson", collection(feature('{"a": 1}'), rest=crs))).rows == 1


def test_another_projection_is_brought_to_degrees(tmp_path: Path) -> None:
    """Positions come in degrees, longitudes first; what is none stays as it is."""
    member = ', "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32639"}}'
    line = '{"type": "LineString", "coordinates": [[500000, 3762155.5, 1700], [500010, 3762155.5]]}'
    table = read(write(tmp_path / "a.geojson", collection(feature('{"a": 1}', line), feature("{}", "7"), rest=member)))
    assert [row[-1] for row in cells(table)] == [
        '{"type":"LineString","coordinates":[[51.0,33.999995693],[51.000108286,33.999995693]]}', "7"
    ]  # fmt: skip
    assert codes(table) == ["crs-used"]


@pytest.mark.parametrize("crs", ['"EPSG:43260"', "7"])
def test_a_projection_that_nobody_knows_is_refused_by_name(tmp_path: Path, crs: str) -> None:
    member = ', "crs": {"type": "name", "properties": {"name": ' + crs + "}}"
    issue = refusal(write(tmp_path / "a.geojson", collection(feature('{"a": 1}'), rest=member)))
    assert issue.code == "map-projection"
    assert crs.strip('"') in issue.message("fa") or crs == "7"


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "FeatureCollection"}',
        '{"type": "Feature", "properties": {}, "geometry": null}',
        '{"type": "FeatureCollection", "features": [1]}',
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"a": NaN}}]}',
        '{"type": "FeatureCollection", "features": [{"properties": {"a": 1, "a": 2}}]}',
        '{"type": "FeatureCollection", "features": []} x',
        '{"type": "FeatureCollection", "features": [',
        '{"type": "FeatureCollection", "features": [{"properties": {"a": "x}}]}',
        '{"type": "FeatureCollection", "features": [{"properties": {"a": "\\ud800"}}]}',
    ],
)
def test_what_is_not_a_feature_collection_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal(write(tmp_path / "a.geojson", text)).code == "file-unreadable"


@pytest.mark.parametrize("name", ["markazi-counties.geojson"])
def test_a_real_file_keeps_every_coordinate(shared: Path, tmp_path: Path, name: str) -> None:
    source = shared / "data" / "iran-reference" / name
    table = read(write(tmp_path / name, source.read_bytes()))
    wanted: list[Any] = [shape["geometry"] for shape in json.loads(source.read_text("utf-8"))["features"]]
    at = headers(table).index("geometry")
    assert [json.loads(row[at]) for row in cells(table)] == wanted
    assert SHARED in source.parents
