"""How a page is found from outside: the maps of the site, the one address of a page, what programs read of a dataset."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client
from tests.apps.small_city import ROWS, SECRET
from tests.sampling import chance

from ayan.apps.catalog import limits
from ayan.apps.catalog.feeds import sitemap
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

ORIGIN = "https://shafaf.example"
SEEN = 40
"""Places that are opened on a day."""


@pytest.fixture(autouse=True)
def _named(settings: pytest.FixtureRequest) -> None:
    settings.ORIGIN = ORIGIN  # type: ignore[attr-defined]  # the fixture of pytest-django


def shown_as(monkeypatch: pytest.MonkeyPatch, *, demo: bool) -> None:
    own = city.current()
    profile = replace(own.profile, demo=demo)
    shown = City(own.home, own.store, own.clock, parts=CityParts(profile=profile))
    monkeypatch.setattr(city, "current", lambda: shown)


def places(reader: Client, address: str) -> list[str]:
    response = reader.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/xml")
    root = ET.fromstring(response.content)
    return [str(place.text) for place in root.iter(f"{{{sitemap.NAMESPACE}}}loc")]


@pytest.mark.django_db
def test_a_place_of_the_maps_opens_and_names_itself_as_the_one_address(reader: Client) -> None:
    maps = places(reader, "/sitemap.xml")
    assert f"{ORIGIN}/sitemap/pages.xml" in maps
    assert f"{ORIGIN}/sitemap/data/works.xml" in maps
    assert not [place for place in maps if "unsent" in place]
    pages = [place for address in maps for place in places(reader, address.removeprefix(ORIGIN))]
    assert len(pages) == len(set(pages)) <= limits.MAPPED_PAGES
    assert {f"{ORIGIN}/", f"{ORIGIN}/en/", f"{ORIGIN}/data/works", f"{ORIGIN}/en/data/works/r/C-001"} <= set(pages)
    for place in chance("places of the map").sample(pages, min(len(pages), SEEN)):
        response = reader.get(place.removeprefix(ORIGIN))
        assert response.status_code in (200, 410), place
        text = response.content.decode()
        assert f'<link rel="canonical" href="{place}">' in text or "noindex" in text, place


def test_each_record_stands_once_in_each_language(reader: Client) -> None:
    records = places(reader, "/sitemap/data/works.xml")
    assert len(records) == len(set(records)) == 2 * ROWS
    assert reader.get("/sitemap/data/unsent.xml").status_code == 404
    assert reader.get("/sitemap/data/nothing.xml").status_code == 404


def test_a_map_says_at_which_moment_its_records_last_changed(reader: Client) -> None:
    sealed_at = city.current().release_store.snapshot("works").sealed_at
    assert sealed_at
    body = reader.get("/sitemap.xml").content.decode()
    moment = body.partition("/sitemap/data/works.xml</loc><lastmod>")[2].partition("<")[0]
    assert datetime.fromisoformat(moment) == sealed_at.replace(microsecond=0)


def test_robots_are_led_to_the_maps_and_kept_from_what_is_no_page(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown_as(monkeypatch, demo=False)
    response = reader.get("/robots.txt")
    assert response.headers["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert f"Sitemap: {ORIGIN}/sitemap.xml" in lines
    assert {"Disallow: /desk/", "Disallow: /en/desk/"} <= set(lines)
    assert "Disallow: /" not in lines


def test_an_invented_city_is_found_by_no_search_engine(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    shown_as(monkeypatch, demo=True)
    assert reader.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(("prefix", "lang"), [("", "fa"), ("/en", "en")])
def test_a_dataset_is_described_for_programs(reader: Client, prefix: str, lang: str) -> None:
    text = reader.get(f"{prefix}/data/works").content.decode()
    described = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert len(described) == 1
    about = json.loads(described[0])
    dataset = city.current().registry.get("works")
    assert about["@type"] == "Dataset"
    assert about["name"] == dataset.title.of(lang)
    assert about["url"] == f"{ORIGIN}{prefix}/data/works"
    assert about["variableMeasured"] == [field.label.of(lang) for field in dataset.published]
    assert SECRET not in described[0]
    for file in about["distribution"]:
        response = reader.get(file["contentUrl"].removeprefix(ORIGIN))
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith(file["encodingFormat"])
    # A part of it, and what has never been published, is no dataset.
    for other in ("/data/works?state__in=done", "/data/unsent"):
        assert "ld+json" not in reader.get(prefix + other).content.decode()


def test_a_filtered_page_names_the_whole_one_as_its_address(reader: Client) -> None:
    text = reader.get("/en/data/works?state__in=done&_unit=toman").content.decode()
    assert f'<link rel="canonical" href="{ORIGIN}/en/data/works">' in text
