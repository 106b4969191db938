"""Answers from DuckDB: a serving file read in place, read-only, with its own memory limit and an interrupt timer."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
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
from ayan.core.schema.definition import Dataset, Field

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


@dataclass(frozen=True, slots=True)
class _File:
    """An open serving file and the names of the columns it has."""

    connection: duckdb.DuckDBPyConnection
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question's cursor over a file, which runs statements of a dataset."""

    cursor: duckdb.DuckDBPyConnection
    columns: frozenset[str]

    def all(self, dataset: Dataset, statement: Statement) -> list[tuple[Any, ...]]:
        return self.cursor.execute(self._text(dataset, statement), statement.values).fetchall()

    def batches(self, dataset: Dataset, statement: Statement) -> Iterator[pa.RecordBatch]:
        # execute() would hold the whole result before the first batch; a relation is read as it is asked for.
        relation = self.cursor.sql(self._text(dataset, statement), params=statement.values)
        reader = relation.to_arrow_reader(BATCH_ROWS)
        empty = True
        for batch in reader:
            empty = False
            yield batch
        if empty:
            yield pa.RecordBatch.from_pylist([], schema=reader.schema)

    def _text(self, dataset: Dataset, statement: Statement) -> str:
        return sql.over_columns(dataset, self.columns) + statement.sql


class DuckDBEngine:
    """Answers questions from serving files; one object per process, safe to share between threads.

    A file's connection is opened once and each question gets its own cursor. Files are never written.
    """

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[Path, int], _File] = OrderedDict()

    def rows(
        self, dataset: Dataset, question: Question, standing: Standing, position: Position | None = None
    ) -> Answer:
        """One page; ``position`` is the decoded cursor of the question. TooSlow or TooHeavy where it costs too much."""
        columns = sql.shown_fields(dataset, question)
        page = sql.rows(dataset, question, position, question.limit)
        with self._asking(standing.path, self.budget.seconds) as asking:
            found = asking.all(dataset, page)
            total = None
            if question.count and position is None and len(found) <= question.limit:
                # The whole result is here already; counting would look through the table once more.
                total = len(found)
            elif question.count:
                total = int(asking.all(dataset, sql.count(dataset, question))[0][0])
        kept = found[: question.limit]
        width = len(columns)
        rows = _rows(columns, kept)
        following = None
        if len(found) > len(kept):
            last = kept[-1]
            following = Position(standing.state, last[-1], last[width + 3]).encode(question.sort)
        return Answer(rows, columns, total, following, standing)

    def pick(self, dataset: Dataset, statement: Statement, standing: Standing) -> tuple[Row, ...]:
        """The rows of a statement of `sql.record` or `sql.placed_record`."""
        with self._asking(standing.path, self.budget.seconds) as asking:
            return _rows(dataset.published, asking.all(dataset, statement))

    def table(self, dataset: Dataset, statement: Statement, standing: Standing) -> list[tuple[Any, ...]]:
        """The result of a small statement, such as groups or facets, as tuples."""
        with self._asking(standing.path, self.budget.seconds) as asking:
            return asking.all(dataset, statement)

    def stream(
        self,
        dataset: Dataset,
        question: Question,
        standing: Standing,
        position: Position | None = None,
        *,
        cells: bool = False,
    ) -> Iterator[pa.RecordBatch]:
        """The whole result in batches as it is read, made for a spreadsheet's cells where ``cells`` says so.

        The last column is ``_row``, the row's address. The first batch is there before the last row is read, unless
        the question sorts; an empty result is one empty batch, which still tells the columns.
        """
        statement = sql.every_row(dataset, question, position, cells=cells)
        with self._asking(standing.path, self.budget.stream_seconds) as asking:
            yield from asking.batches(dataset, statement)

    def close(self) -> None:
        """Close every file."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].connection.close()

    @contextmanager
    def _asking(self, path: Path, seconds: float) -> Iterator[_Asking]:
        file, cursor = self._cursor(path)
        timer = threading.Timer(seconds, _interrupt, (cursor,))
        timer.daemon = True
        timer.start()
        try:
            yield _Asking(cursor, file.columns)
        except duckdb.InterruptException:
            raise TooSlow from None
        except duckdb.OutOfMemoryException:
            raise TooHeavy from None
        finally:
            timer.cancel()
            cursor.close()

    def _cursor(self, path: Path) -> tuple[_File, duckdb.DuckDBPyConnection]:
        # A file may be written anew under its name, so the inode is part of what is remembered.
        key = (path, path.stat().st_ino)
        with self._lock:
            file = self._open.get(key)
            if file is None:
                self._let_go()
                file = self._open[key] = self._opened(path)
            self._open.move_to_end(key)
            return file, file.connection.cursor()

    def _let_go(self) -> None:
        """Close files that are gone, whose blocks would stay on the disk, and the longest unused beyond the budget.

        A cursor in use keeps its database open until it is done; only our hold on it ends here.
        """
        gone = [key for key in self._open if not _is_there(key)]
        spare = [key for key in self._open if key not in gone][
            : max(0, len(self._open) - len(gone) + 1 - self.budget.files)
        ]
        for key in (*gone, *spare):
            self._open.pop(key).connection.close()

    def _opened(self, path: Path) -> _File:
        connection = duckdb.connect(
            str(path), read_only=True, config={"threads": 1, "memory_limit": self.budget.memory}
        )
        for setting in ("enable_external_access = false", "lock_configuration = true"):
            connection.execute(f"SET {setting}")
        names = connection.execute(f"DESCRIBE {sql.TABLE}").fetchall()
        return _File(connection, frozenset(name for name, *_ in names))


def _interrupt(cursor: duckdb.DuckDBPyConnection) -> None:
    # The question may have been answered, and its cursor closed, in the moment the timer went off.
    with suppress(duckdb.Error):
        cursor.interrupt()


def _rows(columns: Sequence[Field], found: Sequence[tuple[Any, ...]]) -> tuple[Row, ...]:
    """Rows from tuples of the columns' values and the three parts of the address."""
    width = len(columns)
    names = [one.name for one in columns]
    return tuple(Row(dict(zip(names, row, strict=False)), *row[width : width + 3]) for row in found)


def _is_there(key: tuple[Path, int]) -> bool:
    try:
        return key[0].stat().st_ino == key[1]
    except FileNotFoundError:
        return False
