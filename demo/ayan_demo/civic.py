"""What planning, the council, personnel and the service desks send besides their old files."""

from __future__ import annotations

from ayan_demo.layout import Spoil
from ayan_demo.planned_files import UPDATED, Sending, of_year, sent_again, up_to, year_end
from ayan_demo.scale import Scale
from ayan_demo.timeline import day

_BROKEN_SHAPE = '{"type":"Polygon","coordinates":[]}'


def registers(scale: Scale) -> tuple[Sending, ...]:
    """Registers that other tables point to, and those that point to nothing."""
    opening, first, later = scale.contract_years[0], scale.years[0], scale.closed + 1
    recognised = Spoil(row=5, cells={"grade": "24"})
    shapeless = Spoil(row=8, cells={"geometry": _BROKEN_SHAPE})
    return (
        *sent_again(scale, Sending(day(opening, 1, 18), "activities/default", "activities"), 2, 6),
        *sent_again(scale, Sending(day(opening, 1, 19), "services/default", "services"), 2, 6),
        # Of later years nobody has told: they stay owed.
        Sending(day(max(opening, 1401), 2, 5), "transaction-ceilings/default", "ceilings"),
        Sending(day(scale.closed, 2, 3), "fees-and-tariffs/default", up_to("tariffs", scale.closed)),
        *(
            Sending(day(year, 2, 3), "fees-and-tariffs/default", up_to("tariffs", year), reason=UPDATED)
            for year in scale.running
        ),
        Sending(day(later, 2, 10), "safety-exemptions/default", up_to("exemptions", scale.closed)),
        Sending(day(later, 2, 9), "staff/default", "staff", None, recognised, frozenset({"group-small"})),
        Sending(day(later, 2, 9), "staff/default", "staff"),
        Sending(day(first, 2, 20), "parcels/gis", "parcels", None, shapeless, frozenset({"not-geometry"})),
        *sent_again(scale, Sending(day(first, 2, 20), "parcels/gis", "parcels"), 2, 7),
        Sending(day(later, 2, 10), "consumer-prices/default", "price_index"),
    )


def council(scale: Scale) -> tuple[Sending, ...]:
    """Who sits in the council, and after each year its sessions, what it decided and who voted how."""
    first, last = scale.years[0], scale.closed
    stranger = Spoil(row=6, cells={"member": "ناشناس نمونه‌ای (ساختگی)"})
    # Its members took their seats in the summer of 1400.
    seated = max(day(first, 1, 25), day(1400, 5, 25))
    sent = [*sent_again(scale, Sending(seated, "council-members/default", "council_members"), 1, 25)]
    for year in scale.every_year:
        held = f"(SELECT * FROM council_sessions WHERE held_on <= DATE '{year_end(year)}')"
        reason = UPDATED if year > first else None
        sent.append(Sending(day(year + 1, 1, 17), "council-sessions/default", held, reason=reason))
        rows, came = of_year("resolutions", year), day(year + 1, 1, 21)
        if year == last:
            more = Spoil(row=5, cells={"present": "30"})
            codes = frozenset({"check:votes-present"})
            sent.append(Sending(came, "council-resolutions/minutes", rows, str(year), more, codes))
        sent.append(Sending(came, "council-resolutions/minutes", rows, str(year)))
        rows, came = of_year("votes", year), day(year + 1, 1, 23)
        if year == last:
            unheard = Spoil(row=9, cells={"vote": "شاید"})
            sent.append(Sending(came, "council-votes/tally", rows, str(year), unheard, frozenset({"not-in-list"})))
        sent.append(Sending(came, "council-votes/tally", rows, str(year)))
    roll = "council-attendance/roll", f"(SELECT * FROM council_attendance WHERE held_on <= DATE '{year_end(last)}')"
    sent.append(Sending(day(last + 1, 1, 26), *roll, None, stranger, frozenset({"ref-missing"})))
    sent.append(Sending(day(last + 1, 1, 26), *roll))
    return tuple(sent)


def streets(scale: Scale) -> tuple[Sending, ...]:
    """What streets are worth in a year, told as it begins."""
    first, last = scale.years[0], scale.closed
    sent: list[Sending] = []
    for year in scale.every_year:
        name, rows = f"street-values/{'default' if year == first else 'valuation'}", of_year("street_values", year)
        if year == last:
            broken = Spoil(row=30, cells={"q": "4200.25"})
            # Without that row the stated total cannot hold either.
            codes = frozenset({"money-not-whole", "total-mismatch"})
            sent.append(Sending(day(year, 1, 28), name, rows, str(year), broken, codes))
        sent.append(Sending(day(year, 1, 28), name, rows, str(year)))
    return tuple(sent)


def permits(scale: Scale) -> tuple[Sending, ...]:
    """The first year is published in part: one file of the archive cannot be read."""
    first = scale.years[0]
    sent: list[Sending] = []
    for year in scale.every_year:
        name, rows = f"building-permits/{'engineering' if year == first else 'gis'}", of_year("permits", year)
        if year == first:
            lost = Spoil(row=14, cells={"issued_on": f"{year}/05/12", "use": "نامعلوم"})
            codes = frozenset({"date-other-calendar", "not-in-list"})
            why = "پروندهٔ یک پروانه در بایگانی ناخواناست و پس از بازخوانی فرستاده می‌شود (نمونهٔ ساختگی)."
            sent.append(Sending(day(year + 1, 2, 2), name, rows, str(year), lost, codes, why))
        else:
            sent.append(Sending(day(year + 1, 2, 2), name, rows, str(year)))
    return tuple(sent)


def rulings(scale: Scale) -> tuple[Sending, ...]:
    """What the commissions decide on parcels and files, and what was paid for them."""
    last = scale.closed
    unsaid = Spoil(row=1, cells={"fine": ""})
    sent = [Sending(day(last + 1, 2, 8), "article-5-decisions/default", up_to("decisions", last))]
    for year in scale.every_year:
        rows, came = _fines_first(year), day(year + 1, 2, 8)
        if year == last:
            codes = frozenset({"check:fine-present", "total-mismatch"})
            sent.append(Sending(came, "article-100-rulings/panel", rows, str(year), unsaid, codes))
        sent.append(Sending(came, "article-100-rulings/panel", rows, str(year)))
        sent.append(Sending(day(year + 1, 2, 11), "levy-receipts/cashier", of_year("receipts", year), str(year)))
    return tuple(sent)


def _fines_first(year: int) -> str:
    """The rulings of a year numbered so that a fine stands in the first row."""
    order = "j + CASE WHEN ruling = 'fine' THEN 0 ELSE 1000000 END"
    return f"(SELECT * REPLACE ({order} AS j) FROM rulings WHERE year = {year})"


def desks(scale: Scale) -> tuple[Sending, ...]:
    """What the desks that meet people count: performance, requests with their steps, and licences."""
    sent: list[Sending] = []
    for year in scale.every_year:
        sent += [
            Sending(day(year + 1, 2, 15), "performance/planning", of_year("performance", year), str(year)),
            Sending(day(year + 1, 1, 28), "requests/line", of_year("requests", year), str(year)),
            Sending(day(year + 1, 1, 28), "service-step-times/default", of_year("service_steps", year), str(year)),
        ]
    licences = up_to("licences", scale.closed)
    return (*sent, Sending(day(scale.closed + 1, 2, 13), "licences-issued/default", licences))
