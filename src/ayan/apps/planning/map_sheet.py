"""A window of the city on a sheet: degrees become pixels, north is at the top, and the scale is true in its middle."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from ayan.apps.catalog.explorer import map_locator
from ayan.apps.catalog.explorer.map_locator import ScaleBar, scale_bar
from ayan.apps.planning.land_table import Floats
from ayan.apps.planning.shapes import Ring
from ayan.core.values.locale import Lang
from ayan.core.values.place import Bbox

Degrees = TypeVar("Degrees", float, Floats)
"""One place or many."""

METRES_A_DEGREE: Final = 111_320
"""Of latitude, and of longitude at the equator."""
WIDTH: Final = map_locator.WIDTH
HEIGHT: Final = 430
FOOT: Final = 14
"""Pixels between the scale and the lower edge."""


@dataclass(frozen=True, slots=True)
class MapSheet:
    """A window around a middle in degrees, so many metres wide, on a sheet of pixels."""

    longitude: float
    latitude: float
    metres: float
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def pixels(self) -> float:
        """Pixels of a metre."""
        return self.width / self.metres

    @property
    def eastward(self) -> float:
        """Metres of a degree of longitude here: so small a part of the globe is flat."""
        return METRES_A_DEGREE * math.cos(math.radians(self.latitude))

    @property
    def window(self) -> Bbox:
        """The window in degrees."""
        wide = self.metres / self.eastward / 2
        high = self.metres * self.height / self.width / METRES_A_DEGREE / 2
        return Bbox(self.longitude - wide, self.latitude - high, self.longitude + wide, self.latitude + high)

    @property
    def beyond(self) -> Bbox:
        """The window with as much again on every side."""
        box = self.window
        wide, high = box.east - box.west, box.north - box.south
        return Bbox(box.west - wide, box.south - high, box.east + wide, box.north + high)

    def x(self, longitude: Degrees) -> Degrees:
        """Pixels from the left edge, of one place or of many."""
        return self.width / 2 + (longitude - self.longitude) * self.eastward * self.pixels

    def y(self, latitude: Degrees) -> Degrees:
        """Pixels from the upper edge, of one place or of many."""
        return self.height / 2 - (latitude - self.latitude) * METRES_A_DEGREE * self.pixels

    def path(self, rings: Iterable[Ring]) -> str:
        """Rings as one path of SVG."""
        return "".join("M" + "L".join(f"{self.x(x):.1f} {self.y(y):.1f}" for x, y in ring[:-1]) + "Z" for ring in rings)

    def bar(self, lang: Lang) -> ScaleBar:
        """The bar of the scale, near the lower edge."""
        return scale_bar(self.metres, self.height - FOOT, lang)

    def side(self, box: Bbox) -> tuple[float, float]:
        """Metres of a box from west to east and from south to north."""
        return (box.east - box.west) * self.eastward, (box.north - box.south) * METRES_A_DEGREE


def around(box: Bbox, metres: float, *, height: int = HEIGHT) -> MapSheet:
    """The sheet around the middle of a box."""
    return MapSheet((box.west + box.east) / 2, (box.south + box.north) / 2, metres, height=height)


def fitting(box: Bbox, *, margin: float = 1.06, height: int = HEIGHT) -> MapSheet:
    """The sheet that shows a whole box with a little room around it."""
    bare = around(box, 1.0, height=height)
    wide, high = bare.side(box)
    return around(box, max(wide, high * WIDTH / height, 1.0) * margin, height=height)


def bounds(boxes: Iterable[Bbox]) -> Bbox | None:
    """The box around boxes; None around none."""
    kept = list(boxes)
    if not kept:
        return None
    return Bbox(
        min(box.west for box in kept),
        min(box.south for box in kept),
        max(box.east for box in kept),
        max(box.north for box in kept),
    )
