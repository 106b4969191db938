"""A town for a fault to be done to, on a database of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.city import Town, make_town
from tests.faults.checked_city import trees
from tests.faults.running_site import with_database


@pytest.fixture(autouse=True)
def own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever server the run has, a town's people stand in its own folder, unless a test names another place."""
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town with one release of which the doctor has nothing to say."""
    new_town = make_town(tmp_path)
    with_database(new_town)
    assert new_town.publish(trees(new_town, 300)).code == 0
    said = new_town.ayan("doctor")
    assert said.code == 0, said.out
    return new_town
