"""The part of the issue catalogue that speaks of a file: whether it can be read, its sheets and its header."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.schema.entry import IssueEntry
from ayan.core.schema.entry import entry as _e

FILE: Final[Mapping[str, IssueEntry]] = {
    "file-missing": _e(
        "error",
        "sender",
        "پرونده‌ای با این نشانی نیست. نشانی را بررسی کنید.",
        "There is no file at this address. Check the path.",
    ),
    "file-empty": _e(
        "error", "sender", "پرونده خالی است. پروندهٔ پر را بفرستید.", "The file is empty. Send the filled one."
    ),
    "file-unreadable": _e(
        "error",
        "sender",
        "این پرونده را نمی‌توان خواند ({reason}). آن را در برنامهٔ خودش باز و دوباره ذخیره کنید.",
        "This file cannot be read ({reason}). Open it in its own program and save it again.",
    ),
    "file-format": _e(
        "error",
        "sender",
        "محتوای پرونده با پسوند {extension} نمی‌خواند ({content}). قالب‌های پذیرفته: CSV، TSV، XLSX، XLSM، XLS، ODS، GeoJSON.",
        "The content does not match the extension {extension} ({content}). Accepted: CSV, TSV, XLSX, XLSM, XLS, ODS, GeoJSON.",
    ),
    "file-password": _e(
        "error",
        "sender",
        "پرونده رمز دارد. رمز را بردارید و دوباره بفرستید.",
        "The file is protected by a password. Remove it and send the file again.",
    ),
    "file-too-large": _e(
        "error",
        "sender",
        "پرونده از اندازهٔ مجاز بزرگ‌تر است ({size} در برابر {limit}). آن را دوره به دوره بفرستید.",
        "The file is larger than allowed ({size} against {limit}). Send it period by period.",
    ),
    "file-too-slow": _e(
        "error",
        "sender",
        "خواندن پرونده بیش از {limit} ثانیه طول کشید و متوقف شد.",
        "Reading took more than {limit} seconds and was stopped.",
    ),
    "file-changed": _e(
        "error",
        "sender",
        "پرونده هنگام خوانده شدن عوض شد. برنامه‌ای را که در آن می‌نویسد ببندید و دوباره بفرستید.",
        "The file changed while it was being read. Close the program that writes to it and send it again.",
    ),
    "file-nul": _e(
        "error",
        "source",
        "در سطر {line} نویسهٔ تهی (NUL) هست. پرونده را از سامانهٔ مبدأ دوباره بگیرید.",
        "Line {line} holds a NUL byte. Export the file from its system again.",
    ),
    "cell-too-long": _e(
        "error",
        "source",
        "خانه‌ای نزدیک سطر {line} از {limit} نویسه بلندتر است. جداکننده و گیومه‌های پرونده را بررسی کنید.",
        "A cell near line {line} is longer than {limit} characters. Check the delimiter and the quotes.",
    ),
    "columns-too-many": _e(
        "error",
        "source",
        "ردیف {row} بیش از {limit} ستون دارد. جداکننده را بررسی کنید یا ستون‌های اضافه را بردارید.",
        "Row {row} has more than {limit} columns. Check the delimiter or remove the surplus columns.",
    ),
    "cells-too-many": _e(
        "error",
        "sender",
        "برگهٔ «{sheet}» بیش از {limit} خانه را در بر می‌گیرد. خانه‌های دورافتاده را پاک کنید یا دوره به دوره بفرستید.",
        "The sheet “{sheet}” spans more than {limit} cells. Clear stray cells or send it period by period.",
    ),
    "quote-open": _e(
        "error",
        "source",
        "گیومه‌ای که در سطر {line} باز شده تا پایان پرونده بسته نشده است. آن را ببندید یا پرونده را دوباره بگیرید.",
        "The quote opened in line {line} is never closed. Close it or export the file again.",
    ),
    "encoding-unknown": _e(
        "error",
        "owner",
        "رمزگذاری اعلام‌شده ({encoding}) شناخته‌شده نیست. utf-8، utf-16 یا windows-1256 را اعلام کنید.",
        "The declared encoding ({encoding}) is not known. Declare utf-8, utf-16 or windows-1256.",
    ),
    "encoding-other": _e(
        "error",
        "source",
        "سطر {line} با رمزگذاری {encoding} خواندنی نیست. پرونده را به صورت UTF-8 ذخیره کنید.",
        "Line {line} cannot be read as {encoding}. Save the file as UTF-8.",
    ),
    "map-projection": _e(
        "error",
        "source",
        "مختصات پرونده به دستگاه {crs} است. آن را به طول و عرض جغرافیایی (WGS 84، EPSG:4326) تبدیل کنید.",
        "The coordinates are in {crs}. Convert them to longitude and latitude (WGS 84, EPSG:4326).",
    ),
    "encoding-found": _e(
        "info",
        "sender",
        "رمزگذاری پرونده: {encoding}، جداکننده: «{delimiter}».",
        "Encoding: {encoding}, delimiter: “{delimiter}”.",
    ),
    "encoding-mixed": _e(
        "error",
        "source",
        "در سطر {line} بایت‌هایی هست که نه UTF-8 است و نه windows-1256. پرونده را یک‌دست ذخیره کنید.",
        "Line {line} holds bytes that are neither UTF-8 nor windows-1256. Save the file in one encoding.",
    ),
    "bom-repaired": _e(
        "info",
        "source",
        "نشانهٔ آغاز پرونده (BOM) دو بار رمزگذاری شده بود و کنار گذاشته شد.",
        "A doubly encoded byte-order mark was set aside.",
    ),
    "sheet-missing": _e(
        "error",
        "sender",
        "برگهٔ «{sheet}» در پرونده نیست. برگه‌ها: {sheets}.",
        "There is no sheet “{sheet}”. Sheets: {sheets}.",
    ),
    "sheet-choose": _e(
        "error",
        "sender",
        "پرونده چند برگهٔ پر دارد ({sheets}). بگویید کدام خوانده شود.",
        "Several sheets hold data ({sheets}). Say which one to read.",
    ),
    "sheet-hidden": _e(
        "warning",
        "privacy",
        "پرونده برگهٔ پنهان دارد ({sheets}) که خوانده نشد. اگر لازم نیست پیش از فرستادن پاکش کنید.",
        "The file has hidden sheets ({sheets}), which were not read. Delete them before sending unless they are needed.",
    ),
    "rows-hidden": _e(
        "error",
        "sender",
        "برگه {count} ردیف پنهان دارد که خوانده شد (نخستین: ردیف {row}). ردیف‌ها را آشکار کنید (پالایه را بردارید) و "
        "آنچه را نباید منتشر شود پاک کنید.",
        "The sheet has {count} hidden rows, which were read (the first is row {row}). Show them (clear the filter) and "
        "delete those not to be published.",
        structural=True,
        holds=True,
    ),
    "columns-hidden": _e(
        "warning",
        "sender",
        "برگه ستون پنهان دارد ({columns}) و آن هم خوانده شد. ستون‌ها را آشکار کنید و آنچه را نباید منتشر شود پاک کنید.",
        "The sheet has hidden columns ({columns}), which were read too. Show them and delete those not to be published.",
        structural=True,
        holds=True,
    ),
    "cells-merged": _e(
        "warning",
        "sender",
        "{count} خانهٔ ادغام‌شده چند ردیف را می‌پوشاند و مقدار آن تنها برای ردیف نخست خوانده شد (نخستین: ردیف {row}). "
        "ادغام را بردارید و مقدار را در هر ردیف بنویسید.",
        "{count} merged cells cover several rows; their value was read for the first row only (the first is row {row}). "
        "Unmerge them and write the value in every row.",
    ),
    "header-deeper": _e(
        "error",
        "owner",
        "خانه‌های سرستون تا ردیف {row} ادغام شده است، پس سرستون {rows} ردیف دارد. header_rows = {rows} را اعلام کنید.",
        "Header cells are merged down to row {row}, so the header takes {rows} rows. Declare header_rows = {rows}.",
    ),
    "no-rows": _e(
        "error", "sender", "هیچ ردیف داده‌ای زیر سرستون نیست.", "There is no data row under the header.", structural=True
    ),
    "header-found": _e("info", "sender", "سرستون در ردیف {row} پیدا شد.", "The header was found in row {row}."),
    "example-ignored": _e(
        "info",
        "sender",
        "ردیف نمونهٔ قالب همان‌طور که بود مانده است و خوانده نشد.",
        "The example row of the template is still as it was and was not read.",
    ),
    "row-short": _e(
        "info",
        "source",
        "{count} ردیف کمتر از سرستون خانه دارد؛ خانه‌های کم‌آمده خالی گرفته شد.",
        "{count} rows have fewer cells than the header; the missing ones are taken as empty.",
    ),
    "cells-beyond-header": _e(
        "error",
        "source",
        "{count} ردیف در ستون {letter} مقدار دارد ولی آن ستون سرستون ندارد. جای آن را با position اعلام کنید یا ستون را بردارید.",
        "{count} rows hold a value in column {letter}, which has no header. Declare it by position or remove it.",
        structural=True,
    ),
}
"""Every code of a file as a whole."""
