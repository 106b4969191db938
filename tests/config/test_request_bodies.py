"""Bodies that come slowly are waited for within bounds; those that come at once are never held back."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from tests.patience import PATIENCE

from ayan.config import request_bodies
from ayan.config.request_bodies import BodyPlaces, BoundedBodies


class Line:
    """What a server hands on: pieces, each after so many seconds; then the end, or silence until the line is cut."""

    def __init__(self, *pieces: tuple[float, bytes], silent: bool = False) -> None:
        self._pieces: Iterator[tuple[float, bytes]] = iter(pieces)
        self._silent = silent
        self.waited_for = threading.Event()
        self.closed = threading.Event()

    def read(self, _size: int) -> bytes:
        self.waited_for.set()
        seconds, piece = next(self._pieces, (0.0, b""))
        if not piece and self._silent:
            self.closed.wait(60)
        elif self.closed.wait(seconds):
            return b""
        return piece


class Site:
    """A site that reads all there is and answers with it."""

    def __call__(self, environ: dict[str, Any], start: Any) -> HttpResponse:
        try:
            answer = HttpResponse(environ["wsgi.input"].read())
        except BadRequest:
            answer = HttpResponse(status=400)
        start(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
        return answer


@pytest.fixture
def places() -> BodyPlaces:
    return BodyPlaces(most=2, of_one=1)


def sent(places: BodyPlaces, line: Line, address: str = "192.0.2.1", grace: float = 30) -> tuple[str, bytes]:
    said: list[str] = []
    site = BoundedBodies(Site(), places, grace, lambda _address, _seconds: line.closed.set())
    environ = {"CONTENT_LENGTH": "1000", "wsgi.input": line, "REMOTE_ADDR": address}
    answer = site(environ, lambda status, _headers: said.append(status))
    return said[-1], answer.content  # type: ignore[attr-defined]  # the site above gives whole answers


def test_what_comes_is_read_whole_and_its_place_is_free_again(places: BodyPlaces) -> None:
    whole = bytes(range(256)) * 3_000
    pieces = [(0.0, whole[at : at + 60_000]) for at in range(0, len(whole), 60_000)]
    for _ in range(3):
        assert sent(places, Line(*pieces)) == ("200 OK", whole)


def test_a_body_that_stops_coming_is_given_up_with_a_word(places: BodyPlaces) -> None:
    began = time.monotonic()
    status, words = sent(places, Line((0.0, b"begun"), silent=True), grace=0.2)
    assert (status, "did not arrive in time" in words.decode()) == ("408 Request Timeout", True)
    # The line itself would be silent for a minute.
    assert time.monotonic() - began < 30
    assert places.take("192.0.2.1"), "its place is free again"


def test_a_slow_body_that_keeps_its_pace_comes_whole(places: BodyPlaces, monkeypatch: pytest.MonkeyPatch) -> None:
    # Each piece is good for a minute, on however busy a machine; all of them take longer than what comes without one.
    monkeypatch.setattr(request_bodies, "BODY_RATE", 1)
    pieces = [(0.0, b"x" * 60), *[(0.8, b"x" * 60)] * 2]
    assert sent(places, Line(*pieces), grace=1.5) == ("200 OK", b"x" * 180)
    # The same time for less is too slow.
    monkeypatch.setattr(request_bodies, "BODY_RATE", 100)
    assert sent(places, Line(*[(0.1, b"x")] * 20), grace=0.5)[0] == "408 Request Timeout"


def test_few_are_waited_for_and_fewer_of_one_address(places: BodyPlaces) -> None:
    lines = [Line(silent=True) for _ in range(2)]
    threads = [
        threading.Thread(target=sent, args=(places, line, f"192.0.2.{number}")) for number, line in enumerate(lines)
    ]
    threads[0].start()
    assert lines[0].waited_for.wait(PATIENCE)
    assert sent(places, Line((0.0, b"of another")), "192.0.2.9") == ("200 OK", b"of another")
    assert sent(places, Line((0.0, b"of the same")), "192.0.2.0")[0] == "503 Service Unavailable"
    threads[1].start()
    assert lines[1].waited_for.wait(PATIENCE)
    third = Line(silent=True)
    assert sent(places, third, "192.0.2.9")[0] == "503 Service Unavailable"
    assert not third.waited_for.is_set()
    for line, thread in zip(lines, threads, strict=True):
        line.closed.set()
        thread.join(PATIENCE)
    assert sent(places, Line((0.0, b"later")), "192.0.2.0") == ("200 OK", b"later")


def test_the_line_of_a_slow_body_ends_and_no_other_does() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        lines = [(socket.create_connection(door.getsockname()), door.accept()[0]) for _ in range(4)]
        (slow, waits), (reader, reads), (resting, rests), (late, asks) = lines
        for theirs, ours in ((reader, reads), (resting, rests)):
            theirs.sendall(b"GET / HTTP/1.1")
            ours.recv(100)
        slow.sendall(b"POST / HTTP/1.1")
        # Two seconds more than the clocks of the two sides may differ: time enough for what follows on a busy machine.
        time.sleep(2.5)
        for ours in (reads, rests):
            ours.sendall(b"an answer")
        late.sendall(b"GET / HTTP/1.1")
        with Path(__file__).open("rb") as no_socket:
            request_bodies.cut_lines("::ffff:127.0.0.1", 2.5)
            assert no_socket.read(3) == b'"""', "what is no socket was looked at and let go as well"
        assert waits.recv(100) == b"POST / HTTP/1.1"
        for ours, ends in ((waits, True), (reads, False), (rests, False)):
            ours.settimeout(0.1)
            try:
                assert (ours.recv(100) == b"") is ends
            except TimeoutError:
                assert not ends
        # Whoever is cut can still be told why.
        waits.sendall(b"HTTP/1.1 408")
        assert slow.recv(100) == b"HTTP/1.1 408"
        asks.settimeout(PATIENCE)
        assert asks.recv(100) == b"GET / HTTP/1.1"
        for pair in lines:
            for line in pair:
                line.close()
