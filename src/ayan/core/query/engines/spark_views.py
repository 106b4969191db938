"""States as a cluster knows them: a view of each, made of its parts, with the period, release and number of every row.

The parts are read by the workers: under the paths that they have here, in a folder that all share, or, where the store
is a bucket, from the bucket itself (`ayan.core.query.engines.bucket_source`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pyarrow as pa

from ayan.core.query.engines.embedded import NOTHING
from ayan.core.store.objects import SharedObject, StoreError
from ayan.core.store.parquet import rows_of
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.system.duckdb import confined

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

_PATTERN: Final = re.compile(r"[\\{}\[\]*?]")

Shared = Callable[[Release], Sequence[SharedObject] | None]
"""Where other machines read the parts of a release; None where under the paths that they have here."""

ADDRESS: Final = (("_period", pa.string()), ("_release", pa.int32()), ("_n", pa.int64()))


def nowhere(release: Release) -> Sequence[SharedObject] | None:  # noqa: ARG001 - as `Shared` says
    """Every part is read under the path that it has here."""
    return None


@dataclass(frozen=True, slots=True)
class ClusterView:
    """A state as the cluster knows it: the name of its view and its columns as they would be empty in DuckDB.

    ``bare`` is a view of the same rows whose period, release and number are empty: to know these costs a join.
    """

    name: str
    bare: str
    schema: pa.Schema


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
    """Name the state to the cluster: the rows of all parts with period, release and number."""
    import pyarrow.parquet as pq

    name = f"state_{uuid4().hex}"
    known = parts(state)
    if not known:
        with confined(threads=1) as connection:
            schema = connection.sql(NOTHING).to_arrow_reader(1).schema
        session.sql(NOTHING).createOrReplaceTempView(name)
        return ClusterView(name, name, schema)
    schemas = {path: pq.read_schema(path).remove_metadata() for _, path in known}
    whole = pa.unify_schemas(list(schemas.values()), promote_options="permissive")
    own = {column for column, _ in ADDRESS}
    schema = pa.schema([*(pa.field(*each) for each in ADDRESS), *(field for field in whole if field.name not in own)])
    objects = _objects(state, shared)
    befores = accumulate((rows_of(path) for _, path in known), initial=0)
    places = session.createDataFrame(
        pa.table(
            {
                "_path": [objects[path].key if objects else str(path) for _, path in known],
                "_period": [release.period for release, _ in known],
                "_release": pa.array([release.number for release, _ in known], pa.int32()),
                "_before": pa.array([before for before, _ in zip(befores, known, strict=False)], pa.int64()),
            }
        )
    )
    typed = {path: _typed(each) for path, each in schemas.items()}
    frames = [
        _bucket_read(session, typed[same[0]], [objects[path] for path in same])
        if objects
        else _read(session, typed[same[0]], same)
        for same in _alike(typed)
    ]
    united = frames[0]
    for frame in frames[1:]:
        united = united.unionByName(frame, allowMissingColumns=True)
    united = _filled(united, {name for each in typed.values() for name in each.names}, schema.names)
    _join(united, places, schema.names).createOrReplaceTempView(name)
    _without_address(united, schema.names).createOrReplaceTempView(f"{name}_bare")
    return ClusterView(name, f"{name}_bare", schema)


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


def _bucket_read(session: SparkSession, schema: pa.Schema, objects: Sequence[SharedObject]) -> Any:
    from ayan.core.query.engines.bucket_source import bucket_frame

    return bucket_frame(session, schema, objects)


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
