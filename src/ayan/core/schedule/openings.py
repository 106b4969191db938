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
LATER: Final = "later"
"""How it is written that a dataset opens on a day that nobody has named yet."""
UNNAMED: Final = date.max
"""That day, in the place of a day: nothing is owed before it, and it never comes."""


@dataclass(frozen=True, slots=True)
class Openings:
    """The days as a city declares them: of every dataset (None where nothing is said), and of some by their slugs."""

    of_all: date | None = None
    by_dataset: Mapping[str, date] = field(default_factory=dict)

    @classmethod
    def read(cls, table: object) -> Openings:
        """The table ``[opens]``: for ``all`` or for a slug a Jalali day in quotes, or "later". ValueError otherwise."""
        if not isinstance(table, Mapping):
            raise ValueError('opens is a table, such as all = "1405-10-01"')
        days = {str(name): _day(name, text) for name, text in table.items()}
        return cls(days.pop(ALL, None), days)

    def of(self, slug: str) -> date | None:
        """The day from which a dataset is owed; None where it always was."""
        return self.by_dataset.get(slug, self.of_all)

    def as_declared(self) -> dict[str, str]:
        """The same as days of ISO 8601 (or "later") by name, empty where nothing is said."""
        days = {**({ALL: self.of_all} if self.of_all else {}), **dict(sorted(self.by_dataset.items()))}
        return {name: LATER if day == UNNAMED else day.isoformat() for name, day in days.items()}


def _day(name: object, text: object) -> date:
    if text == LATER:
        return UNNAMED
    try:
        return jalali.to_gregorian(jalali.parse_jalali(text if isinstance(text, str) else ""))
    except InvalidValue:
        raise ValueError(f'opens.{name} is a day in quotes, such as "1405-10-01", or "later"') from None
