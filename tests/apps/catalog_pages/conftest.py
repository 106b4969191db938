"""The linked city, built once, and a visitor of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests.apps.linked_city import build_linked, copied

from ayan.wiring import city
from ayan.wiring.city import City


@pytest.fixture(scope="session")
def built_linked(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The linked city; nobody publishes more in it."""
    return build_linked(tmp_path_factory.mktemp("linked"))


@pytest.fixture
def own(built_linked: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A linked city that the test may change."""
    city_copy = copied(built_linked, tmp_path / "own")
    monkeypatch.setattr(city, "current", lambda: city_copy)
    return city_copy


@pytest.fixture
def linked(built_linked: City, monkeypatch: pytest.MonkeyPatch) -> City:
    """The linked city as the one in use."""
    monkeypatch.setattr(city, "current", lambda: built_linked)
    return built_linked


@pytest.fixture
def visitor(linked: City) -> Client:
    """A visitor of the linked city."""
    return Client()
