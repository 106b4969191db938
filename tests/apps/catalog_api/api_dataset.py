"""The invented dataset behind the API, and short ways to publish rows and to read answers."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pyarrow as pa
from tests.apps.answer_promise import promised
from tests.core.query.town import DATASET, NAMES
from tests.core.store.store_releases import bare_manifest, write_part

from ayan.core.schema.definition import Dataset
from ayan.core.store.release import Release
from ayan.datasets.registry import Registry
from ayan.wiring.city import City

ROOT = "/api/v1/datasets/works"
TYPES = {
    "amount": pa.int64(), "count": pa.int64(), "share": pa.decimal128(38, 2), "day": pa.date32(), "open": pa.bool_(),
}  # fmt: skip


class Declared(Registry):
    """A registry of the one invented dataset."""

    def __init__(self) -> None:
        super().__init__(folders=())

    def get(self, slug: str) -> Dataset:
        if slug != "works":
            raise KeyError(slug)
        return replace(DATASET, digest="d" * 64)

    def all(self) -> tuple[Dataset, ...]:
        return (self.get("works"),)


def publish(town: City, period: str, rows: list[dict[str, Any]]) -> Release:
    columns = {name: pa.array([row.get(name) for row in rows], TYPES.get(name, pa.string())) for name in NAMES}
    staged = town.release_store.stage()
    part = write_part(staged, columns)
    return town.release_store.seal(staged, bare_manifest([part]), "works", period)


def body(response: Any) -> Any:
    promised(response)
    return json.loads(response.content, parse_float=Decimal)


def whole(response: Any) -> bytes:
    return b"".join(response.streaming_content)
