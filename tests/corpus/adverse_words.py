"""Codes and words, headers, spoilt texts, and text files as programs write them."""

from __future__ import annotations

from typing import Final

from tests.corpus.adverse_case import BOOKS, BOTH, CODED, HEAD, NUMBERED, STATES, AdverseCase, codes, text
from tests.corpus.layout_cases import step
from tests.corpus.office_files import Shown

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
        name="codes kept as numbers that are not whole",
        rows=[("شماره", "شرح"), (1.1, "a"), ("1.10", "b"), (2, "c"), ("2.1.3", "d")],
        fields=("number", "title"),
        expected=[("1.10", "b"), ("2", "c"), ("2.1.3", "d")],
        asked=[("code-fraction", 2)],
        forms=BOOKS,
        unlike=("html",),
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
        name="free periods as two days",
        rows=[("شرح", "دوره", "مبلغ"), ("آب", "1403/05/01 تا 1403/05/28", 5), ("برق", "1403/05", 6)],
        source=step(do="split", column="دوره", into=["تاریخ", "روز"], by=" تا "),
        declared={"paid": 'kind = "date"'},
        fields=("title", "day", "paid", "amount"),
        asked=[("step-unfit", 3)],
        whole=True,
    ),
    AdverseCase(
        name="free periods as two days, all of them sound",
        rows=[("شرح", "دوره", "مبلغ"), ("آب", "1403/05/01 تا 1403/05/28", 5), ("برق", "1403/05/29 تا 1403/06/25", 6)],
        source=step(do="split", column="دوره", into=["تاریخ", "روز"], by=" تا "),
        declared={"paid": 'kind = "date"'},
        fields=("title", "day", "paid", "amount"),
        expected=[("آب", "2024-07-22", "2024-08-18", 5), ("برق", "2024-08-19", "2024-09-15", 6)],
    ),
    AdverseCase(
        name="periods of four weeks within a fiscal year",
        rows=[("شرح", "Period", "مبلغ"), ("آب", "Period 7 of 2023/24", 5), ("برق", "Period 13 of 2023/24", 6)],
        source=step(do="split", column="Period", into=["تعداد", "بخش"], pattern=r"Period (\d{1,2}) of (\d{4}/\d{2})"),
        fields=("title", "part", "items", "amount"),
        expected=[("آب", "2023/24", 7, 5), ("برق", "2023/24", 13, 6)],
    ),
    AdverseCase(
        name="periods of four weeks in a column of periods",
        rows=[("شرح", "بخش"), ("آب", "Period 7 2023/24"), ("برق", "1403-05")],
        declared={"part": 'kind = "period"'},
        fields=("title", "part"),
        expected=[("برق", "1403-05")],
        asked=[("period-year-open", 2)],
    ),
    AdverseCase(
        name="a merged header of two rows, joined by a step",
        rows=[("شرح", "مبلغ", None), (None, "مصوب", "عملکرد"), ("آب", 1, 2)],
        source=step(do="header", rows=2),
        declared={"amount": 'kind = "rial"\nnature = "flow"\naliases = ["مبلغ › عملکرد"]'},
        expected=[("آب", 2)],
        asked=[("column-money", None)],
        spans=[(0, 0, 1, 0), (0, 1, 0, 2)],
        forms=BOOKS,
    ),
    AdverseCase(
        name="units in a row under the header",
        rows=[CODED, (None, None, "میلیون ریال"), ("A1", "آب", 10)],
        fields=NUMBERED,
        asked=[("not-a-number", 2), ("required", 2), ("row-units", 2), ("unit-mismatch", None)],
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
        asked=[("column-money", None)],
    ),
    AdverseCase(
        name="a negative line and its sum",
        rows=[CODED, ("A1", "آب", -10), ("A2", "برق", 30), ("جمع", None, 20)],
        fields=NUMBERED,
        expected=[("A1", "آب", -10), ("A2", "برق", 30)],
    ),
]

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
