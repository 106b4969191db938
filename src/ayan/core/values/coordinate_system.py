"""Coordinate systems by their code or description, and the way from each of them to longitude and latitude."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.limits import LONGEST_SYSTEM

WGS84: Final = "OGC:CRS84"
"""Longitude and latitude in this order, in degrees: what RFC 7946 takes."""
DECIMALS: Final = 9
"""Of a degree that was worked out: a tenth of a millimetre."""

_CODE: Final = re.compile(r"(?:EPSG|ESRI|IGNF|OGC|IAU_2015):[A-Za-z0-9.]{1,20}")
# A description by parameters. Files of grids are not among them: a declaration names none, and none is looked for.
_PARAMETER: Final = re.compile(
    r"\+(?:proj|lat_[012]|lat_ts|lon_0|lonc|alpha|gamma|k|k_0|x_0|y_0|zone|south|ellps|datum|a|b|rf|towgs84|units|"
    r"to_meter|pm|no_defs|no_uoff|type|axis)(?:=[A-Za-z0-9.,+-]{1,80})?"
)

ToDegrees = Callable[[Sequence[float], Sequence[float]], tuple[Sequence[float], Sequence[float]]]
"""Eastings and northings (or longitudes and latitudes) to degrees, longitudes first."""


class CoordinateSystemError(InvalidValue):
    """Reasons: form (neither a code nor parameters), unknown (nothing that is known is meant by it)."""


def checked_system(text: str) -> str:
    """A declared system as it was written. Raises CoordinateSystemError."""
    words = text.split()
    if len(text) > LONGEST_SYSTEM or not (
        _CODE.fullmatch(text) or (words and all(_PARAMETER.fullmatch(word) for word in words))
    ):
        raise CoordinateSystemError("form")
    _system(text)
    return text


def same_system(first: str, second: str) -> bool:
    """Whether two texts (codes, parameters or WKT) mean one system, the order of its axes apart."""
    return bool(_system(first).equals(_system(second), ignore_axis_order=True))


def is_degrees(system: str) -> bool:
    """Whether it is WGS 84 itself, so that nothing has to be worked out."""
    return same_system(system, WGS84)


def name_of(system: str) -> str:
    """What people call it: its code and its name."""
    known = _system(system)
    authority = known.to_authority()
    code = ":".join(authority) if authority else ""
    return " ".join(part for part in (code, "" if known.name == "unknown" else known.name) if part) or system[:60]


@lru_cache(maxsize=8)
def to_degrees(system: str) -> ToDegrees:
    """The way from a system to WGS 84; first numbers are those to the east. Raises CoordinateSystemError."""
    import pyproj

    try:
        transformer = pyproj.Transformer.from_crs(_system(system), WGS84, always_xy=True)
    except pyproj.exceptions.ProjError:
        raise CoordinateSystemError("unknown") from None

    def degrees(east: Sequence[float], north: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        return transformer.transform(east, north)

    return degrees


def in_degrees(geometry: dict[str, Any], system: str) -> dict[str, Any]:
    """A GeoJSON geometry whose positions are in a system, in WGS 84; its heights are left out.

    Raises CoordinateSystemError, TypeError or ValueError for one that is none.
    """
    if geometry.get("type") == "GeometryCollection":
        return {**geometry, "geometries": [in_degrees(each, system) for each in geometry["geometries"]]}
    return {**geometry, "coordinates": _moved(geometry["coordinates"], to_degrees(system))}


def _moved(coordinates: Any, degrees: ToDegrees) -> Any:
    if not coordinates:
        return coordinates
    if isinstance(coordinates[0], (int, float)):
        longitudes, latitudes = degrees([coordinates[0]], [coordinates[1]])
        return [round(longitudes[0], DECIMALS), round(latitudes[0], DECIMALS)]
    if coordinates[0] and isinstance(coordinates[0][0], (int, float)):
        longitudes, latitudes = degrees([at[0] for at in coordinates], [at[1] for at in coordinates])
        return [[round(lon, DECIMALS), round(lat, DECIMALS)] for lon, lat in zip(longitudes, latitudes, strict=True)]
    return [_moved(each, degrees) for each in coordinates]


@lru_cache(maxsize=32)
def _system(text: str) -> Any:
    import pyproj

    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        raise CoordinateSystemError("unknown") from None
