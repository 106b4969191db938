"""The issue catalogue: every code the engine can report, its severity, who must fix it and its two wordings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.schema.catalogue_guard import GUARD
from ayan.core.schema.entry import Entry
from ayan.core.schema.entry import entry as _e

CATALOGUE: Final[Mapping[str, Entry]] = {
    # the file
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
        "محتوای پرونده با پسوند {extension} نمی‌خواند ({found}). قالب‌های پذیرفته: CSV، TSV، XLSX، XLSM، XLS، ODS، GeoJSON.",
        "The content does not match the extension {extension} ({found}). Accepted: CSV, TSV, XLSX, XLSM, XLS, ODS, GeoJSON.",
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
        "پرونده از اندازهٔ مجاز بزرگ‌تر است ({found} در برابر {limit}). آن را دوره به دوره بفرستید.",
        "The file is larger than allowed ({found} against {limit}). Send it period by period.",
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
    ),
    "columns-hidden": _e(
        "warning",
        "sender",
        "برگه ستون پنهان دارد ({columns}) و آن هم خوانده شد. ستون‌ها را آشکار کنید و آنچه را نباید منتشر شود پاک کنید.",
        "The sheet has hidden columns ({columns}), which were read too. Show them and delete those not to be published.",
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
    "no-rows": _e("error", "sender", "هیچ ردیف داده‌ای زیر سرستون نیست.", "There is no data row under the header."),
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
    ),
    # columns
    "column-missing": _e(
        "error", "sender", "ستون «{label}» در پرونده پیدا نشد.", "The column “{label}” was not found in the file."
    ),
    "column-absent": _e(
        "info", "sender", "ستون اختیاری «{label}» در پرونده نیست.", "The optional column “{label}” is not in the file."
    ),
    "column-ambiguous": _e(
        "error",
        "sender",
        "چند ستون برای «{label}» هست: {columns}. یکی را نگه دارید یا جای آن را اعلام کنید.",
        "Several columns fit “{label}”: {columns}. Keep one or declare its position.",
    ),
    "column-shared": _e(
        "error",
        "owner",
        "یک ستون هم برای «{label}» و هم برای «{other}» آمده است. نام یا جای یکی را اعلام کنید.",
        "One column fits both “{label}” and “{other}”. Declare the name or position of one.",
    ),
    "column-ignored": _e(
        "info",
        "sender",
        "ستون «{header}» در تعریف نیست و خوانده نشد.",
        "The column “{header}” is not declared and was not read.",
    ),
    # cells
    "required": _e("error", "sender", "«{label}» خالی است. آن را پر کنید.", "“{label}” is empty. Fill it in."),
    "not-a-number": _e(
        "error",
        "sender",
        "«{label}» عدد نیست. عدد را مثل ۱۲۵۰۰۰۰ بنویسید.",
        "“{label}” is not a number. Write it like 1250000.",
    ),
    "number-ambiguous": _e(
        "error",
        "sender",
        "معلوم نیست ممیز «{label}» کجاست. هزارگان را با ویرگول و سه‌رقمی جدا کنید و ممیز را با نقطه یا ٫ بنویسید.",
        "It is unclear where the decimal point of “{label}” stands. Part thousands by commas, three by three, and decimals by a point.",
    ),
    "number-lost-digits": _e(
        "error",
        "source",
        "«{label}» به شکل نمایی ذخیره شده و رقم‌های آخرش از دست رفته است. آن را از سامانهٔ مبدأ به صورت متن بگیرید.",
        "“{label}” was stored in exponent form and has lost its last digits. Export it as text.",
    ),
    "not-whole": _e("error", "sender", "«{label}» باید عدد صحیح باشد.", "“{label}” must be a whole number."),
    "money-not-whole": _e(
        "error",
        "sender",
        "«{label}» پس از تبدیل به ریال عدد صحیح نمی‌شود. واحد پول را بررسی کنید.",
        "“{label}” is not a whole number of rials. Check the money unit.",
    ),
    "number-too-large": _e(
        "error",
        "sender",
        "«{label}» بزرگ‌تر از آن است که درست باشد. واحد پول را بررسی کنید.",
        "“{label}” is too large to be right. Check the unit.",
    ),
    "decimal-digits": _e(
        "error", "sender", "«{label}» بیش از {scale} رقم اعشار دارد.", "“{label}” has more than {scale} decimals."
    ),
    "not-a-date": _e(
        "error",
        "sender",
        "«{label}» تاریخ نیست. تاریخ را مثل {example} بنویسید.",
        "“{label}” is not a date. Write it like {example}.",
    ),
    "date-impossible": _e(
        "error",
        "sender",
        "«{label}» روزی است که در تقویم نیست. آن را با اصل بسنجید.",
        "“{label}” is a day that the calendar does not have. Compare it with the original.",
    ),
    "date-other-calendar": _e(
        "error",
        "sender",
        "«{label}» به تقویم این ستون ({calendar}) نیست. همهٔ تاریخ‌ها را به همین تقویم بنویسید.",
        "“{label}” is not in the calendar of this column ({calendar}). Write all its dates in that one.",
    ),
    "date-two-digit-year": _e(
        "error",
        "sender",
        "سال «{label}» دورقمی است. سال را چهاررقمی بنویسید.",
        "The year of “{label}” has two digits. Write all four.",
    ),
    "not-a-period": _e(
        "error",
        "sender",
        "«{label}» دوره نیست. آن را مثل ۱۴۰۳-۰۵ بنویسید.",
        "“{label}” is not a period. Write it like 1403-05.",
    ),
    "not-a-boolean": _e("error", "sender", "«{label}» باید بله یا خیر باشد.", "“{label}” must be yes or no."),
    "not-a-link": _e(
        "error",
        "sender",
        "«{label}» نشانی وب نیست (با http:// یا https:// آغاز شود).",
        "“{label}” is not a web address (it starts with http:// or https://).",
    ),
    "not-geometry": _e(
        "error",
        "source",
        "شکل هندسی «{label}» درست نیست ({reason}). باید GeoJSON با طول و عرض جغرافیایی باشد.",
        "The geometry of “{label}” is not valid ({reason}). It must be GeoJSON in longitude and latitude.",
    ),
    "identity-wrong": _e(
        "error",
        "sender",
        "«{label}» کد ملی معتبری نیست: ده رقم نیست یا رقم کنترلش نمی‌خواند. آن را با اصل بسنجید.",
        "“{label}” is not a valid national ID: not ten digits, or a wrong check digit. Compare it with the original.",
    ),
    "company-wrong": _e(
        "error",
        "sender",
        "شناسهٔ ملی «{label}» درست نیست. آن را با اصل بسنجید.",
        "“{label}” is not a valid legal ID. Compare it with the original.",
    ),
    "code-lost-digits": _e(
        "error",
        "source",
        "«{label}» در اکسل به صورت عدد ذخیره شده و رقم‌های آخرش از دست رفته است. آن را به صورت متن بفرستید.",
        "“{label}” was stored as a number and has lost its last digits. Send it as text.",
    ),
    "cell-error": _e(
        "error",
        "sender",
        "خانهٔ «{label}» خطای اکسل دارد یا فرمول آن حساب نشده است. فرمول را درست کنید و پرونده را در اکسل دوباره ذخیره کنید.",
        "The cell of “{label}” holds a spreadsheet error or a formula never computed. Repair it and save the file again.",
    ),
    "not-in-list": _e(
        "error",
        "sender",
        "«{label}» در فهرست مقدارهای پذیرفته نیست: {choices}.",
        "“{label}” is not in the list of accepted values: {choices}.",
    ),
    "pattern": _e(
        "error",
        "sender",
        "«{label}» به شکلی که برایش تعریف شده نیست. آن را با ردیف‌های دیگر بسنجید.",
        "“{label}” does not have the form declared for it. Compare it with the other rows.",
    ),
    "too-small": _e(
        "error", "sender", "«{label}» از کمینهٔ {limit} کمتر است.", "“{label}” is below the minimum {limit}."
    ),
    "too-large": _e(
        "error", "sender", "«{label}» از بیشینهٔ {limit} بیشتر است.", "“{label}” is above the maximum {limit}."
    ),
    "too-long": _e(
        "error", "sender", "«{label}» از {limit} نویسه بلندتر است.", "“{label}” is longer than {limit} characters."
    ),
    # rows
    "row-empty": _e(
        "warning",
        "sender",
        "این ردیف بیرون از ستون شمارهٔ ردیف چیزی ندارد و خوانده نشد. اگر یادداشت یا جمع است پاکش کنید.",
        "This row holds nothing outside the column of row numbers and was not read. Delete it if it is a note or a sum.",
    ),
    "key-duplicate": _e(
        "error",
        "sender",
        "کلید «{key}» {count} بار آمده است (ردیف‌های {rows}). هر کلید باید یک بار بیاید.",
        "The key “{key}” occurs {count} times (rows {rows}). A key must occur once.",
    ),
    "ref-missing": _e(
        "warning",
        "owner",
        "«{label}» در داده‌های منتشرشدهٔ «{target}» نیست.",
        "“{label}” is not among the published data of “{target}”.",
    ),
    "outside-period": _e(
        "error", "sender", "«{label}» بیرون از دورهٔ {period} است.", "“{label}” is outside the period {period}."
    ),
    "check": _e("error", "sender", "ردیف با قاعدهٔ «{check}» نمی‌خواند.", "The row breaks the rule “{check}”."),
    # rows that were sent back mended
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
    # sums and tables
    "total-mismatch": _e(
        "error",
        "sender",
        "جمع «{label}» در ردیف جمع {stated} نوشته شده ولی جمع ردیف‌ها {computed} است (تفاوت {difference}).",
        "The total of “{label}” is stated as {stated} but the rows add up to {computed} (difference {difference}).",
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
    ),
    "band-gap": _e(
        "error",
        "owner",
        "در جدول بازه‌ها میان {lower} و {upper} چیزی تعریف نشده است{group}.",
        "The table of bands has nothing between {lower} and {upper}{group}.",
    ),
    "band-overlap": _e(
        "error",
        "owner",
        "دو بازه در {lower} تا {upper} روی هم افتاده‌اند{group}.",
        "Two bands overlap between {lower} and {upper}{group}.",
    ),
    # the submission
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
    # leaks
    **GUARD,
}
