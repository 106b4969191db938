"""A correction whose amounts stand a power of ten from those published: asked about, unless that says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.cli.city import HEADER, Town, make_town
from tests.core.publish.test_erasure import publish

from ayan.core.publish.draft import NotReady


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path)


def written(costs: Sequence[int]) -> str:
    rows = [f"{number},1403/05/{number:02},گونه {number},{cost}," for number, cost in enumerate(costs, 1)]
    return "\n".join([HEADER, *rows, ""])


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param([2_000, 3_000, 4_000], [20_000, 30_000, 40_000], id="the same rows in another unit"),
        pytest.param([12_340, 98_760], [1_234, 9_000, 876], id="an exact sum, of rows that were parted"),
        pytest.param([2_000, 3_000], [2_000_000, 3_000_000], id="thousands"),
    ],
)
def test_the_same_money_in_another_unit_is_asked_about(town: Town, before: list[int], now: list[int]) -> None:
    publish(town.city, written(before))
    with pytest.raises(NotReady) as held:
        publish(town.city, written(now))
    assert [issue.code for issue in held.value.issues] == ["unit-jump"]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param([row * 1_000 for row in range(2, 14)], [2_000, 3_000, 4_000], id="few rows with a round sum"),
        pytest.param([5_000, 4_000], [40_000, 30_000, 20_000], id="other rows with a round sum"),
    ],
)
def test_round_sums_of_other_rows_say_nothing_of_a_unit(town: Town, before: list[int], now: list[int]) -> None:
    publish(town.city, written(before))
    assert publish(town.city, written(now)).number == 2
