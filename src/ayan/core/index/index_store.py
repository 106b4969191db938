"""The index files of a state: every current row of a dataset in read-only DuckDB files, derived and rebuildable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final

import duckdb

from ayan.core.index.limits import (
    LARGE_BLOCK,
    LEAST_ROWS,
    MOST_OTHERS,
    ROWS_OF_LARGE_BLOCKS,
    ROWS_TOGETHER,
    SMALL_BLOCK,
)
from ayan.core.index.secondary_index import SECONDARY_INDEX, SUFFIXES, index_files, write_index
from ayan.core.index.segment import Segment
from ayan.core.index.segmentation import Segmentations
from ayan.core.store.objects import StoreBroken, StoreError, check_slug, size_of
from ayan.core.store.parquet import rows_of
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.duckdb import confined
from ayan.core.system.files import locked, put_in_place, remove, write
from ayan.core.values.canonical import canonical_json
from ayan.core.values.sql import identifier

# The shape of index files. It stands in their names and in `meta`: files of another shape are not read but made anew,
# while the digest of a state, and with it each cursor and ETag, stays what it is.
INDEX_FILE_FORMAT: Final = 2
# Files that DuckDB 1.4 can read too; measured equal to 2.0's own format in size and in speed.
STORAGE_VERSION: Final = "v1.4.0"
# Rows handed to DuckDB at a time: enough to keep its threads busy, few enough to tell how far the work is.
STRIDE: Final = 2_000_000
# Columns that say where a row stands, before and after the published ones.
ADDRESS: Final = (("_period", "VARCHAR"), ("_release", "INTEGER"), ("_row", "BIGINT"), ("_line", "BIGINT"))
ORDINAL: Final = ("_n", "BIGINT")
KEPT: Final = ".kept"
# Names that DuckDB's Parquet reader gives to columns of its own.
RESERVED: Final = frozenset({"_period", "_release", "_n", "file_index", "file_row_number"})

Column = tuple[str, str]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BuildLimits:
    """What a build may use: ``memory`` as DuckDB writes it, ``threads`` of one process."""

    memory: str = "1GB"
    threads: int = 2


@dataclass(frozen=True, slots=True)
class IndexSize:
    """Bytes of a state: its releases' parts, its index files, and what stands beside them (see `secondary index`)."""

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


class IndexStore:
    """Builds and finds the index files under ``index_root``: ``<slug>/<segment>.<format>.duckdb``.

    The rows of a state stand in segments, one file each: those of one release, or of several small ones whose periods
    follow each other (see `ayan.core.index.segmentation`). A segment is named by the digests of its releases, never
    changes once it stands, and belongs to every state that has these releases. So a publish, a correction, an erasure
    or a withdrawal builds what holds its own rows, a past state is another list of segments, and what held rows that
    are gone is a file that no state names.

    A file holds the table ``rows``: ``_period VARCHAR, _release INTEGER, _row BIGINT, _line BIGINT``, the published
    columns (united by name over its releases, NULL where a release has none), and ``_n BIGINT``, which numbers the
    rows of the segment from 1 without gaps in the order of ``_period, _row``; the rows also stand in that order. The
    table ``meta`` (``key, value``, both text) holds ``format``, ``dataset``, ``segment``, ``rows`` and ``releases``, a
    JSON list of [period, number, manifest digest].

    Beside the files of a state of ``least_rows`` or more stand their secondary indexes and row stores (see
    `ayan.core.index.secondary_index`), which only make answers quicker: put in place before a file and removed after
    it. ``rows_together`` is about how many rows of small releases share a segment.

    What somebody else worked out of a whole state stands there, too, as ``<state>.<name>.kept`` (`keep`, `kept`): of
    the present state alone, so that nothing of a row that is gone outlives it.
    """

    def __init__(
        self,
        store: ReleaseStore,
        index_root: Path,
        budget: BuildLimits | None = None,
        least_rows: int = LEAST_ROWS,
        rows_together: int = ROWS_TOGETHER,
    ) -> None:
        self._store = store
        self._root = index_root.absolute()
        self._budget = budget or BuildLimits()
        self._least_rows = least_rows
        self._segmentations = Segmentations(rows_together)

    @property
    def root(self) -> Path:
        """The folder of everything derived from the releases."""
        return self._root

    def segments(self, state: DatasetSnapshot) -> tuple[Segment, ...]:
        """The segments of a state in the order of its rows, built or not."""
        folder = self._root / check_slug(state.slug)
        parts = self._segmentations.parts(state)
        befores = accumulate((part.rows for part in parts), initial=0)
        return tuple(
            Segment(folder / f"{part.digest}.{INDEX_FILE_FORMAT}.duckdb", part, before)
            for part, before in zip(parts, befores, strict=False)
        )

    def files(self, state: DatasetSnapshot) -> tuple[Path, ...]:
        """Where the index files of a state stand once they are built."""
        folder = self._root / check_slug(state.slug)
        return tuple(folder / f"{name}.{INDEX_FILE_FORMAT}.duckdb" for name in self._segmentations.names(state))

    def is_built(self, state: DatasetSnapshot) -> bool:
        """Whether every index file of a state is in place."""
        return all(path.exists() for path in self.files(state))

    def is_current(self, state: DatasetSnapshot) -> bool:
        """Whether a state is what its dataset says now."""
        return self._store.snapshot(state.slug).digest == state.digest

    def disk_use(self, state: DatasetSnapshot) -> IndexSize:
        """What a state takes; what is not built yet, or gone by now, takes nothing."""
        paths = self.files(state)
        parts = (part for release in state.releases for part in release.parts())
        return IndexSize(size_of(parts), size_of(paths), size_of(part for path in paths for part in index_files(path)))

    def ensure(self, slug: str) -> tuple[Path, ...]:
        """The index files of the dataset's current state, built first where one is missing."""
        state = self._store.snapshot(slug)
        while not self.is_built(state):
            try:
                return self.build(slug, state)
            except StoreError:
                # A withdrawal may take the parts away while they are read; then there is a newer state to serve.
                state, failed = self._store.snapshot(slug), state
                if state.digest == failed.digest:
                    raise
        return self.files(state)

    def build(self, slug: str, state: DatasetSnapshot, progress: Progress | None = None) -> tuple[Path, ...]:
        """Build the index files of ``state`` that are missing; each is visible only when whole.

        ``state`` may be one that is about to hold (see `ReleaseStore.seal`): its coming release is read from where it
        is staged. ``progress`` is told rows written and rows to be written. Raises StoreError when a part cannot be
        read.
        """
        if slug != state.slug:
            raise StoreError(f"a state of {state.slug} is not one of {slug}")
        large = state.rows >= self._least_rows
        with self._locked(slug):
            segments = self.segments(state)
            missing = [segment for segment in segments if not _is_whole(segment, large=large)]
            if missing:
                remove(self._leftovers(slug))
                done, total = 0, sum(segment.state.rows for segment in missing)
                for segment in missing:
                    self._write(segment, _counted(progress, done, total), with_secondary=large)
                    done += segment.state.rows
                kept = {*self.files(state), *self.files(self._store.snapshot(slug))}
                others = [path for path in self._files(slug) if path not in kept]
                for path in others[MOST_OTHERS * max(len(segments), 1) :]:
                    _remove_file(path)
        return self.files(state)

    def drop_stale(self, slug: str) -> list[Path]:
        """Remove index files that are no longer needed; returns them.

        Those of the current state stay, and those of the one before it for readers that are still on it. A file whose
        release has been withdrawn, or has lost rows, or was never sealed belongs to neither.
        """
        state = self._store.snapshot(slug)
        kept = {path for standing in (state, *self._before(state)) for path in self.files(standing)}
        with self._locked(slug):
            gone = [path for path in self._files(slug) if path not in kept]
            for path in gone:
                _remove_file(path)
            remove([*self._leftovers(slug), *self._all_kept(slug, but=state.digest)])
        return gone

    def kept(self, state: DatasetSnapshot, name: str) -> bytes | None:
        """What was kept of a state under a name; None where nothing was, or no longer is."""
        try:
            return self._kept(state, name).read_bytes()
        except OSError:
            return None

    def keep(self, state: DatasetSnapshot, name: str, content: bytes) -> bool:
        """Keep what was worked out of a state; whether it was, for one that holds no longer leaves nothing behind."""
        with self._locked(state.slug):
            # A release that goes takes its rows out of the store first, and drops what is kept here under this lock.
            if not self.is_current(state):
                return False
            own = self._kept(state, name)
            write(own, content, durable=False)
            remove(path for path in self._all_kept(state.slug) if path != own)
        return True

    def _kept(self, state: DatasetSnapshot, name: str) -> Path:
        return self._root / check_slug(state.slug) / f"{state.digest}.{name}{KEPT}"

    def _all_kept(self, slug: str, but: str = "") -> list[Path]:
        """What is kept of a dataset's states but for the one of a digest."""
        folder = self._root / check_slug(slug)
        return [path for path in folder.glob(f"*{KEPT}") if not but or not path.name.startswith(f"{but}.")]

    def drop_all(self, slug: str) -> None:
        """Remove every index file of a dataset, for whoever has them made anew; the releases answer meanwhile."""
        with self._locked(slug):
            remove(self._all_kept(slug))
            for path in self._files(slug):
                _remove_file(path)

    def _write(self, segment: Segment, progress: Progress | None, *, with_secondary: bool) -> None:
        state, target = segment.state, segment.file
        draft, spill = target.parent / f"{state.digest}.draft", target.parent / f"{state.digest}.spill"
        beside = {path: path.with_suffix(f"{path.suffix}.draft") for path in index_files(target)}
        index, places, row_store = beside.values()
        try:
            parts = _parts(state)
            with self._writer(draft, spill, parts, index if with_secondary else None) as connection:
                _fill(connection, state, parts, progress)
                if with_secondary:
                    write_index(connection, state, places, row_store)
        except BaseException as error:
            remove((draft, *beside.values()))
            if isinstance(error, duckdb.Error | OSError):
                raise StoreError(f"the index of {state.slug} could not be built: {error}") from error
            raise
        finally:
            remove([spill])
        if not with_secondary:
            remove(beside)
        whole = {written: path for path, written in beside.items() if with_secondary}
        put_in_place({**whole, draft: target})

    def _before(self, state: DatasetSnapshot) -> list[DatasetSnapshot]:
        """The state that the newest release of ``state`` replaced."""
        if state.sealed_at is None:
            return []
        return [self._store.as_of(state.slug, state.sealed_at - timedelta(milliseconds=1))]

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
        self, draft: Path, spill: Path, parts: Sequence[_Part], index: Path | None
    ) -> duckdb.DuckDBPyConnection:
        return confined(
            draft,
            paths=[part.path for part in parts],
            create={SECONDARY_INDEX: index} if index is not None else {},
            memory=self._budget.memory,
            threads=self._budget.threads,
            spill=spill,
            storage_version=STORAGE_VERSION,
            # A checkpoint would pack all rows a second time, to close gaps that a new file does not have.
            settings={"max_vacuum_tasks": 0},
            block_size=_block_size(parts),
        )

    def _locked(self, slug: str) -> AbstractContextManager[None]:
        folder = self._root / check_slug(slug)
        folder.mkdir(parents=True, exist_ok=True)
        return locked(folder / ".lock")


def _block_size(parts: Sequence[_Part]) -> int:
    """The bytes of a block of the secondary index: each table takes whole ones, and small ones are many."""
    return SMALL_BLOCK if sum(part.rows for part in parts) < ROWS_OF_LARGE_BLOCKS else LARGE_BLOCK


def _is_whole(segment: Segment, *, large: bool) -> bool:
    """Whether a segment needs no building; those of a large state have a secondary index."""
    return segment.file.exists() and not (large and not index_files(segment.file)[0].exists())


def _counted(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Tells of the rows of one segment as some of all that are written."""
    return None if progress is None else lambda done, _: progress(before + done, total)


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
    connection: duckdb.DuckDBPyConnection, state: DatasetSnapshot, parts: Sequence[_Part], progress: Progress | None
) -> None:
    """Write ``rows`` and ``meta`` in one transaction, then into the file itself."""
    total = sum(part.rows for part in parts)
    layout = (*ADDRESS, *_columns(connection, parts), ORDINAL)
    connection.execute("BEGIN")
    connection.execute(f"CREATE TABLE rows ({', '.join(f'{identifier(name)} {kind}' for name, kind in layout)})")
    for stride in _strides(parts):
        _insert(connection, stride)
        if progress is not None:
            progress(stride[-1].before + stride[-1].rows, total)
    meta = {
        "format": str(INDEX_FILE_FORMAT),
        "dataset": state.slug,
        "segment": state.digest,
        "rows": str(state.rows),
        "releases": canonical_json([[each.period, each.number, each.digest] for each in state.releases]).decode(),
    }
    connection.execute("CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL)")
    connection.executemany("INSERT INTO meta VALUES ($1, $2)", [list(pair) for pair in meta.items()])
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
