"""The linked city to be followed, with a clock of its own and letters that go nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.apps.linked_city import build_linked, copied

from ayan.wiring import city
from ayan.wiring.city import City


@pytest.fixture(scope="session")
def built_followed(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The linked city; nobody publishes more in it."""
    return build_linked(tmp_path_factory.mktemp("followed"))


@pytest.fixture
def own(built_followed: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A linked city that the test may change."""
    city_copy = copied(built_followed, tmp_path / "own")
    monkeypatch.setattr(city, "current", lambda: city_copy)
    return city_copy
