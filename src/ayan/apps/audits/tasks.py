"""What the worker does for the balances by itself: holds them over everything published, once a day."""

from __future__ import annotations

from django_tasks import task

from ayan.apps.audits import cache_refresh
from ayan.wiring import city


@task()
def hold_all() -> None:
    """Hold every balance and keep what came of it; asked again on the same day it does nothing."""
    cache_refresh.keep(city.current())
