"""States as a cluster knows them: views of each, made of its parts, with the period, release and number of every row.

The parts are read by the workers: under the paths that they have here, in a folder that all share, or, where the store
is a bucket, from the bucket itself (`ayan.core.query.engines.bucket_source`). Spark sees by itself which columns of a
file it needs; of what it reads from a bucket it must be told, so there is a view for each choice of columns.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pyarrow as pa

from ayan.core.query.engines.embedded_engine import NOTHING
from ayan.core.query.limits import MOST_COLUMN_CHOICES
from ayan.core.store.objects import SharedObject, StoreError
from ayan.core.store.parquet import rows_of
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.system.duckdb import confined

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

_PATTERN: Final = re.compile(r"[\\{}\[\]*?]")

Shared = Callable[[Release], Sequence[SharedObject] | None]
"""Where other machines read the parts of a release; None where under the paths that they have here."""

FrameOfRelease = Callable[[frozenset[str], bool], Any]
"""The frame of some columns of a state, with the address of each row or without."""

ADDRESS: Final = (("_period", pa.string()), ("_release", pa.int32()), ("_n", pa.int64()))


def nowhere(release: Release) -> Sequence[SharedObject] | None:  # noqa: ARG001 - as `Shared` says
    """Every part is read under the path that it has here."""
    return None


class ClusterView:
    """A state as the cluster knows it; ``schema`` are its columns as they would be empty in DuckDB. Safe for threads.

    ``narrow`` says that only the columns that are asked for are read.
    """

    def __init__(self, session: SparkSession, schema: pa.Schema, make: FrameOfRelease, *, narrow: bool) -> None:
        self.schema = schema
        self._session = session
        self._make = make
        self._narrow = narrow
        self._lock = threading.Lock()
        self._names: OrderedDict[object, str] = OrderedDict()

    def table(self, columns: Collection[str] | None = None, *, addressed: bool) -> str:
        """The name of a view with ``columns``, or all, in which others may be missing.

        If not ``addressed``, its period, release and number are empty where it has any: to know these costs a join.
        """
        own = {column for column, _ in ADDRESS}
        wanted = frozenset(
            name
            for name in self.schema.names
            if name not in own and (not self._narrow or columns is None or name in columns)
        )
        key = wanted, addressed
        with self._lock:
            if key not in self._names:
                name = f"state_{uuid4().hex}"
                self._make(wanted, addressed).createOrReplaceTempView(name)
                self._names[key] = name
            self._names.move_to_end(key)
            while len(self._names) > MOST_COLUMN_CHOICES:
                self._session.catalog.dropTempView(self._names.popitem(last=False)[1])
            return self._names[key]

    def drop(self) -> None:
        """Let the cluster forget it."""
        with self._lock:
            while self._names:
                self._session.catalog.dropTempView(self._names.popitem()[1])


def parts(state: DatasetSnapshot) -> list[tuple[Release, Path]]:
    """The parts of a state in the order of their rows, each with its release. OSError, StoreError where one is gone."""
    return [(release, path) for release in state.releases for path in release.parts()]


def view_key(state: DatasetSnapshot, shared: Shared) -> object:
    """What the view of a state is remembered by; another one when it must be made anew. OSError where one is gone."""
    if any(shared(release) is not None for release in state.releases):
        # In a bucket nothing is written twice under one name, and an erasure changes the digest of the state.
        return state.digest
    # An erasure writes a part anew under its name, so the inodes are part of what is remembered.
    return state.digest, tuple(path.stat().st_ino for _, path in parts(state))


def stands(state: DatasetSnapshot, shared: Shared) -> bool:
    """Whether every part of a state is there."""
    try:
        for release in state.releases:
            for path in release.parts():
                path.stat()
        view_key(state, shared)
    except (OSError, StoreError):
        return False
    return True


def viewed(session: SparkSession, state: DatasetSnapshot, shared: Shared) -> ClusterView:
    """A state whose rows the cluster can be asked for. OSError, StoreError where a part is gone."""
    import pyarrow.parquet as pq

    known = parts(state)
    if not known:
        with confined(threads=1) as connection:
            schema = connection.sql(NOTHING).to_arrow_reader(1).schema
        return ClusterView(session, schema, lambda columns, addressed: session.sql(NOTHING), narrow=False)
    schemas = {path: pq.read_schema(path).remove_metadata() for _, path in known}
    whole = pa.unify_schemas(list(schemas.values()), promote_options="permissive")
    own = {column for column, _ in ADDRESS}
    schema = pa.schema([*(pa.field(*each) for each in ADDRESS), *(field for field in whole if field.name not in own)])
    objects = _objects(state, shared)
    befores = accumulate((rows_of(path) for _, path in known), initial=0)
    places = pa.table(
        {
            "_path": [objects[path].key if objects else str(path) for _, path in known],
            "_period": [release.period for release, _ in known],
            "_release": pa.array([release.number for release, _ in known], pa.int32()),
            "_before": pa.array([before for before, _ in zip(befores, known, strict=False)], pa.int64()),
        }
    )
    typed = {path: _typed(each) for path, each in schemas.items()}

    def build(columns: frozenset[str], addressed: bool) -> Any:
        names = [name for name in schema.names if name in own or name in columns]
        united = _united(session, {path: _only(columns, each) for path, each in typed.items()}, objects, addressed)
        united = _filled(united, {name for each in typed.values() for name in each.names}, names)
        return _join(united, session.createDataFrame(places), names) if addressed else _without_address(united, names)

    return ClusterView(session, schema, build, narrow=bool(objects))


def _united(
    session: SparkSession, schemas: Mapping[Path, pa.Schema], objects: Mapping[Path, SharedObject], addressed: bool
) -> Any:
    """The rows of all parts; ``addressed``, with the part of each and the place in it."""
    frames = [
        _bucket_read(session, schemas[same[0]], {path: objects[path] for path in same}, addressed)
        if objects
        else _read(session, schemas[same[0]], same)
        for same in _alike(schemas)
    ]
    united = frames[0]
    for frame in frames[1:]:
        united = united.unionByName(frame, allowMissingColumns=True)
    return united


def _only(columns: frozenset[str], schema: pa.Schema) -> pa.Schema:
    return pa.schema([field for field in schema if field.name in columns])


def _objects(state: DatasetSnapshot, shared: Shared) -> Mapping[Path, SharedObject]:
    """Where workers read each part, by its path here; nothing where they read it under that path."""
    by_path: dict[Path, SharedObject] = {}
    for release in state.releases:
        objects = shared(release)
        if objects is not None:
            by_path |= dict(zip(release.parts(), objects, strict=True))
    return by_path


def _typed(schema: pa.Schema) -> pa.Schema:
    """Without the columns of a part that have no type, for no row has a value: Spark takes them for numbers."""
    return pa.schema([field for field in schema if not pa.types.is_null(field.type)])


def _filled(united: Any, there: set[str], names: Sequence[str]) -> Any:
    """With those columns that no part has a type for, empty."""
    from pyspark.sql.connect import functions as f

    own = {column for column, _ in ADDRESS}
    lacking = [name for name in names if name not in there | own]
    return united.withColumns({name: f.lit(None).cast("string") for name in lacking}) if lacking else united


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

    # Spark takes a name as it is, and some letters of one for a pattern.
    frame = session.read.parquet(
        *("file://" + _PATTERN.sub(lambda letter: f"\\{letter[0]}", str(path)) for path in paths)
    )
    return frame.select(
        *(f.col(f"`{name}`") for name in schema.names),
        f.regexp_replace(_decoded(f.col("_metadata.file_path")), "^file:/+", "/").alias("_path"),
        f.col("_metadata.row_index").alias("_index"),
    )


def _bucket_read(
    session: SparkSession, schema: pa.Schema, objects: Mapping[Path, SharedObject], addressed: bool
) -> Any:
    from ayan.core.query.engines.bucket_source import INDEX, PATH, bucket_frame
    from ayan.core.query.engines.part_ranges import part_facts

    facts = [part_facts(path, part, schema.names) for path, part in objects.items()]
    # What a file says of columns that are never empty is not said of what is read of it.
    schema = pa.schema([field.with_nullable(True) for field in schema])
    if addressed:
        schema = schema.append(pa.field(PATH, pa.string()))
    if addressed or not schema.names:
        # Rows that are only counted: their place is made up where they are read.
        schema = schema.append(pa.field(INDEX, pa.int64()))
    return bucket_frame(session, schema, facts)


def _decoded(path: Any) -> Any:
    """A path as it is named here: Spark writes what is no plain letter of it as addresses do."""
    from pyspark.sql.connect import functions as f

    return f.url_decode(f.replace(path, f.lit("+"), f.lit("%2B")))


def _join(united: Any, places: Any, names: Sequence[str]) -> Any:
    """The rows with their addresses. One whose part is not known here ends the question: it must not be left out."""
    from pyspark.sql.connect import functions as f

    joined = united.join(f.broadcast(places), "_path", "left")
    known = f.coalesce(f.col("_before"), f.raise_error(f.concat(f.lit("a part is not known: "), f.col("_path"))))
    numbered = joined.withColumn("_n", known.cast("long") + f.col("_index") + 1)
    return numbered.select(*(f.col(f"`{name}`") for name in names))


def _without_address(united: Any, names: Sequence[str]) -> Any:
    from pyspark.sql.connect import functions as f

    kinds = {"_period": "string", "_release": "int", "_n": "long"}
    return united.select(
        *(f.lit(None).cast(kinds[name]).alias(name) if name in kinds else f.col(f"`{name}`") for name in names)
    )
