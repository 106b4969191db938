"""The desk's small city and its officers, fresh for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.apps.desk.town import Officers, build, in_place, rest

from ayan.wiring.city import City


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    test_city = build(tmp_path)
    in_place(monkeypatch, test_city)
    return test_city


@pytest.fixture
def officers(town: City, db: None) -> Officers:
    rest()
    return Officers()
