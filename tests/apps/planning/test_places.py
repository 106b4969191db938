"""The rule of a parcel on its record, streets and districts, and the map: what is published, and nothing else."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from django.apps import apps
from django.test import Client
from tests.apps.planning.conftest import SOUTH, STREETS, WEST
from tests.apps.planning.pages import body, layers
from tests.apps.small_city import HOSTILE, SECRET

from ayan.apps.planning import city_land, land_table, map_layers, map_page, shapes, views
from ayan.apps.planning.apps import PlanningConfig
from ayan.apps.planning.district_map import parts
from ayan.apps.planning.limits import MOST_CLASSES, MOST_LEVELS
from ayan.apps.planning.map_place import MapPlace
from ayan.apps.planning.map_sheet import MapSheet, around, fitting
from ayan.apps.planning.painting import outlined, painted
from ayan.apps.planning.shapes import placed_shape
from ayan.core.values.place import Bbox
from ayan.wiring import city
from ayan.wiring.city import City


def heading(page: str) -> str:
    match = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert match is not None
    return unescape(re.sub("<[^>]+>", "", match[1])).strip()


def test_a_parcel_says_what_may_be_built_there(visitor: Client) -> None:
    page = body(visitor, "/data/lots/r/L-7")
    assert heading(page) == "اینجا تا ۴ طبقه می‌توان ساخت، روی هم تا ۸۰۰ متر مربع؛ کاربری shop فا"
    english = body(visitor, "/en/data/lots/r/L-7")
    assert heading(english) == "Up to 4 storeys may be built here, 800 m² in all at most; use: shop en"
    assert "the density times the land" in english
    assert "site coverage" in english
    assert re.search(r"<a href=\"/en/data/worths/r/1403~[^>]*>.{0,80}700", english)
    assert f'href="/en/map/street/{quote(STREETS[0])}"' in english
    # Every figure leads to where it comes from: the record of the street, the rows of the parcel itself.
    assert 'href="#recorded"' in english
    assert "/en/counter/new/objection?about=row:lots/L-7" in english


def test_its_fee_is_filled_in_and_can_be_passed_on(visitor: Client) -> None:
    page = unescape(body(visitor, "/en/data/lots/r/L-7"))
    address = "/en/tariffs/building-fee-1403?ward=north&area=800"
    assert address in page
    assert "800,000" in page
    worked = body(visitor, address)
    assert "800,000" in worked


def test_its_drawing_has_neighbours_scale_and_north(visitor: Client) -> None:
    page = body(visitor, "/en/data/lots/r/L-7")
    drawing = page[page.index('<figure class="map land"') : page.index("</figure>")]
    assert drawing.count('class="lot z') > 12
    assert drawing.count('class="lot subject" d=') == 1
    assert "20 m" in drawing
    assert "North" in drawing
    assert "style=" not in drawing
    assert "Larger map" in drawing


def test_what_is_near_by_is_counted_with_its_rows(visitor: Client) -> None:
    page = unescape(body(visitor, "/en/data/lots/r/L-7"))
    assert "5 rows within 300 m" in page
    rows = re.search(r'href="(/en/data/grants\?[^"]*)"', page[page.index('id="near"') :])
    assert rows is not None
    assert "G-5" in body(visitor, rows[1])


@pytest.mark.parametrize(("code", "said"), [("L-39", "No rule has been published for this parcel"), ("L-38", "Up to")])
def test_what_is_not_established_is_said_to_be_so(visitor: Client, code: str, said: str) -> None:
    page = body(visitor, f"/en/data/lots/r/{code}")
    assert heading(page).startswith(said)
    assert "Not in the published data" in page
    assert ('<figure class="map land"' in page) == (code == "L-39")


def test_a_record_that_is_no_parcel_has_no_rule(visitor: Client) -> None:
    page = body(visitor, "/en/data/grants/r/G-3")
    assert heading(page) == "G-3"
    assert "may be built" not in page


def test_the_map_shows_land_by_zone_and_leads_to_each_parcel(visitor: Client) -> None:
    page = body(visitor, "/en/map")
    assert "39 rows in view" in page
    assert page.count('href="/en/data/lots/r/L-') >= 39
    chosen = body(visitor, "/en/map?class=B1")
    assert "20 rows in view" in chosen
    assert 'aria-current="true"' in chosen


def test_a_layer_of_points_has_its_classes_its_list_and_its_rows(visitor: Client) -> None:
    page = unescape(body(visitor, "/en/map?layer=grants"))
    assert "5 rows in view" in page
    assert page.count('<circle class="lot') == 5
    assert "shut en" in page
    rows = re.search(r'href="(/en/data/grants\?[^"]*)"', page)
    assert rows is not None
    assert "G-5" in body(visitor, rows[1])
    assert "2 rows in view" in body(visitor, "/en/map?layer=grants&class=shut")


@pytest.mark.parametrize(
    "query",
    [
        "layer=by.district&of=none",
        "layer=by.district&of=people&each=1",
        "layer=by.district&each=2",
        "layer=by.street-requests&_as_of=2024-01-01",
        "layer=grants&of=people",
        "layer=by.nothing",
        "over=by.district",
        "layer=none",
        "at=9-0-0",
        "at=1-9-0",
        "at=x",
        "who=1",
        "over=lots",
        "over=worths",
        "over=grants,grants",
        "layer=grants&over=grants",
        "over=,",
        "over=grants,",
        "fill=30",
        "fill=0",
        "fill=x",
        "measure=1,2",
        "measure=54.1,35.1;x",
        "measure=" + "54.1,35.1;" * 60 + "54.1,35.1",
    ],
)
def test_an_address_that_is_no_map_is_not_found(visitor: Client, query: str) -> None:
    body(visitor, f"/map?{query}", 404)


def test_points_of_a_dataset_lie_over_land_under_their_own_mark(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = unescape(body(visitor, "/en/map?over=grants&fill=50&measure=54.10000,35.10000;54.20000,35.10000"))
    drawing = page[page.index('<figure class="map land"') : page.index("</figure>")]
    assert drawing.count('<path class="tag-mark tone1" d="') == 5
    assert 'href="/en/data/grants/r/G-5"' in drawing
    assert 'class="pale50"' in drawing
    # Every way onward keeps what lies over it; the way to the layer itself, and off it, does not.
    assert 'href="/en/map?layer=grants&fill=50' in page
    assert re.search(r'data-over="grants" aria-current="true"', page)
    assert 'href="/en/map?over=grants&class=B1&fill=50' in page
    # Where there are more than can be told apart they are counted, and that is said.
    monkeypatch.setattr(map_layers, "MOST_DRAWN", 2)
    page = body(visitor, "/en/map?over=grants")
    assert 'class="tag-mark tone1" d="' not in page[page.index("<figure") : page.index('<ul class="legend marks">')]
    assert "go closer to see them" in page


def test_what_lies_over_a_layer_is_sent_with_its_mark_and_no_more_than_is_published(visitor: Client) -> None:
    answer = visitor.get("/en/map/layer.json?over=grants").content.decode()
    assert SECRET not in answer
    (over,) = json.loads(answer)["over"]
    assert over["slug"] == "grants"
    assert over["mark"].startswith("M")
    assert len(over["rows"]["features"]) == 5


def test_places_that_a_text_may_mean_are_told_with_their_box(visitor: Client) -> None:
    def places(text: str) -> list[dict[str, Any]]:
        answer = visitor.get("/en/map/places.json", {"q": text})
        assert SECRET not in answer.content.decode()
        return list(json.loads(answer.content)["places"])

    (lot,) = places("L-7")
    assert (lot["lot"], lot["page"], lot["sort"]) == ("L-7", "/en/data/lots/r/L-7", "Parcel")
    (street,) = places(f"{STREETS[0]}، پلاک ۱۲")
    (district,) = places("north en")
    for place in (street, district):
        assert place["lot"] == ""
        west, south, east, north = place["box"]
        # The lots of the first street are those of the northern district, L-7 among them.
        assert west <= lot["box"][0] < lot["box"][2] <= east
        assert south <= lot["box"][1] < lot["box"][3] <= north
    assert places("nowhere") == []
    for wrong in ("", "?q=", "?q=%20", "?q=L-7&at=1-1-1"):
        assert visitor.get(f"/en/map/places.json{wrong}").status_code == 404


def test_a_search_finds_parcels_streets_and_districts(visitor: Client) -> None:
    assert visitor.get("/en/map", {"q": "L-7"}).headers["Location"] == "/en/data/lots/r/L-7"
    street = visitor.get("/en/map", {"q": f"{STREETS[0]}، پلاک ۱۲"}).headers["Location"]
    assert heading(body(visitor, street)) == STREETS[0]
    assert visitor.get("/en/map", {"q": "north en"}).headers["Location"] == "/en/map/district/north"
    assert "No place matches" in body(visitor, "/en/map?q=nowhere")


def test_a_street_has_its_values_and_its_parcels(visitor: Client) -> None:
    page = body(visitor, f"/en/map/street/{quote(STREETS[0])}")
    assert "20 parcels on this street" in page
    assert page.count("/en/data/worths/r/") >= 2
    assert "/en/map/district/north" in page
    # What may be built, by how many parcels, each with the rows that say so.
    table = unescape(page[page.index('id="rules"') : page.index("</table>", page.index('id="rules"'))])
    assert [
        int(each)
        for each in re.findall(
            r'<a href="/en/data/lots[^>]*>(\d+)</a>', re.sub("<data[^>]*>|</data>|<bdi>|</bdi>", "", table)
        )
    ] == [10, 10]
    assert "B1 en" in table
    assert "home en" in table
    for address in re.findall(r'href="(/en/data/lots\?[^"]*)"', table):
        assert "10 rows" in body(visitor, address)
    hostile = body(visitor, f"/en/map/street/{quote(HOSTILE, safe='')}")
    assert "No value is published for it" in hostile
    body(visitor, "/map/street/هیچ", 404)


def test_a_district_has_its_people_and_money_for_each(visitor: Client) -> None:
    page = body(visitor, "/en/map/district/north")
    assert "30 people" in page
    # 6,000 × (1 + … + 5) = 90,000 rials of 30 people here, of 90 in the town.
    assert re.search(r"300 toman", page)
    assert re.search(r"100 toman", page)
    body(visitor, "/map/district/nowhere", 404)


def drawn_by_district(page: str) -> str:
    return unescape(
        page[page.index('<section class="by-district"') : page.index("</section>", page.index("by-district"))]
    )


def test_figures_of_a_district_are_those_of_the_api(visitor: Client) -> None:
    page = unescape(body(visitor, "/en/map/district/north"))
    table = page[page.index('id="lastyear"') :]
    (row,) = [each for each in table.split("<tr>") if "Grants" in each]
    api = re.search(r'href="(/api/v1/[^"]*)"', row)
    assert api is not None
    groups = {group["ward"]: group for group in visitor.get(api[1]).json()["groups"]}
    people = visitor.get("/api/v1/datasets/crowd/rows.json?year=1402").json()["rows"]
    here = next(each["souls"] for each in people if each["ward"] == "north")
    total = groups["north"]["sum_charge"]
    assert f"{total // 10:,}" in row
    assert f"{total // here // 10:,} toman" in row
    assert f"{total // sum(each['souls'] for each in people) // 10:,} toman" in row
    # All districts beside each other are one link away, and say the same.
    compared = re.search(r'href="(/en/data/grants\?[^"]*)"[^>]*>All districts', row)
    assert compared is not None
    assert f"{total // 10:,}" in drawn_by_district(body(visitor, compared[1]))


def test_groups_by_district_are_drawn_with_their_limits_and_for_each_person(visitor: Client) -> None:
    drawn = drawn_by_district(body(visitor, "/en/data/grants?_by=ward&day=1402"))
    assert drawn.count('class="area') >= 4
    # Nothing was recorded in the south: it is hatched and said so, and no nought.
    assert 'fill="url(#by-district-none)"' in drawn
    assert "no rows" in drawn
    assert "For each person" in drawn
    assert "/en/data/crowd?year=1402" in drawn
    assert re.search(r"All alike: .*?9,000", drawn, re.DOTALL)
    assert re.search(r"All alike: .*?300<", drawn, re.DOTALL)
    # Of all years at once there is no figure for each person, and the page says why.
    whole = drawn_by_district(body(visitor, "/en/data/grants?_by=ward"))
    assert "For each person" not in whole
    assert "choose a year" in whole
    assert "by-district" not in body(visitor, "/en/data/grants?_by=state")
    assert drawn_by_district(body(visitor, "/en/embed/grants?_by=ward&day=1402")).count("<svg") >= 2


def test_classes_hold_every_value_once() -> None:
    for values in ([1], [1, 1], [1, 2], [3, 1, 2, 2], list(range(30)), [5, 5, 5, 6]):
        parted = parts(values)
        assert [value for part in parted for value in part] == sorted(set(values))
        assert len(parted) <= MOST_CLASSES
        assert all(parted)


def test_a_record_with_a_point_has_the_land_around_it(visitor: Client) -> None:
    page = body(visitor, "/en/data/grants/r/G-3")
    drawing = page[page.index('<figure class="map land small-land"') :]
    drawing = drawing[: drawing.index("</figure>")]
    assert drawing.count('class="pin"') == 2
    assert "this parcel" not in drawing
    assert f"/en/map/street/{quote(STREETS[0])}" in drawing
    assert "/en/map/district/north" in drawing


def test_the_home_page_leads_to_every_district(visitor: Client) -> None:
    page = body(visitor, "/en/")
    door = page[page.index('id="h-district"') :]
    door = door[: door.index("</section>")]
    for code in ("north", "south"):
        assert door.count(f'href="/en/map/district/{code}"') == 2


def test_without_land_there_is_no_map(reader: Client) -> None:
    assert "no map" in body(reader, "/en/map")


def test_more_land_than_is_held_is_said_and_still_found(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "MOST_SHAPES", 10)
    monkeypatch.setattr(land_table, "MOST_LAND", 10)
    monkeypatch.setattr(views, "MOST_LAND", 10)
    assert "40 parcels are published" in body(visitor, "/en/map")
    body(visitor, "/en/map?layer=by.district", 404)  # which districts it has is not known then
    body(visitor, "/en/map/layer.json?layer=by.district", 404)
    assert visitor.get("/en/map", {"q": "L-7"}).headers["Location"] == "/en/data/lots/r/L-7"
    page = body(visitor, "/en/data/lots/r/L-7")
    # Its own street is drawn all the same.
    assert page.count('class="lot z') > 12


def test_outlines_that_are_not_held_are_asked_for_by_their_box(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = (
        "/en/map", "/en/map?class=B1", "/en/map?at=1-0-2", "/en/map?layer=grants", "/en/map/district/north",
        "/en/map?layer=worths", "/en/map?layer=worths&class=v1", "/en/map?layer=worths&class=none",
    )  # fmt: skip
    held = [body(visitor, address) for address in addresses]
    monkeypatch.setattr(shapes, "MOST_SHAPES", 10)
    assert [body(visitor, address) for address in addresses] == held


def test_a_map_of_much_land_says_what_it_shows(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_page, "MOST_DRAWN", 8)
    outlines = body(visitor, "/en/map")
    assert "Every parcel is drawn with its outline" in outlines
    monkeypatch.setattr(city_land, "MOST_OUTLINED", 8)
    squares = body(visitor, "/en/map")
    assert "each small square has the tint" in squares
    for page in (outlines, squares):
        assert "39 rows in view" in page
        # Counted by district, and each cell says how many it stands for: together all of them.
        assert "Go closer to see single parcels" in page
        assert sum(map(int, re.findall(r'aria-label="(\d+) rows?, closer"', page))) == 39
    assert STREETS[0] in body(visitor, "/en/map?at=2-2-3")


def test_the_copy_has_the_map_and_its_places(built_town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(city, "current", lambda: built_town)
    planning = apps.get_app_config("planning")
    assert isinstance(planning, PlanningConfig)
    copied = {each.url for each in planning.copied(1)}
    assert {"/map", "/en/map", "/map/district/north", "/en/map/district/south"} <= copied
    client = Client()
    assert all(client.get(each).status_code == 200 for each in copied)


def test_windows_lead_into_each_other() -> None:
    town = Bbox(WEST, SOUTH, WEST + 0.05, SOUTH + 0.04)
    place = MapPlace()
    assert place.farther() is None
    while (nearer := place.nearer()) is not None:
        assert MapPlace.read(nearer.text) == nearer
        assert nearer.farther() == place
        place = nearer
    assert place.level == MOST_LEVELS - 1
    sheet = MapPlace.around(town, WEST + 0.01, SOUTH + 0.01, 4).sheet(town)
    assert sheet.window.west < WEST + 0.01 < sheet.window.east
    assert sheet.window.south < SOUTH + 0.01 < sheet.window.north


def test_a_sheet_is_true_to_scale() -> None:
    sheet = MapSheet(54.44, 34.44, 1_000)
    # A thousandth of a degree of latitude is 111 metres and a third.
    assert abs((sheet.y(34.44) - sheet.y(34.441)) / sheet.pixels - 111.32) < 0.01
    assert fitting(sheet.window, margin=1).metres == pytest.approx(1_000, rel=1e-3)


def test_land_too_small_to_draw_is_painted_where_it_lies() -> None:
    text = '{"type":"Polygon","coordinates":[[[54.44,34.44],[54.4402,34.44],[54.4402,34.4402],[54.44,34.44]]]}'
    shape = placed_shape(text, code="1", street="", zone="", district="")
    assert shape is not None
    sheet = around(shape.box, 5_000)
    (drawn,) = outlined(sheet, [(shape, 3)])
    assert drawn.tint == 3
    assert drawn.path.startswith("M309 216l")
    (square,) = painted(sheet, np.array([shape.box]), np.array([3]))
    assert square.path.startswith("M306 210h")
    assert placed_shape("{}", code="1", street="", zone="", district="") is None


def test_what_the_map_in_the_browser_draws_are_published_rows_under_the_classes_of_the_drawn_map(
    visitor: Client,
) -> None:
    land = layers(visitor, "/en/map/layer.json")["lots"]
    assert len(land["rows"]["features"]) == 39  # one has no shape
    lot = next(each for each in land["rows"]["features"] if each["properties"]["_key"] == "L-7")
    assert lot["geometry"]["type"] == "Polygon"
    assert lot["properties"] == {
        "_key": "L-7", "_title": "L-7", "ward": "north", "band": "B2", "purpose": "shop",
        "ratio": 200.0, "floors": 4.0, "ground": 400.0,
    }  # fmt: skip
    page = body(visitor, "/en/map")
    drawn = re.findall(r'class="lot z(\d)"[^>]*/></svg> <a[^>]*>.*?<bdi[^>]*>(B\d)</bdi>', page)
    assert {(str(each["tint"]), each["code"]) for each in land["classes"]} == set(drawn)
    both = layers(visitor, "/en/map/layer.json?layer=grants")
    assert list(both) == ["lots", "grants"]
    assert [each["geometry"]["type"] for each in both["grants"]["rows"]["features"]] == ["Point"] * 5
    assert {each["properties"]["state"] for each in both["grants"]["rows"]["features"]} == {"open", "shut"}


def test_land_is_tinted_by_what_its_street_is_valued_at(visitor: Client) -> None:
    """Forty lots on two streets: one is valued at 700 toman in the newest year, of the other nothing is published."""
    page = unescape(body(visitor, "/en/map?layer=worths"))
    legend = page[page.index('<ul class="legend">') : page.index("</ul>", page.index('<ul class="legend">'))]
    words = " ".join(re.sub(r"<[^>]+>", " ", legend).split())
    assert words == "All alike: 700 toman 20 No value is published 19"
    assert page.count('class="lot z13" d=') == 20
    assert page.count('class="lot z0" d=') == 19
    listed = page[page.index('id="list"') : page.index("</section>", page.index('id="list"'))]
    assert f'href="/en/map/street/{quote(STREETS[0])}"' in listed
    assert re.search(r"700 toman.*450", re.sub(r"<[^>]+>", "", listed), re.DOTALL)
    assert "2 streets in view; the values of 1403" in re.sub(r"<[^>]+>", "", listed)
    assert "20 rows in view" in body(visitor, "/en/map?layer=worths&class=v1")
    assert "0 rows in view" in body(visitor, "/en/map?layer=worths&class=v4")


def test_the_map_in_the_browser_classes_land_by_the_names_of_its_streets(visitor: Client) -> None:
    (land,) = layers(visitor, "/en/map/layer.json?layer=worths").values()
    assert (land["slug"], land["classed"], land["other"]) == ("lots", "lane", "No value is published")
    of = {name: each["code"] for each in land["classes"] for name in each["of"]}
    assert of == {STREETS[0]: "v1"}
    counts = Counter(of.get(each["properties"].get("lane"), "none") for each in land["rows"]["features"])
    assert counts == {"v1": 20, "none": 19}


def test_the_map_alone_may_ask_the_browser_for_its_place(visitor: Client) -> None:
    assert "geolocation=(self)" in visitor.get("/en/map")["Permissions-Policy"]
    for elsewhere in ("/en/data/lots/r/L-7", "/en/map/district/north", "/en/map/layer.json"):
        assert "geolocation=()" in visitor.get(elsewhere)["Permissions-Policy"]
    assert "worker-src" not in visitor.get("/en/map")["Content-Security-Policy"]
    assert "blob:" not in visitor.get("/en/map")["Content-Security-Policy"]


def test_a_day_of_the_past_is_a_link_and_what_is_no_day_is_no_page(visitor: Client) -> None:
    before = body(visitor, "/en/map?_as_of=1990-01-01")
    assert "0 rows in view" in before
    assert layers(visitor, "/en/map/layer.json?_as_of=1990-01-01")["lots"]["count"] == 0
    for wrong in ("1990", "yesterday", "1990-13-01", ""):
        body(visitor, f"/en/map?_as_of={wrong}", 404)
        assert visitor.get(f"/en/map/layer.json?_as_of={wrong}").status_code == 404


def test_the_ground_of_the_operator_is_served_in_ranges(visitor: Client, tmp_path: Path, settings: Any) -> None:
    assert visitor.get("/en/map/base.pmtiles").status_code == 404
    settings.BASE_MAP = str(tmp_path / "base.pmtiles")
    assert visitor.get("/en/map/base.pmtiles").status_code == 404
    (tmp_path / "base.pmtiles").write_bytes(b"PMTiles" + bytes(range(200)))
    part = visitor.get("/en/map/base.pmtiles", headers={"range": "bytes=0-6"})
    assert part.status_code == 206
    assert b"".join(part) == b"PMTiles"
    assert part["Content-Range"] == "bytes 0-6/207"
    assert visitor.get("/en/map/base.pmtiles", headers={"if-none-match": part["ETag"]}).status_code == 304
    assert visitor.get("/en/map/base.pmtiles", headers={"range": "bytes=900-"}).status_code == 416
    answer = visitor.get("/en/map/layer.json").json()
    assert answer["base"] == {"url": "/en/map/base.pmtiles", "bytes": 207}
