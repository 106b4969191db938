"""A small city that is its own hub, and somebody who subscribes there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.apps import small_city
from tests.apps.websub.subscriber import SITE, Subscriber, subscriber

from ayan.apps.websub import tasks
from ayan.wiring import city
from ayan.wiring.city import City


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> City:
    """The small city, its hub turned on; a callback may be on this machine."""
    settings.WEBSUB_HUB, settings.ORIGIN, settings.WEBSUB_NETWORKS = "own", SITE, ["127.0.0.0/8"]
    test_city = small_city.build(tmp_path / "city")
    monkeypatch.setattr(city, "current", lambda: test_city)
    # The first look begins with what comes from then on.
    tasks.look_after.func()
    return test_city


@pytest.fixture
def reader() -> Iterator[Subscriber]:
    """A subscriber on this machine."""
    with subscriber() as here:
        yield here
