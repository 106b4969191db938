"""The columns of a release in the words of Iceberg, and the numbers that columns keep over all releases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.schema.definition import Dataset
from ayan.core.store.manifest import file_name
from ayan.core.store.objects import StoreBroken
from ayan.core.store.release import Release

PERIOD: Final = "_period"
NUMBER: Final = "_release"
OF_RELEASE: Final = ((PERIOD, "string"), (NUMBER, "int"))
"""Columns that no file has: every row of a file has the period and number of its release, by which files are parted."""

ADDRESS: Final = frozenset({"_row", "_line"})
# The types of Table Schema that are published, in Iceberg's words; of numbers with a fraction the scale says the rest.
_TYPES: Final[Mapping[str, str]] = {
    "string": "string", "integer": "long", "date": "date", "boolean": "boolean", "geojson": "string",
}  # fmt: skip
_ARROW: Final[Mapping[pa.DataType, str]] = {
    pa.string(): "string", pa.large_string(): "string", pa.int64(): "long", pa.int32(): "int", pa.date32(): "date",
    pa.bool_(): "boolean",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of a file: its name, its type in Iceberg's words, and whether its values were masked at sealing."""

    name: str
    type: str
    masked: bool = False


@dataclass(frozen=True, slots=True)
class TableFile:
    """One public file of a release: its name, its rows and its size in bytes."""

    name: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class PublicColumns:
    """What of sealed columns may be shown today: the names, and those that are masked by now.

    A release is sealed with the columns that were public then; a declaration may have become narrower since.
    """

    names: frozenset[str]
    masked: frozenset[str] = frozenset()

    @classmethod
    def of(cls, dataset: Dataset) -> PublicColumns:
        """Those of a declaration."""
        fields = dataset.published
        masked = frozenset(each.name for each in fields if each.shown == "masked")
        return cls(ADDRESS | {each.name for each in fields}, masked)

    def shows(self, column: SealedColumn) -> bool:
        """Whether a column of a file may be in a table."""
        return column.name in self.names and (column.masked or column.name not in self.masked)


def columns_of(release: Release) -> tuple[SealedColumn, ...]:
    """The columns of a release, as its manifest states them, else as its first file has them; of one that is withdrawn,
    too, for the numbers of columns go on from there."""
    resource = next(iter(release.manifest["resources"]), None)
    if resource is None:
        return ()
    described = resource.get("schema", {}).get("fields")
    if described:
        return tuple(_described(column, release) for column in described)
    return () if release.withdrawn else _of_file(release, file_name(resource))


def files_of(release: Release) -> tuple[TableFile, ...]:
    """The files with the rows of a release; only where there are several is one looked into."""
    resources = release.manifest["resources"]
    if len(resources) == 1:
        return (TableFile(file_name(resources[0]), release.rows, int(resources[0]["bytes"])),)
    names = [file_name(resource) for resource in resources]
    rows = [int(pq.read_metadata(release.local(name)).num_rows) for name in names]
    return tuple(
        TableFile(name, count, int(resource["bytes"]))
        for name, count, resource in zip(names, rows, resources, strict=True)
    )


def _described(column: Mapping[str, Any], release: Release) -> SealedColumn:
    name, kind = str(column["name"]), str(column["type"])
    masked = bool(column.get("ayan:masked"))
    known = f"decimal(38, {int(column['ayan:scale'])})" if kind == "number" else _TYPES.get(kind)
    if known is None:
        raise StoreBroken(f"{release.ref}: the column {name} is of a kind that no table has ({kind})")
    return SealedColumn(name, known, masked)


def _of_file(release: Release, name: str) -> tuple[SealedColumn, ...]:
    schema = pq.read_schema(release.local(name))
    return tuple(SealedColumn(each.name, _of_arrow(each.type, release)) for each in schema)


def _of_arrow(kind: pa.DataType, release: Release) -> str:
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    known = _ARROW.get(kind)
    if known is None:
        raise StoreBroken(f"{release.ref}: a column of the type {kind} is in no open table")
    return known


@dataclass(slots=True)
class ColumnNumbers:
    """The number of every column that any release had, by name and type, in the order in which they came.

    A column whose type changes is another one: Iceberg has no way from whole numbers to fractions, or to text.
    """

    _numbers: dict[tuple[str, str], int] = field(
        default_factory=lambda: {column: number for number, column in enumerate(OF_RELEASE, 1)}
    )

    def add(self, columns: Iterable[SealedColumn]) -> None:
        """The columns of one more release; those with a number keep it."""
        for column in columns:
            self._numbers.setdefault((column.name, column.type), len(self._numbers) + 1)

    def of(self, name: str, kind: str) -> int:
        """The number of a column."""
        return self._numbers[name, kind]

    @property
    def last(self) -> int:
        """The highest number."""
        return len(self._numbers)


@dataclass(slots=True)
class ColumnsInUse:
    """How many of the standing releases of a state have each column, kept up while releases come and go."""

    _counts: Counter[SealedColumn] = field(default_factory=Counter)

    def add(self, columns: Sequence[SealedColumn], by: int = 1) -> bool:
        """A release that comes, or with -1 goes; says whether a column came or went with it."""
        changed = False
        for column in columns:
            before = self._counts[column]
            self._counts[column] = before + by
            if not before + by:
                del self._counts[column]
            changed |= not before or not before + by
        return changed

    def shown(self, public: PublicColumns | None, types: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """The columns of the state by name and type, without those that may not be shown, and without any of which a
        file holds another type than ``types`` says: a reader would take its values for what they are not."""
        unfit = {
            each.name
            for each in self._counts
            if types.get(each.name) != each.type or (public is not None and not public.shows(each))
        }
        return tuple(sorted({(each.name, each.type) for each in self._counts if each.name not in unfit}))
