"""The shape of the API's answers about the budget, as JSON Schema; see `api_schemas`."""

from __future__ import annotations

from typing import Final

from ayan.apps.api.schemas import PROVENANCE, TEXT, URL, WHOLE, Json, array_of, object_schema, optional

_RIAL: Final[Json] = {"type": "integer"}
_NUMBERS: Final[Json] = {
    "approved": _RIAL,
    "amended": {**_RIAL, "description": "Lines that were not amended count with what was approved"},
    "spent": {**optional(_RIAL), "description": "Null where no line reports anything"},
    "current": optional(_RIAL),
    "capital": optional(_RIAL),
    "lines": WHOLE,
    "changed": {**WHOLE, "description": "Lines that were amended"},
    "silent": {**WHOLE, "description": "Lines that report no actual"},
}
# What the dataset of the budget does not tell is left out.
_MAY_LACK: Final = ("amended", "spent", "current", "capital")

SCHEMAS: Final[Json] = {
    "Budget": object_schema(
        {
            "dataset": TEXT,
            "unit": {"const": "rial"},
            "sides": array_of(
                object_schema(
                    {
                        "side": TEXT,
                        "label": TEXT,
                        "entries": array_of(object_schema({"code": TEXT, "label": TEXT, **_NUMBERS}, *_MAY_LACK)),
                        "total": object_schema(_NUMBERS, *_MAY_LACK),
                        "api": {**URL, "description": "The groups that the sums were read from"},
                    }
                )
            ),
            **PROVENANCE,
        }
    )
}
