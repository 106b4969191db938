"""What the worker does for the counter by itself."""

from __future__ import annotations

from django_tasks import task

from ayan.apps.counter import actions, officer_reminders


@task()
def tidy() -> None:
    """Let go of what belongs to findings that have ended."""
    actions.tidy()


@task()
def remind() -> None:
    """At most one reminder a working day to each officer, however often this runs."""
    officer_reminders.send_all()
