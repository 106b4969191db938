"""A small city of its own with a flag, its clock, and officers who deal with findings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.accounts.people import officer, signed_in
from tests.apps.linked_city import copied

from ayan.apps.accounts.verbs import Role
from ayan.core.values.clock import FixedClock
from ayan.wiring import city
from ayan.wiring.city import City


@pytest.fixture
def town(built_city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> City:
    city_copy = copied(built_city, tmp_path / "city")
    monkeypatch.setattr(city, "current", lambda: city_copy)
    return city_copy


@pytest.fixture
def later(town: City) -> Callable[[int], None]:
    """Let so many days pass."""
    assert isinstance(town.clock, FixedClock)
    clock = town.clock

    def pass_by(days: int) -> None:
        clock.move(timedelta(days=days))
        # Whoever looked within the last second would still believe the day before.
        town.__dict__.pop("site_version", None)

    return pass_by


@pytest.fixture
def asker(town: City) -> Client:
    return signed_in(officer("asker", Role.REQUESTS, unit_slug=""))


@pytest.fixture
def auditor(town: City) -> Client:
    return signed_in(officer("auditor", Role.AUDITOR))
