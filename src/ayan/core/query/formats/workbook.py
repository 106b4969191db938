"""XLSX of a whole result for those who open spreadsheets: text stays text, numbers are numbers, days are text.

A sheet holds 1,048,576 rows, so a larger result is refused with a pointer to CSV. A whole number of more than 15
digits, which a spreadsheet would round, is written as text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from ayan.core.query import sql
from ayan.core.query.answer import Standing, Unanswered
from ayan.core.query.formats.days import day_text
from ayan.core.query.formats.delimited import titles
from ayan.core.query.question import Question
from ayan.core.query.reader import Reader
from ayan.core.schema.definition import Dataset, Field

MOST_ROWS: Final = 1_048_575
PIECE: Final = 1 << 18


class TooManyRows(Unanswered):
    """The result does not fit on a sheet."""

    code = "too-many-rows"
    fa = "یک برگهٔ اکسل بیش از ۱٬۰۴۸٬۵۷۵ ردیف جا ندارد. نتیجه را باریک‌تر کنید یا پروندهٔ CSV را بگیرید."
    en = "A sheet holds at most 1,048,575 rows. Narrow the question or take the CSV file."


def blocks(reader: Reader, dataset: Dataset, question: Question, standing: Standing) -> Iterator[bytes]:
    """The workbook in pieces, made whole first in a temporary file. Raises TooManyRows before the first piece."""
    if question.size is None and reader.table(dataset, sql.count(dataset, question), standing)[0][0] > MOST_ROWS:
        raise TooManyRows
    return _pieces(reader, dataset, question, standing)


def _pieces(reader: Reader, dataset: Dataset, question: Question, standing: Standing) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        _write(file, reader, dataset, question, standing)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _write(file: Any, reader: Reader, dataset: Dataset, question: Question, standing: Standing) -> None:
    # Strings are written as strings: neither formulas nor links are made of what a cell says.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet()
    if question.lang == "fa":
        sheet.right_to_left()
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, titles(dataset, question), book.add_format({"bold": True}))
    fields: list[Field | None] = [*sql.shown_fields(dataset, question), None]
    number = 0
    for batch in reader.stream(dataset, question, standing):
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            number += 1
            for index, (field, value) in enumerate(zip(fields, values, strict=True)):
                _put(sheet, number, index, _shown(field, value, question))
    book.close()


def _shown(field: Field | None, value: object, question: Question) -> str | float | bool | None:
    if value is None or isinstance(value, bool):
        return value
    if field is None:
        return str(value)
    if field.choices is not None and question.lang:
        return field.choices.label(str(value), question.lang)
    if isinstance(value, date):
        return day_text(value, question.calendar)
    if isinstance(value, int | Decimal):
        digits = len(Decimal(value).as_tuple().digits)
        return str(value) if digits > 15 else float(value)
    return str(value)


def _put(sheet: Any, row: int, column: int, value: str | float | bool | None) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    else:
        sheet.write_number(row, column, value)
