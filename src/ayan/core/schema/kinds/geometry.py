"""The kind whose values are shapes on a map: GeoJSON (RFC 7946) in WGS 84, kept as its text."""

from __future__ import annotations

import json
from typing import Final

from ayan.core.schema.field import Field, Kind, KindColumns, KindSql
from ayan.core.values.label import Label
from ayan.core.values.place import PlaceError, geometry_bbox
from ayan.core.values.sql import literal

SHAPE_CODES: Final = ("shape-system", "shape-crossing", "shape-open", "shape-swapped", "shape-outside")
"""What can be wrong with a shape besides that it is none."""


class GeometryKind(Kind):
    """A point, a line or an area."""

    name = "geometry"
    label = Label("شکل هندسی", "geometry")
    short_label = label
    schema_type = "geojson"
    example = '{"type":"Point","coordinates":[51.39,35.7]}'
    style = "shape"
    is_shape = True
    sortable = False
    groupable = False
    compared = False
    listed = False
    worded = False
    searched = False
    scanned = False
    addressable = False
    referable = False
    brief = False
    plain = False
    categorical = False
    telling = True
    keys = frozenset({"extent"})

    def judge(self, text: str) -> str:
        """Empty when ``text`` is a valid geometry, else a short reason code."""
        try:
            geometry_bbox(json.loads(text))
        except (ValueError, RecursionError) as problem:
            return problem.reason if isinstance(problem, PlaceError) else "json"
        return ""

    def reading(self, field: Field, c: KindColumns) -> KindSql:
        """The refine session has judged the shapes beforehand and keeps the rows of bad ones in ``shapes_`` + field."""
        bad = f"SELECT _row FROM shapes_{field.name}"
        codes = " ".join(f"WHEN _row IN ({bad} WHERE code = {code}) THEN {code}" for code in map(literal, SHAPE_CODES))
        return KindSql((), f"CASE WHEN _row NOT IN ({bad}) THEN {c.t} END", f"CASE {codes} ELSE 'not-geometry' END")
