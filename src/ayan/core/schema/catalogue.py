"""The issue catalogue: every code the engine can report, with all that follows from it; and its part about leaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.schema.catalogue_cells import CELLS, COLUMNS, FixBy, HitPlace, IssueEntry, Stands, entry
from ayan.core.schema.catalogue_file import FILE, RETURNED, SUBMISSION
from ayan.core.schema.catalogue_formats import FORMATS
from ayan.core.schema.catalogue_layout import LAYOUT
from ayan.core.schema.catalogue_rows import ROWS, SUMS

_PERSONAL_FA: Final = (
    "در «{label}» چیزی هست که به {what} می‌ماند و نباید منتشر شود. آن را بردارید یا بپوشانید؛ "
    "اگر انتشارش درست است مسئول حریم خصوصی باید با ذکر علت اجازهٔ انتشار دهد."
)
_PERSONAL_EN: Final = (
    "“{label}” holds what looks like {what}, which must not be published. Remove or redact it; "
    "where it may be published, the privacy officer has to waive it, with a reason."
)


def _held(fix_by: FixBy, fa: str, en: str, stands: Stands = "named", hit: HitPlace | None = None) -> IssueEntry:
    """What must not become public unseen: it holds the whole submission, and leaving rows out does not answer it."""
    return entry("error", fix_by, fa, en, stands=stands, structural=True, holds=True, hit=hit)


def _personal(code: str) -> tuple[str, IssueEntry]:
    return f"personal-{code}", _held("sender", _PERSONAL_FA, _PERSONAL_EN, stands="trace", hit="piece")


GUARD: Final[Mapping[str, IssueEntry]] = {
    **dict(
        _personal(code)
        for code in (
            "national-id",
            "mobile",
            "landline",
            "email",
            "bank-account",
            "card",
            "plate",
            "postcode",
            "birth-certificate",
            "birth-date",
            "relatives",
            "marital-status",
            "home",
            "coordinates",
        )
    ),
    "personal-column": _held(
        "owner",
        "ستونی که «{label}» از آن خوانده می‌شود در پرونده عنوان دیگری دارد: {personal}. چیدمان پرونده را در تعریف درست کنید.",
        "The column read as “{label}” is headed otherwise in the file: {personal}. Correct the layout in the declaration.",
        hit="column",
    ),
    "personal-chance": entry(
        "info",
        "privacy",
        "{count} عدد از {of} عدد هم‌شکل در «{label}» به {what} می‌ماند؛ این اندازه تصادفی هم پیش می‌آید. نگاهی بیندازید.",
        "{count} of {of} numbers of one form in “{label}” look like {what}; as many do so by chance. Have a look.",
        hit="piece",
    ),
    "personal-running": entry(
        "info",
        "privacy",
        "{count} عدد در «{label}» به {what} می‌ماند، ولی سرستون شمارهٔ سند است و عددها پشت سر هم‌اند. نگاهی بیندازید.",
        "{count} numbers in “{label}” look like {what}, but the header names documents and the numbers run on. "
        "Have a look.",
        hit="piece",
    ),
    "group-small": _held(
        "privacy",
        "{groups} ترکیب از {by} در کمتر از {k} ردیف آمده است ({count} ردیف) و کسی را می‌توان از آن شناخت. "
        "دسته‌ها را بزرگ‌تر کنید یا این ردیف‌ها را بردارید.",
        "{groups} combinations of {by} stand in fewer than {k} rows ({count} rows), by which people can be recognised. "
        "Widen the groups or leave the rows out.",
    ),
    "sheet-hidden-read": _held(
        "sender",
        "برگهٔ «{sheet}» پنهان است و همان خوانده شد. اگر باید منتشر شود آن را آشکار کنید؛ اگر نه برگهٔ دیگری برگزینید.",
        "The sheet “{sheet}” is hidden and was the one read. Show it if it is to be published, or choose another.",
    ),
    "file-comments": entry(
        "warning",
        "sender",
        "پرونده {count} یادداشت یا گفت‌وگو روی خانه‌ها دارد. یادداشت‌ها منتشر نمی‌شود؛ بهتر است پیش از فرستادن پاک شود.",
        "The file holds comments on cells: {count}. They are not published; it is better to delete them before sending.",
    ),
    "file-pivots": entry(
        "warning",
        "sender",
        "پرونده رونوشت پنهان دادهٔ {count} جدول محوری را دارد. منتشر نمی‌شود؛ بهتر است جدول محوری را بردارید.",
        "The file holds the hidden copy of the data of pivot tables: {count}. It is not published; better remove them.",
    ),
    "file-links": entry(
        "warning",
        "sender",
        "پرونده به {count} جای بیرون از خود پیوند دارد (فرمول، اتصال یا پروندهٔ دیگر). مقدارها را به‌جای فرمول بگذارید.",
        "The file points outside itself (formulas, connections, other files), places: {count}. Paste values instead.",
    ),
    "file-names": entry(
        "warning",
        "sender",
        "پرونده {count} نام تعریف‌شده دارد که پنهان است یا به بیرون از پرونده اشاره می‌کند. در مدیریت نام‌ها پاکشان کنید.",
        "The file defines names that are hidden or point outside it: {count}. Delete them in the name manager.",
    ),
    "file-properties": entry(
        "info",
        "sender",
        "ویژگی‌های پرونده نام یا مشخصات کسی را دارد ({names}). منتشر نمی‌شود، ولی با پروندهٔ اصلی نگه داشته می‌شود.",
        "The properties of the file name people or places ({names}). They are not published but kept with the original.",
    ),
    "file-objects": entry(
        "warning",
        "sender",
        "پرونده {count} تصویر، نمودار یا سند جاسازی‌شده دارد. منتشر نمی‌شود؛ اگر لازم نیست پاکش کنید.",
        "The file embeds images, charts or documents: {count}. They are not published; delete them if they are not needed.",
    ),
    "file-revisions": entry(
        "warning",
        "sender",
        "پرونده تاریخچهٔ تغییرها را با مقدارهای پیشین دارد. منتشر نمی‌شود؛ پیگیری تغییر را خاموش و پرونده را دوباره ذخیره کنید.",
        "The file keeps a history of changes with earlier values. It is not published; switch tracking off and save again.",
    ),
    "file-macros": entry(
        "warning",
        "sender",
        "پرونده ماکرو دارد. هیچ ماکرویی اجرا نمی‌شود؛ پرونده را بی ماکرو (XLSX) ذخیره کنید.",
        "The file holds macros. None is ever run; save it without them (XLSX).",
    ),
}
"""Every code of the guard; the codes of hidden rows and columns stand with those of the file."""

CATALOGUE: Final[Mapping[str, IssueEntry]] = {
    **FILE,
    **LAYOUT,
    **FORMATS,
    **COLUMNS,
    **CELLS,
    **ROWS,
    **RETURNED,
    **SUMS,
    **SUBMISSION,
    **GUARD,
}

CHECK: Final = "check:"
"""How the codes of checks begin that a dataset declares itself; all are of the entry ``check``."""

STRUCTURAL: Final = frozenset(code for code, entry in CATALOGUE.items() if entry.structural)
"""Faults of the whole file: leaving rows out does not cure them, so they can never be published in part."""

HOLDING: Final = frozenset(code for code, entry in CATALOGUE.items() if entry.holds)
"""Codes whose errors hold the whole submission until they are mended, redacted or waived."""

PRIVACY_HITS: Final = frozenset(code for code, entry in CATALOGUE.items() if entry.hit)
"""Codes of what looks like data of a person in one field, sure or by chance."""

PIECES: Final = frozenset(code for code, entry in CATALOGUE.items() if entry.hit == "piece")
"""Those of them that are pieces of texts, which can be hidden where the rest of the text stays."""


ACCEPTABLE: Final = (
    *(code for code, entry in CATALOGUE.items() if entry.stands == "suspected"),
    "code-nod",
    "column-unplaced",
    "column-sides",
)
"""Codes of what is asked about and may be right as it stands."""

UNITS: Final = frozenset({"unit-mismatch", "unit-jump"})
"""Codes that a person answers by saying which unit of money a column is in."""


def entry_of(code: str) -> IssueEntry:
    """The entry of a code, also of one that a dataset declares; KeyError for one that nobody knows."""
    return CATALOGUE["check" if code.startswith(CHECK) else code]
