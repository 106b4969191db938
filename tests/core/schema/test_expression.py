"""Declared SQL computes what its author wrote, and nothing that a declaration has no business with."""

from __future__ import annotations

import string
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import sampling

from ayan.core.schema.expression import ExpressionError, aggregate_expression, bare_row_expression, row_expression
from ayan.core.schema.limits import LONGEST_EXPRESSION

NAMES = ("a", "b", "s", "t", "d", "e", "ok", "end")
COLUMNS = 'a BIGINT, b BIGINT, s VARCHAR, t VARCHAR, d DATE, e DATE, ok BOOLEAN, "end" DECIMAL(38,2)'
ROWS = """
    (1, 2, 'x', 'متن', DATE '2024-01-01', DATE '2024-03-01', true, 1.50),
    (0, -7, '', 'it''s', DATE '2024-02-29', DATE '2023-02-28', false, -0.01),
    (NULL, 6, NULL, 'x', NULL, DATE '2024-03-20', NULL, NULL),
    (3, NULL, 'xyz', NULL, DATE '2024-03-20', NULL, true, 1000000.00)
"""


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as con:
        con.execute(f"CREATE TABLE rows ({COLUMNS}); INSERT INTO rows VALUES {ROWS}")
        yield con


def computed(con: duckdb.DuckDBPyConnection, sql: str) -> list[object]:
    return [value for (value,) in con.execute(f"SELECT {sql} FROM rows").fetchall()]


ALLOWED = [
    "a = 1",
    "a <> b OR a != 3",
    "NOT (a < b AND b >= -7)",
    "a + b * 2 - 1 <= 10",
    "b // 2 = -4 OR b % 3 = 2",
    "a / 2 > 0.25",
    "- -a = a AND -(-a) = a AND a - -b > 0",
    "a BETWEEN 0 AND 2",
    "a NOT BETWEEN b AND 3",
    "s IN ('x', 'xyz')",
    "s NOT IN ('x') OR s IS NULL",
    "(a NOT IN (1, 2)) = ok",
    "a IS NOT NULL AND ok IS NOT FALSE",
    "s IS DISTINCT FROM t",
    "s IS NOT DISTINCT FROM t",
    "s LIKE 'x%' AND t NOT LIKE '%z'",
    "s ILIKE 'X%'",
    "CASE WHEN ok THEN a = 1 WHEN s = '' THEN TRUE ELSE NULL END",
    "CASE s WHEN 'x' THEN 1 ELSE 2 END = 1",
    "if(ok, a, b) > 0",
    "coalesce(a, b, 0) = 1",
    "nullif(s, '') IS NULL",
    'abs(b) = 7 AND round("end", 1) < 2 AND round(a) = a',
    'floor("end") = 1 OR ceil("end") = 2',
    "greatest(a, b) > least(a, b)",
    "length(s) = 3 OR lower(t) = upper(t)",
    "trim(s) = s AND ltrim(s) = rtrim(s)",
    "substr(s, 2, 1) = 'y' OR left(s, 1) = right(s, 1)",
    "starts_with(s, 'x') AND ends_with(s, 'z') AND contains(s, 'y')",
    "regexp_matches(s, '^x.*[yz]$') OR regexp_full_match(t, 'م.*')",
    "s ~ 'x.*'",
    "year(d) = 2024 AND month(d) = 2 AND day(d) = 29",
    "extract(year FROM d) = 2024",
    "d >= DATE '2024-02-01' AND d <= CAST('2024-12-31' AS DATE)",
    "date_diff('day', d, e) > 30",
    "d - e = 1 OR e - d > 0",
    "CAST(a AS VARCHAR) = '1' AND a::DECIMAL(10, 2) = 1.00",
    "t = 'it''s' OR t = 'متن'",
    '"end" > 1.5 AND "a" = 1',
    "(a IS NULL) = (s IS NULL)",
    "ok",
    "contains(s, '--') OR s = ';' OR s = '/*'",
]


@pytest.mark.parametrize("sql", ALLOWED)
def test_what_is_allowed_means_what_was_written(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    # A bare ~ is DuckDB's whole match; the parser knows it under another name, so it is compared by hand below.
    if "~" in sql:
        assert bare_row_expression(sql, NAMES).names == {"s"}
        return
    raw = computed(con, f"({sql})")
    expression = bare_row_expression(sql, NAMES)
    assert computed(con, expression.sql) == raw
    # The check fails exactly where the condition is false.
    assert computed(con, row_expression(sql, NAMES).sql) == [value is None or value for value in raw]
    # Written once, it is not changed by being written again.
    assert bare_row_expression(expression.sql, NAMES).sql == expression.sql


TOTALS = [
    "count(*)",
    "count(a)",
    "count(DISTINCT s)",
    "sum(a)",
    "sum(a) - sum(b) + 1",
    "min(d)",
    "max(b) - min(b)",
    "avg(a)",
    "sum(a) FILTER (WHERE s = 'x' AND ok)",
    "count(*) FILTER (WHERE a IS NULL)",
    "round(100 * sum(a) / sum(b), 2)",
    "sum(a * b)",
    "sum(CASE WHEN ok THEN a ELSE 0 END)",
    "coalesce(sum(a), 0)",
    'sum("end" * 2)',
]


@pytest.mark.parametrize("sql", TOTALS)
def test_totals_mean_what_was_written(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    expression = aggregate_expression(sql, NAMES)
    (raw,) = con.execute(f"SELECT {sql} FROM rows").fetchall()
    assert con.execute(f"SELECT {expression.sql} FROM rows").fetchall() == [raw]


INJECTIONS = [
    # several statements, and statements instead of expressions
    "a = 1; DROP TABLE rows",
    "a = 1;",
    "; a = 1",
    "SELECT a FROM rows",
    "FROM rows",
    "DROP TABLE rows",
    "COPY rows TO '/tmp/x'",
    "ATTACH '/tmp/x'",
    "INSTALL httpfs",
    "PRAGMA version",
    "SET threads = 1",
    "WITH x AS (SELECT 1) SELECT * FROM x",
    # subqueries
    "a = (SELECT max(a) FROM rows)",
    "a IN (SELECT a FROM rows)",
    "EXISTS (SELECT 1)",
    "a = ANY (SELECT 1)",
    "a > ALL (SELECT b FROM rows)",
    "a IN rows",
    # beyond the row
    "a = 1) UNION SELECT (1",
    "a) FROM rows WHERE (a = 1",
    "sum(a) > 1",
    "count(*) = 1",
    "row_number() OVER () = 1",
    "lag(a) OVER (ORDER BY b) = 1",
    # functions that read, tell or wait
    "read_text('/etc/passwd') = ''",
    "read_csv('x') = 1",
    "getenv('HOME') = 'x'",
    "current_setting('threads') = 1",
    "a = random()",
    "d = current_date",
    "d < now()",
    "a = nextval('s')",
    "error('x')",
    "sleep_ms(1000) IS NULL",
    "repeat(s, 1000000000) = ''",
    "range(1000000000) IS NULL",
    "generate_series(1, 9) IS NULL",
    "unnest([1]) = 1",
    "query('select 1') = 1",
    "a.b.c() = 1",
    "list_transform([1], x -> x + a) = [2]",
    "columns('a') = 1",
    "COLUMNS(*) = 1",
    # shapes with a meaning of their own
    "*",
    "a, b",
    "a = 1, b = 2",
    "(a, b) = (1, 2)",
    "a = [1][1]",
    "a = {'x': 1}['x']",
    "a = $1",
    "a = ?",
    "a = :x",
    "a AS b",
    "rows.a = 1",
    "main.rows.a = 1",
    "a = e'\\x31'",
    "a = $$1$$",
    "s COLLATE nocase = 'x'",
    "a = 1e9",
    "a = 0x10",
    "a = CAST('1' AS DOUBLE)",
    "a::BLOB = ''",
    "a::INTEGER[] = [1]",
    "d = DATE '1403-05-12x'",
    "d = DATE '2023-02-29'",
    "d > d + INTERVAL 1 DAY",
    "date_diff('second', d, e) > 1",
    "date_diff(s, d, e) > 1",
    "extract(epoch FROM d) > 1",
    "regexp_matches(s, t)",
    "regexp_matches(s, 'x', 'i')",
    "s GLOB 'x*'",
    "s SIMILAR TO 'x'",
    "a & b = 1",
    "a ** 2 = 1",
    # what a reader would not see
    "a = 1 -- OR b = 2",
    "a = 1 /* AND b = 2 */",
    "a = 1\x00",
    "rowid = 1",
    "_row = 1",
    "unknown = 1",
    "A = 1",
    # nothing
    "",
    "   ",
    "1 = 1",
    "TRUE",
    "a =",
    "a = 'x",
    "((a = 1)",
    # too much
    "a = 1 OR " * 300 + "a = 1",
    "NOT " * 400 + "ok",
    "(" * 900 + "a" + ")" * 900,
    "- " * 900 + "a = 1",
    "a = " + "1" * LONGEST_EXPRESSION,
]


@pytest.mark.parametrize("sql", INJECTIONS, ids=lambda sql: sql[:40])
def test_what_is_not_an_expression_over_one_row_is_refused(sql: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        row_expression(sql, NAMES)
    assert refusal.value.fa
    assert refusal.value.en


@pytest.mark.parametrize(
    "sql",
    [
        "a",
        "a + sum(b)",
        "1",
        "sum(sum(a))",
        "sum(a) OVER ()",
        "median(a)",
        "list(a)",
        "string_agg(s)",
        "arg_max(a, b)",
        "sum(DISTINCT a)",
        "count(DISTINCT a, b)",
        "max(a, 2)",
        "sum(a ORDER BY b)",
        "sum(a) FILTER (WHERE sum(b) > 1)",
        "sum((SELECT 1))",
        "sum(*)",
        "*",
        "first(a)",
        "sum(a) FROM rows",
        "sum(a); sum(b)",
        "abs(a) FILTER (WHERE ok)",
    ],
)
def test_what_is_not_a_number_over_all_rows_is_refused(sql: str) -> None:
    with pytest.raises(ExpressionError):
        aggregate_expression(sql, NAMES)


def test_a_misspelt_field_is_told_with_the_right_one() -> None:
    with pytest.raises(ExpressionError, match="Did you mean “amount”"):
        row_expression("Amuont > 1", ["amount", "payee"])


def test_fields_may_be_written_under_other_names(con: duckdb.DuckDBPyConnection) -> None:
    expression = row_expression("a = b AND s <> 'a'", {"a": "v_a", "b": "v_b", "s": '"s 2"'})
    assert expression.names == {"a", "b", "s"}
    inner = con.execute(f"SELECT {expression.sql} FROM (SELECT 1 AS v_a, 1 AS v_b, 'a' AS \"s 2\")").fetchone()
    assert inner == (False,)


def test_reserved_words_are_quoted() -> None:
    assert bare_row_expression('"end" > 1', ["end"]).sql == '"end" > 1'


def test_a_row_that_cannot_be_computed_fails_alone(con: duckdb.DuckDBPyConnection) -> None:
    sql = row_expression("a * b * b <= 10", ["a", "b"]).sql
    rows = "(VALUES (1::BIGINT, 2::BIGINT), (9000000000000000000, 9000000000000000000), (NULL, 1), (3, 3))"
    assert con.execute(f"SELECT {sql} FROM {rows} AS rows(a, b)").fetchall() == [(True,), (False,), (True,), (False,)]


def test_a_text_that_is_no_number_has_no_value(con: duckdb.DuckDBPyConnection) -> None:
    sql = bare_row_expression("CAST(s AS INTEGER) = 1", ["s"]).sql
    assert con.execute(f"SELECT {sql} FROM (VALUES ('1'), ('x')) AS rows(s)").fetchall() == [(True,), (None,)]


def test_a_division_by_zero_has_no_value(con: duckdb.DuckDBPyConnection) -> None:
    row = bare_row_expression("a / b > 1 AND a // b > 1 AND a % b = 0", ["a", "b"]).sql
    total = aggregate_expression("100 * sum(a) / sum(b)", ["a", "b"]).sql
    assert con.execute(f"SELECT {row}, {total} FROM (SELECT 1 AS a, 0 AS b) GROUP BY a, b").fetchone() == (None, None)
    assert bare_row_expression("a / 10 > 1", ["a"]).sql == '"a" / 10 > 1'


def test_an_absurd_row_does_not_stop_the_sum_of_all(con: duckdb.DuckDBPyConnection) -> None:
    sql = aggregate_expression("sum(a * b)", ["a", "b"]).sql
    large = 9 * 10**18
    rows = f"(VALUES ({large}::BIGINT, 10::BIGINT), (1, 1)) AS rows(a, b)"
    assert con.execute(f"SELECT {sql} FROM {rows}").fetchone() == (large * 10 + 1,)


def test_the_patterns_of_an_expression_are_told() -> None:
    assert bare_row_expression("regexp_matches(s, '^x') OR s = 'y'", ["s"]).patterns == ("^x",)


# --- properties -----------------------------------------------------------------------------------------------------

numbers = st.sampled_from(["a", "b", "0", "7", "2.5"])
texts = st.sampled_from(["s", "t", "'x'", "''", "'it''s'"])


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sums = st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "//", "%"]), inner)
    calls = st.builds("{}({}, {})".format, st.sampled_from(["coalesce", "greatest", "least", "nullif"]), inner, inner)
    signs = st.builds("- {}".format, inner)
    return sums | calls | signs


values = st.recursive(numbers, nested, max_leaves=6)
tests = (
    st.builds("{} {} {}".format, values, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), values)
    | st.builds("{} {} {}".format, texts, st.sampled_from(["=", "<>", "LIKE", "NOT LIKE"]), texts)
    | st.builds("{} NOT IN ({}, {})".format, texts, texts, texts)
    | st.builds("{} BETWEEN {} AND {}".format, values, values, values)
    | st.builds("{} IS {}NULL".format, values, st.sampled_from(["", "NOT "]))
)
conditions = st.recursive(
    tests,
    lambda inner: (
        st.builds("{} {} {}".format, inner, st.sampled_from(["AND", "OR"]), inner)
        | st.builds("NOT {}".format, inner)
        | st.builds("({})".format, inner)
        | st.builds("CASE WHEN {} THEN {} ELSE {} END".format, inner, inner, inner)
    ),
    max_leaves=5,
)


@sampling.examples(30, 150)
@given(conditions)
def test_any_condition_means_what_was_written(condition: str) -> None:
    with duckdb.connect(":memory:") as con:
        con.execute(f"CREATE TABLE rows ({COLUMNS}); INSERT INTO rows VALUES {ROWS}")
        con.execute("SET error_on_division_by_zero = false")
        try:
            expression = bare_row_expression(condition, NAMES)
        except ExpressionError as refusal:
            assert "no field" in refusal.en  # noqa: PT017  a condition over fixed values alone is rightly refused
            return
        assert computed(con, expression.sql) == computed(con, condition)


@given(st.text(max_size=40))
def test_any_fixed_text_stays_itself(text: str) -> None:
    literal = "'" + text.replace("'", "''") + "'"
    if "\x00" in text:
        with pytest.raises(ExpressionError):
            row_expression(f"s = {literal}", NAMES)
        return
    expression = bare_row_expression(f"s = {literal}", NAMES)
    assert expression.sql == f'"s" = {literal}'


@settings(max_examples=300)
@given(
    st.text(alphabet=string.ascii_lowercase + " ()'\"=<>,.;*-+/$?:[]{}|&~!%\\\n0123456789", max_size=60)
    | st.text(max_size=40)
)
def test_any_text_at_all_is_read_or_refused(text: str) -> None:
    for read in (row_expression, aggregate_expression):
        try:
            read(text, NAMES)
        except ExpressionError as refusal:
            assert refusal.fa  # noqa: PT017  what is read without a refusal is as good
