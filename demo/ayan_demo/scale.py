"""How big the invented city is: which years, how many rows of each table, which months of payments and pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Month = tuple[int, int]


def _months(first: Month, last: Month) -> tuple[Month, ...]:
    """Every Jalali month from ``first`` to ``last``, both included."""
    start, end = first[0] * 12 + first[1] - 1, last[0] * 12 + last[1] - 1
    return tuple((at // 12, at % 12 + 1) for at in range(start, end + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Counts are per period where a table has periods.

    ``contract_years`` also hold the budgets; they begin early enough that every month of payments has contracts
    signed before it. ``years`` are the years of all other yearly tables.
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
    streets: int
    resolutions: int = 270
    sessions: int = 51
    members: int = 11

    @property
    def pay_years(self) -> tuple[int, ...]:
        """The fiscal years of pay, each of which is one file."""
        return tuple(sorted({year for year, _ in self.pay_months}))

    @property
    def rows_of_payments(self) -> int:
        """How many payments the city makes in all its months."""
        return self.payments * len(self.payment_months)


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
            streets=350,
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
            streets=350,
        ),
    )
}
