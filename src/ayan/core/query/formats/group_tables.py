"""Groups and facets as tables: JSON lines, CSV as a spreadsheet may open it, and typed Parquet.

A line of groups is one group. A line of facets is one value of one field: ``field``, ``value`` as an address writes it
(empty for rows without one), its ``label`` where a language was asked for, ``count``, ``chosen``. Numbers are exact;
keys and measures have the names of the answer.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.query.answer import Snapshot
from ayan.core.query.formats.columnar import facts
from ayan.core.query.formats.csv_text import cell
from ayan.core.query.formats.document import json_values
from ayan.core.query.grouping import FacetQuestion, GroupKey, GroupMeasure, GroupQuestion, column_labels
from ayan.core.query.query_service import AVERAGE_DECIMALS, FacetAnswer, GroupAnswer
from ayan.core.query.question import ShownCalendar
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import value_text
from ayan.core.values.locale import Lang
from ayan.core.values.spreadsheet import safe


@dataclass(frozen=True, slots=True)
class GroupedTable:
    """Lines of an answer by column name, the Arrow type of each column, and what the answer was read from.

    ``labels`` names the columns in words and ``choices`` the codes in them, where the reader asked for a language.
    """

    columns: Mapping[str, pa.DataType]
    lines: Sequence[Mapping[str, Any]]
    snapshot: Snapshot
    calendar: ShownCalendar = "gregorian"
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def groups_table(answer: GroupAnswer, question: GroupQuestion, dataset: Dataset) -> GroupedTable:
    """One line a group."""
    dataset, lang = as_asked(dataset), question.scope.lang
    kinds: list[pa.DataType] = [_key(dataset, by) for by in question.by] + [
        _measured(dataset, measure) for measure in question.measures
    ]
    columns = dict(zip(question.columns, kinds, strict=True))
    table = GroupedTable(columns, answer.rows, answer.snapshot, question.scope.calendar)
    if lang is None:
        return table
    choices = {by.name: _labels(dataset.field(by.field), lang) for by in question.by}
    return replace(table, labels=column_labels(dataset, question, lang), choices=choices)


def facets_table(answer: FacetAnswer, question: FacetQuestion, dataset: Dataset) -> GroupedTable:
    """One line a value of a field, with the label of a code where the reader asked for a language."""
    dataset, lang = as_asked(dataset), question.scope.lang
    columns: dict[str, pa.DataType] = {"field": pa.string(), "value": pa.string()}
    columns |= {"label": pa.string()} if lang else {}
    columns |= {"count": pa.int64(), "chosen": pa.bool_()}
    lines = []
    for facet in answer.facets:
        labels = _labels(dataset.field(facet.by.field), lang) if lang else {}
        for counted in facet.values:
            value = None if counted.value is None else value_text(counted.value)
            line = {"field": facet.by.name, "value": value, "label": labels.get(value or "", value)}
            lines.append({**line, "count": counted.count, "chosen": counted.chosen})
    return GroupedTable(columns, lines, answer.snapshot)


def _labels(field: Field, lang: Lang) -> dict[str, str]:
    return {entry.code: entry.label.of(lang) for entry in field.choices.entries} if field.choices else {}


def _key(dataset: Dataset, by: GroupKey) -> pa.DataType:
    return pa.string() if by.part else _stored(dataset.field(by.field))


def _measured(dataset: Dataset, measure: GroupMeasure) -> pa.DataType:
    if measure.function in ("count", "distinct"):
        return pa.int64()
    field = dataset.field(measure.field)
    scale = field.kind.decimals(field)
    if measure.function in ("min", "max"):
        return _stored(field)
    return pa.decimal128(38, {"sum": scale, "avg": AVERAGE_DECIMALS, "median": scale + 1}[measure.function])


_ARROW: Final[Mapping[str, pa.DataType]] = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
}


def _stored(field: Field) -> pa.DataType:
    """The Arrow type of a field's values, as its kind stores them."""
    stored = field.storage
    return pa.decimal128(38, field.kind.decimals(field)) if stored.startswith("DECIMAL") else _ARROW[stored]


def lines(table: GroupedTable) -> bytes:
    """One JSON object a line."""
    return b"".join(
        orjson.dumps(
            json_values({name: line[name] for name in table.columns}, table.calendar), option=orjson.OPT_APPEND_NEWLINE
        )
        for line in table.lines
    )


def delimited(table: GroupedTable) -> bytes:
    """CSV in UTF-8 with a byte order mark; an empty cell where there is no value."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe(table.labels.get(name, name)) for name in table.columns])
    writer.writerows([_cell(table, name, line[name]) for name in table.columns] for line in table.lines)
    return codecs.BOM_UTF8 + out.getvalue().encode()


def _cell(table: GroupedTable, name: str, value: object) -> str:
    return cell(table.choices.get(name, {}).get(str(value), value), table.calendar)


def columnar(table: GroupedTable) -> bytes:
    """Parquet, with what the answer was read from in its metadata, and the label of a column in its own."""
    labels = table.labels
    fields = [
        pa.field(name, kind, metadata={"label": labels[name]} if labels else None)
        for name, kind in table.columns.items()
    ]
    schema = pa.schema(fields).with_metadata(facts(table.snapshot))
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([dict(line) for line in table.lines], schema), sink, compression="zstd")
    return sink.getvalue().to_pybytes()


TABLE_FORMATS: Final[Mapping[str, Callable[[GroupedTable], bytes]]] = {
    "ndjson": lines,
    "csv": delimited,
    "parquet": columnar,
}
