"""Numbers and days as offices of many countries write them."""

from __future__ import annotations

from datetime import date
from typing import Final

from tests.corpus.adverse_case import BOOKS, EURO, GREGORIAN, HEAD, AdverseCase, days, numbers
from tests.corpus.layout_cases import step
from tests.corpus.office_files import Day, Failed, Shown, Uncomputed

# --- numbers ----------------------------------------------------------------------------------------------------------

NUMBERS: Final = [
    numbers(
        "groups of thousands",
        {
            "1,250": 1250,
            "1٬250": 1250,
            "۱٬۲۵۰٬۰۰۰": 1250000,
            "1 250 000": 1250000,
            "1\u00a0250": 1250,
            "1\u202f250": 1250,
            "1،250": 1250,
            "٣": 3,
            "00012": 12,
        },
    ),
    numbers(
        "groups of other shapes",
        {
            "1.250.000": "!number-ambiguous",
            "1,25": "!number-ambiguous",
            "12,50": "!number-ambiguous",
            "1,250,00": "!number-ambiguous",
            "1,2500": "!number-ambiguous",
            "0,250": "!number-ambiguous",
            "12 34": "!number-ambiguous",
            "1.000": "!number-ambiguous",
        },
    ),
    numbers(
        "the apostrophe of Switzerland and the lakh of India",
        {
            "1'234'567": 1234567,
            "12,34,567": 1234567,
            "1,23,456": 123456,
            "1,234": 1234,
        },
        source=step(do="grouping", columns=["مبلغ"]),
    ),
    numbers(
        "negative in five ways",
        {
            "(1,250)": -1250,
            "1,250-": -1250,
            "-1250": -1250,
            "−۱۲۵۰": -1250,
            "- 5": -5,
            "(7": "!not-a-number",
        },
    ),
    numbers("debit and credit, without a step", {"5 CR": "!not-a-number", "5 DR": "!not-a-number", "7": 7}),
    numbers(
        "debit and credit",
        {"5 CR": 5, "1,250 DR": -1250, "۷ بدهکار": -7, "9": 9},
        source=step(do="signs", columns=["مبلغ"]),
    ),
    numbers(
        "signs of currencies, undeclared",
        {
            "$1,250": "!not-a-number",
            "€ 5": "!not-a-number",
            "1250 ریال": "!not-a-number",
            "۵ تومان": "!not-a-number",
        },
    ),
    numbers(
        "signs of currencies, declared",
        {"€ 5": "5.00", "1250 EUR": "1250.00", "(€7)": "-7.00"},
        kind="measure",
        declared=EURO,
    ),
    numbers(
        "the decimal comma, without a step",
        {
            "12,5": "!number-ambiguous",
            "1.234,50": "!number-ambiguous",
            "1 234,5": "!number-ambiguous",
            "7": "7.00",
        },
        kind="measure",
    ),
    numbers(
        "the decimal comma of Germany and Brazil",
        {
            "1.234.567,89": "1234567.89",
            "12,5": "12.50",
            "-0,5": "-0.50",
            "7": "7.00",
        },
        kind="measure",
        source=step(do="decimal_comma", columns=["اندازه"]),
    ),
    numbers(
        "the decimal mark of Persian",
        {"12٫5": "12.50", "۱٬۲۳۴٫۵": "1234.50", "12/5": "!number-ambiguous"},
        kind="measure",
    ),
    numbers("exponents", {"1e3": "!number-lost-digits", "1.23E+15": "!number-lost-digits", "2": 2}),
    numbers(
        "what only looks like a number",
        {
            "0x10": "!not-a-number",
            "½": "!not-a-number",
            "5 000-6 000": "!not-a-number",
            "12:30": "!not-a-number",
            "TRUE": "!not-a-number",
            "5%": "!number-percent",
            "1..2": "!not-a-number",
            "حدود ۵": "!not-a-number",
        },
    ),
    numbers("fractions of a rial", {"12.5": "!money-not-whole", "12.00": 12, "1250.000000001": "!money-not-whole"}),
    numbers(
        "per cent of cells",
        {"25%": "25.00", "12.5٪": "12.50", "7": "7.00"},
        kind="measure",
        declared='kind = "decimal"\nunit.fa = "درصد"\nunit.en = "percent"',
    ),
    numbers(
        "whole numbers that are none", {"3": 3, "3.0": 3, "3.5": "!not-whole", "سه": "!not-a-number"}, kind="items"
    ),
    AdverseCase(
        name="numbers that are formatted",
        rows=[
            ("شرح", "اندازه"),
            ("a", Shown(1234.5, "#,##0.00")),
            ("b", Shown(0.125, "0.0%")),
            ("c", Shown(5, '0" m"')),
        ],
        fields=("title", "measure"),
        expected=[("a", "1234.50"), ("c", "5.00")],
        asked=[("number-percent", 3)],
        forms=BOOKS,
    ),
    AdverseCase(
        name="a bare fraction among cells of per cent",
        rows=[("شرح", "اندازه"), ("a", Shown(0.07, "0%")), ("b", 0.25), ("c", 3), ("d", Shown(0.29, "0%"))],
        fields=("title", "measure"),
        declared={"measure": 'kind = "decimal"\nunit.fa = "درصد"\nunit.en = "percent"'},
        expected=[("a", "7.00"), ("c", "3.00"), ("d", "29.00")],
        asked=[("percent-mixed", 3)],
        forms=BOOKS,
    ),
    AdverseCase(
        name="units under a header of which one reads as nothing",
        rows=[("شرح", "اندازه"), ("واحد", "£000"), ("a", 5)],
        fields=("title", "measure"),
        declared={"measure": 'kind = "decimal"\nstrip = ["£"]'},
        expected=[("a", "5.00")],
        asked=[("row-units", 2)],
    ),
    AdverseCase(
        name="cells of errors",
        rows=[HEAD, ("آب", Failed("#N/A")), ("برق", Failed("#REF!")), ("گاز", Failed("#DIV/0!")), ("نان", 4)],
        expected=[("نان", 4)],
        asked=[("cell-error", 2), ("cell-error", 3), ("cell-error", 4)],
    ),
    AdverseCase(
        name="formulas that were never computed",
        rows=[HEAD, ("آب", Uncomputed()), ("برق", Uncomputed("2+2")), ("نان", 4)],
        expected=[("نان", 4)],
        asked=[("cell-error", 2), ("cell-error", 3)],
        forms=BOOKS,
    ),
]

# --- days -------------------------------------------------------------------------------------------------------------

TWELFTH: Final = "2024-08-02"
DAYS: Final = [
    days(
        "Jalali days, however written",
        {
            "1403/05/12": TWELFTH,
            "1403-5-12": TWELFTH,
            "1403.05.12": TWELFTH,
            "14030512": TWELFTH,
            "۱۴۰۳/۰۵/۱۲": TWELFTH,
            "1403/05/12 10:30": TWELFTH,
            "١٤٠٣/٠٥/١٢": TWELFTH,
        },
    ),
    days(
        "Jalali days turned around or short",
        {
            "12/05/1403": "!date-order",
            "03/05/12": "!date-two-digit-year",
            "1403/5": "!not-a-date",
            "12 مرداد 1403": TWELFTH,
            "1403/13/01": "!date-impossible",
            "1404/12/30": "!date-impossible",
        },
    ),
    days(
        "two digits of a Jalali year, declared",
        {"03/05/12": TWELFTH, "1403/05/12": TWELFTH},
        declared='kind = "date"\ncentury = 1400',
    ),
    days(
        "Gregorian days in a Jalali column",
        {
            "2024/08/02": "!date-other-calendar",
            "08/02/2024": "!date-other-calendar",
            "2 Aug 2024": TWELFTH,
            "2024-08-02": TWELFTH,
            "2024-08-02T00:00:00Z": TWELFTH,
            "2024-08-02 00:00:00+03:30": TWELFTH,
        },
    ),
    days("day numbers of a spreadsheet as text", {"45506": "!not-a-date", "45506.5": "!not-a-date"}),
    days(
        "day numbers of a spreadsheet, declared",
        {"45506": TWELFTH, "45506.75": TWELFTH, "2024-08-02": TWELFTH},
        declared='kind = "date"\ncalendar = "excel"',
        kind="paid",
    ),
    days(
        "days of the United States",
        {
            "08/02/2024": TWELFTH,
            "8/2/2024": TWELFTH,
            "13/02/2024": "!not-a-date",
            "08/02/24": "!date-year",
        },
        declared=f'{GREGORIAN}formats = ["%m/%d/%Y"]',
        kind="paid",
    ),
    days(
        "days of the United Kingdom",
        {
            "02/08/2024": TWELFTH,
            "2/8/2024": TWELFTH,
            "02-08-2024": "!not-a-date",
            "02/08/0024": "!date-year",
        },
        declared=f'{GREGORIAN}formats = ["%d/%m/%Y"]',
        kind="paid",
    ),
    days(
        "days of Germany",
        {"02.08.2024": TWELFTH, "2.8.2024": TWELFTH, "2.8.": "!not-a-date"},
        declared=f'{GREGORIAN}formats = ["%d.%m.%Y"]',
        kind="paid",
    ),
    days(
        "days undeclared in a Gregorian column",
        {
            "02/08/2024": "!date-order",
            "2 Aug 2024": TWELFTH,
            "Aug-24": "!not-a-date",
            "2024-08-02": TWELFTH,
            "1403/05/12": "!date-other-calendar",
        },
        declared=GREGORIAN,
        kind="paid",
    ),
    AdverseCase(
        name="cells that are days",
        rows=[("شرح", "تاریخ"), ("a", Day(date(2024, 8, 2))), ("b", Day(date(2024, 8, 2), "d mmm yyyy"))],
        fields=("title", "day"),
        expected=[("a", TWELFTH), ("b", TWELFTH)],
    ),
    AdverseCase(
        name="British days that an American spreadsheet turned around",
        rows=[
            ("شرح", "روز"),
            ("a", Day(date(2024, 3, 12))),
            ("b", "13/12/2024"),
            ("c", Day(date(2024, 1, 2))),
            ("d", "28/02/2024"),
        ],
        declared={"paid": f'{GREGORIAN}formats = ["%d/%m/%Y"]'},
        fields=("title", "paid"),
        expected=[("b", "2024-12-13"), ("d", "2024-02-28")],
        asked=[("day-swapped", 2), ("day-swapped", 4)],
    ),
    AdverseCase(
        name="British days beside cells that are days, none turned around",
        rows=[("شرح", "روز"), ("a", Day(date(2024, 3, 22))), ("b", "13/12/2024"), ("c", "02/03/2024")],
        declared={"paid": f'{GREGORIAN}formats = ["%d/%m/%Y"]'},
        fields=("title", "paid"),
        expected=[("a", "2024-03-22"), ("b", "2024-12-13"), ("c", "2024-03-02")],
    ),
    AdverseCase(
        name="cells that are days beside texts",
        rows=[("شرح", "روز"), ("a", Day(date(2024, 8, 2), "dd/mm/yyyy")), ("b", "02/08/2024"), ("c", "2024-08-02")],
        declared={"paid": GREGORIAN},
        fields=("title", "paid"),
        expected=[("a", TWELFTH), ("c", TWELFTH)],
        asked=[("date-order", 3)],
    ),
    days(
        "days of which the whole column tells the order",
        {"02/08/2024": TWELFTH, "31.12.2023": "2023-12-31", "13-08-2024": "2024-08-13", "2 Aug 2024": TWELFTH},
        declared=GREGORIAN,
        kind="paid",
    ),
    days(
        "days of the United States of which the whole column tells the order",
        {"8/2/2024 12:00:00 AM": TWELFTH, "12/31/2023 10:15:00 PM": "2023-12-31"},
        declared=GREGORIAN,
        kind="paid",
    ),
    days(
        "days of which one speaks for the month first and one against it",
        {"31/12/2023": "!date-order", "12/31/2023": "!date-order", "2024-08-02": TWELFTH},
        declared=GREGORIAN,
        kind="paid",
    ),
    days(
        "Jalali days with the year behind",
        {"12/05/1403": TWELFTH, "۳۱/۰۵/۱۴۰۳": "2024-08-21", "12 مرداد 1403": TWELFTH},
    ),
    days(
        "days by the names of months in Persian, Dari and English",
        {
            "جمعه ۱۲ مرداد ۱۴۰۳": TWELFTH,
            "12 اسد 1403": TWELFTH,
            "12 Mordad 1403": TWELFTH,
            "August 2, 2024": TWELFTH,
            "۲ اوت ۲۰۲۴": TWELFTH,
            "12 مرداد": "!not-a-date",
        },
    ),
]
