"""An empty store and its clock, in a folder and in a bucket of a real object store."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.store.store_place import StorePlace
from tests.core.store.store_releases import NOON
from tests.object_store import ObjectStore

from ayan.core.store import head_board
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture(params=["folder", "bucket"])
def store_place(
    request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> StorePlace:
    if request.param == "folder":
        return StorePlace(tmp_path, clock)
    server: ObjectStore = request.getfixturevalue("bucket_server")
    # What another store of this process does is seen at once.
    monkeypatch.setattr(head_board, "BOARD_SECONDS", 0.0)
    return StorePlace(tmp_path, clock, server.place())


@pytest.fixture
def store(store_place: StorePlace) -> ReleaseStore:
    return store_place.opened()
