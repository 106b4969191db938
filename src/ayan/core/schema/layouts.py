"""Reading sources: how one sender's file is laid out, and that its columns can be told apart."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from ayan.core.schema.definition import Dataset, FieldReading, Layout, overridden
from ayan.core.schema.field import Field
from ayan.core.schema.fields import FieldContext, headers_of, judge_calendar, named, read_reading
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.schema.limits import MOST_HEADER_ROWS
from ayan.core.schema.steps.registry import read_steps
from ayan.core.schema.steps.step import pattern_groups, pattern_of
from ayan.core.schema.tables import TomlTable, near
from ayan.core.values.coordinate_system import CoordinateSystemError, checked_system
from ayan.core.values.text import fold_joined

DELIMITERS: Final = (",", ";", "\t", "|")
LAST_ROW: Final = 1_048_576
ENTERED: Final = "@entered"
"""The layout of a table that was entered by hand at the desk; no file of a declaration can have its name."""


def read_source(table: TomlTable, name: str, fields: Mapping[str, Field | None], around: FieldContext) -> Layout:
    """One layout. ``fields`` are the declared ones by name; None for a field that was itself refused."""
    headers = _headers(table)
    source = Layout(
        name=name,
        label=table.label("label"),
        sheet=_sheet(table),
        header_row=table.whole("header_row", 1, LAST_ROW),
        header_rows=table.whole("header_rows", 1, MOST_HEADER_ROWS) or 1,
        data_row=table.whole("data_row", 1, LAST_ROW),
        headers=headers,
        delimiter=_delimiter(table),
        encoding=_encoding(table),
        path=table.text("path"),
        member=table.text("member"),
        crs=_crs(table),
        ignore=_ignore(table),
        totals=table.texts("totals") or (),
        not_totals=table.texts("not_totals") or (),
        tolerance=_tolerance(table),
        sparse_rows=table.boolean("sparse_rows") or False,
        sum_rows=table.boolean("sum_rows") or False,
        steps=read_steps(table),
        fields=_readings(table, fields, around),
    )
    table.close()
    _judge_rows(table, source)
    _judge_columns(table, source, [field for field in fields.values() if field is not None])
    return source


def _headers(table: TomlTable) -> tuple[str, ...] | None:
    """Declared headers, in the order of the columns; an empty one is a column without a name."""
    value = table.raw_value("headers")
    if value is None:
        return None
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        table.wrong("headers", "texts")
        return None
    headers = tuple(item.strip() for item in value)
    for item in sorted({item for item in headers if item and headers.count(item) > 1}):
        table.refuse("headers", "repeated", value=item)
    return headers


def _sheet(table: TomlTable) -> str | int | None:
    value = table.raw_value("sheet")
    if isinstance(value, str):
        return table.text("sheet")
    if isinstance(value, int) and not isinstance(value, bool):
        return table.whole("sheet", 1, 1000)
    if value is not None:
        table.wrong("sheet", "sheet")
    return None


def _delimiter(table: TomlTable) -> str | None:
    value = table.text("delimiter", trimmed=False)
    if value is not None and value not in DELIMITERS:
        table.refuse("delimiter", "delimiter")
        return None
    return value


def _encoding(table: TomlTable) -> str | None:
    value = table.text("encoding")
    if value is None:
        return None
    try:
        codec = codecs.lookup(value)
        "آ".encode(codec.name, errors="replace")
    except (LookupError, ValueError):
        table.refuse("encoding", "encoding", value=value[:40])
        return None
    if codec.name in ("iso8859-1", "ascii"):
        table.refuse("encoding", "encoding-blind" if codec.name == "iso8859-1" else "encoding", value=value[:40])
        return None
    return value


def _crs(table: TomlTable) -> str | None:
    value = table.text("crs")
    if value is None:
        return None
    try:
        return checked_system(value)
    except CoordinateSystemError:
        table.refuse("crs", "crs", value=value[:60])
        return None


def _ignore(table: TomlTable) -> tuple[str | int, ...]:
    value = table.raw_value("ignore")
    if value is None:
        return ()
    if not isinstance(value, list):
        table.wrong("ignore", "ignore")
        return ()
    ignored: list[str | int] = []
    for item in value:
        if isinstance(item, str) and item.strip():
            ignored.append(item.strip())
            if (pattern := pattern_of(item.strip())) is not None and pattern_groups(pattern) is None:
                table.refuse("ignore", "step-pattern")
                return ()
        elif isinstance(item, int) and not isinstance(item, bool) and item >= 1:
            ignored.append(item)
        else:
            table.wrong("ignore", "ignore")
    return tuple(ignored)


def _tolerance(table: TomlTable) -> Decimal | None:
    """By how much a stated sum may differ: no less than nothing."""
    value = table.number("tolerance")
    if value is not None and value < 0:
        table.refuse("tolerance", "out-of-range", low=0, high="…")
        return None
    return value


def _readings(table: TomlTable, fields: Mapping[str, Field | None], around: FieldContext) -> dict[str, FieldReading]:
    inner = table.table("fields")
    if inner is None:
        return {}
    readings: dict[str, FieldReading] = {}
    for name in inner.raw:
        reading_table = inner.table(name)
        if name not in fields:
            inner.refuse(name, "no-such-field", value=name[:60], near=near(name, fields))
            continue
        field = fields[name]
        if reading_table is None or field is None:
            continue
        reading = replace(read_reading(reading_table, field.kind, around), constant=reading_table.text("constant"))
        reading_table.close()
        judge_calendar(reading_table, overridden(field, reading), reading)
        if reading.constant is not None and (reading.position is not None or reading.aliases is not None):
            reading_table.refuse("constant", "constant-and-place")
        readings[name] = reading
    return readings


def _judge_rows(table: TomlTable, source: Layout) -> None:
    if source.headers is not None and source.data_row is None:
        table.refuse("headers", "headers-data-row")
    if source.headers is not None and (table.has("header_row") or table.has("header_rows")):
        table.refuse("headers", "headers-and-row")
    first = source.header_row or 1
    if source.headers is None and source.data_row is not None and source.data_row < first + source.header_rows:
        table.refuse("data_row", "data-row-early")


def _judge_columns(table: TomlTable, source: Layout, fields: Sequence[Field]) -> None:
    """No two fields by one position or one header, no field in an ignored column or beyond the declared headers."""
    by_position: dict[int, Field] = {}
    by_header: dict[str, Field] = {}
    for declared in fields:
        reading = source.fields.get(declared.name, FieldReading())
        if reading.constant is not None:
            continue
        field = overridden(declared, reading)
        if field.position is not None:
            _judge_position(table, source, field, by_position.setdefault(field.position, field))
            continue
        for header in headers_of(field):
            other = by_header.setdefault(fold_joined(header), field)
            if other is not field and header and _is_told_here(source, field, other, header):
                table.refuse(f"fields.{field.name}.aliases", "same-header", value=header, other=named(other))


def _judge_position(table: TomlTable, source: Layout, field: Field, first: Field) -> None:
    key, position = f"fields.{field.name}.position", field.position or 0
    if first is not field and _is_told_here(source, field, first, ""):
        table.refuse(key, "same-position", value=position, other=named(first))
    if position in source.ignore:
        table.refuse("ignore", "position-ignored", value=position, other=named(field))
    if source.headers is not None and position > len(source.headers):
        table.refuse(key, "position-beyond", value=position, count=len(source.headers))


def _is_told_here(source: Layout, field: Field, other: Field, header: str) -> bool:
    """Whether a clash of two fields is this source's doing: the declaration's own are told once, with ``default``.

    Two fields of one label are told with the labels.
    """
    if header in (field.label.fa, field.label.en) and header in (other.label.fa, other.label.en):
        return False
    return source.name == "default" or not source.fields.keys().isdisjoint({field.name, other.name})


def layout_called(dataset: Dataset, name: str) -> Layout | None:
    """The layout of that name; None for one that is not declared and is not `ENTERED`."""
    return _entered(dataset) if name == ENTERED else dataset.sources.get(name)


def entry_fields(dataset: Dataset) -> tuple[Field, ...]:
    """The fields that a table entered by hand has, in their order: all but numbers of rows, and what the default layout
    states for all rows."""
    _, fields, constants = read_as(dataset, ENTERED)
    return tuple(field for field in fields if field.role != "counter" and field.name not in constants)


def _entered(dataset: Dataset) -> Layout:
    """Each column as the declaration has it, for nobody's system wrote it; a row of few cells is a row too."""
    stated = {
        name: FieldReading(constant=reading.constant)
        for name, reading in dataset.sources["default"].fields.items()
        if reading.constant is not None
    }
    return Layout(name=ENTERED, header_row=1, delimiter=",", encoding="utf-8", sparse_rows=True, fields=stated)


def read_as(dataset: Dataset, source_name: str) -> tuple[Layout, tuple[Field, ...], dict[str, str]]:
    """The layout called ``source_name``, the dataset's fields as it writes them, and the values it states for all rows.

    The last maps a field's name to its constant. Raises CannotRead (``source-unknown``) for an undeclared layout.
    """
    source = layout_called(dataset, source_name)
    if source is None:
        known = sorted(dataset.sources)
        raise CannotRead(Issue(code="source-unknown", params={"source": source_name, "sources": known}))
    fields = tuple(
        overridden(field, source.fields[field.name]) if field.name in source.fields else field
        for field in dataset.fields
        # What is worked out from others stands in no file.
        if not field.first_of
    )
    constants = {name: reading.constant for name, reading in source.fields.items() if reading.constant is not None}
    return source, fields, constants
