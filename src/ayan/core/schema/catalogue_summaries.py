"""What is said of all places of an issue together, where its wording names the particulars of one.

A release says how often each code was met; which cells they were, the sender was told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.schema.catalogue import CATALOGUE
from ayan.core.values.label import Label

_PERSONAL: Final = Label("چیزی که به دادهٔ شخصی می‌ماند", "Something that looks like personal data")

_OWN: Final[Mapping[str, Label]] = {
    "encoding-found": Label(
        "رمزگذاری و جداکنندهٔ پرونده شناخته شد", "The file's encoding and delimiter were recognised"
    ),
    "archive-choose": Label("پروندهٔ فشرده یک جدول ندارد", "An archive that does not hold one table"),
    "archive-member": Label("پرونده‌ای که از پروندهٔ فشرده خوانده شد", "What was read from an archive"),
    "records-read": Label("فهرستی که ردیف‌ها از آن خوانده شد", "The list from which the rows were read"),
    "lists-kept": Label("فهرست‌هایی که در یک خانه ماند", "Lists that stay in one cell"),
    "crs-used": Label("دستگاه مختصاتی که شکل‌ها از آن خوانده شد", "The system that shapes were read from"),
    "lists-left": Label("فهرست‌هایی که خوانده نشد", "Lists that were not read"),
    "html-named-other": Label("صفحهٔ وب با نام دیگر", "A web page under another name"),
    "sheet-hidden": Label("برگهٔ پنهانی که خوانده نشد", "A hidden sheet, which was not read"),
    "sheet-hidden-read": Label("برگه‌ای که خوانده شد پنهان بود", "The sheet that was read was hidden"),
    "rows-hidden": Label("ردیف پنهان در برگه", "Hidden rows of the sheet"),
    "columns-hidden": Label("ستون پنهان در برگه", "Hidden columns of the sheet"),
    "cells-merged": Label("خانه‌های ادغام‌شده", "Merged cells"),
    "header-found": Label("ردیف سرستون پیدا شد", "The header row was found"),
    "row-short": Label("ردیف‌هایی که کمتر از سرستون خانه دارد", "Rows with fewer cells than the header"),
    "cells-beyond-header": Label("مقدار در ستون بی‌سرستون", "Values in a column without a header"),
    "column-absent": Label("ستون اختیاری که در پرونده نیست", "An optional column that is not in the file"),
    "column-ignored": Label("ستونی که در تعریف نیست و خوانده نشد", "A column that is not declared and was not read"),
    "column-unplaced": Label("ستونی که شاید همان ستون پیدانشده باشد", "A column that may be one which was not found"),
    "column-sides": Label("ستون بدهکار و بستانکار که خوانده نشد", "A column of debit and credit, which was not read"),
    "column-money": Label("ستون مبلغی که خوانده نشد", "A column of amounts, which was not read"),
    "unit-mismatch": Label(
        "در پرونده واحد پول دیگری آمده است", "The file names another unit of money than it was read in"
    ),
    "unit-jump": Label(
        "مبلغ‌ها ده، هزار یا چند هزار برابر دوره‌های پیش است",
        "Amounts stand ten, a thousand or more times above or below those before",
    ),
    "code-nod": Label("نوشته‌هایی که در فهرست به این شکل نیست", "Texts that stand for a code and are not listed so"),
    "required": Label("مقدار لازم خالی است", "A required value is empty"),
    "not-a-number": Label("مقدار عدد نیست", "A value is not a number"),
    "number-ambiguous": Label("جای ممیز عدد معلوم نیست", "It is unclear where the decimal point stands"),
    "number-percent": Label("عدد با نشانهٔ درصد آمده است", "A number is written in per cent"),
    "number-lost-digits": Label("رقم‌های آخر عدد از دست رفته است", "A number has lost its last digits"),
    "not-whole": Label("عدد صحیح نیست", "A number is not whole"),
    "money-not-whole": Label("مبلغ عدد صحیحی از ریال نیست", "An amount is not a whole number of rials"),
    "number-too-large": Label("عدد بزرگ‌تر از آن است که درست باشد", "A number is too large to be right"),
    "decimal-digits": Label("رقم‌های اعشار بیش از اندازه است", "A number has too many decimals"),
    "not-a-date": Label("مقدار تاریخ نیست", "A value is not a date"),
    "date-impossible": Label("روزی که در تقویم نیست", "A day that the calendar does not have"),
    "date-other-calendar": Label("تاریخ به تقویم این ستون نیست", "A date in another calendar than its column"),
    "date-order": Label("روشن نیست روز نخست آمده است یا ماه", "Day or month first: not clear"),
    "date-two-digit-year": Label("سال دورقمی است", "A year has two digits"),
    "date-year": Label("سال بیرون از سال‌های پذیرفته است", "A year outside those that are taken"),
    "period-year-open": Label("آغاز سال روشن نیست", "When a year begins is not declared"),
    "not-a-period": Label("مقدار دوره نیست", "A value is not a period"),
    "not-a-boolean": Label("مقدار بله یا خیر نیست", "A value is neither yes nor no"),
    "not-a-link": Label("مقدار نشانی وب نیست", "A value is not a web address"),
    "not-geometry": Label("شکل هندسی درست نیست", "A geometry is not valid"),
    "shape-system": Label("دستگاه مختصات شکل اعلام نشده است", "The system of a shape is not declared"),
    "shape-crossing": Label("خط دور شکلی خودش را قطع می‌کند", "The outline of a shape crosses itself"),
    "shape-open": Label("خط دور شکلی بسته نیست", "The outline of a shape is not closed"),
    "shape-swapped": Label("طول و عرض شکل جابه‌جا شده است", "Longitude and latitude have changed places"),
    "shape-outside": Label("شکل بیرون از محدودهٔ شهر است", "A shape lies outside the city"),
    "identity-wrong": Label("کد ملی معتبر نیست", "A national ID is not valid"),
    "company-wrong": Label("شناسهٔ ملی درست نیست", "A legal ID is not valid"),
    "code-lost-digits": Label("رقم‌های آخر کد از دست رفته است", "A code has lost its last digits"),
    "cell-error": Label("خطا یا فرمول حساب‌نشده در خانه", "A spreadsheet error or a formula never computed"),
    "not-in-list": Label("مقدار در فهرست مقدارهای پذیرفته نیست", "A value is not in the list of accepted ones"),
    "pattern": Label("مقدار به شکل تعریف‌شده نیست", "A value does not have the declared form"),
    "too-small": Label("مقدار از کمینه کمتر است", "A value is below the minimum"),
    "too-large": Label("مقدار از بیشینه بیشتر است", "A value is above the maximum"),
    "too-long": Label("متن از اندازهٔ مجاز بلندتر است", "A text is longer than allowed"),
    "key-duplicate": Label("کلید تکراری است", "A key occurs more than once"),
    "ref-missing": Label("به چیزی اشاره دارد که منتشر نشده است", "It refers to something that is not published"),
    "outside-period": Label("مقدار بیرون از دوره است", "A value is outside the period"),
    "check": Label("ردیف با یکی از قاعده‌ها سازگار نیست", "A row breaks one of the rules"),
    "returned-column": Label("ستونی که در پروندهٔ نخست نبود", "A column that was not in the first file"),
    "total-mismatch": Label("جمع نوشته‌شده با جمع ردیف‌ها برابر نیست", "A stated total differs from the sum of the rows"),
    "total-unread": Label("ردیف جمع عدد نیست و سنجیده نشد", "A totals row holds no number and was not compared"),
    "total-suspected": Label(
        "ردیفی که مبلغش برابر جمع ردیف‌های بالاست", "A row whose amounts are the sum of those above it"
    ),
    "row-part": Label("ردیفی که بخشی از مبلغ بالاست", "A row that is part of the amount above"),
    "row-sparse": Label("ردیفی با خانه‌های پر کم", "A row with few filled cells"),
    "row-header": Label("ردیفی که سرستون را تکرار می‌کند", "A row that repeats the header"),
    "row-units": Label("ردیفی از واحدها", "A row of units"),
    "row-struck": Label("ردیفی با خانهٔ خط‌خورده", "A row with a cell struck out"),
    "row-unseen": Label("ردیفی با خانه‌ای که دیده نمی‌شود", "A row with a cell that cannot be seen"),
    "row-cancelled": Label("ردیفی که به گفتهٔ خودش باطل شده است", "A row that says that it is void"),
    "row-reckoned": Label("ردیفی که از ردیف‌های دیگر حساب شده است", "A row reckoned from others"),
    "row-other-unit": Label("ردیفی با واحد پول دیگر", "A row in another unit of money"),
    "rows-repeated": Label("ردیف‌هایی که عیناً تکرار شده است", "Rows that are the same as others"),
    "percent-mixed": Label("کسری میان درصدها", "A fraction among per cent"),
    "row-numbers": Label("ردیفی که شمارهٔ ستون‌هاست", "A row that numbers the columns"),
    "row-ditto": Label("خانه‌ای که می‌گوید «مانند بالا»", "A cell that says “as above”"),
    "day-swapped": Label("شاید روز و ماه جابه‌جا شده باشد", "Month and day may be exchanged"),
    "text-turned-day": Label("تاریخی در میان کدها یا متن‌ها", "A day among codes or words"),
    "code-fraction": Label("کدی که عدد اعشاری شده است", "A code kept as a number with a fraction"),
    "text-garbled": Label("متن خراب‌شده", "A spoilt text"),
    "table-beside": Label("ستون‌هایی کنار جدول که خوانده نشد", "Columns beside the table, which were not read"),
    "table-second": Label("جدول دومی زیر جدول", "A second table under the table"),
    "date-order-told": Label("ترتیب روز و ماه از روی خود ستون", "Order of day and month told by the column itself"),
    "total-agrees": Label("جمع نوشته‌شده با جمع ردیف‌ها برابر است", "A stated total equals the sum of the rows"),
    "total-near": Label(
        "جمع نوشته‌شده با رواداری اعلام‌شده با جمع ردیف‌ها می‌خواند",
        "A stated total equals the sum of the rows within the declared tolerance",
    ),
    "step-rows-left": Label("ردیف‌هایی که گام‌های چیدمان کنار گذاشت", "Rows that layout steps left out"),
    "step-columns-left": Label("ستون‌هایی که گام‌های چیدمان کنار گذاشت", "Columns that layout steps left out"),
    "step-filled": Label("خانه‌های خالی که گام‌های چیدمان پر کرد", "Empty cells that layout steps filled"),
    "member-skipped": Label("پروندهٔ خالی بایگانی که خوانده نشد", "An empty file of an archive, which was not read"),
    "sheet-skipped": Label("برگهٔ خالی که خوانده نشد", "An empty sheet, which was not read"),
    "band-gap": Label("جدول بازه‌ها پیوسته نیست", "The table of bands has a gap"),
    "band-overlap": Label("بازه‌ها روی هم افتاده‌اند", "Bands overlap"),
    "personal-column": Label("ستون در پرونده عنوان دیگری دارد", "A column is headed otherwise in the file"),
    "personal-chance": Label(
        "عددهایی که تنها به تصادف به دادهٔ شخصی می‌ماند", "Numbers that look like personal data by chance alone"
    ),
    "personal-running": Label(
        "شماره‌های پی‌درپی سند که به شمارهٔ تلفن می‌ماند", "Numbers of documents that run on and look like telephones"
    ),
    "group-small": Label("ترکیبی که در کمتر از حد ردیف آمده است", "A combination that stands in too few rows"),
    "file-comments": Label("یادداشت روی خانه‌ها، که منتشر نمی‌شود", "Comments on cells, which are not published"),
    "file-pivots": Label("رونوشت پنهان جدول محوری", "The hidden copy of a pivot table"),
    "file-links": Label("پیوند به بیرون از پرونده", "Links to places outside the file"),
    "file-names": Label("نام‌های تعریف‌شدهٔ پنهان یا بیرونی", "Defined names that are hidden or point outside"),
    "file-properties": Label(
        "ویژگی‌های پرونده نامی دارد، که منتشر نمی‌شود", "The file's properties hold a name, which is not published"
    ),
    "file-objects": Label("تصویر، نمودار یا سند جاسازی‌شده", "Embedded images, charts or documents"),
}


def summary(code: str) -> Label | None:
    """What was met, of all places of a code; None for a code that is no longer known."""
    entry = CATALOGUE.get(code)
    if entry is None:
        return None
    if code in _OWN:
        return _OWN[code]
    return _PERSONAL if entry.stands == "trace" else entry.title or entry.wording
