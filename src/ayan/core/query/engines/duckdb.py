"""The engine of every day: serving files read in place by DuckDB, built first where one is missing."""

from __future__ import annotations

from collections.abc import Hashable

import duckdb

from ayan.core.query.engines.embedded import Budget, EmbeddedEngine, size_of
from ayan.core.store.serving import Serving
from ayan.core.store.shelf import State


class DuckDBEngine(EmbeddedEngine):
    """Answers from the serving files of an index; only `prepare` ever writes one."""

    def __init__(self, serving: Serving, budget: Budget | None = None) -> None:
        super().__init__(budget)
        self._serving = serving

    def prepare(self, state: State) -> None:
        """Build the state's file unless it is there. StoreError when a part cannot be read."""
        if not self._serving.file(state).exists():
            self._serving.build(state.slug, state)

    def _key(self, state: State) -> Hashable:
        # A file may be written anew under its name, so the inode is part of what is remembered.
        path = self._serving.file(state)
        return path, path.stat().st_ino

    def _bytes(self, state: State) -> int:
        return size_of([self._serving.file(state)])

    def _connect(self, state: State) -> duckdb.DuckDBPyConnection:
        path = self._serving.file(state)
        connection = duckdb.connect(
            str(path),
            read_only=True,
            config={"threads": 1, "memory_limit": self.budget.memory, "max_temp_directory_size": self.budget.disk},
        )
        for setting in ("enable_external_access = false", "lock_configuration = true"):
            connection.execute(f"SET {setting}")
        return connection
