"""Ceph's object gateway of a test's own, with one monitor and one store in memory; it goes with its block."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.object_store import BUCKET, KEY, SECRET, ObjectStore
from tests.ports import free_port

PROGRAMS: Final = ("ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin", "curl")
POOLS: Final = ("control", "meta", "log", "otp", "buckets.index", "buckets.data", "buckets.non-ec")
_CONF: Final = """
[global]
fsid = {fsid}
mon host = [v1:127.0.0.1:{monitor}]
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
osd objectstore = memstore
memstore device bytes = 1073741824
osd class dir = {classes}
public addr = 127.0.0.1
ms bind ipv6 = false
run dir = {folder}
admin socket = {folder}/$name.asok
log file = {folder}/$name.log
mon data = {folder}/mon
osd data = {folder}/osd
rgw data = {folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:{gateway}
"""


@contextmanager
def rados_gateway() -> Iterator[ObjectStore]:
    """A fresh one with an empty bucket; the test is skipped, visibly, where Ceph is not on this machine."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    classes = next(Path("/usr/lib").glob("*/rados-classes"), None)
    if missing or classes is None:
        pytest.skip(f"Ceph is not on this machine ({', '.join(missing)}): install radosgw, ceph-mon and ceph-osd")
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="ayan-ceph-", dir=memory if os.access(memory, os.W_OK) else None))
    ports = {"monitor": free_port(), "gateway": free_port()}
    facts = {"fsid": uuid.uuid4(), "folder": folder, "classes": classes, **ports}
    (folder / "ceph.conf").write_text(_CONF.format(**facts), encoding="ascii")
    running: list[subprocess.Popen[bytes]] = []
    try:
        with (folder / "said.log").open("ab") as said:
            _start(folder, ports, str(facts["fsid"]), running, said)
        yield ObjectStore(Path("radosgw"), folder, {"s3.port": ports["gateway"]})
    finally:
        for process in reversed(running):
            process.kill()
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _start(
    folder: Path, ports: dict[str, int], fsid: str, running: list[subprocess.Popen[bytes]], said: IO[bytes]
) -> None:
    for name in ("mon", "osd", "rgw"):
        (folder / name).mkdir()

    def do(*words: str) -> None:
        subprocess.run(
            [words[0], "-c", "ceph.conf", *words[1:]], cwd=folder, stdout=said, stderr=said, check=True, timeout=60
        )

    def serve(*words: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [words[0], "-c", "ceph.conf", "-f", *words[1:]], cwd=folder, stdout=said, stderr=said
        )
        running.append(process)
        return process

    store = str(uuid.uuid4())
    address = f"[v1:127.0.0.1:{ports['monitor']}]"
    words = ["monmaptool", "--create", "--fsid", fsid, "--addv", "a", address, "monmap"]
    subprocess.run(words, cwd=folder, stdout=said, stderr=said, check=True, timeout=60)
    do("ceph-mon", "-i", "a", "--mkfs", "--monmap", "monmap")
    serve("ceph-mon", "-i", "a")
    do("ceph", "osd", "new", store)
    do("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", store)
    until = time.monotonic() + 60
    store_process = serve("ceph-osd", "-i", "0")
    while not _is_up(folder):
        assert time.monotonic() < until, (folder / "said.log").read_text("utf-8", errors="replace")[-2000:]
        if store_process.poll() is not None:
            # The monitor did not know of it yet.
            store_process = serve("ceph-osd", "-i", "0")
        time.sleep(0.5)
    for pool in (".rgw.root", *(f"default.rgw.{name}" for name in POOLS)):
        do("ceph", "osd", "pool", "create", pool, "1", "1", "--yes-i-really-mean-it")
    do(
        "radosgw-admin", "-n", "client.admin", "user", "create", "--uid=tests", "--display-name=tests",
        f"--access-key={KEY}", f"--secret-key={SECRET}",
    )  # fmt: skip
    serve("radosgw", "-n", "client.rgw")
    endpoint = f"http://127.0.0.1:{ports['gateway']}"
    while not _answers(endpoint):
        assert time.monotonic() < until + 60, (folder / "said.log").read_text("utf-8", errors="replace")[-2000:]
        time.sleep(0.5)
    # The client of releases makes no buckets.
    key = ["--aws-sigv4", "aws:amz:us-east-1:s3", "--user", f"{KEY}:{SECRET}"]
    subprocess.run(["curl", "-sf", *key, "-X", "PUT", f"{endpoint}/{BUCKET}"], stdout=said, check=True, timeout=60)


def _is_up(folder: Path) -> bool:
    words = ["ceph", "-c", "ceph.conf", "osd", "stat"]
    return b"1 up" in subprocess.run(words, cwd=folder, capture_output=True, check=False, timeout=60).stdout


def _answers(endpoint: str) -> bool:
    try:
        urlopen(endpoint, timeout=2).close()
    except HTTPError:
        return True
    except OSError:
        return False
    return True
