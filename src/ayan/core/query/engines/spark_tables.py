"""Tables of several datasets at a cluster, for statements over whole tables: what balances and flags are made of.

Each table stands twice: at the cluster with its rows, and here in DuckDB without any, which says in what types DuckDB
would answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import duckdb
import pyarrow as pa

from ayan.core.query.engines.carried_sql import JALALI_YEAR, carried
from ayan.core.query.engines.spark import as_in_duckdb
from ayan.core.query.engines.spark_connection import ClusterQuestion, SparkConnection
from ayan.core.query.engines.spark_views import ClusterView
from ayan.core.query.limits import SHADOW_MEMORY
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import DatasetSnapshot
from ayan.core.system.duckdb import confined
from ayan.core.values import sql as written
from ayan.core.values.sql import identifier

PLACE: Final = (("_period", "VARCHAR"), ("_release", "INTEGER"))
"""Of which release a row is."""

FrameOfColumns = Callable[[frozenset[str]], Any]
"""The frame of some columns of a table; it may have more."""


@dataclass(slots=True)
class ClusterTables:
    """The tables of one question, by name; what is kept goes with them."""

    _question: ClusterQuestion
    _shadow: duckdb.DuckDBPyConnection
    _views: dict[tuple[str, frozenset[str]], str] = field(default_factory=dict)
    _frames: dict[str, FrameOfColumns] = field(default_factory=dict)
    _columns: dict[str, dict[str, str]] = field(default_factory=dict)
    _kept: list[Any] = field(default_factory=list)
    sources: dict[str, tuple[Dataset, ClusterView]] = field(default_factory=dict)

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """The rows of a statement in DuckDB's SQL, as DuckDB would give them. NotCarried; else as `SparkConnection`."""
        table, long = self._answer(select)
        columns = [column.to_pylist() for column in table.columns]
        for at in long:
            columns[at] = [None if value is None else int(value) for value in columns[at]]
        return list(zip(*columns, strict=True))

    def table(self, select: str) -> pa.Table:
        """The same as a table."""
        return self._answer(select)[0]

    def columns(self, name: str) -> list[str]:
        """The columns of a table."""
        return list(self._columns[name])

    def keep(self, name: str, select: str) -> None:
        """Reckon a statement once and let its rows stay at the cluster as a table."""
        frame = self._frame(select)
        from pyspark.storagelevel import StorageLevel

        # On their disks: what is kept may be as long as the table.
        frame = frame.persist(StorageLevel.DISK_ONLY)
        self._kept.append(frame)
        self._shadow.execute(f"CREATE TABLE {identifier(name)} AS {select}")
        self._name(name, lambda _: frame)

    def give(self, name: str, table: pa.Table) -> None:
        """Let a small table of this machine stand at the cluster."""
        self._shadow.register("given", table.slice(0, 0))
        self._shadow.execute(f"CREATE TABLE {identifier(name)} AS SELECT * FROM given")
        self._shadow.unregister("given")
        given = self._question.session.createDataFrame(table)
        self._name(name, lambda _: given)

    def add(self, name: str, dataset: Dataset, view: ClusterView, *, placed: bool = False) -> None:
        """The published columns of a dataset's rows, empty where its parts have none; ``placed``, with their release.

        To know that costs the cluster a join.
        """
        there = set(view.schema.names)
        kinds = {field.name: field.storage for field in dataset.published} | (dict(PLACE) if placed else {})
        columns = ", ".join(f"{identifier(column)} {kind}" for column, kind in kinds.items())
        self._shadow.execute(f"CREATE TABLE {identifier(name)} ({columns})")
        spark = {"VARCHAR": "STRING"}

        def frame(wanted: frozenset[str]) -> Any:
            selected = [
                f"`{column}`" if column in there else f"CAST(NULL AS {spark.get(kind, kind)}) AS `{column}`"
                for column, kind in kinds.items()
                if column in wanted
            ]
            rows = self._question.session.table(view.table(wanted, addressed=placed))
            # Rows that are only counted have to have something.
            return rows.selectExpr(*(selected or ["1 AS `counted`"]))

        self._name(name, frame)

    def placed(self, slug: str) -> str:
        """The table of a dataset's rows with their release, by its name."""
        name = f"{slug} placed"
        if name not in self._frames:
            self.add(name, *self.sources[slug], placed=True)
        return name

    def close(self) -> None:
        """Let go of what was kept."""
        for frame in self._kept:
            with suppress(Exception):
                frame.unpersist()
        for view in self._views.values():
            with suppress(Exception):
                self._question.session.catalog.dropTempView(view)

    def _name(self, name: str, frame: FrameOfColumns) -> None:
        self._frames[name] = frame
        described = self._shadow.execute(f"DESCRIBE {identifier(name)}").fetchall()
        self._columns[name] = {str(column): str(kind) for column, kind, *_ in described}

    def _view(self, name: str, columns: frozenset[str]) -> str:
        """The name of a view of a table with some of its columns."""
        if (name, columns) not in self._views:
            view = f"table_{uuid4().hex}"
            self._frames[name](columns).createOrReplaceTempView(view)
            self._views[name, columns] = view
        return self._views[name, columns]

    def _frame(self, select: str) -> Any:
        return self._question.asked(carried(select, self._columns, self._view), {})

    def _answer(self, select: str) -> tuple[pa.Table, list[int]]:
        frame = self._frame(select)
        relation = self._shadow.sql(select)
        long = [at for at, kind in enumerate(relation.types) if str(kind) == "HUGEINT"]
        schema = relation.to_arrow_reader(1).schema
        return as_in_duckdb(self._question.answer(frame, schema), schema), long


@contextmanager
def cluster_tables(
    connection: SparkConnection,
    datasets: Mapping[str, Dataset],
    states: Mapping[str, DatasetSnapshot],
    seconds: float,
) -> Iterator[ClusterTables]:
    """The states of datasets as tables by their slugs; all that is asked of them together has ``seconds``.

    Raises what `SparkConnection.asking` raises.
    """
    slugs = sorted(states)
    with (
        connection.asking([states[slug] for slug in slugs], seconds) as question,
        confined(memory=SHADOW_MEMORY, threads=1) as shadow,
    ):
        shadow.execute(f"CREATE MACRO {JALALI_YEAR}(day) AS ({written.jalali_year('day')})")
        tables = ClusterTables(question, shadow)
        try:
            for slug, view in zip(slugs, question.views, strict=True):
                tables.sources[slug] = datasets[slug], view
                tables.add(slug, datasets[slug], view)
            yield tables
        finally:
            tables.close()
