"""A workbook of contracts as an office keeps it: two header rows, toman in a title, sections, sums, what cannot be read."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

UPPER: Final = (
    "ردیف", "شماره قرارداد", "موضوع قرارداد", "طرف قرارداد", "مبلغ قرارداد", "تاریخ", "", "",
    "مدت (روز)", "روش انتخاب", "منطقه", "وضعیت", "توضیحات",
)  # fmt: skip
LOWER: Final = ("", "", "", "", "", "انعقاد", "شروع", "پایان", "", "", "", "", "")
FIRMS: Final = ("راه‌گستر البرز (ساختگی)", "آب‌نمای کویر (ساختگی)", "سبزینهٔ پارس (ساختگی)", "پویا‌ساز نیکان (ساختگی)")
WORKS: Final = ("لکه‌گیری آسفالت", "خرید نهال", "نگهداری فضای سبز", "تعمیر جدول", "نورپردازی بوستان")
SECTIONS: Final = ("الف) قراردادهای عمرانی", "ب) قراردادهای خدماتی", "ج) قراردادهای خرید")
EACH: Final = 20
"""Contracts of a section."""

SLIPS: Final[dict[int, dict[int, object]]] = {
    3: {4: "نامعلوم"},
    5: {11: "خاتمه یافته"},
    7: {5: "1403/13/40"},
    8: {3: "راه گستر البرز (ساختگی)"},
    11: {11: "خاتمه یافته"},
    12: {3: None},
    13: {3: None},
    16: {9: "استعلام کتبی"},
    18: {10: "منطقه مرکزی"},
    21: {4: "حدود ۲۰۰ میلیون"},
    23: {8: "شش ماه"},
    25: {7: "1403/01/02"},
    27: {2: "لکه‌گیری آسفالت، تماس با ۰۹۱۲۱۲۳۴۵۶۷"},
    30: {5: "45/06/12"},
    33: {11: "در حال اجراء"},
    36: {1: None},
    38: {8: "۱۸۰ روز"},
    41: {3: "آب‌نمای کوير ( ساختگی )"},
    44: {9: "ترک تشریفاتی"},
    47: {11: "پایان کار"},
    50: {6: "فوری"},
    55: {11: "خاتمه یافته"},
}
"""What is wrong: by contract, the column (from 0) and what stands in it."""


def _contract(n: int, year: str) -> list[object]:
    month = 1 + n % 6
    row: list[object] = [
        n, f"۱۴۰۳/{n:03}", f"{WORKS[n % 5]}، بخش {n}", FIRMS[n % 4], 120_000_000 + n * 1_750_000,
        f"{year}/{month:02}/05", f"{year}/{month:02}/10", f"{year}/{month + 5:02}/15", 150 + n % 30,
        ("استعلام بها", "خرید مستقیم")[n % 2], f"منطقه {1 + n % 3}", ("در حال اجرا", "تحویل موقت")[n % 2], "",
    ]  # fmt: skip
    for column, text in SLIPS.get(n, {}).items():
        row[column] = text.replace("1403", year) if isinstance(text, str) else text
    return row


def _rows(year: str) -> Iterator[tuple[str, Sequence[object]]]:
    """What follows the header, each row with what it is."""
    for at, section in enumerate(SECTIONS):
        yield "section", [section]
        rows = [_contract(n, year) for n in range(at * EACH + 1, (at + 1) * EACH + 1)]
        if at == 1:
            yield "header", UPPER
        for row in rows:
            yield ("hidden" if row[0] == 9 else "contract"), row
        yield "sum", [None, None, "جمع این بخش", None, sum(row[4] for row in rows if isinstance(row[4], int))]
    yield "note", ["تهیه‌کننده: واحد قراردادها"]
    yield "note", ["امضای مدیر"]


def messy_contracts(year: str = "1403") -> bytes:
    """The workbook of a year."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title, sheet.sheet_view.rightToLeft = "قراردادها", True
    sheet.append(["شهرداری ساختگی، فهرست قراردادهای سال ۱۴۰۳"])
    sheet.append(["مبالغ به تومان است"])
    sheet.append(list(UPPER))
    sheet.append(list(LOWER))
    for row in (1, 2):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(UPPER))
        sheet.cell(row, 1).alignment = Alignment(horizontal="center")
    sheet.merge_cells(start_row=3, end_row=3, start_column=6, end_column=8)
    for column in (*range(1, 6), *range(9, 14)):
        sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    for what, cells in _rows(year):
        sheet.append(list(cells))
        at = sheet.max_row
        if what == "section":
            sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=len(UPPER))
            sheet.cell(at, 1).font = Font(bold=True)
        elif what == "hidden":
            sheet.row_dimensions[at].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
