"""XLSX of a whole result for those who open spreadsheets: text stays text, numbers are numbers, days are text.

A sheet holds 1,048,576 rows, so a larger result is refused with a pointer to CSV. A whole number of more than 15
digits, which a spreadsheet would round, is written as text. Written after ECMA-376 (SpreadsheetML), and sent as it is
made: cells stand one after the other without addresses, their texts inline.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

import pyarrow as pa

from ayan.core.query.answer import Snapshot, Unanswered
from ayan.core.query.file_source import PROPERTIES, FileSource
from ayan.core.query.formats.delimited import (
    Part,
    compute,
    day_column,
    enclosed,
    joined,
    replaced,
    text_bytes,
    texts,
    titles,
)
from ayan.core.query.plan import RowCount, shown_fields
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import CodeList, Field
from ayan.core.system.files import StreamBuffer
from ayan.core.values import locale
from ayan.core.values.limits import LONGEST_CELL, MOST_SHEET_DIGITS, MOST_SHEET_ROWS
from ayan.core.values.locale import Lang

# Of a sheet before it is packed; one that may grow larger says its size in the longer form, which few programs need.
LARGE: Final = 1 << 30

# What XML 1.0 cannot hold.
_FORBIDDEN: Final = bytes(set(range(32)) - {9, 10, 13})
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\ufffe": "", "\uffff": ""}
_TEXT: Final = ('<c t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>")
_NUMBER: Final = ("<c><v>", "</v></c>")
_EMPTY: Final = "<c/>"

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET: Final = "xl/worksheets/sheet1.xml"
_CUSTOM: Final = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CUSTOM_KIND: Final = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
# As ECMA-376 part 1, 22.3.2.1 wants it of every property that a user defines.
_USERS: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
FRAME: Final = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{_KIND}.worksheet+xml"/>'
        f'<Override PartName="/{PROPERTIES}" ContentType="{_CUSTOM_KIND}"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/custom-properties" Target="{PROPERTIES}"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    # Format 0 is the plain one, format 1 the bold one of the header.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}">'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


class TooManyRows(Unanswered):
    """The result does not fit on a sheet."""

    code = "too-many-rows"
    fa = "یک برگهٔ اکسل بیش از ۱٬۰۴۸٬۵۷۵ ردیف جا ندارد. نتیجه را باریک‌تر کنید یا پروندهٔ CSV را بگیرید."
    en = "A sheet holds at most 1,048,575 rows. Narrow the question or take the CSV file."
    status = 400


def blocks(
    reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot, source: FileSource | None = None
) -> Iterator[bytes]:
    """The workbook in pieces; ``source`` stands in its properties. Raises TooManyRows before the first."""
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
    fields: list[Field | None] = [*shown_fields(dataset, question), None]
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, text in {**FRAME, PROPERTIES: _properties(source)}.items():
            book.writestr(zipfile.ZipInfo(name), _HEAD + text, zipfile.ZIP_DEFLATED)
        batches = reader.stream(dataset, question, snapshot)
        first = next(batches)
        written = _rows(first, fields, question)
        may_be = len(written) * rows // max(first.num_rows, 1)
        with book.open(SHEET, "w", force_zip64=may_be > LARGE) as sheet:
            sheet.write(_begun(dataset, question) + written)
            yield outbox.taken()
            for batch in batches:
                sheet.write(_rows(batch, fields, question))
                yield outbox.taken()
            sheet.write(b"</sheetData></worksheet>")
    yield outbox.taken()


def _properties(source: FileSource | None) -> str:
    """What the workbook says of itself (ECMA-376 part 1, 22.3); office programs keep it when they save the file."""
    said = source.short_properties() if source else {}
    each = "".join(
        f'<property fmtid="{_USERS}" pid="{number}" name="{name}"><vt:lpwstr>{escape(text)}</vt:lpwstr></property>'
        for number, (name, text) in enumerate(said.items(), 2)
    )
    return f'<Properties xmlns="{_CUSTOM}" xmlns:vt="{_VALUES}">{each}</Properties>'


def _begun(dataset: Dataset, question: Question) -> bytes:
    """The sheet up to its first row, and the header, which stays in sight while the rest is turned."""
    direction = ' rightToLeft="1"' if question.lang and not locale.of(question.lang).is_ltr else ""
    cells = "".join(
        f'<c s="1" t="inlineStr"><is><t xml:space="preserve">{escape(title)}</t></is></c>'
        for title in titles(dataset, question)
    )
    text = (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{direction} workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<sheetData><row>{cells}</row>"
    )
    return text.encode()


def _rows(batch: pa.RecordBatch, fields: Sequence[Field | None], question: Question) -> bytes:
    if not batch.num_rows:
        return b""
    parts: list[Part] = ["<row>"]
    for column, field in zip(batch.columns, fields, strict=True):
        parts += _cells(column, field, question)
    return joined([*parts, "</row>"]).translate(None, _FORBIDDEN)


def _cells(column: pa.Array[Any], field: Field | None, question: Question) -> list[Part]:
    kind = column.type
    if field is not None and field.choices is not None and question.lang:
        column = _labelled(texts(column), field.choices, question.lang)
    elif pa.types.is_date(kind):
        column = day_column(column, question.calendar)
    elif pa.types.is_boolean(kind):
        return enclosed(texts(column.cast(pa.int8())), '<c t="b"><v>', "</v></c>", _EMPTY)
    elif pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return _numbers(texts(column))
    else:
        column = _safe(texts(column))
    return enclosed(replaced(column, _ESCAPES), *_TEXT, _EMPTY)


def _numbers(column: pa.Array[Any]) -> list[Part]:
    """Numbers as numbers, but those of more digits than a spreadsheet keeps as texts."""
    digits = compute.utf8_length(compute.utf8_ltrim(compute.replace_substring_regex(column, "[-.]", ""), "0"))
    exact = compute.fill_null(compute.less_equal(digits, MOST_SHEET_DIGITS), True)
    if compute.all(exact).as_py():
        return enclosed(column, *_NUMBER, _EMPTY)
    number, text = (compute.binary_join_element_wise(before, column, after, "") for before, after in (_NUMBER, _TEXT))
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


def _labelled(column: pa.Array[Any], choices: CodeList, lang: Lang) -> pa.Array[Any]:
    """Codes as the labels of their list; each distinct code is looked up once."""
    coded = column.dictionary_encode()
    labels = [choices.label(str(code), lang) for code in coded.dictionary.to_pylist()]
    return pa.array(labels, pa.string()).take(coded.indices)
