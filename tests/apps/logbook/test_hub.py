"""Feeds name the hub that the operator has named, and it is told when one of them has changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
from django.test import Client
from tests.apps.small_city import build, publish, sheet
from tests.http_servers import answering

from ayan.apps.catalog.feeds.atom_feed import NAMESPACE
from ayan.apps.logbook import tasks
from ayan.apps.logbook.hub_round import STATE
from ayan.apps.logbook.limits import MOST_HUB_TRIES
from ayan.config import env
from ayan.core.transparency.entries.statement import Statement
from ayan.core.values.clock import FixedClock
from ayan.wiring import city, ledger
from ayan.wiring.city import City

SITE = "https://shahr.example"
FEEDS = {
    *(f"{SITE}{prefix}/changes.{form}" for prefix in ("", "/en") for form in ("atom", "json")),
    f"{SITE}/api/v1/datasets/works/releases.atom",
}


class _Hub(BaseHTTPRequestHandler):
    heard: ClassVar[list[dict[str, list[str]]]] = []
    answer: ClassVar[int] = 202

    def do_POST(self) -> None:
        type(self).heard.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.send_response(type(self).answer)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def hub(settings: Any) -> Iterator[type[_Hub]]:
    _Hub.heard, _Hub.answer = [], 202
    with answering(ThreadingHTTPServer(("127.0.0.1", 0), _Hub)) as server:
        settings.WEBSUB_HUB = f"http://127.0.0.1:{server.server_port}/"
        settings.ORIGIN, settings.PULL_NETWORKS = SITE, ["127.0.0.0/8"]
        yield _Hub


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    test_city = build(tmp_path / "city")
    monkeypatch.setattr(city, "current", lambda: test_city)
    return test_city


def round_of(hub: type[_Hub]) -> set[str]:
    """What the hub hears in one round of the worker."""
    hub.heard.clear()
    tasks.tell_the_hub.func()
    assert all(each["hub.mode"] == ["publish"] for each in hub.heard)
    return {each["hub.url"][0] for each in hub.heard}


def test_a_feed_names_the_hub_and_its_own_address(town: City, hub: type[_Hub], settings: Any) -> None:
    named = settings.WEBSUB_HUB
    for address in (*(feed.removeprefix(SITE) for feed in FEEDS), "/log/changes.atom"):
        answer = Client().get(address)
        assert answer["Link"].startswith(f'<{named}>; rel="hub", <{SITE}{address}>; rel="self"')
        if address.endswith(".json"):
            feed_document = json.loads(answer.content)
            assert feed_document["feed_url"] == SITE + address
            assert feed_document["hubs"] == [{"type": "WebSub", "url": named}]
            continue
        feed = ElementTree.fromstring(answer.content)
        links = {link.attrib["rel"]: link.attrib["href"] for link in feed.findall(f"{{{NAMESPACE}}}link")}
        assert (links["hub"], links["self"]) == (named, SITE + address)
    # Of these nobody is told, so nobody is promised it.
    for address in ("/api/v1/datasets/works/rows.atom", "/api/v1/datasets/works/releases.atom?_lang=en"):
        assert 'rel="hub"' not in Client().get(address)["Link"]
    settings.ORIGIN = ""
    assert 'rel="hub"' not in Client().get("/changes.atom")["Link"]


def test_it_is_told_of_what_is_new_once_and_of_nothing_before(town: City, hub: type[_Hub]) -> None:
    assert round_of(hub) == set(), "what stood before is nobody's news"
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    assert round_of(hub) == FEEDS
    assert round_of(hub) == set()


def test_an_act_is_told_when_it_can_be_seen(town: City, hub: type[_Hub]) -> None:
    round_of(hub)
    log = ledger.writing(town.home, town.home / "store", demo=True)
    unseen = Statement(
        act="sealed",
        at="2024-08-06T00:00:00.000Z",
        dataset="works",
        period="1406",
        number=1,
        manifest="0" * 64,
        rows=1,
        rows_root="0" * 64,
    )
    log.append(unseen.leaf)
    assert round_of(hub) == set()
    log.append(
        Statement(
            **{**{name: getattr(unseen, name) for name in unseen.__slots__}, "act": "void", "voids": log.size - 1}
        ).leaf
    )
    assert round_of(hub) == FEEDS, "taken back, so that what stands is what readers see"


def test_a_hub_that_does_not_answer_is_told_again_later_and_not_for_ever(
    town: City, hub: type[_Hub], caplog: pytest.LogCaptureFixture
) -> None:
    clock = town.clock
    assert isinstance(clock, FixedClock)
    round_of(hub)
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    hub.answer = 503
    assert len(round_of(hub)) == 1
    assert round_of(hub) == set(), "not before the pause is over"
    clock.move(timedelta(minutes=1, seconds=1))
    hub.answer = 204
    assert round_of(hub) == FEEDS
    publish(town, sheet(4, year=1406), "1406", "works-1406.csv")
    hub.answer = 404
    for _ in range(MOST_HUB_TRIES):
        assert len(round_of(hub)) == 1
        clock.move(timedelta(hours=2))
    assert round_of(hub) == set()
    assert "in vain" in caplog.text
    assert (town.home / STATE).stat().st_mode & 0o777 == 0o600


def test_an_inner_address_is_not_reached_unless_its_network_is_named(
    town: City, hub: type[_Hub], settings: Any
) -> None:
    round_of(hub)
    settings.PULL_NETWORKS = []
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    assert round_of(hub) == set()


@pytest.mark.parametrize("address", ["http://hub.example/", "hub.example", "https://me:word@hub.example/", "ftp://x/"])
def test_an_address_that_is_no_hub_is_refused_at_the_start(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AYAN_WEBSUB_HUB", address)
    with pytest.raises(env.Misconfigured) as refused:
        env.hub("AYAN_WEBSUB_HUB")
    assert "word" not in str(refused.value).replace("password", "")
