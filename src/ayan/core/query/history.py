"""What one record said in each release, read from the releases themselves, superseded ones included."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from ayan.core.query.answer import TooHeavy, TooSlow
from ayan.core.query.limits import HISTORY_SECONDS, MOST_RELEASES, MOST_ROWS_OF_A_RECORD
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreError
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.duckdb import confined
from ayan.core.values.sql import identifier

MEMORY: Final = "256MB"


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


def history(store: ReleaseStore, dataset: Dataset, key: Mapping[str, object], periods: Sequence[str]) -> History:
    """What every release of some periods says of the record with these key values.

    Only published columns are read. Raises TooSlow, TooHeavy, or StoreError where a part cannot be read.
    """
    releases = [release for release in store.releases(dataset.slug) if release.period in periods]
    looked = releases[-MOST_RELEASES:]
    readable = [(str(path), release) for release in looked if not release.withdrawn for path in release.parts()]
    by_release = _values_by_release(as_asked(dataset), key, readable) if readable else {}
    versions = tuple(Version(release, *by_release.get(release.ref, (None, None))) for release in looked)
    return History(versions, len(releases) - len(looked))


def _values_by_release(
    dataset: Dataset, key: Mapping[str, object], readable: Sequence[tuple[str, Release]]
) -> dict[str, tuple[dict[str, object], int]]:
    """The record's values and row number by release; of a record that stands there twice, its first row."""
    paths = [path for path, _ in readable]
    with _opened(paths) as connection:
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet($1, union_by_name = true)", [paths])
        there = {str(name) for name, *_ in described.fetchall()}
        fields = [field for field in dataset.published if field.name in there]
        if not set(key) <= there:
            return {}
        columns = [f"CAST({identifier(field.name)} AS {field.storage})" for field in fields]
        bound = {f"k{n}": value for n, value in enumerate(key.values()) if value is not None}
        conditions = [
            f"{identifier(name)} IS NULL" if value is None else f"{identifier(name)} = $k{n}"
            for n, (name, value) in enumerate(key.items())
        ]
        rows = connection.execute(
            f"SELECT file_index, _row{''.join(', ' + column for column in columns)} "
            f"FROM read_parquet($paths, union_by_name = true) WHERE {' AND '.join(conditions)} "
            f"ORDER BY file_index, _row LIMIT {MOST_ROWS_OF_A_RECORD}",
            {"paths": paths, **bound},
        ).fetchall()
    out: dict[str, tuple[dict[str, object], int]] = {}
    names = [field.name for field in fields]
    for index, row, *values in rows:
        out.setdefault(readable[int(index)][1].ref, (dict(zip(names, values, strict=True)), int(row)))
    return out


@contextmanager
def _opened(paths: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that may read these files and nothing else, with an end to its patience."""
    with confined(paths=paths, memory=MEMORY, threads=1) as connection:
        timer = threading.Timer(HISTORY_SECONDS, _interrupt, (connection,))
        timer.daemon = True
        timer.start()
        try:
            yield connection
        except duckdb.InterruptException:
            raise TooSlow from None
        except duckdb.OutOfMemoryException:
            raise TooHeavy from None
        except duckdb.Error as error:
            raise StoreError(f"a part of a release could not be read: {error}") from error
        finally:
            timer.cancel()


def _interrupt(connection: duckdb.DuckDBPyConnection) -> None:
    # The answer may be there, and the connection closed, in the moment the timer goes off.
    with suppress(duckdb.Error):
        connection.interrupt()


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, tuple[Any, Any]]:
    """The fields whose value differs between two versions, with both values; a field that one lacks is empty there."""
    names = dict.fromkeys([*after, *before])
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}
