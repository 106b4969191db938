"""The days of a clock one by one, as a reader may count them: which are counted, which are not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ayan.core.casework.case_clock import ClockRule, Pause
from ayan.core.values.workdays import Workdays


@dataclass(frozen=True, slots=True)
class ClockDay:
    """One day: ``number`` where it is counted, else 0; ``holiday`` is its name in Persian where it has one.

    ``receipt`` is the day from which is counted, ``off`` a day off, ``waits`` one on which the person was waited for,
    ``after`` one that comes when all days of the clock have passed.
    """

    day: date
    sort: Literal["receipt", "off", "waits", "counted", "after"]
    number: int = 0
    holiday: str = ""


def clock_days(
    rule: ClockRule,
    receipt: date,
    last: date,
    workdays: Workdays,
    pauses: Iterable[Pause] = (),
    extended: int = 0,
) -> Iterator[ClockDay]:
    """Every day from the receipt to ``last``, both included, counted as `case_clock.due_on` counts them."""
    standing = tuple(pauses) if rule.pauses else ()
    total, number = rule.days + extended * rule.extension_days, 0
    yield ClockDay(receipt, "receipt")
    for offset in range(1, (last - receipt).days + 1):
        day = receipt + timedelta(days=offset)
        works = workdays.works(day)
        asked = number == total - 1 and any(pause.first == day for pause in standing)
        if not works and (rule.counts == "working" or number == total):
            yield ClockDay(day, "off", holiday=workdays.holiday(day) or "")
        elif number == total:
            yield ClockDay(day, "after")
        elif asked or any(pause.first < day and (pause.last is None or day <= pause.last) for pause in standing):
            yield ClockDay(day, "waits")
        else:
            number += 1
            yield ClockDay(day, "counted", number)
