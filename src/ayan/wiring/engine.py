"""Which engine answers questions, chosen by its name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

if TYPE_CHECKING:
    from ayan.core.index.index_store import IndexStore
    from ayan.core.query.engines import Engine

DEFAULT_ENGINE: Final = "duckdb"
DEFAULT_MEMORY_MB: Final = 1024
SLOW: Final = "AYAN_SLOW_MS"
DEFAULT_SLOW_MS: Final = "1000"
NOT_BUILT: Final = Label(
    "پرسش از خوشهٔ اسپارک هنوز ساخته نشده است. در AYAN_ENGINE بنویسید duckdb یا parquet.",
    "Asking a Spark cluster is not built yet. Write duckdb or parquet in AYAN_ENGINE.",
)


class NoSuchEngine(Refusal, ValueError):
    """The name is of no engine that is built."""

    code = "no-such-engine"
    fa = "چنین موتور پرسشی نیست. در AYAN_ENGINE بنویسید duckdb یا parquet."
    en = "There is no such engine. Write duckdb or parquet in AYAN_ENGINE."
    status = 500


def check_engine(name: str) -> str:
    """The name itself. NoSuchEngine for an unknown one, and for ``sc://host:port``, which is kept for a cluster."""
    if name.startswith("sc://"):
        raise NoSuchEngine().worded(NOT_BUILT)
    if name not in ("duckdb", "parquet"):
        raise NoSuchEngine
    return name


def watched(engine: Engine) -> Engine:
    """An engine whose slow questions are written down: those of more processor milliseconds than `SLOW` says."""
    from ayan.core.query.engines.slow_questions import WatchedEngine

    text = os.environ.get(SLOW) or DEFAULT_SLOW_MS
    # A number that is none is told of by the settings.
    return WatchedEngine(engine, int(text) / 1000 if text.isdecimal() else 0)


def chosen_engine(name: str, index_store: IndexStore, memory_mb: int = DEFAULT_MEMORY_MB) -> Engine:
    """The engine: ``duckdb`` asks the index files, ``parquet`` the releases themselves, without an index.

    Half of ``memory_mb``, what a process may take, is for one question, and the same half for what stays open between
    questions; a question rarely needs its own while everything else is held. Only the chosen engine is imported, for
    others may want what is not installed.
    """
    from ayan.core.query.engines.embedded import EngineLimits

    budget = EngineLimits(memory=f"{memory_mb // 2}MiB", database_bytes=memory_mb * 1024**2 // 2)
    if check_engine(name) == "parquet":
        from ayan.core.query.engines.parquet import ParquetEngine

        return ParquetEngine(budget)
    from ayan.core.query.engines.duckdb import DuckDBEngine

    return DuckDBEngine(index_store, budget)
