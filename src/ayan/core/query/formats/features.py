"""GeoJSON (RFC 7946) of a whole result: a feature a row, its shape as it was published, its other columns beside it.

The ``id`` of a feature is the row's address (``period/release#row``), which other formats call ``_row``. Beside the
features stands what was read: the dataset's ``name``, its ``state``, and the ``address`` that makes the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson
import pyarrow as pa

from ayan.core.query.answer import Snapshot
from ayan.core.query.file_source import FileSource
from ayan.core.query.formats.csv_text import CsvPiece, compute, joined, texts
from ayan.core.query.formats.document import is_plain, member_parts, object_rows
from ayan.core.query.formats.place_columns import asked_with_place, place_columns
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question, ShownCalendar
from ayan.core.schema.definition import Dataset
from ayan.core.values.refusal import Wording

ROW: Final = "_row"


def lines(
    reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot, source: FileSource | None = None
) -> Iterator[bytes]:
    """The collection in pieces: its head with the first batch, a feature a line, and its end."""
    place = place_columns(dataset)
    left = {*place} if len(place) == 1 else set()
    if question.fields:
        left |= {*place} - {*question.fields}
    head = _head(snapshot, source)
    begun = False
    for batch in reader.stream(dataset, asked_with_place(dataset, question), snapshot):
        out = _features(batch, place, left, question.calendar) if batch.num_rows else b""
        yield head + (out if begun else out.removeprefix(b","))
        head, begun = b"", begun or bool(out)
    yield b"\n]}\n"


def broken_end(wording: Wording) -> bytes:
    """The end of a collection that breaks off: what follows its features says that some are missing."""
    said = orjson.dumps({"detail_fa": wording.fa, "detail_en": wording.en})
    return b'\n],"incomplete":' + said + b"}\n"


def _head(snapshot: Snapshot, source: FileSource | None) -> bytes:
    members = {
        "type": "FeatureCollection",
        "name": snapshot.slug,
        "state": snapshot.snapshot_id,
        "releases": list(snapshot.named),
        **(source.members() if source else {}),
    }
    return orjson.dumps(members)[:-1] + b',"features":['


def _features(batch: pa.RecordBatch, place: Sequence[str], left: set[str], calendar: ShownCalendar) -> bytes:
    """The rows of a batch, each after a comma and the end of a line."""
    names = [name for name in batch.schema.names if name not in left and name != ROW]
    columns = [batch.column(name) for name in names]
    shapes = _shapes([texts(batch.column(name)) for name in place])
    rows = texts(batch.column(ROW))
    properties = member_parts(names, columns, calendar)
    before = ',\n{"type":"Feature","id":"'
    out = joined([before, rows, '","geometry":', shapes, ',"properties":{', *properties, "}}"])
    if is_plain(out, batch.num_rows):
        return out
    objects = object_rows(names, columns, calendar)
    return b"".join(
        b",\n"
        + orjson.dumps(
            {"type": "Feature", "id": row, "geometry": orjson.Fragment(str(shape)), "properties": properties}
        )
        for row, shape, properties in zip(rows.to_pylist(), shapes.to_pylist(), objects, strict=True)
    )


def _shapes(place: Sequence[pa.Array[Any]]) -> pa.Array[Any]:
    """The geometry of each row as JSON: the published text, or the point of two numbers; null where one is missing."""
    shapes: pa.Array[Any] = place[0]
    if len(place) > 1:
        parts: list[CsvPiece] = ['{"type":"Point","coordinates":[', place[0], ",", place[1], "]}"]
        shapes = compute.binary_join_element_wise(*parts, "")
    filled: pa.Array[Any] = compute.fill_null(shapes, "null")
    return filled
