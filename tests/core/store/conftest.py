"""An empty store and its clock."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.store.sealing import NOON

from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> ReleaseStore:
    return ReleaseStore(tmp_path / "store", clock)
