"""A result, or one record, on a map without a base map: tiles on a lettered grid, with scale and north."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from string import ascii_uppercase
from typing import Final

from ayan.apps.catalog.explorer import figures
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import TILES_LISTED
from ayan.core.query import statistics
from ayan.core.query.answer import Row, Snapshot, Unanswered
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.query.statistics import COLUMNS, MapTile, MapTiles, point_of
from ayan.core.query.values import as_asked
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.charts.drawing import isolated

METRES: Final = Label("{number} متر", "{number} m")
KILOMETRES: Final = Label("{number} کیلومتر", "{number} km")
SHADES: Final = 5
WIDTH: Final = 620
# Room for the letters above, the numbers beside, and the scale below.
MARGIN: Final = 26
FOOT: Final = 46

__all__ = ["MapLocator", "Spot", "locator", "point_of", "spot"]


@dataclass(frozen=True, slots=True)
class Square:
    """One tile as it is drawn: its name on the grid, corner and side in pixels, its rows, where it leads, its shade."""

    name: str
    x: float
    y: float
    side: float
    rows: int
    address: str
    shade: int

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return self.x + self.side / 2

    @property
    def line(self) -> float:
        """The base line of its number."""
        return self.y + self.side / 2 + 6


@dataclass(frozen=True, slots=True)
class Shade:
    """A step of the shades: its number from 1 to 5, and the fewest and most rows of a tile that has it."""

    step: int
    fewest: int
    most: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A letter or a number at the edge of the grid."""

    words: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """The bar of the scale, from the left: its length in pixels and what it stands for."""

    length: float
    words: str
    y: float


@dataclass(frozen=True, slots=True)
class MapLocator:
    """The map of a result in CSS pixels; ``side`` is how wide a tile is on the ground, in metres."""

    squares: tuple[Square, ...]
    marks: tuple[Mark, ...]
    bar: ScaleBar
    height: int
    placed: int
    unplaced: int
    side: int
    width: int = WIDTH + MARGIN

    @property
    def fullest(self) -> list[Square]:
        """The tiles with most rows, for the list beside the map."""
        return sorted(self.squares, key=lambda square: -square.rows)[:TILES_LISTED]

    @property
    def shades(self) -> list[Shade]:
        """The steps that are drawn, lightest first, with what is met in each."""
        rows: dict[int, list[int]] = {}
        for square in self.squares:
            rows.setdefault(square.shade, []).append(square.rows)
        return [Shade(step, min(met), max(met)) for step, met in sorted(rows.items())]

    @property
    def others(self) -> list[Square]:
        """The tiles that the list leaves out, as they stand on the grid."""
        listed = set(self.fullest)
        return [square for square in self.squares if square not in listed]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one record lies: the map of its dataset, the point on it, its tile, and its degrees."""

    map: MapLocator
    square: Square
    x: float
    y: float
    latitude: str
    longitude: str


def locator(reader: QueryService, ask: ExplorerState, snapshot: Snapshot) -> MapLocator | None:
    """The map of a result; None where none of its rows has a place."""
    grid = _tiles(reader, ask, snapshot)
    return _drawn(grid, ask) if grid else None


def spot(reader: QueryService, ask: ExplorerState, row: Row) -> Spot | None:
    """The map of a whole dataset with one of its rows on it; None where the row, or every row, has no place."""
    point = point_of(ask.dataset)
    values = [row.values.get(field.name) for field in point or ()]
    if len(values) != 2 or not all(isinstance(value, Decimal) for value in values):
        return None
    try:
        grid = _tiles(reader, ask, reader.snapshot(ask.dataset, Question(slug=ask.dataset.slug)))
    except Unanswered:
        return None
    longitude, latitude = (Decimal(str(value)) for value in values)
    for index, tile in enumerate(grid.tiles if grid else ()):
        west, east, south, north = (Decimal(str(bound.values[0])) for bound in tile.inside)
        if grid and west <= longitude < east and south < latitude <= north:
            drawn = _drawn(grid, ask)
            square = drawn.squares[index]
            x = square.x + square.side * float((longitude - west) / (east - west))
            y = square.y + square.side * float((north - latitude) / (north - south))
            return Spot(drawn, square, x, y, str(latitude), str(longitude))
    return None


def _tiles(reader: QueryService, ask: ExplorerState, snapshot: Snapshot) -> MapTiles | None:
    key = ("tiles", snapshot.snapshot_id, ask.dataset.digest, ask.scope.query_string())
    return figures.once(key, lambda: statistics.tiles(reader, ask.dataset, ask.scope, snapshot))


def _drawn(grid: MapTiles, ask: ExplorerState) -> MapLocator:
    lines = 1 + max(tile.line for tile in grid.tiles)
    columns = 1 + max(tile.column for tile in grid.tiles)
    side = WIDTH / COLUMNS
    foot = MARGIN + math.ceil(lines * side)
    return MapLocator(
        tuple(_squares(grid.tiles, ask, side)),
        (
            *(Mark(ascii_uppercase[n], MARGIN + side * (n + 0.5), MARGIN - 8) for n in range(columns)),
            *(
                Mark(value_html.plain_number(n + 1, ask.lang), MARGIN / 2, MARGIN + side * (n + 0.5) + 5)
                for n in range(lines)
            ),
        ),
        scale_bar(grid.metres, foot + FOOT - 12, ask.lang),
        foot + FOOT,
        sum(tile.rows for tile in grid.tiles),
        grid.unplaced,
        round(grid.metres / COLUMNS),
    )


def _squares(drawn_tiles: Sequence[MapTile], ask: ExplorerState, side: float) -> list[Square]:
    point = {field.name for field in point_of(as_asked(ask.dataset)) or ()}
    others = tuple(condition for condition in ask.question.filters if condition.field not in point)
    rows = [tile.rows for tile in drawn_tiles]
    fewest, most = min(rows), max(rows)
    return [
        Square(
            f"{ascii_uppercase[tile.column]}{value_html.plain_number(tile.line + 1, ask.lang)}",
            MARGIN + tile.column * side,
            MARGIN + tile.line * side,
            side,
            tile.rows,
            ask.but(filters=(*others, *tile.inside)).address,
            _shade(tile.rows, fewest, most),
        )
        for tile in drawn_tiles
    ]


def scale_bar(metres: float, y: float, lang: Lang) -> ScaleBar:
    """A bar for a round distance, a quarter at most of a map whose `WIDTH` is so many metres."""
    most = max(1, int(metres // 4))
    step = 10 ** (len(str(most)) - 1)
    length = max(n * step for n in (1, 2, 5) if n * step <= most)
    kilometres = length >= 1000 and length % 1000 == 0
    number = value_html.plain_number(length // 1000 if kilometres else length, lang)
    words = (KILOMETRES if kilometres else METRES).of(lang).format(number=number)
    return ScaleBar(WIDTH * length / max(metres, 1), isolated(words, lang), y)


def _shade(count: int, fewest: int, most: int) -> int:
    """From 1 to 5 by the logarithm of the count, from the emptiest tile to the fullest: a few hold most rows."""
    if fewest == most:
        return SHADES
    return min(SHADES, 1 + int(SHADES * math.log(count / fewest) / math.log(most / fewest)))
