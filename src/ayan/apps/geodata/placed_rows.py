"""Rows with a place as features of GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import orjson

from ayan.core.query import keys
from ayan.core.query.answer import Row
from ayan.core.query.boxes import place_fields
from ayan.core.query.formats.document import json_values
from ayan.core.schema.definition import Dataset
from ayan.ui.api.answers import Url
from ayan.ui.api.json_schema import Schema

GEOJSON = "application/geo+json"
"""The media type of RFC 7946."""


class LinkAnswer(TypedDict):
    """A way to another document, as web linking (RFC 8288) has it."""

    href: Url
    rel: str
    type: NotRequired[str]
    title: NotRequired[str]


class FeatureAnswer(TypedDict):
    """One row as a feature: its key, its shape (RFC 7946, WGS 84; null where it has none) and its other columns."""

    type: Literal["Feature"]
    id: str
    geometry: Annotated[dict[str, Any] | None, Schema("A GeoJSON geometry")]
    properties: Annotated[dict[str, Any], Schema("The columns, money in rial, days in the Gregorian calendar")]
    links: NotRequired[list[LinkAnswer]]


def feature(dataset: Dataset, row: Row) -> FeatureAnswer:
    """A row of a dataset with a place."""
    fields = place_fields(dataset)
    shape = fields[0].name if len(fields) == 1 else ""
    properties = {name: value for name, value in row.values.items() if name != shape}
    return {
        "type": "Feature",
        "id": keys.key_of(dataset, row),
        "geometry": geometry_of(dataset, row),
        "properties": json_values(properties, "gregorian"),
    }


def geometry_of(dataset: Dataset, row: Row) -> Any:
    """The shape of a row: its text as it is published, or the point that two numbers name."""
    fields = place_fields(dataset)
    values: Sequence[Any] = [row.values.get(field.name) for field in fields]
    if any(value is None for value in values):
        return None
    if len(values) == 1:
        return orjson.Fragment(str(values[0]).encode())
    return {"type": "Point", "coordinates": [float(value) for value in values]}


def outline_of(dataset: Dataset, row: Row) -> dict[str, Any] | None:
    """The shape of a row to reckon with; None where it has none."""
    text = row.values.get(place_fields(dataset)[0].name)
    return json.loads(str(text)) if text is not None else None
