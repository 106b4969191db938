"""What the worker does for the counter by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django_tasks import task

from ayan.apps.counter import actions


@task()
def tidy() -> None:
    """Let go of what belongs to findings that have ended."""
    actions.tidy()


REGULAR: Final = ((tidy, timedelta(hours=1)),)
