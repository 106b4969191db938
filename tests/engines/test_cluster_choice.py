"""Which of the two is asked, this machine or the cluster, and what becomes of a question that one of them gives up.

A second engine of this machine stands for the cluster, so that no Spark is wanted: `test_cluster.py` asks a real one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from tests.core.query.town import DATASET, SOME_ROWS, Town, town_of

from ayan.core.query.answer import IndexPending, Snapshot, TooHeavy, TooSlow
from ayan.core.query.engines.cluster import (
    AWAY,
    FEW_ROWS,
    NARROWED,
    TOO_MUCH_HERE,
    ClusterEngine,
)
from ayan.core.query.engines.engine_choice import listening
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.engines.spark_connection import ClusterAway, ClusterFault
from ayan.core.query.grouping import parse_groups
from ayan.core.query.plan import Plan, RowFile
from ayan.core.query.query_service import QueryService, answer_groups
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.values.refusal import Refusal

BY_STATE = (("by", "state"), ("sum", "amount"), ("count", "1"))
NARROW = (*BY_STATE, ("amount__gt", "0"))
SORTED = (("_sort_desc", "amount"),)


class Half(ParquetEngine):
    """One of the two: it answers, or gives every question up with ``fault``; and how often it was asked."""

    def __init__(self, fault: Refusal | None = None) -> None:
        super().__init__()
        self.fault, self.asked, self.looked_for = fault, 0, 0

    def cores(self) -> int:
        self.looked_for += 1
        return 640

    def table(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        self._ask()
        return super().table(dataset, plan, snapshot)

    def stream(self, dataset: Dataset, plan: RowFile, snapshot: Snapshot) -> Iterator[pa.RecordBatch]:
        self._ask()
        yield from super().stream(dataset, plan, snapshot)

    def _ask(self) -> None:
        self.asked += 1
        if self.fault is not None:
            raise self.fault


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return town_of(tmp_path_factory.mktemp("town"), SOME_ROWS, "parquet")


def groups(town: Town, engine: ClusterEngine, params: tuple[tuple[str, str], ...]) -> tuple[bool, object]:
    """Whether the groups are those of the town's own engine, and why they come from where they come from."""
    question = parse_groups(DATASET, params)
    with listening() as choices:
        rows = answer_groups(QueryService(town.release_store, engine), DATASET, question).rows
    (choice,) = choices[-1:]
    assert rows == answer_groups(town.query_service, DATASET, question).rows
    return bool(choice.cluster), choice.why


def test_a_whole_table_is_the_clusters_and_what_is_narrowed_is_this_machines(town: Town) -> None:
    near, far = Half(), Half()
    engine = ClusterEngine(near, far, least_rows=0)
    assert groups(town, engine, BY_STATE)[0]
    assert (near.asked, far.asked) == (0, 1)
    assert groups(town, engine, NARROW) == (False, NARROWED)
    assert (near.asked, far.asked, far.looked_for) == (1, 1, 1)
    few = ClusterEngine(near, far, least_rows=10**6)
    assert groups(town, few, BY_STATE) == (False, FEW_ROWS)


@pytest.mark.parametrize("fault", [TooSlow(), TooHeavy(), IndexPending()])
def test_what_this_machine_gives_up_the_cluster_answers_or_the_first_refusal_stands(town: Town, fault: Refusal) -> None:
    assert groups(town, ClusterEngine(Half(fault), Half(), least_rows=0), NARROW) == (True, TOO_MUCH_HERE)
    for away in (ClusterAway(), ClusterFault()):
        engine = ClusterEngine(Half(fault), Half(away), least_rows=0)
        with pytest.raises(type(fault)) as refused:
            groups(town, engine, NARROW)
        assert refused.value is fault


def test_a_cluster_that_is_away_is_left_alone_and_one_that_broke_off_is_asked_again(town: Town) -> None:
    away, broken = Half(ClusterAway()), Half(ClusterFault())
    for far, asked in ((away, 1), (broken, 3)):
        engine = ClusterEngine(Half(), far, least_rows=0)
        assert [groups(town, engine, BY_STATE) for _ in range(3)] == [(False, AWAY)] * 3
        assert far.asked == asked


@pytest.mark.parametrize("fault", [None, ClusterAway(), ClusterFault()])
def test_rows_are_sorted_by_the_cluster_and_else_read_here_whole(town: Town, fault: Refusal | None) -> None:
    near, far = Half(), Half(fault)
    reader = QueryService(town.release_store, ClusterEngine(near, far, least_rows=0))
    for params, there in (((), False), ((*SORTED, ("amount__gt", "0")), False), (SORTED, True)):
        question, before = parse(DATASET, params), far.asked
        ours, theirs = (pa.Table.from_batches(each.stream(DATASET, question)) for each in (reader, town.query_service))
        assert ours.equals(theirs)
        assert (far.asked > before) == there
    assert near.asked == (2 if fault is None else 3)
