"""Days: a Gregorian date that also says itself in the calendar in which the city published it."""

from __future__ import annotations

from datetime import date
from typing import Self

import jdatetime


class Day(date):
    """A day. As a `date` it is Gregorian and ``isoformat()`` is ISO 8601; `jalali` is the same day as the city writes
    it.
    """

    __slots__ = ()

    @classmethod
    def of(cls, text: str) -> Self:
        """The day of ``2024-08-02``. Raises ValueError."""
        return cls.fromisoformat(text)

    @property
    def jalali(self) -> str:
        """``1403-05-12``; a day before the first Jalali year stays Gregorian, as in the answers of a portal."""
        try:
            return str(jdatetime.date.fromgregorian(date=self))
        except ValueError:
            return self.isoformat()
