"""Where questions are run: what the query service needs of an engine, whatever machine or cluster answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pyarrow as pa

from ayan.core.query.answer import Answer, Snapshot
from ayan.core.query.plan import Plan, RowFile, Rows
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import DatasetSnapshot


class Engine(Protocol):
    """Runs plans over states of datasets; one object serves all threads of a process.

    A plan (`ayan.core.query.plan`) says what its result is. An engine reads the published columns of the parts of the
    state's releases, and ``_period``, ``_release``, ``_row`` and ``_n``, which numbers the rows from 1 in the order of
    period and row; a published column that no part has is empty in every row. How it finds the result is its own
    affair: `ayan.core.query.sql` writes any plan in DuckDB's dialect. Every engine gives the same answers in the same
    order: one suite, ``tests/engines``, holds them to it.

    `page`, `table` and `stream` raise TooSlow, TooHeavy or TooLarge, and CursorExpired when the state is gone.
    """

    def prepare(self, state: DatasetSnapshot) -> None:
        """Make the state ready to be asked, unless it is. StoreError when its parts cannot be read."""
        ...

    def page(self, dataset: Dataset, plan: Rows, snapshot: Snapshot, *, seconds: float | None = None) -> Answer:
        """One page of rows; ``seconds`` is a limit below the usual one."""
        ...

    def table(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """The result of a plan that is small, such as a record, groups or facets."""
        ...

    def stream(self, dataset: Dataset, plan: RowFile, snapshot: Snapshot) -> Iterator[pa.RecordBatch]:
        """All rows in batches as they are read. An empty result is one empty batch, which still tells the columns."""
        ...

    def close(self) -> None:
        """Let go of whatever is open."""
        ...
