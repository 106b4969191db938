"""A visitor of the city whose datasets play the parts."""

from __future__ import annotations

import pytest
from django.test import Client

from ayan.wiring import city
from ayan.wiring.city import City


@pytest.fixture
def visitor(built_civic: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A visitor of the city."""
    monkeypatch.setattr(city, "current", lambda: built_civic)
    return Client()
