"""The engine keeps to its limits, answers from what files have, and hostile questions stay questions."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from tests.core.query.town import DATASET, ENGINES, SOME_ROWS, Town, town_of

from ayan.core.query.answer import TooHeavy, TooSlow
from ayan.core.query.cursor import NotACursor, Position, decode
from ayan.core.query.engines.embedded import Budget
from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.parse import parse
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Sort
from ayan.core.query.sql import Statement
from ayan.core.schema.definition import Field, Label

SLOW = Statement("SELECT count(*) FROM range(100000000) a, range(1000) b WHERE (a.range * b.range) % 7 = 3")


@pytest.fixture(scope="module", params=ENGINES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    budget = Budget(memory="64MB", seconds=0.3, files=2)
    made = town_of(tmp_path_factory.mktemp("town"), SOME_ROWS, request.param, budget)
    yield made
    made.engine.close()


def test_a_slow_question_is_stopped_and_the_next_one_answered(town: Town) -> None:
    began = time.monotonic()
    with pytest.raises(TooSlow):
        town.engine.table(DATASET, SLOW, town.standing)
    assert time.monotonic() - began < 5
    assert len(town.ask().rows) == 5
    timers = [one for one in threading.enumerate() if isinstance(one, threading.Timer)]
    assert all(one.finished.wait(2) for one in timers)


def test_a_heavy_question_is_stopped(town: Town) -> None:
    with pytest.raises(TooHeavy):
        town.engine.table(DATASET, Statement("SELECT list(range) FROM range(50000000)"), town.standing)


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
    with pytest.raises(duckdb.Error):
        town.engine.table(DATASET, Statement(sql), town.standing)


HOSTILE = [
    "'; DROP TABLE rows; --",
    '"; DROP TABLE rows; --',
    "1 OR 1=1",
    "' OR ''='",
    "title) OR (1=1",
    "$p0",
    "?",
    "%",
    "_",
    "\\",
    "*",
    "a' UNION SELECT * FROM meta --",
    "(?i).*",
    "[[:alpha:]]+",
    "){0,999}",
    "/*",
    "-- ",
    "getvariable('x')",
    "۱' OR '۱'='۱",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_refused_or_is_only_a_text(town: Town, text: str) -> None:
    names = [one.name for one in DATASET.fields]
    tails = ("", "__not", "__in", "__contains", "__startswith", "__gt", "__isnull")
    shaping = ("_search", "_sort", "_sort_desc", "_size", "_next", "_fields", "_as_of", "_release", "_lang", "_count")
    for name in (*(f"{name}{tail}" for name in names for tail in tails), *shaping):
        try:
            question = parse(DATASET, [(name, text)])
        except BadQuestion:
            continue
        found = town.reader.rows(DATASET, question).rows
        if name.endswith("__not"):
            assert len(found) == 5
        elif name in ("title__contains", "_search", "number__contains") and text.strip() in ("*", "_", "%", "\\", "?"):
            assert len(found) < 5
        else:
            assert found == (), name


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_refused(text: str) -> None:
    for name in (text, f"title__{text}", f"{text}__in", f"_{text}"):
        for read in (parse, parse_groups, parse_facets):
            with pytest.raises(BadQuestion):
                read(DATASET, [(name, "1")])
    for name in ("by", "sum", "min", "distinct", "_sort"):
        with pytest.raises(BadQuestion):
            parse_groups(DATASET, [(name, text)])


def test_a_field_that_files_do_not_have_yet_is_empty(town: Town) -> None:
    more = Field(name="height", kind="integer", label=Label("بلندی", "Height"))
    dataset = replace(DATASET, fields=(*DATASET.fields, more))
    answer = town.ask(("height__isnull", "1"), ("_sort", "height"), dataset=dataset)
    assert [row.values["height"] for row in answer.rows] == [None] * 5
    assert town.ask(("height__gt", "1"), dataset=dataset).rows == ()


def test_a_masked_field_is_asked_about_as_text(town: Town) -> None:
    masked = replace(
        DATASET, fields=tuple(replace(one, shown="masked") if one.name == "number" else one for one in DATASET.fields)
    )
    assert parse(masked, [("number__startswith", "00")]).filters[0].values == ("00",)
    amount = replace(
        DATASET, fields=tuple(replace(one, shown="masked") if one.name == "amount" else one for one in DATASET.fields)
    )
    with pytest.raises(BadQuestion):
        parse(amount, [("amount__gt", "1")])


def test_a_file_written_anew_under_its_name_is_read_anew(tmp_path: Path) -> None:
    town, other = town_of(tmp_path, SOME_ROWS), town_of(tmp_path, SOME_ROWS[:2])
    assert len(town.ask().rows) == 5
    other.serving.file(other.standing.source).replace(town.serving.file(town.standing.source))
    assert len(town.ask().rows) == 2


def test_few_files_stay_open(tmp_path: Path) -> None:
    town = Town(tmp_path, budget=Budget(files=2))
    for number in range(5):
        town.publish(SOME_ROWS[:number])
        town.ask()
    held = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink() and str(tmp_path) in _target(link)]
    assert len(held) <= 2


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
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not wrong


@pytest.mark.parametrize(
    "text",
    [
        "!!!!",
        "e30",
        "bnVsbA",
        "W10",
        "A" * 9000,
        Position("s", "text", 1).encode(Sort("amount")),
        Position("s", 10**40, 1).encode(Sort("amount")),
        Position("s", True, 1).encode(Sort("amount")),
        Position("s", None, -1).encode(Sort("amount")),
        Position("s", None, 2**64).encode(Sort("amount")),
        "\ud800",
        "é",
    ],
)
def test_a_cursor_nobody_gave_is_refused(text: str) -> None:
    with pytest.raises(NotACursor):
        decode(text, DATASET, Sort("amount"))
