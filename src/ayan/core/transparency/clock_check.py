"""Whether the machine's clock may be believed before a moment is signed: what the log says can never be taken back.

The log itself is what a clock is held against. In a living city it grows every day, by the seals of the audit trail, so
a clock far ahead of its last entry is more likely wrong than right, and one behind it is wrong now or was before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ayan.core.ledger.log import Log
from ayan.core.transparency.entries.entry import UnknownEntry, read_entry
from ayan.core.transparency.limits import CLOCK_AHEAD_DAYS, CLOCK_BEHIND_MINUTES, CLOCK_ENTRIES
from ayan.core.values.clock import Clock
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

AHEAD: Final = timedelta(days=CLOCK_AHEAD_DAYS)
BEHIND: Final = timedelta(minutes=CLOCK_BEHIND_MINUTES)

_BEHIND: Final = Label(
    "ساعت این ماشین {now} را نشان می‌دهد، ولی در دفتر زمان {last} آمده است. ساعت را درست کنید؛ اگر ساعت اکنون درست است "
    "و پیش‌تر جلو بوده است، اجرا کنید: ayan log clock --right",
    "The clock of this machine says {now}, but the log holds the time {last}. Set the clock right; if it is right now "
    "and was ahead before, run: ayan log clock --right",
)
_AHEAD: Final = Label(
    "ساعت این ماشین {now} را نشان می‌دهد و آخرین زمان دفتر {last} است. زمانی که امضا شود پس گرفتنی نیست. ساعت را بررسی "
    "کنید؛ اگر درست است، اجرا کنید: ayan log clock --right",
    "The clock of this machine says {now}, and the last time in the log is {last}. A time that is signed cannot be "
    "taken back. Check the clock; if it is right, run: ayan log clock --right",
)


class ClockDoubted(Refusal):
    """The clock is far from what the log says, so nothing is signed with its time."""

    code = "clock-doubted"
    fa = "ساعت این ماشین با زمان‌های دفتر نمی‌خواند."
    en = "The clock of this machine does not fit the times in the log."
    status = 500


@dataclass(frozen=True, slots=True)
class ConfirmedClock:
    """That an operator found the clock right at the moment ``at``, when the latest time in the log was ``last``."""

    at: datetime
    last: datetime

    def sets_aside(self, time: datetime) -> bool:
        """Whether a time stood in the log by then and was beyond the clock, so that it counts no more."""
        return self.at + BEHIND < time <= self.last


@dataclass(frozen=True, slots=True)
class ClockJudge:
    """Holds a clock against a log before anything is signed; ``confirmed`` is what an operator said last of it."""

    clock: Clock
    log: Log
    confirmed: Callable[[], ConfirmedClock | None]

    def check(self, moment: str) -> None:
        """Raise ClockDoubted unless the clock may be believed, with ``moment`` (ISO 8601) about to be signed."""
        check_clock(self.clock.now(), datetime.fromisoformat(moment), self.log, self.confirmed())

    def excuses(self, time: datetime) -> bool:
        """Whether an operator set a time of the log aside, so that something may be dated before it."""
        confirmed = self.confirmed()
        return confirmed is not None and confirmed.sets_aside(time)


def latest_in(entries: Iterable[bytes]) -> datetime | None:
    """The latest time of some entries; None where none has one."""
    return max(_times(entries), default=None)


def _times(entries: Iterable[bytes]) -> Iterator[datetime]:
    for entry in map(read_entry, entries):
        if not isinstance(entry, UnknownEntry):
            yield datetime.fromisoformat(entry.at)


def check_clock(now: datetime, moment: datetime, log: Log, confirmed: ConfirmedClock | None) -> None:
    """Raise ClockDoubted unless ``now``, the clock, may be believed; ``moment`` is the time that is about to be signed.

    That may be later than the clock, for releases of a dataset are never sealed before one another. Times that stood in
    the log when somebody ``confirmed`` the clock, and were beyond it, count no more.
    """
    times = list(_times(log.leaves(max(0, log.size - CLOCK_ENTRIES), log.size)))
    known = confirmed.last if confirmed is not None else None
    if confirmed is not None and known is not None:
        times = [time for time in times if not confirmed.sets_aside(time)] + [confirmed.at]
    last = max(times, default=None)
    if last is not None and now - last > AHEAD:
        raise ClockDoubted().worded(_AHEAD.format(now=_said(now), last=_said(last)))
    beyond = [time for time in (last, moment) if time is not None and time - now > BEHIND]
    if known is not None:
        beyond = [time for time in beyond if time > known]
    if beyond:
        raise ClockDoubted().worded(_BEHIND.format(now=_said(now), last=_said(max(beyond))))


def _said(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
