"""Working days between many pairs of days, each day looked at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ayan.core.values.workdays import Workdays


class WorkdayCounts:
    """The working days of a span that holds all these days; `between` answers as that of `Workdays` does."""

    def __init__(self, workdays: Workdays, days: Iterable[date | None]) -> None:
        known = [each for each in days if each is not None]
        self._passed: dict[date, int] = {}
        if not known:
            return
        first, total = min(known), 0
        for offset in range((max(known) - first).days + 1):
            day = first + timedelta(days=offset)
            total += workdays.works(day)
            self._passed[day] = total

    def between(self, first: date, last: date) -> int:
        """How many working days follow ``first`` up to ``last``, which counts; 0 where ``last`` is not later."""
        return max(0, self._passed[last] - self._passed[first])
