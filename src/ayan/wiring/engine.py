"""Which engine answers questions, chosen by its name."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.wiring.limits import DEFAULT_MEMORY_MB, DEFAULT_SLOW_MS, FOLDED_MB, MOST_UNINDEXED, STREAM_MB

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ayan.core.audit.cluster_audit import AuditCluster
    from ayan.core.index.index_store import IndexStore
    from ayan.core.query.engines import Engine
    from ayan.core.query.engines.spark_views import Shared
    from ayan.core.schema.definition import Dataset

DEFAULT_ENGINE: Final = "duckdb"
SLOW: Final = "AYAN_SLOW_MS"
NOT_INSTALLED: Final = Label(
    "برای پرسش از خوشهٔ اسپارک، افزونهٔ spark را نصب کنید: pip install 'ayan-city[spark]'.",
    "To ask a Spark cluster install the extra spark: pip install 'ayan-city[spark]'.",
)
_CLUSTER: Final = re.compile(r"sc://[A-Za-z0-9.-]+:[0-9]{1,5}(/;[^\s]*)?")


class NoSuchEngine(Refusal, ValueError):
    """The name is of no engine that is built."""

    code = "no-such-engine"
    fa = "چنین موتور پرسشی نیست. در AYAN_ENGINE بنویسید duckdb یا parquet، یا نشانی خوشه مانند sc://host:15002."
    en = "There is no such engine. Write duckdb, parquet or an address such as sc://host:15002 in AYAN_ENGINE."
    status = 500


def check_engine(name: str) -> str:
    """The name itself: ``duckdb``, ``parquet``, or ``sc://host:port``, where a cluster listens. NoSuchEngine else."""
    if _CLUSTER.fullmatch(name):
        if not find_spec("pyspark"):
            raise NoSuchEngine().worded(NOT_INSTALLED)
        return name
    if name not in ("duckdb", "parquet"):
        raise NoSuchEngine
    return name


def reads_index(name: str) -> bool:
    """Whether the engine of that name is asked over the index files."""
    return name != "parquet"


def watched(engine: Engine) -> Engine:
    """An engine whose slow questions are written down: those of more processor milliseconds than `SLOW` says."""
    from ayan.core.query.engines.slow_questions import WatchedEngine

    text = os.environ.get(SLOW) or str(DEFAULT_SLOW_MS)
    # A number that is none is told of by the settings.
    return WatchedEngine(engine, int(text) / 1000 if text.isdecimal() else 0)


def chosen_engine(name: str, index_store: IndexStore, memory_mb: int = DEFAULT_MEMORY_MB) -> Engine:
    """The engine: ``duckdb`` asks the index files, ``parquet`` the releases themselves, without an index, and
    ``sc://host:port`` index files and, about whole large tables, a cluster.

    ``duckdb`` asks the releases, too, about states that have no index file yet (`ayan.core.query.engines.standby`).

    Half of ``memory_mb``, what a process may take, is for one question, and the same half for what stays open between
    questions; a question rarely needs its own while everything else is held. An eighth, up to 128 MiB, is for a whole
    table on its way out, and a sixteenth, up to 32 MiB, for the texts of small tables. Only the chosen engine is
    imported, for others may want what is not installed.
    """
    from ayan.core.query.engines.embedded_engine import EngineLimits

    budget = EngineLimits(
        memory=f"{memory_mb // 2}MiB",
        stream_memory=f"{min(memory_mb // 8, STREAM_MB)}MiB",
        database_bytes=memory_mb * 1024**2 // 2,
        folded_bytes=min(memory_mb // 16, FOLDED_MB) * 1024**2,
    )
    from ayan.core.query.engines.parquet import ParquetEngine

    if check_engine(name) == "parquet":
        return ParquetEngine(budget)
    from ayan.core.query.engines.duckdb import DuckDBEngine
    from ayan.core.query.engines.standby import StandbyEngine

    # Few states are asked for without an index at any time, and each that stays open takes memory.
    standby = replace(budget, files=MOST_UNINDEXED, database_bytes=budget.database_bytes // 8)
    own_engine = StandbyEngine(DuckDBEngine(index_store, budget), ParquetEngine(standby), index_store)
    if name == DEFAULT_ENGINE:
        return own_engine
    from ayan.core.query.engines.cluster import ClusterEngine
    from ayan.core.query.engines.spark import SparkEngine

    return ClusterEngine(own_engine, SparkEngine(name, budget, index_store.release_store.shared))


def watched_engine(name: str, index_store: IndexStore, memory_mb: int) -> Engine:
    """`chosen_engine`, `watched`."""
    return watched(chosen_engine(name, index_store, memory_mb))


def chosen_cluster(name: str, datasets: Iterable[Dataset], shared: Shared) -> AuditCluster | None:
    """Who reckons balances and flags over large tables, where ``name`` is the address of a cluster; None else."""
    if not _CLUSTER.fullmatch(name):
        return None
    from ayan.core.audit.cluster_audit import AuditCluster
    from ayan.core.query.engines.spark_connection import SparkConnection

    return AuditCluster(SparkConnection(name, shared), {each.slug: each for each in datasets})
