"""What an open table costs: drawing its files from a dataset of many releases, and keeping it in a folder at a seal.

``python -m benchmarks.open_tables [RELEASES]``; prints processor milliseconds. The rows of a release play no part.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.open_table.open_table_folder import SharedPlace, TableFolder
from ayan.core.open_table.table_columns import PublicColumns
from ayan.core.open_table.table_files import OpenTable
from ayan.core.open_table.table_history import TableHistory
from ayan.core.store.folder import FolderObjects
from ayan.core.store.manifest import RELEASE_FORMAT
from ayan.core.store.parquet import facts_of
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import SystemClock

SLUG: Final = "days"
ROUNDS: Final = 15
COLUMNS: Final = {"_row": "integer", "_line": "integer", "name": "string", "amount": "integer"}


def spent(work: Callable[[], object]) -> float:
    """Milliseconds of this process's processor."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def seal(store: ReleaseStore, number: int) -> None:
    """One release of a period of its own."""
    staged = store.stage()
    part = staged / "data-0000.parquet"
    rows = {"_row": pa.array([1], pa.int64()), "_line": pa.array([None], pa.int64())}
    pq.write_table(pa.table({**rows, "name": ["a"], "amount": [number]}), part)
    facts = facts_of(part)
    schema = {"fields": [{"name": name, "type": kind} for name, kind in COLUMNS.items()]}
    resource = {"name": "data-0000", "path": facts.name, "hash": facts.hash, "bytes": facts.bytes, "schema": schema}
    manifest = {"resources": [resource], "ayan": {"format": RELEASE_FORMAT, "rows": 1}}
    store.seal(staged, manifest, SLUG, f"d{number}")


def main(releases: int) -> None:
    """Print a line for each thing that is measured."""
    with TemporaryDirectory(dir="/dev/shm") as folder:
        root = Path(folder)
        objects = FolderObjects(root / "store")
        public = PublicColumns(frozenset(COLUMNS))
        tables = TableFolder(root / "iceberg", objects.base, objects.uri, lambda _: public)
        store = ReleaseStore(root / "store", SystemClock(), objects, tables)
        for number in range(releases):
            seal(store, number)

        place = SharedPlace(root / "iceberg" / SLUG, objects.base, objects.uri)

        def drawn() -> OpenTable:
            return OpenTable(SLUG, SLUG, TableHistory(store.releases(SLUG), public), place)

        newest = drawn().snapshots[-1]
        sizes: dict[str, Callable[[], bytes]] = {
            "metadata": lambda: drawn().metadata(),
            "list and manifest": lambda: b"".join(drawn().files_of(newest).values()),
        }
        for name, work in sizes.items():
            taken = median(spent(work) for _ in range(5))
            print(f"{releases:,} releases: {name} {taken:.1f} ms, {len(work()):,} bytes")
        bare = median(spent(partial(seal, store, releases + at)) for at in range(ROUNDS))
        tables.begin()
        store.follow(SLUG)
        kept = median(spent(partial(seal, store, releases + ROUNDS + at)) for at in range(ROUNDS))
        print(f"{releases:,} releases: a seal {bare:.1f} ms, with a table in a folder {kept:.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
