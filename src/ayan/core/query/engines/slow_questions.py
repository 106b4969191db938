"""An engine that is watched: of a question that took much of the processor its shape is written down, never its values.

A question is its reader's affair, and its values may be personal. What is written is what an operator needs to see why
the site is slow: which dataset, what sort of question, over which declared fields, and what it cost.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pyarrow as pa

from ayan.core.query.answer import Answer, Snapshot
from ayan.core.query.engines import Engine
from ayan.core.query.engines.engine_choice import listening
from ayan.core.query.plan import Groups, Plan, RowFile, Rows
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import DatasetSnapshot

_LOG: Final = logging.getLogger("ayan.slow")


class WatchedEngine:
    """Another engine, and a look at what its answers cost; ``slow`` are processor seconds, 0 to watch nothing."""

    def __init__(self, engine: Engine, slow: float) -> None:
        self._engine = engine
        self._slow = slow

    def prepare(self, state: DatasetSnapshot) -> None:
        """As the engine; what is prepared within a question is told of too."""
        with self._watched(state.slug, "prepare", lambda: {"rows_in_all": state.rows}):
            self._engine.prepare(state)

    def page(self, dataset: Dataset, plan: Rows, snapshot: Snapshot, *, seconds: float | None = None) -> Answer:
        """As the engine."""
        with self._watched(dataset.slug, "page", lambda: shape_of(plan)) as facts:
            answer = self._engine.page(dataset, plan, snapshot, seconds=seconds)
            facts["rows"] = len(answer.rows)
            return answer

    def table(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """As the engine."""
        with self._watched(dataset.slug, "table", lambda: shape_of(plan)) as facts:
            rows = self._engine.table(dataset, plan, snapshot)
            facts["rows"] = len(rows)
            return rows

    def stream(self, dataset: Dataset, plan: RowFile, snapshot: Snapshot) -> Iterator[pa.RecordBatch]:
        """As the engine; what is counted is the way to the first batch, for the rest goes at the reader's pace."""
        batches = self._engine.stream(dataset, plan, snapshot)
        with self._watched(dataset.slug, "stream", lambda: shape_of(plan)) as facts:
            first = next(batches)
            facts["rows"] = len(first)
        yield first
        yield from batches

    def close(self) -> None:
        """As the engine."""
        self._engine.close()

    @contextmanager
    def _watched(self, slug: str, way: str, shape: Callable[[], dict[str, Any]]) -> Iterator[dict[str, Any]]:
        began, processor = time.perf_counter(), time.thread_time()
        facts: dict[str, Any] = {}
        try:
            with listening() as choices:
                yield facts
        except Exception as fault:
            facts["refused"] = getattr(fault, "code", type(fault).__name__)
            raise
        finally:
            if places := [choice.cluster for choice in choices if choice.cluster is not None]:
                facts["cluster"] = places[-1]
            spent = time.thread_time() - processor
            if self._slow and spent >= self._slow:
                # Most are not slow: what they are made of is told of the others alone.
                facts = {"dataset": slug, "way": way, **shape(), **facts}
                facts["processor_ms"] = round(spent * 1000)
                facts["wall_ms"] = round((time.perf_counter() - began) * 1000)
                _LOG.warning("a slow question", extra={"facts": facts})


def shape_of(plan: Plan) -> dict[str, Any]:
    """What a plan is made of: its sort, declared fields with their operators, and sizes; no value that was asked."""
    shape: dict[str, Any] = {"plan": type(plan).__name__}
    question = getattr(plan, "question", None) or getattr(plan, "scope", None)
    if isinstance(plan, Groups):
        shape["by"] = [by.name for by in plan.question.by]
        shape["measures"] = [f"{each.function}:{each.field or ''}" for each in plan.question.measures]
        question = plan.question.scope
    if isinstance(question, Question):
        shape["filters"] = sorted(f"{each.field}:{each.op}" for each in question.filters)
        shape["words"] = len(question.search.split()) if question.search else 0
        shape["sorted"] = question.sort is not None
        shape["counted"] = question.count
        shape["past"] = question.as_of is not None or question.release is not None
    return shape
