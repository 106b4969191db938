"""The clock of a case: the day on which it counts as received, and the last day on which its answer is in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from ayan.core.values.clock import TEHRAN
from ayan.core.values.jalali import Workdays

CLOSES_AT: Final = time(14, 30)
"""When offices close, in Tehran, where a city says nothing else."""


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


def receipt_day(received: datetime, workdays: Workdays, closes_at: time = CLOSES_AT) -> date:
    """The working day on which something counts as received: what comes after hours or on a day off, on the next."""
    local = received.astimezone(TEHRAN)
    day = local.date()
    if workdays.works(day) and local.time() <= closes_at:
        return day
    return workdays.after(day, 1)


def due_on(
    rule: ClockRule, receipt: date, workdays: Workdays, pauses: Iterable[Pause] = (), extended: int = 0
) -> date | None:
    """The last day in time, None while the clock stands still.

    The day of receipt is not counted, nor the day on which the person answered: the clock goes on with the next, as it
    began. A last day that is no working day moves to the next one.
    """
    standing = _joined(pauses) if rule.pauses else []
    if any(pause.last is None for pause in standing):
        return None
    left, day = rule.days + extended * rule.extension_days, receipt
    while left:
        day += timedelta(days=1)
        left -= _counts(rule, day, workdays) and not any(p.first < day <= (p.last or day) for p in standing)
    return day if workdays.works(day) else workdays.after(day, 1)


def used_days(rule: ClockRule, receipt: date, today: date, workdays: Workdays, pauses: Iterable[Pause] = ()) -> int:
    """How many days of the clock have passed up to ``today``, which counts."""
    standing = _joined(pauses) if rule.pauses else []
    days = (receipt + timedelta(days=offset) for offset in range(1, (today - receipt).days + 1))
    return sum(
        _counts(rule, day, workdays) and not any(p.first < day <= (p.last or today) for p in standing) for day in days
    )


def _counts(rule: ClockRule, day: date, workdays: Workdays) -> bool:
    return rule.counts == "calendar" or workdays.works(day)


def _joined(pauses: Iterable[Pause]) -> list[Pause]:
    return sorted(pauses, key=lambda pause: pause.first)
