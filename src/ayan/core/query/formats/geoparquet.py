"""GeoParquet 1.1 of a whole result: Parquet whose shapes are WKB, with a box around each, so that readers skip groups.

A column of shapes keeps its name; two columns of longitudes and latitudes are joined by a third one, ``geometry``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.query.answer import Snapshot
from ayan.core.query.file_source import FileSource
from ayan.core.query.formats import columnar
from ayan.core.query.formats.place_columns import asked_with_place, place_columns
from ayan.core.query.limits import GEOMETRY_GROUP_ROWS
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.system.stream_buffer import StreamBuffer

GEOMETRY: Final = "geometry"
BOX: Final = "bbox"
METADATA: Final = "geo"
"""The key of the file's metadata under which the specification wants its JSON."""

_VERSION: Final = "1.1.0"
_SIDES: Final = ("xmin", "ymin", "xmax", "ymax")
_BOX_TYPE: Final = pa.struct([pa.field(side, pa.float64()) for side in _SIDES])
# The names of the specification by the numbers of GEOS; a line that is closed is a line.
_TYPES: Final = (
    "Point", "LineString", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
    "GeometryCollection",
)  # fmt: skip


class _Layer:
    """What is said of the shapes of a file at its end: their types and the box around all of them."""

    def __init__(self, name: str, box: str) -> None:
        self.name, self.box = name, box
        self._types: set[str] = set()
        self._low, self._high = [math.inf] * 3, [-math.inf] * 3

    def add(self, shapes: Any) -> None:
        """Take account of an array of shapes, empty places among them."""
        import numpy as np
        import shapely

        kept = shapes[~shapely.is_missing(shapes)]
        if not len(kept):
            return
        high = shapely.has_z(kept)
        kinds = np.unique(np.stack([shapely.get_type_id(kept), high.astype(int)], axis=1), axis=0)
        self._types |= {_TYPES[kind] + (" Z" if is_high else "") for kind, is_high in kinds.tolist()}
        at = shapely.get_coordinates(kept, include_z=bool(high.any()))
        for side in range(at.shape[1]):
            numbers = at[:, side][~np.isnan(at[:, side])]
            self._low[side] = min(self._low[side], float(numbers.min()))
            self._high[side] = max(self._high[side], float(numbers.max()))

    def metadata(self) -> str:
        """The JSON of the specification."""
        sides = 3 if any(name.endswith(" Z") for name in self._types) else 2
        column: dict[str, Any] = {
            "encoding": "WKB",
            "geometry_types": sorted(self._types),
            "crs": _system(),
            "covering": {BOX: {side: [self.box, side] for side in _SIDES}},
        }
        if self._types:
            column[BOX] = [*self._low[:sides], *self._high[:sides]]
        return json.dumps({"version": _VERSION, "primary_column": self.name, "columns": {self.name: column}})


@lru_cache(maxsize=1)
def _system() -> dict[str, Any]:
    """Longitude and latitude on WGS 84 as PROJJSON."""
    import pyproj

    system: dict[str, Any] = pyproj.CRS.from_authority("OGC", "CRS84").to_json_dict()
    return system


def blocks(
    reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot, source: FileSource | None = None
) -> Iterator[bytes]:
    """The file in pieces, each one row group but the last, which says what is known of the shapes at the end."""
    place = place_columns(dataset)
    layer = _Layer(_free(GEOMETRY, dataset) if len(place) == 2 else place[0], _free(BOX, dataset))
    left = {*place} - {*question.fields} - {layer.name} if question.fields else set()
    outbox = StreamBuffer()
    writer: pq.ParquetWriter | None = None
    with ExitStack() as stack:
        for rows in _grouped(reader.stream(dataset, asked_with_place(dataset, question), snapshot)):
            table = _placed(rows, place, layer, left)
            schema = columnar.named(table.schema, dataset, question)
            if writer is None:
                writer = stack.enter_context(columnar.open_writer(outbox, schema, columnar.facts(snapshot, source)))
            writer.write_table(table.cast(schema), row_group_size=GEOMETRY_GROUP_ROWS)
            yield outbox.taken()
        if writer is not None:
            writer.add_key_value_metadata({METADATA: layer.metadata()})
    yield outbox.taken()


def _grouped(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The batches in tables of at least a group each, but the last; one without rows where there are none at all."""
    waiting: list[pa.RecordBatch] = []
    begun = False
    for batch in batches:
        waiting.append(batch)
        if sum(each.num_rows for each in waiting) >= GEOMETRY_GROUP_ROWS:
            yield pa.Table.from_batches(waiting)
            waiting, begun = [], True
    if waiting and not (begun and not any(each.num_rows for each in waiting)):
        yield pa.Table.from_batches(waiting)


def _free(name: str, dataset: Dataset) -> str:
    """A name for a column of ours that no column of the dataset has."""
    taken = {field.name for field in dataset.published}
    while name in taken:
        name = f"_{name}"
    return name


def _placed(rows: pa.Table, place: Sequence[str], layer: _Layer, left: set[str]) -> pa.Table:
    """The rows with their shapes as WKB and the box around each."""
    import numpy as np
    import shapely

    shapes = _shapes([rows.column(name) for name in place])
    layer.add(shapes)
    bounds = shapely.bounds(shapes)
    sides = [pa.array(bounds[:, at], pa.float64()) for at in range(4)]
    boxes = pa.StructArray.from_arrays(sides, fields=list(_BOX_TYPE), mask=pa.array(np.isnan(bounds[:, 0])))
    columns: dict[str, Any] = {name: rows.column(name) for name in rows.schema.names if name not in left}
    address = columns.pop("_row")
    written = pa.array(shapely.to_wkb(shapes, flavor="iso"), pa.binary())
    return pa.table({**columns, layer.name: written, layer.box: boxes, "_row": address})


def _shapes(columns: Sequence[pa.ChunkedArray[Any]]) -> Any:
    """The shapes of GeoJSON texts, or the points of two columns of numbers, None where there is none."""
    import numpy as np
    import shapely

    if len(columns) == 1:
        return shapely.from_geojson(np.array(columns[0].to_pylist(), dtype=object))
    x, y = (np.array([np.nan if v is None else float(v) for v in each.to_pylist()]) for each in columns)
    return np.where(np.isnan(x) | np.isnan(y), None, shapely.points(np.nan_to_num(x), np.nan_to_num(y)))
