"""Asking as a browser does: redirects are followed, packed answers unpacked, and a connection is used again."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Barrier

import pytest
from tests.http_servers import answering
from tests.patience import PATIENCE

from ayan.core.transparency import evidence
from ayan.core.transparency.browser import Browser, NoAnswer
from ayan.core.transparency.evidence import Folder, Portal, PublicAddress, TooLong, Unreachable
from ayan.core.transparency.limits import ASKED_AT_ONCE, PORTAL_SECONDS

BODY = bytes(range(256)) * 4_000
REST = 3
"""Seconds for which a busy portal wants to be left alone: on a busy machine its three callers hear of it one by one."""


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    callers: set[object] = set()  # noqa: RUF012 - shared between its connections
    busy: list[float] = []  # noqa: RUF012 - as above
    together = Barrier(3)

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        self.callers.add(self.client_address)
        path = self.path
        if path == "/silent":
            self.rfile.read(1)
        elif path == "/busy":
            self.busy.append(time.monotonic())
            if len(self.busy) > 3:
                self._say(200, BODY)
            else:
                # Nobody is told to rest before all three have asked.
                self.together.wait(PATIENCE)
                self._say(429, b"", **{"Retry-After": str(REST)})
        elif path.startswith("/round"):
            self._say(302, b"", Location="/round/again")
        elif path == "/moved":
            self._say(301, b"gone on", Location="/whole")
        elif path in ("/gzip", "/deflate", "/cut"):
            packed = zlib.compress(BODY) if path == "/deflate" else gzip.compress(BODY)
            self._say(
                200, packed[:-20] if path == "/cut" else packed, **{"Content-Encoding": path[1:].replace("cut", "gzip")}
            )
        elif path == "/bomb":
            self._say(200, gzip.compress(bytes(50_000_000)), **{"Content-Encoding": "gzip"})
        else:
            self._say({"/gone": 410, "/none": 404, "/broken": 500}.get(path, 200), BODY)

    def _say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    _Site.callers.clear()
    _Site.busy.clear()
    with answering(ThreadingHTTPServer(("127.0.0.1", 0), _Site)) as server:
        yield f"http://127.0.0.1:{server.server_port}"


def test_answers_are_what_they_were_before_the_way(site: str, tmp_path: Path) -> None:
    portal = Portal(site)
    for path in ("whole", "gzip", "deflate", "moved"):
        assert portal.get(path) == BODY, path
    assert len(_Site.callers) == 1, "one connection for all of them"
    portal.read(PublicAddress("gone"), tmp_path / "gone", len(BODY))
    assert (tmp_path / "gone").read_bytes() == BODY
    with pytest.raises(FileNotFoundError):
        portal.get("none")
    with pytest.raises(FileNotFoundError):
        portal.get("gone")
    for path in ("broken", "cut", "round"):
        with pytest.raises(Unreachable):
            portal.get(path)
    with pytest.raises(TooLong):
        portal.fetch("bomb", tmp_path / "bomb", 1_000_000)
    assert not (tmp_path / "bomb").exists()


def test_several_are_asked_for_at_once_in_their_order_over_a_connection_each(site: str) -> None:
    portal, done = Portal(site), list[str]()
    paths = ["whole", "gzip", "none", "deflate", "moved"] * 4

    def got(path: str) -> tuple[str, int]:
        try:
            # What is asked for from within is asked for one after the other.
            (length,) = portal.each(lambda each: len(portal.get(each)), [path])
            return path, length
        except FileNotFoundError:
            return path, 0

    answers = portal.each(got, paths, done.append)
    assert answers == [(path, 0 if path == "none" else len(BODY)) for path in paths]
    assert sorted(done) == sorted(paths)
    assert len(_Site.callers) <= ASKED_AT_ONCE + paths.count("none"), "a refusal is not read to its end"
    portal.close()


def test_where_one_fails_nobody_waits_for_those_that_hang(site: str) -> None:
    portal = Portal(site)
    began = time.monotonic()
    with pytest.raises(Unreachable, match="broken"):
        portal.each(portal.get, ["silent", "silent", "broken", "silent", "silent"])
    assert time.monotonic() - began < PORTAL_SECONDS / 2
    assert portal.get("whole") == BODY, "it may be asked again"
    portal.close()


def test_all_rest_when_a_portal_is_busy(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # One rest counts once: three would be more than there is patience for.
    monkeypatch.setattr(evidence, "PATIENCE_SECONDS", 2.5 * REST)
    portal = Portal(site)
    assert portal.each(portal.get, ["busy"] * 3) == [BODY] * 3
    portal.close()
    turned_away, again = _Site.busy[:3], _Site.busy[3:]
    assert len(again) == 3
    assert min(again) - max(turned_away) > 0.9 * REST, "all came again, and none before the rest was over"


def test_a_connection_that_was_closed_meanwhile_is_opened_again(site: str) -> None:
    browser = Browser()
    for _ in range(2):
        with browser.answer(f"{site}/whole") as answer:
            assert answer.read(10) == BODY[:10]
    for address in ("ftp://example.org/", "http://", "http://127.0.0.1:9/", "https://[bad"):
        with pytest.raises(NoAnswer), browser.answer(address):
            pass


def test_a_file_that_the_reader_cannot_write_is_no_fault_of_the_portal(site: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Portal(site).fetch("whole", tmp_path / "nowhere" / "file", len(BODY))


def test_a_folder_reads_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "data/works/r/a%252Fb").mkdir(parents=True)
    (tmp_path / "data/works/r/a%252Fb/index.html").write_text("x")
    folder = Folder(tmp_path)
    assert folder.record_steps("works") == {"a%2Fb": "a%252Fb"}
    assert not folder.is_answering
    folder.read(PublicAddress("data/works/r/a%2Fb", file="data/works/r/a%252Fb/index.html"), tmp_path / "out", 10)
    assert (tmp_path / "out").read_text() == "x"
    with pytest.raises(FileNotFoundError):
        folder.read(PublicAddress("api/v1/datasets/works/groups"), tmp_path / "out", 10)
    with pytest.raises(FileNotFoundError):
        folder.read(PublicAddress("x", file="../../etc/passwd"), tmp_path / "out", 10)
