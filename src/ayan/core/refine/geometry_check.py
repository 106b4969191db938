"""Judging a geometry cell: GeoJSON text (RFC 7946) in, the reason why it is none out."""

from __future__ import annotations

import json

from ayan.core.values.place import PlaceError, geometry_bbox


def geometry_problem(text: str) -> str:
    """'' when ``text`` is a valid GeoJSON geometry in WGS 84, else a short reason code."""
    try:
        geometry_bbox(json.loads(text))
    except (ValueError, RecursionError) as problem:
        return problem.reason if isinstance(problem, PlaceError) else "json"
    return ""
