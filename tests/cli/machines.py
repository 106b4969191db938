"""Two machines of one city: each with a folder, a site and a worker of its own, over one database and one store."""

from __future__ import annotations

import http.client
import itertools
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from typing import Any, Final

from tests.cli.city import Said, Town
from tests.cli.forked_site import ForkedSite
from tests.conftest import ROOT
from tests.patience import PATIENCE
from tests.ports import free_port

DRAIN: Final = 2
"""Seconds for which a site that was told to stop still answers."""


@dataclass
class Machine:
    """One of them; its processes are started, told to stop and killed one by one."""

    town: Town
    folder: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    site: ForkedSite | None = None
    worker: ForkedSite | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The variables of its processes."""
        own = {"AYAN_MACHINE": str(self.folder), "AYAN_WORKER": "apart", "AYAN_DRAIN_SECONDS": str(DRAIN)}
        own |= {"DJANGO_SETTINGS_MODULE": "ayan.config.settings.dev", "PYTHONPATH": str(ROOT)}
        return self.town.environment() | own | self.settings

    def _start(self, *words: str) -> ForkedSite:
        with (self.folder / "said.log").open("ab") as out:
            return ForkedSite(words, self.environment, out.fileno())

    def start_site(self) -> None:
        """Start the site, and wait until it answers."""
        self.site = self._start("serve", "--port", str(self.port), "--workers", "1")
        until = time.monotonic() + PATIENCE
        while self.ask("/healthz")[0] != 200:
            assert self.site.poll() is None, self.said()
            assert time.monotonic() < until
            time.sleep(0.1)

    def start_worker(self) -> None:
        """Start the worker."""
        self.worker = self._start("worker")

    def ask(self, path: str) -> tuple[int, bytes]:
        """Status and body of an answer; status 0 where none comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            # As a proxy that ends the encryption says.
            connection.request("GET", path, headers={"X-Forwarded-Proto": "https"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def ayan(self, *words: str | Path) -> Said:
        """Run the command on this machine."""
        variables: dict[str, Any] = {"AYAN_MACHINE": str(self.folder), **self.settings}
        return self.town.ayan(*words, **variables)

    def said(self) -> str:
        """What its processes said."""
        return (self.folder / "said.log").read_text("utf-8", errors="replace")

    def kill(self, process: ForkedSite | None) -> None:
        """End a process as a power cut does; those of its own go with it."""
        assert process is not None
        process.kill()
        process.wait(PATIENCE)

    def restart_site(self) -> None:
        """Tell the site to stop, wait until it is gone, and start it again."""
        assert self.site is not None
        self.site.terminate()
        assert self.site.wait(PATIENCE) == 0
        self.start_site()

    def stop(self) -> None:
        """Leave nothing behind."""
        for process in (self.site, self.worker):
            if process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(PATIENCE)


@contextmanager
def two_machines(town: Town, settings: dict[str, str]) -> Iterator[tuple[Machine, Machine]]:
    """Both, with nothing started."""
    folders = [town.home.parent / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    first, second = (Machine(town, folder, settings) for folder in folders)
    try:
        yield first, second
    finally:
        first.stop()
        second.stop()


class Front:
    """What a proxy in front does: it asks one after the other, keeps connections, and asks another where one is gone.

    Only what may be asked twice is asked again, as `proxy_next_upstream error timeout` does.
    """

    def __init__(self, *machines: Machine | Door) -> None:
        self._ports = [machine.port for machine in machines]
        self._turn = itertools.count()
        self._kept: dict[int, http.client.HTTPConnection] = {}

    def ask(self, path: str) -> int:
        """The status of the answer; 502 where nobody could be asked."""
        first = next(self._turn)
        for number in range(len(self._ports)):
            port = self._ports[(first + number) % len(self._ports)]
            # A connection that was kept may have been closed meanwhile, and is then asked for anew.
            for _ in range(2):
                kept = self._kept.pop(port, None)
                connection = kept or http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
                try:
                    connection.request("GET", path)
                    answer = connection.getresponse()
                    answer.read()
                except (OSError, http.client.HTTPException):
                    connection.close()
                    if kept is None:
                        break
                    continue
                if answer.will_close:
                    connection.close()
                else:
                    self._kept[port] = connection
                return answer.status
        return 502

    def close(self) -> None:
        """Let go of the connections that were kept."""
        for connection in self._kept.values():
            connection.close()


class Load:
    """Readers who ask again and again through a front, while a block lasts."""

    def __init__(
        self, machines: tuple[Machine | Door, ...], paths: tuple[str, ...], readers: int, pause: float
    ) -> None:
        self._machines, self._paths, self._pause = machines, paths, pause
        self._over = threading.Event()
        self.statuses: list[int] = []
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(readers)]

    def _read(self, number: int) -> None:
        front = Front(*self._machines)
        for turn in itertools.count(number):
            if self._over.is_set():
                break
            self.statuses.append(front.ask(self._paths[turn % len(self._paths)]))
            time.sleep(self._pause)
        front.close()

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def failed(self) -> list[int]:
        """The answers that were none."""
        return [status for status in self.statuses if status != 200]


NGINX: Final = which("nginx") or which("nginx", path="/usr/sbin:/usr/local/sbin")
_CONF: Final = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    upstream ayan {{ {servers} keepalive 32; }}
    server {{
        listen 127.0.0.1:{port};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_connect_timeout 1s;
        proxy_next_upstream error timeout;
        proxy_next_upstream_timeout 10s;
        location / {{ proxy_pass http://ayan; }}
    }}
}}
"""
"""What of `deploy/nginx/ayan.conf` says who is asked, for machines without certificate."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where a front asks: nginx, as one of its machines."""

    port: int


@contextmanager
def nginx(machines: tuple[Machine, ...], folder: Path) -> Iterator[Door]:
    """A running nginx before the sites of some machines."""
    folder.mkdir()
    servers = " ".join(f"server 127.0.0.1:{machine.port} max_fails=0;" for machine in machines)
    door = Door(free_port())
    (folder / "nginx.conf").write_text(_CONF.format(folder=folder, port=door.port, servers=servers))
    process = subprocess.Popen([str(NGINX), "-p", str(folder), "-e", str(folder / "error.log"), "-c", "nginx.conf"])
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", door.port), timeout=1):
                break
            time.sleep(0.05)
        yield door
    finally:
        process.terminate()
        process.wait(PATIENCE)
