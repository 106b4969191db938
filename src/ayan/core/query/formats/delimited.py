"""CSV for people and programs: UTF-8 with a byte order mark, exact numbers, and no cell that a spreadsheet would run.

The header holds field names, or labels where ``_lang`` asks for them; then codes of a list are shown by their labels
too. A text that begins with ``= + - @``, a tab or a line end gets a leading apostrophe; numbers never do. Days are ISO
dates unless ``_calendar`` asks for Jalali. The last column, ``_row``, is the row's address (``period/release#row``).
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

from ayan.core.query.answer import Snapshot
from ayan.core.query.formats.text_columns import day_column, day_text
from ayan.core.query.plan import shown_fields
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question, ShownCalendar
from ayan.core.schema.definition import Dataset

_OPTIONS: Final = pyarrow.csv.WriteOptions(include_header=False)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def lines(reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot) -> Iterator[bytes]:
    """The whole result: the mark, the header and the first batch, then a piece for each batch."""
    head = codecs.BOM_UTF8 + _header(dataset, question)
    for batch in reader.stream(dataset, question, snapshot, cells=True):
        sink = pa.BufferOutputStream()
        pyarrow.csv.write_csv(textual_days(batch, question), sink, _OPTIONS)
        yield head + sink.getvalue().to_pybytes()
        head = b""


def titles(dataset: Dataset, question: Question) -> list[str]:
    """The header: names, or labels where the question asks for a language; then ``_row``."""
    shown = shown_fields(dataset, question)
    return [*(field.label.of(question.lang) if question.lang else field.name for field in shown), "_row"]


def cell(value: object, calendar: ShownCalendar = "gregorian") -> str:
    """One value of a line that is written cell by cell; exact numbers, and nothing that a spreadsheet would run."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return day_text(value, calendar)
    if isinstance(value, int | Decimal):
        return format(Decimal(value), "f")
    return safe(str(value))


def safe(text: str) -> str:
    """A text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def textual_days(batch: pa.RecordBatch, question: Question) -> pa.RecordBatch:
    """The batch with its dates as text in the calendar of the question."""
    if question.calendar == "gregorian":
        return batch
    columns = [
        day_column(column, question.calendar) if pa.types.is_date(column.type) else column for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _header(dataset: Dataset, question: Question) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([safe(title) for title in titles(dataset, question)])
    return out.getvalue().encode()
