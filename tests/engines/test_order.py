"""Rows come in the order in which they stand, from every engine, page by page and streamed, however unequal the parts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, Final

import pytest
from tests.engines.engines import SQL_ENGINES
from tests.engines.world import DATASET, LATE, World
from tests.sampling import sampled

from ayan.core.query.answer import Snapshot
from ayan.core.query.engines.parquet import difference
from ayan.core.query.plan import RowFile
from ayan.core.query.question_parser import parse

# Few rows between many: what a join of DuckDB holds back until it has more (fewer than 64) and what it passes on.
SIZES: Final = (90, 50, 150, 10, 30, 99, 5, 70, 20, 60, 80, 3, 80, 900, 7, 50, 66, 40, 70, 9, 70, 33, 75, 1)
CORRECTED: Final = (50, 150)
QUESTIONS: Final[dict[str, list[tuple[str, str]]]] = {
    "everything": [],
    "a search that finds labels of a list": [("_search", "جاری")],
    "a list of values": [("street__in", "خیابان 1,خیابان 2,خیابان 3,خیابان 4,خیابان 5,خیابان 6,خیابان 7")],
    "few rows of many": [("amount__lt", "30000"), ("state", "active")],
    "one release": [("_release", "1401-02/1")],
}


def rows_of(rng: random.Random, period: int, size: int) -> list[dict[str, Any]]:
    # Here a condition finds nearly all rows, there a few of many.
    rare = period % 2
    return [
        {
            "number": f"N{period:02}-{number:05}",
            "title": "=خرید" * (number % 3),
            "street": f"خیابان {rng.randint(1, 9)}",
            "state": "active" if not rare or rng.random() < 0.02 else "ended",
            "amount": rng.randint(0, 60_000),
            "day": None,
            "height": number,
        }
        for number in range(size)
    ]


@pytest.fixture(scope="module")
def unequal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Twenty-four periods of unequal size, columns and order of sealing, some corrected."""
    world, rng = World(tmp_path_factory.mktemp("unequal")), random.Random(1403)
    order = list(range(len(SIZES)))
    rng.shuffle(order)
    for at in order:
        lacking = [name for name, every in ((LATE, 3), ("firm", 4), ("day", 5)) if at % every == 0]
        period = f"{1400 + at // 12}-{at % 12 + 1:02}"
        world.publish(period, rows_of(rng, at, SIZES[at]), without=lacking)
        if SIZES[at] in CORRECTED:
            world.publish(period, rows_of(rng, at, SIZES[at] + 25))
    yield world
    world.close()


def streamed(world: World, engine: str, params: list[tuple[str, str]], *, cells: bool) -> list[str]:
    snapshot = Snapshot(world.release_store.snapshot("works"))
    world.engines[engine].prepare(snapshot.source)
    plan = RowFile(parse(DATASET, params), None, cells)
    return [
        str(address)
        for batch in world.engines[engine].stream(DATASET, plan, snapshot)
        for address in batch.column("_row").to_pylist()
    ]


def paged(world: World, engine: str, params: list[tuple[str, str]]) -> list[str]:
    seen, cursor = list[str](), [("_size", "170")]
    while True:
        answer = world.desk(engine).page(*params, *cursor)
        seen += [row.address for row in answer.rows]
        if answer.next is None:
            return seen
        cursor = [("_size", "170"), ("_next", answer.next)]


def place(address: str) -> tuple[str, int]:
    """The order in which rows stand: by period, then by row."""
    release, _, row = address.partition("#")
    return release.partition("/")[0], int(row)


@pytest.mark.parametrize("asked", sampled("order of rows", QUESTIONS, few=2))
def test_every_engine_gives_all_rows_in_the_order_in_which_they_stand(unequal: World, asked: str) -> None:
    params = QUESTIONS[asked]
    expected = streamed(unequal, "naive", params, cells=False)
    assert len(expected) > 50
    assert expected == sorted(expected, key=place)
    for engine in SQL_ENGINES:
        for cells in (False, True):
            assert streamed(unequal, engine, params, cells=cells) == expected, (engine, cells)
        assert paged(unequal, engine, params) == expected, engine


def test_the_index_and_the_releases_agree(unequal: World) -> None:
    for engine in ("duckdb", "indexed"):
        assert (
            difference(unequal.release_store, DATASET, unequal.engines[engine], unequal.engines["parquet"]) is None
        ), engine
