"""Every engine that must pass this suite; a new one is added here."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Final

from tests.engines.naive_engine import NaiveEngine

from ayan.core.index.index_store import IndexStore
from ayan.core.query.engines import Engine
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.embedded_engine import EngineLimits
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.engines.spark import SparkEngine

# Made over the index files that `tests.engines.small_index.index_of` gives it, within a budget.
Make = Callable[[IndexStore, EngineLimits | None], Engine]
SPARK: Final = "SPARK_REMOTE"
"""The address of a cluster (``sc://host:port``): where it is set, Spark is held to this suite, too."""
# A cluster of two workers beside everything else on one machine is slow, not wrong.
PATIENT: Final = EngineLimits(seconds=120)

ENGINES: Final[Mapping[str, Make]] = {
    "duckdb": DuckDBEngine,
    "indexed": DuckDBEngine,
    "parquet": lambda index_store, budget: ParquetEngine(budget),
    "naive": lambda index_store, budget: NaiveEngine(),
    **(
        {"spark": lambda index_store, budget: SparkEngine(os.environ[SPARK], budget or PATIENT)}
        if os.environ.get(SPARK)
        else {}
    ),
}
# Those that write SQL, and so are held to limits of time, of memory and of what SQL may reach.
SQL_ENGINES: Final = ("duckdb", "indexed", "parquet")
