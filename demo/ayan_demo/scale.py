"""How big the invented city is, and up to which day it has come: its years, its months, how many rows of each table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from ayan.core.values import jalali
from ayan_demo.timeline import day

Month = tuple[int, int]

CLOSES: Final = (2, 21)
"""Month and day of a year from which on all that is told of the year before has been sent."""
TELLS: Final = 7
"""Day of a month from which on all that is told of the month before has been sent."""


def _months(first: Month, last: Month) -> tuple[Month, ...]:
    """Every Jalali month from ``first`` to ``last``, both included."""
    start, end = first[0] * 12 + first[1] - 1, last[0] * 12 + last[1] - 1
    return tuple((at // 12, at % 12 + 1) for at in range(start, end + 1))


def month_end(month: Month) -> date:
    """The last day of a Jalali month."""
    return day(*_back(month, -1), 1) - timedelta(days=1)


def _back(month: Month, by: int) -> Month:
    """The month so many months before ``month``."""
    at = month[0] * 12 + month[1] - 1 - by
    return at // 12, at % 12 + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Counts are per period where a table has periods.

    ``contract_years`` also hold the budgets; they begin early enough that every month of payments has contracts
    signed before it. ``years`` are the years of all other yearly tables. These are closed: everything is told of them.

    A city that has come further than that (`until`) also has ``running`` years, the last of which is that of the day
    on which it is looked at, and of these knows what happened up to the end of the month ``reported``.
    """

    name: str
    years: tuple[int, ...]
    contract_years: tuple[int, ...]
    payment_months: tuple[Month, ...]
    payments: int
    pay_months: tuple[Month, ...]
    managers: int
    vendors: int
    contracts: int
    permits: int
    parcels: int
    streets: int
    resolutions: int = 270
    sessions: int = 51
    members: int = 11
    running: tuple[int, ...] = ()
    reported: Month | None = None
    seen_on: date | None = None

    @property
    def closed(self) -> int:
        """The last year of which everything is told."""
        return self.years[-1]

    @property
    def last_month(self) -> Month:
        """The last month of which anything is told."""
        return self.reported or (self.closed, 12)

    @property
    def last_quarter(self) -> Month:
        """The last month of the last quarter of which anything is told."""
        year, month = self.last_month
        return (year, month // 3 * 3) if month >= 3 else (year - 1, 12)

    @property
    def every_year(self) -> tuple[int, ...]:
        """``years`` and those that run."""
        return self.years + self.running

    @property
    def every_contract_year(self) -> tuple[int, ...]:
        """``contract_years`` and those that run."""
        return self.contract_years + self.running

    @property
    def every_payment_month(self) -> tuple[Month, ...]:
        """``payment_months``, and all months of the years that run, which share the money of these."""
        return self.payment_months + tuple((year, month) for year in self.running for month in range(1, 13))

    @property
    def every_pay_month(self) -> tuple[Month, ...]:
        """``pay_months``, and all months of the years that run."""
        return self.pay_months + tuple((year, month) for year in self.running for month in range(1, 13))

    @property
    def pay_years(self) -> tuple[int, ...]:
        """The fiscal years of pay, each of which is one file."""
        return tuple(sorted({year for year, _ in self.every_pay_month}))

    @property
    def rows_of_payments(self) -> int:
        """How many payments the city makes in all its closed months."""
        return self.payments * len(self.payment_months)

    def is_closed(self, today: date) -> bool:
        """Whether the last of ``years`` is closed by a day."""
        return today >= day(self.closed + 1, *CLOSES)

    def until(self, today: date) -> Scale:
        """The same city as it has come to stand on a day: years are closed in the spring after them, others run.

        Raises ValueError for a day on which the last of ``years`` was not closed yet.
        """
        now = jalali.from_gregorian(today)
        closed = now.year - (1 if (now.month, now.day) >= CLOSES else 2)
        if not self.is_closed(today):
            raise ValueError(f"{today.isoformat()} is before the city's last year {self.closed} was closed")
        later = tuple(range(self.closed + 1, closed + 1))
        months = tuple((year, month) for year in later for month in range(1, 13))
        return replace(
            self,
            years=self.years + later,
            contract_years=self.contract_years + later,
            payment_months=self.payment_months + months,
            pay_months=self.pay_months + months,
            running=tuple(range(closed + 1, now.year + 1)),
            reported=_back((now.year, now.month), 1 if now.day >= TELLS else 2),
            seen_on=today,
        )


SCALES: Final[Mapping[str, Scale]] = {
    scale.name: scale
    for scale in (
        Scale(
            name="small",
            years=(1400, 1401, 1402, 1403, 1404),
            contract_years=(1399, 1400, 1401, 1402, 1403, 1404),
            payment_months=_months((1400, 1), (1404, 12)),
            payments=350,
            pay_months=_months((1400, 1), (1404, 12)),
            managers=60,
            vendors=120,
            contracts=300,
            permits=400,
            parcels=2_000,
            streets=300,
        ),
        Scale(
            name="city",
            years=(1400, 1401, 1402, 1403, 1404),
            contract_years=(1399, 1400, 1401, 1402, 1403, 1404),
            payment_months=_months((1400, 1), (1404, 12)),
            payments=16_667,
            pay_months=_months((1400, 1), (1404, 12)),
            managers=150,
            vendors=400,
            contracts=1_500,
            permits=2_500,
            parcels=20_000,
            streets=600,
        ),
        Scale(
            name="big",
            years=(1400, 1401, 1402, 1403, 1404),
            contract_years=(1399, 1400, 1401, 1402, 1403, 1404),
            payment_months=_months((1400, 1), (1404, 12)),
            payments=83_334,
            pay_months=_months((1400, 1), (1404, 12)),
            managers=400,
            vendors=800,
            contracts=3_000,
            permits=6_000,
            parcels=200_000,
            streets=1_800,
        ),
    )
}
