"""The shapes of the API's answers about balances, as JSON Schema; see `api_schemas`."""

from __future__ import annotations

from typing import Final

from ayan.apps.catalog.api_schemas import TEXT, URL, WHOLE, WORDS, Json, each, optional, thing

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
_GROUP: Final[Json] = {"key": each(TEXT), "left": _EXACT, "right": _EXACT, "difference": _EXACT}

SCHEMAS: Final[Json] = {
    "Audits": thing(
        {
            "balances": each(thing({**_SHORT, "url": URL})),
            "columns": each(
                thing(
                    {
                        "dataset": TEXT,
                        "field": TEXT,
                        "whole": {**each(TEXT), "description": "Balances that any cell of it breaks if it moves"},
                        "partly": {**each(TEXT), "description": "Balances that look at some of its cells"},
                    }
                )
            ),
            "night": optional(thing({"day": TEXT, "at": TEXT, "failing": WHOLE})),
        }
    ),
    "Audit": thing(
        {
            **_SHORT,
            "says": WORDS,
            "on_draft": {"type": "string", "enum": ["block", "warn"]},
            "parts": {**each(WORDS), "description": "What the parts of a group's key are called"},
            "failures": {**each(thing(_GROUP)), "description": "The worst of the groups that differ"},
            "sql": {**TEXT, "description": "For DuckDB, over tables named by the datasets"},
            "releases": each(TEXT),
            "nights": {
                **each(thing({"day": TEXT, **_COUNTS})),
                "description": "The nights on which the outcome became another one, newest first",
            },
        }
    ),
}
