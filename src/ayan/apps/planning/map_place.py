"""Where on the map a page looks: a level, and a column and a row of half windows, written in its address."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from ayan.apps.planning.limits import MOST_LEVELS
from ayan.apps.planning.map_sheet import MapSheet, fitting
from ayan.core.values.place import Bbox

WRITTEN: Final = re.compile(r"([0-9])-([0-9]{1,4})-([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class MapPlace:
    """A window of the map. Level 0 is the whole city; each level halves the window, and windows overlap by half.

    ``column`` and ``line`` count half windows from the western and the northern edge of the city.
    """

    level: int = 0
    column: int = 0
    line: int = 0

    @classmethod
    def read(cls, text: str) -> MapPlace | None:
        """What an address says; None where it is no window of the map."""
        match = WRITTEN.fullmatch(text)
        if match is None:
            return None
        place = cls(*map(int, match.groups()))
        return place if place.level < MOST_LEVELS and place == place.kept() else None

    def kept(self) -> MapPlace:
        """The nearest window that lies within the city."""
        last = 2 ** (self.level + 1) - 2
        return replace(self, column=min(max(self.column, 0), last), line=min(max(self.line, 0), last))

    @property
    def text(self) -> str:
        """How an address writes it."""
        return f"{self.level}-{self.column}-{self.line}"

    def sheet(self, city: Bbox) -> MapSheet:
        """The sheet of the window, in a city of this extent."""
        whole = fitting(city)
        box, share = whole.window, 2**self.level
        x = box.west + (box.east - box.west) * (self.column + 1) / 2 / share
        y = box.north - (box.north - box.south) * (self.line + 1) / 2 / share
        return MapSheet(x, y, whole.metres / share)

    @classmethod
    def around(cls, city: Bbox, longitude: float, latitude: float, level: int) -> MapPlace:
        """The window of a level whose middle is nearest to a point."""
        box, share = fitting(city).window, 2 ** (level + 1)
        column = (longitude - box.west) / (box.east - box.west) * share - 1
        line = (box.north - latitude) / (box.north - box.south) * share - 1
        return cls(level, round(column), round(line)).kept()

    def nearer(self) -> MapPlace | None:
        """The middle of the window, twice as large; None on the last level."""
        if self.level + 1 >= MOST_LEVELS:
            return None
        return MapPlace(self.level + 1, 2 * self.column + 1, 2 * self.line + 1).kept()

    def farther(self) -> MapPlace | None:
        """The window around it that shows twice as much; None of the whole city."""
        if self.level == 0:
            return None
        return MapPlace(self.level - 1, (self.column - 1) // 2, (self.line - 1) // 2).kept()

    def moved(self, columns: int, lines: int) -> MapPlace | None:
        """The window half a window away; None beyond the edge of the city."""
        place = replace(self, column=self.column + columns, line=self.line + lines)
        return place if place == place.kept() else None
