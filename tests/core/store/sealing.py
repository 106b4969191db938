"""Short ways to put invented releases on a shelf."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.store.parquet import facts_of
from ayan.core.store.shelf import Release, Shelf, State


def write_part(folder: Path, table: dict[str, Sequence[Any]], name: str = "data-0000.parquet") -> Path:
    """Write columns as a part of ``folder``, with ``_row`` from 1 and an empty ``_line`` where they are not given."""
    rows = len(next(iter(table.values()), []))
    address = {
        "_row": pa.array(table.get("_row", range(1, rows + 1)), pa.int64()),
        "_line": pa.array(table.get("_line", [None] * rows), pa.int64()),
    }
    path = folder / name
    pq.write_table(pa.table({**address, **{key: value for key, value in table.items() if key not in address}}), path)
    return path


def bare_manifest(parts: Sequence[Path]) -> dict[str, Any]:
    """The least that the shelf accepts as a manifest."""
    facts = [facts_of(path) for path in parts]
    return {
        "resources": [
            {"name": one.name.removesuffix(".parquet"), "path": one.name, "hash": one.hash, "bytes": one.bytes}
            for one in facts
        ],
        "ayan": {"rows": sum(one.rows for one in facts)},
    }


def seal(
    shelf: Shelf,
    period: str = "all",
    table: dict[str, Sequence[Any]] | None = None,
    slug: str = "trees",
    before: Callable[[State], None] | None = None,
) -> Release:
    """Seal one part."""
    staged = shelf.stage()
    part = write_part(staged, {"species": ["چنار", "سرو"]} if table is None else table)
    return shelf.seal(staged, bare_manifest([part]), slug, period, before)
