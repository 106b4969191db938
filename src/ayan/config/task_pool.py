"""The processes beside the main worker: some for files, one for pulls and one for letters, begun as there is work."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.db.models import Min, QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from ayan.config.limits import LONGEST_PAUSE, MOST_FILES_AT_ONCE, POOL_LOOK_SECONDS, POOL_STOP_SECONDS, WAITED_SECONDS
from ayan.config.worker_lease import Lease
from ayan.core.system.files import locked
from ayan.ui.contract import FILES_QUEUE, MAIL_QUEUE, PULLS_QUEUE

LASTED: Final = 10.0
"""Seconds after which a process counts as one that ran, so that the next is not kept waiting."""
FIRST_WAIT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Lane:
    """One place of the pool: the queue it works at and its number there; the first for files stays for good."""

    queue: str
    number: int

    @property
    def name(self) -> str:
        """How commands, locks and the queue's own records call it."""
        return f"{self.queue}-{self.number}"

    @property
    def stays(self) -> bool:
        """Whether its process waits for work; that of others begins when there is some and leaves after a while."""
        return self.queue == FILES_QUEUE and self.number == 0

    @contextmanager
    def held(self, folder: Path, *, wait: float) -> Iterator[None]:
        """Have the place for this process alone. Raises BlockingIOError when another has it after ``wait`` seconds."""
        with locked(folder / f"worker-{self.name}.lock", wait=wait):
            yield


def lanes(files: int) -> list[Lane]:
    """The places of a pool that reads so many files at once."""
    return [*(Lane(FILES_QUEUE, number) for number in range(files)), Lane(PULLS_QUEUE, 0), Lane(MAIL_QUEUE, 0)]


def lane(name: str) -> Lane:
    """The place called so; KeyError where there is none."""
    return {each.name: each for each in lanes(MOST_FILES_AT_ONCE)}[name]


def left_by(
    lease: Lease, names: set[str] | None = None, *, but: set[str] | None = None
) -> QuerySet[DBTaskResult[..., Any]]:
    """What was begun under earlier leases and has not ended, and of this one what processes of these names (all but
    these) have."""
    begun = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    theirs = [
        key
        for key, ids in begun.values_list("pk", "worker_ids")
        if lease_of(ids) != lease.number
        or ((names is None or name_of(ids) in names) and (but is None or name_of(ids) not in but))
    ]
    return begun.filter(pk__in=theirs)


def name_of(worker_ids: list[str]) -> str:
    """The name of the process that began a piece of work last; empty for one of an earlier version."""
    return worker_ids[-1].partition(".")[0] if worker_ids and "." in worker_ids[-1] else ""


def lease_of(worker_ids: list[str]) -> int | None:
    """The number of the lease under which a piece of work was begun last; None for one of an earlier version."""
    parts = worker_ids[-1].split(".") if worker_ids else []
    return int(parts[1]) if len(parts) == 3 and parts[1].isdecimal() else None


class TaskPool(threading.Thread):
    """Keeps the processes of a city's pool: begins those that are wanted, and again those that ended too early.

    To be used in a ``with`` block by the one main worker. A process notices by itself when the main worker is gone.
    """

    def __init__(self, folder: Path, lease: Lease) -> None:
        super().__init__(name="task pool", daemon=True)
        self._lease = lease
        self._folder = folder
        self._over = threading.Event()
        self._begun: dict[Lane, _Begun] = {}

    def __enter__(self) -> TaskPool:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()
        processes = [begun.process for begun in self._begun.values() if begun.process.poll() is None]
        for process in processes:
            process.terminate()
        until = time.monotonic() + POOL_STOP_SECONDS
        for process in processes:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                # What is cut short is taken up again at the next start.
                process.kill()
                process.wait()

    def run(self) -> None:
        while not self._over.wait(POOL_LOOK_SECONDS):
            # A database that is away is for the worker to tell of.
            with suppress(DatabaseError):
                close_old_connections()
                wanted = _wanted()
                for place in lanes(settings.FILES_AT_ONCE):
                    if not self._lives(place) and (place.stays or place in wanted):
                        self._begin(place)
        close_old_connections()

    def _lives(self, place: Lane) -> bool:
        begun = self._begun.get(place)
        if begun is not None:
            return begun.process.poll() is None
        # This process may have begun anew and not know its children any more.
        try:
            with place.held(self._folder, wait=0):
                return False
        except BlockingIOError:
            return True

    def _begin(self, place: Lane) -> None:
        before, now = self._begun.get(place), time.monotonic()
        wait = 0.0
        if before is not None and before.process.returncode:
            wait = FIRST_WAIT if now - before.at > LASTED + before.wait else min(LONGEST_PAUSE, 2 * before.wait + 1)
            if now < before.at + wait:
                return
        words = [sys.executable, "-m", "ayan.cli.main", "worker", "--parent", str(os.getpid())]
        words += ["--lane", place.name, "--lease", str(self._lease.number)]
        self._begun[place] = _Begun(subprocess.Popen(words, start_new_session=True), now, wait)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A process, when it began, and how long it was waited for before that."""

    process: subprocess.Popen[bytes]
    at: float
    wait: float


def _wanted() -> set[Lane]:
    """The places whose work has waited for a while, so that whoever else works at it is busy; or was left undone.

    It is asked twice a second for as long as the city is served: two questions for all places.
    """
    ready = dict(DBTaskResult.objects.ready().order_by().values_list("queue_name").annotate(Min("enqueued_at")))
    begun = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).values_list("worker_ids", flat=True)
    left = {name_of(ids) for ids in begun}
    latest = timezone.now() - timedelta(seconds=WAITED_SECONDS)
    return {
        place
        for place in lanes(MOST_FILES_AT_ONCE)
        if place.name in left or (place.queue in ready and (place.queue != FILES_QUEUE or ready[place.queue] <= latest))
    }
