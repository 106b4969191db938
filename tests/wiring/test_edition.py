"""What the edition of a city knows: which release is the newest, worked out once and not page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.core.store.sealing import seal

from ayan.core.store.shelf import Shelf
from ayan.core.values.clock import FixedClock
from ayan.wiring.city import City


@pytest.fixture
def town(tmp_path: Path) -> City:
    return City(tmp_path, tmp_path / "store", FixedClock(datetime(2024, 8, 2, 12, tzinfo=UTC)))


def test_the_newest_release_is_known_at_once_and_forgotten_with_its_withdrawal(town: City) -> None:
    assert town.edition.newest() is None
    slug, other = (dataset.slug for dataset in town.registry.all()[:2])
    first = seal(town.shelf, slug=slug)
    assert town.edition.newest() == first
    seal(town.shelf, slug="declared-by-nobody")
    assert town.edition.newest() == first
    town.clock.move(timedelta(minutes=1))
    before, second = town.edition.now(), seal(town.shelf, slug=other)
    assert (town.edition.newest(), town.edition.now() != before) == (second, True)
    town.shelf.withdraw(second, "wrong-data", "officer")
    assert town.edition.newest() == first


def test_the_releases_are_looked_through_once_an_edition(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    seal(town.shelf, slug=town.registry.all()[0].slug)
    monkeypatch.setattr("ayan.wiring.edition.BELIEVED", 3600.0)
    looked: list[str] = []
    releases = Shelf.releases
    monkeypatch.setattr(Shelf, "releases", lambda self, slug: looked.append(slug) or releases(self, slug))
    assert len({(town.edition.now(), town.edition.newest()) for _ in range(50)}) == 1
    assert looked == [dataset.slug for dataset in town.registry.all()]
