"""A city of one invented dataset with one release, and a program that asks it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.catalog_api.api_dataset import Declared, publish
from tests.core.query.town import SOME_ROWS
from tests.run_folder import made_once

from ayan.core.values.clock import FixedClock
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

NOON = datetime(2024, 8, 5, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


def opened(home: Path, clock: FixedClock) -> City:
    parts = CityParts(registry=Declared())
    return City(home, home / "store", clock, parts=parts)


def build(home: Path) -> None:
    """The city with its release and the index of it."""
    town = opened(home, FixedClock(NOON))
    publish(town, "1403-05", list(SOME_ROWS))
    town.index_store.ensure("works")


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> City:
    shutil.copytree(made_once("city-behind-the-api", build), tmp_path, dirs_exist_ok=True)
    town = opened(tmp_path, clock)
    monkeypatch.setattr(city, "current", lambda: town)
    return town


@pytest.fixture
def client(town: City) -> Client:
    return Client(raise_request_exception=True)
