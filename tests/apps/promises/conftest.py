"""The city of promises, built once, and a visitor of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests.apps.linked_city import copied
from tests.apps.promises.town import build_promises

from ayan.wiring import city
from ayan.wiring.city import City


@pytest.fixture(scope="session")
def built_promises(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city; nobody publishes more in it, and its clock stands."""
    return build_promises(tmp_path_factory.mktemp("promises"))


@pytest.fixture
def town(built_promises: City, monkeypatch: pytest.MonkeyPatch) -> City:
    """The city as the one in use."""
    monkeypatch.setattr(city, "current", lambda: built_promises)
    return built_promises


@pytest.fixture
def own(built_promises: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city of promises that the test may change."""
    city_copy = copied(built_promises, tmp_path / "own")
    monkeypatch.setattr(city, "current", lambda: city_copy)
    return city_copy


@pytest.fixture
def reader(town: City) -> Client:
    """A visitor."""
    return Client()
