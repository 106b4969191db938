"""Tiles of one part in a process apart: its shapes and the few columns that a map colours them by, written by GDAL."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from ayan.core.system import child
from ayan.core.system.gdal import open_gdal

# The writer of the archive hands on to that of tiles, which keeps them in a database until all are there.
_DRIVERS: Final = ("PMTiles", "MBTiles", "MVT", "SQLite")


def write_tiles(request: dict[str, Any]) -> dict[str, int]:
    """Write ``target`` from the Parquet files ``parts``; how many features it holds (0: nothing was written).

    ``place`` names the column of shapes, or those of longitudes and latitudes; ``columns`` what else a tile tells;
    ``layer`` is its name there; ``few`` up to how many features also stand in far views.
    """
    gdal = open_gdal(_DRIVERS, GDAL_NUM_THREADS=str(request["threads"]))
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    import shapely

    place, columns = request["place"], request["columns"]
    read = [pq.ParquetFile(part).read(columns=[*place, *columns]) for part in request["parts"]]
    table = pa.concat_tables(read, promote_options="default")
    if len(place) == 1:
        texts = table.column(place[0]).to_pylist()
        shapes = shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")
        # Heights say nothing on a flat map.
        shapes = shapely.force_2d(shapes)
    else:
        x, y = (np.array([np.nan if v is None else float(v) for v in table.column(each).to_pylist()]) for each in place)
        shapes = np.where(np.isnan(x) | np.isnan(y), None, shapely.points(np.nan_to_num(x), np.nan_to_num(y)))
    kept = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if not len(kept):
        return {"features": 0}
    fields = [_field(table.column(name).to_pylist(), kept, np) for name in columns]
    target = Path(request["target"])
    target.unlink(missing_ok=True)
    gdal.raw.write(
        target, shapely.to_wkb(shapes[kept]), fields, columns, crs="OGC:CRS84", driver="PMTiles",
        layer=request["layer"], geometry_type="Unknown", MAXZOOM=str(request["last"]),
        MINZOOM=str(request["first"] if len(kept) <= request["few"] else request["first_of_many"]),
    )  # fmt: skip
    return {"features": len(kept)}


def _field(cells: list[Any], kept: Any, np: Any) -> Any:
    """Those cells of a column that are kept, as a tile has them: whole numbers as such, anything else as text."""
    values = [cells[at] for at in kept.tolist()]
    if all(isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53 for value in values):
        return np.array(values, dtype=np.int64)
    return np.array([None if value is None else str(value) for value in values], dtype=object)


def main() -> None:
    """Answer whoever started this process."""
    child.answer(write_tiles)


if __name__ == "__main__":
    main()
