"""How pages are kept by browsers: unchanged ones are not sent again, changed ones are never held back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.small_city import build, publish, sheet

from ayan.core.publish.sealing import withdraw
from ayan.core.values.clock import FixedClock
from ayan.ui import static_files
from ayan.wiring import city
from ayan.wiring.city import City


@pytest.fixture
def own_city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city that the test may change."""
    test_city = build(tmp_path)
    monkeypatch.setattr(city, "current", lambda: test_city)
    return test_city


def tag(address: str) -> str:
    return str(Client().get(address).headers["ETag"])


def test_an_unchanged_page_is_answered_without_a_body(reader: Client) -> None:
    first = reader.get("/data/works")
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = reader.get("/data/works", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    assert not again.cookies


def test_pages_of_other_addresses_have_other_tags(reader: Client) -> None:
    addresses = ["/", "/en/", "/data/works", "/en/data/works", "/data/works?_unit=rial", "/data/works/releases"]
    assert len({tag(address) for address in addresses}) == len(addresses)


def test_a_new_release_makes_every_page_new(own_city: City) -> None:
    addresses = ["/", "/data/", "/data/works", "/data/works/releases", "/data/works/r/C-001"]
    before = {address: tag(address) for address in addresses}
    publish(own_city, sheet(4, year=1404), "1404", "works-1404.csv")
    for address in addresses:
        assert tag(address) != before[address]


def test_a_withdrawal_makes_pages_new_also_of_a_release_that_was_superseded(own_city: City) -> None:
    publish(own_city, sheet(4, year=1404), "1404", "works-1404.csv")
    publish(own_city, sheet(5, year=1404), "1404", "works-1404-again.csv")
    addresses = ["/data/works", "/data/works?_release=1404/1", "/data/works/releases", "/data/works/releases/1404/1"]
    before = {address: tag(address) for address in addresses}
    withdraw(own_city.publish_context, own_city.release_store.release("works", "1404", 1), "wrong-data", "ناظر ساختگی")
    for address in addresses:
        again = Client().get(address, headers={"If-None-Match": before[address]})
        assert again.status_code == (410 if "1404/1" in address else 200), address


def test_a_new_day_makes_pages_new_for_they_say_what_is_late(own_city: City) -> None:
    # What was withdrawn is owed until it has come again.
    assert "tag late" in Client().get("/en/").content.decode()
    publish(own_city, sheet(3, year=1402), "1402", "works-1402-again.csv")
    before = tag("/")
    assert isinstance(own_city.clock, FixedClock)
    assert "tag late" not in Client().get("/en/").content.decode()
    own_city.clock.move(timedelta(days=700))
    assert tag("/") != before
    assert "tag late" in Client().get("/en/").content.decode()


def test_a_refusal_is_not_kept(reader: Client) -> None:
    refused = reader.get("/data/works?nothing=1")
    assert refused.headers["Cache-Control"] == "no-store"
    assert "ETag" not in refused.headers


@pytest.mark.parametrize("built", [True, False])
def test_a_page_asks_for_no_font_that_is_not_there(
    reader: Client, monkeypatch: pytest.MonkeyPatch, built: bool
) -> None:
    monkeypatch.setattr(static_files, "has", lambda _name: built)
    text = reader.get("/").content.decode()
    assert ("woff2" in text) is built
