"""The engine of a cluster: plans run by Apache Spark, asked through Spark Connect, over the Parquet parts of releases.

For what takes whole tables in hand: groups, facets and files of many rows. A page takes a second there and a thousandth
of it from an index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from ayan.core.query.answer import Answer, Snapshot
from ayan.core.query.engines.embedded_engine import EngineLimits, page_answer
from ayan.core.query.engines.spark_connection import ClusterQuestion, SparkConnection
from ayan.core.query.engines.spark_sql import spark_sql
from ayan.core.query.engines.spark_views import ClusterView, Shared, nowhere, parts
from ayan.core.query.limits import TYPES_MEMORY
from ayan.core.query.plan import Plan, RowCount, RowFile, RowNumbers, Rows, shown_fields
from ayan.core.query.row_sql import TABLE, over_columns
from ayan.core.query.sql import to_sql
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreError
from ayan.core.store.release import DatasetSnapshot
from ayan.core.system.duckdb import confined
from ayan.core.values.sql import SqlStatement, identifier

BATCH_ROWS: Final = 16_384
_LONG: Final = 2**63


class SparkEngine:
    """Answers from the parts of a state, read by the workers of the cluster at ``address`` (``sc://host:port``).

    ``shared`` as in `SparkConnection`.
    """

    def __init__(self, address: str, budget: EngineLimits | None = None, shared: Shared = nowhere) -> None:
        self.budget = budget or EngineLimits()
        self.connection = SparkConnection(address, shared)

    def cores(self) -> int:
        """How many tasks the cluster runs at a time. ClusterAway."""
        return self.connection.cores()

    def prepare(self, state: DatasetSnapshot) -> None:
        """Look whether every part is in place. StoreError otherwise."""
        try:
            for _, path in parts(state):
                path.stat()
        except OSError as fault:
            raise StoreError(f"a part of {state.slug} cannot be read: {fault}") from fault

    def page(self, dataset: Dataset, plan: Rows, snapshot: Snapshot, *, seconds: float | None = None) -> Answer:
        """One page of rows. TooSlow or TooHeavy where it costs too much."""
        question = plan.question
        columns = shown_fields(dataset, question)
        allowed = self.budget.seconds if seconds is None else min(seconds, self.budget.seconds)
        with self._asking(snapshot.source, allowed) as asking:
            page_rows = asking.all(dataset, plan)
            total = int(asking.all(dataset, RowCount(question))[0][0]) if question.count else None
        return page_answer(question, columns, page_rows, total, snapshot)

    def table(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """The result of a plan that is small, such as a record, groups or facets."""
        with self._asking(snapshot.source, self.budget.seconds) as asking:
            return asking.all(dataset, plan)

    def stream(self, dataset: Dataset, plan: RowFile, snapshot: Snapshot) -> Iterator[pa.RecordBatch]:
        """All rows in batches as they come from the cluster."""
        with self._asking(snapshot.source, self.budget.first_seconds) as asking:
            yield from asking.batches(dataset, plan, self.budget.stream_seconds)

    def close(self) -> None:
        """Let the cluster forget us."""
        self.connection.close()

    @contextmanager
    def _asking(self, state: DatasetSnapshot, seconds: float) -> Iterator[_Asking]:
        with self.connection.asking((state,), seconds) as question:
            yield _Asking(question, question.views[0])


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question's way to a state."""

    question: ClusterQuestion
    view: ClusterView

    def all(self, dataset: Dataset, plan: Plan) -> list[tuple[Any, ...]]:
        """The result as tuples of the values that DuckDB would give."""
        statement = self._statement(dataset, plan)
        schema, long = self._types(statement)
        table = self.question.answer(self._asked(dataset, plan, statement), schema)
        columns = [column.to_pylist() for column in as_in_duckdb(table, schema).columns]
        for at in long:
            columns[at] = [None if value is None else int(value) for value in columns[at]]
        return list(zip(*columns, strict=True))

    def batches(self, dataset: Dataset, plan: RowFile, seconds: float) -> Iterator[pa.RecordBatch]:
        """The result as it comes; once its first batch is there, the rest has ``seconds``."""
        statement = self._statement(dataset, plan)
        schema, _ = self._types(statement)
        deadline = self.question.deadline
        empty = True
        for piece in self.question.pieces(self._asked(dataset, plan, statement)):
            for batch in as_in_duckdb(piece, schema).to_batches(max_chunksize=BATCH_ROWS):
                if empty:
                    deadline.allow(seconds)
                empty = False
                yield batch
                deadline.check()
        if empty:
            yield pa.RecordBatch.from_pylist([], schema=schema)

    def _statement(self, dataset: Dataset, plan: Plan) -> SqlStatement:
        statement = to_sql(dataset, plan)
        return SqlStatement(over_columns(dataset, frozenset(self.view.schema.names)) + statement.sql, statement.values)

    def _asked(self, dataset: Dataset, plan: Plan, statement: SqlStatement) -> Any:
        scales = {field.name: field.scale for field in dataset.published if field.kind.has_decimals}
        in_order = isinstance(plan, (Rows, RowNumbers, RowFile))
        text, values = spark_sql(
            statement,
            lambda columns, addressed: self.view.table(columns, addressed=addressed),
            scales,
            in_order=in_order,
        )
        return self.question.asked(text, {name: bound(value) for name, value in values.items()})

    def _types(self, statement: SqlStatement) -> tuple[pa.Schema, list[int]]:
        return types_of(statement, {TABLE: self.view.schema})


def types_of(statement: SqlStatement, tables: Mapping[str, pa.Schema]) -> tuple[pa.Schema, list[int]]:
    """The columns that DuckDB would answer with over ``tables``, and which hold whole numbers beyond 64 bits."""
    with confined(memory=TYPES_MEMORY, threads=1) as connection:
        for name, schema in tables.items():
            empty = schema.empty_table()
            connection.register("given", empty)
            connection.execute(f"CREATE TABLE {identifier(name)} AS SELECT * FROM given")
            connection.unregister("given")
        relation = connection.sql(statement.sql, params=statement.values)
        long = [at for at, kind in enumerate(relation.types) if str(kind) == "HUGEINT"]
        return relation.to_arrow_reader(1).schema, long


def bound(value: object) -> object:
    """A value as the cluster takes it; whole numbers beyond 64 bits as decimals."""
    if isinstance(value, int) and not isinstance(value, bool) and not -_LONG <= value < _LONG:
        return Decimal(value)
    return value


def as_in_duckdb(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The same values in the types that DuckDB gives them. ArrowInvalid where one would be cut."""

    def as_said(column: pa.ChunkedArray[Any], kind: pa.DataType) -> pa.Array[Any] | pa.ChunkedArray[Any]:
        if column.type == kind:
            return column
        return pa.nulls(len(column)) if pa.types.is_null(kind) else column.cast(kind, safe=True)

    columns: Sequence[Any] = [as_said(column, field.type) for column, field in zip(table.columns, schema, strict=True)]
    return pa.Table.from_arrays(columns, schema=schema)
