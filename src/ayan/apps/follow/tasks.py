"""What the worker does for followers by itself: the digests of the day, once what is missing has been kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django_tasks import task

from ayan.apps.follow import letters
from ayan.apps.promises import missing
from ayan.wiring import city


@task()
def send_digests() -> None:
    """At most one letter a day to each follower, however often this runs."""
    missing.keep_today(city.current())
    letters.send_all()


REGULAR: Final = ((send_digests, timedelta(hours=1)),)
