"""What an index file says of itself: written with its rows, and read before another file starts from it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from ayan.core.index.limits import MOST_DESCRIBED
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.system.duckdb import confined
from ayan.core.values.canonical import canonical_json

Column = tuple[str, str]
Written = tuple[str, int, str]
"""A release as a file names it: its period, its number, and the digest of its manifest."""


@dataclass(frozen=True, slots=True)
class FileDescription:
    """The releases whose rows a file holds, all of which it ever held any, and the columns of ``rows`` (name, type)."""

    releases: tuple[Written, ...] = ()
    lineage: frozenset[Written] = frozenset()
    columns: tuple[Column, ...] = ()

    @classmethod
    def of(cls, state: DatasetSnapshot, lineage: frozenset[Written], columns: tuple[Column, ...]) -> FileDescription:
        """That of the file of a state, which starts from one with the given lineage, if from any."""
        releases = tuple(map(written, state.releases))
        return cls(releases, lineage.union(releases), columns)

    def write(self, connection: duckdb.DuckDBPyConnection, state: DatasetSnapshot, form: int) -> None:
        """Write the table ``meta`` into a file of the shape ``form``; the columns are those of its rows."""
        meta = {
            "format": str(form),
            "dataset": state.slug,
            "state": state.digest,
            "rows": str(state.rows),
            "releases": canonical_json(list(self.releases)).decode(),
            "lineage": canonical_json(sorted(self.lineage)).decode(),
        }
        connection.execute("CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL)")
        connection.executemany("INSERT INTO meta VALUES ($1, $2)", [list(pair) for pair in meta.items()])


# Each release asks for those of the files before it, and to open one takes as long as to write a small one.
_known: Final[dict[tuple[Path, int, int, int, int], FileDescription]] = {}


def described(path: Path, form: int) -> FileDescription | None:
    """What a file of the shape ``form`` says of itself; None if it cannot, or is of another shape."""
    stamp = _stamp(path, form)
    if stamp not in _known:
        with suppress(duckdb.Error, KeyError, ValueError):
            _keep(stamp, _read(path, form))
    return _known.get(stamp)


def remember(path: Path, form: int, description: FileDescription) -> None:
    """Take note of what a file says that this process has written and put in its place."""
    _keep(_stamp(path, form), description)


def written(release: Release) -> Written:
    """A release as files name it."""
    return release.period, release.number, release.digest


def _read(path: Path, form: int) -> FileDescription:
    """It is attached to an instance of its own, because this process may be serving it with other settings."""
    with confined(attach={"old": path}, threads=1) as connection:
        meta = dict(connection.execute("SELECT key, value FROM old.meta").fetchall())
        if meta["format"] != str(form):
            raise ValueError(meta["format"])
        columns = connection.execute("DESCRIBE old.rows").fetchall()
    releases, lineage = (
        [(period, number, digest) for period, number, digest in json.loads(meta[name])]
        for name in ("releases", "lineage")
    )
    return FileDescription(
        tuple(releases), frozenset(lineage), tuple((str(name), str(kind)) for name, kind, *_ in columns)
    )


def _keep(stamp: tuple[Path, int, int, int, int], description: FileDescription) -> None:
    while len(_known) >= MOST_DESCRIBED:
        _known.pop(next(iter(_known)), None)
    _known[stamp] = description


def _stamp(path: Path, form: int) -> tuple[Path, int, int, int, int]:
    stats = path.stat()
    return path, form, stats.st_ino, stats.st_mtime_ns, stats.st_size
