"""Answers while a part of the index is missing: from the releases themselves, if a question may take what that costs.

No reader waits for an index to be built. Where a state has none, as on a new machine, after the loss of the folder, or
for a past state that somebody asks for, the engine of the releases answers; the worker builds what the present needs,
and of past states only those for which that engine was too slow. It answers too where an index file is damaged, until
somebody has it made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import pyarrow as pa

from ayan.core.index.build_requests import BuildRequests
from ayan.core.index.index_store import IndexStore
from ayan.core.index.segment import warn
from ayan.core.query.answer import Answer, CursorExpired, IndexPending, Snapshot, TooHeavy, TooSlow
from ayan.core.query.engines import Engine
from ayan.core.query.engines.engine_choice import tell
from ayan.core.query.plan import Plan, RowFile, Rows
from ayan.core.schema.definition import Dataset
from ayan.core.store.damage import DatasetDamaged
from ayan.core.store.release import DatasetSnapshot
from ayan.core.values.label import Label

Result = TypeVar("Result")

BY_INDEX: Final = Label("نمایه پاسخ داد.", "The index answered.")
NO_INDEX: Final = Label(
    "نمایه هنوز ساخته نشده است؛ از خود نسخه‌ها خوانده شد.", "There is no index yet: the releases themselves were read."
)
NOT_BY_INDEX: Final = Label(
    "نمایه پاسخ نداد؛ از خود نسخه‌ها خوانده شد.", "The index could not answer: the releases themselves were read."
)


class StandbyEngine:
    """The engine of the index files, and that of the releases for states that have none."""

    def __init__(self, indexed: Engine, releases: Engine, index_store: IndexStore) -> None:
        self._indexed = indexed
        self._releases = releases
        self._index_store = index_store
        self._requests = BuildRequests(index_store.root)

    def prepare(self, state: DatasetSnapshot) -> None:
        """Look whether the state can be asked. StoreError when its parts cannot be read."""
        if not self._is_indexed(state):
            self._releases.prepare(state)
            if self._index_store.is_current(state):
                self._requests.add(state)

    def page(self, dataset: Dataset, plan: Rows, snapshot: Snapshot, *, seconds: float | None = None) -> Answer:
        """One page of rows; IndexPending, besides what engines raise, where it would take too much without an index."""
        return self._answer(snapshot, lambda engine: engine.page(dataset, plan, snapshot, seconds=seconds))

    def table(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """The result of a plan that is small; IndexPending as `page`."""
        return self._answer(snapshot, lambda engine: engine.table(dataset, plan, snapshot))

    def stream(self, dataset: Dataset, plan: RowFile, snapshot: Snapshot) -> Iterator[pa.RecordBatch]:
        """All rows in batches; IndexPending before the first of them as `page`."""
        first, rest = self._answer(snapshot, lambda engine: _begun(engine.stream(dataset, plan, snapshot)))
        yield first
        yield from rest

    def close(self) -> None:
        """Let go of whatever is open."""
        self._indexed.close()
        self._releases.close()

    def _answer(self, snapshot: Snapshot, ask: Callable[[Engine], Result]) -> Result:
        state, why = snapshot.source, NO_INDEX
        if self._is_indexed(state):
            why = NOT_BY_INDEX
            try:
                result = ask(self._indexed)
                tell(state.rows, BY_INDEX, cluster=None)
                return result
            except CursorExpired:
                # The file may have been replaced or dropped in this very moment, while its releases stand.
                if self._is_indexed(state):
                    raise
            except DatasetDamaged as fault:
                # A damaged index file costs time and no answer: what is published stands in the releases.
                warn(state, fault.__cause__ if isinstance(fault.__cause__, Exception) else fault)
        tell(state.rows, why, cluster=None)
        try:
            return ask(self._releases)
        except (TooSlow, TooHeavy):
            self._requests.add(state)
            raise IndexPending from None

    def _is_indexed(self, state: DatasetSnapshot) -> bool:
        return self._index_store.is_built(state)


def _begun(batches: Iterator[pa.RecordBatch]) -> tuple[pa.RecordBatch, Iterator[pa.RecordBatch]]:
    """The first batch, of which there is at least one, and the rest."""
    return next(batches), batches
