"""The engine of a cluster: plans run by Apache Spark, asked through Spark Connect, over the Parquet parts of releases.

The workers read the parts from the folder of the store, which they share with this machine. For what takes whole tables
in hand: groups, facets and files of many rows. A page takes a second there and a thousandth of it from an index.

The package ``pyspark`` is installed where a cluster is asked, and nowhere else.
"""

from __future__ import annotations

import socket
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import pyarrow as pa

from ayan.core.query.answer import Answer, CursorExpired, Snapshot, TooHeavy, TooLarge, TooSlow
from ayan.core.query.engines.deadline import Deadline
from ayan.core.query.engines.embedded import NOTHING, EngineLimits, page_answer
from ayan.core.query.engines.spark_sql import spark_sql
from ayan.core.query.limits import CLUSTER_RETRIES, CLUSTER_SECONDS, MOST_CLUSTER_VIEWS
from ayan.core.query.plan import Plan, RowCount, RowFile, RowNumbers, Rows, shown_fields
from ayan.core.query.row_sql import TABLE, over_columns
from ayan.core.query.sql import to_sql
from ayan.core.schema.definition import Dataset
from ayan.core.store.damage import DatasetDamaged
from ayan.core.store.objects import StoreError
from ayan.core.store.parquet import rows_of
from ayan.core.store.release import DatasetSnapshot
from ayan.core.system.duckdb import confined
from ayan.core.values.refusal import Refusal
from ayan.core.values.sql import SqlStatement

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession


class ClusterAway(Refusal):
    """The cluster does not answer; whoever may ask elsewhere does so."""

    code = "cluster-away"
    fa = "خوشهٔ اسپارک پاسخ نمی‌دهد. کمی بعد دوباره بخواهید."
    en = "The Spark cluster does not answer. Ask again a little later."
    status = 503


BATCH_ROWS: Final = 16_384
_LONG: Final = 2**63


@dataclass(frozen=True, slots=True)
class _View:
    """A state as the cluster knows it: the name of its view and its columns as they would be empty in DuckDB."""

    name: str
    schema: pa.Schema


class SparkEngine:
    """Answers from the parts of a state, read by the workers of the cluster at ``address`` (``sc://host:port``)."""

    def __init__(self, address: str, budget: EngineLimits | None = None) -> None:
        self.address = address
        self.budget = budget or EngineLimits()
        self._lock = threading.Lock()
        self._session: SparkSession | None = None
        self._views: OrderedDict[object, _View] = OrderedDict()

    def prepare(self, state: DatasetSnapshot) -> None:
        """Look whether every part is in place. StoreError otherwise."""
        try:
            _key(state)
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
        with self._lock:
            session, self._session = self._session, None
            self._views.clear()
        if session is not None:
            with suppress(Exception):
                session.stop()

    # --- the session --------------------------------------------------------------------------------------------

    @contextmanager
    def _asking(self, state: DatasetSnapshot, seconds: float) -> Iterator[_Asking]:
        tag = f"ayan-{uuid4().hex}"
        try:
            session, view = self._opened(state)
            deadline = Deadline(_Question(session, tag), seconds)
            session.addTag(tag)
            try:
                deadline.check()
                yield _Asking(session, view, deadline)
            finally:
                deadline.cancel()
                session.removeTag(tag)
        except Refusal:
            raise
        except OSError as fault:
            if _stands(state):
                raise DatasetDamaged(state.slug) from fault
            raise CursorExpired from None
        except Exception as fault:
            self._refuse(state, fault)
            raise

    def _refuse(self, state: DatasetSnapshot, fault: Exception) -> None:
        """Raise what a fault of the cluster means; nothing where it is none."""
        from grpc import RpcError
        from pyspark.errors import ArithmeticException, PySparkException

        if isinstance(fault, ArithmeticException):
            raise TooLarge from None
        if not isinstance(fault, (PySparkException, RpcError)):
            return
        text = str(fault)
        if "OPERATION_CANCELED" in text or "SPARK_JOB_CANCELLED" in text or "cancelled" in text:
            raise TooSlow from None
        if "OutOfMemoryError" in text or "MEMORY" in text:
            raise TooHeavy from None
        if "FILE_NOT_EXIST" in text or "FAILED_READ_FILE" in text or "PATH_NOT_FOUND" in text:
            if _stands(state):
                raise DatasetDamaged(state.slug) from fault
            raise CursorExpired from None
        if isinstance(fault, RpcError) or "UNAVAILABLE" in text or "SESSION" in text:
            self.close()
            raise ClusterAway from fault

    def _opened(self, state: DatasetSnapshot) -> tuple[SparkSession, _View]:
        key = _key(state)
        with self._lock:
            if self._session is None:
                self._session = _session(self.address)
            session = self._session
            if key not in self._views:
                self._views[key] = _viewed(session, state)
                if len(self._views) > MOST_CLUSTER_VIEWS:
                    session.catalog.dropTempView(self._views.popitem(last=False)[1].name)
            self._views.move_to_end(key)
            return session, self._views[key]


@dataclass(frozen=True, slots=True)
class _Question:
    """What a deadline interrupts: whatever runs under a tag."""

    session: SparkSession
    tag: str

    def interrupt(self) -> None:
        """Stop it on the cluster, if it runs."""
        with suppress(Exception):
            self.session.interruptTag(self.tag)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question's way to a state."""

    session: SparkSession
    view: _View
    deadline: Deadline

    def all(self, dataset: Dataset, plan: Plan) -> list[tuple[Any, ...]]:
        """The result as tuples of the values that DuckDB would give."""
        self.deadline.check()
        statement = self._statement(dataset, plan)
        table = self._asked(dataset, plan, statement).toArrow()
        self.deadline.check()
        schema, long = self._types(statement)
        columns = [column.to_pylist() for column in _cast(table, schema).columns]
        for at in long:
            columns[at] = [None if value is None else int(value) for value in columns[at]]
        return list(zip(*columns, strict=True))

    def batches(self, dataset: Dataset, plan: RowFile, seconds: float) -> Iterator[pa.RecordBatch]:
        """The result as it comes; once its first batch is there, the rest has ``seconds``."""
        self.deadline.check()
        statement = self._statement(dataset, plan)
        schema, _ = self._types(statement)
        frame = self._asked(dataset, plan, statement)
        client = self.session.client
        empty = True
        for piece in client.to_table_as_iterator(frame._plan.to_proto(client), {}):
            if not isinstance(piece, pa.Table):
                continue
            for batch in _cast(piece, schema).to_batches(max_chunksize=BATCH_ROWS):
                if empty:
                    self.deadline.allow(seconds)
                empty = False
                yield batch
                self.deadline.check()
        if empty:
            yield pa.RecordBatch.from_pylist([], schema=schema)

    def _statement(self, dataset: Dataset, plan: Plan) -> SqlStatement:
        statement = to_sql(dataset, plan)
        return SqlStatement(over_columns(dataset, frozenset(self.view.schema.names)) + statement.sql, statement.values)

    def _asked(self, dataset: Dataset, plan: Plan, statement: SqlStatement) -> Any:
        scales = {field.name: field.scale for field in dataset.published if field.kind.has_decimals}
        in_order = isinstance(plan, (Rows, RowNumbers, RowFile))
        text, values = spark_sql(statement, self.view.name, scales, in_order=in_order)
        return self.session.sql(text, args={name: _bound(value) for name, value in values.items()})

    def _types(self, statement: SqlStatement) -> tuple[pa.Schema, list[int]]:
        """The columns that DuckDB would answer with, and which of them hold whole numbers beyond 64 bits."""
        with confined(memory="64MB", threads=1) as connection:
            empty = self.view.schema.empty_table()
            connection.register("given", empty)
            connection.execute(f"CREATE TABLE {TABLE} AS SELECT * FROM given")
            relation = connection.sql(statement.sql, params=statement.values)
            long = [at for at, kind in enumerate(relation.types) if str(kind) == "HUGEINT"]
            return relation.to_arrow_reader(1).schema, long


def _bound(value: object) -> object:
    """A value as the cluster takes it; whole numbers beyond 64 bits as decimals."""
    from decimal import Decimal

    if isinstance(value, int) and not isinstance(value, bool) and not -_LONG <= value < _LONG:
        return Decimal(value)
    return value


def _cast(table: pa.Table, schema: pa.Schema) -> pa.Table:
    def as_said(column: pa.ChunkedArray[Any], kind: pa.DataType) -> pa.Array[Any] | pa.ChunkedArray[Any]:
        if column.type == kind:
            return column
        return pa.nulls(len(column)) if pa.types.is_null(kind) else column.cast(kind, safe=True)

    columns = [as_said(column, field.type) for column, field in zip(table.columns, schema, strict=True)]
    return pa.Table.from_arrays(columns, schema=schema)


# --- states -----------------------------------------------------------------------------------------------------------


def _session(address: str) -> SparkSession:
    """A session of the cluster. ClusterAway where nobody listens, or where the package is not installed."""
    try:
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession as Remote
    except ImportError as fault:
        raise ClusterAway from fault
    place = urlsplit(address)
    try:
        # Of its own accord the package would wait ten minutes for a server that is not there.
        socket.create_connection((place.hostname or "", place.port or 0), timeout=CLUSTER_SECONDS).close()
    except OSError as fault:
        raise ClusterAway from fault
    session = Remote.builder.remote(address).create()
    session.client.set_retry_policies([DefaultPolicy(max_retries=CLUSTER_RETRIES, max_backoff=1000)])
    return session


def _paths(state: DatasetSnapshot) -> list[Path]:
    return [path for release in state.releases for path in release.parts()]


def _key(state: DatasetSnapshot) -> object:
    # An erasure writes a part anew under its name, so the inodes are part of what is remembered.
    return state.digest, tuple(path.stat().st_ino for path in _paths(state))


def _stands(state: DatasetSnapshot) -> bool:
    try:
        _key(state)
    except OSError:
        return False
    return True


def _viewed(session: SparkSession, state: DatasetSnapshot) -> _View:
    """Name the state to the cluster: the rows of all parts with period, release and number."""
    import pyarrow.parquet as pq

    name = f"state_{uuid4().hex}"
    parts = [(release, path) for release in state.releases for path in release.parts()]
    schemas = {path: pq.read_schema(path).remove_metadata() for _, path in parts}
    whole = pa.unify_schemas(list(schemas.values()), promote_options="permissive") if parts else pa.schema([])
    address = [("_period", pa.string()), ("_release", pa.int32()), ("_n", pa.int64())]
    fields = [pa.field(column, kind) for column, kind in address]
    schema = pa.schema([*fields, *(field for field in whole if field.name not in dict(address))])
    if not parts:
        with confined(threads=1) as connection:
            schema = connection.sql(NOTHING).to_arrow_reader(1).schema
        session.sql(NOTHING).createOrReplaceTempView(name)
        return _View(name, schema)
    befores = accumulate((rows_of(path) for _, path in parts), initial=0)
    places = session.createDataFrame(
        pa.table(
            {
                "_path": [str(path) for _, path in parts],
                "_period": [release.period for release, _ in parts],
                "_release": pa.array([release.number for release, _ in parts], pa.int32()),
                "_before": pa.array([before for before, _ in zip(befores, parts, strict=False)], pa.int64()),
            }
        )
    )
    frames = [_read(session, schemas[same[0]], same) for same in _alike(schemas)]
    united = frames[0]
    for frame in frames[1:]:
        united = united.unionByName(frame, allowMissingColumns=True)
    _join(united, places, schema.names).createOrReplaceTempView(name)
    return _View(name, schema)


def _alike(schemas: Mapping[Path, pa.Schema]) -> list[list[Path]]:
    """The parts that have the same columns, in one reading each."""
    groups: list[tuple[pa.Schema, list[Path]]] = []
    for path, schema in schemas.items():
        for known, paths in groups:
            if known.equals(schema):
                paths.append(path)
                break
        else:
            groups.append((schema, [path]))
    return [paths for _, paths in groups]


def _read(session: SparkSession, schema: pa.Schema, paths: Sequence[Path]) -> Any:
    from pyspark.sql.connect import functions as f

    frame = session.read.parquet(*(path.as_uri() for path in paths))
    return frame.select(
        *(f.col(f"`{name}`") for name in schema.names),
        f.regexp_replace(f.col("_metadata.file_path"), "^file:/+", "/").alias("_path"),
        f.col("_metadata.row_index").alias("_index"),
    )


def _join(united: Any, places: Any, names: Sequence[str]) -> Any:
    from pyspark.sql.connect import functions as f

    joined = united.join(f.broadcast(places), "_path")
    numbered = joined.withColumn("_n", f.col("_before") + f.col("_index") + 1)
    return numbered.select(*(f.col(f"`{name}`") for name in names))
