"""What the city owes its readers: every promised period that has not come, who owes it and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ayan.core.schedule.deadlines import Due, due, missing
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import today
from ayan.core.values.period import Period
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class OverduePeriod:
    """One dataset with what is missing of it: the oldest first."""

    dataset: Dataset
    late: tuple[Due, ...]
    today: date

    @property
    def since(self) -> date | None:
        """The last day that would have kept the oldest promise; None where nothing has ever come."""
        return None if self.late[0].never else self.late[0].on

    @property
    def days(self) -> int:
        """How many days late the oldest is."""
        return self.late[0].late(self.today)

    @property
    def periods(self) -> list[Period]:
        """The periods that are missing, where it is kept by period."""
        return [late_period.period for late_period in self.late if late_period.period is not None]


def owed(city: City) -> list[OverduePeriod]:
    """Every dataset that is late, the longest first; those of which nothing ever came stand at the end."""
    now = today(city.clock)
    overdue = []
    for dataset in city.registry.all():
        late = tuple(missing(due(dataset, city.release_store, now), now))
        if late:
            overdue.append(OverduePeriod(dataset, late, now))
    return sorted(overdue, key=lambda entry: (entry.since is None, -entry.days, entry.dataset.slug))
