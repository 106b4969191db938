"""The history of an open table: one snapshot for each release, as the dataset stands with it today."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from ayan.core.open_table.table_columns import (
    OF_RELEASE,
    ColumnNumbers,
    ColumnsInUse,
    PublicColumns,
    SealedColumn,
    TableFile,
    columns_of,
    files_of,
)
from ayan.core.store.objects import ReleaseAddress
from ayan.core.store.release import Release

_HASH_BITS: Final = 256
# A snapshot's number is the place of its release and, below that, so many bits of what it holds: within what a number
# of JSON keeps in any reader, for two million releases.
_CONTENT_BITS: Final = 32

SnapshotOperation = Literal["append", "overwrite", "delete"]


@dataclass(frozen=True, slots=True)
class TableSchema:
    """The columns of some snapshots: ``number`` from 0, and of each column its number, name and type; ``mark`` (hex)
    is another one with other columns."""

    number: int
    columns: tuple[tuple[int, str, str], ...]
    mark: str


@dataclass(frozen=True, slots=True)
class TableSnapshot:
    """The table as it stood with the release that is ``place``-th of the dataset, from 1, without what is gone since.

    ``id`` is another one as soon as anything in it is another one. ``files`` and ``rows`` are those of the whole, and
    ``came`` and ``came_rows`` those of its release, none where that is withdrawn.
    """

    place: int
    id: int
    release: Release
    schema: TableSchema
    operation: SnapshotOperation
    files: int
    rows: int
    came: int
    came_rows: int

    @property
    def at(self) -> int:
        """When its release was sealed, in milliseconds since 1970."""
        return int(self.release.sealed_at.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class StandingFile:
    """A file of a snapshot, with the release that it belongs to and the place of that."""

    place: int
    release: Release
    file: TableFile

    @property
    def added(self) -> int:
        """A number for when it came, that stays while the file does, whatever becomes of the snapshots of then."""
        return _numbered(self.place, self.release.named)


class TableHistory:
    """The snapshots of a dataset, from all its releases in the order of sealing, withdrawn ones included.

    ``public`` is what of their columns may be shown; None for all that were sealed. Nothing of a withdrawn release is
    in any snapshot, and of one with erased rows what stands of it, as with `ReleaseStore.as_of`: so no snapshot
    names a file that is gone. Work and memory grow with the number of releases, never with that of rows.
    """

    def __init__(self, releases: Sequence[Release], public: PublicColumns | None = None) -> None:
        self.releases = tuple(releases)
        self._public = public
        self._files: dict[ReleaseAddress, tuple[TableFile, ...]] = {}

    @cached_property
    def version(self) -> int:
        """How often the table has changed: by releases, withdrawals and erasures."""
        changes = (1 + each.withdrawn + len(each.erasures) for each in self.releases)
        return sum(changes)

    @cached_property
    def standing(self) -> bool:
        """Whether the present state has any release: without one there is no table."""
        return bool(self.snapshots) and self.snapshots[-1].files > 0

    @cached_property
    def snapshots(self) -> tuple[TableSnapshot, ...]:
        """One for each release, the oldest first."""
        return tuple(self._snapshots())

    @cached_property
    def schemas(self) -> tuple[TableSchema, ...]:
        """Every set of columns that a snapshot has, by number."""
        schemas = {each.schema.number: each.schema for each in self.snapshots}
        return tuple(schemas[number] for number in sorted(schemas))

    @cached_property
    def numbers(self) -> ColumnNumbers:
        """The numbers of the columns: withdrawn releases count, so no number ever changes its meaning."""
        numbers = ColumnNumbers()
        for columns in self._columns:
            numbers.add(columns)
        return numbers

    @cached_property
    def types(self) -> dict[str, str]:
        """The type of each column in the newest release that stands: names of columns in files mean these."""
        types: dict[str, str] = {}
        for release, columns in zip(self.releases, self._columns, strict=True):
            if not release.withdrawn:
                types |= {column.name: column.type for column in columns}
        return types

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """The public columns of the present state that no type fits all files of, by name."""
        current = {release.address for release in self.current}
        there = {
            column.name
            for release, columns in zip(self.releases, self._columns, strict=True)
            if release.address in current
            for column in columns
            if self._public is None or self._public.shows(column)
        }
        return tuple(sorted(there - {name for _, name, _ in self.snapshots[-1].schema.columns}))

    @cached_property
    def labels(self) -> dict[str, str]:
        """What the columns are called in Persian and English, as it was sealed with the newest of the present state."""
        newest = max(self.current, key=lambda each: (each.sealed_at, each.ref))
        described = (each.get("schema", {}).get("fields", ()) for each in newest.manifest["resources"])
        words = {str(column["name"]): column.get("ayan:label") for column in next(described, ())}
        return {name: f"{label['fa']} · {label['en']}" for name, label in words.items() if label}

    @cached_property
    def current(self) -> tuple[Release, ...]:
        """The releases of the newest snapshot."""
        return tuple(dict.fromkeys(each.release for each in self.files(self.snapshots[-1])))

    def files(self, snapshot: TableSnapshot) -> tuple[StandingFile, ...]:
        """The files of a snapshot, by the period of their releases."""
        highest: dict[str, tuple[int, Release]] = {}
        for place, release in enumerate(self.releases[: snapshot.place], 1):
            held = highest.get(release.period)
            if held is None or held[1].number < release.number:
                highest[release.period] = (place, release)
        return tuple(
            StandingFile(*highest[period], file)
            for period in sorted(highest)
            if not highest[period][1].withdrawn
            for file in self._files_of(highest[period][1])
        )

    def _files_of(self, release: Release) -> tuple[TableFile, ...]:
        """Looked for once, for they are asked for with every snapshot."""
        files = self._files.get(release.address)
        if files is None:
            files = self._files[release.address] = files_of(release)
        return files

    @cached_property
    def _columns(self) -> tuple[tuple[SealedColumn, ...], ...]:
        return tuple(columns_of(release) for release in self.releases)

    @property
    def _newest(self) -> ColumnsInUse:
        """The columns of the newest release that stands: those of a snapshot of which no file is left, too."""
        newest = ColumnsInUse()
        for release, columns in zip(reversed(self.releases), reversed(self._columns), strict=True):
            if not release.withdrawn:
                newest.add(columns)
                break
        return newest

    def _snapshots(self) -> Iterator[TableSnapshot]:
        schemas: dict[tuple[tuple[int, str, str], ...], TableSchema] = {}
        in_use, content = ColumnsInUse(), 0
        highest: dict[str, int] = {}
        files = rows = 0
        schema: TableSchema | None = None
        for at, release in enumerate(self.releases):
            before, changed = highest.get(release.period), schema is None or not files
            if before is None or self.releases[before].number < release.number:
                highest[release.period] = at
                for index, sign in ((before, -1), (at, 1)):
                    if index is None or self.releases[index].withdrawn:
                        continue
                    each = self.releases[index]
                    changed |= in_use.add(self._columns[index], sign)
                    files += sign * len(each.names)
                    rows += sign * each.rows
                    content = (content + sign * _hashed(each)) % (1 << _HASH_BITS)
            if schema is None or changed or not files:
                columns = self._columns_in(in_use if files else self._newest)
                mark = hashlib.sha256(repr(columns).encode()).hexdigest()
                schema = schemas.setdefault(columns, TableSchema(len(schemas), columns, mark))
            gone = release.withdrawn
            operation: SnapshotOperation = "append" if before is None else "overwrite"
            yield TableSnapshot(
                place=at + 1,
                id=_snapshot_id(at + 1, content, schema),
                release=release,
                schema=schema,
                operation="delete" if gone else operation,
                files=files,
                rows=rows,
                came=0 if gone else len(release.names),
                came_rows=0 if gone else release.rows,
            )

    def _columns_in(self, in_use: ColumnsInUse) -> tuple[tuple[int, str, str], ...]:
        shown = (*OF_RELEASE, *in_use.shown(self._public, self.types))
        return tuple(sorted((self.numbers.of(name, kind), name, kind) for name, kind in shown))


def _hashed(release: Release) -> int:
    return int.from_bytes(hashlib.sha256(release.named).digest(), "big")


def _snapshot_id(place: int, content: int, schema: TableSchema) -> int:
    """A number that names a place in the history, what stands there, and with which columns."""
    return _numbered(place, f"{content:x} {schema.mark}".encode())


def _numbered(place: int, named: bytes) -> int:
    return place << _CONTENT_BITS | int.from_bytes(hashlib.sha256(named).digest()[: _CONTENT_BITS // 8], "big")


def place_of(snapshot_id: int) -> int:
    """The place that the number of a snapshot names, whether or not there is such a one."""
    return snapshot_id >> _CONTENT_BITS
