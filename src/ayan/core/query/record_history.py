"""What each release said of one record, and the same of many records for who asks for all of them."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow.parquet as pq

from ayan.core.query.engines.deadline import Deadline, refusing
from ayan.core.query.limits import (
    HISTORIES_HELD,
    HISTORY_MEMORY,
    HISTORY_PROCESSOR,
    HISTORY_ROWS,
    HISTORY_SECONDS,
    MOST_RELEASES,
    MOST_ROWS_OF_A_RECORD,
)
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreError
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.duckdb import confined
from ayan.core.values.sql import identifier


@dataclass(frozen=True, slots=True)
class Version:
    """What one release says of a record.

    ``values`` holds the published fields that the release has, by name; None where the record is not in it, or where
    the release has been withdrawn and nobody can tell. ``row`` is the record's row number in the source file.
    """

    release: Release
    values: Mapping[str, object] | None
    row: int | None = None

    @property
    def withdrawn(self) -> bool:
        """Whether the rows of the release are gone."""
        return self.release.withdrawn


@dataclass(frozen=True, slots=True)
class History:
    """The versions of a record, in the order in which they were sealed; ``earlier`` releases were not looked at."""

    versions: tuple[Version, ...]
    earlier: int = 0


_Values = dict[str, tuple[dict[str, object], int]]
"""By release (its ref) the values of a record and its row number."""
_Key = tuple[object, ...]


def history(store: ReleaseStore, dataset: Dataset, key: Mapping[str, object], periods: Sequence[str]) -> History:
    """What every release of some periods says of the record with these key values.

    Only published columns are read. Raises TooSlow, TooHeavy, or StoreError where a part cannot be read.
    """
    releases = store.releases_of(dataset.slug, periods)
    looked = releases[-MOST_RELEASES:]
    readable = [(str(path), release) for release in looked if not release.withdrawn for path in release.parts()]
    by_release = _values_by_release(as_asked(dataset), key, readable) if readable else {}
    versions = tuple(Version(release, *by_release.get(release.ref, (None, None))) for release in looked)
    return History(versions, len(releases) - len(looked))


def _values_by_release(dataset: Dataset, key: Mapping[str, object], readable: Sequence[tuple[str, Release]]) -> _Values:
    """The record's values and row number by release; of a record that stands there twice, its first row."""
    held = _HELD.get()
    known = held.of(dataset, tuple(key), readable) if held is not None else {}
    # A value that is not spelled as it is stored is left to the engine, which knows how the two compare.
    return known.get(tuple(key.values())) or _read(dataset, key, readable).get(tuple(key.values()), {})


def _read(
    dataset: Dataset, key: Mapping[str, object] | Sequence[str], readable: Sequence[tuple[str, Release]]
) -> dict[_Key, _Values]:
    """By key the values of the record with these key values; of every record where ``key`` has names alone."""
    paths = [path for path, _ in readable]
    asked = key if isinstance(key, Mapping) else None
    with _opened(paths) as connection:
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet($1, union_by_name = true)", [paths])
        there = {str(name) for name, *_ in described.fetchall()}
        fields = [field for field in dataset.published if field.name in there]
        if not set(key) <= there:
            return {}
        columns = [*map(identifier, key), *(f"CAST({identifier(field.name)} AS {field.storage})" for field in fields)]
        bound = {f"k{n}": value for n, value in enumerate(asked.values()) if value is not None} if asked else {}
        conditions = [
            f"{identifier(name)} IS NULL" if value is None else f"{identifier(name)} = $k{n}"
            for n, (name, value) in enumerate(asked.items() if asked else ())
        ]
        chosen = f"WHERE {' AND '.join(conditions)} " if asked else ""
        limit = f" LIMIT {MOST_ROWS_OF_A_RECORD}" if asked else ""
        rows = connection.execute(
            f"SELECT file_index, _row, {', '.join(columns)} FROM read_parquet($paths, union_by_name = true) "
            f"{chosen}ORDER BY file_index, _row{limit}",
            {"paths": paths, **bound},
        ).fetchall()
    out: dict[_Key, _Values] = {}
    looked: Counter[_Key] = Counter()
    names = [field.name for field in fields]
    for index, row, *values in rows:
        own = tuple(asked.values()) if asked else tuple(values[: len(key)])
        looked[own] += 1
        if looked[own] > MOST_ROWS_OF_A_RECORD:
            continue
        said = dict(zip(names, values[len(key) :], strict=True))
        out.setdefault(own, {}).setdefault(readable[int(index)][1].ref, (said, int(row)))
    return out


class _Held:
    """The records of the releases that were asked about last, all of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], dict[_Key, _Values]] = OrderedDict()

    def of(
        self, dataset: Dataset, key: tuple[str, ...], readable: Sequence[tuple[str, Release]]
    ) -> dict[_Key, _Values]:
        """By key what releases say of every record; nothing where their rows are many."""
        asked = (dataset.slug, key, *(path for path, _ in readable))
        if asked not in self._kept:
            rows = sum(int(pq.read_metadata(path).num_rows) for path, _ in readable)
            self._kept[asked] = _read(dataset, key, readable) if rows <= HISTORY_ROWS else {}
        self._kept.move_to_end(asked)
        while len(self._kept) > HISTORIES_HELD:
            self._kept.popitem(last=False)
        return self._kept[asked]


_HELD: ContextVar[_Held | None] = ContextVar("histories", default=None)


@contextmanager
def histories_held() -> Iterator[None]:
    """Read the releases of one record for all records while this lasts: a copy of the portal asks for each of them.

    What is held goes with the end of it, and of rows that are erased meanwhile no copy is made.
    """
    token = _HELD.set(_Held())
    try:
        yield
    finally:
        _HELD.reset(token)


@contextmanager
def _opened(paths: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that may read these files and nothing else, with an end to its patience."""
    with confined(paths=paths, memory=HISTORY_MEMORY, threads=1) as connection:
        deadline = Deadline(connection, HISTORY_SECONDS, HISTORY_PROCESSOR)
        try:
            deadline.check()
            with refusing():
                yield connection
        except duckdb.Error as error:
            raise StoreError(f"a part of a release could not be read: {error}") from error
        finally:
            deadline.cancel()


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, tuple[Any, Any]]:
    """The fields whose value differs between two versions, with both values; a field that one lacks is empty there."""
    names = dict.fromkeys([*after, *before])
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}
