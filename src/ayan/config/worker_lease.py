"""The place of the city's one worker: who holds it, by a number that grows, and who may come next.

On one machine a lock of a file is the place. Where the database is a server's, which other machines reach too, an
advisory lock of it is the place as well, and the holder is heard every few seconds by the database's own clock: a
machine that is gone, whose connection nobody has closed, keeps the place for `SILENT_SECONDS` and not for hours.
Whoever takes over ends every session of the one before, so that nothing of it can come true afterwards; and a holder
that finds itself unheard begins anew at once, whatever it was doing.

The city's folder says whose turn it was as well (`MARK`): a worker with a copy of the folder never takes over.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from ayan.apps.desk.models import WorkerLease
from ayan.config.database_home import OtherHome
from ayan.config.limits import BEAT_SECONDS, LEASE_POLL_SECONDS, MOST_BEATS_BEHIND, SILENT_SECONDS, UNHEARD_SECONDS
from ayan.core.system.files import PRIVATE, make_folder, write

LOCK: Final = 0x4179_616E
"""The number of the lock in a server's database that the one worker holds (the letters of «Ayan»)."""
MARK: Final = Path("work", "worker.place")
"""The file, in the city's folder, that says whose turn it is: the lease's number, and how often it was heard."""
# Both ends of the connection notice a cut line within half a minute; by themselves they would take two hours.
_KEEPALIVE: Final = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}

log = logging.getLogger(__name__)


class PlaceLost(Exception):
    """Another worker has taken the place: whatever this one had begun is the other's."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work, under a number that no earlier holder had."""

    number: int

    def is_current(self) -> bool:
        """Whether nobody has taken over since; one question to the database."""
        return WorkerLease.objects.filter(pk=1, number=self.number).exists()

    def check(self) -> None:
        """Raise PlaceLost where somebody has."""
        if not self.is_current():
            raise PlaceLost

    def insist(self) -> None:
        """Begin this process anew where somebody has: in the midst of an act nobody is left to tell."""
        if not self.is_current():
            begin_anew()


def process_name(pid: int) -> str:
    """What names a process for good, also after it has begun anew in place: its machine, that one's start, its own."""
    boot = began = ""
    with suppress(OSError, IndexError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii")[:8]
        began = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rpartition(")")[2].split()[19]
    return f"{socket.gethostname()[:60]}:{boot}:{pid}:{began}"


def session_name(owner: str) -> str:
    """The name under which the sessions of a worker and its processes stand in a server's database."""
    return f"ayan-worker-{sha256(owner.encode()).hexdigest()[:24]}"


def name_sessions(owner: str) -> None:
    """Let every connection of this process to a server's database bear the worker's name, so that all can be ended."""
    if connection.vendor == "postgresql":
        connections.settings["default"].setdefault("OPTIONS", {})["application_name"] = session_name(owner)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('application_name', %s, false)", [session_name(owner)])


@contextmanager
def held(home: Path, waiting: Callable[[], None], *, lost: Callable[[], None] | None = None) -> Iterator[Lease]:
    """Hold the place in the database while the block lasts; for whoever has the machine's own place already.

    ``waiting`` is called again and again until the place can be had, ``lost``, in another thread, as soon as it can no
    longer be said to be held: without it this process begins anew in place. Raises OtherHome where the folder ``home``
    is not the one that the last worker worked in.
    """
    owner = process_name(os.getpid())
    if connection.vendor != "postgresql":
        yield taken()
        return
    own = connection.copy(alias="worker")
    # Heard from another thread, and never by two at once.
    own.inc_thread_sharing()
    own.settings_dict["OPTIONS"] = {**own.settings_dict.get("OPTIONS", {}), **_KEEPALIVE}
    try:
        _wait(own, waiting)
        lease = _take(own, home, owner)
        with _Heart(own, home, lease, lost or begin_anew):
            yield lease
    finally:
        own.close()


def taken() -> Lease:
    """Take the place for a while, where a lock of the caller's own keeps everybody else away meanwhile."""
    with transaction.atomic():
        return _next(WorkerLease.objects.select_for_update().get_or_create(pk=1)[0], process_name(os.getpid()))


def begin_anew() -> None:
    """Put this very process, with whatever it is doing, back to its beginning."""
    log.error("this worker cannot be sure of its place any more and begins anew")
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - the very command that was given


# --- on a server ------------------------------------------------------------------------------------------------------


def _ask(own: BaseDatabaseWrapper, question: str, given: list[Any] | None = None) -> Any:
    with own.cursor() as cursor:
        cursor.execute(question, given)
        return cursor.fetchone() if cursor.description else cursor.rowcount


def _wait(own: BaseDatabaseWrapper, waiting: Callable[[], None]) -> None:
    said = False
    while not _ask(own, "SELECT pg_try_advisory_lock(%s)", [LOCK])[0]:
        if not said:
            log.warning("another worker holds this database and works; this one is ready to take its place")
            said = True
        silent = "SELECT owner FROM desk_workerlease WHERE heard_at < clock_timestamp() - make_interval(secs => %s)"
        if (row := _ask(own, silent, [SILENT_SECONDS])) is not None:
            log.warning("the worker that holds this database is silent, and loses its place")
            _end_sessions(own, row[0])
            _ask(own, _END_HOLDER, [LOCK >> 32, LOCK & 0xFFFF_FFFF])
        waiting()


_END_HOLDER: Final = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND classid = %s AND objid = %s AND objsubid = 1"
)


def _end_sessions(own: BaseDatabaseWrapper, owner: str) -> None:
    """End whatever an earlier holder still has open in the database, with what it has not brought to its end."""
    _ask(
        own,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE application_name = %s AND datname = current_database() AND pid <> pg_backend_pid()",
        [session_name(owner)],
    )


def _take(own: BaseDatabaseWrapper, home: Path, owner: str) -> Lease:
    """Become the holder, with the lock held. Raises OtherHome."""
    _ask(own, "INSERT INTO desk_workerlease VALUES (1, 0, '', '', 0, NULL, NULL) ON CONFLICT DO NOTHING")
    question = "SELECT number, owner, beat FROM desk_workerlease WHERE id = 1"
    number, before, beat = _ask(own, question)
    if before == owner:
        # It has only begun anew, and none of its processes has.
        _ask(own, "UPDATE desk_workerlease SET heard_at = clock_timestamp() WHERE id = 1")
        return Lease(number)
    if before:
        if not is_folder_of(home, number, beat):
            raise OtherHome
        _end_sessions(own, before)
    # First the file: whoever is cut short between the two is still known.
    _write_mark(home, number + 1, 0)
    _ask(
        own,
        "UPDATE desk_workerlease SET number = %s, owner = %s, machine = %s, beat = 0, "
        "taken_at = clock_timestamp(), heard_at = clock_timestamp() WHERE id = 1",
        [number + 1, owner, socket.gethostname()],
    )
    return Lease(number + 1)


def _next(row: WorkerLease, owner: str) -> Lease:
    if row.owner != owner:
        row.number, row.owner, row.machine, row.beat = row.number + 1, owner, socket.gethostname(), 0
        row.taken_at = row.heard_at = timezone.now()
        row.save()
    return Lease(row.number)


def is_folder_of(home: Path, number: int, beat: int) -> bool:
    """Whether the worker of a lease's number, heard so often, works in this very folder and not in a copy of it."""
    try:
        known, heard = map(int, json.loads((home / MARK).read_bytes()))
    except (OSError, ValueError, TypeError):
        return False
    return known == number + 1 or (known == number and heard >= beat - MOST_BEATS_BEHIND)


def _write_mark(home: Path, number: int, beat: int) -> None:
    make_folder((home / MARK).parent)
    write(home / MARK, json.dumps([number, beat]).encode(), mode=PRIVATE, durable=False)


class _Heart:
    """Lets the holder be heard while a block lasts, and calls ``lost`` when it cannot be any more."""

    def __init__(self, own: BaseDatabaseWrapper, home: Path, lease: Lease, lost: Callable[[], None]) -> None:
        self._own, self._home, self._lease, self._lost = own, home, lease, lost
        self._over = threading.Event()
        self._heard = time.monotonic()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._beat, self._watch)]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(UNHEARD_SECONDS)

    def _beat(self) -> None:
        question = (
            "UPDATE desk_workerlease SET beat = beat + 1, heard_at = clock_timestamp() "
            "WHERE id = 1 AND number = %s RETURNING beat"
        )
        while not self._over.wait(BEAT_SECONDS):
            try:
                # The lock is held by this very connection, so who is heard over it holds the place.
                row = _ask(self._own, question, [self._lease.number])
            except DatabaseError:
                row = None
            if row is None:
                self._lose()
                return
            self._heard = time.monotonic()
            # A full disk ends nobody; that others cannot tell this folder from a copy then is told when they ask.
            with suppress(OSError):
                _write_mark(self._home, self._lease.number, row[0])

    def _watch(self) -> None:
        # A question to a server that is gone may wait for long, and so may a machine that was put to sleep.
        while not self._over.wait(LEASE_POLL_SECONDS):
            if time.monotonic() - self._heard > UNHEARD_SECONDS:
                self._lose()
                return

    def _lose(self) -> None:
        if not self._over.is_set():
            self._over.set()
            self._lost()
