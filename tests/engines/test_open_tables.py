"""Open tables as somebody else's Spark reads them: from the files that their metadata names, without us."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.core.open_table.tables import SLUG, opened, rows_of_releases, rows_of_table, table
from tests.core.store.store_releases import NOON, erased, numbers, seal
from tests.engines.spark_cluster import can_run, running

from ayan.core.values.clock import FixedClock

NO_SPARK = "no Java, or not the extra spark (make test-spark)"


def test_sparks_of_others_read_the_files_that_the_metadata_names(tmp_path: Path) -> None:
    if not can_run():
        pytest.skip(NO_SPARK)
    from pyspark.sql import SparkSession

    clock = FixedClock(NOON)
    store, tables = opened(tmp_path, clock)
    tables.begin()
    first = seal(store, "1402", {"species": ["چنار", "راز", "سرو"]})
    clock.move(timedelta(days=1))
    seal(store, "1403", {"species": ["کاج", "بید"]})
    before = {task.file.file_path for task in table(tmp_path).scan().plan_files()}
    store.erase(first, *erased(store, first, [min(numbers(first))]))
    with running(tmp_path, alone=True) as cluster:
        spark = SparkSession.builder.remote(cluster.address).create()
        try:
            paths = [task.file.file_path for task in table(tmp_path).scan().plan_files()]
            read = spark.read.parquet(*paths).select("_row", "species").collect()
        finally:
            spark.stop()
    assert not {*paths} & {each for each in before if "/1402/" in each}, "what was erased is named no more"
    said = sorted((row["_row"], row["species"]) for row in read)
    assert said == sorted(each[2:] for each in rows_of_table(tmp_path))
    assert said == sorted(each[2:] for each in rows_of_releases(store.snapshot(SLUG).releases))
