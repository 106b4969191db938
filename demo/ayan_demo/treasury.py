"""What the treasury sends, and the registers that offices keep over the years and send whole."""

from __future__ import annotations

from ayan_demo.layout import Spoil
from ayan_demo.scale import Scale
from ayan_demo.sending import Sending, of_year


def revenues(scale: Scale) -> tuple[Sending, ...]:
    """Revenues year by year; the newest first with a month that lies in another year."""
    out = []
    last = scale.contract_years[-1]
    for year in scale.contract_years:
        name, rows = f"revenues/{'default' if year == last else 'income-office'}", of_year("revenues", year)
        if year == last:
            elsewhere = Spoil(row=6, cells={"month": f"{year - 1}/02"})
            out.append(Sending(name, rows, str(year), elsewhere, frozenset({"check:month-of-year"})))
        out.append(Sending(name, rows, str(year)))
    return tuple(out)


def transfers(scale: Scale) -> tuple[Sending, ...]:
    """Changes of the budget year by year; the newest first with a line that no budget has."""
    out = []
    last = scale.contract_years[-1]
    for year in scale.contract_years:
        name, rows = f"budget-transfers/{'default' if year == last else 'budget-office'}", of_year("transfers", year)
        if year == last:
            unknown = Spoil(row=1, cells={"to_code": "999999"})
            out.append(Sending(name, rows, str(year), unknown, frozenset({"ref-missing"})))
        out.append(Sending(name, rows, str(year)))
    return tuple(out)


def debts(scale: Scale) -> tuple[Sending, ...]:
    """What was owed at the end of each year."""
    return tuple(Sending("debts-and-claims/ledger", of_year("debts", year), str(year)) for year in scale.contract_years)


def registers(_scale: Scale) -> tuple[Sending, ...]:
    """Registers of all years, each sent whole; the trips first with a sum that does not hold."""
    wrong = Spoil(row=3, cells={"amount": "1"})
    return (
        Sending("population/default", "population"),
        Sending("advertising-spend/default", "advertising"),
        Sending("studies-bought/default", "studies"),
        Sending("foreign-trips/default", "trips", spoil=wrong, codes=frozenset({"check:sum"})),
        Sending("foreign-trips/default", "trips"),
        Sending("investment-calls/default", "investment_calls"),
        Sending("municipal-properties/assets", "properties"),
        Sending("kiosks-and-markets/default", "kiosks"),
    )
