"""The engine of every day: serving files read in place by DuckDB, built first where one is missing.

Where a state has an index, it names the rows that a question is about and the order they stand in; the cards give
their values; and what the index leaves open is settled by the question's own SQL over those few rows. Without one, or
where it has nothing to say, the same SQL runs over the whole table.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb
import pyarrow as pa

from ayan.core.query import sql
from ayan.core.query.cursor import Position
from ayan.core.query.engines.embedded import Asking, Budget, EmbeddedEngine, Open
from ayan.core.query.engines.index import FAULTS, Index, Unlike, is_damage, open_index, warn
from ayan.core.query.engines.lookup import Lookup
from ayan.core.query.engines.matching import Remembered
from ayan.core.query.limits import MOST_STREAMED
from ayan.core.query.question import Question
from ayan.core.query.sql import Statement
from ayan.core.schema.definition import Dataset
from ayan.core.store.finder import finder_files
from ayan.core.store.objects import size_of
from ayan.core.store.serving import Serving
from ayan.core.store.shelf import State
from ayan.core.system.duckdb import confined

_FILE: Final = "serving"

Found = TypeVar("Found")


@dataclass(slots=True)
class _Indexed(Open):
    """An open state with its index, as long as that can be used."""

    state: State
    index: Index | None
    remembered: Remembered


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
        # Places and cards are mapped: the system lets go of their memory by itself.
        path = self._serving.file(state)
        return size_of([path, finder_files(path)[0]])

    def _connect(self, state: State) -> duckdb.DuckDBPyConnection:
        # Attached, and not opened by its name: DuckDB would share what another engine of this process has opened.
        path = self._serving.file(state)
        connection = confined(
            attach={_FILE: path},
            attachable=finder_files(path)[:1],
            memory=self.budget.memory,
            threads=1,
            spill=Path(f"{path}.tmp"),
            spill_limit=self.budget.disk,
            # Of its own accord it keeps eight, for each of the many states that stay open.
            settings={"async_threads": 1},
        )
        connection.execute(f"CREATE VIEW {sql.TABLE} AS FROM {_FILE}.{sql.TABLE}")
        return connection

    def _opened(self, state: State) -> Open:
        opened = super()._opened(state)
        index = open_index(opened.connection, self._serving.file(state), state)
        return _Indexed(opened.connection, opened.columns, state, index, Remembered())

    # --- with the index, else without ---------------------------------------------------------------------------

    def _page(
        self, asking: Asking, dataset: Dataset, question: Question, position: Position | None
    ) -> tuple[list[tuple[Any, ...]], int | None]:
        found = self._indexed(asking, lambda *of: Lookup(asking, dataset, *of).page(question, position))
        return found if found is not None else super()._page(asking, dataset, question, position)

    def _table(self, asking: Asking, dataset: Dataset, statement: Statement) -> list[tuple[Any, ...]]:
        found = self._indexed(asking, lambda *of: Lookup(asking, dataset, *of).table(statement))
        return found if found is not None else super()._table(asking, dataset, statement)

    def _stream(
        self, asking: Asking, dataset: Dataset, question: Question, statement: Statement
    ) -> Iterator[pa.RecordBatch]:
        source = self._indexed(asking, lambda *of: Lookup(asking, dataset, *of).few(question, MOST_STREAMED))
        return asking.batches(dataset, statement, self.budget.stream_seconds, source or "")

    def _indexed(self, asking: Asking, ask: Callable[[Index, Remembered], Found | None]) -> Found | None:
        """What the index answers; None where there is none, where it has no answer, or where it turns out damaged."""
        opened = asking.opened
        if not isinstance(opened, _Indexed) or opened.index is None:
            return None
        try:
            # What the index answers by itself runs no statement that could be interrupted.
            asking.deadline.check()
            found = ask(opened.index, opened.remembered)
            asking.deadline.check()
            return found
        except Unlike:
            return None
        except FAULTS as error:
            if not is_damage(error):
                raise
            warn(opened.state, error)
            opened.index = None
            return None
