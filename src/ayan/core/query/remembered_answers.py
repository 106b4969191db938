"""Answers that are remembered: whoever copies the portal asks the same for each language of a page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, TypeVar

from ayan.core.query.answer import Answer, Row, Snapshot
from ayan.core.query.engines import Engine
from ayan.core.query.limits import ANSWERS_REMEMBERED
from ayan.core.query.plan import Newest, Plan, Record
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.store.release_store import ReleaseStore

_Answered = TypeVar("_Answered")


class RememberingService(QueryService):
    """A query service that remembers its last answers; for one thread, and for as long as something is copied.

    What is published meanwhile it does not see: a copy is of one moment. Refusals are not remembered.
    """

    def __init__(self, store: ReleaseStore, engine: Engine) -> None:
        super().__init__(store, engine)
        self._present: dict[str, Snapshot] = {}
        # The dataset stands beside the answer: its number names it for as long as it is held.
        self._known: OrderedDict[Hashable, tuple[Dataset, Any]] = OrderedDict()

    def snapshot(self, dataset: Dataset, question: Question) -> Snapshot:
        """What the question is answered from; the present state is looked up once."""
        if question.cursor or question.release or question.as_of:
            return super().snapshot(dataset, question)
        if dataset.slug not in self._present:
            self._present[dataset.slug] = super().snapshot(dataset, question)
        return self._present[dataset.slug]

    def rows(
        self,
        dataset: Dataset,
        question: Question,
        snapshot: Snapshot | None = None,
        *,
        seconds: float | None = None,
    ) -> Answer:
        """One page of rows, as in a query service."""
        known = snapshot or self.snapshot(dataset, question)
        return self._once(dataset, ("rows", question, known.snapshot_id), partial(super().rows, seconds=seconds), known)

    def pick(self, dataset: Dataset, plan: Record | Newest, snapshot: Snapshot) -> tuple[Row, ...]:
        """The rows that a plan names, as in a query service."""
        return self._once(dataset, ("pick", plan, snapshot.snapshot_id), super().pick, snapshot)

    def table(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """The result of a small plan, as in a query service."""
        return list(self._once(dataset, ("table", plan, snapshot.snapshot_id), super().table, snapshot))

    def _once(
        self,
        dataset: Dataset,
        asked: tuple[str, Any, str],
        ask: Callable[[Dataset, Any, Snapshot], _Answered],
        snapshot: Snapshot,
    ) -> _Answered:
        name = (id(dataset), *asked)
        if name not in self._known:
            self._known[name] = dataset, ask(dataset, asked[1], snapshot)
            while len(self._known) > ANSWERS_REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(name)
        answer: _Answered = self._known[name][1]
        return answer
