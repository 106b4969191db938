"""What the worker does for followers by itself: the digests of the day, once what is missing has been kept."""

from __future__ import annotations

from django_tasks import task

from ayan.apps.follow import digests
from ayan.apps.promises import history
from ayan.wiring import city


@task()
def send_digests() -> None:
    """At most one letter a day to each follower, however often this runs."""
    history.keep(city.current())
    digests.send_all()
