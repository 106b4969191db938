"""The schemas of GeoReport v2, by the document that they describe."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT4


def georeport_schemas(shared: Path) -> dict[str, Draft4Validator]:
    """The schema of each document; what one names elsewhere is read from the same folder."""
    folder = shared / "vectors" / "schemas" / "georeport-v2"
    read = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    registry = Registry().with_resources((name, DRAFT4.create_resource(schema)) for name, schema in read.items())
    return {
        name.removesuffix(".json"): Draft4Validator(schema, registry=registry, format_checker=FormatChecker())
        for name, schema in read.items()
    }
