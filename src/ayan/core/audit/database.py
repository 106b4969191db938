"""A database in memory with one view a dataset, over published files and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from ayan.core.schema.definition import Dataset
from ayan.core.store.parquet import columns_of
from ayan.core.system.duckdb import confined
from ayan.core.values import sql

MEMORY: Final = "1GB"

Parts = Mapping[str, Sequence[Path]]


@contextmanager
def closed_room(
    tables: Mapping[str, str], parts: Parts, also: Sequence[Path] = ()
) -> Iterator[duckdb.DuckDBPyConnection]:
    """One view for each of ``tables``, by name, made of its SELECT; their files in ``parts`` may be read, no others.

    ``also`` are further files that may be read, for views that may be wanted later.
    """
    paths = (*(path for name in tables for path in parts.get(name, ())), *also)
    with confined(paths=paths, memory=MEMORY) as con:
        for name, select in tables.items():
            con.execute(f"CREATE VIEW {sql.identifier(name)} AS {select}")
        yield con


def rows(dataset: Dataset, files: Sequence[Path], prefix: str = "") -> str:
    """The published columns of a dataset's rows after ``prefix``; one that a file was sealed without is empty there."""
    there = {name for path in files for name in columns_of(path)}
    columns = prefix + ", ".join(
        sql.identifier(field.name)
        if field.name in there
        else f"CAST(NULL AS {field.storage}) AS {sql.identifier(field.name)}"
        for field in dataset.published
    )
    if not files:
        return f"SELECT {columns} WHERE FALSE"
    listed = ", ".join(sql.literal(str(path)) for path in files)
    return f"SELECT {columns} FROM read_parquet([{listed}], union_by_name = true)"
