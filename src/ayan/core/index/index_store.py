"""The index files of a state: every current row of a dataset in read-only DuckDB files, derived and rebuildable."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final

import duckdb

from ayan.core.index.limits import (
    BUILD_MEMORY,
    BUILD_THREADS,
    LARGE_BLOCK,
    LEAST_ROWS,
    MOST_OTHERS,
    MOST_SEGMENTATIONS,
    ROWS_A_BLOCK_BYTE,
    ROWS_ALONE,
    ROWS_TOGETHER,
    SMALL_BLOCK,
)
from ayan.core.index.row_table import (
    FormerUnfit,
    RowProgress,
    RowSources,
    check_rows,
    row_sources,
    write_rows,
)
from ayan.core.index.secondary_index import SECONDARY_INDEX, SUFFIXES, index_files, write_index
from ayan.core.index.segment import Segment
from ayan.core.index.segmentation import Segmentations
from ayan.core.index.stored_list import write_list
from ayan.core.store.objects import StoreError, check_slug, size_of
from ayan.core.store.release import DatasetSnapshot
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.duckdb import confined
from ayan.core.system.files import locked, put_in_place, remove, write
from ayan.core.values.canonical import canonical_json

# The shape of index files. It stands in their names and in `meta`: files of another shape are not read but made anew,
# while the digest of a state, and with it each cursor and ETag, stays what it is.
INDEX_FILE_FORMAT: Final = 3
# Files that DuckDB 1.4 can read too; measured equal to 2.0's own format in size and in speed.
STORAGE_VERSION: Final = "v1.4.0"
KEPT: Final = ".kept"
# No dataset is called so.
SPILL: Final = ".spill"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BuildLimits:
    """What a build may use: ``memory`` as DuckDB writes it, ``threads`` of one process."""

    memory: str = BUILD_MEMORY
    threads: int = BUILD_THREADS


@dataclass(frozen=True, slots=True)
class IndexSize:
    """Bytes of a state: its releases' parts, its index files, and what stands beside them (see `secondary index`)."""

    releases: int
    index_file: int
    secondary_index: int


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
        # Asked for several times with every question.
        self._paths: dict[tuple[str, str, int], tuple[Path, ...]] = {}

    @property
    def release_store(self) -> ReleaseStore:
        """The releases that it is built from."""
        return self._store

    @property
    def root(self) -> Path:
        """The folder of everything derived from the releases."""
        return self._root

    @property
    def spill(self) -> Path:
        """The folder, of this machine, for what questions about releases cannot hold in memory (`spill_folder`)."""
        return self._root / SPILL

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
        key = state.slug, state.digest, INDEX_FILE_FORMAT
        known = self._paths.get(key)
        if known is None:
            folder = self._root / check_slug(state.slug)
            names = self._segmentations.names(state)
            known = tuple(folder / f"{name}.{INDEX_FILE_FORMAT}.duckdb" for name in names)
            if len(self._paths) >= MOST_SEGMENTATIONS:
                self._paths.clear()
            self._paths[key] = known
        return known

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

    def build(self, slug: str, state: DatasetSnapshot, progress: RowProgress | None = None) -> tuple[Path, ...]:
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
                standing = self.segments(self._store.snapshot(slug))
                done, total = 0, sum(segment.state.rows for segment in missing)
                for segment in missing:
                    self._write(segment, standing, _counted(progress, done, total), with_secondary=large)
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

    def _write(
        self, segment: Segment, standing: Sequence[Segment], progress: RowProgress | None, *, with_secondary: bool
    ) -> None:
        """Build one segment, with what it shares with those that stand."""
        try:
            sources = row_sources(segment.state, standing)
        except OSError as error:
            raise StoreError(f"the index of {segment.state.slug} could not be built: {error}") from error
        if sources.formers:
            try:
                self._write_from(sources, segment, progress, with_secondary=with_secondary)
                return
            except (FormerUnfit, StoreError) as error:
                # The releases are the truth; what was made of them may be damaged.
                _log.info("%s is indexed from its releases alone: %s", segment.state.slug, error)
                sources = row_sources(segment.state)
        self._write_from(sources, segment, progress, with_secondary=with_secondary)

    def _write_from(
        self, sources: RowSources, segment: Segment, progress: RowProgress | None, *, with_secondary: bool
    ) -> None:
        state, target = segment.state, segment.file
        draft, spill = target.parent / f"{state.digest}.draft", target.parent / f"{state.digest}.spill"
        beside = {path: path.with_suffix(f"{path.suffix}.draft") for path in index_files(target)}
        index, places, row_store = beside.values()
        try:
            with self._writer(draft, spill, sources, index if with_secondary else None) as connection:
                _fill(connection, state, sources, progress)
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

    def _writer(self, draft: Path, spill: Path, sources: RowSources, index: Path | None) -> duckdb.DuckDBPyConnection:
        return confined(
            draft,
            paths=sources.paths,
            attach=sources.attached,
            create={SECONDARY_INDEX: index} if index is not None else {},
            memory=self._budget.memory,
            threads=1 if sources.rows < ROWS_ALONE else self._budget.threads,
            spill=spill,
            storage_version=STORAGE_VERSION,
            # A checkpoint would pack all rows a second time, to close gaps that a new file does not have.
            settings={"max_vacuum_tasks": 0},
            block_size=_block_size(max(sources.rows, 1)),
        )

    def _locked(self, slug: str) -> AbstractContextManager[None]:
        folder = self._root / check_slug(slug)
        folder.mkdir(parents=True, exist_ok=True)
        return locked(folder / ".lock")


def _block_size(rows: int) -> int:
    """The bytes of a block of the secondary index: each table takes whole ones, and small ones are many."""
    return min(max(1 << (rows // ROWS_A_BLOCK_BYTE).bit_length(), SMALL_BLOCK), LARGE_BLOCK)


def _is_whole(segment: Segment, *, large: bool) -> bool:
    """Whether a segment needs no building; those of a large state have a secondary index."""
    return segment.file.exists() and not (large and not index_files(segment.file)[0].exists())


def _counted(progress: RowProgress | None, before: int, total: int) -> RowProgress | None:
    """Tells of the rows of one segment as some of all that are written."""
    return None if progress is None else lambda done, _: progress(before + done, total)


def _fill(
    connection: duckdb.DuckDBPyConnection, state: DatasetSnapshot, sources: RowSources, progress: RowProgress | None
) -> None:
    """Write ``rows`` and ``meta`` in one transaction, then into the file itself."""
    connection.execute("BEGIN")
    write_rows(connection, sources, progress)
    meta = {
        "format": str(INDEX_FILE_FORMAT),
        "dataset": state.slug,
        "segment": state.digest,
        "rows": str(state.rows),
        "releases": canonical_json([[each.period, each.number, each.digest] for each in state.releases]).decode(),
    }
    write_list(connection, "meta", {"key": "VARCHAR", "value": "VARCHAR"}, list(meta.items()))
    connection.execute("COMMIT")
    connection.execute("CHECKPOINT")
    check_rows(connection, sources, state.slug)


def _remove_file(path: Path) -> None:
    """Remove an index file, then what stands beside it."""
    remove((path, *index_files(path)))
