"""Time that goes by in a built city: files that are sent, nights in which days are sealed, and what people do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from ayan.core.store.release import Release
from ayan.core.values.clock import TEHRAN, today
from ayan.wiring import accountability, city
from ayan_demo import build as builder
from ayan_demo import nights
from ayan_demo.post import Submission
from ayan_demo.timeline import CityClock


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that is done at a moment of the play."""

    at: datetime
    act: Callable[[], object]


class Play:
    """Time that goes by in a built city, up to the present; once officers work each day is sealed in its night."""

    def __init__(self, clock: CityClock, now: datetime, later: Iterable[Submission] = ()) -> None:
        self._clock, self._now = clock, now
        self._later = deque(later)
        self._happenings: deque[Happening] = deque()
        self.came: list[Release | None] = []

    def wait(self, moment: datetime) -> None:
        """Let time go on in which no officer does anything, up to a moment, or to the present if that comes before."""
        until = min(max(moment, self._clock.now()), self._now)
        self.came += builder.go_on(city.current(), self._clock, self._later, until)

    def expect(self, happenings: Iterable[Happening]) -> None:
        """What is to be done at its moment, as time goes by."""
        self._happenings = deque(sorted((*self._happenings, *happenings), key=lambda each: each.at))

    def go(self, moment: datetime) -> None:
        """Go on to a moment, or to the present where that comes before; what is expected until then happens."""
        while self._happenings and self._happenings[0].at <= min(moment, self._now):
            happening = self._happenings.popleft()
            self._go(happening.at)
            happening.act()
        self._go(moment)

    def _go(self, moment: datetime) -> None:
        """Night by night to a moment, never back."""
        from ayan.apps.accounts import audit
        from ayan.apps.flags import finding_days

        moment = min(max(moment, self._clock.now()), self._now)
        while today(self._clock) < moment.astimezone(TEHRAN).date():
            self.wait(min(nights.after(self._clock), moment))
            audit.seal_days()
            accountability.seal_diary(city.current())
            finding_days.keep_today(city.current())
        self.wait(moment)
