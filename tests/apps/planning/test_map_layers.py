"""Layers of the map that have no coordinates of their own: rows that others place, and figures of districts and streets."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.built_city import copy_of
from tests.apps.civic_city import publish
from tests.apps.planning.conftest import SOUTH, STREETS, WEST, build, opened
from tests.apps.planning.pages import body, layers
from tests.apps.small_city import HOSTILE, NOW, SECRET

from ayan.core.casework.place_figures import PlaceFigure, PlaceFigureFile, PlaceFigures
from ayan.core.values.clock import FixedClock
from ayan.wiring import city


def test_rows_without_coordinates_stand_where_the_rows_lie_that_they_name(visitor: Client) -> None:
    page = unescape(body(visitor, "/en/map?layer=halls"))
    assert "3 rows in view" in page
    assert page.count('<circle class="lot') == 3
    # One names no lot, one a lot without an outline, one a lot that is not published: none of them is guessed.
    assert "3 of 6 rows have no place on the map" in page
    assert "Hall four" not in page
    assert SECRET not in page
    layer = layers(visitor, "/en/map/layer.json?layer=halls")["halls"]
    at = {each["properties"]["_key"]: each["geometry"]["coordinates"] for each in layer["rows"]["features"]}
    assert sorted(at) == ["H-1", "H-2", "H-3"]
    west, south = WEST + 7 * 0.0002, SOUTH
    assert west < at["H-1"][0] < west + 0.0002
    assert south < at["H-1"][1] < south + 0.0002
    assert SECRET not in str(layer)
    shut = unescape(body(visitor, "/en/map?layer=halls&class=shut"))
    assert "2 rows in view" in shut
    assert f"Hall {HOSTILE}" not in shut
    deals = unescape(body(visitor, "/en/map?over=deals"))
    assert "Deals: 2 of 3 rows have no place on the map" in deals


def test_a_parcel_names_what_others_place_near_it(visitor: Client) -> None:
    page = unescape(body(visitor, "/en/data/lots/r/L-7"))
    assert "/en/data/halls/r/H-2" in page
    assert "/en/data/deals/r/D-1" in page


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_districts_are_tinted_by_a_figure_and_for_each_person(visitor: Client, lang: str) -> None:
    prefix = "/en" if lang == "en" else ""
    page = unescape(body(visitor, f"{prefix}/map?layer=by.district"))
    addresses = re.findall(r'href="([^"]*layer=by\.district[^"]*)"', page)
    assert any("of=grants.money" in each for each in addresses)
    for each in sorted(set(addresses)):
        body(visitor, each)


def test_figures_of_districts_are_those_of_their_rows(visitor: Client) -> None:
    people = unescape(body(visitor, "/en/map?layer=by.district&of=people"))
    listed = people[people.index('id="list"') :]
    assert listed.index("south en") < listed.index("north en")
    assert re.search(r"south en.*?60", listed, re.DOTALL)
    # Grants of 6,000 to 30,000 rial: 90,000 rial of the north are 9,000 toman, for 30 people 300 each.
    money = unescape(body(visitor, "/en/map?layer=by.district&of=grants.money&each=1"))
    listed = money[money.index('id="list"') :]
    assert "300 toman" in listed
    assert "No figure is published" in listed  # of the south nothing was granted
    sent = layers(visitor, "/en/map/layer.json?layer=by.district&of=grants.money&each=1")
    assert list(sent) == ["lots"]
    assert sent["lots"]["classed"] == "ward"
    assert [each["of"] for each in sent["lots"]["classes"]] == [["north"]]
    assert sent["lots"]["counts"] == {"v1": 1, "none": 1}


def test_it_is_told_how_many_rows_have_a_place_and_why_the_others_have_none(visitor: Client) -> None:
    page = unescape(body(visitor, "/en/missing"))
    lines = page[page.index('id="places"') :].split("<tr>")
    line_of = {
        name: next(line for line in lines if f'"/en/data/{name}"' in line) for name in ("lots", "halls", "deals")
    }
    figures = {name: re.findall(r'<td class="n"[^>]*>([^<]*)</td>', line) for name, line in line_of.items()}
    assert figures == {"lots": ["40", "39"], "halls": ["6", "3"], "deals": ["3", "1"]}
    assert "The data say no place for these rows" in line_of["lots"]
    for why in ("do not say where they lie", "is not published in “Lots”", "has no place in “Lots”"):
        assert why in line_of["halls"]
    assert "has no place in" not in line_of["deals"]
    without = re.search(r'href="(/en/data/lots\?[^"]*)"', line_of["lots"])
    assert without is not None
    assert "L-38" in body(visitor, without[1])
    named = re.search(r'href="(/en/data/halls\?[^"]*)"', line_of["halls"])
    assert named is not None
    assert "H-4" in body(visitor, named[1])


def test_figures_of_a_day_are_those_that_were_published_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = opened(copy_of("planned-town", build, tmp_path).home)
    monkeypatch.setattr(city, "current", lambda: town)
    assert isinstance(town.clock, FixedClock)
    town.clock.move(timedelta(days=40))
    publish(town, "crowd", [("1402", "north en", 35), ("1402", "south en", 60)])
    visitor, day = Client(), NOW.date().isoformat()
    address = "/en/map?layer=by.district&of=people"
    now = unescape(body(visitor, address))
    assert re.search(r"north en.*?35", now[now.index('id="list"') :], re.DOTALL)
    assert f"{address}&_as_of={day}" in now
    then = unescape(body(visitor, f"{address}&_as_of={day}"))
    listed = then[then.index('id="list"') :]
    assert re.search(r"north en.*?30", listed, re.DOTALL)
    assert f"_as_of={day}" in listed[listed.index("Where these figures come from") - 200 :]  # the rows of that day
    assert "<iframe" not in then  # a frame tells what holds now
    # 90,000 rial of the north for 30 people, and for 35.
    of_money = "layer=by.district&of=grants.money&each=1"
    assert "300 toman" in unescape(body(visitor, f"/en/map?{of_money}&_as_of={day}"))
    assert "257 toman" in unescape(body(visitor, f"/en/map?{of_money}"))
    sent = layers(visitor, f"/en/map/layer.json?{of_money}&_as_of={day}")["lots"]
    assert next(line["said"] for line in sent["lines"]).startswith("300")
    body(visitor, f"/en/map?layer=by.district&of=received&_as_of={day}", 404)
    body(visitor, "/en/map?layer=by.district&of=people&_as_of=1990-01-01", 404)


def test_streets_are_tinted_by_their_requests_where_enough_named_them(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PlaceFigureFile, "now", lambda _: PlaceFigures())
    body(visitor, "/en/map?layer=by.street-requests", 404)  # nothing is counted yet
    few = PlaceFigures(date(2024, 3, 20), date(2025, 3, 20), 5, None, {}, {STREETS[0]: PlaceFigure(6, 6, 5, 30)})
    monkeypatch.setattr(PlaceFigureFile, "now", lambda _: few)
    page = unescape(body(visitor, "/en/map?layer=by.street-requests"))
    listed = page[page.index('id="list"') :]
    assert re.search(re.escape(STREETS[0]) + ".*?6", listed, re.DOTALL)
    assert "Fewer than 5 requests, or none" in page
    assert HOSTILE not in listed


def test_a_frame_of_the_districts_may_stand_on_any_site_and_tells_what_the_map_tells(visitor: Client) -> None:
    page = unescape(body(visitor, "/en/map?layer=by.district&of=grants.money&each=1"))
    frame = re.search(r'iframe src="([^"]*)"', unescape(page))
    assert frame is not None
    response = visitor.get(frame[1])
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in response.headers
    text = unescape(response.content.decode())
    assert "<script" not in text
    assert 'class="area s' in text
    assert "300 toman" in text
    assert SECRET not in text
    for query in ("of=none", "each=2", "who=1", "of=people&each=1"):
        body(visitor, f"/map/frame?{query}", 404)
