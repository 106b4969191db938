"""JSON: a page of rows as one document, or a whole result as one row a line.

Each row carries ``_row``, the text ``period/release#row``: the release it stands in and its row number there, which
lead to its source cell and its proof. Amounts and decimals are exact JSON numbers; a code of a list stays a code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import orjson
import pyarrow as pa

from ayan.core.query.answer import Answer, Snapshot
from ayan.core.query.file_source import FileSource
from ayan.core.query.formats.csv_text import CsvPiece, day_column, day_text, enclosed, joined, replaced, texts
from ayan.core.query.grouping import FacetQuestion, GroupQuestion, column_labels
from ayan.core.query.query_service import FacetAnswer, GroupAnswer, QueryService
from ayan.core.query.question import Question, ShownCalendar
from ayan.core.schema.definition import Dataset
from ayan.core.store.tombstone import instant
from ayan.core.values.refusal import Wording

# What JSON escapes in a text: these two, and control characters, which orjson writes each in its own way.
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"'}
_CONTROLS: Final = bytes(range(32))
# Where all releases of a dataset are listed, page by page.
RELEASES: Final = "/api/v1/datasets/{slug}/releases"
# What orjson writes as it is; asked first, for most cells are texts.
_AS_THEY_ARE: Final = frozenset({str, bool, type(None)})
# What orjson writes by itself as an integer.
_LEAST, _MOST = -(2**63), 2**64


def page(answer: Answer, question: Question, next_url: str | None, source: FileSource | None = None) -> bytes:
    """The document of one page; ``next_url`` is the address of the page that follows, ``source`` how this one came."""
    out: dict[str, object] = {
        "rows": [{**json_values(row.values, question.calendar), "_row": row.address} for row in answer.rows],
        "total": answer.total,
        "next": next_url,
        **provenance(answer.snapshot),
        **(source.members() if source else {}),
        "question": question.as_json(),
    }
    if question.lang:
        out["labels"] = {column.name: column.label.of(question.lang) for column in answer.columns}
    return orjson.dumps(out)


def groups_page(
    answer: GroupAnswer, question: GroupQuestion, dataset: Dataset, source: FileSource | None = None
) -> bytes:
    """The document of groups: one object a group, keys and measures by name; with labels where they were asked for."""
    calendar, lang = question.scope.calendar, question.scope.lang
    out: dict[str, object] = {
        "groups": [json_values(group, calendar) for group in answer.rows],
        "total": answer.total,
        **provenance(answer.snapshot),
        **(source.members() if source else {}),
        "question": question.as_json(),
    }
    if lang:
        out["labels"] = column_labels(dataset, question, lang)
        listed = {by.name: choices for by in question.by if (choices := dataset.field(by.field).choices)}
        out["choices"] = {
            name: {
                str(group[name]): choices.label(str(group[name]), lang)
                for group in answer.rows
                if group[name] is not None
            }
            for name, choices in listed.items()
        }
    return orjson.dumps(out)


def facets_page(
    answer: FacetAnswer, question: FacetQuestion, dataset: Dataset, source: FileSource | None = None
) -> bytes:
    """The document of facets: for each field its commonest values, with labels where the reader asked for them."""
    out: dict[str, object] = {}
    for facet in answer.facets:
        choices = dataset.field(facet.by.field).choices
        values = []
        for counted in facet.values:
            value: dict[str, object] = {"value": plain(counted.value), "count": counted.count, "chosen": counted.chosen}
            if choices and question.scope.lang and counted.value is not None:
                value["label"] = choices.label(str(counted.value), question.scope.lang)
            values.append(value)
        out[facet.by.name] = {"values": values, "more": facet.more}
    said = {**provenance(answer.snapshot), **(source.members() if source else {})}
    return orjson.dumps({"facets": out, **said, "question": question.as_json()})


def provenance(snapshot: Snapshot) -> dict[str, object]:
    """What an answer was read from, as every JSON answer says it."""
    return {
        "state": snapshot.snapshot_id,
        "as_of": instant(snapshot.as_of) if snapshot.as_of else None,
        "releases": list(snapshot.named),
        "releases_total": len(snapshot.releases),
        "releases_url": RELEASES.format(slug=snapshot.slug),
    }


def lines(
    reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot, _source: FileSource | None = None
) -> Iterator[bytes]:
    """The whole result, one JSON object a line. Each is a row, so where it came from is said by the file's name."""
    for batch in reader.stream(dataset, question, snapshot):
        yield _joined(batch, question.calendar) if batch.num_rows else b""


def broken_line(wording: Wording) -> bytes:
    """The last line of a text that breaks off: no row, for it has none of a row's members."""
    return orjson.dumps({"incomplete": {"detail_fa": wording.fa, "detail_en": wording.en}}) + b"\n"


def _joined(batch: pa.RecordBatch, calendar: ShownCalendar) -> bytes:
    """The rows of a batch as lines, written by column; by row where a text holds what few texts do."""
    out = joined(["{", *member_parts(batch.schema.names, batch.columns, calendar), "}\n"])
    if is_plain(out, batch.num_rows):
        return out
    rows = object_rows(batch.schema.names, batch.columns, calendar)
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def member_parts(names: Sequence[str], columns: Sequence[pa.Array[Any]], calendar: ShownCalendar) -> list[CsvPiece]:
    """The members of an object of each row, without its braces; what `is_plain` says no to is not to be used."""
    parts: list[CsvPiece] = []
    for number, (name, column) in enumerate(zip(names, columns, strict=True)):
        parts.append(f"{',' if number else ''}{orjson.dumps(name).decode()}:")
        if pa.types.is_date(column.type):
            parts += enclosed(day_column(column, calendar), '"', '"', "null")
        elif pa.types.is_integer(column.type) or pa.types.is_decimal(column.type) or pa.types.is_boolean(column.type):
            parts += enclosed(texts(column), "", "", "null")
        else:
            parts += enclosed(replaced(texts(column), _ESCAPES), '"', '"', "null")
    return parts


def is_plain(out: bytes, lines: int) -> bool:
    """Whether a text of so many lines holds no control character but their ends, so that nothing needs escaping."""
    return len(out) - len(out.translate(None, _CONTROLS)) == lines


def object_rows(
    names: Sequence[str], columns: Sequence[pa.Array[Any]], calendar: ShownCalendar
) -> Iterator[dict[str, Any]]:
    """The rows as objects for orjson, which escapes everything."""
    plain_columns = [_plain_column(column, calendar) for column in columns]
    return (dict(zip(names, row, strict=True)) for row in zip(*plain_columns, strict=True))


def _plain_column(column: pa.Array[Any], calendar: ShownCalendar) -> list[Any]:
    """A column as `plain` would write its values, converted as a whole."""
    if pa.types.is_date(column.type):
        return day_column(column, calendar).to_pylist()
    if pa.types.is_decimal(column.type):
        strings = column.cast(pa.string()).to_pylist()
        return [None if text is None else orjson.Fragment(text) for text in strings]
    return column.to_pylist()


def json_values(values: Mapping[str, object], calendar: ShownCalendar) -> dict[str, object]:
    """Values as JSON holds them."""
    return {name: value if type(value) in _AS_THEY_ARE else plain(value, calendar) for name, value in values.items()}


def plain(value: object, calendar: ShownCalendar = "gregorian") -> object:
    """One value as orjson writes it: a day as text, an exact number whatever its size."""
    if isinstance(value, date):
        return day_text(value, calendar)
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f").encode())
    if isinstance(value, int) and not _LEAST <= value < _MOST:
        return orjson.Fragment(str(value).encode())
    return value
