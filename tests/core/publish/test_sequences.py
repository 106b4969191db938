"""Whatever is published, corrected, erased, withdrawn and broken off: the index says what the releases say, and no more."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from tests.cli.city import FIRST, HEADER, Town, make_town
from tests.core.publish.test_erasure import everywhere, gone, publish

from ayan.core.index.index_store import IndexStore
from ayan.core.publish.sealing import withdraw
from ayan.core.query.engines import Engine
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.query_service import QueryService, answer_facets, answer_groups
from ayan.core.query.question_parser import parse
from ayan.core.store.release import Release

PERIODS = [f"1403-{month:02}" for month in range(1, 9)]
PAGES: tuple[tuple[tuple[str, str], ...], ...] = (
    (("_count", "1"),),
    (("_sort", "species"), ("_size", "4")),
    (("_sort_desc", "cost"), ("_size", "5"), ("_count", "1")),
    (("_search", "گونه ۳"), ("_count", "1")),
    (("cost__gte", "3000"), ("_sort", "planted"), ("_size", "3")),
)
GROUPS = ((("by", "species"), ("sum", "cost"), ("max", "cost")), (("median", "cost"),))
FACETS = (("by", "species"),)


class Ruined(Exception):
    """Somebody pulls the plug after the index has been built."""


class Walk:
    """A city whose small releases share segments of nine or sixty rows, and what has left it for good."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.town: Town = make_town(folder)
        self.city = self.town.city
        self.index = IndexStore(
            self.city.release_store, self.city.home / "index", least_rows=0, rows_together=(9, 60)[seed % 2]
        )
        self.city.__dict__["index_store"] = self.index
        self.gone: set[str] = set()
        self.never: set[str] = set()
        self.marks: dict[str, dict[int, str]] = {}
        self.serial = 0

    def step(self) -> None:
        """Do one thing that a city does."""
        current = list(self.city.release_store.snapshot("trees").releases)
        act = self.chance.choice(("publish", "publish", "publish", "erase", "withdraw", "break"))
        if act == "publish" or not current:
            self.publish(self.chance.choice(PERIODS))
        elif act == "break":
            self.break_off()
        elif act == "withdraw":
            release = self.chance.choice(current)
            withdraw(self.city.publish_context, release, "wrong-data", FIRST)
            self.gone |= set(self.marks.pop(release.ref).values())
        else:
            release = self.chance.choice([each for each in current if each.rows > 1] or [self.publish(PERIODS[0])])
            row = self.chance.choice(sorted(self.marks[release.ref]))
            gone(self.city, release, row)
            self.gone.add(self.marks[release.ref].pop(row))

    def publish(self, period: str) -> Release:
        """A release of a few rows, each with a mark of its own."""
        self.serial += 1
        marks = {n + 2: f"نشان‌{self.serial * 100 + n:06}" for n in range(self.chance.randrange(2, 14))}
        release = publish(self.city, self._file(period, marks), period=period)
        self.marks[release.ref] = marks
        return release

    def break_off(self) -> None:
        """Build the index for a release that is then not sealed."""
        before = self.city.release_store.snapshot("trees")
        build = self.index.build

        def ruined(*given: Any) -> None:
            build(*given)
            raise Ruined

        self.serial += 1
        marks = {2: f"نشان‌{self.serial * 100:06}", 3: f"نشان‌{self.serial * 100 + 1:06}"}
        period = self.chance.choice(PERIODS)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self.index, "build", ruined)
            with pytest.raises(Ruined):
                publish(self.city, self._file(period, marks), period=period)
        folder = self.index.root / "trees"
        (folder / f"{self.serial}.draft").write_bytes("\n".join(marks.values()).encode())
        assert self.city.release_store.snapshot("trees") == before
        self.never |= set(marks.values())
        self.index.drop_stale("trees")

    def _file(self, period: str, marks: dict[int, str]) -> str:
        lines = [
            f"{self.serial * 100 + row},{period.replace('-', '/')}/{row:02},گونه {row % 4} {mark},{row * 1000},"
            for row, mark in marks.items()
        ]
        return "\n".join([HEADER, *lines, ""])

    def check(self) -> None:
        """Both engines say the same of the present and of a past, and nothing that left is in any file."""
        state = self.city.release_store.snapshot("trees")
        assert self.index.is_built(state)
        assert sum(segment.state.rows for segment in self.index.segments(state)) == state.rows
        assert asked(self, DuckDBEngine(self.index)) == asked(self, ParquetEngine())
        content = everywhere(self.city).decode("utf-8", "ignore")
        assert {mark for mark in self.gone if mark in content} == set()
        indexed = b"".join(path.read_bytes() for path in self.index.root.rglob("*") if path.is_file())
        assert {mark for mark in self.never if mark.encode() in indexed} == set(), "what was never sealed"


def asked(walk: Walk, engine: Engine) -> list[Any]:
    trees, service = walk.city.registry.get("trees"), QueryService(walk.city.release_store, engine)
    out: list[Any] = []
    for params in PAGES:
        answer = service.rows(trees, parse(trees, params))
        pages = [(answer.total, answer.rows, answer.next)]
        while answer.next:
            answer = service.rows(trees, parse(trees, [*params, ("_next", answer.next)]))
            pages.append((answer.total, answer.rows, answer.next))
        out.append(pages)
    out += [answer_groups(service, trees, parse_groups(trees, params)).rows for params in GROUPS]
    out.append(answer_facets(service, trees, parse_facets(trees, FACETS)).facets)
    engine.close()
    return out


def walked(folder: Path, seed: int, steps: int, every: int) -> None:
    walk = Walk(folder, seed)
    for number in range(1, steps + 1):
        walk.step()
        if number % every == 0:
            walk.check()


def test_the_index_follows_whatever_happens(tmp_path: Path) -> None:
    walked(tmp_path, 7, 16, 8)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(12))
def test_the_index_follows_whatever_happens_for_long(tmp_path: Path, seed: int) -> None:
    walked(tmp_path, seed, 40, 2)
