"""The two functions that quote: whatever a name or a text holds, DuckDB reads it back as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import duckdb
from hypothesis import example, given
from hypothesis import strategies as st

from ayan.core.values.sql import identifier, literal

CON = duckdb.connect(config={"threads": 1})

# A NUL ends a statement, and half a surrogate is no text; neither can stand in a declaration or a file's cell.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
HOSTILE = (
    "'",
    '"',
    "''",
    "';--",
    '"";--',
    "$$",
    "$1",
    "\\'",
    "a' || 'b",
    'a" AS b, "c',
    "/*",
    "x\n--",
    "ی‌'٣",
    "{x}",
    "%s",
)


Test = TypeVar("Test", bound=Callable[..., Any])


def hostile(test: Test) -> Test:
    for text in HOSTILE:
        test = example(text)(test)
    return test


@hostile
@given(TEXTS)
def test_a_literal_is_the_text_that_it_was_made_of(text: str) -> None:
    assert CON.execute(f"SELECT {literal(text)}, 1").fetchall() == [(text, 1)]


@hostile
@given(TEXTS.filter(bool))
def test_an_identifier_is_the_name_of_one_column(name: str) -> None:
    answer = CON.execute(f"SELECT x.{identifier(name)}, 2 AS other FROM (SELECT 1 AS {identifier(name)}) x")
    assert answer.description[0][0] == name
    assert answer.fetchall() == [(1, 2)]
