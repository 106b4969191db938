"""What an office means to send and when, before it is written down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from ayan.core.store.correction_reason import CorrectionReason
from ayan_demo.layout import Spoil
from ayan_demo.scale import Month, Scale
from ayan_demo.timeline import day


@dataclass(frozen=True, slots=True)
class Sending:
    """What an office means to send on a day: a layout by ``dataset/source``, its rows (SQL after FROM), its faults.

    With ``codes`` the file must be refused for exactly these; it comes on the day of the right one, listed just before
    it. With ``partial`` as well it is published without the rows they stand in. ``reason`` is why it takes the place of
    what was published before.
    """

    on: date
    layout: str
    relation: str
    period: str | None = None
    spoil: Spoil | None = None
    codes: frozenset[str] = field(default_factory=frozenset)
    partial: str | None = None
    reason: CorrectionReason | None = None

    @property
    def refused(self) -> bool:
        """Whether the file must be refused."""
        return bool(self.codes) and self.partial is None


UPDATED: Final = CorrectionReason("regular-update")
"""Why a register is sent whole once more, or a year that has gone on."""


def of_year(table: str, year: int) -> str:
    """The rows of one year of a table, as a relation."""
    return f"(SELECT * FROM {table} WHERE year = {year})"


def year_end(year: int) -> date:
    """The last day of a Jalali year."""
    return day(year + 1, 1, 1) - timedelta(days=1)


def after(month: Month, of_month: int) -> date:
    """A day of the month that follows."""
    year, number = (month[0] + 1, 1) if month[1] == 12 else (month[0], month[1] + 1)
    return day(year, number, of_month)


def up_to(table: str, year: int) -> str:
    """The rows of a table up to a year, as a relation."""
    return f"(SELECT * FROM {table} WHERE year <= {year})"


def told_lately(scale: Scale, of_month: int, spring: date) -> date:
    """When a register that is sent each quarter came last: in spring, where nothing newer is told."""
    return spring if scale.last_quarter == (scale.closed, 12) else after(scale.last_quarter, of_month)


def sent_again(scale: Scale, first: Sending, month: int, of_month: int) -> tuple[Sending, ...]:
    """What was sent once, and once more in the spring of the year after the last closed one of a city that goes on."""
    if scale.reported is None:
        return (first,)
    return first, replace(first, on=day(scale.closed + 1, month, of_month), reason=UPDATED)
