"""A city of one invented dataset with one release, and a program that asks it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.catalog_api.asking import Declared, publish
from tests.core.query.town import SOME_ROWS

from ayan.core.values.clock import FixedClock
from ayan.wiring import city
from ayan.wiring.city import City


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2024, 8, 5, 12, tzinfo=UTC))


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> City:
    made = City(tmp_path, tmp_path / "store", clock)
    made.__dict__["registry"] = Declared()
    monkeypatch.setattr(city, "current", lambda: made)
    publish(made, "1403-05", list(SOME_ROWS))
    return made


@pytest.fixture
def client(town: City) -> Client:
    return Client(raise_request_exception=True)
