"""Answers computed by DuckDB in this process, whatever it reads: few databases open, limits of memory and time."""

from __future__ import annotations

import os
import threading
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from ayan.core.index.row_store import Numbers
from ayan.core.query.answer import Answer, CursorExpired, Snapshot, TooHeavy, TooLarge, TooSlow, as_rows
from ayan.core.query.plan import Plan, RowCount, RowFile, Rows, shown_fields
from ayan.core.query.question import Position
from ayan.core.query.row_sql import TABLE, over_columns
from ayan.core.query.sql import to_sql
from ayan.core.schema.definition import Dataset
from ayan.core.store.damage import DatasetDamaged, is_damage
from ayan.core.store.release import DatasetSnapshot
from ayan.core.values.sql import SqlStatement

# Ends of questions that are answered long since are thrown away once there are so many, and most of them are.
_MANY: Final = 256


class Deadline:
    """A time limit over a connection: what it runs is interrupted, and what it would run next is refused."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, seconds: float) -> None:
        self._connection = connection
        self._over = threading.Event()
        self._end: _End | None = None
        if seconds <= 0:
            self._over.set()
        self._start(seconds)

    def allow(self, seconds: float) -> None:
        """Give what is still asked this much time from now; TooSlow when it is too late for that."""
        self.cancel()
        self.check()
        self._start(seconds)

    def check(self) -> None:
        """TooSlow once the time is over: between two statements there is nothing that could be interrupted."""
        if self._over.is_set():
            raise TooSlow

    def cancel(self) -> None:
        """Stop counting."""
        if self._end is not None:
            self._end.deadline = None

    def stop(self) -> None:
        """The time is over."""
        self._over.set()
        # The question may have been answered, and its connection closed, in the very moment.
        with suppress(duckdb.Error):
            self._connection.interrupt()

    def _start(self, seconds: float) -> None:
        self._end = _End(self)
        _watch.put(time.monotonic() + seconds, self._end)


class _End:
    """When a deadline's time is over; without one, nobody waits for it any more."""

    __slots__ = ("deadline",)

    def __init__(self, deadline: Deadline | None) -> None:
        self.deadline = deadline


class _Watch:
    """One thread that waits for the ends of all questions of a process: starting one for each is what costs."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._ends: list[tuple[float, int, _End]] = []
        self._numbers = count()
        self._thread: threading.Thread | None = None

    def put(self, when: float, end: _End) -> None:
        """Stop a deadline when its time has come."""
        with self._changed:
            if len(self._ends) >= _MANY:
                kept = [end for end in self._ends if end[2].deadline is not None]
                if 2 * len(kept) <= len(self._ends):
                    heapify(kept)
                    self._ends = kept
            heappush(self._ends, (when, next(self._numbers), end))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._wait, name="ends of questions", daemon=True)
                self._thread.start()
            elif self._ends[0][2] is end:
                self._changed.notify()

    def _wait(self) -> None:
        while True:
            with self._changed:
                left = self._ends[0][0] - time.monotonic() if self._ends else None
                if left is None or left > 0:
                    self._changed.wait(left)
                    continue
                deadline = heappop(self._ends)[2].deadline
            if deadline is not None:
                deadline.stop()


_watch = _Watch()


def _renew() -> None:
    """A child process has no thread yet, and its parent may have held the lock."""
    global _watch  # noqa: PLW0603 - there is one a process
    _watch = _Watch()


os.register_at_fork(after_in_child=_renew)


@contextmanager
def refusing() -> Iterator[None]:
    """Says TooSlow, TooHeavy and BodyTooLarge where DuckDB says interrupted, out of memory and out of range."""
    try:
        yield
    except duckdb.InterruptException:
        raise TooSlow from None
    except duckdb.OutOfMemoryException:
        raise TooHeavy from None
    except (duckdb.OutOfRangeException, duckdb.ConversionException):
        raise TooLarge from None


# --- open states ------------------------------------------------------------------------------------------------------

BATCH_ROWS: Final = 16_384


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What answering may cost: ``memory`` and ``disk`` of an open state as DuckDB writes them, ``seconds`` of a page.

    ``disk`` is for what a question cannot hold in memory, such as the order of a long file.

    ``first_seconds`` is for the first batch of a streamed file and ``stream_seconds`` for the rest, which a slow reader
    may stretch; ``files`` is how many states stay open in a process, more than a city has datasets, as a search asks
    them all; ``database_bytes`` is how many bytes they may hold together: each keeps in memory what it has read of its
    file.
    """

    memory: str = "512MB"
    disk: str = "1GB"
    seconds: float = 5.0
    first_seconds: float = 60.0
    stream_seconds: float = 3600.0
    files: int = 128
    database_bytes: int = 1 << 29


@dataclass(slots=True)
class OpenDatabase:
    """An open state and the names of the columns it has."""

    connection: duckdb.DuckDBPyConnection
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class EngineSession:
    """One question's cursor over a state, which runs statements of a dataset."""

    cursor: duckdb.DuckDBPyConnection
    opened: OpenDatabase
    deadline: Deadline

    def all(self, dataset: Dataset, statement: SqlStatement, source: str = "") -> list[tuple[Any, ...]]:
        """The result as tuples; ``source`` as in `row_sql.over_columns`."""
        self.deadline.check()
        return self.cursor.execute(self._text(dataset, statement, source), statement.values).fetchall()

    def numbers(self, dataset: Dataset, statement: SqlStatement) -> Numbers:
        """The only column of a result, which may be long."""
        self.deadline.check()
        columns = self.cursor.execute(self._text(dataset, statement, ""), statement.values).fetchnumpy()
        (column,) = columns.values()
        return np.asarray(column, dtype=np.int64)

    def batches(
        self, dataset: Dataset, statement: SqlStatement, seconds: float, source: str = ""
    ) -> Iterator[pa.RecordBatch]:
        """The result as it is read; once its first batch is there, the rest has ``seconds``."""
        # execute() would hold the whole result before the first batch; a relation is read as it is asked for.
        relation = self.cursor.sql(self._text(dataset, statement, source), params=statement.values)
        reader = relation.to_arrow_reader(BATCH_ROWS)
        empty = True
        for batch in reader:
            if empty:
                self.deadline.allow(seconds)
            empty = False
            yield batch
            # A slow reader takes his time between two batches, when nothing runs that could be interrupted.
            self.deadline.check()
        if empty:
            yield pa.RecordBatch.from_pylist([], schema=reader.schema)

    def _text(self, dataset: Dataset, statement: SqlStatement, source: str) -> str:
        return over_columns(dataset, self.opened.columns, source) + statement.sql


class EmbeddedEngine(ABC):
    """The half of an engine that asks; the other half says where the table ``rows`` of a state comes from.

    A state's connection is opened once and each question gets its own cursor, so threads may share the engine.
    """

    def __init__(self, budget: EngineLimits | None = None) -> None:
        self.budget = budget or EngineLimits()
        self._lock = threading.Lock()
        self._open: OrderedDict[Hashable, tuple[DatasetSnapshot, OpenDatabase]] = OrderedDict()

    @abstractmethod
    def prepare(self, state: DatasetSnapshot) -> None:
        """Make the state ready to be asked, unless it is. StoreError when its parts cannot be read."""

    @abstractmethod
    def _key(self, state: DatasetSnapshot) -> Hashable:
        """What an open state is remembered by; another one when it must be opened anew. OSError when it is gone."""

    @abstractmethod
    def _bytes(self, state: DatasetSnapshot) -> int:
        """How many bytes a state is read from; 0 when it is gone."""

    @abstractmethod
    def _connect(self, state: DatasetSnapshot) -> duckdb.DuckDBPyConnection:
        """A connection with a table or view ``main.rows``; it can read no other file and change none."""

    def page(self, dataset: Dataset, plan: Rows, snapshot: Snapshot, *, seconds: float | None = None) -> Answer:
        """One page of rows. TooSlow or TooHeavy where it costs too much."""
        question = plan.question
        columns = shown_fields(dataset, question)
        allowed = self.budget.seconds if seconds is None else min(seconds, self.budget.seconds)
        with self.session(snapshot.source, allowed) as asking:
            page_rows, total = self._page(asking, dataset, plan)
        kept = page_rows[: question.limit]
        following = None
        if len(page_rows) > len(kept):
            last = kept[-1]
            following = Position(snapshot.snapshot_id, last[-1], last[len(columns) + 3]).encode(question.sort)
        return Answer(as_rows(columns, kept), columns, total, following, snapshot)

    def table(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """The result of a plan that is small, such as a record, groups or facets."""
        with self.session(snapshot.source, self.budget.seconds) as asking:
            return self._table(asking, dataset, plan)

    def stream(self, dataset: Dataset, plan: RowFile, snapshot: Snapshot) -> Iterator[pa.RecordBatch]:
        """All rows in batches as they are read.

        The first batch is there before the last row is read, unless the question sorts.
        """
        with self.session(snapshot.source, self.budget.first_seconds) as asking:
            yield from self._stream(asking, dataset, plan)

    def _page(self, asking: EngineSession, dataset: Dataset, plan: Rows) -> tuple[list[tuple[Any, ...]], int | None]:
        """The rows of a page, and how many there are of all pages where that is asked."""
        question = plan.question
        page_rows = asking.all(dataset, to_sql(dataset, plan))
        if not question.count:
            return page_rows, None
        if plan.position is None and len(page_rows) <= question.limit:
            # The whole result is here already; counting would look through the table once more.
            return page_rows, len(page_rows)
        return page_rows, int(asking.all(dataset, to_sql(dataset, RowCount(question)))[0][0])

    def _table(self, asking: EngineSession, dataset: Dataset, plan: Plan) -> list[tuple[Any, ...]]:
        return asking.all(dataset, to_sql(dataset, plan))

    def _stream(self, asking: EngineSession, dataset: Dataset, plan: RowFile) -> Iterator[pa.RecordBatch]:
        return asking.batches(dataset, to_sql(dataset, plan), self.budget.stream_seconds)

    def close(self) -> None:
        """Close every state."""
        with self._lock:
            while self._open:
                self._open.popitem()[1][1].connection.close()

    @contextmanager
    def session(self, state: DatasetSnapshot, seconds: float) -> Iterator[EngineSession]:
        """A cursor over a state that runs statements, none of them longer than ``seconds``.

        Raises TooSlow, TooHeavy and TooLarge for what its statements take, CursorExpired when the state is gone, and
        DatasetDamaged when what it is read from is there and cannot be read.
        """
        try:
            opened, cursor = self._cursor(state)
            deadline = Deadline(cursor, seconds)
            try:
                with refusing():
                    yield EngineSession(cursor, opened, deadline)
            finally:
                deadline.cancel()
                cursor.close()
        except (OSError, duckdb.IOException) as fault:
            # A file may be dropped, or a release withdrawn, between the look for it and the last of its rows.
            if self._stands(state):
                raise DatasetDamaged(state.slug) from fault
            raise CursorExpired from None
        except duckdb.Error as fault:
            if is_damage(fault):
                raise DatasetDamaged(state.slug) from fault
            raise

    def _cursor(self, state: DatasetSnapshot) -> tuple[OpenDatabase, duckdb.DuckDBPyConnection]:
        key = self._key(state)
        with self._lock:
            if key not in self._open:
                self._let_go(state)
                self._open[key] = state, self._opened(state)
            self._open.move_to_end(key)
            opened = self._open[key][1]
            return opened, opened.connection.cursor()

    def _let_go(self, coming: DatasetSnapshot) -> None:
        """Close states that are gone, whose blocks would stay on the disk, and the longest unused beyond the budget.

        A cursor in use keeps its database open until it is done; only our hold on it ends here.
        """
        held, kept = self._bytes(coming), 1
        for key, (state, opened) in reversed(list(self._open.items())):
            size = self._bytes(state) if self._stands(state, key) else None
            if size is not None and held + size <= self.budget.database_bytes and kept < self.budget.files:
                held, kept = held + size, kept + 1
            else:
                del self._open[key]
                opened.connection.close()

    def _stands(self, state: DatasetSnapshot, key: Hashable | None = None) -> bool:
        """Whether what a state is read from is there, and still the one that ``key`` was given for."""
        try:
            return self._key(state) == key or key is None
        except OSError:
            return False

    def _opened(self, state: DatasetSnapshot) -> OpenDatabase:
        connection = self._connect(state)
        names = connection.execute(f"DESCRIBE {TABLE}").fetchall()
        return OpenDatabase(connection, frozenset(name for name, *_ in names))
