"""A shape in words: its sort and its number of points."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang

_SHAPES: Final[Mapping[str, Label]] = {
    "Point": Label("نقطه", "point"),
    "MultiPoint": Label("چند نقطه", "points"),
    "LineString": Label("خط", "line"),
    "MultiLineString": Label("چند خط", "lines"),
    "Polygon": Label("محدوده", "area"),
    "MultiPolygon": Label("محدودهٔ چندتکه", "area in several parts"),
    "GeometryCollection": Label("چند شکل", "several shapes"),
}
_SHAPE_TYPE: Final = re.compile(r'"type"\s*:\s*"(\w+)"')
_SHAPE_POSITION: Final = re.compile(r"\[\s*-?[0-9]")
_SHAPE_POINTS: Final = Label("{shape} با {n} نقطه", "{shape} of {n} points")


def shape_words(text: str, lang: Lang) -> str:
    """A GeoJSON geometry in words: its sort and its number of points. Thousands of coordinates are read by nobody."""
    kind = _SHAPE_TYPE.search(text)
    if kind is None or kind[1] not in _SHAPES:
        return text
    shape = _SHAPES[kind[1]].of(lang)
    points = len(_SHAPE_POSITION.findall(text))
    return shape if points == 1 else _SHAPE_POINTS.of(lang).format(shape=shape, n=locale.of(lang).number(points))
