"""Reads files in tests and gives back their rows."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ayan.core.intake.table import IntakeLimits, RawTable
from ayan.core.intake.table_reader import read_table
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead, Issue

# What a hostile file may cost in tests: far below the twenty seconds and two gigabytes that are promised.
TIGHT = IntakeLimits(seconds=15)


def read(
    path: Path, *, known: Collection[str] = (), sheet: str | None = None, limits: IntakeLimits = TIGHT, **source: Any
) -> RawTable:
    workdir = path.parent / "work"
    return read_table(path, source=Layout(**source), known=known, sheet=sheet, workdir=workdir, limits=limits)


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(table: RawTable) -> list[tuple[Any, ...]]:
    """Every row with its two numbers, read as a consumer would: with access to the table's own files alone."""
    with duckdb.connect() as base:
        base.execute("SET allowed_paths = $files", {"files": [str(path) for path in table.files]})
        base.execute("SET enable_external_access = false")
        fetched = base.execute(f"SELECT {columns_of(len(table.columns))} FROM {table.relation}").fetchall()
    assert len(fetched) == table.rows
    return fetched


def columns_of(width: int) -> str:
    return ", ".join(["_row", "_line", *(f"c{index}" for index in range(1, width + 1))])


def cells(table: RawTable) -> list[tuple[Any, ...]]:
    return [row[2:] for row in rows(table)]


def headers(table: RawTable) -> list[str]:
    return [column.header for column in table.columns]


def codes(table: RawTable) -> list[str]:
    return [issue.code for issue in table.issues]


def refusal(path: Path, **options: Any) -> Issue:
    """The issue with which the file is refused; fails when it is read, or ends in any other exception."""
    with pytest.raises(CannotRead) as refused:
        read(path, **options)
    issue = refused.value.issue
    words = issue.message("fa"), issue.message("en")
    assert all(words)
    assert "{" not in "".join(words)
    return issue
