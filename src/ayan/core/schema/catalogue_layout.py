"""The part of the issue catalogue that speaks of layout steps: what they left out, and where a file is not as they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.schema.catalogue_cells import IssueEntry, entry

LAYOUT: Final[Mapping[str, IssueEntry]] = {
    "step-rows-left": entry(
        "info",
        "sender",
        "گام «{step}» {count} ردیف را کنار گذاشت: {rows}.",
        "The step “{step}” left rows out ({count}): {rows}.",
    ),
    "step-columns-left": entry(
        "info",
        "sender",
        "گام «{step}» ستون‌های {columns} را با {count} خانهٔ پر کنار گذاشت.",
        "The step “{step}” left the columns {columns} out, with filled cells: {count}.",
    ),
    "step-filled": entry(
        "info",
        "sender",
        "گام «{step}» {count} خانهٔ خالی را پر کرد.",
        "The step “{step}” filled empty cells: {count}.",
    ),
    "step-unfit": entry(
        "error",
        "sender",
        "گام «{step}» در این خانه شدنی نیست: نوشته به شکلی نیست که گام می‌گوید. خانه یا گام را درست کنید.",
        "The step “{step}” cannot be done in this cell: it is not written as the step says. Correct the cell or the step.",
        structural=True,
    ),
    "step-column-missing": entry(
        "error",
        "sender",
        "گام «{step}» ستون «{name}» را می‌خواهد که در پرونده نیست. گام یا پرونده را درست کنید.",
        "The step “{step}” needs the column “{name}”, which is not in the file. Correct the step or the file.",
    ),
    "step-column-ambiguous": entry(
        "error",
        "sender",
        "گام «{step}» یک ستون می‌خواهد ولی «{name}» به بیش از یکی می‌خورد. عنوان را کامل بنویسید.",
        "The step “{step}” needs one column, but “{name}” fits several. Write the whole header.",
    ),
    "step-level": entry(
        "error",
        "sender",
        "گام «{step}» در آخرین سطرِ سرستون یکی از عنوان‌های اعلام‌شده را می‌خواهد؛ «{name}» ندارد.",
        "The step “{step}” needs one of its declared titles as the last level of a header; “{name}” has none.",
    ),
    "step-not-beside": entry(
        "error",
        "sender",
        "گام «{step}»: سرستون {width} ستون نخست در سمت دیگر جدول تکرار نشده است.",
        "The step “{step}”: the headers of the first {width} columns do not occur again beside them.",
    ),
    "step-too-many": entry(
        "error",
        "sender",
        "گام «{step}» از هر ردیف بیش از {limit} ردیف می‌سازد. پرونده را در چند بخش بفرستید.",
        "The step “{step}” makes more than {limit} rows of one. Send the file in parts.",
    ),
    "total-near": entry(
        "warning",
        "sender",
        "جمع «{label}» در ردیف جمع {stated} و جمع ردیف‌ها {computed} است؛ تفاوت {difference} در رواداری اعلام‌شده می‌گنجد.",
        "The total of “{label}” is stated as {stated}, the rows add up to {computed}; the difference {difference} is "
        "within the declared tolerance.",
    ),
    "steps-apart": entry(
        "error",
        "sender",
        "گام «{step}» با گام «{other}» با هم شدنی نیست: هر دو می‌گویند کدام جدول خوانده شود. یکی را بردارید.",
        "The steps “{step}” and “{other}” cannot both be done: each says which table is read. Take one away.",
    ),
    "table-none": entry(
        "error",
        "sender",
        "گام «{step}»: جدول «{name}» در برگه نیست. جدول‌ها: {tables}.",
        "The step “{step}”: there is no table “{name}” on the sheet. Tables: {tables}.",
    ),
    "table-several": entry(
        "error",
        "sender",
        "گام «{step}»: «{name}» بالای بیش از یک جدول است ({tables}). شمارهٔ جدول را بنویسید.",
        "The step “{step}”: “{name}” stands above more than one table ({tables}). Write the number of the table.",
    ),
    "sheets-none": entry(
        "error",
        "sender",
        "هیچ برگه‌ای به نام {names} در پرونده نیست. برگه‌ها: {sheets}.",
        "No sheet of the file is called {names}. Sheets: {sheets}.",
    ),
    "sheet-unlike": entry(
        "error",
        "sender",
        "ستون‌های برگهٔ «{sheet}» با برگهٔ «{first}» یکی نیست ({columns}). برگه‌ها باید هم‌شکل باشند.",
        "The columns of the sheet “{sheet}” are not those of “{first}” ({columns}). The sheets must be of one shape.",
    ),
    "sheet-skipped": entry(
        "info",
        "sender",
        "برگهٔ «{sheet}» خالی است و خوانده نشد.",
        "The sheet “{sheet}” is empty and was not read.",
    ),
}
