"""A result on a map drawn as tiles: how many rows lie in each, with each tile leading to its own rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from ayan.apps.catalog import figures
from ayan.apps.catalog.asking import Ask
from ayan.core.query import tiles
from ayan.core.query.answer import Standing
from ayan.core.query.reader import Reader
from ayan.core.query.tiles import COLUMNS, point_of

SHADES: Final = 5
WIDTH: Final = 620

__all__ = ["Locator", "locator", "point_of"]


@dataclass(frozen=True, slots=True)
class Square:
    """One tile as it is drawn: its corner and side in pixels, its rows, where it leads, its shade from 1 to 5."""

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
class Locator:
    """The map of a result in CSS pixels; ``metres`` is how wide it is on the ground."""

    squares: tuple[Square, ...]
    height: int
    placed: int
    unplaced: int
    metres: int
    width: int = WIDTH


def locator(reader: Reader, ask: Ask, standing: Standing) -> Locator | None:
    """The map of a result; None where none of its rows has a place."""
    key = ("tiles", standing.state, ask.dataset.digest, ask.scope.query_string())
    found = figures.once(key, lambda: tiles.tiles(reader, ask.dataset, ask.scope, standing))
    if found is None:
        return None
    point = {one.name for one in point_of(ask.dataset) or ()}
    others = tuple(one for one in ask.question.filters if one.field not in point)
    most, side = max(one.rows for one in found.tiles), WIDTH / COLUMNS
    squares = tuple(
        Square(
            one.column * side,
            one.line * side,
            side,
            one.rows,
            f"?{ask.but(filters=(*others, *one.inside)).query}",
            _shade(one.rows, most),
        )
        for one in found.tiles
    )
    height = math.ceil((1 + max(one.line for one in found.tiles)) * side)
    return Locator(squares, height, sum(one.rows for one in found.tiles), found.unplaced, found.metres)


def _shade(count: int, most: int) -> int:
    """From 1 to 5 by the logarithm of the count, for a few places hold most rows."""
    return min(SHADES, 1 + int(SHADES * math.log(count) / math.log(most))) if most > 1 else SHADES
