"""XLSX of a whole result for those who open spreadsheets: text stays text, numbers are numbers.

Who asks for a language gets the table as a page of it shows it: titles with their units, days of its calendar beside
real ones, numbers in groups, columns in their width, and a second sheet with where all of it is from. Who asks for
none gets names, codes and days as text, for a program.

A sheet holds 1,048,576 rows, so a larger result is refused with a pointer to CSV. A number of more than 15 digits,
which a spreadsheet would round, is written as text. Written after ECMA-376 (SpreadsheetML), and sent as it is made:
cells stand one after the other without addresses, their texts inline.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa

from ayan.core.query.answer import Snapshot, Unanswered
from ayan.core.query.file_source import FileSource
from ayan.core.query.formats import workbook_parts
from ayan.core.query.formats.csv_text import (
    CsvPiece,
    compute,
    day_column,
    enclosed,
    joined,
    replaced,
    text_bytes,
    texts,
    titles,
)
from ayan.core.query.formats.sheet_columns import SheetColumn, in_unit, read_text, sheet_columns, widths
from ayan.core.query.formats.workbook_parts import SHEET
from ayan.core.query.limits import MOST_MEASURED
from ayan.core.query.plan import RowCount
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.system.stream_buffer import StreamBuffer
from ayan.core.values import locale
from ayan.core.values.limits import LONGEST_CELL, MOST_SHEET_DIGITS, MOST_SHEET_ROWS

# Of a sheet before it is packed; one that may grow larger says its size in the longer form, which few programs need.
LARGE: Final = 1 << 30

# What XML 1.0 cannot hold.
_FORBIDDEN: Final = bytes(set(range(32)) - {9, 10, 13})
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\ufffe": "", "\uffff": ""}
_TEXT: Final = ('<c t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>")
_NUMBER: Final = ("<c><v>", "</v></c>")
_EMPTY: Final = "<c/>"
# A sheet counts days from the last one of 1899, with a 29 February 1900 that never was: before it nothing is sure.
_EPOCH: Final = 25_569
_FIRST_SERIAL: Final = 61


class TooManyRows(Unanswered):
    """The result does not fit on a sheet."""

    code = "too-many-rows"
    fa = "یک برگهٔ اکسل بیش از ۱٬۰۴۸٬۵۷۵ ردیف جا ندارد. نتیجه را باریک‌تر کنید یا پروندهٔ CSV را بگیرید."
    en = "A sheet holds at most 1,048,575 rows. Narrow the question or take the CSV file."
    status = 400


def blocks(
    reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot, source: FileSource | None = None
) -> Iterator[bytes]:
    """The workbook in pieces; ``source`` stands in its properties, and in words on a sheet for people.

    Raises TooManyRows before the first, and BadQuestion where a unit is asked for without a language to name it in.
    """
    if question.lang is None and question.unit != "rial":
        raise BadQuestion([problem("needed", "_lang")])
    rows = question.size
    if rows is None:
        rows = int(reader.table(dataset, RowCount(question), snapshot)[0][0])
    if rows > MOST_SHEET_ROWS:
        raise TooManyRows
    return _pieces(reader, dataset, question, snapshot, rows, source)


def _pieces(
    reader: QueryService,
    dataset: Dataset,
    question: Question,
    snapshot: Snapshot,
    rows: int,
    source: FileSource | None,
) -> Iterator[bytes]:
    outbox = StreamBuffer()
    sheet_writer = _ReadersSheet(dataset, question) if question.lang else _PlainSheet(dataset, question)
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, text in sheet_writer.frame(source).items():
            book.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
        batches = reader.stream(dataset, question, snapshot)
        first = next(batches)
        written = sheet_writer.rows(first)
        may_be = len(written) * rows // max(first.num_rows, 1)
        with book.open(SHEET, "w", force_zip64=may_be > LARGE) as sheet:
            sheet.write(sheet_writer.begun(first) + written)
            yield outbox.taken()
            count = first.num_rows
            for batch in batches:
                count += batch.num_rows
                sheet.write(sheet_writer.rows(batch))
                yield outbox.taken()
            sheet.write(sheet_writer.ended(count))
    yield outbox.taken()


class _PlainSheet:
    """A sheet for programs: names of fields as titles, codes as they are stored, days as text."""

    def __init__(self, dataset: Dataset, question: Question) -> None:
        self.dataset, self.question = dataset, question

    def frame(self, source: FileSource | None) -> dict[str, str]:
        """The other parts of the package, by their names."""
        return workbook_parts.parts(source)

    def begun(self, _first: pa.RecordBatch) -> bytes:
        """The sheet up to its first row, and the header, which stays in sight while the rest is turned."""
        cells = "".join(workbook_parts.text_cell(title, 1) for title in titles(self.dataset, self.question))
        return (
            f"{workbook_parts.SHEET_BEGUN}<sheetViews>{workbook_parts.view()}</sheetViews><sheetData><row>{cells}</row>"
        ).encode()

    def rows(self, batch: pa.RecordBatch) -> bytes:
        """The rows of a batch."""
        return _lines([self._cells(column) for column in batch.columns], batch.num_rows)

    def _cells(self, column: pa.Array[Any]) -> list[CsvPiece]:
        kind = column.type
        if pa.types.is_boolean(kind):
            return enclosed(texts(column.cast(pa.int8())), '<c t="b"><v>', "</v></c>", _EMPTY)
        if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
            return _numbers(texts(column))
        column = day_column(column, self.question.calendar) if pa.types.is_date(kind) else _safe(texts(column))
        return _texts(column)

    def ended(self, _rows: int) -> bytes:
        """What follows the last row."""
        return b"</sheetData></worksheet>"


class _ReadersSheet:
    """A sheet as a page shows it: its words, its unit and calendar, days and numbers as such, columns in width."""

    def __init__(self, dataset: Dataset, question: Question) -> None:
        self.dataset, self.question = dataset, question
        self.lang = question.lang or locale.DEFAULT.code
        self.columns = sheet_columns(dataset, question, self.lang)
        self.styles = workbook_parts.Styles(self.lang)
        self.style_of = [self.styles.of(column.content, column.decimals) for column in self.columns]

    def frame(self, source: FileSource | None) -> dict[str, str]:
        """The other parts of the package, by their names."""
        return workbook_parts.readers_parts(source, self.dataset, self.columns, self.styles, self.lang)

    def begun(self, first: pa.RecordBatch) -> bytes:
        """The sheet up to its first row, with the width of each column by the rows that are at hand."""
        some = first.slice(0, MOST_MEASURED)
        sizes = widths(self.columns, [self._text(some, column) for column in self.columns])
        cells = "".join(workbook_parts.text_cell(column.title, 1) for column in self.columns)
        return (
            f"{workbook_parts.SHEET_BEGUN}<sheetViews>{workbook_parts.view(self.lang)}</sheetViews>"
            f"{workbook_parts.cols(sizes)}<sheetData><row>{cells}</row>"
        ).encode()

    def rows(self, batch: pa.RecordBatch) -> bytes:
        """The rows of a batch."""
        cells = [self._cells(batch, at) for at in range(len(self.columns))]
        return _lines(cells, batch.num_rows)

    def _text(self, batch: pa.RecordBatch, column: SheetColumn) -> pa.Array[Any]:
        values = batch.columns[column.at]
        if column.content == "text" or column.field is None:
            return read_text(values, column.field, self.question, self.lang)
        return texts(values) if column.content == "day" else in_unit(values, column.field, self.question)

    def _cells(self, batch: pa.RecordBatch, at: int) -> list[CsvPiece]:
        column, style = self.columns[at], self.style_of[at]
        if column.content == "day":
            return _days(batch.columns[column.at], style, self.styles.of("text"))
        text = self._text(batch, column)
        if column.content == "text":
            return _texts(_safe(text), style)
        return _numbers(text, style, self.styles.of("text"))

    def ended(self, rows: int) -> bytes:
        """What follows the last row: buttons on the header by which people sort and filter."""
        return f"</sheetData>{workbook_parts.sorting(len(self.columns), rows)}</worksheet>".encode()


def _lines(cells: Sequence[list[CsvPiece]], rows: int) -> bytes:
    if not rows:
        return b""
    parts: list[CsvPiece] = ["<row>"]
    for column in cells:
        parts += column
    return joined([*parts, "</row>"]).translate(None, _FORBIDDEN)


def _texts(column: pa.Array[Any], style: int = 0) -> list[CsvPiece]:
    return enclosed(replaced(column, _ESCAPES), _styled(_TEXT[0], style), _TEXT[1], _EMPTY)


def _styled(begun: str, style: int) -> str:
    return begun.replace("<c", f'<c s="{style}"', 1) if style else begun


def _days(column: pa.Array[Any], style: int, text_style: int) -> list[CsvPiece]:
    """Days as numbers of days, as sheets count them; those before the calendar of sheets begins as texts."""
    serial = compute.add(column.cast(pa.int32()), _EPOCH)
    early = compute.fill_null(compute.less(serial, _FIRST_SERIAL), False)
    number = compute.binary_join_element_wise(_styled(_NUMBER[0], style), texts(serial), _NUMBER[1], "")
    text = compute.binary_join_element_wise(_styled(_TEXT[0], text_style), texts(column), _TEXT[1], "")
    return [compute.fill_null(compute.if_else(early, text, number), _EMPTY)]


def _numbers(column: pa.Array[Any], style: int = 0, text_style: int = 0) -> list[CsvPiece]:
    """Numbers as numbers, but those of more digits than a spreadsheet keeps as texts."""
    digits = compute.utf8_length(compute.utf8_ltrim(compute.replace_substring_regex(column, "[-.]", ""), "0"))
    exact = compute.fill_null(compute.less_equal(digits, MOST_SHEET_DIGITS), True)
    begun = _styled(_NUMBER[0], style)
    if compute.all(exact).as_py():
        return enclosed(column, begun, _NUMBER[1], _EMPTY)
    number = compute.binary_join_element_wise(begun, column, _NUMBER[1], "")
    text = compute.binary_join_element_wise(_styled(_TEXT[0], text_style), column, _TEXT[1], "")
    return [compute.fill_null(compute.if_else(exact, number, text), _EMPTY)]


def _safe(column: pa.Array[Any]) -> pa.Array[Any]:
    """Texts that a cell can hold: not too long, and none that a spreadsheet would read as an escaped character."""
    if b"_x" in text_bytes(column):
        column = compute.replace_substring_regex(column, "_(x[0-9A-Fa-f]{4}_)", r"_x005F_\1")
    longest = compute.max(compute.binary_length(column)).as_py() or 0
    if longest > LONGEST_CELL:
        cut = compute.utf8_slice_codeunits(column, 0, LONGEST_CELL - 1)
        shortened = compute.binary_join_element_wise(cut, "…", "")
        column = compute.if_else(compute.greater(compute.utf8_length(column), LONGEST_CELL), shortened, column)
    return column
