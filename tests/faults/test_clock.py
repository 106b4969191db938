"""A clock that is wrong: nothing is lost, times never run backwards, and a time that has not come is told of."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from tests.cli.city import Said, Town
from tests.faults.checked_city import checked_releases, trees
from tests.faults.running_site import publish_words, started
from tests.patience import PATIENCE

pytestmark = pytest.mark.soak

DAY: Final = 24 * 3600
SHIFTED: Final = Path(__file__).parent / "shifted"


def at_a_wrong_time(town: Town, seconds: int, *words: str) -> Said:
    """Run the command in a process whose clock is wrong by so much."""
    paths = os.pathsep.join(part for part in (str(SHIFTED), os.environ.get("PYTHONPATH", "")) if part)
    child = started(town, *words, PYTHONPATH=paths, FAULT_SECONDS=str(seconds))
    out, err = child.communicate(timeout=PATIENCE)
    assert "Traceback" not in err, err
    return Said(child.returncode, out, err)


def sealed_at(town: Town) -> list[datetime]:
    return [release.sealed_at for release in town.city.release_store.releases("trees")]


def test_a_clock_one_day_back(town: Town) -> None:
    file = trees(town, 310)
    assert at_a_wrong_time(town, -DAY, *publish_words(file)).code == 0
    first, second = sealed_at(town)
    assert second >= first, "no release stands before the one that it corrects"
    assert town.publish(trees(town, 320)).code == 0
    assert checked_releases(town.city) == [f"trees/1403-05/{number}" for number in (1, 2, 3)]
    assert town.ayan("doctor").code == 0, "nothing stays wrong of it"


def test_a_clock_ten_years_ahead(town: Town) -> None:
    file = trees(town, 310)
    assert at_a_wrong_time(town, 3653 * DAY, *publish_words(file)).code == 0
    assert sealed_at(town)[-1] > datetime.now(UTC) + timedelta(days=3000)
    said = town.ayan("doctor")
    assert said.code == 1, "the time of this seal is wrong for good, and somebody must be told"
    assert "has not come" in said.out
    assert "trees/1403-05/2" in said.out
    # What is published is read all the same, and the next release is not lost.
    assert town.publish(trees(town, 320)).code == 0
    assert town.ayan("query", "trees", "_count=1").json["total"] == 320
    assert checked_releases(town.city) == [f"trees/1403-05/{number}" for number in (1, 2, 3)]
