"""ayan serve: up with an answer, down at a word, and plain about a port that is taken."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ayan.config import env
from ayan.config.limits import BODIES_OF_ONE


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def serve(home: Path, port: int) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if name not in env.BY_NAME}
    return subprocess.Popen(
        [sys.executable, "-m", "ayan.cli.main", "serve", "--port", str(port), "--workers", "1"],
        env={**kept, "AYAN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    process = serve(tmp_path, port)
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2)
            break
        except OSError:
            time.sleep(0.2)
    yield process, address
    process.terminate()
    try:
        process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def test_the_site_comes_up_and_goes_down_at_a_word(served: tuple[subprocess.Popen[str], str]) -> None:
    process, address = served
    with urllib.request.urlopen(f"{address}/en/", timeout=20) as page:
        assert page.status == 200
        assert "Set-Cookie" not in page.headers
        assert b"Nothing has been published yet" in page.read()
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert f"{address}/" in output
    assert "Traceback" not in output


def test_twenty_bodies_that_never_end_silence_nobody(served: tuple[subprocess.Popen[str], str]) -> None:
    _, address = served
    where = urlsplit(address)
    place = (str(where.hostname), int(where.port or 0))
    slow = [socket.create_connection(place) for _ in range(20)]
    head = f"POST /follow HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    try:
        for line in slow:
            line.sendall(f"{head}Content-Length: 1000\r\n\r\nabout=all".encode())
        time.sleep(0.1)
        began = time.monotonic()
        for _ in range(5):
            with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
                assert answer.status == 200
        # Whoever sends from elsewhere what they have to say is heard too.
        other = http.client.HTTPConnection(*place, timeout=10, source_address=("127.0.0.2", 0))
        other.request("POST", "/follow", b"about=nothing", {"Content-Type": "application/x-www-form-urlencoded"})
        assert other.getresponse().status == 404
        other.close()
        assert time.monotonic() - began < 3
        # Of those that never end few may go on for a while, and the others are told to come again.
        statuses = [_answer_of(line) for line in slow]
        assert statuses.count("") <= BODIES_OF_ONE
        assert {status for status in statuses if status} == {"503"}
    finally:
        for line in slow:
            line.close()


def _answer_of(line: socket.socket) -> str:
    """The status of the answer that has come; empty for none."""
    line.settimeout(0.3)
    try:
        return line.recv(100).decode().partition(" ")[2][:3]
    except TimeoutError:
        return ""


def test_a_port_that_is_taken_is_said_in_both_languages(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        process = serve(tmp_path, holder.getsockname()[1])
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "This port cannot be opened" in output
    assert "این درگاه را نمی‌توان گشود" in output
    assert "Traceback" not in output
