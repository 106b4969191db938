"""Whether the process lives and whether it is ready: answered before host names are looked at, outside every queue."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

import duckdb
import orjson
from django.db import connection

from ayan.config.drain import Drain
from ayan.config.limits import DATABASE_SECONDS, READY_SECONDS
from ayan.config.wsgi_types import Environ, StartResponse
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.ledger.refusal import LedgerError
from ayan.core.store.objects import StoreError
from ayan.core.store.release_store import ReleaseStore
from ayan.wiring import city

faults = logging.getLogger(__name__)
# What may stand in the way of reading a store or a log: a disk that is gone, a file that is damaged.
FAULTS: Final = (StoreError, BucketFault, LedgerError, OSError, ValueError, KeyError, duckdb.Error)
OK: Final = "ok"


def healthz(environ: Environ, start: StartResponse) -> list[bytes]:
    """Alive: the process answers. It says nothing about data, so that a load balancer may ask every second."""
    return _answer(environ, start, "200 OK", b"ok\n", "text/plain")


def store() -> str:
    """``unreadable`` where no dataset's releases can be listed: one that is damaged is set aside, and others answer."""
    releases = city.current().release_store
    try:
        slugs = releases.datasets()
    except FAULTS:
        return "unreadable"
    return OK if not slugs or any(_is_readable(releases, slug) for slug in slugs) else "unreadable"


def _is_readable(releases: ReleaseStore, slug: str) -> bool:
    try:
        releases.snapshot(slug)
    except FAULTS:
        return False
    return True


def log() -> str:
    """``unreadable`` where the log of public acts has no checkpoint that holds; a city may have none yet."""
    try:
        entries = city.current().log
        if entries is not None:
            entries.root()
    except FAULTS:
        return "unreadable"
    return OK


def index() -> str:
    """``being built: …`` with the datasets that are answered from their releases meanwhile, which takes longer."""
    current_city = city.current()
    try:
        missing = current_city.unindexed()
    except FAULTS:
        return "unreadable"
    return f"being built: {', '.join(missing)}" if missing else OK


def database() -> str:
    """``warning`` while the database does not answer: no public page needs it, and no officer can work without it."""
    replies: list[str] = []

    def ask() -> None:
        try:
            connection.ensure_connection()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            replies.append(OK)
        except Exception as fault:  # noqa: BLE001 - whatever it is, officers cannot work and readers can
            faults.debug("the database does not answer: %s", type(fault).__name__)
        finally:
            connection.close()

    # In a thread of its own, whose connection it is too: a server that is gone may keep silent for minutes.
    thread = threading.Thread(target=ask, name="database", daemon=True)
    thread.start()
    thread.join(DATABASE_SECONDS)
    return OK if replies else "warning"


CHECKS: Final[Mapping[str, Callable[[], str]]] = {"store": store, "log": log, "index": index, "database": database}
"""What readiness means, by the name under which the answer tells of it."""


class Readiness:
    """The answer to ``/readyz``: 200 while everything that the public side needs is there, else 503.

    A JSON object that says of each check ``ok`` or what is wrong, without any path or fault's words. The database alone
    makes nobody turn away: the public side does without it. What it saw is believed for `READY_SECONDS`; that the
    process leaves (``drain``) is said at once.
    """

    def __init__(self, checks: Mapping[str, Callable[[], str]] = CHECKS, drain: Drain | None = None) -> None:
        self._drain = drain or Drain()
        self._checks = checks
        self._lock = threading.Lock()
        self._known: tuple[float, dict[str, str]] | None = None

    def __call__(self, environ: Environ, start: StartResponse) -> list[bytes]:
        """The answer of WSGI."""
        states = {"process": "leaving"} if self._drain.is_on else self._looked()
        ready = all(state in (OK, "warning") for state in states.values())
        body = orjson.dumps({"ready": ready, **states}, option=orjson.OPT_APPEND_NEWLINE)
        status = "200 OK" if ready else "503 Service Unavailable"
        return _answer(environ, start, status, body, "application/json")

    def _looked(self) -> dict[str, str]:
        with self._lock:
            if self._known is None or time.monotonic() - self._known[0] > READY_SECONDS:
                states = {name: check() for name, check in self._checks.items()}
                self._known = time.monotonic(), states
            return self._known[1]


def _answer(environ: Environ, start: StartResponse, status: str, body: bytes, kind: str) -> list[bytes]:
    start(
        status,
        [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ],
    )
    return [body] if environ["REQUEST_METHOD"] != "HEAD" else []
