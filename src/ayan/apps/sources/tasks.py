"""What the worker does for sources: looks at those that are due, and carries on what was computed."""

from __future__ import annotations

from django_tasks import task

from ayan.apps.sources import auto_processing, scheduled_runs
from ayan.apps.sources.models import Arrival


@task()
def carry_on(key: str) -> None:
    """Do the next thing for a submission that came by itself."""
    auto_processing.carry(key)


@task()
def run_due_sources() -> None:
    """Look at every source that is due: the same as `ayan sources`."""
    scheduled_runs.run_due()


def heard(key: str) -> None:
    """A submission has come to rest: if it came by itself, it is carried on."""
    if Arrival.objects.filter(submission=key, settled_at=None).exists():
        carry_on.enqueue(key)
