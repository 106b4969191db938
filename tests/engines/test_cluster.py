"""A cluster beside this machine: what it is asked, what happens while it is away, and when a worker of it dies."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import pytest
from tests.core.query.town import DATASET, SOME_ROWS, Town, town_of
from tests.engines.spark_cluster import can_run, running
from tests.ports import free_port

from ayan.core.query.answer import TooHeavy, TooSlow
from ayan.core.query.engines.cluster import ClusterEngine
from ayan.core.query.engines.embedded import EngineLimits
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.engines.spark import SparkEngine
from ayan.core.query.engines.spark_connection import ClusterAway
from ayan.core.query.grouping import parse_groups
from ayan.core.query.query_service import GroupAnswer, QueryService, answer_groups

BY_STATE = (("by", "state"), ("sum", "amount"), ("count", "1"))


def groups(town: Town, reader: QueryService) -> GroupAnswer:
    return answer_groups(reader, DATASET, parse_groups(DATASET, BY_STATE))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return town_of(tmp_path_factory.mktemp("town"), SOME_ROWS, "parquet")


def beside(address: str, least_rows: int = 0) -> ClusterEngine:
    return ClusterEngine(ParquetEngine(), SparkEngine(address, EngineLimits(seconds=120)), least_rows)


def test_while_the_cluster_is_away_this_machine_answers_and_says_so(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    engine = beside(f"sc://127.0.0.1:{free_port()}")
    reader = QueryService(town.shelf, engine)
    with caplog.at_level(logging.WARNING, "ayan.cluster"):
        assert groups(town, reader).rows == groups(town, town.reader).rows
    assert "this machine does" in caplog.text
    caplog.clear()
    began = time.monotonic()
    assert groups(town, reader).rows == groups(town, town.reader).rows
    # It is left alone for a while: nobody waits for it at every question.
    assert "this machine does" not in caplog.text
    assert time.monotonic() - began < 60
    engine.close()


def test_alone_it_refuses_in_both_languages(town: Town) -> None:
    engine = SparkEngine(f"sc://127.0.0.1:{free_port()}")
    with pytest.raises(ClusterAway) as refused:
        groups(town, QueryService(town.shelf, engine))
    assert refused.value.status == 503
    assert "اسپارک" in refused.value.fa
    assert "Spark" in refused.value.en


def test_a_small_table_is_no_matter_for_a_cluster(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    engine = beside(f"sc://127.0.0.1:{free_port()}", least_rows=10**6)
    assert groups(town, QueryService(town.shelf, engine)).rows == groups(town, town.reader).rows
    assert not caplog.text


@pytest.mark.soak
@pytest.mark.skipif(not can_run(), reason="no Java, or not the extra spark (make test-spark)")
def test_a_worker_that_dies_costs_time_or_a_refusal_and_no_wrong_answer(town: Town, tmp_path: Path) -> None:
    with running(tmp_path) as cluster:
        engine = SparkEngine(cluster.address, EngineLimits(seconds=120))
        reader = QueryService(town.shelf, engine)
        wanted = groups(town, town.reader).rows
        assert groups(town, reader).rows == wanted
        killer = threading.Timer(0.5, cluster.kill_worker, [0])
        killer.start()
        outcomes: list[str] = []
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                assert groups(town, reader).rows == wanted
                outcomes.append("answered")
            except (ClusterAway, TooSlow, TooHeavy) as refusal:
                outcomes.append(refusal.code)
        killer.join()
        assert groups(town, reader).rows == wanted
        assert "answered" in outcomes
        engine.close()
