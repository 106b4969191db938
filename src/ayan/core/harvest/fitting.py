"""Whether a release of another city can be asked the questions that the declaration here allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ayan.core.harvest.refusal import NotHarvested
from ayan.core.schema.definition import Dataset
from ayan.core.schema.export import table_schema


@dataclass(frozen=True, slots=True)
class Fit:
    """How a release fits: the declared columns that it lacks, and those whose numbers are of another unit."""

    same: bool
    lacking: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()


def judge(dataset: Dataset, manifest: Mapping[str, Any]) -> Fit:
    """How the release of ``manifest`` fits ``dataset`` as it is declared here.

    Raises NotHarvested where a column of the same name holds something of another type: it could not even be read.
    """
    same = manifest["ayan"].get("declaration") == dataset.digest
    theirs = {one["name"]: one for part in manifest["resources"] for one in part.get("schema", {}).get("fields", ())}
    ours = {one["name"]: one for one in table_schema(dataset.published, address=False)["fields"]}
    shared = [(name, one, theirs[name]) for name, one in ours.items() if name in theirs]
    wrong = [name for name, one, other in shared if _type(one) != _type(other)]
    if wrong:
        names = ", ".join(wrong)
        raise NotHarvested(
            "other-types",
            f"در اعلان آن شهر این ستون‌ها از گونهٔ دیگری‌اند و با اعلان اینجا خوانده نمی‌شوند: {names}",
            f"The other city declares these columns with another type, so they cannot be read here: {names}",
        )
    lacking = tuple(name for name in ours if name not in theirs)
    return Fit(same, lacking, tuple(name for name, one, other in shared if _measure(one) != _measure(other)))


def _type(column: Mapping[str, Any]) -> tuple[Any, ...]:
    return column.get("type"), column.get("format")


def _measure(column: Mapping[str, Any]) -> tuple[Any, ...]:
    """What one of the numbers is: rial or not, and the declared unit."""
    return column.get("ayan:kind") == "rial", column.get("ayan:unit")
