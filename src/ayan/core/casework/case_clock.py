"""The clock of a case: the day on which it counts as received, and the last day on which its answer is in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from ayan.core.casework.office_hours import USUAL_HOURS, OfficeHours
from ayan.core.values.clock import TEHRAN
from ayan.core.values.workdays import Workdays


@dataclass(frozen=True, slots=True)
class ClockRule:
    """How long a case of a kind may take: so many working days (or days of the calendar), from the day of its receipt.

    It may be made longer ``extensions`` times by ``extension_days`` each; where it ``pauses``, days on which the person
    was waited for are not counted.
    """

    days: int
    counts: Literal["working", "calendar"] = "working"
    pauses: bool = True
    extension_days: int = 0
    extensions: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """The days on which the person was waited for: asked on ``first``, answered on ``last``; None while they wait."""

    first: date
    last: date | None = None


def receipt_day(received: datetime, workdays: Workdays, hours: OfficeHours = USUAL_HOURS) -> date:
    """The working day on which something counts as received: what comes after hours or on a day off, on the next."""
    local = received.astimezone(TEHRAN)
    day = local.date()
    in_time = local.time().replace(second=0, microsecond=0) <= hours.end(day)
    return day if workdays.works(day) and in_time else workdays.after(day, 1)


def due_on(
    rule: ClockRule, receipt: date, workdays: Workdays, pauses: Iterable[Pause] = (), extended: int = 0
) -> date | None:
    """The last day in time, None while the clock stands still.

    The day of receipt is not counted, nor the day on which the person answered: the clock goes on with the next, as it
    began. The day on which the person is asked is a day used, but never the last: whoever asks in time has at least one
    day left once the answer comes. What was due before anything was asked stays so. A last day that is no working day
    moves to the next one.
    """
    standing = list(pauses) if rule.pauses else []
    left, day = rule.days + extended * rule.extension_days, receipt
    while left:
        day += timedelta(days=1)
        if any(pause.last is None and pause.first < day for pause in standing):
            return None
        asked = left == 1 and any(pause.first == day for pause in standing)
        left -= _counts(rule, day, workdays) and not asked and not any(_stands(pause, day) for pause in standing)
    return day if workdays.works(day) else workdays.after(day, 1)


def used_days(rule: ClockRule, receipt: date, today: date, workdays: Workdays, pauses: Iterable[Pause] = ()) -> int:
    """How many days of the clock have passed up to ``today``, which counts."""
    standing = list(pauses) if rule.pauses else []
    days = (receipt + timedelta(days=offset) for offset in range(1, (today - receipt).days + 1))
    return sum(_counts(rule, day, workdays) and not any(_stands(pause, day) for pause in standing) for day in days)


def _counts(rule: ClockRule, day: date, workdays: Workdays) -> bool:
    return rule.counts == "calendar" or workdays.works(day)


def _stands(pause: Pause, day: date) -> bool:
    return pause.first < day and (pause.last is None or day <= pause.last)
