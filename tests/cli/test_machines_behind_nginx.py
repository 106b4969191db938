"""Two machines behind the nginx file of deploy/, one PostgreSQL, releases in an object store: nobody is turned away."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import psycopg
import pytest
from tests import template_database
from tests.cli.city import GOOD, HEADER, Town
from tests.cli.machines import NGINX, Machine, two_machines
from tests.cli.test_machines import COUNTED, PATHS, is_seen_in_time
from tests.conftest import ROOT
from tests.deploy.certificate import certify
from tests.deploy.nginx_front import HOST, SECRET, configured, wait_for
from tests.faults.running_site import publish_words, until
from tests.object_store import ObjectStore
from tests.patience import PATIENCE
from tests.ports import free_port

pytestmark = [
    pytest.mark.database,
    pytest.mark.skipif(not template_database.server(), reason="one file is one machine's (make test-postgres)"),
    pytest.mark.skipif(NGINX is None, reason="nginx is not on this machine: install the package nginx"),
]

KEY: Final = re.compile(rb'name="_key" value="([^"]+)"')
CODE: Final = re.compile(rb"(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}")
FORM: Final = "/counter/new/access"
UNANSWERED: Final = frozenset({0, 502, 503, 504})
"""What nobody has decided anything with: no answer, or one of nginx for a machine that is gone."""
SENDING_SECONDS: Final = 3.0
"""Between two files of a system: a token has 120 files in a quarter of an hour."""


@dataclass
class Caller:
    """Somebody at an address of their own, who keeps a connection as a browser does."""

    port: int
    address: str
    trust: ssl.SSLContext
    line: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Status and body; status 0 where nginx itself gave no answer. Nothing is asked twice."""
        try:
            if self.line is None or self.line.sock is None:
                self.line = http.client.HTTPConnection(HOST, timeout=PATIENCE)
                plain = socket.create_connection(
                    ("127.0.0.1", self.port), timeout=PATIENCE, source_address=(self.address, 0)
                )
                self.line.sock = self.trust.wrap_socket(plain, server_hostname=HOST)
            self.line.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            answer = self.line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            self.line = None
            return 0, b""

    def close(self) -> None:
        """Let go of the connection."""
        if self.line is not None:
            self.line.close()

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, bytes]:
        """Send a form."""
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, urlencode(fields).encode(), Content_Type=kind, Origin=f"https://{HOST}")


@dataclass
class Crowd:
    """A running nginx, and everybody who asks through it; ``failed`` are answers that were none, with what was asked."""

    port: int
    folder: Path
    token: str
    failed: list[tuple[str, int]] = field(default_factory=list)
    answered: int = 0
    codes: list[bytes] = field(default_factory=list)
    arrivals: list[int] = field(default_factory=list)
    again: int = 0
    files: Iterator[int] = field(default_factory=partial(itertools.count, 1))
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _over: threading.Event = field(default_factory=threading.Event)

    def caller(self) -> Caller:
        """A new one, at an address that nobody had yet."""
        number = next(self._numbers)
        trust = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        return Caller(self.port, f"127.1.{number // 250}.{number % 250 + 1}", trust)

    def read(self) -> None:
        """A reader, page after page."""
        caller = self.caller()
        with closing(caller):
            self._read(caller)

    def _read(self, caller: Caller) -> None:
        for path in itertools.cycle((*PATHS, f"{COUNTED}&cost__gt=0")):
            if self._over.is_set():
                return
            self._note(f"GET {path}", caller.ask("GET", path)[0], 200)
            time.sleep(0.06)

    def file(self, resend: bool) -> None:
        """People who file, each once; with ``resend`` whoever gets no answer presses once more."""
        while not self._over.is_set():
            with closing(self.caller()) as caller:
                self._filed(caller, next(self._numbers), resend)
            time.sleep(0.1)

    def _filed(self, caller: Caller, number: int, resend: bool) -> None:
        status, page = self._sent(partial(caller.ask, "GET", FORM), resend, "GET form")
        if status != 200:
            return
        key = KEY.findall(page)[0].decode()
        typed = {"_key": key, "_typed": "1", "f-summary": f"سند شمارهٔ {number} (ساختگی)", "_do": "preview"}
        for fields in (typed, {"_key": key, "_do": "send"}):
            status, page = self._sent(partial(caller.post, FORM, fields), resend, "POST")
        if status == 200 and (codes := CODE.findall(page)):
            self.codes.append(codes[0])
        else:
            self.failed.append(("POST without receipt", status))

    def send(self, resend: bool) -> None:
        """A system that sends files, each once; with ``resend`` one that gets no answer is sent again under its key."""
        with closing(self.caller()) as caller:
            self._send(caller, resend)

    def _send(self, caller: Caller, resend: bool) -> None:
        while not self._over.is_set():
            number = next(self.files)
            body = f"{HEADER}\n{number},1403/06/01,چنار,{1000 + number},\n".encode()
            path = f"/desk/api/submissions?dataset=trees&period=1403-06&name=trees-{number}.csv"
            key = {"Idempotency_Key": f"trees-{number:05}"} if resend else {}
            sending = partial(caller.ask, "POST", path, body, Authorization=f"Bearer {self.token}", **key)
            status, answer = self._sent(sending, resend, "POST file", (200, 201))
            if status in (200, 201):
                self.arrivals.append(json.loads(answer)["id"])
            self._over.wait(SENDING_SECONDS)

    def _sent(
        self, ask: Callable[[], tuple[int, bytes]], resend: bool, what: str, good: tuple[int, ...] = (200,)
    ) -> tuple[int, bytes]:
        for _ in range(20):
            status, body = ask()
            # A refusal is an answer. That the first request is under way still is one to wait for.
            if not resend or not (status in UNANSWERED or b'"in-progress"' in body):
                break
            self.again += 1
            time.sleep(0.2)
        self._note(what if status in good else f"{what} {body[:300].decode(errors='replace')}", status, *good)
        return status, body

    def _note(self, what: str, status: int, *good: int) -> None:
        self.answered += 1
        if status not in good:
            self.failed.append((what, status))

    @contextmanager
    def busy(self, readers: int, *, resend: bool = False) -> Iterator[None]:
        """Readers, two who file and one system that sends, while the block lasts."""
        self._over = threading.Event()
        deeds: list[Callable[[], None]] = [self.read] * readers
        deeds += [lambda: self.file(resend)] * 2 + [lambda: self.send(resend)]
        threads = [threading.Thread(target=deed) for deed in deeds]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()


@pytest.fixture
def machines(town: Town, database: None, bucket_server: ObjectStore) -> Iterator[tuple[Machine, Machine]]:
    settings = {
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "DJANGO_SETTINGS_MODULE": "ayan.config.settings.production",
        "AYAN_HOSTS": f"{HOST},127.0.0.1",
        "AYAN_SECRET_KEY": SECRET,
        "AYAN_PROXIES": "1",
        **bucket_server.variables(bucket_server.place()),
    }
    with two_machines(town, settings) as both:
        for machine in both:
            machine.start_site()
        yield both


@pytest.fixture
def front(machines: tuple[Machine, Machine], tmp_path: Path) -> Iterator[Crowd]:
    folder, secure = tmp_path / "nginx", free_port()
    folder.mkdir()
    certify(folder, HOST)
    first, second = (machine.port for machine in machines)
    words = [sys.executable, "-m", "tests.cli.sending_token"]
    token = subprocess.run(
        words, env=machines[0].environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()
    process = subprocess.Popen([str(NGINX), "-p", folder, "-c", configured(folder, secure, free_port(), first, second)])
    try:
        wait_for(secure)
        yield Crowd(secure, folder, token)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def count(machine: Machine, table: str) -> int:
    """How many rows of the database a table has."""
    with psycopg.connect(machine.settings["DATABASE_URL"]) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


def nothing_twice(front: Crowd, machine: Machine) -> None:
    """Whatever was answered was done, and once."""
    assert len(set(front.codes)) == len(front.codes)
    assert count(machine, "counter_case") == len(front.codes)
    assert len(set(front.arrivals)) == len(front.arrivals)
    assert count(machine, "sources_arrival") == len(front.arrivals)


def test_one_machine_after_the_other_begins_anew_and_no_form_is_lost_or_sent_twice(
    machines: tuple[Machine, Machine], front: Crowd
) -> None:
    first, second = machines
    published = first.ayan(*publish_words(town_file(first)))
    assert published.code == 0, published.words
    assert is_seen_in_time(second, 3)
    assert (second.folder / "store-cache").is_dir()
    assert not (second.town.home / "store-cache").exists()
    with front.busy(readers=2):
        until(lambda: front.codes and front.arrivals, "somebody filed and something was sent")
        for machine in machines:
            machine.restart_site()
    assert not Counter(front.failed)
    nothing_twice(front, first)


def town_file(machine: Machine) -> Path:
    return machine.town.file(GOOD)


@pytest.mark.soak
def test_whole_machines_are_killed_and_begin_anew_again_and_again(
    machines: tuple[Machine, Machine], front: Crowd, bucket_server: ObjectStore
) -> None:
    first, second = machines
    assert first.ayan(*publish_words(town_file(first))).code == 0
    for machine in machines:
        machine.start_worker()
    with front.busy(readers=4):
        for _ in range(3):
            for machine in machines:
                machine.restart_site()
    calm = front.answered
    assert not Counter(front.failed)
    nothing_twice(front, first)
    with front.busy(readers=4, resend=True):
        for number in range(6):
            victim, other = machines[number % 2], machines[1 - number % 2]
            victim.kill(victim.site)
            victim.kill(victim.worker)
            published = other.ayan(*publish_words(town_file(other)))
            assert published.code == 0, published.words
            victim.start_site()
            victim.start_worker()
            assert is_seen_in_time(victim, 3)
    # Who only reads is asked for at the other machine; a form that was cut is sent again by whoever sees the page.
    assert [each for each in front.failed if each[0].startswith("GET")] == []
    assert not Counter(front.failed)
    nothing_twice(front, second)
    assert front.answered > calm
