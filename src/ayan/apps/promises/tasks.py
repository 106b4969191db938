"""What the worker does for the promises by itself: keeps, once a day, what is missing."""

from __future__ import annotations

from django_tasks import task

from ayan.apps.promises import history
from ayan.wiring import city


@task()
def keep_day() -> None:
    """Keep today as it is found; asked again on the same day it does nothing."""
    history.keep(city.current())
