"""The names of a dataset at one state as a small file beside its index, so that no other process reads them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import orjson

from ayan.core.answers.concepts.names import PublishedNames
from ayan.core.answers.facts import Times
from ayan.core.schema.definition import Dataset

# Names read by other rules than these are read anew.
NAMES_FORMAT: Final = 2


@dataclass(frozen=True, slots=True)
class KeptNames:
    """What is read of the rows of one state: names, and when they happened by the field ``time``."""

    names: tuple[PublishedNames, ...]
    time: str
    times: Times


def file_name(dataset: Dataset) -> str:
    """What it is kept as: another declaration may publish other fields."""
    return f"{dataset.digest}.names-{NAMES_FORMAT}"


def kept_text(kept: KeptNames) -> bytes:
    """The content of the file."""
    fields = [{"field": each.field, "role": each.role, "values": each.values} for each in kept.names]
    return orjson.dumps({"time": kept.time, "years": kept.times.years, "within": kept.times.within, "fields": fields})


def kept_from(dataset: Dataset, content: bytes) -> KeptNames | None:
    """What a file holds; None where it is none of ours."""
    try:
        table = orjson.loads(content)
        names = tuple(
            PublishedNames(dataset.slug, str(each["field"]), str(each["role"]), tuple(map(str, each["values"])))
            for each in table["fields"]
        )
        times = Times(tuple(map(int, table["years"])), bool(table["within"]))
        return KeptNames(names, str(table["time"]), times)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None
