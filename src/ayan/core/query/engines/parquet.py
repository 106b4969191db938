"""The engine without an index: questions answered from the Parquet parts of the releases, as they stand in the store.

Slower than index files and in need of nothing but the archive: for a mirror that keeps no index, and to prove that
the index and the archive say the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable
from itertools import accumulate
from pathlib import Path
from typing import Any

from ayan.core.query.answer import Snapshot
from ayan.core.query.engines import Engine
from ayan.core.query.engines.embedded_engine import IN_ORDER, NOTHING, EmbeddedEngine, EngineLimits
from ayan.core.query.engines.shared_database import OwnConnection
from ayan.core.query.formats import csv_text
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.query.row_sql import TABLE
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreError, size_of
from ayan.core.store.parquet import rows_of
from ayan.core.store.release import DatasetSnapshot
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.duckdb import confined, lock
from ayan.core.values.sql import literal


class ParquetEngine(EmbeddedEngine):
    """Answers from the parts of a state, which are all that it needs.

    With more than one of ``threads`` rows come out of their order: for groups, facets and totals alone.
    """

    def __init__(self, budget: EngineLimits | None = None, threads: int = 1) -> None:
        super().__init__(budget)
        self._threads = threads

    def prepare(self, state: DatasetSnapshot) -> None:
        """Look whether every part is in place. StoreError otherwise."""
        try:
            self._key(state)
        except OSError as fault:
            raise StoreError(f"a part of {state.slug} cannot be read: {fault}") from fault

    def _key(self, state: DatasetSnapshot) -> Hashable:
        # An erasure writes a part anew under its name, so the inodes are part of what is remembered.
        return state.digest, tuple(path.stat().st_ino for path in _paths(state))

    def _bytes(self, state: DatasetSnapshot) -> int:
        return size_of(_paths(state))

    def _connect(self, state: DatasetSnapshot, memory: str) -> OwnConnection:
        paths = _paths(state)
        connection = confined(paths=paths, memory=memory, threads=self._threads, settings=IN_ORDER, locked=False)
        connection.execute(f"CREATE VIEW {TABLE} AS {_united(state) if paths else NOTHING}")
        # While the same files stand their footers are read once. Nobody knows this setting before the start.
        connection.execute("SET parquet_metadata_cache = true")
        lock(connection)
        return OwnConnection(connection)


def _paths(state: DatasetSnapshot) -> list[Path]:
    return [path for release in state.releases for path in release.parts()]


def _united(state: DatasetSnapshot) -> str:
    """The rows of all parts, each with its period, its release and its number in the order of period and row.

    The parts stand in that order, so a row's number is the rows of the parts before its own and its place in it.
    """
    parts = [(release, path) for release in state.releases for path in release.parts()]
    befores = accumulate((rows_of(path) for _, path in parts), initial=0)
    periods = _list(literal(release.period) for release, _ in parts)
    numbers = _list(str(release.number) for release, _ in parts)
    return (
        f"SELECT ({periods})[file_index::BIGINT + 1] AS _period, "
        f"({numbers})[file_index::BIGINT + 1]::INTEGER AS _release, "
        f"({_list(map(str, befores))})[file_index::BIGINT + 1] + file_row_number + 1 AS _n, * "
        f"FROM read_parquet({_list(literal(str(path)) for _, path in parts)}, union_by_name = true)"
    )


def _list(items: Iterable[str]) -> str:
    return f"[{', '.join(items)}]"


# --- the index and the archive ----------------------------------------------------------------------------------------


def difference(store: ReleaseStore, dataset: Dataset, first: Engine, other: Engine) -> str | None:
    """The first release, as ``period/number``, of which two engines say something else; None where they agree.

    Held against each other is every published cell of the dataset's present state, and the address of every row. A
    release is what is compared: in which order an engine reads the releases changes no cell. Reads all of it twice,
    batch by batch. Raises what `QueryService.stream` raises, and StoreError where a part is missing.
    """
    snapshot = Snapshot(store.snapshot(dataset.slug))
    left, right = (_digests(store, dataset, engine, snapshot) for engine in (first, other))
    return next((name for name in sorted({*left, *right}) if left.get(name) != right.get(name)), None)


def _digests(store: ReleaseStore, dataset: Dataset, engine: Engine, snapshot: Snapshot) -> dict[str, str]:
    """For each release SHA-256 of its rows as CSV, in which an empty cell and an empty text differ."""
    engine.prepare(snapshot.source)
    hashers: dict[str, Any] = {}
    question = Question(slug=dataset.slug)
    for batch in QueryService(store, engine).stream(dataset, question, snapshot, cells=True):
        # ``period/number#row`` without the row; the rows of a release stand in runs.
        releases = csv_text.compute.replace_substring_regex(batch.column("_row"), "#.*$", "")
        runs = csv_text.compute.run_end_encode(releases)
        start = 0
        for name, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
            hashers.setdefault(name, hashlib.sha256()).update(csv_text.batch_lines(batch.slice(start, end - start)))
            start = end
    return {name: hasher.hexdigest() for name, hasher in hashers.items()}
