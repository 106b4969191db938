"""Facts about each kind: how it is stored, how outside standards name it, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ayan.core.schema.definition import Field, Kind, Label


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What holds for every field of a kind.

    ``storage`` is the DuckDB type (``{scale}`` is filled for decimals); ``type`` and ``format`` are those of Table
    Schema (Data Package v2); ``groupable`` and ``summable`` say which questions make sense.
    """

    storage: str
    type: str
    format: str | None
    label: Label
    groupable: bool = False
    summable: bool = False


KIND_FACTS: Final[Mapping[Kind, KindFacts]] = {
    "text": KindFacts("VARCHAR", "string", None, Label("متن", "text"), groupable=True),
    "code": KindFacts("VARCHAR", "string", None, Label("شناسه", "code"), groupable=True),
    "integer": KindFacts("BIGINT", "integer", None, Label("عدد صحیح", "whole number"), groupable=True, summable=True),
    "decimal": KindFacts("DECIMAL(38, {scale})", "number", None, Label("عدد اعشاری", "decimal number"), summable=True),
    "rial": KindFacts("BIGINT", "integer", None, Label("مبلغ (ریال)", "amount (rial)"), summable=True),
    "date": KindFacts("DATE", "date", None, Label("تاریخ", "date"), groupable=True),
    "period": KindFacts("VARCHAR", "string", None, Label("دوره", "period"), groupable=True),
    "boolean": KindFacts("BOOLEAN", "boolean", None, Label("بله یا خیر", "yes or no"), groupable=True),
    "link": KindFacts("VARCHAR", "string", "uri", Label("پیوند", "link")),
    "place": KindFacts("VARCHAR", "string", None, Label("مکان", "place"), groupable=True),
    "geometry": KindFacts("VARCHAR", "geojson", None, Label("شکل روی نقشه", "geometry")),
    "identity": KindFacts("VARCHAR", "string", None, Label("کد ملی", "national ID")),
    "company": KindFacts("VARCHAR", "string", None, Label("شناسهٔ ملی شخص حقوقی", "legal ID"), groupable=True),
    "ref": KindFacts("VARCHAR", "string", None, Label("ارجاع", "reference"), groupable=True),
}


def storage_type(field: Field) -> str:
    """The DuckDB type in which ``field`` is published; a masked field is always text."""
    if field.shown == "masked":
        return "VARCHAR"
    return KIND_FACTS[field.kind].storage.format(scale=field.scale)
