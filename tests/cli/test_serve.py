"""ayan serve: up with an answer, also without its database, begun anew without a loss, and gone without a trace."""

from __future__ import annotations

import http.client
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests import template_database
from tests.patience import PATIENCE
from tests.ports import free_port

from ayan.config import env
from ayan.config.limits import BODIES_OF_ONE, BODY_GRACE_SECONDS


def serve(home: Path, port: int, **settings: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if name not in env.BY_NAME}
    return subprocess.Popen(
        [sys.executable, "-m", "ayan.cli.main", "serve", "--port", str(port), "--workers", "1"],
        env={**kept, "AYAN_HOME": str(home), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def up(home: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`ayan serve` and its address, once it answers."""
    port = free_port()
    process = serve(home, port, **settings)
    address = f"http://127.0.0.1:{port}"
    # Every migration is done first, which takes most of a minute where others work too.
    assert until(partial(_is_up, process, address))
    yield process, address
    process.terminate()
    try:
        process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _is_up(process: subprocess.Popen[str], address: str) -> bool:
    assert process.poll() is None, "it ended"
    with suppress(OSError), urllib.request.urlopen(f"{address}/healthz", timeout=PATIENCE):
        return True
    return False


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A site that begins in an empty folder."""
    with up(tmp_path) as site:
        yield site


@pytest.fixture
def answering(tmp_path: Path) -> Iterator[str]:
    """The address of a site that only answers: no migration is left to do, and no worker is with it."""
    shutil.copyfile(template_database.template_file(), tmp_path / template_database.FILE)
    with up(tmp_path, AYAN_WORKER="apart") as (_, address):
        yield address


def test_the_site_comes_up_and_goes_down_at_a_word(served: tuple[subprocess.Popen[str], str]) -> None:
    process, address = served
    with urllib.request.urlopen(f"{address}/en/", timeout=PATIENCE) as page:
        assert page.status == 200
        assert "Set-Cookie" not in page.headers
        assert b"Nothing has been published yet" in page.read()
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert f"{address}/" in output
    assert "Traceback" not in output
    assert "terminate called" not in output


def test_twenty_bodies_that_never_end_silence_nobody(answering: str) -> None:
    where = urlsplit(answering)
    place = (str(where.hostname), int(where.port or 0))
    slow = [socket.create_connection(place) for _ in range(20)]
    head = f"POST /follow HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    try:
        for line in slow:
            line.sendall(f"{head}Content-Length: 1000\r\n\r\nabout=all".encode())
        time.sleep(0.1)
        began = time.monotonic()
        for _ in range(5):
            with urllib.request.urlopen(f"{answering}/healthz", timeout=PATIENCE) as answer:
                assert answer.status == 200
        # Whoever sends from elsewhere what they have to say is heard too.
        other = http.client.HTTPConnection(*place, timeout=PATIENCE, source_address=("127.0.0.2", 0))
        other.request("POST", "/follow", b"about=nothing", {"Content-Type": "application/x-www-form-urlencoded"})
        assert other.getresponse().status == 404
        other.close()
        # Before the time of any of those bodies is over.
        assert time.monotonic() - began < BODY_GRACE_SECONDS * 0.8
        # Of those that never end few may go on for a while, and the others are told to come again.
        silent, statuses = set(slow), set()
        while len(silent) > BODIES_OF_ONE and (left := BODY_GRACE_SECONDS * 0.9 + began - time.monotonic()) > 0:
            answering_now, _, _ = select.select(silent, (), (), left)
            statuses |= {line.recv(100).decode().partition(" ")[2][:3] for line in answering_now}
            silent.difference_update(answering_now)
        assert len(silent) <= BODIES_OF_ONE
        assert statuses == {"503"}
    finally:
        for line in slow:
            line.close()


def test_a_fault_before_it_is_up_ends_it_without_the_words_of_the_fault(tmp_path: Path) -> None:
    (tmp_path / template_database.FILE).write_text("no database, and what stands here is nobody's business\n" * 20)
    process = serve(tmp_path, free_port())
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "the process ended by a fault" in said
    assert "not a database" not in said
    assert "Traceback" not in said


def test_a_port_that_is_taken_is_said_in_both_languages(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        process = serve(tmp_path, holder.getsockname()[1])
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "This port cannot be opened" in output
    assert "این درگاه را نمی‌توان گشود" in output
    assert "Traceback" not in output


# --- without the database, begun anew, killed -------------------------------------------------------------------------


@dataclass
class Site:
    """A site whose database does not answer, what it has said so far, and ``first`` to the manager of services."""

    process: subprocess.Popen[str]
    port: int
    home: Path
    said: list[str] = field(default_factory=list)
    first: bytes = b""

    def ask(self, path: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return holds()


def children(number: int) -> set[int]:
    """The processes that a process has started and that are still there."""
    path = Path(f"/proc/{number}/task/{number}/children")
    return {int(child) for child in path.read_text(encoding="ascii").split()} if path.exists() else set()


def command_of(number: int) -> str:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def is_free(port: int) -> bool:
    """Whether the next server could have a port."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    home, port, nobody = folder / "city", free_port(), free_port()
    home.mkdir()
    (home / "ayan.toml").write_text('demo = true\n[name]\nfa = "شهر ساختگی"\nen = "Invented City"\n', encoding="utf-8")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(folder / "manager"))
        manager.settimeout(PATIENCE)
        away = f"postgres://ayan:geheim-1@127.0.0.1:{nobody}/ayan"
        variables = {"NOTIFY_SOCKET": str(folder / "manager"), "AYAN_DRAIN_SECONDS": "60"}
        process = serve(home, port, DATABASE_URL=away, **variables)
        running = Site(process, port, home)
        listener = threading.Thread(target=running.listen)
        listener.start()
        try:
            # Whichever of the tests comes first today, it is up.
            running.first = manager.recv(64)
            yield running
        finally:
            process.kill()
            process.wait()
            listener.join()
            assert process.stdout is not None
            process.stdout.close()


def test_the_public_side_comes_up_without_the_database(site: Site) -> None:
    assert site.first == b"READY=1"
    for path in ("/healthz", "/", "/en/", "/data/", "/en/search?q=x", "/api/v1/datasets", "/log/"):
        assert site.ask(path)[0] == 200, path
    text = "".join(site.said)
    assert "The public pages are served without the database" in text
    assert until(lambda: "".join(site.said).count("The database does not answer.") == 2), "by migrate and by the worker"
    assert "geheim-1" not in text
    assert "Traceback" not in text


def test_the_desk_says_that_the_database_is_away(site: Site) -> None:
    for path, words in (("/desk/sign-in", "پایگاه داده در دسترس نیست"), ("/en/desk/", "The database does not answer")):
        status, page = site.ask(path, Cookie=f"ayan_desk={'a' * 32}")
        assert (status, words in page) == (503, True), path


def test_begun_anew_it_loses_no_request_and_reads_what_changed(site: Site) -> None:
    before = {child for child in children(site.process.pid) if "spawn_main" in command_of(child)}
    statuses: list[int] = []
    over = threading.Event()

    def reader() -> None:
        while not over.is_set():
            try:
                statuses.append(site.ask("/en/about")[0])
            except OSError:
                statuses.append(0)
            time.sleep(0.02)

    assert site.ask("/ckb/")[0] == 404
    with (site.home / "ayan.toml").open("a", encoding="utf-8") as profile:
        profile.write("\n[languages.ckb]\n")
    reading = threading.Thread(target=reader)
    reading.start()
    try:
        site.process.send_signal(signal.SIGHUP)
        assert until(lambda: not before & children(site.process.pid))
        assert site.ask("/ckb/")[0] == 200
        assert until(lambda: len(statuses) > 20)
    finally:
        over.set()
        reading.join()
    assert set(statuses) == {200}


def test_y_told_to_stop_it_still_answers_and_sends_everybody_elsewhere(site: Site) -> None:
    def asked(path: str) -> tuple[int, str, str]:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Connection", ""), answer.read().decode()

    assert until(lambda: not is_free(site.port))
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    assert asked("/healthz")[:2] == (200, "")
    site.process.send_signal(signal.SIGTERM)
    assert until(lambda: '"leaving"' in asked("/readyz")[2])
    assert asked("/readyz")[:2] == (503, "close")
    assert asked("/en/about")[:2] == (200, "close")
    connection.close()
    assert site.process.poll() is None


def test_z_killed_it_leaves_nobody_on_its_port(site: Site) -> None:
    assert until(lambda: not is_free(site.port))
    site.process.kill()
    site.process.wait()
    assert until(lambda: is_free(site.port), 10)
