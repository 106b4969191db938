"""Shapes as their text, GeoJSON or WKT, written anew by one rule; a text that no rule is about stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from ayan.core.values.limits import DEEPEST_COLLECTION

# What a geometry has; whatever else somebody wrote into it says nothing of the place.
_MEMBERS: Final = frozenset({"type", "coordinates", "geometries"})
# The quotation marks of a geometry with these members and no others: of a type and of its coordinates.
_QUOTES: Final = 6
_NUMBER: Final = r"[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?"
_POSITION: Final = re.compile(rf"(?<![0-9.])({_NUMBER})(\s+)({_NUMBER})")
# Positions between two brackets without any bracket in between: a line or a ring.
_LINE: Final = re.compile(r"\(([^()]*)\)")
_AREA: Final = re.compile(r"(?i)(?:SRID=\d+;)?\s*(?:MULTI)?POLYGON")

Geometry = dict[str, Any]


def turned(text: str) -> str:
    """The shape whose two first numbers change places in every position."""
    if text.lstrip().startswith("{"):
        return _anew(text, lambda coordinates, _: _turned(coordinates))
    return _POSITION.sub(r"\3\2\1", text)


def closed(text: str) -> str:
    """The shape whose rings all end where they begin."""
    if text.lstrip().startswith("{"):
        return _anew(text, _closed)
    return _LINE.sub(_closed_line, text) if _AREA.match(text) else text


def bare_geometry(text: str) -> str | None:
    """GeoJSON without the members that a geometry does not have; None where it has no others."""
    if text.count('"') == _QUOTES:
        return None
    try:
        geometry = json.loads(text)
        bare = _bare(geometry, 0)
    except (ValueError, TypeError, RecursionError):
        return None
    return None if bare == geometry else _written(bare)


def _bare(geometry: Geometry, depth: int) -> Geometry:
    kept = {name: value for name, value in geometry.items() if name in _MEMBERS}
    if depth < DEEPEST_COLLECTION and isinstance(kept.get("geometries"), list):
        kept["geometries"] = [_bare(each, depth + 1) for each in kept["geometries"]]
    return kept


def _anew(text: str, change: Callable[[Any, str], Any]) -> str:
    try:
        geometry = json.loads(text)
        after = _changed(geometry, change, 0)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return text
    return text if after == geometry else _written(after)


def _written(geometry: Geometry) -> str:
    return json.dumps(geometry, separators=(",", ":"), ensure_ascii=False)


def _changed(geometry: Geometry, change: Callable[[Any, str], Any], depth: int) -> Geometry:
    if depth < DEEPEST_COLLECTION and isinstance(geometry.get("geometries"), list):
        return {**geometry, "geometries": [_changed(each, change, depth + 1) for each in geometry["geometries"]]}
    return {**geometry, "coordinates": change(geometry["coordinates"], str(geometry["type"]))}


def _turned(coordinates: Any) -> Any:
    if not isinstance(coordinates, list):
        return coordinates
    if len(coordinates) >= 2 and all(isinstance(number, (int, float)) for number in coordinates):
        return [coordinates[1], coordinates[0], *coordinates[2:]]
    return [_turned(each) for each in coordinates]


def _closed(coordinates: Any, kind: str) -> Any:
    if kind == "Polygon":
        return [ring if ring[0] == ring[-1] else [*ring, ring[0]] for ring in coordinates]
    if kind == "MultiPolygon":
        return [_closed(rings, "Polygon") for rings in coordinates]
    return coordinates


def _closed_line(line: re.Match[str]) -> str:
    positions = line[1].split(",")
    if positions[0].split() == positions[-1].split():
        return line[0]
    return f"({line[1]}, {positions[0].strip()})"
