"""Where the rows of a result lie: their points counted by the tiles of a grid that just holds them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from ayan.core.query import sql
from ayan.core.query.answer import Standing
from ayan.core.query.limits import SMALLEST_TILE
from ayan.core.query.question import Filter, Question
from ayan.core.query.reader import Reader
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset, Field

COLUMNS: Final = 12
MILLIONTH: Final = Decimal("0.000001")
METRES_A_DEGREE: Final = 111_320


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile, counted from the north-west corner, its rows, and the conditions that hold for them alone."""

    column: int
    line: int
    rows: int
    inside: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Tiles:
    """The tiles that hold rows; ``unplaced`` rows have no point; ``metres`` is how wide the whole grid is."""

    tiles: tuple[Tile, ...]
    unplaced: int
    metres: int


def point_of(dataset: Dataset) -> tuple[Field, Field] | None:
    """The published fields of longitude and latitude; None where the dataset has no point."""
    found = {one.role: one for one in dataset.published if one.shown == "public"}
    longitude, latitude = found.get("longitude"), found.get("latitude")
    return (longitude, latitude) if longitude and latitude else None


def tiles(reader: Reader, dataset: Dataset, scope: Question, standing: Standing) -> Tiles | None:
    """The rows of a question by tile; None where the dataset has no point, or no row of the result has one."""
    point = point_of(dataset)
    if point is None:
        return None
    dataset = as_asked(dataset)
    x, y = (sql.column(dataset, one.name) for one in point)
    rows, placed, west, east, south, north = reader.table(dataset, _ends(dataset, scope, x, y), standing)[0]
    if not placed:
        return None
    # A tile is square on the ground: a degree of longitude is shorter than one of latitude.
    shrink = Decimal(str(round(math.cos(math.radians(float(north + south) / 2)), 6))) or Decimal(1)
    wide = max((east - west) / COLUMNS, (north - south) / COLUMNS / shrink, SMALLEST_TILE)
    # Whole millionths, and a little more than needed: the edges of tiles can then be written in an address exactly.
    wide, high = (one.quantize(MILLIONTH, ROUND_CEILING) + MILLIONTH for one in (wide, wide * shrink))
    counted = reader.table(dataset, _counted(dataset, scope, (x, west, wide), (y, north, high)), standing)
    return Tiles(
        tuple(
            Tile(column, line, count, _inside(point, west + wide * column, north - high * line, wide, high))
            for column, line, count in counted
        ),
        rows - placed,
        round(float(wide) * COLUMNS * METRES_A_DEGREE * math.cos(math.radians(float(north)))),
    )


def _ends(dataset: Dataset, scope: Question, x: str, y: str) -> sql.Statement:
    made = sql.Statement()
    condition = sql.where(dataset, scope, made)
    made.sql = (
        f"SELECT count(*), count({x} + {y}), min({x}), max({x}), min({y}), max({y}) FROM {sql.TABLE} WHERE {condition}"
    )
    return made


def _counted(
    dataset: Dataset, scope: Question, across: tuple[str, Decimal, Decimal], down: tuple[str, Decimal, Decimal]
) -> sql.Statement:
    made = sql.Statement()
    condition = sql.where(dataset, scope, made)
    (x, west, wide), (y, north, high) = across, down
    column = f"CAST(floor(({x} - {made.bind(west)}) / {made.bind(wide)}) AS INTEGER)"
    line = f"CAST(floor(({made.bind(north)} - {y}) / {made.bind(high)}) AS INTEGER)"
    made.sql = (
        f"SELECT {column}, {line}, count(*) FROM {sql.TABLE} "
        f"WHERE {condition} AND {x} IS NOT NULL AND {y} IS NOT NULL GROUP BY 1, 2 ORDER BY 2, 1"
    )
    return made


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
