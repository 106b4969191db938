"""Two engines as one: what looks at whole large tables is asked of a cluster, everything else of this machine.

A page, a record and whatever names rows is answered from the index in thousandths of a second, which no cluster can;
groups, facets and files over many millions of rows are what it is for. While it is away this machine answers them, too,
as slowly as it must, and says so in its log.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa

from ayan.core.query.answer import Answer, Snapshot
from ayan.core.query.engines import Engine
from ayan.core.query.engines.spark import ClusterAway
from ayan.core.query.limits import CLUSTER_PAUSE, LEAST_CLUSTER_ROWS
from ayan.core.query.plan import Extent, Plan, RowFile, Rows, Scoped, Series, SeriesGaps, Tiles
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import DatasetSnapshot

_LOG: Final = logging.getLogger("ayan.cluster")
_WHOLE: Final = (Scoped, Series, SeriesGaps, Extent, Tiles)


class ClusterEngine:
    """``near`` answers on this machine, ``far`` on the cluster: whole tables of ``least_rows`` and more."""

    def __init__(self, near: Engine, far: Engine, least_rows: int = LEAST_CLUSTER_ROWS) -> None:
        self._near = near
        self._far = far
        self._least_rows = least_rows
        self._away_until = 0.0

    def prepare(self, state: DatasetSnapshot) -> None:
        """As this machine's engine: what the cluster needs are the parts, which both read."""
        self._near.prepare(state)

    def page(self, dataset: Dataset, plan: Rows, snapshot: Snapshot, *, seconds: float | None = None) -> Answer:
        """One page of rows, from this machine."""
        return self._near.page(dataset, plan, snapshot, seconds=seconds)

    def table(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """A small result, from the cluster where it takes a large table."""
        if isinstance(plan, _WHOLE) and self._is_far(snapshot):
            try:
                return self._far.table(dataset, plan, snapshot)
            except ClusterAway as away:
                self._tell(away)
        return self._near.table(dataset, plan, snapshot)

    def stream(self, dataset: Dataset, plan: RowFile, snapshot: Snapshot) -> Iterator[pa.RecordBatch]:
        """All rows, from the cluster where they are to be sorted; as they stand this machine reads them at once."""
        if plan.question.sort is not None and self._is_far(snapshot):
            batches = self._far.stream(dataset, plan, snapshot)
            try:
                first = next(batches)
            except ClusterAway as away:
                self._tell(away)
            else:
                yield first
                yield from batches
                return
        yield from self._near.stream(dataset, plan, snapshot)

    def close(self) -> None:
        """Let go of both."""
        self._near.close()
        self._far.close()

    def _is_far(self, snapshot: Snapshot) -> bool:
        return snapshot.source.rows >= self._least_rows and time.monotonic() >= self._away_until

    def _tell(self, away: ClusterAway) -> None:
        """Say that the cluster is away, and leave it alone for a while: each look for it costs a reader seconds."""
        self._away_until = time.monotonic() + CLUSTER_PAUSE
        _LOG.warning("the cluster does not answer, this machine does: %s", away.__cause__ or away)
