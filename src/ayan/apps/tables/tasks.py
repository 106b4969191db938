"""What follows a change of a table: its leaf in the log."""

from __future__ import annotations

from django_tasks import task

from ayan.wiring import accountability, city


@task()
def enter_leaves() -> None:
    """Enter what is declared otherwise than the log says; a city without a log enters all of it with its first."""
    current_city = city.current()
    if current_city.log is not None:
        accountability.declare(current_city)
