"""Answers from DuckDB: a serving file read in place, read-only, with its own memory limit and an interrupt timer."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ayan.core.query import sql
from ayan.core.query.answer import Answer, Row, Standing, TooHeavy, TooSlow
from ayan.core.query.cursor import Position
from ayan.core.query.question import Question
from ayan.core.query.sql import Statement
from ayan.core.schema.definition import Dataset

BATCH_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class Budget:
    """What answering may cost: ``memory`` of each open file as DuckDB writes it, ``seconds`` of one page.

    ``stream_seconds`` bounds a whole streamed file, which a slow reader may stretch; ``files`` is how many serving
    files stay open in a process.
    """

    memory: str = "512MB"
    seconds: float = 5.0
    stream_seconds: float = 3600.0
    files: int = 32


class DuckDBEngine:
    """Answers questions from serving files; one object per process, safe to share between threads.

    A file's connection is opened once and each question gets its own cursor. Files are never written.
    """

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self._lock = threading.Lock()
        self._open: OrderedDict[Path, duckdb.DuckDBPyConnection] = OrderedDict()

    def rows(
        self, dataset: Dataset, question: Question, standing: Standing, position: Position | None = None
    ) -> Answer:
        """One page; ``position`` is the decoded cursor of the question. TooSlow or TooHeavy where it costs too much."""
        columns = sql.shown_fields(dataset, question)
        page = sql.rows(dataset, question, position, question.limit)
        with self._asking(standing.path, self.budget.seconds) as cursor:
            found = cursor.execute(page.sql, page.values).fetchall()
            total = None
            if question.count:
                total = int(_single(cursor, sql.count(dataset, question)))
        kept = found[: question.limit]
        width = len(columns)
        names = [one.name for one in columns]
        rows = tuple(Row(dict(zip(names, row, strict=False)), *row[width : width + 3]) for row in kept)
        following = None
        if len(found) > len(kept):
            last = kept[-1]
            following = Position(standing.state, last[-1], last[width + 3]).encode(question.sort)
        return Answer(rows, columns, total, following, standing)

    def table(self, statement: Statement, standing: Standing) -> list[tuple[Any, ...]]:
        """The result of a small statement, such as groups or facets, as tuples."""
        with self._asking(standing.path, self.budget.seconds) as cursor:
            return cursor.execute(statement.sql, statement.values).fetchall()

    def stream(
        self,
        dataset: Dataset,
        question: Question,
        standing: Standing,
        columns: Sequence[str],
        position: Position | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """The whole result in batches as it is read; ``columns`` are SQL expressions, made in `ayan.core.query`.

        The first batch is there before the last row is read, unless the question sorts.
        """
        statement = sql.every_row(dataset, question, position, columns, question.size)
        with self._asking(standing.path, self.budget.stream_seconds) as cursor:
            # execute() would hold the whole result before the first batch; a relation is read as it is asked for.
            yield from cursor.sql(statement.sql, params=statement.values).to_arrow_reader(BATCH_ROWS)

    def close(self) -> None:
        """Close every file."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()

    @contextmanager
    def _asking(self, path: Path, seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._cursor(path)
        timer = threading.Timer(seconds, cursor.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield cursor
        except duckdb.InterruptException:
            raise TooSlow from None
        except duckdb.OutOfMemoryException:
            raise TooHeavy from None
        finally:
            timer.cancel()
            cursor.close()

    def _cursor(self, path: Path) -> duckdb.DuckDBPyConnection:
        with self._lock:
            connection = self._open.get(path)
            if connection is None:
                connection = self._open[path] = self._opened(path)
            self._open.move_to_end(path)
            cursor = connection.cursor()
            while len(self._open) > self.budget.files:
                # A cursor in use keeps the database open; only our hold on it ends here.
                self._open.popitem(last=False)[1].close()
            return cursor

    def _opened(self, path: Path) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(
            str(path), read_only=True, config={"threads": 1, "memory_limit": self.budget.memory}
        )
        for setting in ("enable_external_access = false", "lock_configuration = true"):
            connection.execute(f"SET {setting}")
        return connection


def _single(cursor: duckdb.DuckDBPyConnection, statement: Statement) -> Any:
    row = cursor.execute(statement.sql, statement.values).fetchone()
    return row[0] if row else None
