"""The shapes of the API's answers about integrity flags, as JSON Schema."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string"}
_MAYBE: Final[Json] = {"type": ["string", "null"]}
_WHOLE: Final[Json] = {"type": "integer", "minimum": 0}
_DAY: Final[Json] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "Gregorian (ISO 8601)"}
_MAYBE_DAY: Final[Json] = {**_DAY, "type": ["string", "null"]}
_WORDS: Final[Json] = {"$ref": "#/components/schemas/Words"}
_STATE: Final[Json] = {**_MAYBE, "description": "Digest of all that is public of flags; null before they were computed"}


def _thing(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


FLAG_SCHEMAS: Final[Json] = {
    "Flags": _thing({"flags": _list({"$ref": "#/components/schemas/Flag"}), "state": _STATE}),
    "Flag": _thing(
        {
            "flag": {**_TEXT, "description": "Owner and code; the value of `flag` at findings"},
            "standard": {**_MAYBE, "description": "Its code in a public catalogue of indicators"},
            "title": _WORDS,
            "says": _WORDS,
            "why": _WORDS,
            "innocent": _list(_WORDS),
            "needs": {"anyOf": [_WORDS, {"type": "null"}]},
            "about": {**_TEXT, "description": "The dataset whose records it judges"},
            "value": {"anyOf": [_WORDS, {"type": "null"}]},
            "against": {"anyOf": [_WORDS, {"type": "null"}]},
            "measure": {"type": "string", "enum": ["rial", "per-mille", "days", "count", "number"]},
            "thresholds": _list(_thing({"name": _TEXT, "value": {"type": "number"}, "says": _WORDS, "source": _WORDS})),
            "expires_days": _WHOLE,
            "computed_at": {"type": ["string", "null"], "format": "date-time"},
            "computed": {"type": "boolean", "description": "Whether at least one record could be judged"},
            "missing": _list(_thing({"dataset": _TEXT, "field": _MAYBE, "unpublished": {"type": "boolean"}})),
            "judged": _WHOLE,
            "fired": _WHOLE,
            "unknown": _list(_thing({"code": _TEXT, "count": _WHOLE, "says": _WORDS})),
            "published": _WHOLE,
            "cleared": _WHOLE,
            "waiting": {**_WHOLE, "description": "Findings that whoever they name has first to see, or to answer"},
            "ended": _WHOLE,
            "states": {"type": "object", "additionalProperties": _TEXT},
            "url": _TEXT,
            "findings": _TEXT,
        }
    ),
    "Findings": _thing(
        {
            "findings": _list({"$ref": "#/components/schemas/Finding"}),
            "total": _WHOLE,
            "next": {**_MAYBE, "format": "uri-reference", "description": "The page that follows"},
            "state": _STATE,
            "question": {"type": "object", "additionalProperties": _TEXT},
        }
    ),
    "Finding": _thing(
        {
            "id": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
            "flag": _TEXT,
            "standing": {"type": "string", "enum": ["published", "cleared"]},
            "dataset": _TEXT,
            "key": {**_TEXT, "description": "The record's key as addresses write it"},
            "url": _TEXT,
            "value": {**_TEXT, "description": "An exact number, in what `measure` of the flag says"},
            "threshold": _MAYBE,
            "party_id": _MAYBE,
            "party": _MAYBE,
            "unit": _MAYBE,
            "behind": {
                "type": "object",
                "additionalProperties": _list(_TEXT),
                "description": "Keys of the records behind it, by the input of the flag's query",
            },
            "releases": _list(_TEXT),
            "found_on": _DAY,
            "told_on": _MAYBE_DAY,
            "published_on": _DAY,
            "expires_on": _DAY,
            "cleared_on": _MAYBE_DAY,
            "reason": _MAYBE,
            "replies": _list(_thing({"by": {"type": "string", "enum": ["party", "unit"]}, "text": _TEXT, "on": _DAY})),
        }
    ),
}
