"""The buying city, published once for all doors of contracting."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.apps.standards import buying_city

from ayan.wiring import city
from ayan.wiring.city import City


@pytest.fixture(scope="session")
def built_buying(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city that buys; who changes it builds another."""
    return buying_city.build(tmp_path_factory.mktemp("buying"))


@pytest.fixture
def buyer(built_buying: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A visitor of the city that buys."""
    monkeypatch.setattr(city, "current", lambda: built_buying)
    return Client()
