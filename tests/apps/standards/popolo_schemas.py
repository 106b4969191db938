"""The schemas of Popolo, by the class whose things they describe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from jsonschema import Draft3Validator, FormatChecker
from referencing import Registry, Resource

SCHEMAS: Final = {
    "persons": "person",
    "organizations": "organization",
    "posts": "post",
    "memberships": "membership",
    "areas": "area",
    "events": "event",
    "motions": "motion",
    "vote_events": "vote_event",
    "votes": "vote",
}


def popolo_schemas(shared: Path) -> dict[str, Draft3Validator]:
    """The schema of each class; what one names elsewhere is read from the same folder."""
    folder = shared / "vectors" / "schemas" / "popolo"
    read = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    registry = Registry().with_resources(
        (schema["id"].rstrip("#"), Resource.from_contents(schema)) for schema in read.values()
    )
    return {
        name: Draft3Validator(read[file], registry=registry, format_checker=FormatChecker())
        for name, file in SCHEMAS.items()
    }
