"""The part of the issue catalogue that speaks of a file: as a whole, and of what is submitted with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.schema.catalogue_cells import IssueEntry, entry
from ayan.core.values.label import Label

FILE: Final[Mapping[str, IssueEntry]] = {
    "file-missing": entry(
        "error",
        "sender",
        "پرونده‌ای با این نشانی نیست. نشانی را بررسی کنید.",
        "There is no file at this address. Check the path.",
    ),
    "file-empty": entry(
        "error", "sender", "پرونده خالی است. پروندهٔ پر را بفرستید.", "The file is empty. Send the filled one."
    ),
    "file-unreadable": entry(
        "error",
        "sender",
        "این پرونده را نمی‌توان خواند ({reason}). آن را در برنامهٔ خودش باز و دوباره ذخیره کنید.",
        "This file cannot be read ({reason}). Open it in its own program and save it again.",
    ),
    "file-format": entry(
        "error",
        "sender",
        "محتوای این پرونده {content} است و با پسوند {extension} پذیرفته نمی‌شود. "
        "قالب‌های پذیرفته: CSV، TSV، XLSX، XLSM، XLSB، XLS، ODS، JSON، NDJSON، GeoJSON، GeoPackage، شیپ‌فایل (zip)، KML، GML، DXF، XML، HTML، جدول‌های PDF و DOCX، و zip و gz از این‌ها.",
        "This file holds {content}, which is not accepted with the extension {extension}. "
        "Accepted: CSV, TSV, XLSX, XLSM, XLSB, XLS, ODS, JSON, NDJSON, GeoJSON, GeoPackage, shapefile (zip), KML, GML, DXF, XML, HTML, tables of PDF and DOCX, and zip and gz of these.",
    ),
    "file-password": entry(
        "error",
        "sender",
        "پرونده رمز دارد. رمز را بردارید و دوباره بفرستید.",
        "The file is protected by a password. Remove it and send the file again.",
    ),
    "file-too-large": entry(
        "error",
        "sender",
        "پرونده از اندازهٔ مجاز بزرگ‌تر است ({size} در برابر {limit}). آن را دوره به دوره بفرستید.",
        "The file is larger than allowed ({size} against {limit}). Send it period by period.",
    ),
    "file-too-slow": entry(
        "error",
        "sender",
        "خواندن پرونده بیش از {limit} ثانیه طول کشید و متوقف شد. آن را دوره‌به‌دوره یا به صورت CSV بفرستید.",
        "Reading took more than {limit} seconds and was stopped. Send it period by period, or as CSV.",
    ),
    "file-changed": entry(
        "error",
        "sender",
        "پرونده هنگام خوانده شدن عوض شد. برنامه‌ای را که در آن می‌نویسد ببندید و دوباره بفرستید.",
        "The file changed while it was being read. Close the program that writes to it and send it again.",
    ),
    "file-nul": entry(
        "error",
        "source",
        "در سطر {line} نویسهٔ تهی (NUL) هست. پرونده را از سامانهٔ مبدأ دوباره بگیرید.",
        "Line {line} holds a NUL byte. Export the file from its system again.",
    ),
    "cell-too-long": entry(
        "error",
        "source",
        "خانه‌ای نزدیک سطر {line} از {limit} نویسه بلندتر است. جداکننده و گیومه‌های پرونده را بررسی کنید.",
        "A cell near line {line} is longer than {limit} characters. Check the delimiter and the quotes.",
    ),
    "columns-too-many": entry(
        "error",
        "source",
        "ردیف {row} بیش از {limit} ستون دارد. جداکننده را بررسی کنید یا ستون‌های اضافه را بردارید.",
        "Row {row} has more than {limit} columns. Check the delimiter or remove the surplus columns.",
    ),
    "cells-too-many": entry(
        "error",
        "sender",
        "برگهٔ «{sheet}» بیش از {limit} خانه را در بر می‌گیرد. خانه‌های دورافتاده را پاک کنید یا دوره به دوره بفرستید.",
        "The sheet “{sheet}” spans more than {limit} cells. Clear stray cells or send it period by period.",
    ),
    "quote-open": entry(
        "error",
        "source",
        "گیومه‌ای که در سطر {line} باز شده تا پایان پرونده بسته نشده است. آن را ببندید یا پرونده را دوباره بگیرید.",
        "The quote opened in line {line} is never closed. Close it or export the file again.",
    ),
    "quotes-broken": entry(
        "warning",
        "source",
        "گیومه‌های این خانه جفت نیست یا چند سطر در آن افتاده است. شاید ردیف‌هایی در آن گم شده باشد؛ آن را با پرونده بسنجید.",
        "The quotes of this cell do not match, or lines have fallen into it. Rows may be lost in it; compare it with the file.",
        title=Label(
            "گیومه‌های این خانه‌ها جفت نیست یا چند سطر در آن‌ها افتاده است. شاید ردیف‌هایی گم شده باشد.",
            "The quotes of these cells do not match, or lines have fallen into them. Rows may be lost.",
        ),
    ),
    "last-line-cut": entry(
        "warning",
        "source",
        "پرونده در میان سطر آخر بریده شده است: خانه‌های آخرش کم است. شاید سطرهای دیگری هم نیامده باشد؛ آن را دوباره بگیرید.",
        "The file breaks off within its last line, which lacks cells. Further lines may be missing; export it again.",
    ),
    "encoding-unknown": entry(
        "error",
        "owner",
        "رمزگذاری اعلام‌شده ({encoding}) شناخته‌شده نیست. utf-8، utf-16 یا windows-1256 را اعلام کنید.",
        "The declared encoding ({encoding}) is not known. Declare utf-8, utf-16 or windows-1256.",
    ),
    "encoding-other": entry(
        "error",
        "source",
        "سطر {line} با رمزگذاری {encoding} خواندنی نیست. پرونده را به صورت UTF-8 ذخیره کنید.",
        "Line {line} cannot be read as {encoding}. Save the file as UTF-8.",
    ),
    "map-projection": entry(
        "error",
        "source",
        "مختصات پرونده در دستگاه {crs} است که شناخته نشد. آن را به طول و عرض جغرافیایی (WGS 84، EPSG:4326) تبدیل کنید.",
        "The coordinates are in {crs}, which is not known. Convert them to longitude and latitude (WGS 84, EPSG:4326).",
    ),
    "encoding-found": entry(
        "info",
        "sender",
        "رمزگذاری پرونده: {encoding}، جداکننده: «{delimiter}».",
        "Encoding: {encoding}, delimiter: “{delimiter}”.",
    ),
    "encoding-mixed": entry(
        "error",
        "source",
        "در سطر {line} بایت‌هایی هست که نه UTF-8 است و نه windows-1256. پرونده را یک‌دست ذخیره کنید.",
        "Line {line} holds bytes that are neither UTF-8 nor windows-1256. Save the file in one encoding.",
    ),
    "encoding-unsure": entry(
        "error",
        "source",
        "رمزگذاری پرونده روشن نیست: به windows-1256 متن فارسی از آن در نمی‌آید (سطر {line}). آن را به صورت UTF-8 ذخیره کنید. "
        "واژه‌های سطر نخست در رمزگذاری‌های گوناگون: {words}",
        "The encoding of the file is not clear: read as windows-1256 it is no Persian text (line {line}). Save it as UTF-8. "
        "The words of its first line as encodings have them: {words}",
    ),
    "bom-repaired": entry(
        "info",
        "source",
        "نشانهٔ آغاز پرونده (BOM) دو بار رمزگذاری شده بود و کنار گذاشته شد.",
        "A doubly encoded byte-order mark was set aside.",
    ),
    "sheet-missing": entry(
        "error",
        "sender",
        "برگهٔ «{sheet}» در پرونده نیست. برگه‌ها: {sheets}.",
        "There is no sheet “{sheet}”. Sheets: {sheets}.",
    ),
    "sheet-choose": entry(
        "error",
        "sender",
        "پرونده چند برگهٔ پر دارد ({sheets}). بگویید کدام خوانده شود.",
        "Several sheets hold data ({sheets}). Say which one to read.",
    ),
    "sheet-hidden": entry(
        "warning",
        "privacy",
        "پرونده برگهٔ پنهان دارد ({sheets}) که خوانده نشد. اگر لازم نیست پیش از فرستادن پاکش کنید.",
        "The file has hidden sheets ({sheets}), which were not read. Delete them before sending unless they are needed.",
    ),
    "rows-hidden": entry(
        "error",
        "sender",
        "برگه {count} ردیف پنهان دارد که خوانده شد (نخستین: ردیف {row}). ردیف‌ها را آشکار کنید (پالایه را بردارید) و "
        "آنچه را نباید منتشر شود پاک کنید.",
        "The sheet has hidden rows, which were read: {count} (the first is row {row}). Show them (clear the filter) and "
        "delete those not to be published.",
        structural=True,
        holds=True,
    ),
    "columns-hidden": entry(
        "warning",
        "sender",
        "برگه ستون پنهان دارد ({columns}) و آن هم خوانده شد. ستون‌ها را آشکار کنید و آنچه را نباید منتشر شود پاک کنید.",
        "The sheet has hidden columns ({columns}), which were read too. Show them and delete those not to be published.",
        structural=True,
        holds=True,
    ),
    "cells-merged": entry(
        "warning",
        "sender",
        "{count} خانهٔ ادغام‌شده چند ردیف را می‌پوشاند و مقدار آن تنها برای ردیف نخست خوانده شد (نخستین: ردیف {row}). "
        "ادغام را بردارید و مقدار را در هر ردیف بنویسید.",
        "Merged cells cover several rows; their value was read for the first row only: {count} (the first is row {row}). "
        "Unmerge them and write the value in every row.",
    ),
    "header-deeper": entry(
        "error",
        "owner",
        "خانه‌های سرستون تا ردیف {row} ادغام شده است، پس سرستون {rows} ردیف دارد. header_rows = {rows} را اعلام کنید.",
        "Header cells are merged down to row {row}, so the header takes {rows} rows. Declare header_rows = {rows}.",
    ),
    "no-rows": entry(
        "error", "sender", "هیچ ردیف داده‌ای زیر سرستون نیست.", "There is no data row under the header.", structural=True
    ),
    "header-found": entry("info", "sender", "سرستون در ردیف {row} پیدا شد.", "The header was found in row {row}."),
    "example-ignored": entry(
        "info",
        "sender",
        "ردیف نمونهٔ قالب همان‌طور که بود مانده است و خوانده نشد.",
        "The example row of the template is still as it was and was not read.",
    ),
    "row-short": entry(
        "info",
        "source",
        "{count} ردیف کمتر از سرستون خانه دارد؛ خانه‌های کم‌آمده خالی گرفته شد.",
        "Rows with fewer cells than the header: {count}. The missing ones are taken as empty.",
    ),
    "cells-beyond-header": entry(
        "error",
        "source",
        "{count} ردیف در ستون {letter} مقدار دارد ولی آن ستون سرستون ندارد. جای آن را با position اعلام کنید یا ستون را بردارید.",
        "Rows with a value in column {letter}, which has no header: {count}. Declare it by position or remove it.",
        structural=True,
    ),
}
"""Every code of a file as a whole."""


RETURNED: Final[Mapping[str, IssueEntry]] = {
    "returned-other": entry(
        "error",
        "sender",
        "این پرونده آن نیست که از اینجا برای اصلاح گرفته شد: ستون ردیف یا نشانه را ندارد. همان پرونده را اصلاح کنید و بفرستید.",
        "This is not the workbook that was given out to be mended: it lacks the column of rows or of marks. Send that one.",
    ),
    "returned-row-other": entry(
        "error",
        "sender",
        "این ردیف از پروندهٔ دیگری است یا نشانه‌اش پاک شده است و پذیرفته نشد.",
        "This row belongs to another file, or its mark was deleted; it was not taken.",
    ),
    "returned-row-unknown": entry(
        "error",
        "sender",
        "ردیف «{number}» در پرونده‌ای که فرستاده بودید نیست و پذیرفته نشد. شمارهٔ ردیف را عوض نکنید و ردیف نیفزایید.",
        "There is no row “{number}” in the file you sent; it was not taken. Leave row numbers alone and add no rows.",
    ),
    "returned-row-twice": entry(
        "error",
        "sender",
        "ردیف {number} بیش از یک بار آمده است و هیچ‌کدام پذیرفته نشد. یکی را نگه دارید.",
        "Row {number} occurs more than once and none of them was taken. Keep one.",
    ),
    "returned-column": entry(
        "warning",
        "sender",
        "ستون «{header}» در پروندهٔ نخست نبود و خوانده نشد.",
        "The column “{header}” was not in the first file and was not read.",
    ),
}
"""Every code of a workbook that was given out to be mended and came back."""

SUBMISSION: Final[Mapping[str, IssueEntry]] = {
    "period-needed": entry(
        "error",
        "sender",
        "این داده دوره‌ای است. دوره را بگویید، مثل {example}.",
        "This dataset goes by periods. Say which one, like {example}.",
    ),
    "period-wrong": entry(
        "error",
        "sender",
        "دورهٔ «{period}» برای این داده درست نیست؛ نمونهٔ درست: {example}.",
        "“{period}” is not a period of this dataset; a right one: {example}.",
    ),
    "source-unknown": entry(
        "error",
        "sender",
        "چیدمان «{source}» اعلام نشده است. چیدمان‌ها: {sources}.",
        "The layout “{source}” is not declared. Layouts: {sources}.",
    ),
    "dataset-withheld": entry(
        "error",
        "owner",
        "این داده بنا بر تعریفش منتشر نمی‌شود و پرونده‌ای برای آن پذیرفته نیست.",
        "This dataset is withheld as its declaration says, so no file is taken for it.",
    ),
}
"""Every code of what is said with a file: period, layout, dataset."""
