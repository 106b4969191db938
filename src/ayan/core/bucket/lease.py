"""Leases between machines: an object that one process at a time holds, by compare-and-set and without any clock."""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.bucket.bucket import Bucket, StoredObject
from ayan.core.bucket.bucket_fault import BucketFault, Moved
from ayan.core.bucket.limits import LEASE_LOOK, LEASE_SECONDS

_FREE: Final = "free"
# What becomes of a start time in /proc/PID/stat, behind the name in parentheses.
_STARTED: Final = 19


@dataclass(frozen=True, slots=True)
class LeaseGrant:
    """How a lease was come by: ``taken_over`` from somebody who no longer says anything, and may yet wake up."""

    taken_over: bool


@contextmanager
def lease(
    bucket: Bucket, key: str, *, wait: float | None = None, seconds: float = LEASE_SECONDS
) -> Iterator[LeaseGrant]:
    """Keep every other process that asks for the same lease waiting, on any machine, while the block runs.

    The holder renews it; whoever sees it unchanged for ``seconds`` by a clock of its own, or knows that its holder on
    the same machine is gone, takes it over. A holder that was paused meanwhile is not stopped by that: what it does
    must be refused by a compare-and-set of its own, on something that ``taken_over`` says must be moved first. Raises
    BlockingIOError when somebody else still holds it after ``wait`` seconds; None waits for as long as it takes.
    """
    me, until = _Holder.of_this_process(), None if wait is None else time.monotonic() + wait
    tag, taken_over = _taken(bucket, key, me, until, seconds)
    renewal = _Renewal(bucket, key, me, tag, seconds)
    renewal.start()
    try:
        yield LeaseGrant(taken_over)
    finally:
        renewal.end()
        # Should the answer be that it was lost, it is somebody else's; should there be none, it runs out by itself.
        with suppress(Moved, BucketFault):
            bucket.replace(key, _text(me, _FREE), renewal.tag)


def _taken(bucket: Bucket, key: str, me: _Holder, until: float | None, seconds: float) -> tuple[str, bool]:
    seen, since = "", time.monotonic()
    while True:
        standing = bucket.get(key)
        with suppress(Moved):
            if standing is None:
                return bucket.create(key, _text(me, "held")), False
            if standing.tag != seen:
                seen, since = standing.tag, time.monotonic()
            free = _is_free(standing)
            if free or _is_gone(standing, me) or time.monotonic() - since >= seconds:
                return bucket.replace(key, _text(me, "held"), standing.tag), not free
        if until is not None and time.monotonic() >= until:
            raise BlockingIOError(f"{key} is held by somebody else")
        time.sleep(LEASE_LOOK)


class _Renewal(threading.Thread):
    """Shows that the holder lives, several times within the time after which it counts as gone."""

    def __init__(self, bucket: Bucket, key: str, me: _Holder, tag: str, seconds: float) -> None:
        super().__init__(name=f"lease {key}", daemon=True)
        self.tag = tag
        self._bucket, self._key, self._me, self._seconds = bucket, key, me, seconds
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(self._seconds / 4):
            try:
                self.tag = self._bucket.replace(self._key, _text(self._me, "held"), self.tag)
            except Moved:
                return
            except BucketFault:
                # Asked again soon; whether it was lost meanwhile is told by whatever the holder does.
                continue

    def end(self) -> None:
        """Renew no more."""
        self._over.set()
        self.join()


# --- who holds it -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Holder:
    """A process: ``machine`` differs between machines, restarts of one, and containers with processes of their own."""

    machine: str
    process: int
    started: str

    @classmethod
    def of_this_process(cls) -> _Holder:
        return cls(_machine(), os.getpid(), _start(os.getpid()) or "")


def _text(me: _Holder, state: str) -> bytes:
    """Never the same twice, so that whoever wrote it knows it again, and whoever looks sees that it was renewed."""
    facts = {"state": state, "machine": me.machine, "process": me.process, "started": me.started}
    return json.dumps(facts | {"word": secrets.token_hex(16)}).encode()


def _facts(standing: StoredObject) -> dict[str, object]:
    try:
        facts = json.loads(standing.data)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _is_free(standing: StoredObject) -> bool:
    return _facts(standing).get("state") == _FREE


def _is_gone(standing: StoredObject, me: _Holder) -> bool:
    """Whether the holder was a process of this machine that is there no longer; nothing is known of other machines."""
    facts = _facts(standing)
    process = facts.get("process")
    if facts.get("machine") != me.machine or not me.machine or not isinstance(process, int):
        return False
    return _start(process) != facts.get("started")


def _machine() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _start(process: int) -> str | None:
    """When a process of this machine was started, in ticks; None where there is none, or it waits to be buried."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split()
    except OSError:
        return None
    return None if fields[:1] == ["Z"] else fields[_STARTED]
