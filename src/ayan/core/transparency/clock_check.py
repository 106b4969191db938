"""Whether the machine's clock may be believed before a moment is signed: what the log says can never be taken back.

The log itself is what a clock is held against first: just after its last entry it is as right as it was then. Later the
witnesses and the machine's time service are asked, and where none of them answers, a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ayan.core.transparency.limits import CLOCK_APART, CLOCK_JUMP
from ayan.core.transparency.log_rules import LogHistory
from ayan.core.transparency.operator_rules import is_recent
from ayan.core.values.clock import Clock
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

COMMAND: Final = "ayan log clock --clock-is-right"

_BEHIND: Final = Label(
    "ساعت این ماشین {now} را نشان می‌دهد، ولی در ثبت عمومی زمان {last} آمده است. ساعت را درست "
    "کنید؛ اگر ساعت اکنون درست است "
    "و پیش‌تر جلو بوده است، اجرا کنید: {command}",
    "The clock of this machine says {now}, but the log holds the time {last}. Set the clock right; if it is right now "
    "and was ahead before, run: {command}",
)
_APART: Final = Label(
    "ساعت این ماشین {now} را نشان می‌دهد و {by} {there} را. زمانی که امضا شود پس گرفتنی نیست. ساعت را درست کنید؛ اگر "
    "ساعت همین ماشین درست است، اجرا کنید: {command}",
    "The clock of this machine says {now}, and {by} says {there}. A time that is signed cannot be taken back. Set the "
    "clock right; if it is this machine's that is right, run: {command}",
)
_ALONE: Final = Label(
    "ساعت این ماشین {now} را نشان می‌دهد و آخرین زمان ثبت عمومی {last} است؛ نه گواهی پاسخ داد و "
    "نه ماشین از سرویس زمان ساعت "
    "می‌گیرد. زمانی که امضا شود پس گرفتنی نیست. ساعت را بررسی کنید؛ اگر درست است، اجرا کنید: {command}",
    "The clock of this machine says {now}, and the last time in the log is {last}; no witness answered, and no time "
    "service keeps this machine's clock. A time that is signed cannot be taken back. Check the clock; if it is right, "
    "run: {command}",
)


class ClockDoubted(Refusal):
    """The clock is far from what the log or others say, so nothing is signed with its time."""

    code = "clock-doubted"
    fa = "ساعت این ماشین با زمان‌های ثبت عمومی سازگار نیست."
    en = "The clock of this machine does not fit the times in the log."
    status = 500


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What another clock said: whose it is, its time, and what this machine's said at that moment."""

    by: Label
    other_time: datetime
    own_time: datetime


Readings = Callable[[], Iterable[ClockReading]]
"""Asks whoever can tell the time, for some seconds at most; empty where nobody answers."""


@dataclass(frozen=True, slots=True)
class ClockJudge:
    """Holds a clock against a log, and where that does not tell against others, before anything is signed."""

    clock: Clock
    others: Readings

    def check(self, moment: str, history: LogHistory) -> None:
        """Raise ClockDoubted unless the clock may be believed, with ``moment`` (ISO 8601) about to be signed."""
        check_clock(self.clock.now(), datetime.fromisoformat(moment), history, self.others)


def check_clock(now: datetime, moment: datetime, history: LogHistory, others: Readings) -> None:
    """Raise ClockDoubted unless ``now``, the clock, may be believed; ``moment`` is the time that is about to be signed.

    That may be later than the clock where a clock that was ahead has signed it, for releases of a dataset are never
    sealed before one another; an operator must have said so since. For `CLOCK_JUMP` such a word stands against others.
    """
    last, operator = history.latest, history.operator
    beyond = [time for time in (last, moment) if time is not None and time - now > CLOCK_APART]
    beyond = [time for time in beyond if not operator.sets_aside(time)]
    if beyond:
        raise ClockDoubted().worded(_BEHIND.format(now=_said(now), last=_said(max(beyond)), command=COMMAND))
    if is_recent(operator.last("clock-is-right"), now, CLOCK_JUMP) or (last is not None and now - last <= CLOCK_APART):
        return
    readings = list(others())
    for reading in readings:
        if abs(reading.other_time - reading.own_time) > CLOCK_APART:
            raise ClockDoubted().worded(
                _APART.format(
                    now=_said(reading.own_time), by=reading.by, there=_said(reading.other_time), command=COMMAND
                )
            )
    if not readings and last is not None and now - last > CLOCK_JUMP:
        raise ClockDoubted().worded(_ALONE.format(now=_said(now), last=_said(last), command=COMMAND))


def _said(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
