"""Tiles beside a release: what a map draws of many shapes without asking for rows, sealed with them."""

from __future__ import annotations

import gzip
import json
import logging
import shutil
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.publish.limits import (
    FEWEST_TILED,
    FIRST_ZOOM,
    FIRST_ZOOM_OF_MANY,
    LAST_ZOOM,
    MOST_FAR_AWAY,
    TILE_MEMORY,
    TILE_SECONDS,
    TILE_THREADS,
)
from ayan.core.query.boxes import place_fields
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PlaysView
from ayan.core.store.manifest import file_name
from ayan.core.store.release import Release
from ayan.core.system import child
from ayan.core.values.canonical import sha256_file

TILES: Final = "tiles.pmtiles"
"""The file in a release: vector tiles in one archive (PMTiles 3), read by ranges."""

_HEAD: Final = 127
_BOUNDS: Final = 102
"""Where its bounds stand in the head of an archive (PMTiles 3): four whole numbers of ten millionths of a degree."""
_METADATA, _PACKING = 24, 97
"""Where the head states at which byte its description of itself begins and how long it is, and how it is packed."""
_GZIP: Final = 2
_PROCESS: Final = "ayan.core.publish.tile_process"
_log = logging.getLogger(__name__)

StatedFiles = dict[str, tuple[int, str]]
"""Size in bytes and SHA-256 (hex) of files, by their names."""


def write_tiles(
    dataset: Dataset,
    parts: Sequence[Path],
    rows: int,
    staged: Path,
    name: str = TILES,
    *,
    before: Release | None = None,
) -> StatedFiles:
    """Write the tiles of a release whose parts these are into its staging folder; nothing where it needs none.

    Where all that a tile tells is what it was in the release ``before``, its file is taken as it is.
    Few rows need none, for a map reads them as they are. Whatever goes wrong with tiles stops no release: it is told
    to the operator, and maps draw from the rows.
    """
    place = [field.name for field in place_fields(dataset)]
    if not place or rows < FEWEST_TILED:
        return {}
    columns = [field.name for field in dataset.published if _is_shown(dataset, field, place)]
    request: dict[str, Any] = {
        "parts": [str(path) for path in parts],
        "target": str(staged / name),
        "layer": dataset.slug,
        "place": place,
        "columns": columns,
        "first": FIRST_ZOOM,
        "first_of_many": FIRST_ZOOM_OF_MANY,
        "last": LAST_ZOOM,
        "few": MOST_FAR_AWAY,
        "threads": TILE_THREADS,
    }
    target = staged / name
    if before is not None and _taken_over(before, parts, place, columns, target):
        return {name: (target.stat().st_size, sha256_file(target))}
    try:
        written = child.ask(_PROCESS, request, memory=TILE_MEMORY, seconds=TILE_SECONDS)
    except child.ChildFailed as failed:
        _log.warning("%s is sealed without tiles: the process that writes them was %s", dataset.slug, failed.how)
        written = {"features": 0}
    for left in staged.glob(f"{target.stem}*"):
        if left.name != name or not written["features"]:
            left.unlink()
    return {name: (target.stat().st_size, sha256_file(target))} if written["features"] else {}


def _taken_over(
    before: Release, parts: Sequence[Path], place: Sequence[str], columns: Sequence[str], target: Path
) -> bool:
    """Copy the tiles of an earlier release, if they are whole and it has the same rows as far as a tile tells them."""
    stated = before.manifest["ayan"].get("tiles", ())
    if len(stated) != 1:
        return False
    try:
        if not _columns(before.parts(), [*place, *columns]).equals(_columns(parts, [*place, *columns])):
            return False
        shutil.copyfile(before.local(stated[0]["path"]), target)
        if not tile_columns(target).issuperset(columns):
            # It was written when tiles told less.
            target.unlink()
            return False
    except (OSError, pa.ArrowException, KeyError, ValueError, struct.error):
        # It may have no such columns, or be gone by now: then tiles are written as if there were none before.
        target.unlink(missing_ok=True)
        return False
    if f"sha256:{sha256_file(target)}" == stated[0]["hash"]:
        return True
    target.unlink()
    return False


def _columns(parts: Sequence[Path], columns: Sequence[str]) -> pa.Table:
    return pa.concat_tables([pq.ParquetFile(part).read(columns=list(columns)) for part in parts])


def tile_names(manifest: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The files of tiles that a manifest states, as they stand now, with their sizes in bytes."""
    return [(file_name(stated), int(stated["bytes"])) for stated in manifest["ayan"].get("tiles", ())]


def tile_bounds(path: Path) -> tuple[float, float, float, float]:
    """West, south, east and north of an archive of tiles, in degrees, as its head states them."""
    with path.open("rb") as archive:
        head = archive.read(_HEAD)
    west, south, east, north = (each / 10_000_000 for each in struct.unpack_from("<4i", head, _BOUNDS))
    return west, south, east, north


def tile_columns(path: Path) -> frozenset[str]:
    """What the features of an archive of tiles tell, as it describes itself. Raises ValueError of one that does not."""
    with path.open("rb") as archive:
        head = archive.read(_HEAD)
        begin, length = struct.unpack_from("<2Q", head, _METADATA)
        archive.seek(begin)
        packed = archive.read(length)
    try:
        described = json.loads(gzip.decompress(packed) if head[_PACKING] == _GZIP else packed)
        return frozenset(name for layer in described["vector_layers"] for name in layer["fields"])
    except (KeyError, TypeError, EOFError, zlib.error) as none:
        raise ValueError(f"{path.name} does not describe what it tells") from none


def _is_shown(dataset: Dataset, field: Field, place: Sequence[str]) -> bool:
    """Whether a tile tells a column: what names a row, what colours it, and what it measures; no long text.

    A street colours land too: by what it is valued at.
    """
    if field.name in place or field.kind.is_shape:
        return False
    streets = {dict(view.places).get("street") for view in dataset.views_of(PlaysView)}
    colours = field.choices is not None or field.name in streets
    return field.name in dataset.key or colours or field.kind.is_number or field.role == "title"
