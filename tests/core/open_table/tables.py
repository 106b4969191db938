"""Stores with open tables beside them, and these tables as PyIceberg and DuckDB read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from pyiceberg.table import StaticTable

from ayan.core.open_table.open_table_folder import TableFolder
from ayan.core.open_table.table_columns import PublicColumns
from ayan.core.store.folder import FolderObjects
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import Clock

SLUG = "trees"
Rows = list[tuple[Any, ...]]


def everything(_slug: str) -> PublicColumns:
    return PublicColumns(frozenset({"_row", "_line", "species", "height", "planted"}))


def opened(
    root: Path, clock: Clock, public: Callable[[str], PublicColumns | None] = everything
) -> tuple[ReleaseStore, TableFolder]:
    objects = FolderObjects(root / "store")
    tables = TableFolder(root / "iceberg", objects.base, objects.uri, public)
    return ReleaseStore(root / "store", clock, objects, tables), tables


def table(root: Path) -> StaticTable:
    """The table as whoever shares the disk opens it."""
    return StaticTable.from_metadata(f"file://{root}/iceberg/{SLUG}")


def rows_of_table(root: Path, snapshot: int | None = None) -> Rows:
    """Period, number, row and species of all rows by PyIceberg, sorted."""
    scan = table(root).scan(snapshot_id=snapshot, selected_fields=("_period", "_release", "_row", "species"))
    columns = scan.to_arrow().to_pydict()
    return sorted(zip(*(columns[name] for name in ("_period", "_release", "_row", "species")), strict=True))


def rows_by_duckdb(root: Path) -> Rows:
    """The same by DuckDB, from the files that the metadata names."""
    paths = [task.file.file_path.removeprefix("file://") for task in table(root).scan().plan_files()]
    rows: Rows = []
    for path in paths:
        period, number = Path(path).parent.parent.name, int(Path(path).parent.name)
        with duckdb.connect() as con:
            rows += con.execute("SELECT ?, ?, _row, species FROM read_parquet(?)", [period, number, path]).fetchall()
    return sorted(rows)


def rows_of_releases(releases: Iterable[Release]) -> Rows:
    """The same from the files of some releases, as they are."""
    rows: Rows = []
    for release in releases:
        for path in release.parts():
            columns = pq.read_table(path, columns=["_row", "species"]).to_pydict()
            rows += [
                (release.period, release.number, row, species)
                for row, species in zip(columns["_row"], columns["species"], strict=True)
            ]
    return sorted(rows)


def words_of(root: Path) -> bytes:
    """Every byte of the open tables, names of files included."""
    files = sorted(path for path in (root / "iceberg").rglob("*") if path.is_file())
    return b"\n".join([*(path.name.encode() for path in files), *(path.read_bytes() for path in files)])
