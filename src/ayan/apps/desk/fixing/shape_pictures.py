"""Wrong shapes as small drawings: the outline, the spot where it is wrong, and where the city lies."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ayan.apps.desk.limits import PICTURE_HEIGHT, PICTURE_WIDTH
from ayan.core.refine.column_operations import OPERATIONS
from ayan.core.refine.shape_examination import meets
from ayan.core.refine.wrong_shapes import DrawnShape, WrongShapes
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.place import Bbox

_EDGE: Final = 14
# What can still be seen of a city or a shape that is far from the other.
_DOT: Final = 8
_NEAR: Final = frozenset({"shape-crossing", "shape-open"})
"""What is wrong within a shape, so that the drawing is of the shape; all else is wrong about where it lies."""

_SPOT: Final = Label("جای خطا با دایره نشان داده شده است: {at}.", "A circle marks where it is wrong: {at}.")
_OPEN: Final = Label(
    "خط دور از نقطهٔ نشان‌دار به آغاز برنمی‌گردد: {at}.", "The outline does not come back from the marked point: {at}."
)
_FAR: Final = Label("شکل در {at} است و شهر در {city}.", "The shape is at {at}, the city at {city}.")
_TURNED: Final = Label(
    "شکل در {at} است؛ با جابه‌جا شدن دو عدد در شهر می‌افتد ({city}).",
    "The shape is at {at}; with its two numbers the other way round it lies in the city ({city}).",
)
_LIES: Final = Label(
    "با جابه‌جا شدن دو عدد، شکل در شهر می‌افتد: {there}. چنان که نوشته شده در {at} است.",
    "With its two numbers the other way round the shape lies in the city: {there}. As it is written it is at {at}.",
)
_LIES_NOWHERE: Final = Label(
    "با جابه‌جا شدن دو عدد، شکل در شهر می‌افتد: {there}. چنان که نوشته شده جایی روی زمین نیست.",
    "With its two numbers the other way round the shape lies in the city: {there}. As it is written it is nowhere.",
)
_AT: Final = Label("طول {lon} و عرض {lat}", "longitude {lon}, latitude {lat}")
_SWAP_SOME: Final = Label("جابه‌جا کردن طول و عرض همین شکل‌ها", "Longitude and latitude of these shapes change places")


@dataclass(frozen=True, slots=True)
class ShapePicture:
    """One drawing in pixels: the ``path`` of the shape, the ``city`` as corner and sides, circles, and its words.

    ``turned`` is where the shape would lie with its numbers the other way round; "" where that is not the question.
    """

    row: int
    path: str
    turned: str
    city: tuple[float, float, float, float] | None
    spots: tuple[tuple[float, float], ...]
    words: str
    width: int = PICTURE_WIDTH
    height: int = PICTURE_HEIGHT


class _Sheet:
    """Degrees as pixels: a box fitted into the drawing, as wide as it is on the ground."""

    def __init__(self, box: Bbox) -> None:
        self._eastward = max(math.cos(math.radians((box.south + box.north) / 2)), 0.05)
        wide = max((box.east - box.west) * self._eastward, 1e-9)
        high = max(box.north - box.south, 1e-9)
        self._scale = min((PICTURE_WIDTH - 2 * _EDGE) / wide, (PICTURE_HEIGHT - 2 * _EDGE) / high)
        self._middle = (box.west + box.east) / 2, (box.south + box.north) / 2

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Pixels from the upper left corner."""
        x = PICTURE_WIDTH / 2 + (longitude - self._middle[0]) * self._eastward * self._scale
        y = PICTURE_HEIGHT / 2 - (latitude - self._middle[1]) * self._scale
        return round(x, 1), round(y, 1)

    def path(self, lines: Iterable[Sequence[Sequence[float]]]) -> str:
        """Lines as a path of SVG; a point is a stroke without length, which round ends make a dot."""
        drawn = ""
        for line in lines:
            pixels = [self.at(*position) for position in line]
            drawn += "M" + "L".join(f"{x} {y}" for x, y in (pixels if len(pixels) > 1 else pixels * 2))
        return drawn

    def rectangle(self, box: Bbox) -> tuple[float, float, float, float]:
        """Corner and sides of a box, wide enough to be seen."""
        (left, bottom), (right, top) = self.at(box.west, box.south), self.at(box.east, box.north)
        wide, high = max(right - left, _DOT), max(bottom - top, _DOT)
        return round((left + right - wide) / 2, 1), round((top + bottom - high) / 2, 1), round(wide, 1), round(high, 1)


def pictures(wrong: WrongShapes, code: str, lang: Lang) -> dict[str, Any]:
    """The drawings of a group, what it offers to do (``offer``, "" for nothing) and to how many rows (``rows``)."""
    offer = OPERATIONS[wrong.operation] if wrong.operation else None
    if offer is None and wrong.mends:
        offer = _SWAP_SOME
    return {
        "pictures": [_picture(drawn, wrong.extent, code, lang) for drawn in wrong.drawn],
        "offer": offer.of(lang) if offer else "",
        "rows": wrong.rows,
        "without_extent": wrong.extent is None,
    }


def _picture(drawn: DrawnShape, extent: Bbox | None, code: str, lang: Lang) -> ShapePicture:
    lines = json.loads(drawn.shape)
    box = _around(lines)
    spots = [tuple(float(number) for number in drawn.spot.split())] if drawn.spot else []
    if code in _NEAR or extent is None:
        sheet = _Sheet(box)
        if code == "shape-open":
            spots = [(line[-2][0], line[-2][1]) for line in lines if len(line) > 2]
            lines = [line[:-1] for line in lines]
        words = (_OPEN if code == "shape-open" else _SPOT).of(lang).format(at=_place(spots[0], lang)) if spots else ""
        marks = tuple(sheet.at(*spot[:2]) for spot in spots)
        return ShapePicture(drawn.row, sheet.path(lines), "", None, marks, words)
    if code == "shape-swapped" and meets(box, extent):
        return _lying(drawn, lines, spots, extent, lang)
    turned = [[(position[1], position[0]) for position in line] for line in lines] if code == "shape-swapped" else []
    sheet = _Sheet(_united(box, extent))
    middle = (box.west + box.east) / 2, (box.south + box.north) / 2
    city = _place(((extent.west + extent.east) / 2, (extent.south + extent.north) / 2), lang)
    words = (_TURNED if turned else _FAR).of(lang).format(at=_place(middle, lang), city=city)
    path, other = sheet.path(lines), sheet.path(turned)
    return ShapePicture(drawn.row, path, other, sheet.rectangle(extent), (sheet.at(*middle),), words)


def _lying(
    drawn: DrawnShape,
    lines: Sequence[Sequence[Sequence[float]]],
    spots: Sequence[Sequence[float]],
    extent: Bbox,
    lang: Lang,
) -> ShapePicture:
    """A shape in metres, whose numbers the other way round are no degrees: where it would lie, within the city."""
    box, sheet = _around(lines), _Sheet(extent)
    middle = (box.west + box.east) / 2, (box.south + box.north) / 2
    there = _place(middle, lang)
    words = (_LIES if spots else _LIES_NOWHERE).of(lang)
    words = words.format(there=there, at=_place(spots[0], lang) if spots else "")
    return ShapePicture(drawn.row, "", sheet.path(lines), sheet.rectangle(extent), (sheet.at(*middle),), words)


def _place(position: Sequence[float], lang: Lang) -> str:
    """A position as people read it: longitude, then latitude, to some ten metres."""
    lon, lat = (locale.of(lang).numerals(f"{number:.4f}") for number in position[:2])
    return _AT.of(lang).format(lon=lon, lat=lat)


def _around(lines: Sequence[Sequence[Sequence[float]]]) -> Bbox:
    east = [position[0] for line in lines for position in line]
    north = [position[1] for line in lines for position in line]
    return Bbox(min(east), min(north), max(east), max(north))


def _united(first: Bbox, second: Bbox) -> Bbox:
    return Bbox(
        min(first.west, second.west), min(first.south, second.south),
        max(first.east, second.east), max(first.north, second.north),
    )  # fmt: skip
