"""Answers computed by DuckDB in this process, whatever it reads: few databases open, limits of memory and time."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, Protocol

import duckdb
import numpy as np
import pyarrow as pa

from ayan.core.index.row_store import Numbers
from ayan.core.query import limits
from ayan.core.query.answer import Answer, CursorExpired, Snapshot, as_rows
from ayan.core.query.engines.deadline import Deadline, check, refusing
from ayan.core.query.engines.shared_database import OwnConnection
from ayan.core.query.limits import LARGEST_KEPT, MOST_REMEMBERED
from ayan.core.query.plan import Plan, RowCount, RowFile, Rows, shown_fields
from ayan.core.query.question import Position, Question
from ayan.core.query.row_sql import over_columns
from ayan.core.query.sql import to_sql
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.damage import DatasetDamaged, is_damage
from ayan.core.store.release import DatasetSnapshot
from ayan.core.system.processor_budget import once
from ayan.core.values.sql import SqlStatement

# --- open states ------------------------------------------------------------------------------------------------------

BATCH_ROWS: Final = 16_384
# Of lists in conditions DuckDB makes joins, and a join keeps a few rows back until it has more: those of a small part,
# or the few that a condition leaves of many, come after rows that stand behind them. What is asked here without a sort
# says no ORDER BY, for its rows come in the order in which they stand (`row_sql.order`).
IN_ORDER: Final[Mapping[str, str]] = {"disabled_optimizers": "in_clause"}
"""Settings of every connection that answers."""

NOTHING: Final = (
    "SELECT '' AS _period, 0::INTEGER AS _release, 0::BIGINT AS _row, 0::BIGINT AS _line, 0::BIGINT AS _n WHERE FALSE"
)
"""The rows of a state without releases."""
_WITHOUT_RELEASES: Final = "without releases"


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What answering may cost: ``memory`` and ``disk`` of an open state as DuckDB writes them, ``seconds`` of a page.

    ``processor`` are processor seconds of a page. ``stream_memory`` is that of a whole table on its way out,
    ``first_seconds`` and ``first_processor`` are until the first batch of a streamed file and ``stream_seconds`` for
    the rest. ``files`` states stay open in a process, which together hold ``database_bytes``, and small ones beside
    them ``folded_bytes``. Why as much: `ayan.core.query.limits`.
    """

    memory: str = limits.ENGINE_MEMORY
    stream_memory: str = limits.STREAM_MEMORY
    disk: str = limits.ENGINE_DISK
    seconds: float = limits.PAGE_SECONDS
    processor: float = limits.PAGE_PROCESSOR
    first_seconds: float = limits.FIRST_BATCH_SECONDS
    first_processor: float = limits.FIRST_BATCH_PROCESSOR
    stream_seconds: float = limits.STREAM_SECONDS
    files: int = limits.MOST_OPEN_STATES
    database_bytes: int = limits.OPEN_STATES_BYTES
    folded_bytes: int = limits.FOLDED_BYTES


class StateConnection(Protocol):
    """What an open state is asked through: cursors, each followed by `leave` when it is closed."""

    @property
    def table(self) -> str:
        """What its rows are called in a statement."""

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """One question's cursor."""

    def leave(self) -> None:
        """A cursor was closed."""

    def close(self) -> None:
        """Let the state go when its last cursor is closed."""


@dataclass(slots=True)
class OpenDatabase:
    """An open state and the names of the columns it has."""

    connection: StateConnection
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
        return over_columns(dataset, self.opened.columns, source, self.opened.connection.table) + statement.sql


class EmbeddedEngine(ABC):
    """The half of an engine that asks; the other half says where the table ``rows`` of a state comes from.

    A state's connection is opened once and each question gets its own cursor, so threads may share the engine.
    """

    def __init__(self, budget: EngineLimits | None = None) -> None:
        self.budget = budget or EngineLimits()
        self._lock = threading.Lock()
        self._open: OrderedDict[Hashable, tuple[DatasetSnapshot, OpenDatabase]] = OrderedDict()
        self._were_open: set[Hashable] = set()

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
    def _connect(self, state: DatasetSnapshot, memory: str) -> OwnConnection:
        """A database with a table or view ``main.rows``, which takes at most ``memory``.

        It can read no other file and change none.
        """

    def page(self, dataset: Dataset, plan: Rows, snapshot: Snapshot, *, seconds: float | None = None) -> Answer:
        """One page of rows. TooSlow or TooHeavy where it costs too much."""
        question = plan.question
        columns = shown_fields(dataset, question)
        allowed = self.budget.seconds if seconds is None else min(seconds, self.budget.seconds)
        if not snapshot.source.releases or self._is_in_vain(dataset, question, snapshot.source):
            check(allowed)
            return Answer((), columns, 0 if question.count else None, None, snapshot)
        with self.session(snapshot.source, allowed) as asking:
            page_rows, total = self._page(asking, dataset, plan)
        return page_answer(plan.question, columns, page_rows, total, snapshot)

    def table(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """The result of a plan that is small, such as a record, groups or facets."""
        with self.session(snapshot.source, self.budget.seconds) as asking:
            return self._table(asking, dataset, plan)

    def stream(self, dataset: Dataset, plan: RowFile, snapshot: Snapshot) -> Iterator[pa.RecordBatch]:
        """All rows in batches as they are read.

        The first batch is there before the last row is read, unless the question sorts.
        """
        seconds, processor = self.budget.first_seconds, self.budget.first_processor
        with self.session(snapshot.source, seconds, processor) as asking:
            batches = self._indexed_batches(asking, dataset, plan)
            if batches is not None:
                yield from batches
                return
        # To open a database takes longer than to read a small one, which may stay in memory.
        passing = self._bytes(snapshot.source) > LARGEST_KEPT
        with self.session(snapshot.source, seconds, processor, passing=passing) as asking:
            yield from asking.batches(dataset, to_sql(dataset, plan), self.budget.stream_seconds)

    def _is_in_vain(
        self,
        dataset: Dataset,  # noqa: ARG002 - the usual answer needs none of its arguments
        question: Question,  # noqa: ARG002 - as above
        state: DatasetSnapshot,  # noqa: ARG002 - as above
    ) -> bool:
        """Whether it is known without asking that no row of a state matches."""
        return False

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

    def _indexed_batches(
        self,
        asking: EngineSession,  # noqa: ARG002 - the usual answer needs none of its arguments
        dataset: Dataset,  # noqa: ARG002 - as above
        plan: RowFile,  # noqa: ARG002 - as above
    ) -> Iterator[pa.RecordBatch] | None:
        """The rows of a file that are found without reading the whole table; None where it has to be read."""
        return None

    def close(self) -> None:
        """Close every state."""
        with self._lock:
            while self._open:
                self._open.popitem()[1][1].connection.close()

    @contextmanager
    def session(
        self, state: DatasetSnapshot, seconds: float, processor: float | None = None, *, passing: bool = False
    ) -> Iterator[EngineSession]:
        """A cursor over a state that runs statements, all of them together no longer than ``seconds``.

        ``processor`` is what they may take of the processor, in seconds; what a page may where it is not given. What is
        read for one that is ``passing`` goes with it: DuckDB keeps the blocks it has read for as long as a database is
        open, and nobody reads those of a whole table a second time.

        Raises TooSlow, TooHeavy and TooLarge for what its statements take, CursorExpired when the state is gone, and
        DatasetDamaged when what it is read from is there and cannot be read.
        """
        try:
            opened, cursor = self._aside(state) if passing else self._cursor(state)
            deadline = Deadline(cursor, seconds, self.budget.processor if processor is None else processor)
            try:
                with refusing():
                    yield EngineSession(cursor, opened, deadline)
            finally:
                deadline.cancel()
                cursor.close()
                opened.connection.leave()
                if passing:
                    # DuckDB gives its memory back with the database, Arrow what batches were written into when told.
                    opened.connection.close()
                    pa.default_memory_pool().release_unused()
        except (OSError, duckdb.IOException) as fault:
            # A file may be dropped, or a release withdrawn, between the look for it and the last of its rows.
            if self._stands(state):
                raise DatasetDamaged(state.slug) from fault
            raise CursorExpired from None
        except duckdb.Error as fault:
            if is_damage(fault):
                raise DatasetDamaged(state.slug) from fault
            raise

    def _standing(self, state: DatasetSnapshot) -> OpenDatabase | None:
        """What is open of a state already, if it still stands."""
        try:
            key = self._shared_key(state)
        except OSError:
            return None
        with self._lock:
            if key not in self._open:
                return None
            self._open.move_to_end(key)
            return self._open[key][1]

    def _cursor(self, state: DatasetSnapshot) -> tuple[OpenDatabase, duckdb.DuckDBPyConnection]:
        key = self._shared_key(state)
        with self._lock:
            if key not in self._open:
                self._let_go(state)
                with self._first(key):
                    self._open[key] = state, self._opened(state) if state.releases else self._described(state)
            self._open.move_to_end(key)
            opened = self._open[key][1]
            return opened, opened.connection.cursor()

    def _first(self, key: Hashable) -> AbstractContextManager[None]:
        """Whoever opens a state first does it for all; opened again, because others took its room, it costs."""
        if key in self._were_open:
            return nullcontext()
        if len(self._were_open) >= MOST_REMEMBERED * self.budget.files:
            self._were_open.clear()
        self._were_open.add(key)
        return once()

    def _aside(self, state: DatasetSnapshot) -> tuple[OpenDatabase, duckdb.DuckDBPyConnection]:
        """The state opened once more, beside what stays open, for whoever closes it."""
        self._key(state)
        opened = described(self._connect(state, self.budget.stream_memory))
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
            return self._shared_key(state) == key or key is None
        except OSError:
            return False

    def _shared_key(self, state: DatasetSnapshot) -> Hashable:
        """What an open state is remembered by; all those without releases, of which a city has many, share one."""
        return self._key(state) if state.releases else _WITHOUT_RELEASES

    def _opened(self, state: DatasetSnapshot) -> OpenDatabase:
        return self._described(state)

    def _described(self, state: DatasetSnapshot) -> OpenDatabase:
        return described(self._connect(state, self.budget.memory))


def page_answer(
    question: Question,
    columns: Sequence[Field],
    page_rows: Sequence[tuple[Any, ...]],
    total: int | None,
    snapshot: Snapshot,
) -> Answer:
    """The answer of the tuples of a `Rows` plan; the one row beyond the page says where the next begins."""
    kept = page_rows[: question.limit]
    following = None
    if len(page_rows) > len(kept):
        last = kept[-1]
        following = Position(snapshot.snapshot_id, last[-1], last[len(columns) + 3]).encode(question.sort)
    return Answer(as_rows(columns, kept), tuple(columns), total, following, snapshot)


def described(connection: StateConnection) -> OpenDatabase:
    """A state that is opened, with the names of its columns. ``duckdb.Error`` where they cannot be read."""
    try:
        cursor = connection.cursor()
        try:
            names = cursor.execute(f"DESCRIBE {connection.table}").fetchall()
        finally:
            cursor.close()
            connection.leave()
    except BaseException:
        connection.close()
        raise
    return OpenDatabase(connection, frozenset(name for name, *_ in names))
