"""A downloaded file read back as texts: its heads, its rows, and what it says of where it came from.

To be used in a process apart: whoever hands in a file may have made it so that its reader comes to grief.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any, Final

from ayan.core.query.file_source import PROPERTIES, joined_properties
from ayan.core.query.limits import LARGEST_PROPERTIES

ROW: Final = "_row"
GEOMETRY: Final = "geometry"
METADATA: Final = "geo"
"""The property by which a Parquet file says that it holds shapes."""
_PROPERTY: Final = re.compile(r'<property [^<>]*?name="([^"<>]{1,100})"[^<>]*>\s*<(?:\w+:)?lpwstr>([^<]*)<')
# Signs that part the cells of a table as office programs write it, by how many of them the first line has.
_PARTED_BY: Final = (",", ";", "\t")


class NotATable(ValueError):
    """The file is no table in a form that we write."""


@dataclass(slots=True)
class DownloadTable:
    """A table: ``form`` names the format, ``rows`` have a text for each head, ``said`` is what it says of itself."""

    form: str
    heads: list[str]
    rows: Iterator[list[str]]
    said: Mapping[str, str] = field(default_factory=dict)


def read_table(path: Path) -> DownloadTable:
    """The table in a file, whose form is told by its first bytes. Raises NotATable, here or while rows are read."""
    with path.open("rb") as file:
        start = file.read(64)
    if start.startswith(b"PK\x03\x04"):
        return _workbook(path)
    if start.startswith(b"PAR1"):
        return _columnar(path)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return _documents(path)
    return _delimited(path)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise NotATable("not UTF-8") from None


def _delimited(path: Path) -> DownloadTable:
    text = _text(path)
    if "\x00" in text or not text.strip():
        raise NotATable("no text")
    first = text.partition("\n")[0]
    csv.field_size_limit(1 << 24)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(_PARTED_BY, key=first.count))
    try:
        heads = next(lines)
    except (csv.Error, StopIteration):
        raise NotATable("no header") from None
    if len(heads) < 2:
        raise NotATable("one column")
    return DownloadTable("csv", heads, _cells(lines, len(heads)))


def _cells(lines: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    """Lines in the width of the header; blank ones, which office programs leave at the end, are no rows."""
    try:
        for line in lines:
            if any(line):
                yield [*line, *[""] * (width - len(line))][: max(width, len(line))]
    except csv.Error:
        raise NotATable("not CSV") from None


def _documents(path: Path) -> DownloadTable:
    """One document with rows in it, or one row a line."""
    text = _text(path)
    said: dict[str, str] = {}
    try:
        whole = _parsed(text)
        if isinstance(whole, dict) and whole.get("type") == "FeatureCollection":
            return _features(whole)
        form, records = "json", (whole.get("rows") or whole.get("groups")) if isinstance(whole, dict) else None
        if not isinstance(records, list):
            raise NotATable("no rows")
        question = whole.get("question")
        slug = question.get("dataset") if isinstance(question, dict) else None
        named = {"ayan.address": whole.get("address"), "ayan.state": whole.get("state"), "ayan.dataset": slug}
        said = {name: value for name, value in named.items() if isinstance(value, str)}
    except json.JSONDecodeError:
        form, records = "ndjson", [_parsed_line(line) for line in text.splitlines() if line.strip()]
    if not records or not all(isinstance(record, dict) for record in records):
        raise NotATable("no rows")
    heads = list(records[0])
    return DownloadTable(form, heads, ([_cell_text(record.get(head)) for head in heads] for record in records), said)


def _features(whole: dict[str, Any]) -> DownloadTable:
    """The features of a map layer, each with its shape and the address of its row."""
    features = whole.get("features")
    if not isinstance(features, list) or not features:
        raise NotATable("no rows")
    if not all(isinstance(each, dict) and isinstance(each.get("properties"), dict) for each in features):
        raise NotATable("no rows")
    heads = [*features[0]["properties"], GEOMETRY, ROW]
    rows = (
        [
            *(_cell_text(each["properties"].get(head)) for head in heads[:-2]),
            _cell_text(each.get("geometry")),
            _cell_text(each.get("id")),
        ]
        for each in features
    )
    named = {"ayan.address": whole.get("address"), "ayan.state": whole.get("state"), "ayan.dataset": whole.get("name")}
    said = {name: value for name, value in named.items() if isinstance(value, str)}
    return DownloadTable("geojson", heads, rows, said)


def _parsed(text: str) -> Any:
    try:
        # As they are written: what a program makes of a number in between would be another text.
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except RecursionError:
        raise NotATable("nested too deeply") from None


def _parsed_line(line: str) -> Any:
    try:
        return _parsed(line)
    except json.JSONDecodeError:
        raise NotATable("not JSON") from None


def _columnar(path: Path) -> DownloadTable:
    # Imported where it is needed: a table of text is read in a third of the time without it.
    import pyarrow as pa
    import pyarrow.parquet as pq

    def rows() -> Iterator[list[str]]:
        try:
            for batch in file.iter_batches():
                columns = [column.to_pylist() for column in batch.columns]
                yield from ([_cell_text(value) for value in row] for row in zip(*columns, strict=True))
        except (pa.ArrowException, OSError):
            raise NotATable("not Parquet") from None

    try:
        file = pq.ParquetFile(path)
        schema = file.schema_arrow
        said = {name.decode(): value.decode() for name, value in (schema.metadata or {}).items()}
    except (pa.ArrowException, OSError, UnicodeDecodeError, ValueError):
        raise NotATable("not Parquet") from None
    form = "geoparquet" if METADATA.encode() in (file.metadata.metadata or {}) else "parquet"
    return DownloadTable(form, list(schema.names), rows(), joined_properties(said))


def _workbook(path: Path) -> DownloadTable:
    import python_calamine

    try:
        with zipfile.ZipFile(path) as book:
            said = _said(book)
        sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        rows = iter(sheet.to_python(skip_empty_area=False))
        heads = [_cell_text(value) for value in next(rows)]
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, StopIteration, IndexError, ValueError):
        raise NotATable("no workbook") from None
    return DownloadTable("xlsx", heads, ([_cell_text(value) for value in row] for row in rows if any(row)), said)


def _said(book: zipfile.ZipFile) -> dict[str, str]:
    try:
        with book.open(PROPERTIES) as part:
            text = part.read(LARGEST_PROPERTIES).decode("utf-8", errors="replace")
    except KeyError:
        return {}
    return joined_properties({unescape(name): unescape(value) for name, value in _PROPERTY.findall(text)})


def _cell_text(value: object) -> str:
    """A value as a text, the same for equal values of every form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
