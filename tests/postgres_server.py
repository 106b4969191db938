"""A PostgreSQL server of a test's own, which it may stop, start late and fill; it goes with its block."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from tests.ports import free_port

USER: Final = "ayan"
QUICK: Final = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "shared_buffers=16MB")
"""A trial outlives no power cut."""


def postgres_bin() -> Path:
    """The folder of the newest server on this machine; the test is skipped, visibly, where there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not folders or not (folders[-1] / "initdb").exists():
        pytest.skip("PostgreSQL is not on this machine: install the package postgresql")
    return folders[-1]


@dataclass
class PostgresServer:
    """A server on a port of its own, which may be down; ``folder`` holds all of it."""

    binaries: Path
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    def url(self, database: str) -> str:
        """What ``DATABASE_URL`` says for one of its databases."""
        return f"postgres://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        words: list[str | Path] = [self.binaries / "postgres", "-D", self.folder / "data", "-p", str(self.port)]
        for setting in (*QUICK, "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}"):
            words += ["-c", setting]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(words, cwd=self.folder, stdout=log, stderr=log, **_as_server())
        until = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert self.process.poll() is None, (self.folder / "server.log").read_text()
                assert time.monotonic() < until
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop it at once, as a machine does that goes down; whoever is connected is cut off."""
        if self.process is not None:
            self.process.send_signal(3)  # SIGQUIT: an immediate shutdown
            self.process.wait(30)
            self.process = None

    def create(self, database: str) -> str:
        """Make an empty database; its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')
        return self.url(database)


@contextmanager
def postgres_server(*, started: bool = True) -> Iterator[PostgresServer]:
    """A fresh server that nobody else uses."""
    binaries = postgres_bin()
    # The server's user must be able to enter it, which the folder of the run forbids.
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="ayan-postgres-", dir=memory if os.access(memory, os.W_OK) else "/tmp"))
    server = PostgresServer(binaries, folder, free_port())
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        subprocess.run(
            [binaries / "initdb", "-D", folder / "data", "-U", USER, "--auth=trust", "--encoding=UTF8",
             "--locale=C.UTF-8", "--no-sync"],
            cwd=folder, check=True, stdout=subprocess.DEVNULL, **_as_server(),
        )  # fmt: skip
        if started:
            server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _as_server() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    who = pwd.getpwnam("postgres")
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": ()}
