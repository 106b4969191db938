"""CSV for people and programs: UTF-8 with a byte order mark, exact numbers, and no cell that a spreadsheet would run.

The header holds field names, or labels where ``_lang`` asks for them; then codes of a list are shown by their labels
too. A text that a spreadsheet would run gets a leading apostrophe (`ayan.core.values.spreadsheet`); numbers never do.
Days are ISO dates unless ``_calendar`` asks for Jalali. The last column, ``_row``, is the row's address
(``period/release#row``). Other writers put their texts together from the same columns of a batch.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

from ayan.core.query.answer import Snapshot
from ayan.core.query.file_source import FileSource
from ayan.core.query.plan import shown_fields
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question, ShownCalendar
from ayan.core.schema.definition import Dataset
from ayan.core.values import jalali
from ayan.core.values.refusal import Wording
from ayan.core.values.spreadsheet import safe

_OPTIONS: Final = pyarrow.csv.WriteOptions(include_header=False)


@lru_cache(maxsize=20_000)
def jalali_text(day: date) -> str:
    """``1403-05-12``; a day outside the years of the Jalali table stays Gregorian, for its year tells them apart."""
    try:
        return str(jalali.from_gregorian(day))
    except jalali.NotADate:
        return day.isoformat()


def day_text(day: date, calendar: ShownCalendar) -> str:
    """The day in a calendar."""
    return jalali_text(day) if calendar == "jalali" else day.isoformat()


def day_column(column: pa.Array[Any], calendar: ShownCalendar) -> pa.Array[Any]:
    """A date32 column as text; each distinct day is converted once."""
    if calendar == "gregorian":
        return column.cast(pa.string())
    coded = column.dictionary_encode()
    texts = pa.array([jalali_text(day) for day in coded.dictionary.to_pylist()], pa.string())
    return texts.take(coded.indices)


# --- pieces of text ---------------------------------------------------------------------------------------------------

# Its type stubs know fewer shapes of arguments than it takes, such as a text beside a column.
compute: Any = pyarrow.compute

# A column of texts, or a text that stands in every row.
CsvPiece: TypeAlias = "pa.Array[Any] | str"


def joined(parts: Sequence[CsvPiece]) -> bytes:
    """The parts of each row one after the other, row after row. No part may be empty in any row (null)."""
    merged: list[Any] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return text_bytes(compute.binary_join_element_wise(*merged, ""))


def text_bytes(column: pa.Array[Any]) -> bytes:
    """The texts of a column one after the other, UTF-8: the very bytes that Arrow holds, since they stand in a row."""
    _, offsets, data = column.buffers()
    if data is None or offsets is None or not len(column):
        return b""
    bounds = pa.Array.from_buffers(pa.int32(), len(column) + column.offset + 1, [None, offsets])
    first, last = bounds[column.offset].as_py(), bounds[len(column) + column.offset].as_py()
    return data.slice(first, last - first).to_pybytes()


def texts(column: pa.Array[Any]) -> pa.Array[Any]:
    """A column of any plain kind as texts; empty cells stay empty."""
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def replaced(column: pa.Array[Any], changes: Mapping[str, str]) -> pa.Array[Any]:
    """Texts with each key put for its value, in order; a change that no cell needs costs a look only."""
    for old, new in changes.items():
        if old.encode() in text_bytes(column):
            column = compute.replace_substring(column, old, new)
    return column


def enclosed(column: pa.Array[Any], before: str, after: str, empty: str) -> list[CsvPiece]:
    """The texts between two others, ``empty`` where a cell is."""
    if not column.null_count:
        return [before, column, after]
    return [compute.fill_null(compute.binary_join_element_wise(before, column, after, ""), empty)]


def lines(
    reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot, _source: FileSource | None = None
) -> Iterator[bytes]:
    """The whole result: the mark, the header and the first batch, then a piece for each batch.

    A table of text has no place for where it came from that readers would pass over; the file's name says it.
    """
    head = codecs.BOM_UTF8 + _header(dataset, question)
    for batch in reader.stream(dataset, question, snapshot, cells=True):
        yield head + batch_lines(textual_days(batch, question))
        head = b""


def batch_lines(batch: pa.RecordBatch) -> bytes:
    """The rows of a batch as lines, without a header."""
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(batch, sink, _OPTIONS)
    return sink.getvalue().to_pybytes()


def broken_cells(wording: Wording) -> bytes:
    """The last line of a text that breaks off: more cells than any before, so that strict readers stumble."""
    return f'\n"INCOMPLETE: {wording.en}","{wording.fa}"{"," * 2_000}\n'.encode()


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
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return safe(str(value))


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
