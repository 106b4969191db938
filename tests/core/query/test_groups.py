"""Groups and facets add up to what plain Python adds up, to the last rial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.query import naive, strategies
from tests.core.query.town import DATASET, SOME_ROWS, town_of

from ayan.core.query import sql
from ayan.core.query.grouping import By, parse_facets, parse_groups
from ayan.core.query.groups import answer_facets, answer_groups
from ayan.core.query.problem import BadQuestion
from ayan.core.values import jalali

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def grouped(folder: Path, rows: Sequence[dict[str, Any]], *params: tuple[str, str]) -> tuple[list[dict[str, Any]], int]:
    town = town_of(folder, rows)
    answer = answer_groups(town.reader, DATASET, parse_groups(DATASET, params))
    town.engine.close()
    return list(answer.rows), answer.total


def month_of(day: date | None) -> str | None:
    return None if day is None else str(jalali.from_gregorian(day))[:7]


@QUICK
@given(rows=strategies.rows, key=st.sampled_from(["state", "open", "count", "day:month", "day:year"]))
def test_measures_equal_plain_python(tmp_path: Path, rows: list[dict[str, Any]], key: str) -> None:
    found, total = grouped(
        tmp_path, rows,
        ("by", key), ("count", "1"), ("sum", "amount,share"), ("avg", "amount"), ("median", "share"),
        ("min", "day"), ("max", "amount"), ("distinct", "state"),
    )  # fmt: skip
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        month = month_of(row["day"])
        named = {"day:month": month, "day:year": month and month[:4], **row}
        groups.setdefault(named[key], []).append(row)
    assert total == len(groups)
    assert [one[key] for one in found] == sorted(
        groups, key=lambda value: (value is None, value or 0 if key == "count" else str(value))
    )
    for one in found:
        members = groups[one[key]]
        amounts = [row["amount"] for row in members if row["amount"] is not None]
        shares = sorted(row["share"] for row in members if row["share"] is not None)
        assert one["_count" if key == "count" else "count"] == len(members)
        assert one["sum_amount"] == (sum(amounts) if amounts else None)
        assert one["sum_share"] == (sum(shares) if shares else None)
        assert one["max_amount"] == max(amounts, default=None)
        assert one["min_day"] == min((row["day"] for row in members if row["day"]), default=None)
        assert one["distinct_state"] == len({row["state"] for row in members} - {None})
        assert one["avg_amount"] == _mean(amounts)
        middle = len(shares) // 2
        median = (
            None if not shares else shares[middle] if len(shares) % 2 else (shares[middle - 1] + shares[middle]) / 2
        )
        assert one["median_share"] == median


def _mean(amounts: list[int]) -> Decimal | None:
    if not amounts:
        return None
    hundredths = Decimal(abs(sum(amounts)) * 1000 // len(amounts))  # one digit more than is kept
    return (hundredths.quantize(Decimal(10), ROUND_HALF_UP) / 1000 * (1 if sum(amounts) >= 0 else -1)).quantize(
        Decimal("0.01")
    )


def test_a_group_is_of_the_rows_that_the_filters_leave(tmp_path: Path) -> None:
    found, _ = grouped(
        tmp_path, SOME_ROWS, ("by", "day:year"), ("state", "active"), ("sum", "amount"), ("_sort_desc", "sum_amount")
    )
    assert found == [
        {"day:year": "1402", "sum_amount": 2**60},
        {"day:year": "1403", "sum_amount": 1_250_000_000},
    ]


def test_all_rows_are_one_group_without_a_key(tmp_path: Path) -> None:
    assert grouped(tmp_path, SOME_ROWS) == ([{"count": 5}], 1)
    assert grouped(tmp_path, (), ("sum", "amount")) == ([{"sum_amount": None}], 1)


def test_years_and_months_follow_the_official_calendar_on_every_day() -> None:
    import duckdb

    keys = [sql.group_key(DATASET, By("day", part)) for part in ("year", "month")]
    with duckdb.connect(config={"threads": 1}) as con:
        found = con.execute(
            f"SELECT day, {', '.join(keys)} FROM (SELECT DATE '1827-03-01' + range::INTEGER AS day FROM range(107100))"
        ).fetchall()
    for day, year, month in found:
        try:
            real = jalali.from_gregorian(day)
        except jalali.NotADate:
            assert (year, month) == (None, None)
            continue
        assert (year, month) == (real.year, real.year * 100 + real.month)


@QUICK
@given(rows=strategies.rows, params=strategies.parameters)
def test_facets_count_what_each_value_would_give(
    tmp_path: Path, rows: list[dict[str, Any]], params: list[tuple[str, str]]
) -> None:
    try:
        question = parse_facets(DATASET, [("by", "state,open"), *params])
    except BadQuestion:
        return
    town = town_of(tmp_path, rows)
    answer = answer_facets(town.reader, DATASET, question)
    town.engine.close()
    for facet in answer.facets:
        name = facet.by.field
        others = [one for one in question.scope.filters if one.field != name]
        counted = naive.matching(rows, replace(question.scope, filters=tuple(others)))
        expected = Counter(rows[n][name] for n in counted)
        assert {one.value: one.count for one in facet.values} == expected
        assert [one.count for one in facet.values] == sorted(expected.values(), reverse=True)
        assert not facet.more


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ([("by", "nid")], "not-published"),
        ([("by", "colour")], "unknown-field"),
        ([("by", "title:year")], "not-allowed"),
        ([("by", "day:week")], "not-allowed"),
        ([("by", "number,title,state,amount,share")], "too-many"),
        ([("sum", "title")], "not-allowed"),
        ([("sum", "nid")], "not-published"),
        ([("sum", "line")], "not-published"),
        ([("count", "many")], "not-zero-or-one"),
        ([("by", "state"), ("_sort", "amount")], "not-allowed"),
        ([("by", "state"), ("_next", "abc")], "unknown-parameter"),
    ],
)
def test_what_cannot_be_grouped_is_refused(params: list[tuple[str, str]], code: str) -> None:
    with pytest.raises(BadQuestion) as caught:
        parse_groups(DATASET, params)
    assert [one.code for one in caught.value.problems] == [code]
