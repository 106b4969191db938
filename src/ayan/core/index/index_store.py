"""The index file of a state: every current row of a dataset in one read-only DuckDB file, derived and rebuildable."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final

import duckdb

from ayan.core.index.file_description import Column, FileDescription, Written, described, remember, written
from ayan.core.index.limits import LEAST_ROWS, MOST_OTHERS, MOST_VACUUM_TASKS
from ayan.core.index.secondary_index import SECONDARY_INDEX, SUFFIXES, index_files, write_index
from ayan.core.store.objects import StoreBroken, StoreError, check_slug, size_of
from ayan.core.store.parquet import rows_of
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.duckdb import confined
from ayan.core.system.files import locked, put_in_place, remove
from ayan.core.values.sql import identifier

# The shape of index files. It stands in their names and in `meta`: files of another shape are not read but made anew,
# while the digest of a state, and with it each cursor and ETag, stays what it is.
INDEX_FILE_FORMAT: Final = 1
# Files that DuckDB 1.4 can read too; measured equal to 2.0's own format in size and in speed.
STORAGE_VERSION: Final = "v1.4.0"
# Rows handed to DuckDB at a time: enough to keep its threads busy, few enough to tell how far the work is.
STRIDE: Final = 2_000_000
# Columns that say where a row stands, before and after the published ones.
ADDRESS: Final = (("_period", "VARCHAR"), ("_release", "INTEGER"), ("_row", "BIGINT"), ("_line", "BIGINT"))
ORDINAL: Final = ("_n", "BIGINT")
# Names that DuckDB's Parquet reader gives to columns of its own.
RESERVED: Final = frozenset({"_period", "_release", "_n", "file_index", "file_row_number"})

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BuildLimits:
    """What a build may use: ``memory`` as DuckDB writes it, ``threads`` of one process."""

    memory: str = "1GB"
    threads: int = 2


@dataclass(frozen=True, slots=True)
class IndexSize:
    """Bytes of a state: its releases' parts, the index file, and what stands beside that (see `secondary index`)."""

    releases: int
    index_file: int
    secondary_index: int


@dataclass(frozen=True, slots=True)
class _Part:
    """One Parquet part with the release it belongs to, its rows, and how many rows stand before it."""

    release: Release
    path: str
    rows: int
    before: int


@dataclass(frozen=True, slots=True)
class _Base:
    """An older index file to start from: the periods before ``cut`` stay, the rest is written anew."""

    path: Path
    cut: str
    lineage: frozenset[Written]


class IndexStore:
    """Builds and finds the index files under ``index_root``: ``<slug>/<state digest>.<format>.duckdb``.

    A file holds the table ``rows``: ``_period VARCHAR, _release INTEGER, _row BIGINT, _line BIGINT``, the published
    columns (united by name over the releases, NULL where a release has none), and ``_n BIGINT``, which numbers the
    rows from 1 without gaps in the order of ``_period, _row``; the rows also stand in that order. The table ``meta``
    (``key, value``, both text) holds ``format``, ``dataset``, ``state``, ``rows``, ``releases`` and ``lineage``, the
    last two as JSON lists of [period, number, manifest digest]. A state without releases gives ``rows`` only the
    columns that begin with ``_``.

    Beside the file of a state of ``least_rows`` or more stand its secondary index and its row store (see
    `ayan.core.index.secondary_index`), which only make answers quicker: written anew with every file, put in place
    before it and removed after it.

    An older file that shares the first periods is copied and only the rest is written anew. What DuckDB deletes may
    linger in unused blocks, so ``lineage`` names every release whose rows ever were in a file, and a file that once
    held a withdrawn release, or one that was never sealed, is neither copied nor kept.
    """

    def __init__(
        self, store: ReleaseStore, index_root: Path, budget: BuildLimits | None = None, least_rows: int = LEAST_ROWS
    ) -> None:
        self._store = store
        self._root = index_root.absolute()
        self._budget = budget or BuildLimits()
        self._least_rows = least_rows

    @property
    def root(self) -> Path:
        """The folder of everything derived from the releases."""
        return self._root

    def file(self, state: DatasetSnapshot) -> Path:
        """Where the index file of a state stands once it is built."""
        return self._root / check_slug(state.slug) / f"{state.digest}.{INDEX_FILE_FORMAT}.duckdb"

    def is_current(self, state: DatasetSnapshot) -> bool:
        """Whether a state is what its dataset says now."""
        return self._store.snapshot(state.slug).digest == state.digest

    def disk_use(self, state: DatasetSnapshot) -> IndexSize:
        """What a state takes; what is not built yet, or gone by now, takes nothing."""
        path = self.file(state)
        parts = (part for release in state.releases for part in release.parts())
        return IndexSize(size_of(parts), size_of([path]), size_of(index_files(path)))

    def path(self, slug: str) -> Path:
        """The index file of the dataset's current state, built first where it is missing."""
        state = self._store.snapshot(slug)
        while not (path := self.file(state)).exists():
            try:
                return self.build(slug, state)
            except StoreError:
                # A withdrawal may take the parts away while they are read; then there is a newer state to serve.
                state, failed = self._store.snapshot(slug), state
                if state.digest == failed.digest:
                    raise
        return path

    def build(self, slug: str, state: DatasetSnapshot, progress: Progress | None = None) -> Path:
        """Build the index file of ``state`` unless it is there; visible only when whole.

        ``state`` may be one that is about to hold (see `ReleaseStore.seal`): its coming release is read from where it
        is staged. ``progress`` is told rows written and rows in all. Raises StoreError when a part cannot be read.
        """
        if slug != state.slug:
            raise StoreError(f"a state of {state.slug} is not one of {slug}")
        target = self.file(state)
        with self._locked(slug):
            if not target.exists():
                self._write(state, target, progress, fresh=False)
                kept = {target, self.file(self._store.snapshot(slug))}
                for path in [path for path in self._files(slug) if path not in kept][MOST_OTHERS:]:
                    _remove_file(path)
        return target

    def drop_stale(self, slug: str) -> list[Path]:
        """Remove index files that are no longer needed; returns them.

        The current one stays, and the one before it for readers that are still on it; but none that ever held a
        withdrawn release: there the current one is written afresh and others go.
        """
        state = self._store.snapshot(slug)
        current = self.file(state)
        kept = {current, *self._before(state)}
        gone: list[Path] = []
        with self._locked(slug):
            allowed = self._on_shelf(slug)
            for path in self._files(slug):
                description = described(path, INDEX_FILE_FORMAT)
                clean = description is not None and description.lineage <= allowed
                if path not in kept or (path != current and not clean):
                    gone.append(path)
                elif not clean:
                    self._write(state, current, None, fresh=True)
            for path in gone:
                _remove_file(path)
            remove(self._leftovers(slug))
        return gone

    def _write(self, state: DatasetSnapshot, target: Path, progress: Progress | None, *, fresh: bool) -> None:
        folder = target.parent
        draft, spill = folder / f"{state.digest}.draft", folder / f"{state.digest}.spill"
        beside = {path: path.with_suffix(f"{path.suffix}.draft") for path in index_files(target)}
        remove(self._leftovers(state.slug))
        with_secondary = state.rows >= self._least_rows
        try:
            parts = _parts(state)
            columns: tuple[Column, ...] | None = None
            base: _Base | None = None
            if not fresh and (older := self._files(state.slug)):
                with confined(paths=[part.path for part in parts], threads=1) as connection:
                    columns = _columns(connection, parts)
                base = self._base(state, columns, older)
            if base is not None:
                shutil.copyfile(base.path, draft)
            index, places, row_store = beside.values()
            grown = base is not None
            with self._writer(draft, spill, parts, index if with_secondary else None, grown=grown) as connection:
                columns = _columns(connection, parts) if columns is None else columns
                layout = (*ADDRESS, *columns, ORDINAL)
                description = FileDescription.of(state, base.lineage if base else frozenset(), layout)
                _fill(connection, state, description, parts, base, progress)
                if with_secondary:
                    write_index(connection, state, places, row_store)
        except BaseException as error:
            remove((draft, *beside.values()))
            if isinstance(error, duckdb.Error | OSError):
                raise StoreError(f"the index file of {state.slug} could not be built: {error}") from error
            raise
        finally:
            remove([spill])
        if not with_secondary:
            remove(beside)
        whole = {written: path for path, written in beside.items() if with_secondary}
        put_in_place({**whole, draft: target})
        remember(target, INDEX_FILE_FORMAT, description)

    def _base(self, state: DatasetSnapshot, columns: tuple[Column, ...], older: Sequence[Path]) -> _Base | None:
        """The first older file that shares at least half of the rows, by their first periods; None if none does."""
        wanted = list(map(written, state.releases))
        # A release that is about to lose rows stands in the store yet as it was; no file may start from that.
        places = {release[:2] for release in wanted}
        allowed = {release for release in self._on_shelf(state.slug) if release[:2] not in places} | set(wanted)
        for path in older:
            description = described(path, INDEX_FILE_FORMAT) or FileDescription()
            if description.columns != (*ADDRESS, *columns, ORDINAL) or not description.lineage <= allowed:
                continue
            differing = [period for period, *_ in set(description.releases) ^ set(wanted)]
            cut = min(differing, default="")
            kept = sum(release.rows for release in state.releases if release.period < cut)
            if kept * 2 >= state.rows and kept:
                return _Base(path, cut, description.lineage)
        return None

    def _before(self, state: DatasetSnapshot) -> list[Path]:
        """The file of the state that the newest release of ``state`` replaced."""
        if state.sealed_at is None:
            return []
        return [self.file(self._store.as_of(state.slug, state.sealed_at - timedelta(milliseconds=1)))]

    def _on_shelf(self, slug: str) -> set[Written]:
        return {written(release) for release in self._store.releases(slug) if not release.withdrawn}

    def _files(self, slug: str) -> list[Path]:
        """The dataset's index files, newest first."""
        paths = (self._root / check_slug(slug)).glob("*.duckdb")
        return sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)

    def _leftovers(self, slug: str) -> list[Path]:
        """What a build that died left behind; asked for only under the lock, when no build is running."""
        folder = self._root / slug
        leftovers = [path for pattern in ("*.draft*", "*.spill") for path in folder.glob(pattern)]
        beside = {path_beside for path in self._files(slug) for path_beside in index_files(path)}
        leftovers += [path for suffix in SUFFIXES for path in folder.glob(f"*{suffix}") if path not in beside]
        return leftovers

    def _writer(
        self, draft: Path, spill: Path, parts: Sequence[_Part], index: Path | None, *, grown: bool
    ) -> duckdb.DuckDBPyConnection:
        return confined(
            draft,
            paths=[part.path for part in parts],
            create={SECONDARY_INDEX: index} if index is not None else {},
            memory=self._budget.memory,
            threads=self._budget.threads,
            spill=spill,
            storage_version=STORAGE_VERSION,
            # A checkpoint would pack all rows a second time, to close gaps that only a grown file can have.
            settings={"max_vacuum_tasks": MOST_VACUUM_TASKS if grown else 0},
        )

    def _locked(self, slug: str) -> AbstractContextManager[None]:
        folder = self._root / check_slug(slug)
        folder.mkdir(parents=True, exist_ok=True)
        return locked(folder / ".lock")


def _parts(state: DatasetSnapshot) -> list[_Part]:
    """The parts of a state in the order in which their rows stand."""
    part_facts = [(release, str(path), rows_of(path)) for release in state.releases for path in release.parts()]
    befores = accumulate((rows for _, _, rows in part_facts), initial=0)
    return [_Part(*facts, before) for facts, before in zip(part_facts, befores, strict=False)]


def _columns(connection: duckdb.DuckDBPyConnection, parts: Sequence[_Part]) -> tuple[Column, ...]:
    """The published columns of all parts together, each with the type that holds its values in every part."""
    if not parts:
        return ()
    query = "DESCRIBE SELECT * FROM read_parquet($1, union_by_name = true)"
    described_columns = connection.execute(query, [[part.path for part in parts]]).fetchall()
    columns = [(str(name), str(kind)) for name, kind, *_ in described_columns]
    if clash := RESERVED.intersection(name for name, _ in columns):
        raise StoreBroken(f"a published column may not be called {', '.join(sorted(clash))}")
    return tuple((name, kind) for name, kind in columns if name not in ("_row", "_line"))


def _fill(
    connection: duckdb.DuckDBPyConnection,
    state: DatasetSnapshot,
    description: FileDescription,
    parts: Sequence[_Part],
    base: _Base | None,
    progress: Progress | None,
) -> None:
    """Write ``rows`` and ``meta`` in one transaction, then into the file itself."""
    total = sum(part.rows for part in parts)
    connection.execute("BEGIN")
    if base is None:
        layout = ", ".join(f"{identifier(name)} {kind}" for name, kind in description.columns)
        connection.execute(f"CREATE TABLE rows ({layout})")
    else:
        connection.execute("DELETE FROM rows WHERE _period >= $1", [base.cut])
        connection.execute("DROP TABLE meta")
    for stride in _strides([part for part in parts if base is None or part.release.period >= base.cut]):
        _insert(connection, stride)
        if progress is not None:
            progress(stride[-1].before + stride[-1].rows, total)
    description.write(connection, state, INDEX_FILE_FORMAT)
    connection.execute("COMMIT")
    connection.execute("CHECKPOINT")
    counts = connection.execute("SELECT count(*), coalesce(min(_n), 1), coalesce(max(_n), 0) FROM rows").fetchone()
    if counts != (total, 1, total):
        raise StoreBroken(f"the index file of {state.slug} holds {counts} instead of {total} rows")


def _insert(connection: duckdb.DuckDBPyConnection, stride: Sequence[_Part]) -> None:
    """Append the rows of some parts. Parts are in order and each is sorted by ``_row``, so nothing is sorted here."""
    connection.execute(
        """INSERT INTO rows BY NAME
            SELECT ($periods)[file_index::BIGINT + 1] AS _period,
                   ($releases)[file_index::BIGINT + 1]::INTEGER AS _release,
                   ($befores)[file_index::BIGINT + 1] + file_row_number + 1 AS _n,
                   *
            FROM read_parquet($paths, union_by_name = true)""",
        {
            "periods": [part.release.period for part in stride],
            "releases": [part.release.number for part in stride],
            "befores": [part.before for part in stride],
            "paths": [part.path for part in stride],
        },
    )


def _strides(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """Runs of parts of about `STRIDE` rows each."""
    stride: list[_Part] = []
    for part in parts:
        stride.append(part)
        if sum(part.rows for part in stride) >= STRIDE:
            yield stride
            stride = []
    if stride:
        yield stride


def _remove_file(path: Path) -> None:
    """Remove an index file, then what stands beside it."""
    remove((path, *index_files(path)))
