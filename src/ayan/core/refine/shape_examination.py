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

_PROCESS: Final = "ayan.core.refine.shape_process"
_KINDS: Final[dict[str, pa.DataType]] = {
    "_row": pa.int64(),
    "code": pa.string(),
    "value": pa.string(),
    "mend": pa.string(),
}
_SCHEMA: Final = pa.schema(_KINDS)


@dataclass(frozen=True, slots=True)
class ShapeVerdict:
    """What is said of one cell: the ``code`` of an issue ("" for none), its ``value`` as GeoJSON in degrees where the
    cell is written otherwise, and what it could be ``mend``-ed to; None where nothing is certain.
    """

    row: int
    code: str
    value: str | None = None
    mend: str | None = None


class ShapeExaminer:
    """Examines the cells of one field; ``system`` is the declared one of a file whose shapes are not in degrees yet.

    To be used in a ``with`` block: a process apart serves it.
    """

    def __init__(self, field: Field, system: str | None) -> None:
        self._field, self._system = field, system
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
                    yield from self._placed(ShapeVerdict(row, code), text)
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
        for (row, text), (code, value, mend) in zip(cells, self._answers(texts), strict=True):
            wrong = code or (judged(value) if value is not None else "")
            yield from self._placed(ShapeVerdict(row, wrong or "", value, mend), value or text)

    def _answers(self, texts: list[str]) -> list[list[str | None]]:
        """What the process says; of texts that end it the one that does is no shape."""
        try:
            return self._assistant.ask({"texts": texts, "system": self._system})  # type: ignore[no-any-return]  # JSON
        except ChildFailed as failed:
            if failed.how == "slow" or len(texts) == 1:
                if len(texts) == 1:
                    return [["not-geometry", None, None]]
                raise
            half = len(texts) // 2
            return [*self._answers(texts[:half]), *self._answers(texts[half:])]

    def _placed(self, verdict: ShapeVerdict, text: str) -> Iterator[ShapeVerdict]:
        """The verdict, if there is anything to say; a good shape is held against the extent first."""
        extent = self._field.extent
        if not verdict.code and extent is not None:
            box = geometry_bbox(json.loads(text))
            if not meets(box, extent):
                turned = Bbox(box.south, box.west, box.north, box.east)
                swapped = within(turned, extent)
                yield ShapeVerdict(
                    verdict.row, "shape-swapped" if swapped else "shape-outside", verdict.value,
                    json.dumps(turned_round(json.loads(text)), separators=(",", ":")) if swapped else None,
                )  # fmt: skip
                return
        if verdict.code or verdict.value is not None:
            yield verdict


def judged(text: str) -> str:
    """``not-geometry`` for what is no GeoJSON in degrees, else empty."""
    try:
        geometry_bbox(json.loads(text))
    except (PlaceError, ValueError, RecursionError):
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


def turned_round(geometry: dict[str, object]) -> dict[str, object]:
    """A geometry whose two numbers change places in every position."""
    if geometry.get("type") == "GeometryCollection":
        members = geometry["geometries"]
        return {**geometry, "geometries": [turned_round(each) for each in members]}  # type: ignore[attr-defined]  # judged before
    return {**geometry, "coordinates": _turned(geometry["coordinates"])}


def _turned(coordinates: object) -> object:
    if not isinstance(coordinates, list):
        return coordinates
    if coordinates and isinstance(coordinates[0], (int, float)):
        return [coordinates[1], coordinates[0], *coordinates[2:]]
    return [_turned(each) for each in coordinates]


def write_verdicts(verdicts: Iterator[ShapeVerdict], path: Path) -> tuple[int, int]:
    """Keep the verdicts in a Parquet file; how many there are, and how many cells are written otherwise."""
    count = values = 0
    batch: list[ShapeVerdict] = []
    with pq.ParquetWriter(path, _SCHEMA, compression="lz4") as writer:

        def flush() -> None:
            columns = ([getattr(each, name) for each in batch] for name in ("row", "code", "value", "mend"))
            writer.write_table(
                pa.Table.from_arrays(
                    [pa.array(column, kind.type) for column, kind in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA
                )
            )
            batch.clear()

        for verdict in verdicts:
            count, values = count + 1, values + (verdict.value is not None)
            batch.append(verdict)
            if len(batch) >= 10_000:
                flush()
        flush()
    return count, values
