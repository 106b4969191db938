"""Facts about the kinds of fields: how each is stored, published and called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ayan.core.schema.definition import Field, Kind
from ayan.core.values.label import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFacts:
    """What holds for every field of one kind.

    ``storage`` is the DuckDB (and so the Parquet) type; ``{scale}`` is filled from the field. A geometry is the text of
    its GeoJSON. ``schema_type`` and ``schema_format`` are those of Data Package v2 Table Schema. ``maskable`` kinds may
    be shown in part. What may be sorted, grouped and added up is said where questions are read (`ayan.core.query`).
    """

    label: Label
    storage: str
    schema_type: str
    schema_format: str | None = None
    maskable: bool = False


# Kinds whose text is words, compared by folding; the text of other kinds has one spelling already.
WORDS: Final[frozenset[str]] = frozenset({"text", "place"})
# Kinds that a search looks through.
TEXTS: Final = WORDS | {"code", "identity", "company", "ref", "link"}

_TEXT: Final = "VARCHAR"

KIND_FACTS: Final[Mapping[Kind, KindFacts]] = {
    "text": KindFacts(label=Label("متن", "text"), storage=_TEXT, schema_type="string", maskable=True),
    "code": KindFacts(label=Label("کد", "code"), storage=_TEXT, schema_type="string", maskable=True),
    "integer": KindFacts(label=Label("عدد صحیح", "whole number"), storage="BIGINT", schema_type="integer"),
    "decimal": KindFacts(
        label=Label("عدد اعشاری", "decimal number"),
        storage="DECIMAL(38,{scale})",
        schema_type="number",
    ),
    "rial": KindFacts(
        label=Label("مبلغ به ریال", "amount in rials"),
        storage="BIGINT",
        schema_type="integer",
    ),
    "date": KindFacts(label=Label("تاریخ", "date"), storage="DATE", schema_type="date"),
    "period": KindFacts(label=Label("دوره", "period"), storage=_TEXT, schema_type="string"),
    "boolean": KindFacts(label=Label("بله یا خیر", "yes or no"), storage="BOOLEAN", schema_type="boolean"),
    "link": KindFacts(
        label=Label("نشانی وب", "web address"),
        storage=_TEXT,
        schema_type="string",
        schema_format="uri",
    ),
    "place": KindFacts(label=Label("جا", "place"), storage=_TEXT, schema_type="string", maskable=True),
    "geometry": KindFacts(label=Label("شکل هندسی", "geometry"), storage=_TEXT, schema_type="geojson"),
    "identity": KindFacts(label=Label("شمارهٔ ملی", "national ID"), storage=_TEXT, schema_type="string", maskable=True),
    "company": KindFacts(label=Label("شناسهٔ ملی شرکت", "legal ID"), storage=_TEXT, schema_type="string"),
    "ref": KindFacts(label=Label("ارجاع", "reference"), storage=_TEXT, schema_type="string"),
}
"""Every kind of the closed vocabulary."""


def storage_type(field: Field) -> str:
    """The DuckDB type of the field's published values: ``BIGINT``, ``DECIMAL(38,2)`` …; a masked one is text."""
    if field.shown == "masked":
        return _TEXT
    return KIND_FACTS[field.kind].storage.format(scale=field.scale)


def kind_label(kind: Kind, lang: str) -> str:
    """The kind as people call it, in ``fa`` or ``en``."""
    return KIND_FACTS[kind].label.of(lang)
