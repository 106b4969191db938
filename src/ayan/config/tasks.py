"""The worker: does what pages put off, one piece of work at a time, and takes up again what was cut short."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import close_old_connections, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from ayan.config import metrics
from ayan.config.diagnosis.gauges import gauges
from ayan.config.diagnosis.marks import beating
from ayan.config.limits import MOST_TRIES
from ayan.config.process_capacity import own_memory
from ayan.config.task_backend import REQUEST
from ayan.core.system import trace
from ayan.core.system.files import PRIVATE_FOLDER, locked, make_folder
from ayan.ui import contract

IDLE_SECONDS: Final = 0.5
LOOK_SECONDS: Final = 60.0
KEPT: Final = timedelta(days=30)
PLACES: Final = "places only"
"""How what is kept of a failure begins."""
OFTEN: Final = timedelta(hours=1)

log = logging.getLogger(__name__)


class TaskAbandoned(Exception):
    """A piece of work that was cut short too often."""


@contextmanager
def only_worker(folder: Path, patience: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Hold the place of the one worker of a city, waiting for it; it is free again however its holder ends."""
    make_folder(folder, mode=PRIVATE_FOLDER)
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(locked(folder / "worker.lock", wait=0))
                break
            except BlockingIOError:
                patience(IDLE_SECONDS)
        yield


def run(folder: Path, *, once: bool = False) -> None:
    """Work until told to stop by SIGTERM or SIGINT; with ``once`` until nothing is left to do."""
    with only_worker(folder), beating(settings.HOME), ExitStack() as stack:
        resume()
        stack.callback(metrics.serve(gauges))
        worker = _worker()
        if not once:
            worker.configure_signals()
        looked = 0.0
        while worker.running:
            if time.monotonic() - looked > LOOK_SECONDS or not looked:
                looked = time.monotonic()
                begin_regular()
            worker.run()
            if once:
                return
            make_room()
            close_old_connections()
            time.sleep(IDLE_SECONDS)


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


def _worker() -> Worker:
    return _Discreet(
        queue_names=["*"],
        interval=IDLE_SECONDS,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )


def resume() -> None:
    """Put back whatever a worker that is gone had begun; to be called by the only worker there is."""
    # What an earlier version kept of failures.
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).exclude(traceback__startswith=PLACES)
    failed.update(traceback=PLACES)
    with transaction.atomic():
        for result in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).select_for_update():
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
