"""Asking as a browser does: redirects are followed, packed answers unpacked, and a connection is used again."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from ayan.core.transparency.browser import Browser, NoAnswer
from ayan.core.transparency.evidence import Folder, Portal, PublicAddress, TooLong, Unreachable

BODY = bytes(range(256)) * 4_000


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    callers: set[object] = set()  # noqa: RUF012 - shared between its connections

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        self.callers.add(self.client_address)
        path = self.path
        if path.startswith("/round"):
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
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


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
