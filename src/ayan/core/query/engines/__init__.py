"""Where questions are run: what the reader needs of an engine, whatever machine or cluster answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pyarrow as pa

from ayan.core.query.answer import Answer, Row, Snapshot
from ayan.core.query.cursor import Position
from ayan.core.query.question import Question
from ayan.core.query.sql import SqlStatement
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import DatasetSnapshot


class Engine(Protocol):
    """Answers questions about states of datasets; one object serves all threads of a process.

    Statements are written by `ayan.core.query.sql` in DuckDB's dialect over one table, ``rows``: the published columns
    of the state's releases, united by name, and ``_period``, ``_release``, ``_row`` and ``_n``, which numbers the rows
    from 1 in the order of period and row. An engine brings that table about from the parts of the releases, gives the
    published columns that no part has as empty ones, and runs the statement, in its own dialect if it has another.
    Every engine gives the same answers in the same order: one suite, ``tests/engines``, holds them to it.

    `rows`, `pick`, `table` and `stream` raise TooSlow, TooHeavy or TooLarge, and CursorExpired when the state is gone.
    """

    def prepare(self, state: DatasetSnapshot) -> None:
        """Make the state ready to be asked, unless it is. StoreError when its parts cannot be read."""
        ...

    def rows(
        self,
        dataset: Dataset,
        question: Question,
        snapshot: Snapshot,
        position: Position | None = None,
        *,
        seconds: float | None = None,
    ) -> Answer:
        """One page; ``position`` is the decoded cursor of the question, ``seconds`` a limit below the usual one."""
        ...

    def pick(self, dataset: Dataset, statement: SqlStatement, snapshot: Snapshot) -> tuple[Row, ...]:
        """The rows of a statement of `sql.record` or `sql.placed_record`."""
        ...

    def table(self, dataset: Dataset, statement: SqlStatement, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """The result of a small statement, such as groups or facets, as tuples of Python values."""
        ...

    def stream(
        self,
        dataset: Dataset,
        question: Question,
        snapshot: Snapshot,
        position: Position | None = None,
        *,
        cells: bool = False,
    ) -> Iterator[pa.RecordBatch]:
        """The whole result in batches as it is read, made for a spreadsheet's cells where ``cells`` says so.

        The last column is ``_row``, the row's address. An empty result is one empty batch, which still tells the
        columns.
        """
        ...

    def close(self) -> None:
        """Let go of whatever is open."""
        ...
