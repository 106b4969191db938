"""A city that speaks Azeri and Arabic beside Persian and English."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import clear_url_caches
from tests.apps.desk.conftest import officers, town
from tests.apps.documents.conftest import built as with_documents
from tests.apps.planning.conftest import built_town

from ayan.config import urls
from ayan.core.values import locale
from ayan.wiring.city import City
from ayan.wiring.profile import read_languages

__all__ = ["built_town", "officers", "town", "with_documents"]

TABLE = {"az": {"name": "Azərbaycanca"}, "ar": {"name": "العربية", "digits": "arab"}}


def _addresses_anew() -> None:
    # Addresses are laid out once, at the start of a process; the city of these tests comes later.
    importlib.reload(urls)
    clear_url_caches()


@pytest.fixture
def speaking() -> Iterator[None]:
    """Azeri and Arabic in use, as the city's ``ayan.toml`` would put them."""
    locale.use(read_languages(TABLE, Path(__file__).parent))
    _addresses_anew()
    yield
    locale.use(())
    _addresses_anew()


@pytest.fixture
def visitor(small_city: City, speaking: None) -> Client:
    """A visitor of the small city that speaks four languages."""
    return Client()
