"""The shapes of the API's answers about balances, as JSON Schema; see `api_schemas`."""

from __future__ import annotations

from typing import Final

from ayan.apps.api.schemas import TEXT, URL, WHOLE, WORDS, Json, array_of, object_schema, optional

_EXACT: Final[Json] = {**TEXT, "description": "An exact number"}
_COUNTS: Final[Json] = {
    "groups": {**WHOLE, "description": "Groups of rows that were looked at"},
    "failed": WHOLE,
    "unknown": {**WHOLE, "description": "Groups of which a value that is needed is not published"},
    "off": {**TEXT, "description": "The sum of the differences without their signs, an exact number"},
}
_SHORT: Final[Json] = {
    "code": {**TEXT, "description": "The dataset that answers for it, and its name there"},
    "title": WORDS,
    "relation": {"type": "string", "enum": ["equal", "at-least", "at-most"]},
    "tolerance": _EXACT,
    "holds": {"type": "boolean"},
    **_COUNTS,
}
_GROUP: Final[Json] = {"key": array_of(TEXT), "left": _EXACT, "right": _EXACT, "difference": _EXACT}

SCHEMAS: Final[Json] = {
    "Audits": object_schema(
        {
            "balances": array_of(object_schema({**_SHORT, "url": URL})),
            "columns": array_of(
                object_schema(
                    {
                        "dataset": TEXT,
                        "field": TEXT,
                        "whole": {**array_of(TEXT), "description": "Balances that any cell of it breaks if it moves"},
                        "partly": {**array_of(TEXT), "description": "Balances that look at some of its cells"},
                    }
                )
            ),
            "night": optional(object_schema({"day": TEXT, "at": TEXT, "failing": WHOLE})),
        }
    ),
    "Audit": object_schema(
        {
            **_SHORT,
            "says": WORDS,
            "on_draft": {"type": "string", "enum": ["block", "warn"]},
            "parts": {**array_of(WORDS), "description": "What the parts of a group's key are called"},
            "failures": {**array_of(object_schema(_GROUP)), "description": "The worst of the groups that differ"},
            "sql": {**TEXT, "description": "For DuckDB, over tables named by the datasets"},
            "releases": array_of(TEXT),
            "nights": {
                **array_of(object_schema({"day": TEXT, **_COUNTS})),
                "description": "The nights on which the outcome became another one, newest first",
            },
        }
    ),
}
