"""The small city, built once, and a client that reads its pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests.apps.civic_city import build_civic
from tests.apps.small_city import build
from tests.template_lookups import every_lookup_answers

from ayan.wiring import city
from ayan.wiring.city import City

__all__ = ["every_lookup_answers"]


@pytest.fixture(scope="session")
def built_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The small city; tests that change it build their own."""
    home: Path = tmp_path_factory.mktemp("city")
    return build(home)


@pytest.fixture(scope="session")
def built_civic(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city whose datasets play the budget, the council and the units; nobody publishes more in it."""
    return build_civic(tmp_path_factory.mktemp("civic"))


@pytest.fixture
def small_city(built_city: City, monkeypatch: pytest.MonkeyPatch) -> City:
    """The small city as the one in use."""
    monkeypatch.setattr(city, "current", lambda: built_city)
    return built_city


@pytest.fixture
def reader(small_city: City) -> Client:
    """A visitor of the small city."""
    return Client()
