"""What a sheet says otherwise than by the texts of its cells, columns that no field takes, rows that are reckoned."""

from __future__ import annotations

from datetime import date
from typing import Final

from tests.corpus.adverse_case import BOOKS, BOTH, CODED, HEAD, NUMBERED, AdverseCase
from tests.corpus.office_files import Cell, Day, Failed, Marked, Parts, Shown

THREE: Final = [("A1", "آب", 100), ("A2", "برق", 250), ("A3", "گاز", 70)]


def _marked(name: str, second: tuple[Cell, ...], code: str, *, left: bool = False) -> AdverseCase:
    """Two records of which the second is asked about, or ``left`` as one that cannot be read."""
    return AdverseCase(
        name=name,
        rows=[CODED, THREE[0], second, THREE[2]],
        fields=NUMBERED,
        expected=[THREE[0], THREE[2]],
        asked=[(code, 3), *([("not-a-number", 3)] if left else [])],
        forms=BOOKS,
    )


# --- fonts, formats, heights ------------------------------------------------------------------------------------------

MARKS: Final = [
    _marked("a row struck out", tuple(Marked(cell, struck=True) for cell in THREE[1]), "row-struck"),
    _marked("an amount struck out", ("A2", "برق", Marked(250, struck=True)), "row-struck"),
    _marked("a part of an amount struck out", ("A2", "برق", Parts((("100", "struck"), ("250", "")))), "row-struck"),
    _marked("a row in white", tuple(Marked(cell, white=True) for cell in THREE[1]), "row-unseen"),
    AdverseCase(
        name="a note raised behind an amount, and a unit",
        rows=[
            CODED,
            THREE[0],
            ("A2", "برق", Parts((("250", ""), ("2", "raised")))),
            ("A3", Parts((("m", ""), ("2", "raised"))), 7),
        ],
        fields=NUMBERED,
        expected=[THREE[0], ("A3", "m²", 7)],
        asked=[("not-a-number", 3)],
        forms=BOOKS,
    ),
    AdverseCase(
        name="an amount that its format hides",
        rows=[CODED, THREE[0], ("A2", "برق", Shown(250, ";;;"))],
        fields=NUMBERED,
        expected=[THREE[0]],
        asked=[("row-unseen", 3)],
        forms=("xls", "xlsx"),
    ),
    AdverseCase(
        name="a minus that the format writes",
        rows=[CODED, THREE[0], ("A2", "برق", Shown(250, '"-"#,##0')), ("A3", "گاز", Shown(-7, "#,##0;[Red](#,##0)"))],
        fields=NUMBERED,
        expected=[THREE[0], ("A2", "برق", -250), ("A3", "گاز", -7)],
        forms=("xls", "xlsx"),
    ),
    AdverseCase(
        name="zeros that the format writes",
        rows=[CODED, *((code, title, Shown(int(amount), '0"/000"')) for code, title, amount in THREE)],
        fields=NUMBERED,
        asked=[("unit-mismatch", None)],
        whole=True,
        forms=BOOKS,
    ),
    AdverseCase(
        name="a row without height",
        rows=[HEAD, *BOTH],
        flat=[3],
        asked=[("rows-hidden", None)],
        whole=True,
        forms=BOOKS,
    ),
    AdverseCase(
        name="errors as each program keeps them",
        rows=[HEAD, ("آب", 1), ("برق", Failed("#N/A")), ("گاز", Failed("#REF!"))],
        expected=[("آب", 1)],
        asked=[("cell-error", 3), ("cell-error", 4)],
        forms=BOOKS,
    ),
    AdverseCase(
        name="a code that became a day",
        rows=[CODED, ("3-15", "آب", 1), (Day(date(2024, 3, 12)), "برق", 2), ("1403-77", "گاز", 3)],
        fields=NUMBERED,
        expected=[("3-15", "آب", 1), ("1403-77", "گاز", 3)],
        asked=[("text-turned-day", 3)],
        forms=BOOKS,
    ),
]

# --- columns that no field takes --------------------------------------------------------------------------------------


def _beside(name: str, header: tuple[str, ...], *, asked: str, rows: tuple[Cell, Cell] | None = None) -> AdverseCase:
    """A column more, which is asked about as a whole."""
    more = rows or (1000, 2500)
    return AdverseCase(
        name=name,
        rows=[("شماره", "شرح", *header), *((code, title, *([5] * (len(header) - 1)), cell) for (code, title), cell in
              zip((("A1", "آب"), ("A2", "برق")), more, strict=True))],
        fields=("number", "title"),
        asked=[(asked, None)],
        whole=True,
    )  # fmt: skip


COLUMNS: Final = [
    _beside("an optional amount headed with its unit", ("مبلغ (هزار تومان)",), asked="column-unplaced"),
    _beside("an optional amount in thousands", ("Amount (000s)",), asked="column-unplaced"),
    _beside("an optional amount under a longer name", ("مبلغ کل پرداختی",), asked="column-unplaced"),
    _beside(
        "an optional day under a longer name",
        ("مبلغ", "تاریخ سند"),
        asked="column-unplaced",
        rows=("1403/01/05", "1403/01/06"),
    ),
    _beside("which side of an account", ("مبلغ", "تشخیص"), asked="column-sides", rows=("بدهکار", "بستانکار")),
    AdverseCase(
        name="amounts that are left out",
        rows=[("شرح", "مبلغ", "مالیات (ریال)"), ("آب", 1, 9), ("برق", 2, 8)],
        expected=BOTH,
        asked=[("column-money", None)],
    ),
    AdverseCase(
        name="remarks that are left out are no question",
        rows=[("شرح", "مبلغ", "ملاحظات"), ("آب", 1, "تسویه شد"), ("برق", 2, None)],
        expected=BOTH,
    ),
    AdverseCase(
        name="a unit for each row, in no field",
        rows=[("شرح", "مبلغ", "ارز"), ("آب", 1, "IRR"), ("برق", 2, "USD"), ("گاز", 3, "تومان")],
        expected=[("آب", 1)],
        asked=[("row-other-unit", 3), ("row-other-unit", 4)],
    ),
    AdverseCase(
        name="a unit for each row, in a field of words",
        rows=[("شرح", "مبلغ", "بخش"), ("آب", 1, "ریال"), ("برق", 2, "هزار ریال")],
        fields=("title", "amount", "part"),
        expected=[("آب", 1, "ریال")],
        asked=[("row-other-unit", 3)],
    ),
]

# --- rows that speak of themselves ------------------------------------------------------------------------------------


def _said(name: str, *rows: tuple[Cell, Cell, Cell]) -> AdverseCase:
    """Rows before and behind three records that are asked about by what they say."""
    before, behind = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    asked = [("row-reckoned", at) for at in range(2, 2 + len(before))]
    asked += [("row-reckoned", at) for at in range(5 + len(before), 5 + len(rows))]
    return AdverseCase(name=name, rows=[CODED, *before, *THREE, *behind], fields=NUMBERED, expected=THREE, asked=asked)


RECKONED: Final = [
    _said("carried from the page before, as the first row", (None, "نقل از صفحهٔ قبل", 5000), ("9", "Balance c/f", 7)),
    _said("carried in other words", (1, "منقول از صفحه قبل", 5000), (5, "نقل به صفحه بعد", 9200)),
    _said("a wrong sum with a number of its own", (4, "جمع کل", 999)),
    _said("statistics with a number of their own", (4, "میانگین", 140), (5, "تعداد ردیف: ۳", 3)),
    AdverseCase(
        name="a row that its title says is void, which is published with it",
        rows=[CODED, *THREE, ("A4", "نان (ابطال شده)", 9)],
        fields=NUMBERED,
        expected=[*THREE, ("A4", "نان (ابطال شده)", 9)],
        asked=[("row-cancelled", 5)],
    ),
    AdverseCase(
        name="words in which a sum is only spoken of",
        rows=[
            CODED,
            ("1", "جمع‌آوری زباله", 1),
            ("2", "انتقال آب", 2),
            ("3", "نقل و انتقال اسناد", 3),
            ("4", "لغو پروانه", 4),
        ],
        fields=NUMBERED,
        expected=[
            ("1", "جمع‌آوری زباله", 1),
            ("2", "انتقال آب", 2),
            ("3", "نقل و انتقال اسناد", 3),
            ("4", "لغو پروانه", 4),
        ],
    ),
    AdverseCase(
        name="a row that a remark says is void",
        rows=[("شرح", "مبلغ", "ملاحظات"), ("آب", 1, None), ("برق", 2, "باطل شد"), ("گاز", 3, None)],
        expected=[("آب", 1), ("گاز", 3)],
        asked=[("row-cancelled", 3)],
    ),
    AdverseCase(
        name="rows that are the same, without a key",
        rows=[CODED, THREE[0], THREE[1], THREE[0]],
        fields=NUMBERED,
        expected=[THREE[0], THREE[1], THREE[0]],
        asked=[("rows-repeated", 4)],
    ),
    AdverseCase(
        name="a second table right below",
        rows=[CODED, *THREE, ("نام", "سمت", "حقوق"), ("علی", "مدیر", 500)],
        fields=NUMBERED,
        expected=THREE,
        asked=[("not-a-number", 5), ("table-second", 5), ("table-second", 6)],
    ),
]
