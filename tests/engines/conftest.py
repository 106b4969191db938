"""The world, published once, and a desk at every engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.engines.engines import ENGINES
from tests.engines.world import Desk, World, publish_history


@pytest.fixture(autouse=True)
def the_index_was_used(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A fault inside the index is answered without it and for good: right, slow, and seen in the log alone."""
    yield
    assert "without its index" not in "".join(record.getMessage() for record in caplog.get_records("call"))


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world after its whole history; nobody publishes more in it."""
    new_world = publish_history(World(tmp_path_factory.mktemp("world")))
    yield new_world
    new_world.close()


@pytest.fixture(scope="package", params=ENGINES)
def desk(request: pytest.FixtureRequest, world: World) -> Desk:
    """Each engine in turn."""
    return world.desk(request.param)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of each engine in turn, for tests that make a world of their own."""
    name: str = request.param
    return name
