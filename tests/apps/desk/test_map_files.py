"""Map layers through the desk's own door: real ones, wrong shapes with their pictures, and mends that somebody chooses."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.test import Client
from tests.apps.accounts.people import unit
from tests.apps.desk.town import Officers, build, found_in, in_place, last_step, post, rest, the, upload, work, yes
from tests.apps.small_city import declare
from tests.conftest import SHARED

from ayan.apps.accounts.models import Duty
from ayan.apps.desk.models import Submission
from ayan.core.values.place import Bbox
from ayan.wiring.city import City

REAL = SHARED / "data" / "planning-geometry"
ARAK = Bbox(49.5, 34.0, 49.9, 34.2)
AREAS = """
slug = "areas"
title = { fa = "محدوده‌ها", en = "Areas" }
description = { fa = "ساختگی", en = "Invented" }
owner = { fa = "شهرسازی", en = "Planning" }
topic = "planning"
cadence = "irregular"
[[field]]
name = "code"
kind = "text"
label = { fa = "کد", en = "Code" }
[[field]]
name = "shape"
kind = "geometry"
aliases = ["geometry"]
label = { fa = "شکل", en = "Shape" }
required = true
"""


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    test_city = build(tmp_path, approvals=2)
    declare(tmp_path / "datasets", "areas", AREAS)
    in_place(monkeypatch, test_city)
    return test_city


@pytest.fixture
def officers(town: City, db: None) -> Officers:
    rest()
    those = Officers()
    Duty.objects.create(dataset="areas", unit=unit("finance"))
    return those


@pytest.fixture
def clerk(officers: Officers) -> Client:
    return officers.browser("clerk")


def lying_in(town: City, extent: Bbox) -> None:
    """Let the city say where it lies."""
    town.__dict__["profile"] = replace(town.profile, extent=extent)
    town.__dict__.pop("publish_context", None)


def given(town: City, clerk: Client, data: bytes, name: str, code: str = "1", shape: str = "") -> Submission:
    """A submission of this file whose columns are said, checked."""
    answer = clerk.post("/desk/u/new", {"dataset": "areas", "period": ""})
    assert answer.status_code == 302, answer.content.decode()
    submission = Submission.objects.get(pk=answer["Location"].split("/")[-2])
    post(clerk, submission, "file", file=upload(data, name))
    work(town)
    page = clerk.get(f"/en/desk/u/{submission.pk}/columns").content.decode()
    at = shape or re.findall(r'<option value="(\d+)"[^>]*>[^<]*· geometry', page)[-1]
    assert post(clerk, submission, "columns", **{"column:code": code, "column:shape": at}).status_code == 302
    work(town)
    return the(submission)


def layer(shapes: Sequence[Any]) -> bytes:
    features = [
        {"type": "Feature", "properties": {"code": f"A-{at}"}, "geometry": shape} for at, shape in enumerate(shapes, 1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def polygon(*positions: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(each) for each in positions]]}


def square(west: float, south: float, side: float = 0.001) -> dict[str, Any]:
    east, north = west + side, south + side
    return polygon((west, south), (east, south), (east, north), (west, north), (west, south))


def page_of(clerk: Client, submission: Submission, lang: str = "/en") -> str:
    return clerk.get(f"{lang}/desk/u/{submission.pk}/fix").content.decode()


def mended(town: City, clerk: Client, submission: Submission, page: str) -> Submission:
    """Press the button under the pictures."""
    (named,) = re.findall(r'value="(mend-shapes:[^"]+)"', page)
    assert post(clerk, submission, "fix/mend", do=named).status_code == 302
    work(town)
    return the(submission)


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
def test_real_layers_are_published_where_they_lie(
    town: City, officers: Officers, clerk: Client, name: str, count: int, place: tuple[float, float]
) -> None:
    submission = given(town, clerk, (REAL / name).read_bytes(), name)
    assert (submission.counts or {})["read"] == count
    # One of the real outlines does cross itself, and its area is the same without that.
    crossing = [cause.code for cause in found_in(submission).errors]
    assert crossing == (["shape-crossing"] if name.endswith(".kml") else [])
    if crossing:
        submission = mended(town, clerk, submission, page_of(clerk, submission))
        assert not found_in(submission).errors
    assert post(clerk, submission, "sent", digest=submission.digest, note="").status_code == 302
    approval = officers.browser("first").post(f"/desk/approve/{submission.pk}/yes", yes(submission))
    assert approval.status_code == 302
    work(town)
    assert the(submission).state == "published"
    sent = b"".join(Client().get("/api/v1/datasets/areas/rows.geojson").streaming_content)  # type: ignore[attr-defined]  # a streamed answer
    shapes = [shapely.from_geojson(json.dumps(each["geometry"])) for each in json.loads(sent)["features"]]
    assert len(shapes) == count
    middle = shapely.GeometryCollection(shapes).centroid
    assert abs(middle.x - place[0]) < 0.1
    assert abs(middle.y - place[1]) < 0.1


def test_axes_of_a_whole_column_are_swapped_by_one_decision(town: City, clerk: Client) -> None:
    lying_in(town, ARAK)
    submission = given(town, clerk, layer([square(34.1, 49.6), square(34.11, 49.7)]), "a.geojson")
    (cause,) = found_in(submission).errors
    assert (cause.code, cause.rows) == ("shape-swapped", 2)
    for lang, words in (
        ("/en", "The shape is at longitude 34.1005, latitude 49.6005"),
        ("", "شکل در طول ۳۴.۱۰۰۵ و عرض ۴۹.۶۰۰۵ است"),
    ):
        page = page_of(clerk, submission, lang)
        assert words in page
        assert page.count('<svg viewBox="0 0 240 160" role="img"') == 2
        assert 'class="shape-city"' in page
    # Nothing is put right before somebody says so, and what was done is told with its reason and can be undone.
    assert (submission.counts or {})["good"] == 0
    submission = mended(town, clerk, submission, page_of(clerk, submission))
    assert not found_in(submission).errors
    assert (submission.counts or {})["good"] == 2
    assert last_step(submission).payload["cause"] == "shape-swapped"
    assert "Shapes put right (Longitude and latitude have changed places)" in page_of(clerk, submission)


def in_metres(system: str, *, is_turned: bool) -> bytes:
    """A table of two blocks of Arak in metres of UTM 39N, said to be in ``system``; as easting and northing, or not."""
    rows = []
    for n in range(2):
        corners = [(372_000 + 200 * n, 3_773_000), (372_100 + 200 * n, 3_773_000), (372_100 + 200 * n, 3_773_100)]
        ring = ", ".join(f"{y} {x}" if is_turned else f"{x} {y}" for x, y in (*corners, corners[0]))
        rows.append(f'b{n},"SRID={system};POLYGON (({ring}))"')
    return ("کد,شکل\n" + "\n".join(rows) + "\n").encode()


def test_axes_of_metres_are_drawn_where_they_would_lie_and_swapped_by_one_decision(town: City, clerk: Client) -> None:
    lying_in(town, ARAK)
    submission = given(town, clerk, in_metres("32639", is_turned=True), "a.csv", shape="2")
    (cause,) = found_in(submission).errors
    assert (cause.code, cause.rows) == ("shape-swapped", 2)
    page = page_of(clerk, submission)
    # By another road: pyproj says that the first block lies here.
    assert "With its two numbers the other way round the shape lies in the city: longitude 49.6" in page
    assert page.count('<svg viewBox="0 0 240 160" role="img"') == 2
    assert "nan" not in page[page.index("shape-pictures") :]
    submission = mended(town, clerk, submission, page)
    assert not found_in(submission).errors
    assert (submission.counts or {})["good"] == 2


def test_a_wrong_zone_is_shown_where_it_falls_and_nothing_is_guessed(town: City, clerk: Client) -> None:
    lying_in(town, ARAK)
    submission = given(town, clerk, in_metres("32638", is_turned=False), "a.csv", shape="2")
    (cause,) = found_in(submission).errors
    assert (cause.code, cause.rows) == ("shape-outside", 2)
    page = page_of(clerk, submission)
    # Six degrees to the west, which is how far the middles of two zones lie from each other.
    assert "The shape is at longitude 43.6" in page
    assert "the city at longitude 49.7" in page
    assert "mend-shapes:" not in page


def test_of_some_shapes_only_the_wrong_ones_are_turned(town: City, clerk: Client) -> None:
    lying_in(town, ARAK)
    shapes = [square(34.1, 49.6), square(49.6, 34.1), {"type": "Point", "coordinates": [34.12, 49.65]}]
    submission = given(town, clerk, layer(shapes), "a.geojson")
    page = page_of(clerk, submission)
    assert "Longitude and latitude of these shapes change places" in page
    submission = mended(town, clerk, submission, page)
    assert not found_in(submission).errors


def test_a_crossing_outline_is_shown_and_mended_where_its_area_stays(town: City, clerk: Client) -> None:
    lying_in(town, ARAK)
    # Two areas that meet in a point, drawn as one line: its area is certain. A bow tie: nobody knows what was meant.
    joined = polygon((49.6, 34.1), (49.61, 34.1), (49.61, 34.11), (49.605, 34.105), (49.62, 34.105), (49.6, 34.1))
    touching = {
        "type": "Polygon",
        "coordinates": [
            square(49.6, 34.1, 0.01)["coordinates"][0],
            [[49.6, 34.1], [49.605, 34.1], [49.605, 34.105], [49.6, 34.105], [49.6, 34.1]],
        ],
    }
    tie = polygon((49.7, 34.1), (49.71, 34.11), (49.71, 34.1), (49.7, 34.11), (49.7, 34.1))
    submission = given(town, clerk, layer([touching, tie, joined, square(49.8, 34.1)]), "a.geojson")
    (cause,) = found_in(submission).errors
    assert cause.code == "shape-crossing"
    page = page_of(clerk, submission)
    assert "A circle marks where it is wrong: longitude 49.7050, latitude 34.1050." in page
    assert 'class="shape-spot"' in page
    submission = mended(town, clerk, submission, page)
    (left,) = found_in(submission).errors
    assert left.rows == cause.rows - 1
    assert "mend-shapes:" not in page_of(clerk, submission)


def test_rings_are_closed_by_one_decision(town: City, clerk: Client) -> None:
    open_ring = polygon((49.6, 34.1), (49.61, 34.1), (49.61, 34.11))
    open_ring["coordinates"][0].append([49.6, 34.11])
    submission = given(town, clerk, layer([open_ring, square(49.7, 34.1)]), "a.geojson")
    (cause,) = found_in(submission).errors
    assert cause.code == "shape-open"
    page = page_of(clerk, submission)
    assert "The outline does not come back from the marked point: longitude 49.6000, latitude 34.1100." in page
    submission = mended(town, clerk, submission, page)
    assert not found_in(submission).errors


def test_what_lies_outside_is_shown_and_nothing_is_offered(town: City, clerk: Client) -> None:
    lying_in(town, ARAK)
    submission = given(town, clerk, layer([square(51.4, 35.7)]), "a.geojson")
    (cause,) = found_in(submission).errors
    assert cause.code == "shape-outside"
    page = page_of(clerk, submission)
    assert (
        "The shape is at longitude 51.4005, latitude 35.7005, the city at longitude 49.7000, latitude 34.1000." in page
    )
    assert "mend-shapes:" not in page


def test_wkt_of_a_table_is_mended_as_it_is_written(town: City, clerk: Client) -> None:
    """Text of a table keeps its notation and its system, or a second reading would move it."""
    lying_in(town, ARAK)
    north, east = 3_773_000, 379_000
    rows = [
        f"SRID=32639;POLYGON(({north} {east}, {north} {east + 30}, {north + 20} {east + 30}, {north} {east}))",
        f"SRID=32639;POLYGON(({north} {east}, {north} {east + 30}, {north + 20} {east + 30}, {north + 20} {east}))",
    ]
    table = "code,geometry\n" + "".join(f'W-{at},"{text}"\n' for at, text in enumerate(rows))
    submission = given(town, clerk, table.encode(), "a.csv", shape="2")
    codes = {cause.code for cause in found_in(submission).errors}
    assert codes == {"shape-swapped", "shape-open"}
    for _ in range(2):
        page = page_of(clerk, submission)
        named = re.findall(r'value="(mend-shapes:[^"]+)"', page)[0]
        post(clerk, submission, "fix/mend", do=named)
        work(town)
        submission = the(submission)
    assert not found_in(submission).errors, [cause.code for cause in found_in(submission).errors]


def test_without_an_extent_the_page_says_what_is_not_checked(town: City, clerk: Client) -> None:
    submission = given(town, clerk, layer([square(34.1, 49.6)]), "a.geojson")
    assert not found_in(submission).errors
    page = page_of(clerk, submission)
    assert "The extent of the city is not declared" in page
    assert "extent" in page


@pytest.mark.skipif(not REAL.is_dir(), reason=f"{REAL} is not there")
def test_a_zip_without_its_system_says_what_to_do(town: City, clerk: Client) -> None:
    with zipfile.ZipFile(REAL / "conservation-shapefile.zip") as package:
        parts = {name: package.read(name) for name in package.namelist() if not name.lower().endswith(".prj")}
    bare = io.BytesIO()
    with zipfile.ZipFile(bare, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    answer = clerk.post("/desk/u/new", {"dataset": "areas", "period": ""})
    submission = Submission.objects.get(pk=answer["Location"].split("/")[-2])
    post(clerk, submission, "file", file=upload(bare.getvalue(), "a.zip"))
    work(town)
    page = clerk.get(f"/en/desk/u/{submission.pk}/file").content.decode()
    assert "The file does not say which coordinate system it is in" in page
