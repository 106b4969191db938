"""Files as offices of many countries really send them, each around one fault or habit: what is published, what asked.

Whatever could be read otherwise than it is meant must be asked about; nothing else may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from tests.corpus.layout_cases import step
from tests.corpus.office_files import FORMATS, Cell, Day, Failed, Shown, Uncomputed

BOOKS: Final = FORMATS[1:]


@dataclass(frozen=True, kw_only=True)
class AdverseCase:
    """One sheet (and ``more``): the published rows by ``fields``, and all that is asked or warned of: (code, row).

    ``declared`` replaces the declaration of a field, ``raw`` are the bytes of a text file in the place of ``rows``.
    ``whole`` says that the whole file is held: nothing of it can be published in part, as where no row is good;
    ``refused`` that it cannot even be read.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    fields: tuple[str, ...] = ("title", "amount")
    expected: Sequence[Sequence[Any]] = ()
    asked: Sequence[tuple[str, int | None]] = ()
    whole: bool = False
    refused: bool = False
    source: str = ""
    declared: Mapping[str, str] = field(default_factory=dict)
    forms: tuple[str, ...] = FORMATS
    sheet: str = "Sheet1"
    more: Mapping[str, Sequence[Sequence[Cell]]] = field(default_factory=dict)
    spans: Sequence[tuple[int, int, int, int]] = ()
    hidden: Sequence[int] = ()
    raw: bytes = b""


HEAD: Final = ("شرح", "مبلغ")
CODED: Final = ("شماره", "شرح", "مبلغ")
BOTH: Final = [("آب", 1), ("برق", 2)]
NUMBERED: Final = ("number", "title", "amount")
SIX: Final = ("شماره", "شرح", "مبلغ", "بخش", "تعداد", "تاریخ")
LINES: Final = [("A1", "آب", 100, "یک", 1, "1403/01/05"), ("A2", "برق", 250, "دو", 2, "1403/01/06")]
GREGORIAN: Final = 'kind = "date"\ncalendar = "gregorian"\n'
EURO: Final = 'kind = "decimal"\nstrip = ["€", "EUR"]'
STATES: Final = "state"


def numbers(
    name: str, written: Mapping[Cell, int | str | None], *, kind: str = "amount", source: str = "", declared: str = ""
) -> AdverseCase:
    """A column of numbers as they are written: the value of each, or the code of the question behind a ``!``."""
    header = {"amount": "مبلغ", "measure": "اندازه", "items": "تعداد"}[kind]
    rows = [("شرح", header), *((f"r{at}", cell) for at, cell in enumerate(written))]
    wrong = [(str(value)[1:], at) for at, value in enumerate(written.values(), 2) if str(value).startswith("!")]
    good = [(f"r{at}", value) for at, value in enumerate(written.values()) if not str(value).startswith("!")]
    return AdverseCase(
        name=name, rows=rows, fields=("title", kind), expected=good, asked=sorted(wrong), source=source,
        declared={kind: declared} if declared else {},
    )  # fmt: skip


def days(name: str, written: Mapping[Cell, str], *, declared: str = "", kind: str = "day") -> AdverseCase:
    """A column of days: the day of each in ISO 8601, or the code of the question behind a ``!``."""
    header = {"day": "تاریخ", "paid": "روز"}[kind]
    rows = [("شرح", header), *((f"r{at}", cell) for at, cell in enumerate(written))]
    wrong = [(value[1:], at) for at, value in enumerate(written.values(), 2) if value.startswith("!")]
    good = [(f"r{at}", value) for at, value in enumerate(written.values()) if not value.startswith("!")]
    return AdverseCase(
        name=name, rows=rows, fields=("title", kind), expected=good, asked=sorted(wrong),
        declared={kind: declared} if declared else {},
    )  # fmt: skip


def codes(name: str, written: Mapping[Cell, str]) -> AdverseCase:
    """A column of codes: what is published of each, or the code of the question behind a ``!``."""
    rows = [("شماره", "شرح"), *((cell, f"r{at}") for at, cell in enumerate(written))]
    wrong = [(value[1:], at) for at, value in enumerate(written.values(), 2) if value.startswith("!")]
    good = [(value, f"r{at}") for at, value in enumerate(written.values()) if not value.startswith("!")]
    return AdverseCase(name=name, rows=rows, fields=("number", "title"), expected=good, asked=sorted(wrong))


# --- rows that are none -----------------------------------------------------------------------------------------------

ROWS: Final = [
    AdverseCase(
        name="a title, a unit that agrees, a blank row",
        rows=[("صورت هزینه‌ها",), ("ارقام به ریال",), (), HEAD, *BOTH],
        expected=BOTH,
    ),
    AdverseCase(
        name="who made it and page numbers below",
        rows=[HEAD, *BOTH, ("تهیه‌کننده: امور مالی", None), ("صفحهٔ ۱ از ۲", None)],
        expected=BOTH,
        asked=[("row-sparse", 4), ("row-sparse", 5)],
    ),
    AdverseCase(
        name="signatures of two below six columns",
        rows=[SIX, *LINES, (), (None, "ذی‌حساب", None, "شهردار")],
        fields=("number", "title", "amount", "part", "items"),
        expected=[("A1", "آب", 100, "یک", 1), ("A2", "برق", 250, "دو", 2)],
        asked=[("row-sparse", 5)],
    ),
    AdverseCase(
        name="a permit of which little is known yet is a record",
        rows=[SIX, *LINES, ("A3", "گاز")],
        fields=("number", "title", "amount"),
        expected=[("A1", "آب", 100), ("A2", "برق", 250), ("A3", "گاز", None)],
    ),
    AdverseCase(
        name="section titles without a step",
        rows=[CODED, ("خدمات شهری",), ("A1", "آب", 1), ("A2", "برق", 2), ("عمران",), ("B1", "گاز", 3)],
        fields=NUMBERED,
        expected=[("A1", "آب", 1), ("A2", "برق", 2), ("B1", "گاز", 3)],
        asked=[("required", 2), ("required", 5)],
    ),
    AdverseCase(
        name="section titles in the column of titles",
        rows=[CODED, (None, "خدمات شهری"), ("A1", "آب", 1), ("A2", "برق", 2), (None, "عمران"), ("B1", "گاز", 3)],
        fields=NUMBERED,
        expected=[("A1", "آب", 1), ("A2", "برق", 2), ("B1", "گاز", 3)],
        asked=[("row-sparse", 2), ("row-sparse", 5)],
    ),
    AdverseCase(
        name="section titles merged over the table",
        rows=[CODED, ("خدمات شهری", None, None), ("A1", "آب", 1), ("A2", "برق", 2)],
        fields=NUMBERED,
        expected=[("A1", "آب", 1), ("A2", "برق", 2)],
        asked=[("required", 2)],
        spans=[(1, 0, 1, 2)],
        forms=BOOKS,
    ),
    AdverseCase(
        name="a title merged over the table",
        rows=[("صورت هزینه‌ها", None, None), CODED, ("A1", "آب", 1), ("A2", "برق", 2)],
        fields=NUMBERED,
        expected=[("A1", "آب", 1), ("A2", "برق", 2)],
        spans=[(0, 0, 0, 2)],
        forms=BOOKS,
    ),
    AdverseCase(
        name="cells merged over several rows",
        rows=[CODED, ("A1", "آب", 1), (None, "برق", 2), ("B1", "گاز", 3)],
        fields=NUMBERED,
        expected=[("A1", "آب", 1), (None, "برق", 2), ("B1", "گاز", 3)],
        asked=[("cells-merged", None)],
        spans=[(1, 0, 2, 0)],
        forms=BOOKS,
    ),
    AdverseCase(
        name="the header once more on each page",
        rows=[CODED, ("A1", "آب", 1), CODED, ("A2", "برق", 2)],
        fields=NUMBERED,
        expected=[("A1", "آب", 1), ("A2", "برق", 2)],
        asked=[("not-a-number", 3), ("row-header", 3)],
    ),
    AdverseCase(
        name="the header once more where all is text",
        rows=[("شرح", "بخش"), ("آب", "یک"), ("شرح", "بخش"), ("برق", "دو")],
        fields=("title", "part"),
        expected=[("آب", "یک"), ("برق", "دو")],
        asked=[("row-header", 3)],
    ),
    AdverseCase(
        name="the columns numbered",
        rows=[CODED, (1, 2, 3), ("A1", "آب", 10)],
        fields=NUMBERED,
        expected=[("A1", "آب", 10)],
        asked=[("row-numbers", 2)],
    ),
    AdverseCase(
        name="the columns numbered in parentheses",
        rows=[CODED, ("(1)", "(2)", "(3)"), ("A1", "آب", 10)],
        fields=NUMBERED,
        expected=[("A1", "آب", 10)],
        asked=[("row-numbers", 2)],
    ),
    AdverseCase(
        name="the columns numbered in Persian letters",
        rows=[("شماره", "شرح", "بخش"), ("الف", "ب", "پ"), ("A1", "آب", "یک")],
        fields=("number", "title", "part"),
        expected=[("A1", "آب", "یک")],
        asked=[("row-numbers", 2)],
    ),
    AdverseCase(
        name="records that merely count up are records",
        rows=[("شماره", "شرح", "تعداد"), ("A1", "آب", 1), ("A2", "برق", 2)],
        fields=("number", "title", "items"),
        expected=[("A1", "آب", 1), ("A2", "برق", 2)],
    ),
    AdverseCase(
        name="a second table below",
        rows=[HEAD, *BOTH, (), ("نام", "حقوق"), ("علی", 500), ("تقی", 600)],
        expected=BOTH,
        asked=[("not-a-number", 5), ("table-second", 5), ("table-second", 6), ("table-second", 7)],
    ),
    AdverseCase(
        name="a second table below its title",
        rows=[
            CODED,
            ("A1", "آب", 1),
            ("A2", "برق", 2),
            (None, "فهرست حقوق"),
            ("ردیف", "نام", "حقوق"),
            ("1", "علی", 500),
        ],
        fields=NUMBERED,
        expected=[("A1", "آب", 1), ("A2", "برق", 2)],
        asked=[("not-a-number", 5), ("row-sparse", 4), ("table-second", 5), ("table-second", 6)],
    ),
    AdverseCase(
        name="a second table beside",
        rows=[(*HEAD, None, "نام", "حقوق"), ("آب", 1, None, "علی", 500), ("برق", 2, None, "تقی", 600)],
        expected=BOTH,
    ),
    AdverseCase(
        name="a second table of the same header beside",
        rows=[(*HEAD, None, *HEAD), ("آب", 1, None, "گاز", 500)],
        asked=[("column-ambiguous", None), ("column-ambiguous", None)],
        whole=True,
    ),
    AdverseCase(
        name="remarks beside without a header",
        rows=[(*HEAD, None), ("آب", 1, "پرداخت شد"), ("برق", 2)],
        asked=[("cells-beyond-header", None)],
        whole=True,
    ),
    AdverseCase(
        name="columns of nothing behind",
        rows=[(*HEAD, None, None), ("آب", 1, None, None), ("برق", 2, None, "")],
        expected=BOTH,
    ),
    AdverseCase(
        name="blank rows between records",
        rows=[HEAD, ("آب", 1), (), (), ("برق", 2)],
        expected=BOTH,
    ),
    AdverseCase(
        name="as above in Persian",
        rows=[CODED, ("A1", "آب", 1), ("A2", "ایضاً", 2), ("A3", "״", 3), ("A4", "مانند بالا", 4)],
        fields=NUMBERED,
        expected=[("A1", "آب", 1)],
        asked=[("row-ditto", 3), ("row-ditto", 4), ("row-ditto", 5)],
    ),
    AdverseCase(
        name="as above in India and Germany",
        rows=[CODED, ("A1", "Water", 1), ("A2", "-do-", 2), ("A3", "Ditto", 3), ("A4", "dto.", 4), ("A5", "〃", 5)],
        fields=NUMBERED,
        expected=[("A1", "Water", 1)],
        asked=[("row-ditto", 3), ("row-ditto", 4), ("row-ditto", 5), ("row-ditto", 6)],
    ),
    AdverseCase(
        name="as above, filled by a step",
        rows=[CODED, ("A1", "آب", 1), ("A2", "ایضاً", 2), ("A3", "״", 3), ("A4", "برق", 4)],
        fields=NUMBERED,
        source=step(do="fill_down", columns=["شرح"]),
        expected=[("A1", "آب", 1), ("A2", "آب", 2), ("A3", "آب", 3), ("A4", "برق", 4)],
    ),
    AdverseCase(
        name="nothing to say, in many ways",
        rows=[HEAD, ("آب", "-"), ("برق", "—"), ("گاز", "n/a"), ("نان", "ناموجود"), ("قند", "…"), ("چای", 6)],
        expected=[("چای", 6)],
        asked=[("not-a-number", at) for at in range(2, 7)],
    ),
    AdverseCase(
        name="nothing to say, declared",
        rows=[HEAD, ("آب", "-"), ("برق", "—"), ("گاز", "ناموجود"), ("چای", 6)],
        declared={"amount": 'kind = "rial"\nnature = "flow"\nnull = ["-", "—", "ناموجود"]'},
        expected=[("آب", None), ("برق", None), ("گاز", None), ("چای", 6)],
    ),
    AdverseCase(
        name="a line drawn under the header",
        rows=[HEAD, ("-----", "-----"), *BOTH],
        expected=BOTH,
        asked=[("not-a-number", 2)],
    ),
    AdverseCase(
        name="statistics below",
        rows=[CODED, ("A1", "آب", 10), ("A2", "برق", 20), ("میانگین", None, 15), ("بیشینه", None, 20)],
        fields=NUMBERED,
        expected=[("A1", "آب", 10), ("A2", "برق", 20)],
        asked=[("required", 4), ("required", 5)],
    ),
    AdverseCase(
        name="hidden rows",
        rows=[HEAD, ("آب", 1), ("برق", 2)],
        hidden=[3],
        asked=[("rows-hidden", None)],
        whole=True,
        forms=BOOKS,
    ),
]

# --- sums -------------------------------------------------------------------------------------------------------------

SUMS: Final = [
    AdverseCase(
        name="sums above their lines, by the code",
        rows=[CODED, ("1100", "عمران", 300), ("1101", "آب", 100), ("1102", "برق", 200), ("1200", "گاز", 50)],
        fields=NUMBERED,
        expected=[("1101", "آب", 100), ("1102", "برق", 200), ("1200", "گاز", 50)],
        asked=[("total-suspected", 2)],
    ),
    AdverseCase(
        name="sums above their lines, without a code",
        rows=[CODED, (None, "عمران", 300), ("1101", "آب", 100), ("1102", "برق", 200), ("1200", "گاز", 50)],
        fields=NUMBERED,
        expected=[("1101", "آب", 100), ("1102", "برق", 200), ("1200", "گاز", 50)],
        asked=[("total-suspected", 2)],
    ),
    AdverseCase(
        name="sums above their lines, nothing else in the table",
        rows=[HEAD, ("عمران", 300), ("آب", 100), ("برق", 200), ("اداری", 70), ("کاغذ", 30), ("قلم", 40)],
        expected=[("آب", 100), ("برق", 200), ("کاغذ", 30), ("قلم", 40)],
        asked=[("total-suspected", 2), ("total-suspected", 5)],
    ),
    AdverseCase(
        name="sums of sums above their lines",
        rows=[
            CODED,
            ("1", "کل", 1000),
            ("11", "الف", 600),
            ("111", "a", 250),
            ("112", "b", 350),
            ("12", "ب", 400),
            ("121", "c", 150),
            ("122", "d", 250),
        ],
        fields=NUMBERED,
        expected=[("111", "a", 250), ("112", "b", 350), ("121", "c", 150), ("122", "d", 250)],
        asked=[("total-suspected", 2), ("total-suspected", 3), ("total-suspected", 6)],
    ),
    AdverseCase(
        name="sums above their lines, declared as records",
        rows=[CODED, ("1100", "عمران", 300), ("1101", "آب", 100), ("1102", "برق", 200)],
        fields=NUMBERED,
        source="sum_rows = true\n",
        expected=[("1100", "عمران", 300), ("1101", "آب", 100), ("1102", "برق", 200)],
    ),
    AdverseCase(
        name="fees that add up by chance",
        rows=[CODED, *((f"A{at}", f"p{at}", fee) for at, fee in enumerate((100, 50, 50, 150, 100, 50, 75)))],
        fields=NUMBERED,
        expected=[(f"A{at}", f"p{at}", fee) for at, fee in enumerate((100, 50, 50, 150, 100, 50, 75))],
    ),
    AdverseCase(
        name="a sum under a word in the second column",
        rows=[CODED, ("A1", "آب", 1), ("A2", "برق", 2), (None, "جمع کل", 3)],
        fields=NUMBERED,
        expected=[("A1", "آب", 1), ("A2", "برق", 2)],
    ),
    AdverseCase(
        name="a sum that is not that of the rows",
        rows=[CODED, ("A1", "آب", 1), ("A2", "برق", 2), ("جمع", None, 4)],
        fields=NUMBERED,
        asked=[("total-mismatch", 4)],
        expected=[("A1", "آب", 1), ("A2", "برق", 2)],
    ),
    AdverseCase(
        name="total of a fund, as American ledgers have it",
        rows=[
            ("Number", "Title", "Amount"),
            ("A1", "Water", 700),
            ("A2", "Power", 300),
            ("", "TOTAL GENERAL FUND", 1000),
            ("B1", "Gas", 50),
            ("B2", "Bread", 60),
            ("", "TOTAL ROAD FUND", 110),
            ("", "Grand Total:", 1110),
        ],
        fields=NUMBERED,
        expected=[("A1", "Water", 700), ("A2", "Power", 300), ("B1", "Gas", 50), ("B2", "Bread", 60)],
        asked=[("total-suspected", 4), ("total-suspected", 7)],
    ),
    AdverseCase(
        name="carried to the next page and from the one before",
        rows=[
            CODED,
            ("A1", "آب", 10),
            ("A2", "برق", 20),
            (None, "نقل به صفحهٔ بعد", 30),
            (None, "نقل از صفحهٔ قبل", 30),
            ("A3", "گاز", 5),
        ],
        fields=NUMBERED,
        expected=[("A1", "آب", 10), ("A2", "برق", 20), ("A3", "گاز", 5)],
        asked=[("total-suspected", 4), ("total-suspected", 5)],
    ),
    AdverseCase(
        name="a sum without a word or a title",
        rows=[("شماره", "بخش", "شرح", "مبلغ"), ("A1", "یک", "آب", 10), ("A2", "دو", "برق", 20), (None, None, None, 30)],
        fields=NUMBERED,
        expected=[("A1", "آب", 10), ("A2", "برق", 20)],
        asked=[("required", 4), ("total-suspected", 4)],
    ),
]

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
            "12/05/1403": "!not-a-date",
            "03/05/12": "!date-two-digit-year",
            "1403/5": "!not-a-date",
            "12 مرداد 1403": "!not-a-date",
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
            "08/02/2024": "!not-a-date",
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
            "02/08/2024": "!not-a-date",
            "3 Aug 2024": "!not-a-date",
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
        name="cells that are days beside texts",
        rows=[("شرح", "روز"), ("a", Day(date(2024, 8, 2), "dd/mm/yyyy")), ("b", "02/08/2024"), ("c", "2024-08-02")],
        declared={"paid": GREGORIAN},
        fields=("title", "paid"),
        expected=[("a", TWELFTH), ("c", TWELFTH)],
        asked=[("not-a-date", 3)],
    ),
]

# --- codes and words --------------------------------------------------------------------------------------------------

WORDS: Final = [
    codes("leading zeros", {"00123": "00123", "۰۰۱۲۳": "00123", "0": "0", " 7 ": "7"}),
    codes(
        "codes of long digits in exponents",
        {
            "1.23E+15": "!code-lost-digits",
            "9.99999999999999E+18": "!code-lost-digits",
            "123456789012345678": "123456789012345678",
        },
    ),
    AdverseCase(
        name="codes of long digits kept as numbers",
        rows=[("شماره", "شرح"), (123456789012345678, "a"), (1234567890123456, "b"), (999999999999999, "c")],
        fields=("number", "title"),
        expected=[("999999999999999", "c")],
        asked=[("code-lost-digits", 2), ("code-lost-digits", 3)],
        forms=BOOKS,
    ),
    AdverseCase(
        name="codes shown with zeros",
        rows=[("شماره", "شرح"), (Shown(7, "00000"), "a"), (Shown(1234567, "00000"), "b")],
        fields=("number", "title"),
        expected=[("00007", "a"), ("1234567", "b")],
        forms=BOOKS,
    ),
    AdverseCase(
        name="Arabic letters, half-spaces, kashida in headers",
        rows=[("شـرح", "مبلغ "), ("كتاب‌هاي يک", 1), ("آب", 2)],
        expected=[("کتاب‌های یک", 1), ("آب", 2)],
    ),
    AdverseCase(
        name="line ends, commas and quotes in cells",
        rows=[HEAD, ("سطر یک\nسطر دو", 1), ('او گفت "نه"', 2), ("آب، برق, گاز", 3)],
        expected=[("سطر یک\nسطر دو", 1), ('او گفت "نه"', 2), ("آب، برق, گاز", 3)],
    ),
    AdverseCase(
        name="two columns of one header",
        rows=[("شرح", "مبلغ", "مبلغ"), ("آب", 1, 2)],
        asked=[("column-ambiguous", None)],
        whole=True,
    ),
    AdverseCase(
        name="a column without a header",
        rows=[("شرح", None, "مبلغ"), ("آب", "x", 1)],
        asked=[("cells-beyond-header", None)],
        whole=True,
    ),
    AdverseCase(
        name="a header of two rows that nobody declared",
        rows=[("شرح", "مبلغ", None), (None, "مصوب", "عملکرد"), ("آب", 1, 2)],
        asked=[("cells-beyond-header", None), ("not-a-number", 2), ("required", 2)],
        whole=True,
    ),
    AdverseCase(
        name="a merged header of two rows that nobody declared",
        rows=[("شرح", "مبلغ", None), (None, "مصوب", "عملکرد"), ("آب", 1, 2)],
        asked=[("header-deeper", None)],
        refused=True,
        spans=[(0, 0, 1, 0), (0, 1, 0, 2)],
        forms=BOOKS,
    ),
    AdverseCase(
        name="a merged header of two rows, joined by a step",
        rows=[("شرح", "مبلغ", None), (None, "مصوب", "عملکرد"), ("آب", 1, 2)],
        source=step(do="header", rows=2),
        declared={"amount": 'kind = "rial"\nnature = "flow"\naliases = ["مبلغ › عملکرد"]'},
        expected=[("آب", 2)],
        spans=[(0, 0, 1, 0), (0, 1, 0, 2)],
        forms=BOOKS,
    ),
    AdverseCase(
        name="units in a row under the header",
        rows=[CODED, (None, None, "میلیون ریال"), ("A1", "آب", 10)],
        fields=NUMBERED,
        asked=[("not-a-number", 2), ("required", 2), ("unit-mismatch", None)],
        whole=True,
    ),
    AdverseCase(
        name="months as columns, without a step",
        rows=[("شرح", "فروردین", "اردیبهشت"), ("آب", 1, 2)],
        fields=("title",),
        declared={"amount": 'kind = "rial"\nnature = "flow"\nrequired = true'},
        asked=[("column-missing", None)],
        whole=True,
    ),
    AdverseCase(
        name="several sheets, none chosen",
        rows=[HEAD, *BOTH],
        sheet="فروردین",
        more={"اردیبهشت": [HEAD, ("گاز", 3)]},
        asked=[("sheet-choose", None)],
        refused=True,
        forms=BOOKS,
    ),
    AdverseCase(
        name="a sheet a month",
        rows=[("شرح", "مبلغ"), *BOTH],
        sheet="فروردین",
        more={"اردیبهشت": [HEAD, ("گاز", 3)]},
        source=step(do="sheets", into="بخش"),
        fields=("title", "part", "amount"),
        expected=[("آب", "فروردین", 1), ("برق", "فروردین", 2), ("گاز", "اردیبهشت", 3)],
        forms=BOOKS,
    ),
    AdverseCase(
        name="a sheet a month, with a sum on each",
        rows=[HEAD, *BOTH, ("جمع", 3)],
        sheet="فروردین",
        more={"اردیبهشت": [HEAD, ("گاز", 3), ("نان", 4), ("جمع", 8)]},
        source=step(do="sheets", into="بخش"),
        fields=("title", "part", "amount"),
        expected=[("آب", "فروردین", 1), ("برق", "فروردین", 2), ("گاز", "اردیبهشت", 3), ("نان", "اردیبهشت", 4)],
        asked=[("total-mismatch", 4)],
        forms=BOOKS,
    ),
    AdverseCase(
        name="states in words that are not listed",
        rows=[("شرح", "وضعیت"), ("a", "جاری"), ("b", "فسخ شده"), ("c", "در دست اقدام")],
        fields=("title", STATES),
        expected=[("a", "open")],
        asked=[("not-in-list", 3), ("not-in-list", 4)],
    ),
]


SPOILT: Final = [
    AdverseCase(
        name="letters that were read by the wrong table",
        rows=[
            HEAD,
            ("نهال".encode().decode("latin-1"), 1),
            ("نهال".encode().decode("cp1256"), 2),
            ("CafÃ© du Parc", 3),
            ("آب", 4),
            ("Café São Paulo", 5),
            ("باغ گل «نو»", 6),
        ],
        expected=[("آب", 4), ("Café São Paulo", 5), ("باغ گل «نو»", 6)],
        asked=[("text-garbled", 2), ("text-garbled", 3), ("text-garbled", 4)],
    ),
    AdverseCase(
        name="letters that were lost",
        rows=[HEAD, ("????", 1), ("??? ????", 2), ("نه\ufffdال", 3), ("چه کسی؟", 4), ("Who?", 5)],
        expected=[("چه کسی؟", 4), ("Who?", 5)],
        asked=[("text-garbled", 2), ("text-garbled", 3), ("text-garbled", 4)],
    ),
    AdverseCase(
        name="marks of web pages",
        rows=[HEAD, ("آب &amp; برق", 1), ("&nbsp;گاز", 2), ("AT&T", 3), ("R&D; نان", 4)],
        expected=[("AT&T", 3), ("R&D; نان", 4)],
        asked=[("text-garbled", 2), ("text-garbled", 3)],
    ),
    AdverseCase(
        name="states that are not listed quite so",
        rows=[("شرح", "وضعیت"), ("a", "جاري"), ("b", "خاتمه یافته"), ("c", "TERMINATED")],
        fields=("title", STATES),
        asked=[("code-nod", None)],
        whole=True,
    ),
    AdverseCase(
        name="the sum above the records",
        rows=[CODED, ("جمع کل", None, 30), ("A1", "آب", 10), ("A2", "برق", 20)],
        fields=NUMBERED,
        expected=[("A1", "آب", 10), ("A2", "برق", 20)],
    ),
    AdverseCase(
        name="a wrong sum above the records",
        rows=[CODED, ("جمع کل", None, 31), ("A1", "آب", 10), ("A2", "برق", 20)],
        fields=NUMBERED,
        expected=[("A1", "آب", 10), ("A2", "برق", 20)],
        asked=[("total-mismatch", 2)],
    ),
    AdverseCase(
        name="sums above each section",
        rows=[
            CODED,
            ("جمع", None, 30),
            ("A1", "آب", 10),
            ("A2", "برق", 20),
            ("جمع", None, 11),
            ("B1", "گاز", 5),
            ("B2", "نان", 6),
        ],
        fields=NUMBERED,
        expected=[("A1", "آب", 10), ("A2", "برق", 20), ("B1", "گاز", 5), ("B2", "نان", 6)],
    ),
    AdverseCase(
        name="a label and a day below",
        rows=[CODED, ("A1", "آب", 10), ("A2", "برق", 20), ("تاریخ تهیه:", "1403/05/12", None)],
        fields=NUMBERED,
        expected=[("A1", "آب", 10), ("A2", "برق", 20)],
        asked=[("row-sparse", 4)],
    ),
    AdverseCase(
        name="a header in two languages",
        rows=[CODED, ("Number", "Title", "Amount"), ("A1", "آب", 1)],
        fields=NUMBERED,
        expected=[("A1", "آب", 1)],
        asked=[("not-a-number", 2)],
    ),
    AdverseCase(
        name="words of the header in the title",
        rows=[("مبلغ",), ("گزارش شرح هزینه‌ها",), CODED, ("A1", "آب", 1)],
        fields=NUMBERED,
        expected=[("A1", "آب", 1)],
    ),
    AdverseCase(
        name="a running sum in a column beside",
        rows=[("شماره", "شرح", "مبلغ", "مانده"), ("A1", "آب", 10, 10), ("A2", "برق", 20, 30)],
        fields=NUMBERED,
        expected=[("A1", "آب", 10), ("A2", "برق", 20)],
    ),
    AdverseCase(
        name="a negative line and its sum",
        rows=[CODED, ("A1", "آب", -10), ("A2", "برق", 30), ("جمع", None, 20)],
        fields=NUMBERED,
        expected=[("A1", "آب", -10), ("A2", "برق", 30)],
    ),
]


def text(name: str, raw: bytes, **said: Any) -> AdverseCase:
    """A text file as some program writes it."""
    return AdverseCase(name=name, rows=(), raw=raw, forms=("csv",), **said)


PLAIN: Final = "شرح,مبلغ\nآب,1\nبرق,2\n"
TEXTS: Final = [
    text("a mark at the beginning", PLAIN.encode("utf-8-sig"), expected=BOTH),
    text("two bytes a letter", PLAIN.encode("utf-16"), expected=BOTH),
    text("semicolons", PLAIN.replace(",", ";").encode(), expected=BOTH),
    text("tabs", PLAIN.replace(",", "\t").encode(), expected=BOTH),
    text("bars", PLAIN.replace(",", "|").encode(), expected=BOTH),
    text("the line that tells Excel the separator", b"sep=;\n" + PLAIN.replace(",", ";").encode(), expected=BOTH),
    text("lines ended by CR alone", PLAIN.replace("\n", "\r").encode(), expected=BOTH),
    text("lines ended in three ways", "شرح,مبلغ\r\nآب,1\nبرق,2\r".encode(), expected=BOTH),
    text("remarks above", ("# صورت\n# 1403\n" + PLAIN).encode(), expected=BOTH),
    text(
        "letters of Arabic Windows",
        "شرح;مبلغ\nنگهداري پارك;1\nخريد نهال براي پارك;2\n".encode("cp1256"),
        expected=[("نگهداری پارک", 1), ("خرید نهال برای پارک", 2)],
    ),
    text(
        "letters of German Windows",
        "Title;Amount\nStraße;5\n".encode("cp1252"),
        refused=True,
        asked=[("encoding-mixed", None)],
    ),
    text(
        "letters of German Windows, declared",
        "Title;Amount\nStraße;5\n".encode("cp1252"),
        source='encoding = "cp1252"\n',
        expected=[("Straße", 5)],
    ),
    text("no separator that anybody knows", "شرح^مبلغ\nآب^1\n".encode(), asked=[("column-missing", None)], whole=True),
    text("columns by blanks", "شرح      مبلغ\nآب       1\n".encode(), asked=[("column-missing", None)], whole=True),
    text(
        "thousands without quotes",
        "شرح,مبلغ\nآب,1,250\nبرق,2,300\n".encode(),
        asked=[("cells-beyond-header", None)],
        whole=True,
    ),
    text(
        "blanks before quotes",
        '"شرح", "مبلغ"\n"آب", "1,250"\n'.encode(),
        whole=True,
        asked=[("cells-beyond-header", None), ("not-a-number", 2), ("quotes-broken", 2), ("quotes-broken", 2)],
    ),
    text(
        "a quote that is never closed", 'شرح,مبلغ\n"آب,1\nبرق,2\n'.encode(), refused=True, asked=[("quote-open", None)]
    ),
    text("a byte of nothing", PLAIN.encode() + b"\0,3\n", refused=True, asked=[("file-nul", None)]),
    text(
        "a last line cut short",
        "شرح,مبلغ\nآب,1\nبرق".encode(),
        expected=[("آب", 1)],
        asked=[("last-line-cut", 3), ("row-sparse", 3)],
    ),
    text("formulas as text", "شرح,مبلغ\nآب,=1+2\nبرق,2\n".encode(), expected=[("برق", 2)], asked=[("not-a-number", 2)]),
    text("what a database says below", (PLAIN + "(2 rows)\n").encode(), expected=BOTH, asked=[("row-sparse", 4)]),
    text(
        "direction marks about numbers", "شرح,مبلغ\n\u200fآب\u200c,\u200f1\u200e\nبرق,\ufeff2\n".encode(), expected=BOTH
    ),
]
CASES: Final = [*SPOILT, *TEXTS, *ROWS, *SUMS, *NUMBERS, *DAYS, *WORDS]
