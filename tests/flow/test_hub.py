"""The portal as its own hub, whole: a real `ayan serve` with its worker, and a subscriber over real lines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.apps.small_city import SECRET, build, publish, sheet
from tests.apps.websub.subscriber import Subscriber, subscriber
from tests.patience import PATIENCE
from tests.ports import free_port

from ayan.apps.catalog.feeds.atom_feed import NAMESPACE
from ayan.config import env
from ayan.wiring.city import City

pytestmark = pytest.mark.soak
ROUND = 480.0
"""Seconds in which the worker has looked at least once, on a crowded machine, with all that it does at first."""


@dataclass
class Portal:
    """A site with its worker, at an address of this machine."""

    city: City
    address: str
    process: subprocess.Popen[bytes]

    def seen(self) -> int:
        """How many leaves of the log the worker has looked at for the hub."""
        return int(json.loads((self.city.home / "work" / "hub.json").read_bytes())["leaf"])

    def get(self, url: str) -> tuple[bytes, str]:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return answer.read(), answer.headers["Link"]

    def ask(self, hub: str, **fields: str) -> int:
        form = urllib.parse.urlencode({f"hub.{name}": text for name, text in fields.items()}).encode()
        try:
            with urllib.request.urlopen(hub, form, timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code


def whole_log(portal: Portal) -> int:
    assert portal.city.log is not None
    return portal.city.log.size


def until(done: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "in vain"
        time.sleep(0.3)


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    city, port = build(tmp_path / "city"), free_port()
    kept = {name: value for name, value in os.environ.items() if name not in env.BY_NAME}
    ours = {
        "DJANGO_SETTINGS_MODULE": "ayan.config.settings.dev",
        "AYAN_HOME": str(city.home),
        "AYAN_ORIGIN": f"http://localhost:{port}",
        "AYAN_WEBSUB_HUB": "own",
        "AYAN_WEBSUB_NETWORKS": "127.0.0.0/8",
    }
    command = [sys.executable, "-m", "ayan.cli.main", "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, env={**kept, **ours}, stdout=subprocess.DEVNULL, start_new_session=True)
    here = Portal(city, ours["AYAN_ORIGIN"], process)

    def is_up() -> bool:
        assert process.poll() is None
        try:
            return bool(here.get(f"{here.address}/healthz")[0])
        except OSError:
            return False

    try:
        until(is_up, PATIENCE)
        yield here
    finally:
        process.terminate()
        process.wait(PATIENCE)
        # Its worker goes with it; what would not is no test's to leave behind.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def discovered(portal: Portal) -> tuple[str, str]:
    """The hub and the topic, in the header and in the feed alike."""
    body, link = portal.get(f"{portal.address}/changes.atom")
    feed = ElementTree.fromstring(body)
    links = {each.attrib["rel"]: each.attrib["href"] for each in feed.findall(f"{{{NAMESPACE}}}link")}
    assert link.startswith(f'<{links["hub"]}>; rel="hub", <{links["self"]}>; rel="self"')
    return links["hub"], links["self"]


def test_a_subscriber_is_sent_what_is_published_and_nothing_after_it_has_left(portal: Portal) -> None:
    with subscriber() as reader:
        hub, topic = discovered(portal)
        meant(reader, topic)
        fields = {"mode": "subscribe", "topic": topic, "callback": reader.callback("c-4711"), "secret": "a word"}
        assert portal.ask(hub, **fields) == 202
        until(lambda: reader.asked, ROUND)
        # The worker marks where the log stands before anything is news.
        until((portal.city.home / "work" / "hub.json").exists, ROUND)
        publish(portal.city, sheet(4, year=1405), "1405", "works-1405.csv")
        until(lambda: reader.came, ROUND)
        [sent] = reader.came
        assert sent.body == portal.get(topic)[0]
        assert sent.is_signed("a word")
        assert SECRET not in sent.body.decode()
        assert portal.ask(hub, **{**fields, "mode": "unsubscribe"}) == 202
        until(lambda: len(reader.asked) == 2, ROUND)
        publish(portal.city, sheet(4, year=1406), "1406", "works-1406.csv")
        until(lambda: portal.seen() == whole_log(portal), ROUND)
        time.sleep(5)
        assert len(reader.came) == 1
    for log in portal.city.home.rglob("*.log*"):
        assert b"c-4711" not in log.read_bytes()
        assert b"a word" not in log.read_bytes()


def meant(reader: Subscriber, topic: str) -> None:
    reader.meant |= {("subscribe", topic), ("unsubscribe", topic)}
