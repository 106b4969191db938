"""What the worker does for the desk by itself, hour after hour."""

from __future__ import annotations

from django_tasks import task

from ayan.apps.accounts import daily_tasks


@task()
def run_daily() -> None:
    """Reminders, the seal of the trail, and what has expired: the same as `ayan daily`."""
    daily_tasks.run_daily()
