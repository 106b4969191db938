"""The part of the issue catalogue that speaks of rows, of sums over them, and of what is submitted with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.schema.entry import IssueEntry
from ayan.core.schema.entry import entry as _e
from ayan.core.values.label import Label

ROWS: Final[Mapping[str, IssueEntry]] = {
    "row-empty": _e(
        "warning",
        "sender",
        "این ردیف بیرون از ستون شمارهٔ ردیف چیزی ندارد و خوانده نشد. اگر یادداشت یا جمع است پاکش کنید.",
        "This row holds nothing outside the column of row numbers and was not read. Delete it if it is a note or a sum.",
        stands="empty-row",
    ),
    "key-duplicate": _e(
        "error",
        "sender",
        "کلید «{key}» {count} بار آمده است (ردیف‌های {rows}). هر کلید باید یک بار بیاید.",
        "The key “{key}” occurs {count} times (rows {rows}). A key must occur once.",
        stands="key",
        leaves_out=True,
        title=Label("کلید تکراری است. هر کلید باید یک بار بیاید.", "A key is repeated. A key must occur once."),
    ),
    "ref-missing": _e(
        "warning",
        "owner",
        "«{label}» در داده‌های منتشرشدهٔ «{target}» نیست.",
        "“{label}” is not among the published data of “{target}”.",
        stands="pointer",
        leaves_out=True,
    ),
    "outside-period": _e(
        "error",
        "sender",
        "«{label}» بیرون از دورهٔ {period} است.",
        "“{label}” is outside the period {period}.",
        stands="cell",
        leaves_out=True,
    ),
    "check": _e(
        "error",
        "sender",
        "ردیف با قاعدهٔ «{check}» نمی‌خواند.",
        "The row breaks the rule “{check}”.",
        stands="check",
        leaves_out=True,
    ),
}
"""Every code of a row."""

RETURNED: Final[Mapping[str, IssueEntry]] = {
    "returned-other": _e(
        "error",
        "sender",
        "این پرونده آن نیست که از اینجا برای اصلاح گرفته شد: ستون ردیف یا نشانه را ندارد. همان پرونده را اصلاح کنید و بفرستید.",
        "This is not the workbook that was given out to be mended: it lacks the column of rows or of marks. Send that one.",
    ),
    "returned-row-other": _e(
        "error",
        "sender",
        "این ردیف از پروندهٔ دیگری است یا نشانه‌اش پاک شده است و پذیرفته نشد.",
        "This row belongs to another file, or its mark was deleted; it was not taken.",
    ),
    "returned-row-unknown": _e(
        "error",
        "sender",
        "ردیف «{number}» در پرونده‌ای که فرستاده بودید نیست و پذیرفته نشد. شمارهٔ ردیف را عوض نکنید و ردیف نیفزایید.",
        "There is no row “{number}” in the file you sent; it was not taken. Leave row numbers alone and add no rows.",
    ),
    "returned-row-twice": _e(
        "error",
        "sender",
        "ردیف {number} بیش از یک بار آمده است و هیچ‌کدام پذیرفته نشد. یکی را نگه دارید.",
        "Row {number} occurs more than once and none of them was taken. Keep one.",
    ),
    "returned-column": _e(
        "warning",
        "sender",
        "ستون «{header}» در پروندهٔ نخست نبود و خوانده نشد.",
        "The column “{header}” was not in the first file and was not read.",
    ),
}
"""Every code of a workbook that was given out to be mended and came back."""

SUMS: Final[Mapping[str, IssueEntry]] = {
    "total-mismatch": _e(
        "error",
        "sender",
        "جمع «{label}» در ردیف جمع {stated} نوشته شده ولی جمع ردیف‌ها {computed} است (تفاوت {difference}).",
        "The total of “{label}” is stated as {stated} but the rows add up to {computed} (difference {difference}).",
        title=Label(
            "جمعی که برای «{label}» نوشته شده با جمع ردیف‌ها نمی‌خواند.",
            "The stated totals of “{label}” do not agree with the rows.",
        ),
    ),
    "total-unread": _e(
        "warning",
        "sender",
        "«{label}» در این ردیف جمع عدد نیست و با جمع ردیف‌ها سنجیده نشد.",
        "“{label}” is not a number in this totals row and was not compared with the sum of the rows.",
    ),
    "total-empty": _e(
        "warning",
        "sender",
        "این ردیف را ردیف جمع گرفتیم، پس منتشر نمی‌شود، ولی عددی ندارد که با جمع ردیف‌ها سنجیده شود. "
        "اگر ردیف داده است خانهٔ نخست آن را درست کنید.",
        "This row was taken for a totals row, so it is not published, but it states no number to compare. "
        "If it is a record, correct its first cell.",
    ),
    "total-agrees": _e(
        "info",
        "sender",
        "جمع «{label}» با جمع ردیف‌ها برابر است.",
        "The stated total of “{label}” equals the sum of the rows.",
        cause=False,
    ),
    "band-gap": _e(
        "error",
        "owner",
        "در جدول بازه‌ها میان {lower} و {upper} چیزی تعریف نشده است{group}.",
        "The table of bands has nothing between {lower} and {upper}{group}.",
        structural=True,
        title=Label("جدول بازه‌ها پیوسته نیست.", "The table of bands has gaps."),
    ),
    "band-overlap": _e(
        "error",
        "owner",
        "دو بازه در {lower} تا {upper} روی هم افتاده‌اند{group}.",
        "Two bands overlap between {lower} and {upper}{group}.",
        structural=True,
        title=Label("بازه‌ها روی هم افتاده‌اند.", "Some bands overlap."),
    ),
}
"""Every code of totals rows and of tables of bands."""

SUBMISSION: Final[Mapping[str, IssueEntry]] = {
    "period-needed": _e(
        "error",
        "sender",
        "این داده دوره‌ای است. دوره را بگویید، مثل {example}.",
        "This dataset goes by periods. Say which one, like {example}.",
    ),
    "period-wrong": _e(
        "error",
        "sender",
        "دورهٔ «{period}» برای این داده درست نیست؛ نمونهٔ درست: {example}.",
        "“{period}” is not a period of this dataset; a right one: {example}.",
    ),
    "source-unknown": _e(
        "error",
        "sender",
        "چیدمان «{source}» اعلام نشده است. چیدمان‌ها: {sources}.",
        "The layout “{source}” is not declared. Layouts: {sources}.",
    ),
    "dataset-withheld": _e(
        "error",
        "owner",
        "این داده بنا بر تعریفش منتشر نمی‌شود و پرونده‌ای برای آن پذیرفته نیست.",
        "This dataset is withheld as its declaration says, so no file is taken for it.",
    ),
}
"""Every code of what is said with a file: period, layout, dataset."""
