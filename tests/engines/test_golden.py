"""The SQL of sample questions is what it was when somebody last looked at it, and runs."""

from __future__ import annotations

import pytest
from tests.engines.golden import ASKED, FOLDER, QUESTIONS, plan_of, statement, text_of
from tests.engines.world import Desk

from ayan.core.query.question import Question


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_sql_is_as_it_was(name: str) -> None:
    path = FOLDER / f"{name}.sql"
    assert path.read_text(encoding="utf-8") == text_of(QUESTIONS[name]), (
        "if the change is meant: make golden, and look at the diff"
    )


def test_every_file_is_of_a_question() -> None:
    assert {path.stem for path in FOLDER.glob("*.sql")} == set(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_it_runs(desk: Desk, name: str) -> None:
    reader = desk.query_service
    table = reader.table(ASKED, plan_of(QUESTIONS[name]), reader.snapshot(ASKED, Question(slug="works")))
    assert table or name in ("rows-by-equality", "rows-by-lists", "rows-by-words", "rows-by-stretches-of-days"), name


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_value_of_a_reader_stands_in_the_sql(name: str) -> None:
    compiled = statement(QUESTIONS[name])
    texts = [value for value in compiled.values.values() if isinstance(value, str) and len(value) > 1]
    assert not any(f"'{text}'" in compiled.sql for text in texts)
    assert all(f"${placeholder}" in compiled.sql for placeholder in compiled.values)
