"""What the worker does for the balances by itself: holds them over everything published, once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django_tasks import task

from ayan.apps.audits import balances
from ayan.wiring import city


@task()
def hold_all() -> None:
    """Hold every balance and keep what came of it; asked again on the same day it does nothing."""
    balances.keep_today(city.current())


REGULAR: Final = ((hold_all, timedelta(hours=1)),)
