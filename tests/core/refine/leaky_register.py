"""A clean register of invented works, its declaration, and the ways in which something leaks into it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ayan.core.intake.table_reader import read_table
from ayan.core.refine.header_matching import known_headers
from ayan.core.refine.pipeline import Refined, refine
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.kinds import KINDS
from ayan.core.schema.layouts import read_as
from ayan.core.values.label import Label

WHY: Final = Label("تلفن روابط عمومی شرکت است.", "It is the company's public line.")


def _field(name: str, kind: Any, fa: str, en: str, **more: Any) -> Field:
    return Field(name=name, kind=KINDS[kind], label=Label(fa, en), **more)


FIELDS: Final = (
    _field("number", "code", "شماره سفارش", "Order"),
    _field("subject", "text", "شرح", "Subject"),
    _field("contractor", "text", "پیمانکار", "Contractor"),
    _field("company", "company", "شناسه ملی", "Legal ID"),
    _field("budget", "code", "ردیف بودجه", "Budget line"),
    _field("parcel", "code", "کد نوسازی", "Renovation code"),
    _field("payment", "code", "شناسه پرداخت", "Payment ID"),
    _field("place", "place", "محل", "Place"),
    _field("count", "integer", "تعداد", "Count"),
    _field("amount", "rial", "مبلغ", "Amount", role="amount", nature="flow"),
    _field("phone", "code", "تلفن شرکت", "Company phone", looks_like=("landline",), reason=WHY),
    _field("secret", "text", "کد ملی ناظر", "Inspector's ID", shown="withheld"),
)
ROWS: Final = (
    ("1403100021", "تعمیر جدول خیابان", "راهسازان نمونه", "10100000010", "302011", "1-2-34-5-0-0-0", "8000000000000001",
     "بلوار آزادی، نبش کوچهٔ ۱۲", "120", "1,250,000,000", "02188776655", "0012345679"),
    ("1403100023", "خرید نهال، ۴۵۰ اصله", "سبزینه نمونه", "10100000010", "302014", "12-3-4-51-0-0-0",
     "8000000000000002", "پارک لاله", "450", "980,500,000", "02188776644", "0012345679"),
    ("1403100026", "پرداخت صورت‌وضعیت ۳ قرارداد ۱۴۰۲/۱۱۸", "راهسازان نمونه", "10100000010", "302011",
     "7-1-110-9-0-0-0", "8000000000000003", "میدان امام، پلاک ۱۲", "1", "4,100,000,000", "02188776633", "0012345679"),
    ("1403100028", "نصب ۱۴ تابلو در منطقهٔ ۳", "تابلوسازان نمونه", "10100000010", "302019", "3-1-22-4-0-0-0",
     "8000000000000004", "خیابان ۱۷ شهریور", "14", "310,000,000", "02188776622", "0012345679"),
)  # fmt: skip
"""No cell of a public column holds anything personal; the withheld column and the company's own line may."""


def dataset(*names: str, **more: Any) -> Dataset:
    """The declaration; with ``names`` only their fields and the order number, which is read much sooner."""
    words = Label("کارها", "Works")
    chosen = tuple(field for field in FIELDS if not names or field.name in ("number", *names))
    given = {"fields": chosen} | more
    return Dataset(slug="works", title=words, description=words, owner=words, topic="money", **given)


def table(changed: Mapping[str, str] | None = None, *, more: int = 0) -> list[list[str]]:
    """Header and rows; ``changed`` cells of the second row, by field."""
    names = [field.name for field in FIELDS]
    rows = [list(row) for row in ROWS]
    for name, text in (changed or {}).items():
        rows[1][names.index(name)] = text
    return [[field.label.fa for field in FIELDS], *rows, *(list(ROWS[0]) for _ in range(more))]


def write_csv(path: Path, lines: list[list[str]]) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def refined(path: Path, declared: Dataset | None = None, **more: Any) -> Refined:
    """What becomes of a file; the caller closes it."""
    of = declared or dataset()
    layout, fields, _ = read_as(of, "default")
    raw = read_table(
        path, source=layout, known=known_headers(fields), workdir=path.parent / "work", sheet=more.pop("sheet", None)
    )
    return refine(raw, of, workdir=path.parent / "work", **more)


def hits(path: Path, declared: Dataset | None = None, **more: Any) -> dict[str, int]:
    """Errors and warnings by code, and what chance or a run of documents explains.

    Rows of these files are alike, and columns of theirs are left out: neither is the guard's.
    """
    result = refined(path, declared, **more)
    try:
        return {
            code: count
            for code, count in result.by_code().items()
            if code not in ("rows-repeated", "column-money")
            and any(
                issue.code == code and (issue.level != "info" or code in ("personal-chance", "personal-running"))
                for issue in result.issues
            )
        }
    finally:
        result.close()
