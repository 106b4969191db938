"""Where balances and flags over large tables are reckoned: what the cluster says is wanted, and never waited for twice."""

from __future__ import annotations

import logging
from collections.abc import Callable

import duckdb
import pytest

from ayan.core.audit import cluster_audit
from ayan.core.audit.cluster_audit import AuditCluster, States
from ayan.core.query.engines.spark_connection import ClusterAway, ClusterFault, SparkConnection
from ayan.core.query.limits import LEAST_CLUSTER_ROWS
from ayan.core.store.release import DatasetSnapshot

HERE, THERE = "reckoned here", "reckoned there"
MANY = 100 * LEAST_CLUSTER_ROWS


class Connection(SparkConnection):
    """A cluster that says how many processors it has, or why it does not; and how often it was asked."""

    def __init__(self, cores: int = 1, fault: ClusterAway | ClusterFault | None = None) -> None:
        super().__init__("sc://127.0.0.1:1")
        self.processors, self.fault, self.asked = cores, fault, 0

    def cores(self) -> int:
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return self.processors


def states(*rows: int) -> States:
    tables = {f"table-{at}": DatasetSnapshot(f"table-{at}", "", ()) for at in range(len(rows))}
    for table, count in zip(tables.values(), rows, strict=True):
        vars(table)["rows"] = count
    return tables


def here() -> str | None:
    return HERE


def there() -> str | None:
    return THERE


def without_memory() -> str | None:
    raise duckdb.OutOfMemoryException("of a trial")


def nobody() -> str | None:
    pytest.fail("this one is not wanted")


def test_small_tables_are_no_matter_for_a_cluster() -> None:
    connection = Connection(cores=64)
    assert AuditCluster(connection, {}).placed(states(LEAST_CLUSTER_ROWS - 1), nobody, here) == HERE
    with pytest.raises(duckdb.OutOfMemoryException):
        AuditCluster(connection, {}).placed(states(LEAST_CLUSTER_ROWS - 1), nobody, without_memory)
    assert connection.asked == 0


def test_tables_count_together_and_a_cluster_of_many_processors_is_asked() -> None:
    connection = Connection(cores=640)
    cluster = AuditCluster(connection, {})
    assert cluster.placed(states(MANY // 2, MANY // 2), there, nobody) == THERE
    assert cluster.placed(states(MANY), lambda: None, here) == HERE, "what it has no answer to is reckoned here"
    assert connection.asked == 1, "it says once how many processors it has"


@pytest.mark.parametrize("answer", [there, lambda: None])
def test_a_slower_cluster_is_asked_for_what_this_machine_lacks_the_memory_for(answer: Callable[[], str | None]) -> None:
    cluster = AuditCluster(Connection(cores=1), {})
    assert cluster.placed(states(MANY), nobody, here) == HERE
    if answer() is None:
        with pytest.raises(duckdb.OutOfMemoryException):
            cluster.placed(states(MANY), answer, without_memory)
    else:
        assert cluster.placed(states(MANY), answer, without_memory) == THERE


@pytest.mark.parametrize("fault", [ClusterAway(), ClusterFault()])
def test_one_that_does_not_answer_is_left_alone_for_a_while(
    fault: ClusterAway | ClusterFault, caplog: pytest.LogCaptureFixture
) -> None:
    connection = Connection(cores=640, fault=fault)
    cluster = AuditCluster(connection, {})
    with caplog.at_level(logging.WARNING, "ayan.cluster"):
        assert [cluster.placed(states(MANY), nobody, here) for _ in range(3)] == [HERE] * 3
    assert connection.asked == 1
    assert [record.getMessage() for record in caplog.records] == [
        f"the cluster does not say how many processors it has: {fault.code}"
    ]


def test_one_that_comes_back_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_audit, "CLUSTER_PAUSE", 0.0)
    connection = Connection(cores=640, fault=ClusterAway())
    cluster = AuditCluster(connection, {})
    assert cluster.placed(states(MANY), nobody, here) == HERE
    connection.fault = None
    assert cluster.placed(states(MANY), there, nobody) == THERE
