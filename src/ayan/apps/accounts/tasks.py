"""What the worker does for the desk by itself, hour after hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django_tasks import task

from ayan.apps.accounts import daily_tasks


@task()
def run_daily() -> None:
    """Reminders, the seal of the trail, and what has expired: the same as `ayan daily`."""
    daily_tasks.run_daily()


REGULAR: Final = ((run_daily, timedelta(hours=1)),)
