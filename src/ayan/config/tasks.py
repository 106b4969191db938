"""The worker: does what pages put off, one piece of work after the other, and takes up again what was cut short."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks.base import DEFAULT_TASK_QUEUE_NAME
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from ayan.config import index_building, limits, metrics, task_pool, worker_bell
from ayan.config.database_home import claim
from ayan.config.diagnosis.gauges import gauges
from ayan.config.diagnosis.marks import beating
from ayan.config.limits import MOST_TRIES
from ayan.config.process_capacity import own_memory
from ayan.config.task_backend import REQUEST
from ayan.config.task_pool import TaskPool
from ayan.config.worker_bell import MAIN, Bell
from ayan.core.system import trace
from ayan.core.system.files import PRIVATE_FOLDER, locked, make_folder
from ayan.ui import contract
from ayan.wiring import city

IDLE_SECONDS: Final = 0.5
LOOK_SECONDS: Final = 60.0
# Seconds in which a process whose main worker is gone has left its place.
PLACE_SECONDS: Final = 5.0
KEPT: Final = timedelta(days=30)
PLACES: Final = "places only"
"""How what is kept of a failure begins."""
OFTEN: Final = timedelta(hours=1)
WORKER_LOCK: Final = 0x4179_616E
"""The number of the lock in a server's database that the one worker holds (the letters of «Ayan»)."""

log = logging.getLogger(__name__)


class TaskAbandoned(Exception):
    """A piece of work that was cut short too often."""


@contextmanager
def only_worker(folder: Path, patience: Callable[[float], None] = time.sleep) -> Iterator[Callable[[], None]]:
    """Hold the place of the one main worker of a city, waiting for it; it is free again however its holder ends.

    On one machine a file is the place; where the database is a server's, which other machines reach too, it holds the
    place as well. What it gives is asked now and then, and raises when the database no longer holds the place.
    """
    make_folder(folder, mode=PRIVATE_FOLDER)
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(locked(folder / "worker.lock", wait=0))
                break
            except BlockingIOError:
                patience(IDLE_SECONDS)
        yield _held_in_database(stack, patience) if connection.vendor == "postgresql" else lambda: None


def _held_in_database(stack: ExitStack, patience: Callable[[float], None]) -> Callable[[], None]:
    """Take the lock of the one worker in the database, over a connection that nothing else closes."""
    own = connection.copy(alias="worker")
    stack.callback(own.close)

    def ask(question: str) -> bool:
        with own.cursor() as cursor:
            cursor.execute(question, [WORKER_LOCK])
            return bool(cursor.fetchone()[0])

    waited = False
    while not ask("SELECT pg_try_advisory_lock(%s)"):
        if not waited:
            log.warning("another worker holds this database: a second machine, or a copy of this city's folder?")
            waited = True
        patience(IDLE_SECONDS)

    def still() -> None:
        # The lock went with the connection, if that is gone.
        ask("SELECT %s IS NOT NULL")

    return still


def run(folder: Path, *, once: bool = False) -> None:
    """Work until told to stop by SIGTERM or SIGINT; with ``once`` until nothing is left to do, all of it here."""
    # Before the wait for another worker of the same database, which would never end for a second city, and after it.
    claim(folder.parent)
    with only_worker(folder) as still, beating(settings.HOME), ExitStack() as stack:
        claim(folder.parent)
        stack.callback(metrics.serve(gauges))
        if once:
            _run_once(folder)
            return

        def begin() -> None:
            still()
            begin_regular()
            index_building.note_missing(city.current())

        forget_words()
        resume(but={each.name for each in task_pool.lanes(settings.FILES_AT_ONCE)})
        with TaskPool(folder), worker_bell.hung(folder, MAIN) as bell:
            _work(MAIN, [DEFAULT_TASK_QUEUE_NAME], bell, begin=begin, between=_derive)


def run_lane(folder: Path, name: str) -> None:
    """Work at the queue of one place of the pool; leave after a while without work, or where another has the place."""
    place = task_pool.lane(name)
    with suppress(BlockingIOError), place.held(folder, wait=PLACE_SECONDS), worker_bell.hung(folder, name) as bell:
        resume({name})
        _work(name, [place.queue], bell, leave_after=None if place.stays else limits.IDLE_SECONDS)


def _run_once(folder: Path) -> None:
    with ExitStack() as stack:
        # Whoever was left behind by a worker that was killed leaves within a second.
        for place in task_pool.lanes(limits.MOST_FILES_AT_ONCE):
            stack.enter_context(place.held(folder, wait=PLACE_SECONDS))
        forget_words()
        resume()
        begin_regular()
        index_building.note_missing(city.current())
        _worker(MAIN, ["*"]).run()
        while _build_index():
            pass


def _build_index() -> bool:
    """Build one index file that is missing: one at a time, so that what officers wait for comes between two of them."""
    return index_building.build_next(city.current())


def _derive() -> None:
    """Make one of the files that only make answers quicker."""
    if not _build_index():
        index_building.keep_names(city.current())


def _work(
    name: str,
    queues: list[str],
    bell: Bell,
    begin: Callable[[], None] | None = None,
    between: Callable[[], object] | None = None,
    leave_after: float | None = None,
) -> None:
    """Do what is in the queues until told to stop; ``begin`` is called every minute, ``between`` after every look."""
    worker = _worker(name, queues)
    worker.configure_signals()
    looked, busy = 0.0, time.monotonic()
    while worker.running:
        if begin is not None and (time.monotonic() - looked > LOOK_SECONDS or not looked):
            looked = time.monotonic()
            begin()
        before = worker._run_tasks
        worker.run()
        if worker._run_tasks > before:
            busy = time.monotonic()
        elif leave_after is not None and time.monotonic() - busy > leave_after:
            return
        if between is not None:
            between()
        make_room()
        close_old_connections()
        bell.wait(IDLE_SECONDS)


class _Discreet(Worker):
    """A worker that keeps of a failure what it was and where, never its words: those may hold what stood in a cell."""

    def run_task(self, db_task_result: DBTaskResult[..., Any]) -> None:
        db_task_result.set_failed = lambda wrong: keep_failure(db_task_result, wrong)
        with trace.traced(db_task_result.args_kwargs.get(REQUEST, "")):
            super().run_task(db_task_result)


def keep_failure(result: DBTaskResult[..., Any], wrong: BaseException) -> None:
    """Write down that a piece of work failed: the kinds of the faults, and the places in the program."""
    result.status, result.finished_at, result.return_value = TaskResultStatus.FAILED, timezone.now(), None
    result.exception_class_path = trace.kind_of(wrong)
    result.traceback = "\n".join([PLACES, *trace.places_of(wrong)])
    result.save(update_fields=["status", "return_value", "finished_at", "exception_class_path", "traceback"])


def do_some(most: int) -> int:
    """Do up to so many pieces of work of all queues, here and now; how many there were."""
    worker = _worker(MAIN, ["*"], most)
    worker.run()
    return int(worker._run_tasks)


def _worker(name: str, queues: list[str], most: int | None = None) -> Worker:
    return _Discreet(
        queue_names=queues,
        interval=IDLE_SECONDS,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=most,
        # The name says whose work it was, for whoever finds it begun and not ended.
        worker_id=f"{name}.{get_random_string(24)}",
        excluded_queue_names=[],
    )


def forget_words() -> None:
    """Forget the words of failures that an earlier version kept."""
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).exclude(traceback__startswith=PLACES)
    failed.update(traceback=PLACES)


def resume(names: set[str] | None = None, *, but: set[str] | None = None) -> None:
    """Put back what processes of these names (all but these) had begun; to be called by whoever has their places."""
    with transaction.atomic():
        for result in task_pool.left_by(names, but=but).select_for_update():
            if len(result.worker_ids) >= MOST_TRIES:
                keep_failure(result, TaskAbandoned(f"cut short {MOST_TRIES} times"))
            else:
                result.status = TaskResultStatus.READY
                result.save(update_fields=["status"])


def regular() -> Iterator[tuple[Any, timedelta]]:
    """What the apps in use want done again and again: a task, and how long it may rest."""
    for app in contract.installed_apps():
        for declared in app.regular_tasks():
            yield declared.task, declared.rest


def begin_regular() -> None:
    """Put into the queue what is due again, and forget what was done long ago."""
    now = timezone.now()
    often = list(regular())
    for task, rest in often:
        if not DBTaskResult.objects.filter(task_path=task.module_path, enqueued_at__gt=now - rest).exists():
            task.enqueue()
    DBTaskResult.objects.filter(finished_at__lt=now - KEPT).delete()
    # What is done every minute would be most of the table.
    paths = [task.module_path for task, rest in often if rest < OFTEN]
    DBTaskResult.objects.filter(task_path__in=paths, finished_at__lt=now - OFTEN).delete()


def make_room() -> None:
    """Begin anew in this very process when the work left it larger than it may be."""
    if own_memory() > settings.TASK_MEMORY_MB << 20:
        log.info("beginning anew to give memory back")
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - the very command that was given


def leave_with(parent: int) -> None:
    """Stop as soon as the process that started this one is gone, however it ended."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        # At any moment: what is under way is taken up again by the next worker.
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
