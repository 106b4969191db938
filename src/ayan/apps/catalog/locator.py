"""A result, or one record, on a map without a base map: tiles on a lettered grid, with scale and north."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from string import ascii_uppercase
from typing import Final

from ayan.apps.catalog import figures
from ayan.apps.catalog.asking import Ask
from ayan.core.query import tiles
from ayan.core.query.answer import Row, Standing, Unanswered
from ayan.core.query.question import Question
from ayan.core.query.reader import Reader
from ayan.core.query.tiles import COLUMNS, Tile, Tiles, point_of
from ayan.core.query.values import as_asked
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import writing

METRES: Final = Label("{number} متر", "{number} m")
KILOMETRES: Final = Label("{number} کیلومتر", "{number} km")
SHADES: Final = 5
WIDTH: Final = 620
# Room for the letters above, the numbers beside, and the scale below.
MARGIN: Final = 26
FOOT: Final = 46
# Tiles listed beside the map; the others are one click away.
LISTED: Final = 8

__all__ = ["Locator", "Spot", "locator", "point_of", "spot"]


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
class Mark:
    """A letter or a number at the edge of the grid."""

    words: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of the scale, from the left: its length in pixels and what it stands for."""

    length: float
    words: str
    y: float


@dataclass(frozen=True, slots=True)
class Locator:
    """The map of a result in CSS pixels; ``side`` is how wide a tile is on the ground, in metres."""

    squares: tuple[Square, ...]
    marks: tuple[Mark, ...]
    bar: Bar
    height: int
    placed: int
    unplaced: int
    side: int
    width: int = WIDTH + MARGIN

    @property
    def fullest(self) -> list[Square]:
        """The tiles with most rows, for the list beside the map."""
        return sorted(self.squares, key=lambda one: -one.rows)[:LISTED]

    @property
    def others(self) -> list[Square]:
        """The tiles that the list leaves out, as they stand on the grid."""
        listed = set(self.fullest)
        return [one for one in self.squares if one not in listed]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one record lies: the map of its dataset, the point on it, its tile, and its degrees."""

    map: Locator
    square: Square
    x: float
    y: float
    latitude: str
    longitude: str


def locator(reader: Reader, ask: Ask, standing: Standing) -> Locator | None:
    """The map of a result; None where none of its rows has a place."""
    found = _tiles(reader, ask, standing)
    return _drawn(found, ask) if found else None


def spot(reader: Reader, ask: Ask, row: Row) -> Spot | None:
    """The map of a whole dataset with one of its rows on it; None where the row, or every row, has no place."""
    point = point_of(ask.dataset)
    values = [row.values.get(one.name) for one in point or ()]
    if len(values) != 2 or not all(isinstance(one, Decimal) for one in values):
        return None
    try:
        found = _tiles(reader, ask, reader.standing(ask.dataset, Question(slug=ask.dataset.slug)))
    except Unanswered:
        return None
    longitude, latitude = (Decimal(str(one)) for one in values)
    for place, tile in enumerate(found.tiles if found else ()):
        west, east, south, north = (Decimal(str(one.values[0])) for one in tile.inside)
        if found and west <= longitude < east and south < latitude <= north:
            drawn = _drawn(found, ask)
            square = drawn.squares[place]
            x = square.x + square.side * float((longitude - west) / (east - west))
            y = square.y + square.side * float((north - latitude) / (north - south))
            return Spot(drawn, square, x, y, str(latitude), str(longitude))
    return None


def _tiles(reader: Reader, ask: Ask, standing: Standing) -> Tiles | None:
    key = ("tiles", standing.state, ask.dataset.digest, ask.scope.query_string())
    return figures.once(key, lambda: tiles.tiles(reader, ask.dataset, ask.scope, standing))


def _drawn(found: Tiles, ask: Ask) -> Locator:
    lines = 1 + max(one.line for one in found.tiles)
    columns = 1 + max(one.column for one in found.tiles)
    side = WIDTH / COLUMNS
    foot = MARGIN + math.ceil(lines * side)
    return Locator(
        tuple(_squares(found.tiles, ask, side)),
        (
            *(Mark(ascii_uppercase[n], MARGIN + side * (n + 0.5), MARGIN - 8) for n in range(columns)),
            *(Mark(str(n + 1), MARGIN / 2, MARGIN + side * (n + 0.5) + 5) for n in range(lines)),
        ),
        _bar(found.metres, foot + FOOT - 12, ask.lang),
        foot + FOOT,
        sum(one.rows for one in found.tiles),
        found.unplaced,
        round(found.metres / COLUMNS),
    )


def _squares(found: Sequence[Tile], ask: Ask, side: float) -> list[Square]:
    point = {one.name for one in point_of(as_asked(ask.dataset)) or ()}
    others = tuple(one for one in ask.question.filters if one.field not in point)
    most = max(one.rows for one in found)
    return [
        Square(
            f"{ascii_uppercase[one.column]}{one.line + 1}",
            MARGIN + one.column * side,
            MARGIN + one.line * side,
            side,
            one.rows,
            ask.but(filters=(*others, *one.inside)).address,
            _shade(one.rows, most),
        )
        for one in found
    ]


def _bar(metres: int, y: float, lang: Lang) -> Bar:
    """A bar for a round distance, a quarter of the map at most."""
    most = max(1, metres // 4)
    step = 10 ** (len(str(most)) - 1)
    length = max(n * step for n in (1, 2, 5) if n * step <= most)
    kilometres = length >= 1000 and length % 1000 == 0
    number = writing.plain_number(length // 1000 if kilometres else length, lang)
    words = (KILOMETRES if kilometres else METRES).of(lang).format(number=number)
    return Bar(WIDTH * length / max(metres, 1), writing.isolated(words), y)


def _shade(count: int, most: int) -> int:
    """From 1 to 5 by the logarithm of the count, for a few places hold most rows."""
    return min(SHADES, 1 + int(SHADES * math.log(count) / math.log(most))) if most > 1 else SHADES
