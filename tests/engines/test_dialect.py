"""The SQL of sample questions in Spark's dialect: what sqlglot carries over, and what `spark_sql` writes itself."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel
from tests.engines.golden import QUESTIONS, statement

from ayan.core.query.engines.spark_sql import java_pattern, spark_sql

# What `spark_sql` writes itself: sqlglot leaves these as they are or turns them into something else. Found by
# running every golden statement on Spark 4.3 over the rows of the world and comparing with the answers of DuckDB.
NOT_CARRIED_OVER = {
    "ICU_SORT_KEY": "Spark has collations instead: COLLATE fa",
    "PERCENTILE_APPROX": "what a discrete percentile becomes, which is not exact and forgets the direction",
    "days": "a difference of two dates is an interval in Spark, not a number: datediff",
    "wide sum": "a sum of 64 bits overflows in Spark: it must be cast to DECIMAL(38) first",
    "index": "an index out of an array's bounds is an error in Spark, not NULL: get",
    "grouped order": "an aggregate that is not selected cannot be ordered by next to a window: it needs a subquery",
}


def carried_over(question: str) -> sqlglot.Expr:
    """The statement in Spark's dialect, parsed again; UnsupportedError where sqlglot knows that it cannot be written."""
    tree = sqlglot.parse_one(statement(question).sql, read="duckdb")
    return sqlglot.parse_one(tree.sql("spark", unsupported_level=ErrorLevel.RAISE), read="spark")


def hindrances(tree: sqlglot.Expr) -> set[str]:
    """Which of the listed constructs stand in the way of a statement."""
    obstacles = {call.name for call in tree.find_all(exp.Anonymous)} & set(NOT_CARRIED_OVER)
    obstacles |= {"PERCENTILE_APPROX" for _ in tree.find_all(exp.ApproxQuantile)}
    obstacles |= {
        "days"
        for node in tree.find_all(exp.Sub)
        if isinstance(node.expression, exp.Cast) and node.expression.is_type("date")
    }
    obstacles |= {"wide sum" for node in tree.find_all(exp.Sum) if not isinstance(node.this, exp.Cast)}
    obstacles |= {"index" for _ in tree.find_all(exp.Bracket)}
    order = tree.args.get("order")
    grouped = tree.args.get("group") is not None and any(True for _ in tree.find_all(exp.Window))
    if order is not None and grouped and any(True for _ in order.find_all(exp.AggFunc)):
        obstacles.add("grouped order")
    return obstacles


WORDS = {"index"}
EXPECTED = {
    "rows-by-lists": WORDS,
    "rows-by-words": WORDS,
    "rows-search": WORDS,
    "rows-in-the-order-of-words": {"ICU_SORT_KEY"},
    "rows-next-in-the-order-of-words": {"ICU_SORT_KEY"},
    "groups": {"wide sum", "PERCENTILE_APPROX"},
    "groups-by-words": {"ICU_SORT_KEY"},
    "groups-by-year-and-month": {"days", "index", "wide sum"},
    "groups-by-quarter-of-days-and-of-periods": {"days", "index"},
    "groups-in-the-order-of-an-average": {"wide sum", "grouped order"},
    "groups-in-the-order-of-a-median": {"PERCENTILE_APPROX", "grouped order"},
    "groups-by-their-numbers": {"ICU_SORT_KEY", "wide sum"},
    "groups-of-everything": {"wide sum"},
    "facet-of-words": {"ICU_SORT_KEY", "index"},
    "facet-of-years": {"days", "index"},
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_only_listed_constructs_stand_in_the_way(name: str) -> None:
    assert hindrances(carried_over(QUESTIONS[name])) == EXPECTED.get(name, set())


def test_the_list_is_no_longer_than_it_must_be() -> None:
    assert set().union(*EXPECTED.values()) == set(NOT_CARRIED_OVER)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_value_is_still_bound(name: str) -> None:
    bound = {placeholder.name for placeholder in carried_over(QUESTIONS[name]).find_all(exp.Placeholder, exp.Parameter)}
    assert bound == set(statement(QUESTIONS[name]).values)


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_engine_writes_those_itself_and_binds_every_value(name: str) -> None:
    asked = statement(QUESTIONS[name])
    text, values = spark_sql(asked, lambda columns, addressed: "state", {"share": 2})
    tree = sqlglot.parse_one(text, read="spark")
    assert hindrances(tree) == set()
    assert {table.name for table in tree.find_all(exp.Table)} <= {"state", "hit", "numbered", "grouped"}
    assert {placeholder.name for placeholder in tree.find_all(exp.Placeholder)} == set(asked.values) == set(values)


@pytest.mark.parametrize(
    ("pattern", "in_java"),
    [
        ("a$", r"a\z"),
        (r"a\$", r"a\$"),
        ("[$a]$", r"[$a]\z"),
        (r"[\]$]b", r"[\]$]b"),
        ("(?:$|b)", r"(?:\z|b)"),
        ("^\n$", "^\n\\z"),
    ],
)
def test_the_end_of_a_text_is_not_that_of_its_last_line(pattern: str, in_java: str) -> None:
    assert java_pattern(pattern) == in_java
