"""What the worker enters in the log by itself, declarations and ended days of the diary, and whom it tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django_tasks import task

from ayan.apps.catalog.feeds import hub
from ayan.apps.logbook import hub_round
from ayan.core.transparency.entries.declaration import Declaration
from ayan.core.transparency.entries.diary_day import DiaryDay
from ayan.wiring import accountability, city
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class LogRound:
    """What a round entered."""

    declarations: tuple[Declaration, ...] = ()
    days: tuple[DiaryDay, ...] = ()


def bring_up(current_city: City) -> LogRound:
    """Enter what is declared and what days of the diary are over; nothing while the city has no log yet.

    The log is named and its key made with the first publication, by which time both are known. Raises NotAsLogged, and
    what the log raises when it may not be signed.
    """
    if current_city.log is None:
        return LogRound()
    declarations = accountability.declare(current_city)
    return LogRound(tuple(declarations), tuple(accountability.seal_diary(current_city)))


@task()
def tell_the_hub() -> None:
    """Tell the hub of somebody else that the operator has named what is new; nothing where none is named."""
    named = hub.address()
    if named and not hub.is_own():
        hub_round.tell_hub(city.current(), named, str(settings.ORIGIN), hub.tell)


@task()
def enter_all() -> None:
    """The same as `ayan daily` does: little work while nothing has changed."""
    bring_up(city.current())
