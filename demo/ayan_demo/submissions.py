"""What the offices send, in the order a city would publish it: each file with its sender and expected fate."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Final

from ayan.core.store.correction_reason import CorrectionReason
from ayan_demo import civic, procurement, treasury
from ayan_demo.layout import Spoil
from ayan_demo.post import PostOffice, Submission
from ayan_demo.scale import SCALES, Month, Scale
from ayan_demo.sending import of_year
from ayan_demo.world import World

SEED: Final = 1404
LARGE_WORKBOOK: Final = 6_000
"""Rows of payments a month beyond which the districts send one workbook and text files otherwise."""

WRONG_HERE: Final = 11
"""How many of the files that this module sends are refused."""

PLANNED: Final = (
    civic.registers,
    civic.rulings,
    civic.desks,
    procurement.chart,
    procurement.tenders,
    procurement.works,
    treasury.transfers,
    treasury.revenues,
    treasury.debts,
    treasury.registers,
)
"""Offices whose files are known without a look into the city."""

RECOUNTED: Final = CorrectionReason(
    "entry-error",
    "در مغایرت‌گیری با صورت‌حساب بانک دیده شد که مبلغ چند پرداخت یک‌دهم بیشتر ثبت شده و یک پرداخت انجام نشده است.",
)
"""Why a month of payments is sent again; `_first_sent` has what was wrong in it."""


def submissions(scale: str, seed: int, folder: Path) -> Generator[Submission]:
    """Generate the city's files one by one into ``folder``, references before what refers to them.

    A file is written when its submission is asked for. Raises KeyError for an unknown scale.
    """
    office = PostOffice(World(SCALES[scale], seed, folder / "scratch"), folder)
    try:
        yield from _in_order(office)
    finally:
        office.world.close()


def count(scale: str) -> int:
    """How many submissions :func:`submissions` yields for ``scale``."""
    size = SCALES[scale]
    yearly = 2 * len(size.contract_years) + sum(1 for _ in amendment_years(size)) + 4 * len(size.years)
    written = 3 + yearly + len(size.pay_years) + len(size.payment_months) + 1 + WRONG_HERE
    return written + sum(len(planned(size)) for planned in PLANNED)


def planted(scale: str) -> int:
    """How many of them must be refused."""
    return WRONG_HERE + sum(bool(sending.codes) for planned in PLANNED for sending in planned(SCALES[scale]))


def amendment_years(scale: Scale) -> Iterator[int]:
    """The years in which contracts are amended."""
    yield from scale.contract_years


def _in_order(office: PostOffice) -> Iterator[Submission]:
    yield from office.send_all(procurement.chart(office.scale))
    yield from _vendors(office)
    yield from _budget(office)
    yield from office.send_all(treasury.transfers(office.scale))
    yield from office.send_all(treasury.revenues(office.scale))
    yield from office.send_all(procurement.tenders(office.scale))
    yield from _streets(office)
    yield from office.send_all(civic.registers(office.scale))
    yield office.send("consumer-prices/default", "price_index", None)
    yield from _council(office)
    yield from _contracts(office)
    yield from _amendments(office)
    yield from office.send_all(procurement.works(office.scale))
    yield from office.send_all(treasury.debts(office.scale))
    yield from office.send_all(treasury.registers(office.scale))
    yield from _permits(office)
    yield from office.send_all(civic.rulings(office.scale))
    yield from office.send_all(civic.desks(office.scale))
    yield from _pay(office)
    yield from _payments(office)
    yield from _later(office)


def _vendors(office: PostOffice) -> Iterator[Submission]:
    """The register as first sent: some standings are older than the truth, and come right with the last submission."""
    wrong = Spoil(row=7, cells={"legal_id": "99000000001"})
    older = "(SELECT * REPLACE ('clear' AS standing, NULL::DATE AS barred_until) FROM vendors)"
    yield office.send("vendors/default", older, None, spoil=wrong, codes=frozenset({"company-wrong"}))
    yield office.send("vendors/default", older, None)


def _budget(office: PostOffice) -> Iterator[Submission]:
    for year in office.scale.contract_years:
        yield office.send("budget/budget-book", of_year("budget", year), str(year))


def _contracts(office: PostOffice) -> Iterator[Submission]:
    years = office.scale.contract_years
    for year in years:
        # Two-digit years are read as 14xx, so the former system's file serves from 1400 on.
        source = "secretariat" if year == years[-1] else "archive" if 1400 <= year < years[-2] else "default"
        name, rows = f"contracts/{source}", of_year("contracts", year)
        if year == years[-2]:
            stranger = office.world.value("SELECT contractor_id FROM contracts WHERE contractor_id IS NOT NULL LIMIT 1")
            unknown = Spoil(row=12, cells={"contractor_id": _other_legal_id(office.world, str(stranger))})
            yield office.send(name, rows, str(year), spoil=unknown, codes=frozenset({"ref-missing"}))
        if year == years[-1]:
            outside = Spoil(row=20, cells={"signed_on": f"{year - 1}/12/29"})
            yield office.send(name, rows, str(year), spoil=outside, codes=frozenset({"outside-period"}))
        yield office.send(name, rows, str(year))


def _other_legal_id(world: World, known: str) -> str:
    """A legal ID with a right check digit that no vendor of the city has."""
    digits = int(known[2:10])
    return str(
        world.value(
            f"SELECT made FROM (SELECT legal_id(n) AS made FROM range({digits + 1}, {digits + 50}) r(n)) "
            "WHERE made NOT IN (SELECT legal_id FROM vendors) ORDER BY made LIMIT 1"
        )
    )


def _amendments(office: PostOffice) -> Iterator[Submission]:
    years = tuple(amendment_years(office.scale))
    for year in years:
        name = "contract-amendments/office" if year == years[-1] else "contract-amendments/default"
        rows = of_year("amendments", year)
        if year == years[-2]:
            doubtful = Spoil(row=3, cells={"initial_amount": "1.250.00"})
            yield office.send(name, rows, str(year), spoil=doubtful, codes=frozenset({"number-ambiguous"}))
        yield office.send(name, rows, str(year))


def _council(office: PostOffice) -> Iterator[Submission]:
    last = office.scale.years[-1]
    for year in office.scale.years:
        rows = of_year("resolutions", year)
        if year == last:
            more = Spoil(row=5, cells={"present": "30"})
            yield office.send(
                "council-resolutions/minutes", rows, str(year), spoil=more, codes=frozenset({"check:votes-present"})
            )
        yield office.send("council-resolutions/minutes", rows, str(year))
    for year in office.scale.years:
        rows = of_year("votes", year)
        if year == last:
            unheard = Spoil(row=9, cells={"vote": "شاید"})
            yield office.send("council-votes/tally", rows, str(year), spoil=unheard, codes=frozenset({"not-in-list"}))
        yield office.send("council-votes/tally", rows, str(year))


def _streets(office: PostOffice) -> Iterator[Submission]:
    first, *_, last = office.scale.years
    for year in office.scale.years:
        name, rows = f"street-values/{'default' if year == first else 'valuation'}", of_year("street_values", year)
        if year == last:
            broken = Spoil(row=30, cells={"q": "4200.25"})
            # Without that row the stated total cannot hold either.
            codes = frozenset({"money-not-whole", "total-mismatch"})
            yield office.send(name, rows, str(year), spoil=broken, codes=codes)
        yield office.send(name, rows, str(year))


def _permits(office: PostOffice) -> Iterator[Submission]:
    """The first year is published in part: one file of the archive cannot be read."""
    first = office.scale.years[0]
    for year in office.scale.years:
        name, rows = f"building-permits/{'engineering' if year == first else 'gis'}", of_year("permits", year)
        if year == first:
            lost = Spoil(row=14, cells={"issued_on": f"{year}/05/12", "use": "نامعلوم"})
            yield office.send(
                name,
                rows,
                str(year),
                spoil=lost,
                codes=frozenset({"date-other-calendar", "not-in-list"}),
                partial="پروندهٔ یک پروانه در بایگانی ناخواناست و پس از بازخوانی فرستاده می‌شود (نمونهٔ ساختگی).",
            )
            continue
        yield office.send(name, rows, str(year))


def _pay(office: PostOffice) -> Iterator[Submission]:
    years = office.scale.pay_years
    for year in years:
        period = str(year)
        rows = f"(SELECT * FROM pay WHERE month LIKE '{year}-%')"
        if year == years[0]:
            wrong = Spoil(row=4, cells={"national_id": "9990000002"})
            yield office.send("managers-pay/payroll", rows, period, spoil=wrong, codes=frozenset({"identity-wrong"}))
        if year == years[-1]:
            off = Spoil(total={"gross": 1})
            yield office.send("managers-pay/payroll", rows, period, spoil=off, codes=frozenset({"total-mismatch"}))
        yield office.send("managers-pay/payroll", rows, period)


def _payments(office: PostOffice) -> Iterator[Submission]:
    months = office.scale.payment_months
    for index, month in enumerate(months):
        period, name = _text(month), _payment_layout(office.scale, index)
        rows = _payment_rows(period)
        if index == 0:
            # In the second half of the year months have 30 days at most; in the first, 31.
            never = f"{month[0]}/{month[1]:02}/{32 if month[1] <= 6 else 31}"
            spoil = Spoil(row=11, cells={"paid_on": never})
            yield office.send(name, rows, period, spoil=spoil, codes=frozenset({"date-impossible"}))
        if index == 1:
            twice = Spoil(row=25, repeat=True)
            yield office.send(name, rows, period, spoil=twice, codes=frozenset({"key-duplicate"}))
        first_sent = _first_sent(period, office.scale) if month == months[-2] else rows
        yield office.send(name, first_sent, period)


def _later(office: PostOffice) -> Iterator[Submission]:
    """Corrections of what was published: a month of payments sent again, and the register of vendors as it is now."""
    months = office.scale.payment_months
    corrected = months[-2]
    name = _payment_layout(office.scale, len(months) - 2)
    yield office.send(name, _payment_rows(_text(corrected)), _text(corrected), reason=RECOUNTED)
    yield office.send("vendors/procurement", "vendors", None, reason=CorrectionReason("regular-update"))


def _payment_layout(scale: Scale, index: int) -> str:
    """The offices take turns; a workbook of tens of thousands of rows is sent once."""
    turn = ("accounting", "treasury", "districts")[index % 3]
    if turn == "districts" and scale.payments > LARGE_WORKBOOK and index != len(scale.payment_months) - 4:
        turn = "accounting"
    return f"payments/{turn}"


def _payment_rows(period: str) -> str:
    return (
        f"(SELECT p.*, slash, solid, short FROM payments p JOIN day_texts ON day = paid_on WHERE p.month = '{period}')"
    )


def _first_sent(period: str, scale: Scale) -> str:
    """The month before its correction: every 97th amount a tenth too high, and one payment that was never made."""
    true = _payment_rows(period)
    amount = "CASE WHEN k % 97 = 0 AND amount > 0 THEN amount + amount // 100 * 10 ELSE amount END"
    never_made = f"'{period}-{scale.payments + 1:06}'"
    return (
        f"(SELECT * REPLACE ({amount} AS amount) FROM {true} "
        f"UNION ALL SELECT * REPLACE ({never_made} AS number) FROM {true} WHERE k = 1)"
    )


def _text(month: Month) -> str:
    return f"{month[0]:04}-{month[1]:02}"
