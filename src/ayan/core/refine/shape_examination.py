"""The shapes of a submission before SQL reads its cells: what is wrong with them, and what they are in degrees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.refine.limits import SHAPE_BATCH, SHAPE_MEMORY, SHAPE_SECONDS
from ayan.core.schema.field import Field
from ayan.core.system.child import Assistant, ChildFailed
from ayan.core.values.place import Bbox, PlaceError, geometry_bbox
from ayan.core.values.shape_text import bare_geometry, closed, turned

_PROCESS: Final = "ayan.core.refine.shape_process"
_KINDS: Final[dict[str, pa.DataType]] = {
    "_row": pa.int64(),
    "code": pa.string(),
    "value": pa.string(),
    "mend": pa.string(),
    "spot": pa.string(),
}
_SCHEMA: Final = pa.schema(_KINDS)


@dataclass(frozen=True, slots=True)
class ShapeVerdict:
    """What is said of one cell: the ``code`` of an issue ("" for none), its ``value`` as GeoJSON in degrees where the
    cell is written otherwise, what it could be ``mend``-ed to as it is written, None where nothing is certain, and the
    ``spot`` in degrees (``lon lat``) where it is wrong, "" where it is as a whole.
    """

    row: int
    code: str
    value: str | None = None
    mend: str | None = None
    spot: str = ""


class ShapeExaminer:
    """Examines the cells of one field; ``system`` is the declared one of a file whose shapes are not in degrees yet.

    ``extent`` is that of the city, for a field that declares none. To be used in a ``with`` block: a process apart
    serves it.
    """

    def __init__(self, field: Field, system: str | None, extent: Bbox | None = None) -> None:
        self._system, self._extent = system, field.extent or extent
        self._assistant = Assistant(_PROCESS, memory=SHAPE_MEMORY, seconds=SHAPE_SECONDS)

    def __enter__(self) -> ShapeExaminer:
        return self

    def __exit__(self, *_: object) -> None:
        self._assistant.__exit__()

    def verdicts(self, cells: Iterator[tuple[int, str]]) -> Iterator[ShapeVerdict]:
        """The verdicts on cells with anything to be said, in no certain order. ChildFailed where they are too much."""
        waiting: list[tuple[int, str]] = []
        size = 0
        for row, text in cells:
            if text.startswith("{") and self._system is None:
                code = judged(text)
                if code or ('"Polygon"' not in text and '"MultiPolygon"' not in text):
                    yield from self._placed(row, text, code, None, None, "")
                    continue
            waiting.append((row, text))
            size += len(text)
            if size >= SHAPE_BATCH:
                yield from self._asked(waiting)
                waiting, size = [], 0
        if waiting:
            yield from self._asked(waiting)

    def _asked(self, cells: list[tuple[int, str]]) -> Iterator[ShapeVerdict]:
        texts = [text for _, text in cells]
        for (row, text), (code, value, mend, spot) in zip(cells, self._answers(texts), strict=True):
            wrong = code or (judged(value) if value is not None else "")
            yield from self._placed(row, text, wrong or "", value, mend, spot or "")

    def _answers(self, texts: list[str]) -> list[list[str | None]]:
        """What the process says; of texts that end it the one that does is no shape."""
        extent = list(self._extent) if self._extent else None
        try:
            return self._assistant.ask({"texts": texts, "system": self._system, "extent": extent})  # type: ignore[no-any-return]  # JSON
        except ChildFailed as failed:
            if failed.how == "slow" or len(texts) == 1:
                if len(texts) == 1:
                    return [["not-geometry", None, None, None]]
                raise
            half = len(texts) // 2
            return [*self._answers(texts[:half]), *self._answers(texts[half:])]

    def _placed(
        self, row: int, text: str, code: str, value: str | None, mend: str | None, spot: str
    ) -> Iterator[ShapeVerdict]:
        """The verdict, if there is anything to say; a good shape is held against the extent first.

        Of a geometry of GeoJSON only its place is kept: what else somebody wrote into it is in no column of the table.
        """
        if code in ("", "shape-crossing") and self._extent is not None:
            box = geometry_bbox(json.loads(value or text))
            if not meets(box, self._extent):
                turned_box = Bbox(box.south, box.west, box.north, box.east)
                is_swapped = self._system is None and within(turned_box, self._extent)
                code = "shape-swapped" if is_swapped else "shape-outside"
                mend, spot = turned(text) if is_swapped else None, ""
        if code == "shape-open" and mend is None:
            mend = closed(text)
        if code == "shape-swapped" and mend is None:
            mend = turned(text)
        if value is None and not code and text.startswith("{"):
            value = bare_geometry(text)
        if code or value is not None:
            yield ShapeVerdict(row, code, value, mend, spot)


def judged(text: str) -> str:
    """``not-geometry`` for what is no GeoJSON in degrees, ``shape-open`` for a ring that does not end, else empty."""
    try:
        geometry_bbox(json.loads(text))
    except PlaceError as fault:
        return "shape-open" if fault.reason == "open-ring" else "not-geometry"
    except (ValueError, RecursionError):
        return "not-geometry"
    return ""


def meets(box: Bbox, extent: Bbox) -> bool:
    """Whether two boxes share a point."""
    return (
        box.west <= extent.east and extent.west <= box.east and box.south <= extent.north and extent.south <= box.north
    )


def within(box: Bbox, extent: Bbox) -> bool:
    """Whether a box lies in another as a whole."""
    return (
        extent.west <= box.west and box.east <= extent.east and extent.south <= box.south and box.north <= extent.north
    )


def write_verdicts(verdicts: Iterator[ShapeVerdict], path: Path) -> tuple[int, int]:
    """Keep the verdicts in a Parquet file; how many there are, and how many good cells are written otherwise."""
    count = values = 0
    batch: list[ShapeVerdict] = []
    with pq.ParquetWriter(path, _SCHEMA, compression="lz4") as writer:

        def flush() -> None:
            columns = ([getattr(each, name) for each in batch] for name in ("row", "code", "value", "mend", "spot"))
            writer.write_table(
                pa.Table.from_arrays(
                    [pa.array(column, kind.type) for column, kind in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA
                )
            )
            batch.clear()

        for verdict in verdicts:
            count, values = count + 1, values + (verdict.value is not None and not verdict.code)
            batch.append(verdict)
            if len(batch) >= 10_000:
                flush()
        flush()
    return count, values
