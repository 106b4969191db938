"""ayan monitor against a live portal: what it fetches, what it tells, and to whom."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from tests.apps.small_city import build, publish, sheet
from tests.http_servers import answering

from ayan.cli import main
from ayan.core.publish.sealing import withdraw
from ayan.wiring import city
from ayan.wiring.city import City


class _Counting(WSGIRequestHandler):
    asked: ClassVar[list[str]] = []

    def log_message(self, *_: object) -> None:
        self.asked.append(self.path)


class _Hook(BaseHTTPRequestHandler):
    posted: ClassVar[list[dict[str, Any]]] = []
    answer: ClassVar[int] = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).posted.append(json.loads(body))
        self.send_response(type(self).answer)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    test_city = build(tmp_path / "city")
    monkeypatch.setattr(city, "current", lambda: test_city)
    return test_city


@pytest.fixture
def portal(town: City) -> Iterator[str]:
    with answering(make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Counting)) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Hook]]:
    _Hook.posted, _Hook.answer = [], 200
    with answering(ThreadingHTTPServer(("127.0.0.1", 0), _Hook)) as server:
        monkeypatch.setenv("AYAN_MONITOR_WEBHOOK", f"http://127.0.0.1:{server.server_port}/room?x=1")
        yield _Hook


@pytest.fixture
def look(
    town: City, portal: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, list[str], list[str]]]:
    """One look: how it ended, the codes of what is new, and what was fetched."""
    key = tmp_path / "vkey"
    shutil.copy(town.home / "ledger" / "vkey", key)

    def run(*more: str) -> tuple[int, list[str], list[str]]:
        capsys.readouterr()
        _Counting.asked.clear()
        words = ["monitor", portal, "--state", str(tmp_path / "state"), "--key", str(key), "--format", "json", *more]
        ended = main.run(words)
        out = capsys.readouterr().out
        new = [finding["code"] for finding in json.loads(out)["new"]] if out.startswith("{") else []
        return ended, new, list(_Counting.asked)

    return run


def test_only_what_is_new_is_fetched_and_told(
    town: City, look: Callable[..., tuple[int, list[str], list[str]]], tmp_path: Path, hook: type[_Hook]
) -> None:
    ended, new, asked = look()
    assert (ended, any("datapackage.json" in address for address in asked)) == (3, True)
    assert all(code.startswith("event-") for code in new)
    ended, new, asked = look("--webhook")
    assert (ended, new, hook.posted) == (0, [], [])
    assert not [address for address in asked if ".parquet" in address or "datapackage" in address]
    release = publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    ended, new, asked = look("--webhook")
    assert (ended, new) == (3, ["dated-before-seen"]), "the clock of the small city stands still"
    fetched = {address.partition("/releases/")[2].split("/")[0] for address in asked if ".parquet" in address}
    assert fetched == {"1405"}
    withdraw(town.publish_context, release, "wrong-data", "ناظر ساختگی")
    # Who cannot be told is told the next time.
    hook.answer = 500
    before = (tmp_path / "state").read_bytes()
    assert look("--webhook")[0] == 2
    assert (tmp_path / "state").read_bytes() == before
    hook.answer = 204
    ended, new, _ = look("--webhook")
    assert (ended, sorted(new)) == (3, ["dated-before-seen", "event-withdrawn"])
    assert "works/1405/1" in hook.posted[-1]["text"]
    assert look("--webhook")[0] == 0


def test_what_it_needs_is_asked_for_and_a_silent_portal_is_no_verdict(
    look: Callable[..., tuple[int, list[str], list[str]]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert look("--webhook")[0] == 2
    assert look("--mail", "desk@paper.example")[0] == 2
    monkeypatch.setenv("AYAN_MONITOR_WEBHOOK", "http://elsewhere.example/room")
    assert look("--webhook")[0] == 2
    assert not (tmp_path / "state").exists()
    words = ["monitor", "http://127.0.0.1:9", "--state", str(tmp_path / "state"), "--key", str(tmp_path / "vkey")]
    assert main.run(words) == 2
    assert "cannot be reached" in capsys.readouterr().err
