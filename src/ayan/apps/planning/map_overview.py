"""Much land or many rows on a sheet: squares in the tint of most land, outlines in one path, cells that lead nearer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ayan.apps.planning.land_table import Floats
from ayan.apps.planning.limits import MOST_SQUARES
from ayan.apps.planning.map_sheet import MapSheet
from ayan.apps.planning.shapes import PlacedShape, Ring

COLUMNS: Final = 16
LINES: Final = 11
SHADES: Final = 5
GRAIN: Final = 6
"""Pixels of a little square of land that is painted, not drawn."""

Zoom = Callable[[float, float], str]
"""The address of the map nearer to a longitude and a latitude."""


@dataclass(frozen=True, slots=True)
class MapCell:
    """A square of the window that stands for many: its corner and sides in pixels, and what it leads to."""

    x: float
    y: float
    width: float
    height: float
    count: int
    shade: int
    address: str

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return self.x + self.width / 2

    @property
    def foot(self) -> float:
        """The base line of its number."""
        return self.y + self.height / 2 + 4


def map_cells(sheet: MapSheet, longitudes: Floats, latitudes: Floats, zoom: Zoom) -> Iterator[MapCell]:
    """Places put together in squares of the sheet, each a way nearer."""
    wide, high = sheet.width / COLUMNS, sheet.height / LINES
    columns = np.floor(sheet.x(longitudes) / wide).astype(np.int64)
    lines = np.floor(sheet.y(latitudes) / high).astype(np.int64)
    seen = (columns >= 0) & (columns < COLUMNS) & (lines >= 0) & (lines < LINES)
    counts = np.bincount(lines[seen] * COLUMNS + columns[seen], minlength=COLUMNS * LINES)
    most = int(counts.max(initial=1))
    window = sheet.window
    for at in np.flatnonzero(counts).tolist():
        line, column = divmod(at, COLUMNS)
        longitude = window.west + (window.east - window.west) * (column + 0.5) / COLUMNS
        latitude = window.north - (window.north - window.south) * (line + 0.5) / LINES
        count = int(counts[at])
        shade = max(1, -(-count * SHADES // most))
        yield MapCell(column * wide, line * high, wide, high, count, shade, zoom(longitude, latitude))


@dataclass(frozen=True, slots=True)
class PaintedZone:
    """The squares of the sheet in which one tint has most land, as one path."""

    tint: int
    path: str


def outlined(sheet: MapSheet, shapes: Iterable[tuple[PlacedShape, int]]) -> list[PaintedZone]:
    """Many shapes as one path of each tint, to whole pixels: the plan of the city at a glance."""
    paths: dict[int, list[str]] = {}
    for shape, tint in shapes:
        paths.setdefault(tint, []).extend(_outline(sheet, ring) for ring in shape.rings)
    return [PaintedZone(tint, "".join(rings)) for tint, rings in sorted(paths.items())]


def _outline(sheet: MapSheet, ring: Ring) -> str:
    corners = [(round(sheet.x(x)), round(sheet.y(y))) for x, y in ring[:-1]]
    steps = (f"{to[0] - at[0]} {to[1] - at[1]}" for at, to in pairwise(corners))
    return f"M{corners[0][0]} {corners[0][1]}l{' '.join(steps)}z"


def painted(sheet: MapSheet, boxes: Floats, tints: NDArray[np.int64]) -> list[PaintedZone]:
    """Land too small to be drawn piece by piece: each little square in the tint that most of its land has.

    ``boxes`` are west, south, east and north of each piece in degrees, ``tints`` the number of its tint.
    """
    across, down = sheet.width // GRAIN + 1, sheet.height // GRAIN + 1
    left, right = (_squares(sheet.x(boxes[:, side]), across) for side in (0, 2))
    upper, lower = (_squares(sheet.y(boxes[:, side]), down) for side in (3, 1))
    wide, high = right - left + 1, lower - upper + 1
    if int((wide * high).sum()) > MOST_SQUARES:
        left, upper = (left + right) // 2, (upper + lower) // 2
        wide, high = np.ones_like(wide), np.ones_like(high)
    # Each piece once for every square that it meets.
    sizes = wide * high
    piece = np.repeat(np.arange(len(sizes)), sizes)
    nth = np.arange(len(piece)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    square = (upper[piece] + nth // wide[piece]) * across + left[piece] + nth % wide[piece]
    kinds = int(tints.max(initial=0)) + 1
    met = np.bincount(square * kinds + tints[piece], minlength=across * down * kinds).reshape(down, across, kinds)
    chosen = np.where(met.any(axis=2), met.argmax(axis=2), -1)
    return [PaintedZone(tint, _runs(chosen == tint)) for tint in range(kinds) if (chosen == tint).any()]


def _squares(places: Floats, most: int) -> NDArray[np.int64]:
    """The numbers of the little squares at some places of the sheet; what lies beyond its edge counts as on it."""
    return np.clip(np.floor(places / GRAIN).astype(np.int64), 0, most - 1)


def _runs(squares: NDArray[np.bool_]) -> str:
    """Squares as a path: those that stand side by side are one."""
    edges = np.diff(np.pad(squares.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    begins, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    return "".join(
        f"M{column * GRAIN} {line * GRAIN}h{(end - column) * GRAIN}v{GRAIN}h-{(end - column) * GRAIN}z"
        for (line, column), (_, end) in zip(begins.tolist(), ends.tolist(), strict=True)
    )
