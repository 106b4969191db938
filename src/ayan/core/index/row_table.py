"""The table ``rows`` of an index file: written from the parts of its releases, or from files that have them already.

A segment of small releases is made anew whenever one of them comes, goes or is corrected, and it may have thousands: to
open the part of each would cost more than everything else. Those that stood in segments before are taken from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Final

import duckdb

from ayan.core.index.limits import LEAST_SHARED
from ayan.core.index.segment import Segment
from ayan.core.store.objects import ReleaseAddress, StoreBroken
from ayan.core.store.parquet import rows_of
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.values.sql import identifier

# Rows handed to DuckDB at a time: enough to keep its threads busy, few enough to tell how far the work is.
STRIDE: Final = 2_000_000
# How the names begin under which those are attached.
FORMER: Final = "former_"
# Columns that say where a row stands, before and after the published ones.
ADDRESS: Final = (("_period", "VARCHAR"), ("_release", "INTEGER"), ("_row", "BIGINT"), ("_line", "BIGINT"))
ORDINAL: Final = ("_n", "BIGINT")
# Names that DuckDB's Parquet reader gives to columns of its own.
RESERVED: Final = frozenset({"_period", "_release", "_n", "file_index", "file_row_number"})

TypedColumn = tuple[str, str]
RowProgress = Callable[[int, int], None]


class FormerUnfit(Exception):
    """Another segment has other columns than the releases; they are read from their parts."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One Parquet part with the release it belongs to, its rows, and how many rows stand before it."""

    release: Release
    path: str
    rows: int
    before: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows that follow each other in another segment too, after its first ``former`` rows; ``number`` says in which."""

    rows: int
    before: int
    former: int
    number: int

    @property
    def table(self) -> str:
        """Where they stand."""
        return f"{FORMER}{self.number}.main.rows"


@dataclass(frozen=True, slots=True)
class RowSources:
    """Where the rows of a segment are read from, in their order; ``formers`` are the segments that have some of them.

    ``described`` are parts that have every column.
    """

    sources: tuple[_Part | _Run, ...]
    described: tuple[str, ...]
    formers: tuple[Segment, ...] = ()

    @property
    def rows(self) -> int:
        """How many they are."""
        return sum(source.rows for source in self.sources)

    @property
    def paths(self) -> list[str]:
        """The files that are read."""
        return [*self.described, *(source.path for source in self.sources if isinstance(source, _Part))]

    @property
    def attached(self) -> dict[str, Path]:
        """The files of the other segments, by the names under which they are attached."""
        return {f"{FORMER}{number}": former.file for number, former in enumerate(self.formers)}


def row_sources(state: DatasetSnapshot, standing: Sequence[Segment] = ()) -> RowSources:
    """The sources of a segment: those of ``standing`` with several of its releases, and the parts of the others."""
    shared = {(release.address, release.digest) for release in state.releases}
    formers: list[Segment] = []
    places: dict[tuple[ReleaseAddress, str], tuple[int, int]] = {}
    for segment in standing:
        ends = accumulate((release.rows for release in segment.state.releases), initial=0)
        held = {
            (release.address, release.digest): (len(formers), before)
            for release, before in zip(segment.state.releases, ends, strict=False)
            if (release.address, release.digest) in shared
        }
        if len(held) >= LEAST_SHARED and segment.file.exists():
            places |= held
            formers.append(segment)
    if not formers:
        return _of_parts(state)
    sources: list[_Part | _Run] = []
    before = 0
    for release in state.releases:
        place = places.get((release.address, release.digest))
        last = sources[-1] if sources else None
        if place is None:
            sources += _parts(release, before)
        elif isinstance(last, _Run) and (last.number, last.former + last.rows) == place:
            sources[-1] = _Run(last.rows + release.rows, last.before, last.former, last.number)
        else:
            number, former = place
            sources.append(_Run(release.rows, before, former, number))
        before += release.rows
    described = [source.path for source in sources if isinstance(source, _Part)]
    kept = next(release for release in state.releases if (release.address, release.digest) in places)
    return RowSources(tuple(sources), tuple(described or map(str, kept.parts())), tuple(formers))


def _of_parts(state: DatasetSnapshot) -> RowSources:
    sources: list[_Part] = []
    before = 0
    for release in state.releases:
        sources += _parts(release, before)
        before = sources[-1].before + sources[-1].rows if sources else 0
    return RowSources(tuple(sources), tuple(source.path for source in sources))


def _parts(release: Release, before: int) -> Iterator[_Part]:
    for path in release.parts():
        rows = rows_of(path)
        yield _Part(release, str(path), rows, before)
        before += rows


def write_rows(connection: duckdb.DuckDBPyConnection, sources: RowSources, progress: RowProgress | None) -> None:
    """Write the table ``rows``. Raises FormerUnfit, with nothing written, where another segment cannot be used."""
    total, done = sources.rows, 0
    columns = _columns(connection, sources.described)
    if any(columns != _columns_of(connection, f"{name}.main.rows") for name in sources.attached):
        raise FormerUnfit
    layout = (*ADDRESS, *columns, ORDINAL)
    connection.execute(f"CREATE TABLE rows ({', '.join(f'{identifier(name)} {kind}' for name, kind in layout)})")
    for stride in _strides(sources.sources):
        if isinstance(stride, _Run):
            _insert_run(connection, stride)
            done += stride.rows
        else:
            _insert_parts(connection, stride)
            done += sum(part.rows for part in stride)
        if progress is not None:
            progress(done, total)


def check_rows(connection: duckdb.DuckDBPyConnection, sources: RowSources, slug: str) -> None:
    """Raise StoreBroken unless the table holds every row once."""
    total = sources.rows
    counts = connection.execute("SELECT count(*), coalesce(min(_n), 1), coalesce(max(_n), 0) FROM rows").fetchone()
    if counts != (total, 1, total):
        raise StoreBroken(f"the index file of {slug} holds {counts} instead of {total} rows")


def _columns(connection: duckdb.DuckDBPyConnection, paths: Sequence[str]) -> tuple[TypedColumn, ...]:
    """The published columns of all parts together, each with the type that holds its values in every part."""
    if not paths:
        return ()
    return _columns_of(connection, "read_parquet($1, union_by_name = true)", [list(paths)])


def _columns_of(
    connection: duckdb.DuckDBPyConnection, table: str, values: Sequence[object] = ()
) -> tuple[TypedColumn, ...]:
    described = connection.execute(f"DESCRIBE SELECT * FROM {table}", list(values)).fetchall()
    columns = [(str(name), str(kind)) for name, kind, *_ in described]
    if not table.startswith(FORMER) and (clash := RESERVED.intersection(name for name, _ in columns)):
        raise StoreBroken(f"a published column may not be called {', '.join(sorted(clash))}")
    return tuple((name, kind) for name, kind in columns if name not in (*dict(ADDRESS), ORDINAL[0]))


def _insert_run(connection: duckdb.DuckDBPyConnection, run: _Run) -> None:
    """Append rows of another segment. They stand in order there, so nothing is sorted here."""
    connection.execute(
        f"INSERT INTO rows BY NAME SELECT * REPLACE (_n + $shift AS _n) FROM {run.table} "
        "WHERE _n > $former AND _n <= $last",
        {"shift": run.before - run.former, "former": run.former, "last": run.former + run.rows},
    )


def _insert_parts(connection: duckdb.DuckDBPyConnection, stride: Sequence[_Part]) -> None:
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


def _strides(sources: Sequence[_Part | _Run]) -> Iterator[list[_Part] | _Run]:
    """Runs, and what stands between them in pieces of about `STRIDE` rows each."""
    stride: list[_Part] = []
    rows = 0
    for source in sources:
        if stride and (isinstance(source, _Run) or rows >= STRIDE):
            yield stride
            stride, rows = [], 0
        if isinstance(source, _Run):
            yield source
        else:
            stride.append(source)
            rows += source.rows
    if stride:
        yield stride
