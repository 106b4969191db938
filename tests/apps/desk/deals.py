"""The dataset that the desk is tried with, its rows, and messy workbooks of them; nothing here needs Django."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import xlsxwriter

DEALS: Final = """
slug = "deals"
title.fa = "قراردادهای ساختگی"
title.en = "Invented deals"
description.fa = "قراردادهای ساختگی برای آزمون میز کار"
description.en = "Invented deals for trying the desk"
owner.fa = "امور مالی"
owner.en = "Finance"
topic = "council"
cadence = { every = "yearly", grace_days = 30 }
period = "year"
key = ["number"]
approvals = %d

[[field]]
name = "number"
kind = "code"
label.fa = "شماره قرارداد"
label.en = "Number"
required = true

[[field]]
name = "subject"
kind = "text"
label.fa = "موضوع"
label.en = "Subject"
role = "title"

[[field]]
name = "amount"
kind = "rial"
label.fa = "مبلغ"
label.en = "Amount"
role = "amount"
nature = "flow"
required = true

[[field]]
name = "day"
kind = "date"
label.fa = "تاریخ"
label.en = "Day"
role = "date"

[[field]]
name = "state"
kind = "text"
label.fa = "وضعیت"
label.en = "State"
choices = [
  { code = "open", fa = "جاری", en = "Open" },
  { code = "done", fa = "خاتمه‌یافته", en = "Finished" },
]

[[field]]
name = "holder_id"
kind = "identity"
label.fa = "کد ملی طرف"
label.en = "National code of the party"
shown = "withheld"
"""
ROUND: Final = """
title = { fa = "مبلغ‌های گرد", en = "Round amounts" }
says = { fa = "هر مبلغ مضربی از ده ریال است.", en = "Each amount is a multiple of ten rials." }
parts = [{ fa = "شماره", en = "Number" }]
on_draft = "%s"
left = [{ of = "deals", value = "sum(amount)", by = ["number"] }]
right = [{ of = "deals", value = "sum(amount - amount %% 10)", by = ["number"] }]
"""
HOSTILE: Final = "<img src=x onerror=alert(1)>\"'"
HEADER: Final = ("شماره قرارداد", "شرح کار", "مبلغ", "تاريخ", "یادداشت")
GOOD: Final = (
    ("C-1", "ساخت پیاده‌رو", "1,500,000", "1403/02/11", ""),
    ("C-2", "خريد نهال", "۲٬۰۰۰٬۰۰۰", "1403/03/01", ""),
    ("C-3", "تعمير پل", "3000000", "1403/04/09", HOSTILE),
)
ODD: Final = (*GOOD[:2], ("C-3", "تعمير پل", "3000007", "1403/04/09", ""))
BAD: Final = (
    *GOOD,
    ("C-4", "نورپردازی پارک", "نامعلوم", "1403/05/20", ""),
    ("C-5", "لکه‌گیری آسفالت", "نامعلوم", "1403/13/40", ""),
)


MADE_AT: Final = datetime(2026, 6, 1, tzinfo=UTC)


def workbook(
    rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, sheets: Sequence[str] = ("قراردادها",)
) -> bytes:
    """A clerk's workbook: a title above the header, and the same table in every sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        # The same rows are the same bytes, whenever the file is written: a workbook carries the second of its making.
        book.set_properties({"created": MADE_AT})
        for name in sheets:
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, "فهرست قراردادهای سال")
            for at, row in enumerate((header, *rows)):
                for column, cell in enumerate(row):
                    sheet.write_string(at + 1, column, cell)
    return out.getvalue()
