"""Where the rows of a result lie: their points counted by the tiles of a grid that just holds them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from ayan.core.query import sql
from ayan.core.query.answer import Snapshot
from ayan.core.query.limits import SMALLEST_TILE
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Filter, Question
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

COLUMNS: Final = 12
MILLIONTH: Final = Decimal("0.000001")
METRES_A_DEGREE: Final = 111_320


@dataclass(frozen=True, slots=True)
class MapTile:
    """One tile, counted from the north-west corner, its rows, and the conditions that hold for them alone."""

    column: int
    line: int
    rows: int
    inside: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class MapTiles:
    """The tiles that hold rows; ``unplaced`` rows have no point; ``metres`` is how wide the whole grid is."""

    tiles: tuple[MapTile, ...]
    unplaced: int
    metres: int


def point_of(dataset: Dataset) -> tuple[Field, Field] | None:
    """The published fields of longitude and latitude; None where the dataset has no point."""
    by_role = {field.role: field for field in dataset.published if field.shown == "public"}
    longitude, latitude = by_role.get("longitude"), by_role.get("latitude")
    return (longitude, latitude) if longitude and latitude else None


def tiles(reader: QueryService, dataset: Dataset, scope: Question, snapshot: Snapshot) -> MapTiles | None:
    """The rows of a question by tile; None where the dataset has no point, or no row of the result has one."""
    point = point_of(dataset)
    if point is None:
        return None
    dataset = as_asked(dataset)
    x, y = (sql.column(dataset, field.name) for field in point)
    rows, placed, west, east, south, north = reader.table(dataset, _ends(dataset, scope, x, y), snapshot)[0]
    if not placed:
        return None
    # A tile is square on the ground: a degree of longitude is shorter than one of latitude.
    shrink = Decimal(str(round(math.cos(math.radians(float(north + south) / 2)), 6))) or Decimal(1)
    wide = max((east - west) / COLUMNS, (north - south) / COLUMNS / shrink, SMALLEST_TILE)
    # Whole millionths, and a little more than needed: the edges of tiles can then be written in an address exactly.
    wide, high = (extent.quantize(MILLIONTH, ROUND_CEILING) + MILLIONTH for extent in (wide, wide * shrink))
    counted = reader.table(dataset, _counted(dataset, scope, (x, west, wide), (y, north, high)), snapshot)
    return MapTiles(
        tuple(
            MapTile(column, line, count, _inside(point, west + wide * column, north - high * line, wide, high))
            for column, line, count in counted
        ),
        rows - placed,
        round(float(wide) * COLUMNS * METRES_A_DEGREE * math.cos(math.radians(float(north)))),
    )


def _ends(dataset: Dataset, scope: Question, x: str, y: str) -> sql.SqlStatement:
    statement = sql.SqlStatement()
    condition = sql.where(dataset, scope, statement)
    statement.sql = (
        f"SELECT count(*), count({x} + {y}), min({x}), max({x}), min({y}), max({y}) FROM {sql.TABLE} WHERE {condition}"
    )
    return statement


def _counted(
    dataset: Dataset, scope: Question, across: tuple[str, Decimal, Decimal], down: tuple[str, Decimal, Decimal]
) -> sql.SqlStatement:
    statement = sql.SqlStatement()
    condition = sql.where(dataset, scope, statement)
    (x, west, wide), (y, north, high) = across, down
    column = f"CAST(floor(({x} - {statement.bind(west)}) / {statement.bind(wide)}) AS INTEGER)"
    line = f"CAST(floor(({statement.bind(north)} - {y}) / {statement.bind(high)}) AS INTEGER)"
    statement.sql = (
        f"SELECT {column}, {line}, count(*) FROM {sql.TABLE} "
        f"WHERE {condition} AND {x} IS NOT NULL AND {y} IS NOT NULL GROUP BY 1, 2 ORDER BY 2, 1"
    )
    return statement


def _inside(
    point: tuple[Field, Field], left: Decimal, top: Decimal, wide: Decimal, high: Decimal
) -> tuple[Filter, ...]:
    """Each edge belongs to one tile: the western and the northern to the tile itself."""
    longitude, latitude = point
    return (
        Filter(longitude.name, "gte", (left,)),
        Filter(longitude.name, "lt", (left + wide,)),
        Filter(latitude.name, "gt", (top - high,)),
        Filter(latitude.name, "lte", (top,)),
    )
