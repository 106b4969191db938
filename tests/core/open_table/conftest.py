"""A store in a folder whose open tables are kept beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.open_table.tables import opened
from tests.core.store.store_releases import NOON

from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> ReleaseStore:
    store, tables = opened(tmp_path, clock)
    tables.begin()
    return store
