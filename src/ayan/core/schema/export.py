"""A dataset in the words of outside standards: Table Schema, JSON Schema, and a dictionary people can read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ayan.core.schema.definition import Dataset, Field
from ayan.core.schema.kinds import KIND_FACTS


def table_schema(fields: Sequence[Field], key: Sequence[str] = ()) -> dict[str, Any]:
    """The Table Schema (Data Package v2) of the public Parquet: the row's address first, then ``fields``.

    What Ayan adds stands under names that begin with ``ayan:``. Only fields that are published may be passed.
    """
    address = [
        {"name": "_row", "type": "integer", "title": "Record number in the source, as a spreadsheet shows it"},
        {"name": "_line", "type": "integer", "title": "Line of a text source"},
    ]
    schema: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [*address, *(_field(one) for one in fields if one.published)],
        "missingValues": [""],
    }
    if key:
        schema["primaryKey"] = list(key)
    return schema


def _field(field: Field) -> dict[str, Any]:
    facts = KIND_FACTS[field.kind]
    masked = field.shown == "masked"
    out: dict[str, Any] = {
        "name": field.name,
        "title": field.label.fa,
        "type": "string" if masked else facts.type,
        "ayan:kind": field.kind,
        "ayan:label": {"fa": field.label.fa, "en": field.label.en},
    }
    if facts.format and not masked:
        out["format"] = facts.format
    if field.description:
        out["description"] = field.description.fa
        out["ayan:description"] = {"fa": field.description.fa, "en": field.description.en}
    constraints = {} if masked else _constraints(field)
    if constraints:
        out["constraints"] = constraints
    if field.choices is not None:
        out["categories"] = [{"value": entry.code, "label": entry.label.fa} for entry in field.choices.entries]
        out["ayan:choices"] = [
            {"code": entry.code, "fa": entry.label.fa, "en": entry.label.en} for entry in field.choices.entries
        ]
    if field.role:
        out["ayan:role"] = field.role
    if field.unit:
        out["ayan:unit"] = {"fa": field.unit.fa, "en": field.unit.en}
    if field.ref is not None:
        out["ayan:ref"] = f"{field.ref.dataset}.{field.ref.field}"
    if masked:
        out["ayan:masked"] = True
    return out


def _constraints(field: Field) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if field.required:
        out["required"] = True
    for name, bound in (("minimum", field.minimum), ("maximum", field.maximum)):
        if bound is not None:
            whole = not isinstance(bound, date) and bound == bound.to_integral_value()
            out[name] = int(bound) if whole else str(bound)  # type: ignore[arg-type]
    if field.pattern is not None:
        out["pattern"] = field.pattern
    if field.max_length is not None:
        out["maxLength"] = field.max_length
    return out


_JSON_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean"}


def json_schema(dataset: Dataset) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one row as the API gives it."""
    properties: dict[str, Any] = {}
    for one in dataset.published:
        kind = "string" if one.shown == "masked" else _JSON_TYPES.get(KIND_FACTS[one.kind].type, "string")
        entry: dict[str, Any] = {"title": one.label.fa, "type": kind if one.required else [kind, "null"]}
        if one.kind == "date":
            entry["format"] = "date"
        if one.choices is not None:
            codes: list[str | None] = [item.code for item in one.choices.entries]
            entry["enum"] = codes if one.required else [*codes, None]
        properties[one.name] = entry
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": dataset.title.fa,
        "type": "object",
        "properties": properties,
    }


def dictionary(dataset: Dataset) -> list[dict[str, Any]]:
    """One entry per declared field: its names, kind, unit, meaning and allowed values.

    A withheld field is listed with ``shown = "withheld"`` and its label only, so that people can see that it exists
    and is not published.
    """
    out: list[dict[str, Any]] = []
    for one in dataset.fields:
        if one.role == "counter":
            continue
        entry: dict[str, Any] = {
            "name": one.name,
            "label": {"fa": one.label.fa, "en": one.label.en},
            "shown": one.shown,
        }
        if one.published:
            kind = KIND_FACTS[one.kind].label
            entry |= {
                "kind": {"code": one.kind, "fa": kind.fa, "en": kind.en},
                "unit": one.unit and {"fa": one.unit.fa, "en": one.unit.en},
                "description": one.description and {"fa": one.description.fa, "en": one.description.en},
                "choices": [
                    {"code": item.code, "fa": item.label.fa, "en": item.label.en}
                    for item in (one.choices.entries if one.choices else ())
                ],
            }
        out.append(entry)
    return out
