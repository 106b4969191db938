"""Places for programs: the parcel at a point, collections that GDAL opens, tiles that are sealed with a release."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from django.core.wsgi import get_wsgi_application
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.built_city import PROFILE
from tests.apps.geodata.conftest import COUNT, NOW, outline
from tests.conftest import ROOT
from tests.http_servers import answering
from tests.patience import PATIENCE

from ayan.core.publish import map_tiles
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.erasure import erase
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal
from ayan.core.query.formats import geoparquet
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.core.system import child
from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts


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
    with answering(make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet)) as server:
        yield f"http://127.0.0.1:{server.server_port}"


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
    asked = subprocess.run([sys.executable, "-c", CLIENT, portal], capture_output=True, timeout=PATIENCE, check=True)
    report = json.loads(asked.stdout)
    assert report["layers"] == ["lots", "trees"]
    assert report["crs"] in ("OGC:CRS84", "EPSG:4326")
    assert report["codes"] == [f"L-{number:04}" for number in range(COUNT)]
    assert all(
        shapely.equals(shapely.from_geojson(text), outline(number)) for number, text in enumerate(report["shapes"])
    )
    assert report["boxed"] == 3


def test_a_page_of_features_keeps_what_it_promises(reader: Client) -> None:
    root = "/api/v1/features"
    for path in ("", "/conformance", "/collections", "/collections/lots"):
        promised(reader.get(f"{root}{path}"))
    page = promised(reader.get(f"{root}/collections/lots/items?limit=3"))
    assert (page["numberMatched"], page["numberReturned"]) == (COUNT, 3)
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    assert following.startswith("http://testserver/api/v1/features/collections/lots/items?limit=3&next=")
    assert reader.get(following).json()["features"][0]["id"] == "L-0003"
    feature = promised(reader.get(f"{root}/collections/lots/items/L-0003"))
    assert feature["properties"] == {"code": "L-0003", "storeys": 3}
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


@pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "node_modules" / "pmtiles").is_dir(),
    reason="node or its package pmtiles is not there",
)
def test_the_reader_of_map_pages_reads_every_tile(reader: Client, tmp_path: Path) -> None:
    path = tmp_path / "tiles.pmtiles"
    path.write_bytes(_sent(reader, TILES))
    script = Path(__file__).with_name("every_tile.mjs")
    asked = subprocess.run(["node", str(script), str(path)], capture_output=True, timeout=PATIENCE, check=True)
    report = json.loads(asked.stdout)
    assert report["layers"] == ["lots"]
    assert report["read"] == report["addressed"] > 0


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


def _sent(reader: Client, path: str) -> bytes:
    answer = reader.get(path)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a streamed answer


def test_rows_as_geojson_with_the_same_filters_and_columns(reader: Client, tmp_path: Path) -> None:
    layer = json.loads(_sent(reader, "/api/v1/datasets/lots/rows.geojson?storeys=1&_sort=code"))
    wanted = [number for number in range(COUNT) if number % 7 == 1]
    assert [each["properties"]["code"] for each in layer["features"]] == [f"L-{number:04}" for number in wanted]
    assert [each["id"] for each in layer["features"]] == [f"all/1#{number + 2}" for number in wanted]
    assert all(set(each["properties"]) == {"code", "storeys"} for each in layer["features"])
    assert layer["address"] == "/api/v1/datasets/lots/rows.geojson?storeys=1&_sort=code"
    assert layer["name"] == "lots"
    for number, each in zip(wanted, layer["features"], strict=True):
        if number != COUNT - 1:
            assert shapely.equals(shapely.from_geojson(json.dumps(each["geometry"])), outline(number))
    whole = json.loads(_sent(reader, "/api/v1/datasets/lots/rows.geojson?_fields=storeys"))
    assert len(whole["features"]) == COUNT
    assert whole["features"][COUNT - 1]["geometry"] is None
    assert {*whole["features"][0]["properties"]} == {"storeys"}
    none = json.loads(_sent(reader, "/api/v1/datasets/lots/rows.geojson?code=L-9999"))
    assert none["features"] == []
    # GDAL reads it without a word about its system: RFC 7946 has one.
    path = tmp_path / "lots.geojson"
    path.write_bytes(_sent(reader, "/api/v1/datasets/lots/rows.geojson"))
    meta, _, shapes, _ = pyogrio.raw.read(path)
    assert (meta["crs"], len(shapes)) == ("EPSG:4326", COUNT)


def test_points_of_two_columns_are_shapes_and_nothing_withheld_is_with_them(reader: Client) -> None:
    text = _sent(reader, "/api/v1/datasets/trees/rows.geojson")
    first, second, third = json.loads(text)["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [49.7, 34.1]}
    assert first["properties"] == {
        "code": "T-1", "kind": 'چنار "کهن" \\ بلند', "planted": "2011-04-04", "lon": 49.7, "lat": 34.1,
    }  # fmt: skip
    assert second["properties"]["planted"] is None
    assert third["geometry"] is None
    jalali = json.loads(_sent(reader, "/api/v1/datasets/trees/rows.geojson?_calendar=jalali"))
    assert jalali["features"][0]["properties"]["planted"] == "1390-01-15"
    kept = _sent(reader, "/api/v1/datasets/trees/rows.geoparquet")
    for sent in (text, kept, reader.get("/api/v1/features/collections/trees/items").content):
        assert "پنهان".encode() not in sent
        assert b"owner" not in sent


def test_what_a_shape_holds_beside_its_place_leaves_by_no_door(reader: Client, built: City) -> None:
    doors = [
        *(_sent(reader, f"/api/v1/datasets/lots/rows.{form}") for form in ("csv", "geojson", "geoparquet", "parquet")),
        _sent(reader, TILES),
        reader.get("/api/v1/datasets/lots/rows?code=L-0003").content,
        reader.get("/api/v1/features/collections/lots/items/L-0003").content,
        reader.get("/en/data/lots/r/L-0003").content,
    ]
    assert all("پنهان".encode() not in sent and b"owner" not in sent for sent in doors)
    kept = built.release_store.snapshot("lots").releases[0].parts()[0]
    shapes = pq.read_table(kept).column("outline").to_pylist()
    assert json.loads(shapes[3] or "") == json.loads(shapely.to_geojson(outline(3)))
    assert "پنهان" not in "".join(text or "" for text in shapes)


def test_geoparquet_keeps_the_specification(reader: Client, tmp_path: Path) -> None:
    """What readers of GeoParquet 1.1 go by: the metadata, WKB, and a box around each shape that groups tell of."""
    for slug, column, kinds, box in (
        ("lots", "outline", ["Polygon"], [49.6, 34.05, 49.6159, 34.0611]),
        ("trees", "geometry", ["Point"], [49.7, 34.1, 49.71, 34.11]),
    ):
        path = tmp_path / f"{slug}.parquet"
        path.write_bytes(_sent(reader, f"/api/v1/datasets/{slug}/rows.geoparquet"))
        file = pq.ParquetFile(path)
        metadata = file.metadata.metadata or {}
        said = json.loads(metadata[b"geo"])
        assert (said["version"], said["primary_column"], [*said["columns"]]) == ("1.1.0", column, [column])
        stated = said["columns"][column]
        assert (stated["encoding"], stated["geometry_types"]) == ("WKB", kinds)
        assert stated["bbox"] == pytest.approx(box)
        assert stated["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
        assert stated["covering"]["bbox"]["ymax"] == ["bbox", "ymax"]
        assert metadata[b"ayan.address"] == f"/api/v1/datasets/{slug}/rows.geoparquet".encode()
        table = file.read()
        shapes = shapely.from_wkb(np.array(table.column(column).to_pylist(), dtype=object))
        boxes = table.column("bbox").to_pylist()
        assert [each is None for each in boxes] == [each is None for each in shapes]
        assert all(
            [*each.values()] == pytest.approx(shape.bounds)
            for each, shape in zip(boxes, shapes, strict=True)
            if each is not None
        )
        features = json.loads(_sent(reader, f"/api/v1/datasets/{slug}/rows.geojson"))["features"]
        assert [each["id"] for each in features] == table.column("_row").to_pylist()
        assert all(
            (shape is None and each["geometry"] is None)
            or shapely.equals(shapely.from_geojson(json.dumps(each["geometry"])), shape)
            for each, shape in zip(features, shapes, strict=True)
        )
    # Nothing found is a layer without features.
    none = pq.ParquetFile(io.BytesIO(_sent(reader, "/api/v1/datasets/lots/rows.geoparquet?code=L-9999")))
    assert none.metadata.num_rows == 0
    assert json.loads((none.metadata.metadata or {})[b"geo"])["columns"]["outline"]["geometry_types"] == []


def test_a_large_layer_is_sent_in_groups(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geoparquet, "GEOMETRY_GROUP_ROWS", 100)
    file = pq.ParquetFile(io.BytesIO(_sent(reader, "/api/v1/datasets/lots/rows.geoparquet?_sort=code&_fields=code")))
    assert file.metadata.num_row_groups == COUNT // 100
    assert file.read().column("code").to_pylist() == [f"L-{number:04}" for number in range(COUNT)]
    assert file.schema_arrow.names == ["code", "outline", "bbox", "_row"]


def _verdict(reader: Client, body: bytes, name: str) -> str:
    file = io.BytesIO(body)
    file.name = name
    answer = reader.post("/en/verify", {"file": file, "q": ""}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_file_of_a_map_is_checked_like_any_other(reader: Client) -> None:
    """What was downloaded is known again at «verify this», saved again too, and what somebody changed in it is told."""
    layer = _sent(reader, "/api/v1/datasets/trees/rows.geojson")
    kept = _sent(reader, "/api/v1/datasets/trees/rows.geoparquet")
    for body, name in ((layer, "map.geojson"), (kept, "map.geoparquet"), (kept, "map.parquet")):
        assert "It is what was published." in _verdict(reader, body, name)
    again = layer.replace(b",\n", b" , ")
    assert "The values are what was published." in _verdict(reader, again, "again.json")
    assert "This file differs" in _verdict(reader, again.replace(b"49.71", b"49.72", 1), "moved.geojson")
    resaved = io.BytesIO()
    table = pq.read_table(io.BytesIO(kept)).slice(0, 2)
    said = pq.ParquetFile(io.BytesIO(kept)).metadata.metadata or {}
    pq.write_table(table.replace_schema_metadata({k: v for k, v in said.items() if k != b"ARROW:schema"}), resaved)
    assert "This file differs" in _verdict(reader, resaved.getvalue(), "cut.parquet")


def test_tiles_are_taken_over_where_nothing_that_they_tell_has_changed(built: City, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(built.home, home)
    town = City(
        home, home / "store", FixedClock(NOW), parts=CityParts(registry=Registry((home / "datasets",)), profile=PROFILE)
    )
    first = town.release_store.snapshot("lots").releases[0]
    layer = json.loads((home / "lots.geojson").read_text(encoding="utf-8"))

    def sealed_again() -> tuple[Any, list[str]]:
        file = tmp_path / "again.geojson"
        file.write_text(json.dumps(layer), encoding="utf-8")
        asked: list[str] = []
        ask = child.ask

        def counted(process: str, *args: Any, **more: Any) -> Any:
            asked.append(process)
            return ask(process, *args, **more)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(child, "ask", counted)
            with examine(town.publish_context, town.registry.get("lots"), file, ClerkDecisions("all")) as examined:
                draft = write_draft(town.publish_context, examined, sent_by="فرستنده")
                approval = Approval("تأییدکننده", NOW, "cli", draft.digest)
                release = seal(town.publish_context, draft, [approval], reason=CorrectionReason("entry-error"))
        return release, [each for each in asked if each.endswith("tile_process")]

    assert map_tiles.tile_columns(first.local("tiles.pmtiles")) == {"code", "storeys"}
    same, asked = sealed_again()
    (before,), (after,) = first.manifest["ayan"]["tiles"], same.manifest["ayan"]["tiles"]
    assert (asked, after["hash"]) == ([], before["hash"])
    layer["features"][5]["properties"]["storeys"] = 99
    changed, asked = sealed_again()
    assert len(asked) == 1
    assert changed.manifest["ayan"]["tiles"][0]["hash"] != before["hash"]
    # Tiles that were written when tiles told less are written anew, though no row has changed.
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(map_tiles, "tile_columns", lambda _: frozenset({"code"}))
        _, asked = sealed_again()
    assert len(asked) == 1
