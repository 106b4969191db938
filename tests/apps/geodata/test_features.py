"""Features for map programs: the one system of coordinates, and the days of rows."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.apps.geodata.conftest import COUNT

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
UTM = "http://www.opengis.net/def/crs/EPSG/0/32639"


def test_there_is_one_system_of_coordinates_and_only_what_is_kept_is_declared(reader: Client) -> None:
    root = "/api/v1/features"
    declared = reader.get(f"{root}/conformance").json()["conformsTo"]
    assert [each.rpartition("/")[2] for each in declared] == ["core", "geojson"]
    assert reader.get(f"{root}/collections/lots").json()["crs"] == [CRS84]
    plain = reader.get(f"{root}/collections/lots/items?bbox=49.60025,34.05,49.60085,34.05005").json()
    named = reader.get(
        f"{root}/collections/lots/items", {"bbox": "49.60025,34.05,49.60085,34.05005", "bbox-crs": CRS84, "crs": CRS84}
    ).json()
    assert plain["numberMatched"] == 3
    assert named["features"] == plain["features"]
    for name in ("crs", "bbox-crs"):
        refused = reader.get(f"{root}/collections/lots/items", {name: UTM, "bbox": "1,2,3,4"})
        assert refused.status_code == 400
        assert refused.json()["parameter"] == name
        assert CRS84 in refused.json()["allowed"]
    following = reader.get(f"{root}/collections/lots/items", {"limit": "3", "crs": CRS84}).json()["links"][-1]["href"]
    assert reader.get(following).json()["features"][0]["id"] == "L-0003"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("2011-04-04", ["T-1"]),
        ("2011-04-03T19:30:00Z", ["T-1"]),  # midnight in the city, whose clocks were an hour ahead
        ("2011-04-03T19:29:59Z", []),
        ("2011-04-04/..", ["T-1", "T-3"]),
        ("/2011-04-04", ["T-1"]),
        ("2011-04-05/2022-02-20", ["T-3"]),
        ("../..", ["T-1", "T-2", "T-3"]),
        ("0001-01-01/9999-12-31T23:59:00Z", ["T-1", "T-2", "T-3"]),
        ("۲۰۱۱-۰۴-۰۴", ["T-1"]),
    ],
)
def test_a_time_asks_for_the_days_of_rows(reader: Client, text: str, codes: list[str]) -> None:
    answer = reader.get("/api/v1/features/collections/trees/items", {"datetime": text})
    assert [each["id"] for each in answer.json()["features"]] == codes
    # What has no day is all there, whatever the time.
    assert reader.get("/api/v1/features/collections/lots/items", {"datetime": text}).json()["numberMatched"] == COUNT


@pytest.mark.parametrize(
    "text",
    ["", "..", "yesterday", "2011", "2011-04-04T08:00:00", "2022-01-01/2011-01-01", "a/b", "0001-01-01T00:00:00-23:59",
     "2011-04-04/2012-01-01/2013-01-01", "9999-12-31T23:59:59Z", "0001-01-01", "9999-01-01/.."],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_examples(reader: Client, text: str) -> None:
    refused = reader.get("/api/v1/features/collections/trees/items", {"datetime": text})
    assert refused.status_code == 400
    assert refused.json()["parameter"] == "datetime"
    assert "2024-08-02/.." in refused.json()["allowed"]


def test_pages_go_on_within_a_time(reader: Client) -> None:
    path = "/api/v1/features/collections/trees/items"
    first = reader.get(path, {"datetime": "2000-01-01/..", "limit": "1"}).json()
    following = next(link["href"] for link in first["links"] if link["rel"] == "next")
    second = reader.get(following).json()
    assert [page["features"][0]["id"] for page in (first, second)] == ["T-1", "T-3"]
    assert not [link for link in second["links"] if link["rel"] == "next"]
