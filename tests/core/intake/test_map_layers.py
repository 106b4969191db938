"""Map layers: one layer in every format says the same, the real ones of five places are read, hostile ones refused."""

from __future__ import annotations

import json
import sqlite3
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
from tests.conftest import SHARED
from tests.core.intake.file_rows import cells, codes, headers, read, refusal, write

from ayan.core.intake.table import IntakeLimits, RawTable
from ayan.core.system import gdal

REAL = SHARED / "data" / "planning-geometry"
GEOD = pyproj.Geod(ellps="WGS84")
# Three parcels of Arak in UTM 39N, in metres: a rectangle, one with a yard, and one of two pieces.
UTM = "EPSG:32639"
PARCELS = (
    shapely.box(379_000, 3_773_000, 379_020, 3_773_030),
    shapely.Polygon(
        [(379_100, 3_773_000), (379_160, 3_773_000), (379_160, 3_773_050), (379_100, 3_773_050)],
        [[(379_120, 3_773_020), (379_120, 3_773_030), (379_130, 3_773_030), (379_130, 3_773_020)]],
    ),
    shapely.MultiPolygon(
        [shapely.box(379_200, 3_773_000, 379_210, 3_773_010), shapely.box(379_220, 3_773_000, 379_230, 3_773_010)]
    ),
)
NAMES = ("باغ ملی", "میدان", "بازار")


def layer(
    folder: Path, name: str, driver: str, shapes: Any = PARCELS, crs: str | None = UTM, names: Sequence[str] = NAMES, **options: Any,
) -> Path:  # fmt: skip
    """A layer as GDAL writes it, of a shapefile zipped; with the number and the Persian name of each parcel."""
    path = folder / name
    fields = {} if driver == "DXF" else {"code": np.array(["0017", "0018", "0019"][: len(shapes)], dtype=object)}
    if fields:
        fields["name"] = np.array(names[: len(shapes)], dtype=object)
    with warnings.catch_warnings():
        # Without a system on purpose.
        warnings.simplefilter("ignore", UserWarning)
        pyogrio.raw.write(
            path, shapely.to_wkb(np.array(shapes)), list(fields.values()), list(fields), crs=crs, driver=driver,
            geometry_type="Unknown" if driver in ("GPKG", "GML", "DXF") else "Polygon", **options,
        )  # fmt: skip
    if driver != "ESRI Shapefile":
        return path
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as package:
        for part in sorted(folder.glob(f"{path.stem}.*")):
            if part != packed:
                package.write(part, f"export/{part.name}")
                part.unlink()
    return packed


def shapes_of(table: RawTable) -> list[Any]:
    at = headers(table).index("geometry")
    return [shapely.from_geojson(row[at]) for row in cells(table)]


def area(shape: Any) -> float:
    return (
        abs(float(GEOD.geometry_area_perimeter(shapely.geometry.polygon.orient(shape, 1.0))[0]))
        if (shape.geom_type == "Polygon")
        else sum(area(part) for part in shape.geoms)
    )


@pytest.mark.skipif(not REAL.is_dir(), reason=f"{REAL} is not there")
@pytest.mark.parametrize(
    ("name", "count", "place"),
    [
        ("conservation.geojson", 1, (-1.084, 53.037)),
        ("conservation.gml", 10, (-2.72, 53.34)),
        ("conservation.kml", 12, (-1.66, 54.98)),
        ("conservation-shapefile.zip", 6, (-0.75, 51.40)),
    ],
)
def test_real_areas_lie_where_they_are(tmp_path: Path, name: str, count: int, place: tuple[float, float]) -> None:
    table = read(write(tmp_path / name, (REAL / name).read_bytes()))
    assert table.rows == count
    shapes = shapes_of(table)
    assert {shape.geom_type for shape in shapes} <= {"Polygon", "MultiPolygon"}
    # Within some ten kilometres of the town: neither the axes nor the projection are mistaken.
    centre = shapely.GeometryCollection(shapes).centroid
    assert abs(centre.x - place[0]) < 0.1
    assert abs(centre.y - place[1]) < 0.1


def test_a_projection_is_the_stated_one(tmp_path: Path) -> None:
    """A point whose place is known by the formulas of the projection, not by the library alone."""
    # On the central meridian of zone 39 (51° E) the easting is 500,000; the northing is 0.9996 of the meridian's arc.
    arc = GEOD.inv(51, 0, 51, 34)[2]
    path = layer(tmp_path, "a.gpkg", "GPKG", [shapely.box(500_000, 0.9996 * arc, 500_010, 0.9996 * arc + 10)])
    corner = shapes_of(read(path))[0].bounds[:2]
    assert GEOD.inv(corner[0], corner[1], 51, 34)[2] < 0.01


def test_every_format_says_the_same(tmp_path: Path) -> None:
    plain = pyproj.Transformer.from_crs(UTM, "OGC:CRS84", always_xy=True)
    degrees = shapely.transform(np.array(PARCELS), lambda at: np.column_stack(plain.transform(at[:, 0], at[:, 1])))
    single = [PARCELS[0], PARCELS[1]]
    collection = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32639"}},
        "features": [
            {"type": "Feature", "properties": {"code": code}, "geometry": json.loads(shapely.to_geojson(shape))}
            for code, shape in zip(("0017", "0018", "0019"), PARCELS, strict=True)
        ],
    }

    def place(name: str) -> Path:
        (tmp_path / name).mkdir()
        return tmp_path / name

    tables = {
        "geojson": read(write(place("geojson") / "a.geojson", json.dumps(collection))),
        "gpkg": read(layer(place("gpkg"), "b.gpkg", "GPKG")),
        "gml": read(layer(place("gml"), "c.gml", "GML")),
        "shapefile": read(layer(place("shapefile"), "d.shp", "ESRI Shapefile")),
        "kml": read(layer(place("kml"), "e.kml", "LIBKML", degrees, "EPSG:4326")),
        "dxf": read(layer(place("dxf"), "f.dxf", "DXF", single, None), crs=UTM),
    }
    assert [table.facts.format for table in tables.values()] == list(tables)
    expected = [area(shape) for shape in degrees]
    for name, table in tables.items():
        shapes = shapes_of(table)
        # A drawing knows no yards: its outlines are areas of their own.
        total = sum(map(area, shapes)) if name != "dxf" else area(shapes[0])
        assert total == pytest.approx(sum(expected) if name != "dxf" else expected[0], rel=0.001), name
        assert abs(shapes[0].centroid.x - degrees[0].centroid.x) < 1e-6, name
        assert abs(shapes[0].centroid.y - degrees[0].centroid.y) < 1e-6, name
        if name in ("gpkg", "gml", "shapefile", "kml"):
            row = dict(zip((each.lower() for each in headers(table)), cells(table)[0], strict=True))
            assert row["code"] == "0017", name
            assert row["name"] == "باغ ملی", name
        assert ("crs-used" in codes(table)) == (name != "kml")


def test_a_system_is_declared_or_stated_and_never_guessed(tmp_path: Path) -> None:
    bare = layer(tmp_path, "a.shp", "ESRI Shapefile", PARCELS[:1], None)
    assert refusal(bare).code == "crs-missing"
    assert shapes_of(read(bare, crs=UTM))[0].centroid.y == pytest.approx(34.09, abs=0.01)
    stated = layer(tmp_path, "b.gpkg", "GPKG", PARCELS[:1])
    assert refusal(stated, crs="EPSG:32640").code == "crs-differs"
    assert read(stated, crs="+proj=utm +zone=39 +datum=WGS84 +units=m +no_defs").rows == 1


def test_of_sorts_heights_and_empty_shapes_in_one_layer(tmp_path: Path) -> None:
    raised = shapely.Polygon([(379_000, 3_773_000, 5), (379_010, 3_773_000, 6), (379_010, 3_773_010, 7)])
    point = shapely.Point(379_000, 3_773_000)
    table = read(layer(tmp_path, "a.gpkg", "GPKG", [raised, point, shapely.Polygon()]))
    first, second, empty = (row[headers(table).index("geometry")] for row in cells(table))
    assert not shapely.has_z(shapely.from_geojson(first))
    assert shapely.from_geojson(second).geom_type == "Point"
    assert not empty


def test_of_several_layers_somebody_chooses(tmp_path: Path) -> None:
    path = layer(tmp_path, "a.gpkg", "GPKG", PARCELS[:1], layer="blocks")
    layer(tmp_path, "a.gpkg", "GPKG", PARCELS[1:], layer="parcels", append=True)
    asked = refusal(path)
    assert asked.code == "sheet-choose"
    assert "blocks" in asked.message("en")
    assert read(path, sheet="parcels").rows == 2
    assert refusal(path, sheet="streets").code == "sheet-missing"


def test_texts_of_a_shapefile_without_its_remark(tmp_path: Path) -> None:
    packed = layer(
        tmp_path, "a.shp", "ESRI Shapefile", names=[name.replace("ی", "ي") for name in NAMES], encoding="cp1256"
    )
    with zipfile.ZipFile(packed) as package:
        parts = {name: package.read(name) for name in package.namelist() if not name.endswith(".cpg")}
    dbf = next(name for name in parts if name.endswith(".dbf"))
    # The byte that names a code page.
    parts[dbf] = parts[dbf][:29] + b"\0" + parts[dbf][30:]
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    assert [row[1] for row in cells(read(tmp_path / "b.zip"))] == ["باغ ملي", "ميدان", "بازار"]


# --- what nobody should send ------------------------------------------------------------------------------------------

GML_HEAD = '<?xml version="1.0"?>\n{}<FeatureCollection xmlns="http://www.opengis.net/gml/3.2">'


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.shp", b"\x00\x00\x27\x0a" + bytes(200), "shapefile-parts"),
        ("a.gml", GML_HEAD.format('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'), None),
        ("a.gml", GML_HEAD.format(""), "file-unreadable"),
        ("a.kml", "<kml><Document><Placemark>", "file-unreadable"),
        ("a.dxf", "0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n", "file-unreadable"),
        ("a.gpkg", b"SQLite format 3\0" + bytes(4000), "file-unreadable"),
        ("a.vrt", '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc</SrcDataSource></OGRVRTLayer>', None),
    ],
)
def test_hostile_layers_are_refused(tmp_path: Path, name: str, content: str | bytes, code: str | None) -> None:
    refused = refusal(write(tmp_path / name, content))
    assert code is None or refused.code == code


def test_a_database_of_virtual_tables_is_refused(tmp_path: Path) -> None:
    path = layer(tmp_path, "a.gpkg", "GPKG", PARCELS[:1])
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA writable_schema = ON")
        base.execute(
            "INSERT INTO sqlite_master VALUES "
            "('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING VirtualOGR(''/vsicurl/http://127.0.0.1/a'')')"
        )
    assert refusal(path).code == "file-unreadable"


def test_what_an_archive_holds_cannot_leave_its_folder(tmp_path: Path) -> None:
    packed = layer(tmp_path, "a.shp", "ESRI Shapefile", PARCELS[:1])
    with zipfile.ZipFile(packed) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as package:
        for name, content in parts.items():
            package.writestr(name.replace("export/", "../../../evil/"), content)
    assert read(tmp_path / "b.zip").rows == 1
    assert not (tmp_path.parent.parent / "evil").exists()
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, bytes(3_000_000) if name.endswith(".dbf") else content)
    assert refusal(tmp_path / "c.zip", limits=IntakeLimits(unpacked=1_000_000)).code == "file-too-large"


def test_all_drivers_of_the_wheel_are_known() -> None:
    """One that a later wheel brings would be left in the process that reads files of strangers."""
    assert set(pyogrio.list_drivers()) - {"MEM"} == set(gdal.DRIVERS)
