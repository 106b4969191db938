"""Places for programs: the parcel at a point, collections that GDAL opens, tiles that are sealed with a release."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pyogrio
import pytest
import shapely
from django.core.wsgi import get_wsgi_application
from django.test import Client
from tests.apps.built_city import PROFILE
from tests.apps.promised import promised

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.erasure import erase
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal
from ayan.core.store.manifest import Approval
from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

NOW = datetime(2024, 8, 5, 12, tzinfo=UTC)
ACROSS, COUNT = 40, 1_100
LOTS = """
slug = "lots"
title = { fa = "قطعه‌ها", en = "Lots" }
description = { fa = "ساختگی", en = "Invented" }
owner = { fa = "آزمون", en = "Trial" }
topic = "planning"
cadence = "irregular"
key = ["code"]
[[field]]
name = "code"
kind = "code"
label = { fa = "کد", en = "Code" }
required = true
[[field]]
name = "storeys"
kind = "integer"
label = { fa = "طبقه", en = "Storeys" }
nature = "rate"
[[field]]
name = "outline"
aliases = ["geometry"]
kind = "geometry"
label = { fa = "شکل", en = "Shape" }
extent = [49.0, 34.0, 50.0, 35.0]
[[view]]
code = "land"
kind = "plays"
part = "land-parcels"
fields = { code = "code", shape = "outline" }
"""


def outline(number: int) -> Any:
    """A lot of some thirty metres, in rows of forty; the first one has a yard that belongs to nobody."""
    west, south = 49.6 + number % ACROSS * 0.0004, 34.05 + number // ACROSS * 0.0004
    lot = shapely.box(west, south, west + 0.0003, south + 0.0003)
    return lot.difference(shapely.box(west + 1e-4, south + 1e-4, west + 2e-4, south + 2e-4)) if number == 0 else lot


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> City:
    home = tmp_path_factory.mktemp("lots")
    folder = home / "datasets" / "lots"
    folder.mkdir(parents=True)
    (folder / "dataset.toml").write_text(LOTS, encoding="utf-8")
    town = City(
        home, home / "store", FixedClock(NOW), parts=CityParts(registry=Registry((home / "datasets",)), profile=PROFILE)
    )
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"L-{number:04}", "storeys": number % 7},
            "geometry": None if number == COUNT - 1 else json.loads(shapely.to_geojson(outline(number))),
        }
        for number in range(COUNT)
    ]
    file = home / "lots.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    context = town.publish_context
    with examine(context, town.registry.get("lots"), file, ClerkDecisions("all")) as examined:
        draft = write_draft(context, examined, sent_by="فرستنده")
        seal(context, draft, [Approval("تأییدکننده", NOW, "cli", draft.digest)])
    return town


@pytest.fixture
def reader(built: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(city, "current", lambda: built)
    return Client()


def test_the_parcel_at_a_point(reader: Client) -> None:
    for number in (5, 777):
        at = outline(number).centroid
        answer = reader.get("/api/v1/parcels/at", {"lat": f"{at.y:.6f}", "lng": f"{at.x:.6f}"})
        assert [each["id"] for each in promised(answer)["features"]] == [f"L-{number:04}"]
    # In the street between two lots, in the yard within the first, and on its outline.
    street = reader.get("/api/v1/parcels/at?lat=34.05015&lng=49.60035")
    yard = reader.get("/api/v1/parcels/at?lat=34.05015&lng=49.60015")
    edge = reader.get("/api/v1/parcels/at?lat=۳۴.۰۵&lng=49.6001")
    assert [len(promised(each)["features"]) for each in (street, yard, edge)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("lat=34", "needed"),
        ("lat=x&lng=49", "degrees"),
        ("lat=91&lng=49", "degrees"),
        ("lat=1&lng=2&a=1", "unknown-parameter"),
    ],
)
def test_a_point_is_two_numbers_of_degrees(reader: Client, asked: str, code: str) -> None:
    answer = reader.get(f"/api/v1/parcels/at?{asked}")
    assert answer.status_code == 400
    assert answer.json()["code"] == code


def test_a_box_is_a_condition_of_any_question(reader: Client) -> None:
    box = "49.60025,34.05,49.60085,34.05005"
    rows = reader.get(f"/api/v1/datasets/lots/rows?bbox={box}&_count=1").json()
    assert [row["code"] for row in rows["rows"]] == ["L-0000", "L-0001", "L-0002"]
    assert rows["total"] == 3
    assert reader.get(f"/api/v1/datasets/lots/rows?bbox={box}&storeys=1&_count=1").json()["total"] == 1
    # The question says the box under the name of its column, and that address gives the same answer.
    again = reader.get(f"/api/v1/datasets/lots/rows?{rows['question']['query']}").json()
    assert again["rows"] == rows["rows"]
    for wrong in ("1,2,3", "50,34,49,35", "a,b,c,d", "0,0,181,1"):
        assert reader.get(f"/api/v1/datasets/lots/rows?bbox={wrong}").status_code == 400


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def portal(reader: Client) -> Iterator[str]:
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# GDAL holds the interpreter while it waits for an answer, so it asks from a process of its own.
CLIENT = """
import json, sys, pyogrio, shapely
source = "OAPIF:" + sys.argv[1] + "/api/v1/features"
layers = pyogrio.list_layers(source)[:, 0].tolist()
meta, _, shapes, fields = pyogrio.raw.read(source, layer="lots", PAGE_SIZE="400")
boxed = pyogrio.raw.read(source, layer="lots", bbox=(49.60025, 34.05, 49.60085, 34.05005))[2]
columns = dict(zip(meta["fields"], fields))
json.dump({
    "layers": layers, "crs": meta["crs"], "codes": columns["code"].tolist(), "boxed": len(boxed),
    "shapes": [shapely.to_geojson(each) for each in shapely.from_wkb(shapes[:50])],
}, sys.stdout)
"""


def test_gdal_opens_a_dataset_by_its_address(portal: str) -> None:
    """The client of QGIS: GDAL's driver for OGC API Features follows pages, and sends boxes."""
    asked = subprocess.run([sys.executable, "-c", CLIENT, portal], capture_output=True, timeout=60, check=True)
    told = json.loads(asked.stdout)
    assert told["layers"] == ["lots"]
    assert told["crs"] in ("OGC:CRS84", "EPSG:4326")
    assert told["codes"] == [f"L-{number:04}" for number in range(COUNT)]
    assert all(
        shapely.equals(shapely.from_geojson(text), outline(number)) for number, text in enumerate(told["shapes"])
    )
    assert told["boxed"] == 3


def test_a_page_of_features_keeps_what_it_promises(reader: Client) -> None:
    root = "/api/v1/features"
    for path in ("", "/conformance", "/collections", "/collections/lots"):
        promised(reader.get(f"{root}{path}"))
    page = promised(reader.get(f"{root}/collections/lots/items?limit=3"))
    assert (page["numberMatched"], page["numberReturned"]) == (COUNT, 3)
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    assert following.startswith("http://testserver/api/v1/features/collections/lots/items?limit=3&next=")
    assert reader.get(following).json()["features"][0]["id"] == "L-0003"
    one = promised(reader.get(f"{root}/collections/lots/items/L-0003"))
    assert one["properties"] == {"code": "L-0003", "storeys": 3}
    assert reader.get(f"{root}/collections/lots/items/L-9999").status_code == 404
    assert reader.get(f"{root}/collections/nothing/items").status_code == 404
    assert reader.get(f"{root}/collections/lots/items?limit=0").status_code == 400
    assert reader.get(f"{root}/collections/lots/items?colour=red").status_code == 400


TILES = "/api/v1/datasets/lots/releases/all/1/tiles.pmtiles"


def test_tiles_are_sealed_with_a_release_and_sent_by_ranges(reader: Client, built: City, tmp_path: Path) -> None:
    release = built.release_store.snapshot("lots").releases[0]
    (stated,) = release.manifest["ayan"]["tiles"]
    whole = b"".join(reader.get(TILES).streaming_content)  # type: ignore[attr-defined]  # a streamed answer
    assert len(whole) == stated["bytes"]
    assert whole[:8] == b"PMTiles\x03"
    part = reader.get(TILES, headers={"Range": "bytes=0-126"})
    assert part.status_code == 206
    assert part["Content-Range"] == f"bytes 0-126/{len(whole)}"
    assert part["Content-Type"] == "application/vnd.pmtiles"
    assert b"".join(part.streaming_content) == whole[:127]  # type: ignore[attr-defined]  # as above
    path = tmp_path / "tiles.pmtiles"
    path.write_bytes(whole)
    counted = {zoom: _codes(path, zoom) for zoom in range(8, 15)}
    assert len(counted[14]) == COUNT - 1
    assert counted[14] == {f"L-{number:04}" for number in range(COUNT - 1)}
    assert all(counted[zoom] for zoom in counted)


def _codes(path: Path, zoom: int) -> set[str]:
    """The codes of all features in all tiles of a zoom level, as GDAL reads them."""
    meta, _, _, fields = pyogrio.raw.read(path, ZOOM_LEVEL=str(zoom))
    return set(dict(zip(meta["fields"], fields, strict=True))["code"].tolist())


def test_what_is_erased_is_in_no_tile(built: City, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(built.home, home)
    town = City(
        home, home / "store", FixedClock(NOW), parts=CityParts(registry=Registry((home / "datasets",)), profile=PROFILE)
    )
    release = town.release_store.snapshot("lots").releases[0]
    now = erase(town.publish_context, release, [2], "court-order", "مأمور", dataset=town.registry.get("lots"))
    (stated,) = now.manifest["ayan"]["tiles"]
    assert stated["path"] == "tiles.e1.pmtiles"
    assert _codes(now.local("tiles.e1.pmtiles"), 14) == {f"L-{number:04}" for number in range(1, COUNT - 1)}
    assert not (now.folder / "tiles.pmtiles").exists()
