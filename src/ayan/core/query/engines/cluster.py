"""Two engines as one: what looks at whole large tables is asked of a cluster, everything else of this machine.

A page, a record and whatever names rows is answered from the index in thousandths of a second, which no cluster can.
Groups, facets and sorted files over a whole large table are what it is for; of a question with conditions the index
often names the few rows that are left, so it is asked first and the cluster where it would take too much. While the
cluster is away this machine answers everything, as slowly as it must, and says so in its log.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any, Final, Protocol

import pyarrow as pa

from ayan.core.query.answer import Answer, IndexPending, Snapshot, TooHeavy, TooSlow
from ayan.core.query.engines import Engine
from ayan.core.query.engines.engine_choice import tell
from ayan.core.query.engines.spark_connection import ClusterAway, ClusterFault, reason
from ayan.core.query.limits import (
    CLUSTER_CORES_FOR_ONE,
    CLUSTER_PAUSE,
    CLUSTER_START,
    HERE_SECONDS,
    LEAST_CLUSTER_ROWS,
    LONGEST_HERE,
)
from ayan.core.query.plan import Extent, Plan, RowFile, Rows, Scoped, Series, SeriesGaps, Tiles
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import DatasetSnapshot
from ayan.core.values.label import Label

_LOG: Final = logging.getLogger("ayan.cluster")
_WHOLE: Final = (Scoped, Series, SeriesGaps, Extent, Tiles)
_MILLION: Final = 1_000_000

NAMED_ROWS: Final = Label(
    "برگه‌ها، کلیدها و ردیف‌های نام‌برده را نمایه پاسخ می‌دهد.", "Pages, keys and rows that are named are the index's."
)
FEW_ROWS: Final = Label(
    "جدول کوچک‌تر از آن است که خوشه سودی داشته باشد.", "The table is too small for a cluster to be any use."
)
NO_FASTER: Final = Label(
    "خوشه با {cores} هسته تندتر از این دستگاه نیست: به برآورد، اینجا {local:.1f} ثانیه و آنجا {cluster:.1f} ثانیه.",
    "With {cores} processors the cluster is no faster: an estimated {local:.1f} s here, {cluster:.1f} s there.",
)
NARROWED: Final = Label("شرط دارد؛ نخست نمایه پرسیده شد.", "It has conditions; the index was asked first.")
WHOLE_TABLE: Final = Label(
    "همهٔ جدولی بزرگ خوانده می‌شود: به برآورد، اینجا {local:.1f} ثانیه و آنجا با {cores} هسته {cluster:.1f} ثانیه.",
    "A whole large table is read: an estimated {local:.1f} s here, {cluster:.1f} s there with {cores} processors.",
)
TOO_MUCH_HERE: Final = Label("برای این دستگاه بیش از اندازه بود.", "It was too much for this machine.")
AWAY: Final = Label("خوشه پاسخ نمی‌دهد؛ این دستگاه پاسخ داد.", "The cluster does not answer; this machine did.")


class FarEngine(Engine, Protocol):
    """An engine elsewhere, which raises ClusterAway besides."""

    def cores(self) -> int:
        """How many tasks it runs at a time."""
        ...


class ClusterEngine:
    """``near`` answers on this machine, ``far`` on the cluster: whole tables of ``least_rows`` and more."""

    def __init__(self, near: Engine, far: FarEngine, least_rows: int = LEAST_CLUSTER_ROWS) -> None:
        self._near = near
        self._far = far
        self._least_rows = least_rows
        self._away_until = 0.0
        self._cores = 0

    def prepare(self, state: DatasetSnapshot) -> None:
        """As this machine's engine: what the cluster needs are the parts, which both read."""
        self._near.prepare(state)

    def page(self, dataset: Dataset, plan: Rows, snapshot: Snapshot, *, seconds: float | None = None) -> Answer:
        """One page of rows, from this machine."""
        tell(snapshot.source.rows, NAMED_ROWS)
        return self._near.page(dataset, plan, snapshot, seconds=seconds)

    def table(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """A small result, from the cluster where it takes a large table."""
        if not isinstance(plan, _WHOLE):
            tell(snapshot.source.rows, NAMED_ROWS)
            return self._near.table(dataset, plan, snapshot)
        if why := self._near_by_size(snapshot):
            tell(snapshot.source.rows, why)
            return self._near.table(dataset, plan, snapshot)
        if _is_narrowed(plan):
            return self._near_first(dataset, plan, snapshot)
        try:
            rows = self._far.table(dataset, plan, snapshot)
            tell(snapshot.source.rows, self._estimated(WHOLE_TABLE, snapshot.source.rows), cluster=True)
            return rows
        except (ClusterAway, ClusterFault) as fault:
            self._is_away(fault, snapshot)
        return self._near.table(dataset, plan, snapshot)

    def stream(self, dataset: Dataset, plan: RowFile, snapshot: Snapshot) -> Iterator[pa.RecordBatch]:
        """All rows, from the cluster where they are to be sorted; as they stand this machine reads them at once."""
        question = plan.question
        why = self._near_by_size(snapshot) if question.sort is not None and not _narrows(question) else NAMED_ROWS
        if why is None:
            batches = self._far.stream(dataset, plan, snapshot)
            try:
                first = next(batches)
            except (ClusterAway, ClusterFault) as fault:
                self._is_away(fault, snapshot)
            else:
                tell(snapshot.source.rows, self._estimated(WHOLE_TABLE, snapshot.source.rows), cluster=True)
                yield first
                yield from batches
                return
        else:
            tell(snapshot.source.rows, why)
        yield from self._near.stream(dataset, plan, snapshot)

    def close(self) -> None:
        """Let go of both."""
        self._near.close()
        self._far.close()

    def _near_first(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """From the index, and from the cluster where that would take too much."""
        try:
            rows = self._near.table(dataset, plan, snapshot)
        except (TooSlow, TooHeavy, IndexPending) as refusal:
            try:
                rows = self._far.table(dataset, plan, snapshot)
            except (ClusterAway, ClusterFault) as fault:
                self._is_away(fault, snapshot)
                raise refusal from None
            tell(snapshot.source.rows, TOO_MUCH_HERE, cluster=True)
            return rows
        tell(snapshot.source.rows, NARROWED)
        return rows

    def _near_by_size(self, snapshot: Snapshot) -> Label | None:
        """Why this machine answers a question about a whole table, whatever it is; None where the cluster does."""
        rows = snapshot.source.rows
        if rows < self._least_rows:
            return FEW_ROWS
        if time.monotonic() < self._away_until:
            return AWAY
        if not self._cores:
            try:
                self._cores = self._far.cores()
            except (ClusterAway, ClusterFault) as fault:
                self._is_away(fault, None)
                return AWAY
        return None if self._least_rows == 0 or worth(rows, self._cores) else self._estimated(NO_FASTER, rows)

    def _estimated(self, why: Label, rows: int) -> Label:
        """A reason with the figures that it comes from; another question may have found the cluster away meanwhile."""
        cores = max(self._cores, 1)
        local_seconds, cluster_seconds = estimates(rows, cores)
        return why.format(local=local_seconds, cluster=cluster_seconds, cores=cores)

    def _is_away(self, fault: ClusterAway | ClusterFault, snapshot: Snapshot | None) -> None:
        """Say that the cluster has no answer, and leave it alone for a while if it is away: each look costs seconds."""
        if isinstance(fault, ClusterAway):
            self._away_until = time.monotonic() + CLUSTER_PAUSE
            self._cores = 0
        _LOG.warning("the cluster does not answer, this machine does: %s", reason(fault))
        if snapshot is not None:
            tell(snapshot.source.rows, AWAY)


def worth(rows: int, cores: int) -> bool:
    """Whether a cluster of so many processors is asked about a whole table: it is faster, or this machine gives up."""
    local_seconds, cluster_seconds = estimates(rows, cores)
    return local_seconds > LONGEST_HERE or cluster_seconds < local_seconds


def estimates(rows: int, cores: int) -> tuple[float, float]:
    """Seconds of a question about a whole table, here and on a cluster of so many processors."""
    local_seconds = rows / _MILLION * HERE_SECONDS
    return local_seconds, CLUSTER_START + local_seconds * CLUSTER_CORES_FOR_ONE / cores


def _is_narrowed(plan: Plan) -> bool:
    scope = getattr(plan, "scope", None)
    return isinstance(scope, Question) and _narrows(scope)


def _narrows(question: Question) -> bool:
    return bool(question.filters or question.search)
