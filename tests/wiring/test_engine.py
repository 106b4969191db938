"""The engine in use: chosen by name, and one that is not built refused in both languages."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from ayan.config import env
from ayan.core.index.index_store import IndexStore
from ayan.core.query.engines.cluster import ClusterEngine
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.engines.standby import StandbyEngine
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import SystemClock
from ayan.wiring import city
from ayan.wiring.engine import NoSuchEngine, chosen_engine

CLUSTER = "sc://spark.example:15002"
REFUSED = ["sc://spark.example", "sc://:15002", "spark", "DuckDB", "postgres://x", " "]


def test_an_engine_is_chosen_by_its_name(tmp_path: Path) -> None:
    index_store = IndexStore(ReleaseStore(tmp_path / "store", SystemClock()), tmp_path / "index")
    assert isinstance(chosen_engine("duckdb", index_store), StandbyEngine)
    assert isinstance(chosen_engine("parquet", index_store), ParquetEngine)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_built_is_refused_in_both_languages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AYAN_ENGINE", name)
    with pytest.raises(NoSuchEngine) as refused:
        city.current()
    assert "AYAN_ENGINE" in refused.value.fa
    assert "AYAN_ENGINE" in refused.value.en
    with pytest.raises(env.Misconfigured, match="duckdb"):
        env.engine()


def test_a_cluster_is_chosen_by_its_address_where_its_package_is_installed(tmp_path: Path) -> None:
    index_store = IndexStore(ReleaseStore(tmp_path / "store", SystemClock()), tmp_path / "index")
    if find_spec("pyspark"):
        assert isinstance(chosen_engine(CLUSTER, index_store), ClusterEngine)
        return
    with pytest.raises(NoSuchEngine) as refused:
        chosen_engine(CLUSTER, index_store)
    assert "spark" in refused.value.fa
    assert "ayan-city[spark]" in refused.value.en


def test_the_usual_one_needs_no_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AYAN_HOME", str(tmp_path))
    for name in (None, "", "duckdb"):
        if name is None:
            monkeypatch.delenv("AYAN_ENGINE", raising=False)
        else:
            monkeypatch.setenv("AYAN_ENGINE", name)
        assert (city.current().engine, env.engine()) == ("duckdb", "duckdb")
