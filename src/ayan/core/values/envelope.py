"""The smallest box around a shape, out of its text by SQL: no cell of it has to be read by a program for that."""

from __future__ import annotations

from typing import Final

from ayan.core.values.sql import literal

_NUMBER: Final = r"(-?[0-9][0-9.eE+-]*)"
# A position is a list that begins with a number; lists of positions begin with a list.
_EAST: Final = rf"\[\s*{_NUMBER}\s*,"
_NORTH: Final = rf"\[\s*-?[0-9][0-9.eE+-]*\s*,\s*{_NUMBER}"


def envelope_sql(x: str) -> tuple[str, str, str, str]:
    """West, south, east and north of the GeoJSON in a column, as expressions of DuckDB; NULL of an empty cell."""
    east, north = (f"CAST(regexp_extract_all({x}, {literal(pattern)}, 1) AS DOUBLE[])" for pattern in (_EAST, _NORTH))
    return f"list_min({east})", f"list_min({north})", f"list_max({east})", f"list_max({north})"
