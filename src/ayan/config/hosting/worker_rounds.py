"""The worker of an installation: goes round its cities, and does for each what its pages put off.

Several processes go round at once. A city is one process's at a time, so that its work is done in order and once; and a
process stays with a city for a few pieces of work only, so that one with much to do keeps no other waiting.
"""

from __future__ import annotations

import logging
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Final

from django.db import connection, connections

from ayan.config import index_building, tasks, worker_lease
from ayan.config.database_home import claim
from ayan.config.diagnosis.gauges import city_numbers
from ayan.config.diagnosis.marks import HEARTBEAT
from ayan.config.hosting.city_hosts import HostedCity, Installation
from ayan.config.hosting.city_in_use import hosting
from ayan.config.hosting.national_site import tell, tell_fault
from ayan.config.limits import (
    MOST_TASKS_OF_ROUND,
    ROUND_SECONDS,
    TROUBLED_SECONDS,
    WORK_IDLE_SECONDS,
    WORK_LOOK_SECONDS,
)
from ayan.config.metrics import CityWorkMetrics
from ayan.core.system import trace
from ayan.core.system.files import PRIVATE_FOLDER, locked, make_folder
from ayan.core.values.refusal import Refusal
from ayan.wiring import city, ledger
from ayan.wiring.city import City

_LOG: Final = logging.getLogger(__name__)


class WorkerRounds:
    """One process of the worker, going round the cities of an installation until ``running`` says otherwise."""

    def __init__(
        self,
        installation: Installation,
        running: Callable[[], bool] = lambda: True,
        metrics: CityWorkMetrics | None = None,
    ) -> None:
        self._installation = installation
        self._running = running
        self._metrics = metrics
        self._cities: dict[HostedCity, Callable[[], City]] = {}
        self._due: dict[str, float] = {}
        self._begun: set[str] = set()
        self._turn = count()

    def run(self, *, once: bool = False) -> None:
        """Go round for as long as it may; with ``once`` until a whole round found nothing to do."""
        while self._running():
            worked = self.round()
            if once and not worked:
                return
            if not worked:
                time.sleep(WORK_IDLE_SECONDS)

    def round(self) -> bool:
        """Visit every city that is called for or has not been visited for a while; whether there was work."""
        entries = [entry for entry in self._installation.cities() if not entry.closed]
        # Each round begins elsewhere, so that nobody is always the last.
        start = next(self._turn) % max(1, len(entries))
        worked = False
        for entry in entries[start:] + entries[:start]:
            note = self._installation.note(entry)
            if not self._running() or not (note.exists() or time.monotonic() >= self._due.get(entry.code, 0.0)):
                continue
            worked = self.visit(entry, note) or worked
        return worked

    def visit(self, entry: HostedCity, note: Path) -> bool:
        """Do what there is to do for a city, some of it; whether something was done. Its faults are its own."""
        rest = WORK_LOOK_SECONDS
        try:
            with trace.for_city(entry.code), suppress(BlockingIOError), _place(entry):
                note.unlink(missing_ok=True)
                if self._worked(entry):
                    rest = 0.0
        except Exception as fault:  # noqa: BLE001 - whatever it is, the other cities are worked for
            if isinstance(fault, Refusal):
                _LOG.error("nothing is done for the city %s: %s", entry.code, fault.code)
            else:
                _LOG.exception("nothing is done for the city %s", entry.code)
            rest = TROUBLED_SECONDS
            if self._metrics is not None:
                self._metrics.visited(entry.code, {}, able=False)
        finally:
            connections.close_all()
            self._due[entry.code] = time.monotonic() + rest
        return rest == 0.0

    def _worked(self, entry: HostedCity) -> bool:
        opened = self._cities.setdefault(entry, city.of_many(entry.home, entry.own_variables()))
        try:
            current = opened()
        except (Refusal, OSError, ValueError):
            tell_fault(self._installation, entry)
            raise
        with hosting(entry, current), _only_worker(entry) as is_ours:
            if not is_ours:
                return False
            (entry.home / HEARTBEAT).touch(mode=0o600)
            claim(entry.home)
            if entry.code not in self._begun:
                tasks.forget_words()
                self._begun.add(entry.code)
            lease = worker_lease.taken()
            tasks.resume(lease)
            tasks.begin_regular()
            index_building.note_missing(current)
            with ledger.signing_while(lease.check):
                done = tasks.do_some(lease, MOST_TASKS_OF_ROUND)
            until = time.monotonic() + ROUND_SECONDS
            while time.monotonic() < until and index_building.build_next(current):
                done += 1
            if not done:
                index_building.keep_names(current)
            self._tell(entry, current)
            if self._metrics is not None:
                self._metrics.visited(entry.code, city_numbers(current), able=True)
        current.query_engine.close()
        return done > 0

    def _tell(self, entry: HostedCity, current: City) -> None:
        """What the pages over all cities tell of this one; where that fails, its own work is done all the same."""
        try:
            tell(self._installation, entry, current)
        except Exception:  # noqa: BLE001 - whatever it is, it is said there
            _LOG.exception("the city %s cannot be told of on the pages over all cities", entry.code)
            tell_fault(self._installation, entry)


@contextmanager
def _place(entry: HostedCity) -> Iterator[None]:
    """The place of the one worker of a city on this machine. Raises BlockingIOError where another process has it."""
    make_folder(entry.home / "work", mode=PRIVATE_FOLDER)
    with locked(entry.home / "work" / "worker.lock", wait=0):
        yield


@contextmanager
def _only_worker(entry: HostedCity) -> Iterator[bool]:
    """Whether the city is this process's alone, also among machines, where the database is a server's."""
    if connection.vendor != "postgresql":
        yield True
        return
    # Over a connection that nothing else closes: the lock goes with it.
    own = connection.copy(alias="worker")
    try:
        with own.cursor() as cursor:
            numbers = [worker_lease.LOCK, zlib.crc32(entry.code.encode()) - (1 << 31)]
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", numbers)
            is_ours = bool(cursor.fetchone()[0])
        yield is_ours
    finally:
        own.close()
