"""What the worker does for flags: computes those whose records changed, and publishes and ends what is due."""

from __future__ import annotations

from django_tasks import task

from ayan.apps.flags import computation


@task()
def refresh() -> None:
    """Bring the flags up to what is published: little work while nothing has changed."""
    computation.compute()
