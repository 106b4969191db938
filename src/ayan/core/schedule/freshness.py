"""How fresh a dataset is: the last period published, against what its declared cadence owes by today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from ayan.core.schedule.deadlines import Due, due, is_by_period, last_period, missing
from ayan.core.schedule.openings import UNNAMED
from ayan.core.schema.definition import Dataset
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import TEHRAN
from ayan.core.values.period import Period

FreshnessState: TypeAlias = Literal["current", "late", "unpromised", "preparing", "none", "withheld"]


@dataclass(frozen=True, slots=True)
class Freshness:
    """How a dataset stands on a day; whoever tells of it, page, list, calendar or program, asks `freshness`.

    ``current`` owes nothing; ``late`` does; of an ``unpromised`` one nobody said when it comes; of ``none`` nothing
    is published; of one that is ``preparing`` neither, and it ``opens`` on a day to come, None where no day is named
    yet; ``withheld`` is the whole of it. ``until`` is the last period that is published, None where it is not kept by
    periods; ``updated`` the Tehran day of the newest standing release; ``owed`` what is late, oldest first.
    """

    dataset: Dataset
    state: FreshnessState
    until: Period | None
    updated: date | None
    owed: tuple[Due, ...]
    today: date
    opens: date | None = None

    @property
    def since(self) -> date | None:
        """The last day that would have kept the oldest promise; None where nothing is owed or nothing ever came."""
        return None if not self.owed or self.owed[0].never else self.owed[0].on

    @property
    def days(self) -> int:
        """How many days late the oldest is; 0 where nothing is owed, or nobody can tell since when."""
        return self.owed[0].late(self.today) if self.since else 0

    @property
    def periods(self) -> list[Period]:
        """The periods that are owed, where it is kept by the periods of its cadence."""
        return [late_period.period for late_period in self.owed if late_period.period is not None]

    @property
    def behind(self) -> bool:
        """Whether all that is owed follows the last period published; else there is a gap before it."""
        return self.until is not None and all(period > self.until for period in self.periods)


def freshness(dataset: Dataset, store: ReleaseStore, today: date, opens: date | None = None) -> Freshness:
    """How a dataset stands today that is owed from the day on which it ``opens``; None where it always was."""
    sealed = store.snapshot(dataset.slug).sealed_at
    owed = tuple(missing(due(dataset, store, today, opens), today))
    state: FreshnessState
    if dataset.withheld and dataset.withheld.stands(today):
        state = "withheld"
    elif sealed is None:
        state = "preparing" if opens is not None and today < opens else "none"
    elif owed:
        state = "late"
    else:
        state = "unpromised" if dataset.cadence == "irregular" else "current"
    until = last_period(dataset, store) if is_by_period(dataset) else None
    updated = sealed.astimezone(TEHRAN).date() if sealed else None
    return Freshness(dataset, state, until, updated, owed, today, None if opens == UNNAMED else opens)
