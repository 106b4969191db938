"""Whether a release of another city can be asked the questions that the declaration here allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ayan.core.harvest.portal import NotHarvested
from ayan.core.schema.definition import Dataset
from ayan.core.schema.export import table_schema
from ayan.core.schema.kinds import KINDS
from ayan.core.system.duckdb import confined
from ayan.core.values import sql


@dataclass(frozen=True, slots=True)
class Compatibility:
    """How a release fits: the declared columns that it lacks, and those whose numbers are of another unit."""

    same: bool
    lacking: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()


def judge(dataset: Dataset, manifest: Mapping[str, Any], parts: Sequence[Path]) -> Compatibility:
    """How the release of ``manifest``, whose bytes are in ``parts``, fits ``dataset`` as it is declared here.

    The columns and their types are those of the bytes; of the manifest only the units are asked. Raises NotHarvested
    where a column of the same name holds something of another type, which could not even be read, and duckdb.Error for
    parts that cannot be read at all.
    """
    there = _columns(parts)
    wrong = [
        field.name for field in dataset.published if field.name in there and _type(field.storage) != there[field.name]
    ]
    if wrong:
        names = ", ".join(wrong)
        raise NotHarvested(
            "other-types",
            "در اعلان آن شهر این ستون‌ها از گونهٔ دیگری‌اند و با اعلان اینجا خوانده نمی‌شوند: {names}",
            "The other city declares these columns with another type, so they cannot be read here: {names}",
        ).format(names=names)
    ours, theirs = table_schema(dataset.published, address=False)["fields"], _described(manifest)
    return Compatibility(
        manifest["ayan"].get("declaration") == dataset.digest,
        tuple(field.name for field in dataset.published if field.name not in there),
        tuple(
            our_field["name"]
            for our_field in ours
            if our_field["name"] in there and _unit(our_field) != _unit(theirs.get(our_field["name"], our_field))
        ),
    )


def _columns(parts: Sequence[Path]) -> dict[str, str]:
    """The columns that all parts have together, with the names of their types."""
    paths = ", ".join(sql.literal(str(part)) for part in parts)
    with confined(paths=parts) as con:
        description = con.execute(f"DESCRIBE SELECT * FROM read_parquet([{paths}], union_by_name = true)").fetchall()
    return {str(name): _type(str(kind)) for name, kind, *_ in description}


def _type(kind: str) -> str:
    """A type without its digits: numbers of two scales can be asked the same."""
    return kind.partition("(")[0]


def _described(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What the manifest says of its columns, as far as it says it in the shape of a Table Schema."""
    by_name: dict[str, Mapping[str, Any]] = {}
    for part in manifest["resources"]:
        schema = part.get("schema")
        fields = schema.get("fields") if isinstance(schema, Mapping) else None
        for field in fields if isinstance(fields, list) else ():
            if isinstance(field, Mapping) and isinstance(field.get("name"), str):
                by_name[field["name"]] = field
    return by_name


def _unit(column: Mapping[str, Any]) -> tuple[Any, ...]:
    """What one of the numbers is: rial or not, and the declared unit."""
    kind = KINDS.get(str(column.get("ayan:kind")))
    return kind is not None and kind.is_money, column.get("ayan:unit")
