"""The shapes of the API's answers, as JSON Schema: what a program may rely on."""

from __future__ import annotations

from typing import Any, Final

from ayan.apps.catalog.api_schemas_flags import FLAG_SCHEMAS
from ayan.core.query import values
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

Json = dict[str, Any]

TEXT: Final[Json] = {"type": "string"}
WHOLE: Final[Json] = {"type": "integer", "minimum": 0}
HEX: Final[Json] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
DIGEST: Final[Json] = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
INSTANT: Final[Json] = {"type": "string", "format": "date-time"}
DAY: Final[Json] = {
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "description": "Gregorian (ISO 8601), or Jalali where `_calendar=jalali` asks for it",
}
ADDRESS: Final[Json] = {
    "type": "string",
    "description": "`period/release#row`: the release, and the record's number in the file that was sent",
    "pattern": "^[0-9A-Za-z-]+/[0-9]+#[0-9]+$",
}
RELEASE: Final[Json] = {"type": "string", "pattern": "^[0-9A-Za-z-]+/[0-9]+$"}
CELL: Final[Json] = {"type": ["string", "integer", "number", "boolean", "null"]}
URL: Final[Json] = {"type": "string", "format": "uri-reference"}
WORDS: Final[Json] = {"$ref": "#/components/schemas/Words"}
LABELS: Final[Json] = {"type": "object", "additionalProperties": TEXT}


def optional(schema: Json) -> Json:
    """The schema, or null."""
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def object_schema(properties: Json, *may_lack: str) -> Json:
    """An object that has all of these members, but for those that it may lack."""
    needed = [name for name in properties if name not in may_lack]
    return {"type": "object", "properties": properties, "required": needed}


def array_of(items: Json) -> Json:
    return {"type": "array", "items": items}


def _named(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


NUMBER: Final[Json] = {"type": ["number", "null"]}
COMPARED: Final[Json] = {
    "values": {**array_of(NUMBER), "description": "One number for each side, money in rial"},
    "differences": {**array_of(NUMBER), "description": "How much each side is above the first one"},
    "changes_percent": {**array_of(NUMBER), "description": "The same in per cent of the first, one decimal"},
}
PROVENANCE: Final[Json] = {
    "state": {**HEX, "description": "The digest of everything the answer was read from; equal states, equal answers"},
    "as_of": {**optional(INSTANT), "description": "When the newest of its releases was sealed"},
    "releases": array_of(RELEASE),
}
ORIGIN: Final[Json] = {
    "kind": {"type": "string", "enum": ["ayan", "ckan"]},
    "address": {**URL, "description": "What was fetched"},
    "page": {**URL, "description": "Where a reader finds it"},
    "fetched_at": INSTANT,
    "digest": {**HEX, "description": "SHA-256 of the other city's manifest, or of the file that was read"},
    "licence": {"type": "string"},
    "same_declaration": {"type": "boolean"},
    "lacking": array_of(TEXT),
    "unlike": array_of(TEXT),
    "logged": optional(
        object_schema(
            {
                "origin": TEXT,
                "index": WHOLE,
                "size": WHOLE,
                "root": HEX,
                "key": TEXT,
                "vouched": {"type": "boolean", "description": "Whether the operator got the key elsewhere"},
            }
        )
    ),
}
ANOTHER_CITY: Final[Json] = {
    **object_schema(
        {
            "code": TEXT,
            "title": WORDS,
            "kind": TEXT,
            "address": URL,
            "harvested_at": INSTANT,
            "releases": array_of(
                object_schema(
                    {"release": RELEASE, "rows": WHOLE, "manifest": HEX, "origin": optional(object_schema(ORIGIN))}
                )
            ),
        }
    ),
    "description": "The other city whose rows a side is, and where each of its releases came from",
}
SORT: Final[Json] = optional(object_schema({"field": TEXT, "descending": {"type": "boolean"}}))
QUESTION: Final[Json] = {
    "dataset": TEXT,
    "filters": array_of(object_schema({"field": TEXT, "op": TEXT, "values": array_of(TEXT)})),
    "search": optional(TEXT),
    "sort": SORT,
    "fields": optional(array_of(TEXT)),
    "as_of": optional(TEXT),
    "release": optional(RELEASE),
    "query": {**TEXT, "description": "The question in its one spelling"},
}
SUMMARY: Final[Json] = {
    "slug": TEXT,
    "title": WORDS,
    "description": WORDS,
    "owner": WORDS,
    "topic": TEXT,
    "licence": TEXT,
    "cadence": TEXT,
    "period": TEXT,
    "rows": WHOLE,
    "state": HEX,
    "as_of": optional(INSTANT),
    "url": {"type": "string", "format": "uri-reference"},
}
COUNTS: Final[Json] = object_schema({"added": WHOLE, "removed": WHOLE, "changed": WHOLE, "unchanged": WHOLE})
SIDE: Final[Json] = object_schema({"state": HEX, "as_of": optional(INSTANT), "release": optional(RELEASE)})

SCHEMAS: Final[Json] = {
    "Words": object_schema({"fa": TEXT, "en": TEXT}),
    "Problem": {
        **object_schema(
            {
                "type": {"type": "string", "format": "uri-reference"},
                "title": TEXT,
                "status": {"type": "integer"},
                "detail": {**TEXT, "description": "In Persian, or in English where `_lang=en` asks for it"},
                "detail_fa": TEXT,
                "detail_en": TEXT,
                "code": TEXT,
                "parameter": TEXT,
                "allowed": array_of(TEXT),
                "problems": array_of(_named("Fault")),
                "reason": {**TEXT, "description": "The code of the reason for a withdrawal or an erasure"},
                "words": _named("Reason"),
                "tombstone": _named("Tombstone"),
                "erasures": array_of(_named("Erasure")),
                "files": array_of(TEXT),
            },
            *("code", "parameter", "allowed", "problems", "reason", "words", "tombstone", "erasures", "files"),
        ),
        "description": "A refusal after RFC 9457",
    },
    "Fault": object_schema(
        {"code": TEXT, "parameter": TEXT, "detail_fa": TEXT, "detail_en": TEXT, "allowed": array_of(TEXT)}, "allowed"
    ),
    "Reason": {
        **optional(object_schema({"text": TEXT, "salt": TEXT})),
        "description": "Why, in words, while the city keeps them; the SHA-256 of the salt's bytes and the text in "
        "UTF-8 is the tombstone's `reason_digest`",
    },
    "Tombstone": object_schema(
        {
            "release": TEXT,
            "code": TEXT,
            "by": TEXT,
            "at": INSTANT,
            "manifest": DIGEST,
            "rows": WHOLE,
            "reason_digest": optional(TEXT),
        }
    ),
    "Erasure": object_schema({"release": TEXT, "at": INSTANT, "code": TEXT, "count": WHOLE}),
    "Release": object_schema(
        {
            "period": TEXT,
            "number": {"type": "integer", "minimum": 1},
            "rows": WHOLE,
            "sealed_at": INSTANT,
            "digest": DIGEST,
            "current": {"type": "boolean"},
            "withdrawn": {"type": "boolean"},
            "erased_rows": WHOLE,
            "url": {"type": "string", "format": "uri-reference"},
        }
    ),
    "Datasets": object_schema({"datasets": array_of(_named("DatasetSummary"))}),
    "DatasetSummary": object_schema(SUMMARY),
    "Dataset": object_schema(
        {
            **SUMMARY,
            "law": optional(WORDS),
            "grace_days": WHOLE,
            "key": array_of(TEXT),
            "bytes": {
                **object_schema({"releases": WHOLE, "index_file": WHOLE, "secondary_index": WHOLE}),
                "description": "What its present state takes on the disk: the published files, the index file that "
                "questions are answered from, and the secondary index that makes answers quick; both can be built anew",
            },
            "schema": {"type": "object", "description": "The columns as a Table Schema (Data Package v2)"},
            "releases": array_of(_named("Release")),
            "formats": LABELS,
        }
    ),
    "Releases": object_schema({"dataset": TEXT, "releases": array_of(_named("Release"))}),
    "Manifest": {
        **object_schema({"name": TEXT, "resources": array_of({"type": "object"}), "ayan": {"type": "object"}}),
        "additionalProperties": True,
        "description": "The Data Package v2 descriptor of a release, byte for byte as it was sealed",
    },
    "Row": {"type": "object", "properties": {"_row": ADDRESS}, "required": ["_row"], "additionalProperties": CELL},
    "Rows": object_schema(
        {
            "rows": array_of(_named("Row")),
            "total": {**optional(WHOLE), "description": "How many rows match, where `_count=1` asks for it"},
            "next": {**optional({"type": "string", "format": "uri-reference"}), "description": "The page that follows"},
            **PROVENANCE,
            "question": object_schema(QUESTION),
            "labels": LABELS,
        },
        "labels",
    ),
    "Hit": object_schema({"dataset": TEXT, "key": TEXT, "url": URL, "row": _named("Row")}),
    "Search": {
        **object_schema(
            {
                "q": TEXT,
                "words": {**array_of(TEXT), "description": "The words as they are compared"},
                "best": {**optional(_named("Hit")), "description": "The record whose key was asked for, if it is one"},
                "records": array_of(_named("Hit")),
                "datasets": array_of(object_schema({"slug": TEXT, "title": WORDS, "url": URL, "api": URL})),
                "rows": array_of(
                    object_schema(
                        {
                            "dataset": TEXT,
                            "title": WORDS,
                            "total": WHOLE,
                            "url": URL,
                            "api": URL,
                            "rows": array_of(_named("Hit")),
                        }
                    )
                ),
                "total": WHOLE,
                "loosened": {
                    **array_of(object_schema({"without": TEXT, "q": TEXT, "total": WHOLE})),
                    "description": "Where nothing was found: what leaving a word out would find",
                },
                "unanswered": {**array_of(TEXT), "description": "Datasets that could not be looked through in time"},
            }
        ),
    },
    "Comparison": object_schema(
        {
            "title": WORDS,
            "finding": object_schema({"fa": array_of(TEXT), "en": array_of(TEXT)}),
            "measure": TEXT,
            "unit": optional(TEXT),
            "over": optional(TEXT),
            "sides": array_of(
                object_schema(
                    {
                        "side": {"type": "string"},
                        "label": TEXT,
                        "rows": WHOLE,
                        "left_out": WHOLE,
                        "api": optional(URL),
                        "city": optional(ANOTHER_CITY),
                        **PROVENANCE,
                    }
                )
            ),
            "lines": array_of(object_schema({"key": CELL, "label": TEXT, **COMPARED})),
            "total": object_schema(COMPARED),
            "real": optional(
                object_schema(
                    {"base": TEXT, "dataset": TEXT, "index": {"type": "object", "additionalProperties": NUMBER}}
                )
            ),
            "per": optional(object_schema({"code": TEXT, "dataset": TEXT})),
            "method": object_schema({"fa": array_of(TEXT), "en": array_of(TEXT)}),
            "query": TEXT,
        }
    ),
    "RowsOfKey": object_schema({"rows": array_of(_named("Row")), **PROVENANCE, "labels": LABELS}, "labels"),
    "Groups": object_schema(
        {
            "groups": array_of({"type": "object", "additionalProperties": CELL}),
            "total": {**WHOLE, "description": "How many groups there are in all"},
            **PROVENANCE,
            "question": object_schema({**QUESTION, "by": array_of(TEXT), "measures": array_of(TEXT)}),
            "labels": LABELS,
            "choices": {
                "type": "object",
                "additionalProperties": LABELS,
                "description": "For each key with a closed list, the labels of the codes in the answer",
            },
        },
        *("labels", "choices"),
    ),
    "Facets": object_schema(
        {
            "facets": {
                "type": "object",
                "additionalProperties": object_schema(
                    {"values": array_of(_named("FacetValue")), "more": {"type": "boolean"}},
                ),
            },
            **PROVENANCE,
            "question": object_schema({**QUESTION, "by": array_of(TEXT)}),
        }
    ),
    "FacetValue": object_schema({"value": CELL, "count": WHOLE, "chosen": {"type": "boolean"}, "label": TEXT}, "label"),
    "Changes": object_schema(
        {
            "from": SIDE,
            "to": SIDE,
            "counts": COUNTS,
            "totals": {
                "type": "object",
                "additionalProperties": object_schema({"before": {"type": "number"}, "after": {"type": "number"}}),
                "description": "The exact sum of each amount on either side",
            },
            "periods": array_of(
                object_schema(
                    {"period": TEXT, "before": optional(RELEASE), "after": optional(RELEASE), "counts": COUNTS}
                )
            ),
            "withdrawn": array_of(
                object_schema({"release": RELEASE, "reason": TEXT, "withdrawn_at": INSTANT, "rows": WHOLE})
            ),
            "erased": array_of(
                object_schema({"release": RELEASE, "reason": TEXT, "erased_at": INSTANT, "rows": WHOLE})
            ),
            "changes": array_of(_named("Change")),
            "next": {**optional({"type": "string", "format": "uri-reference"}), "description": "The page that follows"},
            "question": object_schema(
                {"dataset": TEXT, "from": optional(TEXT), "to": optional(TEXT), "change": optional(TEXT), "query": TEXT}
            ),
            "labels": LABELS,
        },
        "labels",
    ),
    "Change": object_schema(
        {
            "change": {"type": "string", "enum": ["changed", "added", "removed"]},
            "period": TEXT,
            "key": {**TEXT, "description": "The record's key as addresses write it"},
            "fields": {"type": "object", "additionalProperties": object_schema({"before": CELL, "after": CELL})},
            "row_before": optional(ADDRESS),
            "row_after": optional(ADDRESS),
        }
    ),
    **FLAG_SCHEMAS,
}


def row(dataset: Dataset) -> Json:
    """One row of a dataset: every field may be empty or, where fewer are asked for, not there."""
    asked = values.as_asked(dataset)
    return {
        "type": "object",
        "title": f"{dataset.title.fa} · {dataset.title.en}",
        "properties": {"_row": ADDRESS, **{field.name: _field(field) for field in asked.published}},
        "required": ["_row"],
    }


def _field(field: Field) -> Json:
    schema = optional(DAY) if field.kind.is_day else {"type": [field.kind.json_type, "null"]}
    return {"title": f"{field.label.fa} · {field.label.en}", **schema}
