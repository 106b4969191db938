"""Until when offices are open: what comes later counts as received on the next working day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final

from ayan.core.values.canonical import Json
from ayan.core.values.workdays import WEEKDAYS

_HOUR: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When offices close, in Tehran: on most days, and on those weekdays (by their ISO number) that have another hour.

    What comes in that very minute still comes in time.
    """

    closes: time = time(14, 30)
    closes_on: Mapping[int, time] = field(default_factory=dict)

    @classmethod
    def read(cls, table: object) -> OfficeHours:
        """Of the table ``[calendar]``: ``closes``, and ``closes_on`` (weekday = hour) where a day has another hour.

        Raises ValueError or TypeError for what is not as it should be.
        """
        if not isinstance(table, Mapping):
            raise TypeError("calendar is a table")
        others = table.get("closes_on", {})
        if not isinstance(others, Mapping) or not set(others) <= set(WEEKDAYS):
            raise ValueError(f'calendar.closes_on is a table of {", ".join(WEEKDAYS)}, such as thursday = "12:30"')
        closes = _hour(table["closes"]) if "closes" in table else cls().closes
        return cls(closes, {WEEKDAYS[day]: _hour(hour) for day, hour in others.items()})

    def end(self, day: date) -> time:
        """When offices close on a day."""
        return self.closes_on.get(day.isoweekday(), self.closes)

    def as_declared(self) -> dict[str, Json]:
        """What binds the city, as it is published; empty where it says nothing of its own."""
        if self == OfficeHours():
            return {}
        names = {number: name for name, number in WEEKDAYS.items()}
        others = {names[number]: f"{hour:%H:%M}" for number, hour in sorted(self.closes_on.items())}
        return {"closes": f"{self.closes:%H:%M}", "closes_on": others}


USUAL_HOURS: Final = OfficeHours()
"""Where a city says nothing else."""


def _hour(text: object) -> time:
    if not isinstance(text, str) or not _HOUR.fullmatch(text):
        raise ValueError('hours of the calendar are written in quotes, such as "14:30"')
    return time.fromisoformat(text)
