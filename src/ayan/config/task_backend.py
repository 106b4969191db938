"""The queue of what pages put off, in the database: a piece of work keeps the name of the request that asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import transaction
from django_tasks_db.backend import DatabaseBackend

from ayan.config import worker_bell
from ayan.config.hosting import city_in_use
from ayan.core.system import trace

if TYPE_CHECKING:
    from django_tasks_db.models import DBTaskResult

REQUEST: Final = "request"
"""Under which word, beside what a piece of work is given, the request stands that asked for it."""


class TracedBackend(DatabaseBackend):
    """Django's queue; what the worker writes down of a piece of work is tied to its request by it."""

    def _task_to_db_task(self, task: Any, args: Any, kwargs: Any) -> DBTaskResult[..., Any]:
        result = super()._task_to_db_task(task, args, kwargs)
        if name := trace.request_id():
            result.args_kwargs[REQUEST] = name
            result.save(update_fields=["args_kwargs"])
        # Before the act stands there is nothing to be found.
        transaction.on_commit(lambda: _ring(task.queue_name), robust=True)
        return result


def _ring(queue: str) -> None:
    if settings.INSTALLATION:
        settings.INSTALLATION.call(city_in_use.hosted())
    else:
        worker_bell.ring(settings.MACHINE / "work", queue)
