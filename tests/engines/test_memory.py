"""A process that has sent a whole table holds no more than before: what passes through once does not stay."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.core.query.town import DATASET, Town
from tests.core.store.store_releases import seal
from tests.patience import PATIENCE

from ayan.core.index.index_store import IndexStore
from ayan.core.schema.export import table_schema

ROWS = 10_000
MOST_GROWN = 40 << 20
"""Bytes: the modules that a first file brings with it, and the pieces on their way."""


@pytest.mark.parametrize("engine", ["duckdb", "parquet"])
def test_a_whole_table_does_not_stay(tmp_path: Path, engine: str) -> None:
    draw = random.Random(1403)
    town = Town(tmp_path, engine)
    columns: dict[str, list[Any]] = {
        "number": [f"C-{n}" for n in range(ROWS)],
        # Of no repeated words, which would stand in a file once.
        "title": [draw.randbytes(2_400).hex() for _ in range(ROWS)],
        "count": list(range(ROWS)),
    }
    seal(town.release_store, "1403-05", columns, "works", schema=table_schema(DATASET.published))
    # Without a secondary index, which would take the most of this test and no part in it; whoever asks the town builds
    # one.
    IndexStore(town.release_store, tmp_path / "index", least_rows=1 << 40).build(
        "works", town.release_store.snapshot("works")
    )
    ended = subprocess.run(
        [sys.executable, "-m", "tests.engines.whole_tables", str(tmp_path), engine],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    before, after, *sizes = map(int, ended.stdout.split())
    assert len(sizes) == 1
    assert sizes[0] > 40_000_000
    assert after - before < MOST_GROWN, f"{(after - before) >> 20} MiB more than before"
