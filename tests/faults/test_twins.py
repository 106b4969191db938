"""Two at once: of two who publish one period one is refused, and one database serves one home."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from tests.cli.city import Town, make_town
from tests.faults.checked_city import checked_releases, trees
from tests.faults.running_site import publish_words, running, started, until
from tests.patience import PATIENCE
from tests.postgres_server import postgres_server

pytestmark = pytest.mark.soak


def test_two_publish_one_period(town: Town) -> None:
    for trial in range(5):
        before = checked_releases(town.city)
        files = [trees(town, 2_000 + 10 * trial + twin, name=f"{twin}.csv") for twin in range(2)]
        twins = [started(town, *publish_words(file)) for file in files]
        said = [twin.communicate(timeout=PATIENCE) for twin in twins]
        codes = sorted(twin.returncode for twin in twins)
        assert all("Traceback" not in err for _, err in said), said
        after = checked_releases(town.city)
        done = codes.count(0)
        assert len(after) == len(before) + done, "each that said it was done is there, and no other"
        if done == 2:
            # One after the other by chance: then the second was compared with the first, and says so.
            continue
        assert done == 1, said
        refused = next(err for twin, (_, err) in zip(twins, said, strict=True) if twin.returncode)
        assert len(refused.strip().splitlines()) >= 2, "a sentence in each language"
    assert town.publish(trees(town, 300)).code == 0


def test_two_homes_on_one_database(town: Town) -> None:
    with postgres_server() as server:
        shared: dict[str, Any] = {"DATABASE_URL": server.create("shared")}
        other = make_town(town.home.parent / "other")
        with running(town, settings=shared, migrated=False) as first:
            until(first.background, "the worker is there")
            said = other.ayan("worker", "--once", **shared)
            assert said.code != 0, "a second home is refused"
            assert str(town.home) in said.words or "another" in said.words
            assert len(said.err.strip().splitlines()) >= 2, "a sentence in each language"
            serving = started(other, "serve", "--port", "0", **shared)
            _, err = serving.communicate(timeout=PATIENCE)
            assert serving.returncode != 0
            assert "Traceback" not in err
            assert first.ask("/data/trees")[0] == 200
        # A home that was moved is the same one.
        moved = town.home.parent / "moved"
        shutil.move(town.home, moved)
        assert Town(moved).ayan("worker", "--once", **shared).code == 0
