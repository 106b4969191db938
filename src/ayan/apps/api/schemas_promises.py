"""The shapes of answers about what is missing, withheld, and how activities stand; see `api_schemas`."""

from __future__ import annotations

from typing import Final

from ayan.apps.api.schemas import (
    INSTANT,
    PROVENANCE,
    TEXT,
    URL,
    WHOLE,
    WORDS,
    Json,
    array_of,
    object_schema,
    optional,
)

STATUS: Final[Json] = {"type": "string", "enum": ["fresh", "late", "absent", "withheld"]}
LATE: Final[Json] = {"dataset": TEXT, "period": optional(TEXT), "due_on": optional(TEXT)}

SCHEMAS: Final[Json] = {
    "Missing": object_schema(
        {
            "missing": array_of(
                object_schema(
                    {
                        "dataset": TEXT,
                        "title": WORDS,
                        "owner": WORDS,
                        "period": {**optional(TEXT), "description": "Null where the dataset is not kept by period"},
                        "due_on": {**optional(TEXT), "description": "The last day that would have kept the promise"},
                        "days_late": optional(WHOLE),
                        "url": URL,
                    }
                )
            ),
            "numbers": array_of(
                object_schema(
                    {
                        "dataset": TEXT,
                        "field": TEXT,
                        "series": {**TEXT, "description": "What stands before the running number"},
                        "first": WHOLE,
                        "last": WHOLE,
                        "published": WHOLE,
                        "missing": WHOLE,
                        "gaps": {
                            **array_of({"type": "array", "items": WHOLE, "minItems": 2, "maxItems": 2}),
                            "description": "Stretches of missing numbers, first and last included",
                        },
                        **PROVENANCE,
                    }
                )
            ),
            "unnamed": array_of(
                object_schema(
                    {
                        "dataset": TEXT,
                        "field": {**TEXT, "description": "The column that the counted rows leave empty"},
                        "measure": TEXT,
                        "year": optional(TEXT),
                        "rows": WHOLE,
                        "of_rows": WHOLE,
                        "rial": {"type": "integer"},
                        "of_rial": {"type": "integer"},
                        "api": URL,
                        **PROVENANCE,
                    }
                )
            ),
        }
    ),
    "MissingHistory": object_schema(
        {
            "days": array_of(
                object_schema(
                    {
                        "day": TEXT,
                        "late": array_of(object_schema(LATE)),
                        "figures": {"type": "object", "additionalProperties": {"type": "integer"}},
                    }
                )
            ),
            "events": array_of(
                object_schema({"day": TEXT, "event": {"type": "string", "enum": ["late", "came"]}, **LATE})
            ),
        }
    ),
    "Withheld": object_schema(
        {
            "withheld": array_of(
                object_schema(
                    {
                        "kind": {"type": "string", "enum": ["dataset", "column", "rows", "cells"]},
                        "how": TEXT,
                        "dataset": TEXT,
                        "title": WORDS,
                        "what": {**optional(WORDS), "description": "The column, where it is one"},
                        "reason": optional(WORDS),
                        "said": {
                            **array_of(TEXT),
                            "description": "The reasons that somebody wrote, while they are kept",
                        },
                        "article": {**optional(WORDS), "description": "Null is what nobody has stated, here and below"},
                        "decider": optional(WORDS),
                        "decided_by": array_of(TEXT),
                        "decided_at": optional(INSTANT),
                        "until": optional(TEXT),
                        "expired": {"type": "boolean", "description": "The stated last day is over"},
                        "release": optional(TEXT),
                        "rows": {**optional(WHOLE), "description": "Rows, or cells"},
                    }
                )
            )
        }
    ),
    "Activities": object_schema(
        {
            "dataset": TEXT,
            "sample": {**WHOLE, "description": "How many are marked as a sample that nobody has confirmed"},
            "counts": {"type": "object", "additionalProperties": WHOLE, "description": "How many stand in each status"},
            "listed": array_of(
                object_schema(
                    {
                        "key": TEXT,
                        "title": WORDS,
                        "unit": optional(WORDS),
                        "unit_from": {
                            **optional(TEXT),
                            "description": "`catalogue`, or `owner` for the unit that owes the data",
                        },
                        "group": optional(TEXT),
                        "group_label": optional(WORDS),
                        "status": STATUS,
                        "datasets": array_of(object_schema({"dataset": TEXT, "status": STATUS})),
                        "url": URL,
                    }
                )
            ),
            **PROVENANCE,
        }
    ),
}
