"""Every engine that must pass this suite; a new one is added here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.engines.naive_engine import NaiveEngine

from ayan.core.index.index_store import IndexStore
from ayan.core.query.engines import Engine
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.embedded import EngineLimits
from ayan.core.query.engines.parquet import ParquetEngine

# Made over the index files that `tests.engines.indexed.index_of` gives it, within a budget.
Make = Callable[[IndexStore, EngineLimits | None], Engine]
ENGINES: Final[Mapping[str, Make]] = {
    "duckdb": DuckDBEngine,
    "indexed": DuckDBEngine,
    "parquet": lambda index_store, budget: ParquetEngine(budget),
    "naive": lambda index_store, budget: NaiveEngine(),
}
# Those that write SQL, and so are held to limits of time, of memory and of what SQL may reach.
SQL_ENGINES: Final = ("duckdb", "indexed", "parquet")
