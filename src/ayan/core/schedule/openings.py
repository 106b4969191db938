"""From which day a city owes its datasets: before it nothing of them counts as late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ayan.core.values import jalali
from ayan.core.values.invalid_value import InvalidValue

ALL: Final = "all"
"""The key under which the day of every dataset stands that is not named."""


@dataclass(frozen=True, slots=True)
class Openings:
    """The days as a city declares them: of every dataset (None where nothing is said), and of some by their slugs."""

    of_all: date | None = None
    by_dataset: Mapping[str, date] = field(default_factory=dict)

    @classmethod
    def read(cls, table: object) -> Openings:
        """The table ``[opens]``: a Jalali day in quotes for ``all`` or for a slug. ValueError for anything else."""
        if not isinstance(table, Mapping):
            raise ValueError('opens is a table, such as all = "1405-10-01"')
        days = {str(name): _day(name, text) for name, text in table.items()}
        return cls(days.pop(ALL, None), days)

    def of(self, slug: str) -> date | None:
        """The day from which a dataset is owed; None where it always was."""
        return self.by_dataset.get(slug, self.of_all)

    def as_declared(self) -> dict[str, str]:
        """The same as days of ISO 8601 by name, empty where nothing is said."""
        of_all = {ALL: self.of_all.isoformat()} if self.of_all else {}
        return {**of_all, **{slug: day.isoformat() for slug, day in sorted(self.by_dataset.items())}}


def _day(name: object, text: object) -> date:
    try:
        return jalali.to_gregorian(jalali.parse_jalali(text if isinstance(text, str) else ""))
    except InvalidValue:
        raise ValueError(f'opens.{name} is a day in quotes, such as "1405-10-01"') from None
