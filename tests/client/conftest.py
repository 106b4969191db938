"""The small city behind a door on this machine, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ayan_client import Portal
from tests.apps.small_city import build
from tests.client.liar import Served, serving

from ayan.wiring.city import City


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The small city; tests that change it build their own."""
    return build(tmp_path_factory.mktemp("client-city"))


@pytest.fixture(scope="session")
def _served(town: City) -> Iterator[Served]:
    with serving(town) as served:
        yield served


@pytest.fixture
def served(_served: Served) -> Iterator[Served]:
    """The city at its address; what a test has it change is taken back."""
    _served.asked.clear()
    _served.agents.clear()
    yield _served
    _served.alter = lambda _path, body: body


@pytest.fixture(scope="session")
def vkey(town: City) -> str:
    """The key of its log, from elsewhere than the portal."""
    return key_of(town)


def key_of(town: City) -> str:
    """The key of a city's log."""
    assert town.log is not None
    return str(town.log.verifier)


@pytest.fixture
def city(served: Served, vkey: str, tmp_path: Path) -> Iterator[Portal]:
    """A client that remembers what it saw."""
    with Portal(served.address, keys=[vkey], remembered=tmp_path / "kept.checkpoint") as portal:
        yield portal
