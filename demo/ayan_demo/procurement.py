"""What the personnel office, the tender commission and the technical office send."""

from __future__ import annotations

from ayan_demo.layout import Spoil
from ayan_demo.scale import Scale
from ayan_demo.sending import Sending, of_year


def chart(_scale: Scale) -> tuple[Sending, ...]:
    """The organisation chart, first with an office that stands under a unit which is not in it."""
    nowhere = Spoil(row=9, cells={"parent": "88"})
    return (
        Sending("organisation-chart/personnel", "units", spoil=nowhere, codes=frozenset({"ref-missing"})),
        Sending("organisation-chart/personnel", "units"),
    )


def tenders(scale: Scale) -> tuple[Sending, ...]:
    """Tenders and their bids, year by year."""
    return (*_tenders(scale), *_bids(scale))


def _tenders(scale: Scale) -> tuple[Sending, ...]:
    out = []
    years = scale.contract_years
    for year in years:
        # Two-digit years are read as 14xx, so the former system's file serves from 1400 on.
        name = f"tenders/{'archive' if 1400 <= year < years[-1] else 'default'}"
        if year == years[-1]:
            early = Spoil(row=15, cells={"opened_on": f"{year}/01/02"})
            out.append(Sending(name, of_year("tenders", year), str(year), early, frozenset({"check:opened-after"})))
        out.append(Sending(name, of_year("tenders", year), str(year)))
    return tuple(out)


def _bids(scale: Scale) -> tuple[Sending, ...]:
    last = scale.contract_years[-1]
    return tuple(
        Sending(f"bids/{'commission' if year == last else 'default'}", of_year("bids", year), str(year))
        for year in scale.contract_years
    )


def works(scale: Scale) -> tuple[Sending, ...]:
    """Projects, then the statements of their contractors; one statement does not add up at first."""
    out = [Sending("projects/gis", "projects")]
    last = scale.contract_years[-1]
    for year in scale.contract_years:
        name = f"progress-statements/{'default' if year == last else 'technical-office'}"
        rows = of_year("statements", year)
        if year == last:
            off = Spoil(row=8, cells={"cumulative": "1000"})
            out.append(Sending(name, rows, str(year), off, frozenset({"check:cumulative"})))
        out.append(Sending(name, rows, str(year)))
    return tuple(out)
