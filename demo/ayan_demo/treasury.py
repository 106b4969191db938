"""What the budget office and the treasury send, and the registers that offices keep over the years and send whole."""

from __future__ import annotations

from typing import Final

from ayan.core.store.correction_reason import CorrectionReason
from ayan_demo.layout import Spoil
from ayan_demo.planned_files import UPDATED, Sending, after, of_year, told_lately, up_to
from ayan_demo.scale import Month, Scale
from ayan_demo.timeline import day

LARGE_WORKBOOK: Final = 6_000
"""Rows of payments a month beyond which the districts send one workbook and text files otherwise."""

CLOSED: Final = CorrectionReason("regular-update", "سال مالی بسته شد و اصلاحی و عملکرد ردیف‌ها معلوم است.")
"""Why a budget is sent again."""
RECOUNTED: Final = CorrectionReason(
    "entry-error",
    "در مغایرت‌گیری با صورت‌حساب بانک دیده شد که مبلغ چند پرداخت یک‌دهم بیشتر ثبت شده و یک پرداخت انجام نشده است.",
)
"""Why a month of payments is sent again; `_first_sent` has what was wrong in it."""


def budget(scale: Scale) -> tuple[Sending, ...]:
    """The book as it was approved, as the year begins, and as it was closed."""
    sent: list[Sending] = []
    for year in scale.every_contract_year:
        nothing_yet = "NULL::BIGINT AS amended, NULL::BIGINT AS actual, plan AS explanation"
        approved = f"(SELECT * REPLACE ({nothing_yet}) FROM budget WHERE year = {year})"
        sent.append(Sending(day(year, 1, 20), "budget/budget-book", approved, str(year)))
        closed = of_year("budget", year)
        sent.append(Sending(day(year + 1, 2, 16), "budget/budget-book", closed, str(year), reason=CLOSED))
    return tuple(sent)


def revenues(scale: Scale) -> tuple[Sending, ...]:
    """Revenues year by year; the newest first with a month that lies in another year."""
    sent: list[Sending] = []
    last = scale.closed
    for year in scale.every_contract_year:
        name, rows = f"revenues/{'default' if year == last else 'income-office'}", of_year("revenues", year)
        if year == last:
            elsewhere = Spoil(row=6, cells={"month": f"{year - 1}/02"})
            codes = frozenset({"check:month-of-year"})
            sent.append(Sending(day(year + 1, 1, 18), name, rows, str(year), elsewhere, codes))
        begun = scale.reported is not None and scale.reported[0] == year > scale.closed
        if begun:
            so_far = f"(SELECT * FROM revenues WHERE year = {year} AND month <= '{_text(scale.last_month)}')"
            sent.append(Sending(after(scale.last_month, 4), name, so_far, str(year)))
        sent.append(Sending(day(year + 1, 1, 18), name, rows, str(year), reason=UPDATED if begun else None))
    return tuple(sent)


def transfers(scale: Scale) -> tuple[Sending, ...]:
    """Changes of the budget year by year; the newest first with a line that no budget has."""
    sent: list[Sending] = []
    last = scale.closed
    for year in scale.every_contract_year:
        name, rows = f"budget-transfers/{'default' if year == last else 'budget-office'}", of_year("transfers", year)
        if year == last:
            unknown = Spoil(row=1, cells={"to_code": "999999"})
            sent.append(Sending(day(year + 1, 2, 14), name, rows, str(year), unknown, frozenset({"ref-missing"})))
        sent.append(Sending(day(year + 1, 2, 14), name, rows, str(year)))
    return tuple(sent)


def debts(scale: Scale) -> tuple[Sending, ...]:
    """What was owed at the end of each year."""
    return tuple(
        Sending(day(year + 1, 2, 19), "debts-and-claims/ledger", of_year("debts", year), str(year))
        for year in scale.every_contract_year
    )


def pay(scale: Scale) -> tuple[Sending, ...]:
    """What managers earned in each year."""
    years, sent = scale.pay_years, list[Sending]()
    for year in years:
        period, came = str(year), day(year + 1, 2, 6)
        rows = f"(SELECT * FROM pay WHERE month LIKE '{year}-%')"
        if year == years[0]:
            wrong = Spoil(row=4, cells={"national_id": "9990000002"})
            sent.append(Sending(came, "managers-pay/payroll", rows, period, wrong, frozenset({"identity-wrong"})))
        if year == scale.closed:
            off = Spoil(total={"gross": 1})
            sent.append(Sending(came, "managers-pay/payroll", rows, period, off, frozenset({"total-mismatch"})))
        sent.append(Sending(came, "managers-pay/payroll", rows, period))
    return tuple(sent)


def payments(scale: Scale) -> tuple[Sending, ...]:
    """Payments of each month early in the next; those of the last closed one but one are sent again weeks later."""
    months, sent = scale.payment_months, list[Sending]()
    for index, month in enumerate(scale.every_payment_month):
        if month > scale.last_month:
            break
        period, name = _text(month), _payment_layout(scale, index)
        rows, came = _payment_rows(period), after(month, 4)
        if index == 0:
            # In the second half of the year months have 30 days at most; in the first, 31.
            never = f"{month[0]}/{month[1]:02}/{32 if month[1] <= 6 else 31}"
            spoil = Spoil(row=11, cells={"paid_on": never})
            sent.append(Sending(came, name, rows, period, spoil, frozenset({"date-impossible"})))
        if index == 1:
            twice = Spoil(row=25, repeat=True)
            sent.append(Sending(came, name, rows, period, twice, frozenset({"key-duplicate"})))
        if index == len(months) - 2:
            sent.append(Sending(came, name, _first_sent(period, scale), period))
            sent.append(Sending(after(months[-1], 26), name, rows, period, reason=RECOUNTED))
        else:
            sent.append(Sending(came, name, rows, period))
    return tuple(sent)


def registers(scale: Scale) -> tuple[Sending, ...]:
    """Registers of all years, each sent whole; the trips first with a sum that does not hold."""
    wrong, later = Spoil(row=3, cells={"amount": "1"}), scale.closed + 1
    # Nobody has told of trips since spring: a city that is looked at in autumn owes them.
    trips = f"(SELECT * FROM trips WHERE left_on < DATE '{day(later, 1, 1)}')"
    return (
        Sending(day(later, 2, 8), "population/default", up_to("population", scale.closed)),
        Sending(told_lately(scale, 2, day(later, 2, 11)), "advertising-spend/default", "advertising"),
        Sending(told_lately(scale, 2, day(later, 2, 12)), "studies-bought/default", "studies"),
        Sending(day(later, 2, 13), "foreign-trips/default", trips, None, wrong, frozenset({"check:sum"})),
        Sending(day(later, 2, 13), "foreign-trips/default", trips),
        Sending(told_lately(scale, 2, day(later, 2, 15)), "investment-calls/default", "investment_calls"),
        Sending(day(later, 2, 18), "municipal-properties/assets", "properties"),
        Sending(told_lately(scale, 3, day(later, 2, 20)), "kiosks-and-markets/default", "kiosks"),
    )


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
