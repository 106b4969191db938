"""The part of the issue catalogue that speaks of what a file comes in: archives, lists of records, pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.schema.catalogue_cells import IssueEntry, entry

FORMATS: Final[Mapping[str, IssueEntry]] = {
    "archive-choose": entry(
        "error",
        "sender",
        "پروندهٔ فشرده باید یک جدول داشته باشد ({count} تا دارد: {names}). تنها همان جدول را بفرستید، یا نامش را با member در "
        "تعریف بنویسید. اگر هم‌شکل‌اند گام members آن‌ها را یک جدول می‌کند.",
        "The archive must hold one table (it has {count}: {names}). Send that one alone, or name it by member in the "
        "declaration. Where they are of one shape, the step members makes one table of them.",
    ),
    "members-none": entry(
        "error",
        "sender",
        "هیچ پرونده‌ای به نام {names} در بایگانی نیست. پرونده‌ها: {members}.",
        "No file of the archive is called {names}. Files: {members}.",
    ),
    "member-unlike": entry(
        "error",
        "sender",
        "ستون‌های پروندهٔ «{sheet}» با پروندهٔ «{first}» یکی نیست ({columns}). پرونده‌های بایگانی باید هم‌شکل باشند.",
        "The columns of the file “{sheet}” are not those of “{first}” ({columns}). The files must be of one shape.",
    ),
    "member-skipped": entry(
        "info",
        "sender",
        "پروندهٔ «{member}» در بایگانی خالی است و خوانده نشد.",
        "The file “{member}” of the archive is empty and was not read.",
    ),
    "archive-member": entry(
        "info",
        "sender",
        "از پروندهٔ فشرده «{member}» خوانده شد.",
        "“{member}” was read from the archive.",
    ),
    "document-without-table": entry(
        "error",
        "sender",
        "در این سند جدولی پیدا نشد که بتوان خواند. اگر جدول در آن تصویر است، پروندهٔ اکسل آن را بفرستید.",
        "No table that can be read was found in this document. If it is a picture, send the workbook it was made of.",
    ),
    "table-of-document": entry(
        "warning",
        "sender",
        "این جدول از صفحهٔ یک سند خوانده شد، نه از یک کارپوشه. پیش از تأیید، ردیف‌ها و عددها را با سند بسنجید.",
        "This table was read from the page of a document, not from a workbook. Hold its rows and numbers against the "
        "document before you approve it.",
        structural=True,
        holds=True,
    ),
    "records-read": entry(
        "info",
        "sender",
        "ردیف‌ها از فهرست «{path}» خوانده شد.",
        "The rows were read from the list “{path}”.",
    ),
    "lists-kept": entry(
        "info",
        "owner",
        "در این ستون‌ها فهرست است و هر فهرست در یک خانه ماند: {names}. برای ردیف شدنشان path را اعلام کنید.",
        "These columns hold lists, each of which stays in one cell: {names}. Declare path to make rows of one.",
    ),
    "lists-left": entry(
        "warning",
        "owner",
        "این فهرست‌ها کنار رکوردها هستند و خوانده نشدند: {names}.",
        "These lists stand beside the records and were not read: {names}.",
    ),
    "crs-missing": entry(
        "error",
        "owner",
        "پرونده نمی‌گوید مختصاتش در کدام دستگاه است. آن را با crs در تعریف اعلام کنید (مثل EPSG:32639 برای UTM 39N) یا پرونده را همراه دستگاهش بگیرید (شیپ‌فایل با ‎.prj).",
        "The file does not say which coordinate system it is in. Declare it with crs (such as EPSG:32639 for UTM 39N), or export the file with its system (a shapefile with its .prj).",
    ),
    "crs-differs": entry(
        "error",
        "owner",
        "دستگاه مختصات پرونده {crs} است و در تعریف {declared} اعلام شده است. تعریف را درست کنید یا پرونده را دوباره بگیرید.",
        "The file is in {crs}, and {declared} is declared. Correct the declaration or export the file again.",
    ),
    "crs-used": entry(
        "info",
        "sender",
        "مختصات پرونده در {crs} خوانده و به طول و عرض جغرافیایی (WGS 84) برده شد.",
        "The coordinates were read as {crs} and brought to longitude and latitude (WGS 84).",
    ),
    "shapefile-parts": entry(
        "error",
        "sender",
        "شیپ‌فایل چند پرونده است و {missing} همراه آن نیست. همه را (‎.shp، ‎.shx، ‎.dbf، ‎.prj) در یک پروندهٔ zip بفرستید.",
        "A shapefile is several files, and {missing} is not with it. Send all of them (.shp, .shx, .dbf, .prj) in one zip.",
    ),
    "html-named-other": entry(
        "info",
        "source",
        "این پرونده صفحهٔ وب (HTML) است که نامش به {extension} پایان می‌یابد؛ جدول آن خوانده شد.",
        "This is an HTML page whose name ends in {extension}; its table was read.",
    ),
}
