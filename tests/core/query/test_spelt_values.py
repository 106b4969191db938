"""The words of a condition stand for exactly those values of a column that its own SQL finds."""

from __future__ import annotations

import duckdb
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.core.query.test_folding import affixed, searched_texts, texts
from tests.core.query.town import DATASET

from ayan.core.query.engines.spelt_values import SpeltColumn
from ayan.core.query.operators import OPERATORS, Op
from ayan.core.query.question import Filter
from ayan.core.query.row_sql import condition, is_folded
from ayan.core.values.sql import SqlStatement
from ayan.core.values.text import fold, publish

cells = (searched_texts | affixed | texts).map(publish)
ops = st.sampled_from(["eq", "in", "contains", "startswith"])


@settings(max_examples=40, deadline=None)
@given(ops, searched_texts | affixed | texts, st.lists(cells, max_size=6))
@example("startswith", "کتاب", ["کتاب\u200cها", "کتاب ها", "یک کتاب", "كتابها"])
@example("contains", "شهر 1/2", ["شهر ½", "شهر 1/2", "شهر1/2", "1/2"])
@example("eq", "پل آوران", ["پل\u200cآوران", "پل آوران", "پلآوران", "پل\u200cآوران نو"])
def test_values_are_those_that_the_statement_finds(op: Op, asked: str, others: list[str]) -> None:
    text = publish(asked)
    assume(fold(text))
    filtered = Filter("title", op, (text,))
    title = DATASET.field("title")
    values = sorted({text, f"{text} {text}", f"ب{text}", *map(publish, others)} - {""})
    lookup = OPERATORS[op].lookup(title, filtered.values)
    assert is_folded(title, filtered)
    assert lookup is not None
    statement = SqlStatement()
    where = condition(DATASET, filtered, statement)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE rows (title VARCHAR)")
        connection.executemany("INSERT INTO rows VALUES (?)", [[value] for value in values])
        rows = connection.execute(f"SELECT title FROM rows WHERE {where}", statement.values).fetchall()
    assert SpeltColumn.of(values).meant(lookup) == tuple(sorted(value for (value,) in rows))


def test_no_value_at_all_is_no_row() -> None:
    statement = SqlStatement()
    assert condition(DATASET, Filter("title", "in", (), exact=True), statement) == "FALSE"
    assert Filter("title", "in", (), exact=True).text == ""
