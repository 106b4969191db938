"""The engine of every day: index files read in place by DuckDB, built first where one is missing.

Where a state has an index, it names the rows that a question is about and the order they stand in; the row store give
their values; and what the index leaves open is settled by the question's own SQL over those few rows. Without one, or
where it has nothing to say, the same SQL runs over the whole table. A state of few rows has none: its texts are held in
memory, folded, and name the rows of a search instead.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import duckdb
import pyarrow as pa

from ayan.core.index.index import Index, open_index
from ayan.core.index.index_store import IndexStore
from ayan.core.index.matching import MatchCache
from ayan.core.index.secondary_index import index_files
from ayan.core.index.segment import FAULTS, IndexMismatch, Segment, is_damage, warn
from ayan.core.query.engines import folded_table
from ayan.core.query.engines.embedded_engine import (
    IN_ORDER,
    NOTHING,
    EmbeddedEngine,
    EngineLimits,
    EngineSession,
    OpenDatabase,
    described,
)
from ayan.core.query.engines.folded_table import FoldedState, FoldedTable
from ayan.core.query.engines.index_lookup import IndexLookup
from ayan.core.query.engines.shared_database import OwnConnection, SharedDatabase
from ayan.core.query.engines.spelt_values import SpeltValues
from ayan.core.query.limits import LARGEST_FOLDED_PART, MOST_FOLDED_ROWS, MOST_STREAMED
from ayan.core.query.plan import Plan, RowFile, Rows, Scoped
from ayan.core.query.question import Question
from ayan.core.query.row_sql import TABLE
from ayan.core.query.sql import to_sql
from ayan.core.schema.definition import Dataset
from ayan.core.store.damage import DatasetDamaged
from ayan.core.store.objects import size_of
from ayan.core.store.release import DatasetSnapshot
from ayan.core.system.duckdb import confined, spilling

Result = TypeVar("Result")

# Of its own accord it keeps eight threads for reading ahead.
_SETTINGS: Final[Mapping[str, str | int | bool]] = {**IN_ORDER, "async_threads": 1}


@dataclass(slots=True)
class _Indexed(OpenDatabase):
    """An open state with its index, as long as that can be used."""

    snapshot: DatasetSnapshot
    index: Index | None
    remembered: MatchCache
    folded: FoldedState
    spelt: SpeltValues


class DuckDBEngine(EmbeddedEngine):
    """Answers from the index files of an index; only `prepare` ever writes one."""

    def __init__(self, index_store: IndexStore, budget: EngineLimits | None = None) -> None:
        super().__init__(budget)
        self._index_store = index_store
        self._shared = self._new_shared()
        self._apart: frozenset[Hashable] = frozenset()

    def prepare(self, state: DatasetSnapshot) -> None:
        """Build the state's files unless they are there. StoreError when a part cannot be read."""
        if not self._index_store.is_built(state):
            self._index_store.build(state.slug, state)

    def _key(self, state: DatasetSnapshot) -> Hashable:
        # A file may be written anew under its name, so the inodes are part of what is remembered.
        return state.slug, state.digest, tuple(path.stat().st_ino for path in self._index_store.files(state))

    def _bytes(self, state: DatasetSnapshot) -> int:
        # Places and row store are mapped: the system lets go of their memory by itself.
        return size_of(part for path in self._index_store.files(state) for part in (path, index_files(path)[0]))

    def _connect(self, state: DatasetSnapshot, memory: str) -> OwnConnection:
        # Attached, and not opened by its name: DuckDB would share what another engine of this process has opened.
        segments = self._index_store.segments(state)
        with ExitStack() as held:
            connection = confined(
                attach={_file(number): segment.file for number, segment in enumerate(segments)},
                attachable=[index_files(segment.file)[0] for segment in segments],
                memory=memory,
                threads=1,
                spill=spilling(self._index_store.spill, held),
                spill_limit=self.budget.disk,
                settings=_SETTINGS,
            )
            connection.execute(f"CREATE VIEW {TABLE} AS {_rows(segments, [_file(at) for at in range(len(segments))])}")
            return OwnConnection(connection, held.pop_all())

    def _opened(self, state: DatasetSnapshot) -> OpenDatabase:
        segments = self._index_store.segments(state)
        if self._key(state) in self._apart:
            own = self._connect(state, self.budget.memory)
            opened = described(own)
            tables = [_file(number) for number in range(len(segments))]
            index = open_index(own.connection, segments, [f"{name}.{TABLE}" for name in tables])
            return _Indexed(opened.connection, opened.columns, state, index, MatchCache(), FoldedState(), SpeltValues())
        return self._beside_others(state, segments)

    def _described(self, state: DatasetSnapshot) -> OpenDatabase:
        if state.releases:
            return super()._described(state)
        # One state for all datasets without releases; alone it would take as much as all the others.
        return described(self._shared.attach((), lambda _: NOTHING, TABLE))

    def _beside_others(self, state: DatasetSnapshot, segments: Sequence[Segment]) -> OpenDatabase:
        """The state in the database that all states share."""
        files = [segment.file for segment in segments]
        shared = self._shared.attach(files, lambda names: _rows(segments, names), TABLE)
        tables = [f"{name}.{TABLE}" for name in shared.files]
        opened = described(shared)
        cursor = shared.cursor()
        try:
            index = open_index(cursor, segments, tables, shared.attach, shared.schema)
        except BaseException:
            shared.close()
            raise
        finally:
            cursor.close()
            shared.leave()
        return _Indexed(shared, opened.columns, state, index, MatchCache(), FoldedState(), SpeltValues())

    @contextmanager
    def session(
        self, state: DatasetSnapshot, seconds: float, processor: float | None = None, *, passing: bool = False
    ) -> Iterator[EngineSession]:
        """As every engine's; where its files bring DuckDB itself down, the state is asked apart from then on."""
        try:
            with super().session(state, seconds, processor, passing=passing) as asking:
                yield asking
        except DatasetDamaged as fault:
            if isinstance(fault.__cause__, (duckdb.FatalException, duckdb.InternalException)):
                self._set_apart(state)
            raise

    def _set_apart(self, state: DatasetSnapshot) -> None:
        """Let a state do no harm to the others: it gets a database of its own, and they begin afresh."""
        with suppress(OSError):
            key = self._key(state)
            with self._lock:
                self._apart = frozenset((*self._apart, key)) if len(self._apart) < self.budget.files else frozenset()
        self.close()
        self._shared = self._new_shared()

    def _new_shared(self) -> SharedDatabase:
        return SharedDatabase(
            self._index_store.root,
            memory=self.budget.memory,
            spill=self._index_store.spill,
            spill_limit=self.budget.disk,
            settings=_SETTINGS,
        )

    # --- with the index, else without ---------------------------------------------------------------------------

    def _page(self, asking: EngineSession, dataset: Dataset, plan: Rows) -> tuple[list[tuple[Any, ...]], int | None]:
        answer = self._indexed(asking, dataset, lambda lookup: lookup.page(plan))
        if answer is not None:
            return answer
        plan = replace(plan, question=self._spelt(asking, dataset, plan.question))
        if (table := self._folded(asking, dataset, plan.question)) is not None:
            answer = folded_table.page(asking, dataset, table, plan)
        return answer if answer is not None else super()._page(asking, dataset, plan)

    def _table(self, asking: EngineSession, dataset: Dataset, plan: Plan) -> list[tuple[Any, ...]]:
        answer = self._indexed(asking, dataset, lambda lookup: lookup.table(plan))
        if answer is None and isinstance(plan, Scoped):
            plan = plan.over(self._spelt(asking, dataset, plan.scope))
            if (table := self._folded(asking, dataset, plan.scope)) is not None:
                answer = folded_table.scoped(asking, dataset, table, plan)
        return answer if answer is not None else super()._table(asking, dataset, plan)

    def _indexed_batches(
        self, asking: EngineSession, dataset: Dataset, plan: RowFile
    ) -> Iterator[pa.RecordBatch] | None:
        source = self._indexed(
            asking, dataset, lambda lookup: lookup.low_cardinality_column(plan.question, MOST_STREAMED)
        )
        return asking.batches(dataset, to_sql(dataset, plan), self.budget.stream_seconds, source) if source else None

    def _indexed(
        self, asking: EngineSession, dataset: Dataset, ask: Callable[[IndexLookup], Result | None]
    ) -> Result | None:
        """What the index answers; None where there is none, where it has no answer, or where it turns out damaged."""
        opened = asking.opened
        if not isinstance(opened, _Indexed) or opened.index is None:
            return None
        try:
            # What the index answers by itself runs no statement that could be interrupted.
            asking.deadline.check()
            answer = ask(IndexLookup(asking, dataset, opened.index, opened.remembered))
            asking.deadline.check()
            return answer
        except IndexMismatch:
            return None
        except FAULTS as error:
            if not is_damage(error):
                raise
            warn(opened.snapshot, error)
            opened.index = None
            return None

    # --- with the folded texts of a small table -----------------------------------------------------------------

    def _is_in_vain(self, dataset: Dataset, question: Question, state: DatasetSnapshot) -> bool:
        opened = self._standing(state) if folded_table.says(dataset, question) else None
        if not isinstance(opened, _Indexed) or opened.index is not None:
            return False
        table = opened.folded.known(dataset)
        rows = folded_table.matching(table, question) if table is not None else None
        return rows is not None and not rows

    def _folded(self, asking: EngineSession, dataset: Dataset, question: Question) -> FoldedTable | None:
        """The folded texts of a state without an index, where a question is about them."""
        opened = asking.opened
        if not isinstance(opened, _Indexed) or opened.index is not None or not folded_table.says(dataset, question):
            return None
        return opened.folded.table(asking, dataset, self._room) if opened.snapshot.rows <= MOST_FOLDED_ROWS else None

    def _spelt(self, asking: EngineSession, dataset: Dataset, question: Question) -> Question:
        """The question with values in the place of words, about a state without an index."""
        opened = asking.opened
        if not isinstance(opened, _Indexed) or opened.index is not None or opened.snapshot.rows > MOST_FOLDED_ROWS:
            return question
        return opened.spelt.spelt(asking, dataset, question, self._room)

    @property
    def folded_bytes(self) -> int:
        """What the folded texts of all open states take in memory."""
        with self._lock:
            states = [opened for _, opened in self._open.values() if isinstance(opened, _Indexed)]
        return sum(opened.folded.bytes + opened.spelt.bytes for opened in states)

    def _room(self) -> int:
        """Bytes that one more of them may take."""
        most = self.budget.folded_bytes
        return min(most - self.folded_bytes, most // LARGEST_FOLDED_PART)


def _rows(segments: Sequence[Segment], names: Sequence[str]) -> str:
    """The rows of a state, one segment after the other; ``names`` are those of their files."""
    tables = (
        f"SELECT * REPLACE (_n + {segment.offset} AS _n) FROM {name}.{TABLE}"
        if segment.offset
        else f"SELECT * FROM {name}.{TABLE}"
        for segment, name in zip(segments, names, strict=True)
    )
    return " UNION ALL BY NAME ".join(tables) or NOTHING


def _file(number: int) -> str:
    """The name under which the file of a segment is attached."""
    return f"segment_{number}"
