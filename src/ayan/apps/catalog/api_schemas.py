"""The shapes of the API's answers, as JSON Schema: what a program may rely on."""

from __future__ import annotations

from typing import Any, Final

from ayan.apps.catalog.api_schemas_flags import FLAG_SCHEMAS
from ayan.core.query import values
from ayan.core.schema.definition import Dataset, Field

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


def thing(properties: Json, *may_lack: str) -> Json:
    """An object that has all of these members, but for those that it may lack."""
    needed = [name for name in properties if name not in may_lack]
    return {"type": "object", "properties": properties, "required": needed}


def each(items: Json) -> Json:
    return {"type": "array", "items": items}


def _named(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


NUMBER: Final[Json] = {"type": ["number", "null"]}
COMPARED: Final[Json] = {
    "values": {**each(NUMBER), "description": "One number for each side, money in rial"},
    "differences": {**each(NUMBER), "description": "How much each side is above the first one"},
    "changes_percent": {**each(NUMBER), "description": "The same in per cent of the first, one decimal"},
}
PROVENANCE: Final[Json] = {
    "state": {**HEX, "description": "The digest of everything the answer was read from; equal states, equal answers"},
    "as_of": {**optional(INSTANT), "description": "When the newest of its releases was sealed"},
    "releases": each(RELEASE),
}
ORIGIN: Final[Json] = {
    "kind": {"type": "string", "enum": ["ayan", "ckan"]},
    "address": {**URL, "description": "What was fetched"},
    "page": {**URL, "description": "Where a reader finds it"},
    "fetched_at": INSTANT,
    "digest": {**HEX, "description": "SHA-256 of the other city's manifest, or of the file that was read"},
    "licence": {"type": "string"},
    "same_declaration": {"type": "boolean"},
    "lacking": each(TEXT),
    "unlike": each(TEXT),
    "logged": optional(
        thing(
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
    **thing(
        {
            "code": TEXT,
            "title": WORDS,
            "kind": TEXT,
            "address": URL,
            "harvested_at": INSTANT,
            "releases": each(
                thing({"release": RELEASE, "rows": WHOLE, "manifest": HEX, "origin": optional(thing(ORIGIN))})
            ),
        }
    ),
    "description": "The other city whose rows a side is, and where each of its releases came from",
}
SORT: Final[Json] = optional(thing({"field": TEXT, "descending": {"type": "boolean"}}))
QUESTION: Final[Json] = {
    "dataset": TEXT,
    "filters": each(thing({"field": TEXT, "op": TEXT, "values": each(TEXT)})),
    "search": optional(TEXT),
    "sort": SORT,
    "fields": optional(each(TEXT)),
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
COUNTS: Final[Json] = thing({"added": WHOLE, "removed": WHOLE, "changed": WHOLE, "unchanged": WHOLE})
SIDE: Final[Json] = thing({"state": HEX, "as_of": optional(INSTANT), "release": optional(RELEASE)})

SCHEMAS: Final[Json] = {
    "Words": thing({"fa": TEXT, "en": TEXT}),
    "Problem": {
        **thing(
            {
                "type": {"type": "string", "format": "uri-reference"},
                "title": TEXT,
                "status": {"type": "integer"},
                "detail": {**TEXT, "description": "In Persian, or in English where `_lang=en` asks for it"},
                "detail_fa": TEXT,
                "detail_en": TEXT,
                "code": TEXT,
                "parameter": TEXT,
                "allowed": each(TEXT),
                "problems": each(_named("Fault")),
                "reason": {**TEXT, "description": "The code of the reason for a withdrawal or an erasure"},
                "words": _named("Reason"),
                "tombstone": _named("Tombstone"),
                "erasures": each(_named("Erasure")),
                "files": each(TEXT),
            },
            *("code", "parameter", "allowed", "problems", "reason", "words", "tombstone", "erasures", "files"),
        ),
        "description": "A refusal after RFC 9457",
    },
    "Fault": thing(
        {"code": TEXT, "parameter": TEXT, "detail_fa": TEXT, "detail_en": TEXT, "allowed": each(TEXT)}, "allowed"
    ),
    "Reason": {
        **optional(thing({"text": TEXT, "salt": TEXT})),
        "description": "Why, in words, while the city keeps them; the SHA-256 of the salt's bytes and the text in "
        "UTF-8 is the tombstone's `reason_digest`",
    },
    "Tombstone": thing(
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
    "Erasure": thing({"release": TEXT, "at": INSTANT, "code": TEXT, "count": WHOLE}),
    "Release": thing(
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
    "Datasets": thing({"datasets": each(_named("DatasetSummary"))}),
    "DatasetSummary": thing(SUMMARY),
    "Dataset": thing(
        {
            **SUMMARY,
            "law": optional(WORDS),
            "grace_days": WHOLE,
            "key": each(TEXT),
            "bytes": {
                **thing({"releases": WHOLE, "serving": WHOLE, "finder": WHOLE}),
                "description": "What its present state takes on the disk: the published files, the serving file that "
                "questions are answered from, and the finder that makes the answers quick; both can be built anew",
            },
            "schema": {"type": "object", "description": "The columns as a Table Schema (Data Package v2)"},
            "releases": each(_named("Release")),
            "formats": LABELS,
        }
    ),
    "Releases": thing({"dataset": TEXT, "releases": each(_named("Release"))}),
    "Manifest": {
        **thing({"name": TEXT, "resources": each({"type": "object"}), "ayan": {"type": "object"}}),
        "additionalProperties": True,
        "description": "The Data Package v2 descriptor of a release, byte for byte as it was sealed",
    },
    "Row": {"type": "object", "properties": {"_row": ADDRESS}, "required": ["_row"], "additionalProperties": CELL},
    "Rows": thing(
        {
            "rows": each(_named("Row")),
            "total": {**optional(WHOLE), "description": "How many rows match, where `_count=1` asks for it"},
            "next": {**optional({"type": "string", "format": "uri-reference"}), "description": "The page that follows"},
            **PROVENANCE,
            "question": thing(QUESTION),
            "labels": LABELS,
        },
        "labels",
    ),
    "Hit": thing({"dataset": TEXT, "key": TEXT, "url": URL, "row": _named("Row")}),
    "Search": {
        **thing(
            {
                "q": TEXT,
                "words": {**each(TEXT), "description": "The words as they are compared"},
                "best": {**optional(_named("Hit")), "description": "The record whose key was asked for, if it is one"},
                "records": each(_named("Hit")),
                "datasets": each(thing({"slug": TEXT, "title": WORDS, "url": URL, "api": URL})),
                "rows": each(
                    thing(
                        {
                            "dataset": TEXT,
                            "title": WORDS,
                            "total": WHOLE,
                            "url": URL,
                            "api": URL,
                            "rows": each(_named("Hit")),
                        }
                    )
                ),
                "total": WHOLE,
                "loosened": {
                    **each(thing({"without": TEXT, "q": TEXT, "total": WHOLE})),
                    "description": "Where nothing was found: what leaving a word out would find",
                },
                "unanswered": {**each(TEXT), "description": "Datasets that could not be looked through in time"},
            }
        ),
    },
    "Comparison": thing(
        {
            "title": WORDS,
            "finding": thing({"fa": each(TEXT), "en": each(TEXT)}),
            "measure": TEXT,
            "unit": optional(TEXT),
            "over": optional(TEXT),
            "sides": each(
                thing(
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
            "lines": each(thing({"key": CELL, "label": TEXT, **COMPARED})),
            "total": thing(COMPARED),
            "real": optional(
                thing({"base": TEXT, "dataset": TEXT, "index": {"type": "object", "additionalProperties": NUMBER}})
            ),
            "per": optional(thing({"code": TEXT, "dataset": TEXT})),
            "method": thing({"fa": each(TEXT), "en": each(TEXT)}),
            "query": TEXT,
        }
    ),
    "RowsOfKey": thing({"rows": each(_named("Row")), **PROVENANCE, "labels": LABELS}, "labels"),
    "Groups": thing(
        {
            "groups": each({"type": "object", "additionalProperties": CELL}),
            "total": {**WHOLE, "description": "How many groups there are in all"},
            **PROVENANCE,
            "question": thing({**QUESTION, "by": each(TEXT), "measures": each(TEXT)}),
            "labels": LABELS,
            "choices": {
                "type": "object",
                "additionalProperties": LABELS,
                "description": "For each key with a closed list, the labels of the codes in the answer",
            },
        },
        *("labels", "choices"),
    ),
    "Facets": thing(
        {
            "facets": {
                "type": "object",
                "additionalProperties": thing(
                    {"values": each(_named("FacetValue")), "more": {"type": "boolean"}},
                ),
            },
            **PROVENANCE,
            "question": thing({**QUESTION, "by": each(TEXT)}),
        }
    ),
    "FacetValue": thing({"value": CELL, "count": WHOLE, "chosen": {"type": "boolean"}, "label": TEXT}, "label"),
    "Changes": thing(
        {
            "from": SIDE,
            "to": SIDE,
            "counts": COUNTS,
            "totals": {
                "type": "object",
                "additionalProperties": thing({"before": {"type": "number"}, "after": {"type": "number"}}),
                "description": "The exact sum of each amount on either side",
            },
            "periods": each(
                thing({"period": TEXT, "before": optional(RELEASE), "after": optional(RELEASE), "counts": COUNTS})
            ),
            "withdrawn": each(thing({"release": RELEASE, "reason": TEXT, "withdrawn_at": INSTANT, "rows": WHOLE})),
            "erased": each(thing({"release": RELEASE, "reason": TEXT, "erased_at": INSTANT, "rows": WHOLE})),
            "changes": each(_named("Change")),
            "next": {**optional({"type": "string", "format": "uri-reference"}), "description": "The page that follows"},
            "question": thing(
                {"dataset": TEXT, "from": optional(TEXT), "to": optional(TEXT), "change": optional(TEXT), "query": TEXT}
            ),
            "labels": LABELS,
        },
        "labels",
    ),
    "Change": thing(
        {
            "change": {"type": "string", "enum": ["changed", "added", "removed"]},
            "period": TEXT,
            "key": {**TEXT, "description": "The record's key as addresses write it"},
            "fields": {"type": "object", "additionalProperties": thing({"before": CELL, "after": CELL})},
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
        "properties": {"_row": ADDRESS, **{one.name: _field(one) for one in asked.published}},
        "required": ["_row"],
    }


def _field(field: Field) -> Json:
    kind: Json
    if field.kind in ("integer", "rial"):
        kind = {"type": ["integer", "null"]}
    elif field.kind == "decimal":
        kind = {"type": ["number", "null"]}
    elif field.kind == "boolean":
        kind = {"type": ["boolean", "null"]}
    else:
        kind = optional(DAY) if field.kind == "date" else {"type": ["string", "null"]}
    return {"title": f"{field.label.fa} · {field.label.en}", **kind}
