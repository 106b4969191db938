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
from typing import Final

import pyarrow as pa
import pyarrow.csv

from ayan.core.query import sql
from ayan.core.query.answer import Standing
from ayan.core.query.formats.days import day_column
from ayan.core.query.question import Question
from ayan.core.query.reader import Reader
from ayan.core.schema.definition import Dataset

_OPTIONS: Final = pyarrow.csv.WriteOptions(include_header=False)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def lines(reader: Reader, dataset: Dataset, question: Question, standing: Standing) -> Iterator[bytes]:
    """The whole result: the mark, the header and the first batch, then a piece for each batch."""
    head = codecs.BOM_UTF8 + _header(dataset, question)
    for batch in reader.stream(dataset, question, standing, cells=True):
        sink = pa.BufferOutputStream()
        pyarrow.csv.write_csv(textual_days(batch, question), sink, _OPTIONS)
        yield head + sink.getvalue().to_pybytes()
        head = b""


def titles(dataset: Dataset, question: Question) -> list[str]:
    """The header: names, or labels where the question asks for a language; then ``_row``."""
    shown = sql.shown_fields(dataset, question)
    return [*(one.label.of(question.lang) if question.lang else one.name for one in shown), "_row"]


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
    safe = [f"'{title}" if title.startswith(FORMULA) else title for title in titles(dataset, question)]
    csv.writer(out, lineterminator="\n").writerow(safe)
    return out.getvalue().encode()
