"""Short ways to put invented releases in a store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.store.manifest import RELEASE_FORMAT, without_rows
from ayan.core.store.parquet import copy_without, facts_of
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.store.tombstone import Erasure, runs

NOON = datetime(2024, 8, 2, 12, tzinfo=UTC)

Columns: TypeAlias = "Mapping[str, Sequence[Any] | pa.Array[Any] | pa.ChunkedArray[Any]]"
"""What a part is written of: the values of each column."""


def write_part(folder: Path, table: Columns, name: str = "data-0000.parquet") -> Path:
    """Write columns as a part of ``folder``, with ``_row`` from 1 and an empty ``_line`` where they are not given."""
    rows = len(next(iter(table.values()), []))
    address = {
        "_row": pa.array(table.get("_row", range(1, rows + 1)), pa.int64()),
        "_line": pa.array(table.get("_line", [None] * rows), pa.int64()),
    }
    path = folder / name
    pq.write_table(pa.table({**address, **{key: value for key, value in table.items() if key not in address}}), path)
    return path


def bare_manifest(parts: Sequence[Path], schema: dict[str, Any] | None = None) -> dict[str, Any]:
    """The least that the store accepts as a manifest."""
    facts = [facts_of(path) for path in parts]
    return {
        "resources": [
            {
                "name": part.name.removesuffix(".parquet"),
                "path": part.name,
                "hash": part.hash,
                "bytes": part.bytes,
                **({"schema": schema} if schema else {}),
            }
            for part in facts
        ],
        "ayan": {"format": RELEASE_FORMAT, "rows": sum(part.rows for part in facts)},
    }


def seal(
    store: ReleaseStore,
    period: str = "all",
    table: Columns | None = None,
    slug: str = "trees",
    before: Callable[[DatasetSnapshot], object] | None = None,
    schema: dict[str, Any] | None = None,
) -> Release:
    """Seal one part."""
    staged = store.stage()
    part = write_part(staged, {"species": ["چنار", "سرو"]} if table is None else table)
    with store.sealing(staged, bare_manifest([part], schema), slug, period) as coming:
        if before is not None:
            before(coming.snapshot)
    return coming.release


def numbers(release: Release) -> list[int]:
    """The row numbers of a release."""
    numbers: list[Any] = [number for path in release.parts() for number in pq.read_table(path)["_row"].to_pylist()]
    return numbers


def erased(store: ReleaseStore, release: Release, rows: Collection[int]) -> tuple[Path, dict[str, Any]]:
    """A staged folder and the manifest of a release of one part without some of its rows."""
    staged = store.stage()
    (path,) = release.parts()
    target = staged / f"data-0000.e{len(release.erasures) + 1}.parquet"
    copy_without(path, target, rows)
    erasure = Erasure(datetime(2024, 8, 3, tzinfo=UTC), "ناظر (ساختگی)", "wrong", runs(rows), release.digest)
    return staged, without_rows(release.manifest, {path.name: facts_of(target)}, {}, erasure)
