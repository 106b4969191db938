"""Engines keep to their limits of time, memory and open files, and their connections can do nothing but read rows."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.core.query.town import DATASET, SOME_ROWS, Town, town_of
from tests.engines.engines import SQL_ENGINES

from ayan.core.query.answer import TooHeavy, TooSlow
from ayan.core.query.engines.embedded_engine import EmbeddedEngine, EngineLimits
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question_parser import parse
from ayan.core.store.damage import DatasetDamaged
from ayan.core.system.processor_budget import spending
from ayan.core.values.sql import SqlStatement

SLOW = SqlStatement("SELECT count(*) FROM range(100000000) a, range(1000) b WHERE (a.range * b.range) % 7 = 3")


def run(town: Town, statement: SqlStatement, seconds: float | None = None) -> list[tuple[Any, ...]]:
    """What an engine that runs SQL does with a statement of any text, in the time of a page where none is given."""
    assert isinstance(town.engine, EmbeddedEngine)
    allowed = town.engine.budget.seconds if seconds is None else seconds
    with town.engine.session(town.snapshot.source, allowed) as session:
        return session.all(DATASET, statement)


@pytest.fixture(scope="module", params=SQL_ENGINES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    budget = EngineLimits(memory="64MB", files=2)
    new_town = town_of(tmp_path_factory.mktemp("town"), SOME_ROWS, request.param, budget)
    yield new_town
    new_town.engine.close()


def test_a_slow_question_is_stopped_and_the_next_one_answered(town: Town) -> None:
    began = time.monotonic()
    with pytest.raises(TooSlow):
        run(town, SLOW, 0.3)
    assert time.monotonic() - began < 60
    assert len(town.ask().rows) == 5
    there = threading.active_count()
    assert [len(town.ask().rows) for _ in range(300)] == [5] * 300
    assert threading.active_count() <= there


@pytest.mark.parametrize("engine", SQL_ENGINES)
def test_a_question_may_take_so_much_of_the_processor_however_long_the_clock_allows(
    tmp_path: Path, engine: str
) -> None:
    town = town_of(tmp_path, SOME_ROWS, engine, EngineLimits(memory="64MB", seconds=600, processor=0.1))
    began = time.thread_time()
    with pytest.raises(TooSlow):
        run(town, SLOW)
    assert 0.1 <= time.thread_time() - began < 2
    assert len(town.ask().rows) == 5
    with spending(0) as around, pytest.raises(TooSlow):
        town.ask()
    assert around.left <= 0
    town.engine.close()


@pytest.mark.parametrize("engine", SQL_ENGINES)
def test_a_heavy_question_is_stopped(tmp_path: Path, engine: str) -> None:
    town = town_of(tmp_path, SOME_ROWS, engine, EngineLimits(memory="64MB", seconds=60))
    with pytest.raises(TooHeavy):
        run(town, SqlStatement("SELECT list(range) FROM range(50000000)"))
    town.engine.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY (SELECT 1) TO 'out.csv'",
        "ATTACH 'other.duckdb'",
        "SET enable_external_access = true",
        "SET memory_limit = '10GB'",
        "INSTALL httpfs",
        "DELETE FROM rows",
    ],
)
def test_even_sql_could_do_nothing_but_read_rows(town: Town, sql: str) -> None:
    with pytest.raises((duckdb.Error, DatasetDamaged)):
        run(town, SqlStatement(sql))


def test_a_masked_field_is_asked_about_as_text(town: Town) -> None:
    masked = replace(
        DATASET,
        fields=tuple(replace(field, shown="masked") if field.name == "number" else field for field in DATASET.fields),
    )
    assert parse(masked, [("number__startswith", "00")]).filters[0].values == ("00",)
    amount = replace(
        DATASET,
        fields=tuple(replace(field, shown="masked") if field.name == "amount" else field for field in DATASET.fields),
    )
    with pytest.raises(BadQuestion):
        parse(amount, [("amount__gt", "1")])


def test_a_file_written_anew_under_its_name_is_read_anew(tmp_path: Path) -> None:
    town, other = town_of(tmp_path, SOME_ROWS), town_of(tmp_path, SOME_ROWS[:2])
    assert len(town.ask().rows) == 5
    (theirs,), (ours,) = other.index_store.files(other.snapshot.source), town.index_store.files(town.snapshot.source)
    theirs.replace(ours)
    assert len(town.ask().rows) == 2


def test_few_files_stay_open(tmp_path: Path) -> None:
    town = Town(tmp_path, budget=EngineLimits(files=2))
    for number in range(5):
        town.publish(SOME_ROWS[:number])
        town.ask()
    assert len(held_files(tmp_path)) <= 2


def test_what_stays_open_is_bounded_by_its_size(tmp_path: Path) -> None:
    town = Town(tmp_path, budget=EngineLimits())
    town.publish(SOME_ROWS)
    (path,) = town.index_store.files(town.snapshot.source)
    size = path.stat().st_size
    town.engine.close()
    town = Town(tmp_path, budget=EngineLimits(database_bytes=2 * size + size // 2))
    for number in range(5):
        town.publish(SOME_ROWS[:number])
        town.ask()
    assert len(held_files(tmp_path)) == 2


def held_files(folder: Path) -> set[Path]:
    """The files below a folder that this process holds open; not the folder for what does not fit, which is locked."""
    targets = (Path(_target(link)) for link in Path("/proc/self/fd").iterdir())
    return {target for target in targets if target.is_relative_to(folder) and target.is_file()}


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return ""


def test_threads_share_the_engine(town: Town) -> None:
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(10):
            answer = town.ask(("state", "active"))
            if len(answer.rows) != 2:
                wrong.append(answer)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for worker in threads:
        worker.join()
    assert not wrong
