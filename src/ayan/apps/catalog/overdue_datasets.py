"""What a unit answers for: the datasets it owns, which of them are late, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ayan.core.query.answer import Row
from ayan.core.release.deadlines import Due, due, missing
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PlaysView
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.text import fold
from ayan.wiring.city import City

UNITS = "units"


@dataclass(frozen=True, slots=True)
class OwnedDataset:
    """A dataset of a unit: the Tehran day of its newest release, None where none has come, and what is late of it."""

    dataset: Dataset
    updated: date | None
    late: tuple[Due, ...]
    today: date

    @property
    def days(self) -> int:
        """How many days late the oldest is; 0 where nothing is, or where nothing has ever come."""
        return self.late[0].late(self.today) if self.late and not self.late[0].never else 0


def owned(city: City, dataset: Dataset, row: Row) -> list[OwnedDataset]:
    """The datasets whose owner bears the name of the unit that a record is, the latest first; none of other records."""
    view = dataset.view(PlaysView)
    title = dict(view.places).get("title", "") if view is not None and view.part == UNITS else ""
    name = fold(str(row.values.get(title) or ""))
    if not name:
        return []
    now = today(city.clock)
    owned_datasets = []
    for declared in city.registry.all():
        if name in (fold(declared.owner.fa), fold(declared.owner.en)):
            sealed = city.release_store.snapshot(declared.slug).sealed_at
            updated = sealed.astimezone(TEHRAN).date() if sealed else None
            owned_datasets.append(
                OwnedDataset(declared, updated, tuple(missing(due(declared, city.release_store, now), now)), now)
            )
    return sorted(
        owned_datasets,
        key=lambda owned_dataset: (-bool(owned_dataset.late), -owned_dataset.days, owned_dataset.dataset.slug),
    )
