"""What a dataset promised and when: every period that should be there by now, the next one, and what is late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ayan.core.release.limits import MOST_MISSING
from ayan.core.schema.definition import Cadence, Dataset, Periodicity
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import TEHRAN
from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.period import Period, parse

DAYS: Final[dict[Cadence, int]] = {"daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}
_SAME: Final[dict[Cadence, Periodicity]] = {
    "daily": "day",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
}


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that was promised: a period of a dataset, or its next state where it is not kept by period.

    ``period`` is None for a dataset without periods of its cadence; ``on`` is the last day that keeps the promise,
    grace included. It is late from the day after. ``never`` says that none has ever come, so that nobody knows since
    when it is owed.
    """

    dataset: Dataset
    period: Period | None
    on: date
    never: bool = False

    def late(self, today: date) -> int:
        """How many days late, 0 while it is not."""
        return max(0, (today - self.on).days)

    @property
    def ref(self) -> str:
        """A name that stays the same: ``payments/1403-05``, or ``vendors/2025-03-01`` by its day."""
        return f"{self.dataset.slug}/{self.period or ('never' if self.never else self.on.isoformat())}"


def due(dataset: Dataset, store: ReleaseStore, today: date) -> list[Due]:
    """What is missing of a dataset, oldest first, and the one that comes next.

    Nothing is due of one without a cadence, nor of one that is withheld as a whole.

    Periods are counted from the first that ever stood; of a dataset that had none, the last that is over is due.
    """
    if dataset.cadence == "irregular" or (dataset.withheld and dataset.withheld.stands(today)):
        return []
    if _SAME.get(dataset.cadence) == dataset.period:
        return _by_period(dataset, store, today)
    sealed = store.snapshot(dataset.slug).sealed_at
    if sealed is None:
        return [Due(dataset, None, today - timedelta(days=1), never=True)]
    every = timedelta(days=DAYS[dataset.cadence] + dataset.grace_days)
    return [Due(dataset, None, sealed.astimezone(TEHRAN).date() + every)]


def missing(dues: Iterable[Due], today: date) -> list[Due]:
    """Those that are late."""
    return [due for due in dues if due.late(today)]


def _by_period(dataset: Dataset, store: ReleaseStore, today: date) -> list[Due]:
    there = _periods(store.current(dataset.slug), dataset.period)
    running = Period.of(today, dataset.period)
    first = min(_periods((release.period for release in store.releases(dataset.slug)), dataset.period), default=None)
    if first is None:
        first = Period.of(running.start - timedelta(days=1), dataset.period)
    dues: list[Due] = []
    at = first
    while at.start <= running.start:
        if at not in there:
            dues.append(Due(dataset, at, at.end + timedelta(days=dataset.grace_days)))
        at = at.following()
    return dues[-MOST_MISSING:]


def _periods(names: Iterable[str], kind: Periodicity) -> set[Period]:
    """The Jalali periods of the dataset's own kind among those named."""
    periods = set()
    for name in names:
        try:
            period = parse(name)
        except InvalidValue:
            continue
        if period.kind == kind and not period.is_gregorian:
            periods.add(period)
    return periods
