"""The engine keeps to its limits, answers from what files have, and hostile questions stay questions."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from tests.core.query.town import DATASET, SOME_ROWS, serving_file

from ayan.core.query.answer import Standing, TooHeavy, TooSlow
from ayan.core.query.cursor import NotACursor, Position, decode
from ayan.core.query.engines.duckdb import Budget, DuckDBEngine
from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.parse import parse
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question, Sort
from ayan.core.query.sql import Statement
from ayan.core.schema.definition import Field, Label

SLOW = Statement("SELECT count(*) FROM range(100000000) a, range(1000) b WHERE (a.range * b.range) % 7 = 3")


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    made = DuckDBEngine(Budget(memory="64MB", seconds=0.3, files=2))
    yield made
    made.close()


@pytest.fixture
def standing(tmp_path: Path) -> Standing:
    return serving_file(tmp_path / "works.duckdb", SOME_ROWS)


def test_a_slow_question_is_stopped_and_the_next_one_answered(engine: DuckDBEngine, standing: Standing) -> None:
    began = time.monotonic()
    with pytest.raises(TooSlow):
        engine.table(DATASET, SLOW, standing)
    assert time.monotonic() - began < 5
    assert len(engine.rows(DATASET, Question(slug="works"), standing).rows) == 5
    timers = [one for one in threading.enumerate() if isinstance(one, threading.Timer)]
    assert all(one.finished.wait(2) for one in timers)


def test_a_heavy_question_is_stopped(standing: Standing) -> None:
    engine = DuckDBEngine(Budget(memory="32MB", seconds=30))
    with pytest.raises(TooHeavy):
        engine.table(DATASET, Statement("SELECT list(range) FROM range(50000000)"), standing)
    engine.close()


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
def test_even_sql_could_do_nothing_but_read_rows(engine: DuckDBEngine, standing: Standing, sql: str) -> None:
    with pytest.raises(duckdb.Error):
        engine.table(DATASET, Statement(sql), standing)


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
def test_a_hostile_text_is_refused_or_is_only_a_text(engine: DuckDBEngine, standing: Standing, text: str) -> None:
    names = [one.name for one in DATASET.fields]
    tails = ("", "__not", "__in", "__contains", "__startswith", "__gt", "__isnull")
    shaping = ("_search", "_sort", "_sort_desc", "_size", "_next", "_fields", "_as_of", "_release", "_lang", "_count")
    for name in (*(f"{name}{tail}" for name in names for tail in tails), *shaping):
        try:
            question = parse(DATASET, [(name, text)])
        except BadQuestion:
            continue
        found = engine.rows(DATASET, question, standing).rows
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


def test_a_field_that_files_do_not_have_yet_is_empty(engine: DuckDBEngine, standing: Standing) -> None:
    more = Field(name="height", kind="integer", label=Label("بلندی", "Height"))
    dataset = replace(DATASET, fields=(*DATASET.fields, more))
    answer = engine.rows(dataset, parse(dataset, [("height__isnull", "1"), ("_sort", "height")]), standing)
    assert [row.values["height"] for row in answer.rows] == [None] * 5
    assert engine.rows(dataset, parse(dataset, [("height__gt", "1")]), standing).rows == ()


def test_a_masked_field_is_asked_about_as_text(engine: DuckDBEngine, standing: Standing) -> None:
    masked = replace(
        DATASET, fields=tuple(replace(one, shown="masked") if one.name == "number" else one for one in DATASET.fields)
    )
    assert parse(masked, [("number__startswith", "00")]).filters[0].values == ("00",)
    amount = replace(
        DATASET, fields=tuple(replace(one, shown="masked") if one.name == "amount" else one for one in DATASET.fields)
    )
    with pytest.raises(BadQuestion):
        parse(amount, [("amount__gt", "1")])


def test_a_file_written_anew_under_its_name_is_read_anew(engine: DuckDBEngine, tmp_path: Path) -> None:
    path = tmp_path / "works.duckdb"
    standing = serving_file(path, SOME_ROWS)
    assert len(engine.rows(DATASET, Question(slug="works"), standing).rows) == 5
    serving_file(tmp_path / "new.duckdb", SOME_ROWS[:2]).path.replace(path)
    assert len(engine.rows(DATASET, Question(slug="works"), standing).rows) == 2


def test_few_files_stay_open(engine: DuckDBEngine, tmp_path: Path) -> None:
    for number in range(5):
        standing = serving_file(tmp_path / f"{number}.duckdb", SOME_ROWS)
        engine.rows(DATASET, Question(slug="works"), standing)
    held = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink() and str(tmp_path) in _target(link)]
    assert len(held) <= 2


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return ""


def test_threads_share_the_engine(engine: DuckDBEngine, standing: Standing) -> None:
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(10):
            answer = engine.rows(DATASET, parse(DATASET, [("state", "active")]), standing)
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
