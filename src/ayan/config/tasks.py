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
from django.db import close_old_connections, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks.base import DEFAULT_TASK_QUEUE_NAME
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from ayan.config import index_building, limits, metrics, task_pool, worker_bell, worker_lease
from ayan.config.database_home import claim
from ayan.config.diagnosis.gauges import gauges
from ayan.config.diagnosis.marks import beating
from ayan.config.limits import (
    FREQUENT_TASKS_KEPT,
    MOST_TRIES,
    PLACE_SECONDS,
    TASKS_KEPT,
    WORK_IDLE_SECONDS,
    WORK_LOOK_SECONDS,
)
from ayan.config.process_capacity import own_memory
from ayan.config.task_backend import REQUEST
from ayan.config.task_pool import TaskPool
from ayan.config.worker_bell import MAIN, Bell
from ayan.config.worker_lease import Lease, PlaceLost
from ayan.core.system import trace
from ayan.core.system.files import PRIVATE_FOLDER, locked, make_folder
from ayan.ui import contract
from ayan.wiring import city, ledger
from ayan.wiring.document_words import follow_documents

PLACES: Final = "places only"
"""How what is kept of a failure begins."""

log = logging.getLogger(__name__)


class TaskAbandoned(Exception):
    """A piece of work that was cut short too often."""


@contextmanager
def only_worker(
    home: Path, folder: Path, waiting: Callable[[], None] = lambda: time.sleep(WORK_IDLE_SECONDS)
) -> Iterator[Lease]:
    """Hold the place of the one main worker of a city, waiting for it; it is free again however its holder ends.

    On one machine a file in its ``folder`` is the place; where the database is a server's, which other machines reach
    too, it holds the place as well (`ayan.config.worker_lease`). Meanwhile ``waiting`` is called again and again.
    """
    make_folder(folder, mode=PRIVATE_FOLDER)
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(locked(folder / "worker.lock", wait=0))
                break
            except BlockingIOError:
                waiting()
        yield stack.enter_context(worker_lease.held(home, waiting))


def run(home: Path, folder: Path, *, once: bool = False) -> None:
    """Work until told to stop by SIGTERM or SIGINT; with ``once`` until nothing is left to do, all of it here.

    ``home`` is the city's folder and ``folder`` the one in which this machine's processes know of each other. Raises
    PlaceLost where another worker has taken over.
    """
    worker_lease.name_sessions(worker_lease.process_name(os.getpid()))
    # Before the wait for another worker of the same database, which would never end for a second city, and after it.
    claim(home)
    with beating(folder), ExitStack() as stack:
        own = OwnIndexWork(shared=home == settings.MACHINE)
        lease = stack.enter_context(only_worker(home, folder, waiting=own.wait))
        stack.enter_context(ledger.signing_while(lease.insist))
        claim(home)
        stack.callback(metrics.serve(gauges))
        if once:
            _run_once(folder, lease)
            return

        def begin() -> None:
            lease.check()
            resume(lease, set())
            begin_regular()
            index_building.note_missing(city.current())

        forget_words()
        resume(lease, but={each.name for each in task_pool.lanes(settings.FILES_AT_ONCE)})
        with TaskPool(folder, lease), worker_bell.hung(folder, MAIN) as bell:
            _work(MAIN, lease, [DEFAULT_TASK_QUEUE_NAME], bell, begin=begin, between=own.derive)


class OwnIndexWork:
    """What a worker does for the index files: of its city, or where they are its machine's own, of that.

    The latter also while it waits for its place, for other machines publish and take away as this one does.
    """

    def __init__(self, *, shared: bool) -> None:
        self._shared = shared
        self._follower = index_building.StoreFollower()

    def wait(self) -> None:
        """Do one piece of it, or wait a moment."""
        if self._shared or not self._follower.follow(city.current()):
            time.sleep(WORK_IDLE_SECONDS)

    def derive(self) -> None:
        """Make one of the files that only make answers quicker."""
        if not self._shared:
            self._follower.follow(city.current())
        elif not _build_index():
            index_building.keep_names(city.current())
            self._follower.follow_documents(city.current(), city.current().release_store.mark())


def run_lane(folder: Path, name: str, lease: Lease, parent: int) -> None:
    """Work at the queue of one place of the pool; leave after a while without work, or where another has the place.

    It works under the ``lease`` of the main worker, which is the process ``parent``, and leaves with it.
    """
    worker_lease.name_sessions(worker_lease.process_name(parent))
    place = task_pool.lane(name)
    with suppress(BlockingIOError), place.held(folder, wait=PLACE_SECONDS), worker_bell.hung(folder, name) as bell:
        lease.check()
        resume(lease, {name})
        _work(name, lease, [place.queue], bell, leave_after=None if place.stays else limits.IDLE_SECONDS)


def _run_once(folder: Path, lease: Lease) -> None:
    with ExitStack() as stack:
        # Whoever was left behind by a worker that was killed leaves within a second.
        for place in task_pool.lanes(limits.MOST_FILES_AT_ONCE):
            stack.enter_context(place.held(folder, wait=PLACE_SECONDS))
        forget_words()
        resume(lease)
        begin_regular()
        index_building.note_missing(city.current())
        _worker(MAIN, lease, ["*"]).run()
        while _build_index():
            pass
        follow_documents(city.current())


def _build_index() -> bool:
    """Build one index file that is missing: one at a time, so that what officers wait for comes between two of them."""
    return index_building.build_next(city.current())


def _work(
    name: str,
    lease: Lease,
    queues: list[str],
    bell: Bell,
    begin: Callable[[], None] | None = None,
    between: Callable[[], object] | None = None,
    leave_after: float | None = None,
) -> None:
    """Do what is in the queues until told to stop; ``begin`` is called every minute, ``between`` after every look."""
    worker = _worker(name, lease, queues)
    worker.configure_signals()
    looked, busy = 0.0, time.monotonic()
    while worker.running:
        if begin is not None and (time.monotonic() - looked > WORK_LOOK_SECONDS or not looked):
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
        bell.wait(WORK_IDLE_SECONDS)


class _Discreet(Worker):
    """A worker that keeps of a failure what it was and where, never its words: those may hold what stood in a cell.

    What it has begun is its own only as long as its lease holds, and only then does it write down how that ended.
    """

    lease: Lease

    def run_task(self, db_task_result: DBTaskResult[..., Any]) -> None:
        if not self.lease.is_current():
            # Whoever has the place now has looked for what was left before this was begun.
            _write(db_task_result, status=TaskResultStatus.READY, worker_ids=db_task_result.worker_ids[:-1])
            raise PlaceLost
        db_task_result.set_failed = lambda wrong: keep_failure(db_task_result, wrong)
        db_task_result.set_successful = lambda value: keep_success(db_task_result, value)
        with trace.traced(db_task_result.args_kwargs.get(REQUEST, "")):
            super().run_task(db_task_result)


def keep_success(result: DBTaskResult[..., Any], value: Any) -> None:
    """Write down that a piece of work was done, and what came of it."""
    result.status, result.finished_at, result.return_value = TaskResultStatus.SUCCESSFUL, timezone.now(), value
    result.exception_class_path = result.traceback = ""
    _write_end(result)


def keep_failure(result: DBTaskResult[..., Any], wrong: BaseException) -> None:
    """Write down that a piece of work failed: the kinds of the faults, and the places in the program."""
    result.status, result.finished_at, result.return_value = TaskResultStatus.FAILED, timezone.now(), None
    result.exception_class_path = trace.kind_of(wrong)
    result.traceback = "\n".join([PLACES, *trace.places_of(wrong)])
    _write_end(result)


def _write_end(result: DBTaskResult[..., Any]) -> None:
    names = ("status", "return_value", "finished_at", "exception_class_path", "traceback")
    if not _write(result, **{name: getattr(result, name) for name in names}):
        log.warning("a piece of work was taken over by another worker before it ended here")


def _write(result: DBTaskResult[..., Any], **values: Any) -> bool:
    """Write down what became of a piece of work, unless somebody else has begun it since; whether it was."""
    own = DBTaskResult.objects.filter(pk=result.pk, status=TaskResultStatus.RUNNING, worker_ids=result.worker_ids)
    return bool(own.update(**values))


def do_some(lease: Lease, most: int) -> int:
    """Do up to so many pieces of work of all queues, here and now; how many there were. Raises PlaceLost."""
    worker = _worker(MAIN, lease, ["*"], most)
    worker.run()
    return int(worker._run_tasks)


def _worker(name: str, lease: Lease, queues: list[str], most: int | None = None) -> Worker:
    worker = _Discreet(
        queue_names=queues,
        interval=WORK_IDLE_SECONDS,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=most,
        # The name says whose work it was, for whoever finds it begun and not ended.
        worker_id=f"{name}.{lease.number}.{get_random_string(24)}",
        excluded_queue_names=[],
    )
    worker.lease = lease
    return worker


def forget_words() -> None:
    """Forget the words of failures that an earlier version kept."""
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).exclude(traceback__startswith=PLACES)
    failed.update(traceback=PLACES)


def resume(lease: Lease, names: set[str] | None = None, *, but: set[str] | None = None) -> None:
    """Put back what earlier workers had begun, and what processes of these names (all but these) had of this one.

    To be called by whoever has the places of that name.
    """
    with transaction.atomic():
        for result in task_pool.left_by(lease, names, but=but).select_for_update():
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
    DBTaskResult.objects.filter(finished_at__lt=now - TASKS_KEPT).delete()
    # What is done every minute would be most of the table.
    paths = [task.module_path for task, rest in often if rest < FREQUENT_TASKS_KEPT]
    DBTaskResult.objects.filter(task_path__in=paths, finished_at__lt=now - FREQUENT_TASKS_KEPT).delete()


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
