"""A group of wrong shapes as the issues keep it: how the first of them look, and what is certain to put them right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ayan.core.values.place import Bbox


@dataclass(frozen=True, slots=True)
class DrawnShape:
    """One wrong shape as it can be drawn: its row, its lines in degrees (JSON), and the spot (``lon lat``, or "")."""

    row: int
    shape: str
    spot: str


@dataclass(frozen=True, slots=True)
class WrongShapes:
    """What is said of a group of wrong shapes: the first of them to be drawn, and what is certain to put them right.

    That is an ``operation`` on the whole column ("" for none), or ``mends``: each text with what takes its place, which
    puts ``rows`` rows right. ``extent`` is the box that they were held against, None where nobody declares one.
    """

    drawn: tuple[DrawnShape, ...]
    operation: str
    mends: tuple[tuple[str, str], ...]
    rows: int
    extent: Bbox | None


def read_wrong_shapes(table: Mapping[str, Any]) -> WrongShapes:
    """What `ayan.core.refine.shape_mends` wrote."""
    return WrongShapes(
        tuple(DrawnShape(row, shape, spot) for row, shape, spot in table["drawn"]),
        table["operation"],
        tuple((old, new) for old, new in table["mends"]),
        table["rows"],
        Bbox(*table["extent"]) if table["extent"] else None,
    )
