"""What planning, the council, personnel and the service desks send besides their old files."""

from __future__ import annotations

from ayan_demo.layout import Spoil
from ayan_demo.scale import Scale
from ayan_demo.sending import Sending, of_year

_BROKEN_SHAPE = '{"type":"Polygon","coordinates":[]}'


def registers(_scale: Scale) -> tuple[Sending, ...]:
    """Registers that other tables point to, and those that point to nothing."""
    stranger = Spoil(row=6, cells={"member": "ناشناس نمونه‌ای (ساختگی)"})
    recognised = Spoil(row=5, cells={"grade": "24"})
    shapeless = Spoil(row=8, cells={"geometry": _BROKEN_SHAPE})
    return (
        Sending("activities/default", "activities"),
        Sending("services/default", "services"),
        Sending("fees-and-tariffs/default", "tariffs"),
        Sending("transaction-ceilings/default", "ceilings"),
        Sending("safety-exemptions/default", "exemptions"),
        Sending("staff/default", "staff", None, recognised, frozenset({"group-small"})),
        Sending("staff/default", "staff"),
        Sending("council-members/default", "council_members"),
        Sending("council-sessions/default", "council_sessions"),
        Sending("council-attendance/roll", "council_attendance", None, stranger, frozenset({"ref-missing"})),
        Sending("council-attendance/roll", "council_attendance"),
        Sending("parcels/gis", "parcels", None, shapeless, frozenset({"not-geometry"})),
        Sending("parcels/gis", "parcels"),
    )


def rulings(scale: Scale) -> tuple[Sending, ...]:
    """What the commissions decide on parcels and files, and what was paid for them."""
    last = scale.years[-1]
    unsaid = Spoil(row=1, cells={"fine": ""})
    sent = [Sending("article-5-decisions/default", "decisions")]
    for year in scale.years:
        rows = _fines_first(year)
        if year == last:
            sent.append(
                Sending(
                    "article-100-rulings/panel",
                    rows,
                    str(year),
                    unsaid,
                    frozenset({"check:fine-present", "total-mismatch"}),
                )
            )
        sent.append(Sending("article-100-rulings/panel", rows, str(year)))
    sent += [Sending("levy-receipts/cashier", of_year("receipts", year), str(year)) for year in scale.years]
    return tuple(sent)


def _fines_first(year: int) -> str:
    """The rulings of a year numbered so that a fine stands in the first row."""
    order = "j + CASE WHEN ruling = 'fine' THEN 0 ELSE 1000000 END"
    return f"(SELECT * REPLACE ({order} AS j) FROM rulings WHERE year = {year})"


def desks(scale: Scale) -> tuple[Sending, ...]:
    """What the desks that meet people count: performance, requests and licences."""
    return (
        *(Sending("performance/planning", of_year("performance", year), str(year)) for year in scale.years),
        *(Sending("requests/line", of_year("requests", year), str(year)) for year in scale.years),
        Sending("licences-issued/default", "licences"),
    )
