"""What the site version of a city knows: which release is the newest, worked out once and not page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.clocks import let_pass
from tests.core.store.store_releases import seal

from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import FixedClock
from ayan.wiring.city import City


@pytest.fixture
def town(tmp_path: Path) -> City:
    return City(tmp_path, tmp_path / "store", FixedClock(datetime(2024, 8, 2, 12, tzinfo=UTC)))


def test_the_newest_release_is_known_at_once_and_forgotten_with_its_withdrawal(town: City) -> None:
    assert town.site_version.newest() is None
    slug, other = (dataset.slug for dataset in town.registry.all()[:2])
    first = seal(town.release_store, slug=slug)
    assert town.site_version.newest() == first
    seal(town.release_store, slug="declared-by-nobody")
    assert town.site_version.newest() == first
    let_pass(town, timedelta(minutes=1))
    before, second = town.site_version.now(), seal(town.release_store, slug=other)
    assert (town.site_version.newest(), town.site_version.now() != before) == (second, True)
    town.release_store.withdraw(second, "wrong-data", "officer")
    assert town.site_version.newest() == first


def test_the_releases_are_looked_through_once_a_site_version(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    seal(town.release_store, slug=town.registry.all()[0].slug)
    monkeypatch.setattr("ayan.wiring.site_version.BELIEVED", 3600.0)
    looked: list[str] = []
    releases = ReleaseStore.releases

    def noted(self: ReleaseStore, slug: str) -> list[Release]:
        looked.append(slug)
        return releases(self, slug)

    monkeypatch.setattr(ReleaseStore, "releases", noted)
    assert len({(town.site_version.now(), town.site_version.newest()) for _ in range(50)}) == 1
    assert looked == [dataset.slug for dataset in town.registry.all()]
