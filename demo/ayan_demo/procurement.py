"""What the personnel office, the tender commission, the contracts office and the technical office send."""

from __future__ import annotations

from typing import Final

from ayan.core.store.correction_reason import CorrectionReason
from ayan_demo.layout import Spoil
from ayan_demo.planned_files import UPDATED, Sending, after, of_year, sent_again, told_lately, year_end
from ayan_demo.scale import Scale
from ayan_demo.timeline import day

STATES: Final = CorrectionReason("regular-update", "وضعیت قراردادهای سال‌های پیش به‌روز شد.")
"""Why contracts of earlier years are sent again."""


def chart(scale: Scale) -> tuple[Sending, ...]:
    """The organisation chart, first with an office that stands under a unit which is not in it."""
    nowhere, came = Spoil(row=9, cells={"parent": "88"}), day(scale.contract_years[0], 1, 16)
    return (
        Sending(came, "organisation-chart/personnel", "units", None, nowhere, frozenset({"ref-missing"})),
        *sent_again(scale, Sending(came, "organisation-chart/personnel", "units"), 2, 5),
    )


def vendors(scale: Scale) -> tuple[Sending, ...]:
    """The register as first sent, when nobody's standing was in doubt, and as it is at the end."""
    wrong = Spoil(row=7, cells={"legal_id": "99000000001"})
    older = "(SELECT * REPLACE ('clear' AS standing, NULL::DATE AS barred_until) FROM vendors)"
    came = day(scale.contract_years[0], 1, 17)
    return (
        Sending(came, "vendors/default", older, None, wrong, frozenset({"company-wrong"})),
        Sending(came, "vendors/default", older),
        Sending(told_lately(scale, 3, day(scale.closed + 1, 2, 3)), "vendors/procurement", "vendors", reason=UPDATED),
    )


def tenders(scale: Scale) -> tuple[Sending, ...]:
    """Tenders and their bids, year by year."""
    sent: list[Sending] = []
    for year in scale.every_contract_year:
        # Two-digit years are read as 14xx, so the former system's file serves from 1400 on.
        name = f"tenders/{'archive' if 1400 <= year < scale.closed else 'default'}"
        rows, came = of_year("tenders", year), day(year + 1, 1, 19)
        office = f"bids/{'commission' if year >= scale.closed else 'default'}"
        reason = None
        if _runs(scale, year):
            reason = UPDATED
            sent.append(Sending(after(scale.last_month, 2), name, rows, str(year)))
            sent.append(Sending(after(scale.last_month, 2), office, of_year("bids", year), str(year)))
        if year == scale.closed:
            early = Spoil(row=15, cells={"opened_on": f"{year}/01/02"})
            sent.append(Sending(came, name, rows, str(year), early, frozenset({"check:opened-after"})))
        sent.append(Sending(came, name, rows, str(year), reason=reason))
        sent.append(Sending(day(year + 1, 1, 24), office, of_year("bids", year), str(year), reason=reason))
    return tuple(sent)


def contracts(scale: Scale, stranger: str) -> tuple[Sending, ...]:
    """Contracts of half a year where payments name them in it, of the whole year, and later as they came to stand.

    ``stranger`` is a legal ID that no vendor has.
    """
    years, sent = scale.contract_years, list[Sending]()
    paid = {year for year, month in scale.every_payment_month if month > 6}
    for year in scale.every_contract_year:
        # Two-digit years are read as 14xx, so the former system's file serves from 1400 on.
        source = "secretariat" if year >= scale.closed else "archive" if 1400 <= year < years[-2] else "default"
        name, period, came = f"contracts/{source}", str(year), day(year + 1, 1, 27)
        if year in paid:
            half = f"contracts_by({year}, DATE '{day(year, 6, 31)}')"
            sent.append(Sending(day(year, 7, 14), name, half, period))
        if _runs(scale, year) and scale.last_month[1] > 6:
            # Tenders are told of up to the last month, and so is what was signed with who won them.
            so_far = f"contracts_by({year}, getvariable('last_day'))"
            sent.append(Sending(after(scale.last_month, 3), name, so_far, period, reason=UPDATED))
        # Nothing that happened after the last day is known.
        rows = f"contracts_by({year}, least(DATE '{day(year + 1, 1, 20)}', getvariable('last_day')))"
        if year == years[-2]:
            unknown = Spoil(row=12, cells={"contractor_id": stranger})
            sent.append(Sending(came, name, rows, period, unknown, frozenset({"ref-missing"})))
        if year == years[-1]:
            outside = Spoil(row=20, cells={"signed_on": f"{year - 1}/12/29"})
            sent.append(Sending(came, name, rows, period, outside, frozenset({"outside-period"})))
        sent.append(Sending(came, name, rows, period, reason=UPDATED if year in paid else None))
        if year < scale.closed:
            again = f"contracts_by({year}, getvariable('closed_day'))"
            sent.append(Sending(day(scale.closed + 1, 2, 11), name, again, period, reason=STATES))
    return tuple(sent)


def amendments(scale: Scale) -> tuple[Sending, ...]:
    """What was agreed later about contracts, year by year."""
    years, sent = scale.contract_years, list[Sending]()
    for year in scale.every_contract_year:
        name = "contract-amendments/office" if year == scale.closed else "contract-amendments/default"
        rows, came = of_year("amendments", year), day(year + 1, 2, 7)
        if year == years[-2]:
            doubtful = Spoil(row=3, cells={"initial_amount": "1.250.00"})
            sent.append(Sending(came, name, rows, str(year), doubtful, frozenset({"number-ambiguous"})))
        sent.append(Sending(came, name, rows, str(year)))
    return tuple(sent)


def works(scale: Scale) -> tuple[Sending, ...]:
    """After each year projects as they stood, then statements of their contractors, one of which does not add up."""
    sent: list[Sending] = []
    first, last = scale.contract_years[0], scale.closed
    for year in scale.every_contract_year:
        reason = UPDATED if year > first else None
        sent.append(
            Sending(day(year + 1, 1, 29), "projects/gis", f"projects_by(DATE '{year_end(year)}')", reason=reason)
        )
        name = f"progress-statements/{'default' if year >= last else 'technical-office'}"
        rows, came = of_year("statements", year), day(year + 1, 2, 4)
        updated = None
        if _runs(scale, year):
            updated, now = UPDATED, "projects_by(getvariable('last_day'))"
            sent.append(Sending(after(scale.last_month, 4), "projects/gis", now, reason=UPDATED))
            sent.append(Sending(after(scale.last_month, 4), name, rows, str(year)))
        if year == last:
            off = Spoil(row=8, cells={"cumulative": "1000"})
            sent.append(Sending(came, name, rows, str(year), off, frozenset({"check:cumulative"})))
        sent.append(Sending(came, name, rows, str(year), reason=updated))
    return tuple(sent)


def _runs(scale: Scale, year: int) -> bool:
    """Whether a year is the one that something was told of last, and no closed one."""
    return scale.reported is not None and scale.reported[0] == year > scale.closed
