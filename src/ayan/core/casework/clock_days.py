"""The days of a clock one by one, as a reader may count them: which are counted, which are not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ayan.core.casework.case_clock import ClockRule, Pause
from ayan.core.values.jalali import Workdays


@dataclass(frozen=True, slots=True)
class ClockDay:
    """One day: ``number`` where it is counted, else 0; ``holiday`` is its name in Persian where it has one.

    ``receipt`` is the day from which is counted, ``off`` a day off, ``waits`` one on which the person was waited for.
    """

    day: date
    sort: Literal["receipt", "off", "waits", "counted"]
    number: int = 0
    holiday: str = ""


def clock_days(
    rule: ClockRule, receipt: date, last: date, workdays: Workdays, pauses: Iterable[Pause] = ()
) -> Iterator[ClockDay]:
    """Every day from the receipt to ``last``, both included, counted as `case_clock.due_on` counts them."""
    standing = tuple(pauses) if rule.pauses else ()
    yield ClockDay(receipt, "receipt")
    number = 0
    for offset in range(1, (last - receipt).days + 1):
        day = receipt + timedelta(days=offset)
        if rule.counts == "working" and not workdays.works(day):
            yield ClockDay(day, "off", holiday=workdays.holiday(day) or "")
        elif any(pause.first < day <= (pause.last or day) for pause in standing):
            yield ClockDay(day, "waits")
        else:
            number += 1
            yield ClockDay(day, "counted", number)
