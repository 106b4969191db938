"""Groups and facets are exact on every engine, equal plain Python's, and add up to the count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.core.query import naive
from tests.engines import random_questions
from tests.engines.engines import ENGINES
from tests.engines.test_rows import AT_LENGTH, often
from tests.engines.world import DATASET, LATE, ROWS, Cells, Desk, World

from ayan.core.query.answer import TooLarge
from ayan.core.query.grouping import PARTS, DatePart, GroupKey, GroupQuestion, parse_facets, parse_groups
from ayan.core.query.problem import BadQuestion
from ayan.core.query.query_service import answer_groups
from ayan.core.query.question import Question
from ayan.core.values import jalali


@often(15, 40)
@given(params=random_questions.groupings(), size=st.integers(1, 60))
# Two groups at one place of the alphabet, in the order of their characters whichever way is asked for.
@example(params=[("by", "title"), ("count", "1"), ("_sort_desc", "title")], size=60)
# Rows of three segments of which no cell is wanted, or one that only the last of them has.
@example(params=[("count", "1"), ("number__in", "A-001,B-001,D-001")], size=60)
@example(params=[("by", LATE), ("count", "1"), ("number__in", "A-001,B-001,D-001")], size=60)
def test_random_groups(desk: Desk, params: random_questions.Params, size: int) -> None:
    check_groups(desk, params, size)


@pytest.mark.soak
@AT_LENGTH
@given(params=random_questions.groupings(), size=st.integers(1, 60))
def test_very_many_random_groups(desk: Desk, params: random_questions.Params, size: int) -> None:
    check_groups(desk, params, size)


def check_groups(desk: Desk, params: random_questions.Params, size: int) -> None:
    try:
        question = parse_groups(DATASET, [*params, ("_size", str(size))])
    except BadQuestion:
        return
    wanted = naive.groups(DATASET, ROWS, question)
    answer = answer_groups(desk.query_service, DATASET, question)
    assert list(answer.rows) == wanted[:size]
    assert answer.total == len(wanted)


@often(15, 40)
@given(scope=random_questions.scopes(), by=random_questions.keys())
def test_groups_add_up_to_the_count(desk: Desk, scope: random_questions.Params, by: str) -> None:
    try:
        question = parse_groups(
            DATASET, [*scope, ("by", by), ("count", "1"), ("sum", "count,share"), ("_size", "1000")]
        )
    except BadQuestion:
        return
    group_rows = answer_groups(desk.query_service, DATASET, question).rows
    whole = answer_groups(desk.query_service, DATASET, replace(question, by=())).rows[0]
    total = desk.page(*scope, ("_count", "1")).total
    counted = "_count" if "count" in by.split(",") else "count"
    assert sum(group[counted] for group in group_rows) == whole["count"] == total
    for name in ("sum_count", "sum_share"):
        assert sum(Fraction(group[name] or 0) for group in group_rows) == (whole[name] or 0)


@often(15, 40)
@given(scope=random_questions.scopes(), by=random_questions.keys(most=3), size=st.integers(1, 30))
def test_random_facets(desk: Desk, scope: random_questions.Params, by: str, size: int) -> None:
    try:
        question = parse_facets(DATASET, [*scope, ("by", by), ("_size", str(size))])
    except BadQuestion:
        return
    answer = desk.facets(*scope, ("by", by), ("_size", str(size)))
    for facet, key in zip(answer.facets, question.by, strict=True):
        wanted = naive.facet(DATASET, ROWS, question.scope, key)
        assert [(facet_value.value, facet_value.count) for facet_value in facet.values] == wanted[:size]
        assert facet.more == (len(wanted) > size)


@pytest.mark.parametrize("name", ["state", "grade", "open", "count", "day:year", "month", "month:year", "person"])
def test_a_facet_adds_up_to_the_count_and_says_what_a_choice_would_give(desk: Desk, name: str) -> None:
    scope = [("amount__isnull", "0"), ("_search", "پل")]
    (facet,) = desk.facets(("by", name), ("_size", "1000"), *scope).facets
    assert sum(facet_value.count for facet_value in facet.values) == desk.page(("_count", "1"), *scope).total
    for facet_value in facet.values:
        choice = (
            (f"{name.partition(':')[0]}", str(facet_value.value))
            if facet_value.value is not None
            else (f"{name.partition(':')[0]}__isnull", "1")
        )
        if name != "month":
            assert desk.page(choice, *scope, ("_count", "1")).total == facet_value.count


def test_a_facet_marks_what_is_chosen_and_leaves_its_own_filter_out(desk: Desk) -> None:
    (free,) = desk.facets(("by", "state")).facets
    (chosen,) = desk.facets(("by", "state"), ("state__in", "active,void")).facets
    assert [(facet_value.value, facet_value.count) for facet_value in chosen.values] == [
        (facet_value.value, facet_value.count) for facet_value in free.values
    ]
    assert {facet_value.value for facet_value in chosen.values if facet_value.chosen} == {"active", "void"}
    (empty,) = desk.facets(("by", "state"), ("state__isnull", "1")).facets
    assert {facet_value.value for facet_value in empty.values if facet_value.chosen} == {None}


# --- exact numbers ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    new_world = World(tmp_path_factory.mktemp("numbers"))
    new_world.publish(
        "1403-01", _rows("amount", {"big": [2**63 - 1] * 5, "small": [-(2**63)] * 3, "even": [1, 2], "odd": [3, 1, 2]})
    )
    new_world.publish(
        "1403-02", _rows("share", {"cents": [Decimal("0.01"), Decimal("0.02")], "less": [Decimal("-0.01")] * 3})
    )
    new_world.publish("1403-03", _rows("share", {"huge": [Decimal("9" * 36 + ".99")] * 2}))
    new_world.publish(
        "1403-04",
        _rows(
            "amount",
            {"a": [2**62, 2**62 + 1], "b": [2**62, 2**62 + 2], "c": [-1, -2], "d": [0, -1], "e": [0, 1], "f": [None]},
        ),
    )
    new_world.publish("1403-06", [{"day": day} for day in _border_days()])
    yield new_world
    new_world.close()


def _rows(name: str, groups: dict[str, list[Any]]) -> list[Cells]:
    return [{"number": number, name: value} for number, values in groups.items() for value in values]


def _border_days() -> list[date]:
    """Every first and last day of a Jalali month of nine years, one of them a leap year of five."""
    firsts = [
        jalali.to_gregorian(jalali.JalaliDate(year, month, 1)) for year in range(1399, 1408) for month in range(1, 13)
    ]
    return [day for first in firsts for day in (first - timedelta(days=1), first)]


@pytest.fixture(params=ENGINES)
def counter(request: pytest.FixtureRequest, numbers: World) -> Desk:
    return numbers.desk(request.param)


def column(desk: Desk, release: str, name: str, *params: tuple[str, str]) -> dict[Any, Any]:
    group_rows = desk.groups(("_release", release), ("by", "number"), *params).rows
    return {group["number"]: group[name] for group in group_rows}


def test_sums_of_rial_go_on_beyond_64_bits(counter: Desk) -> None:
    release = "1403-01/1"
    assert column(counter, release, "sum_amount", ("sum", "amount")) == {
        "big": 5 * (2**63 - 1), "small": -3 * 2**63, "even": 3, "odd": 6,
    }  # fmt: skip
    assert counter.groups(("_release", release), ("sum", "amount")).rows == ({"sum_amount": 2**64 - 5 + 9},)
    assert column(counter, release, "avg_amount", ("avg", "amount"))["big"] == 2**63 - 1


def test_a_median_of_an_even_number_lies_between(counter: Desk) -> None:
    assert column(counter, "1403-01/1", "median_amount", ("median", "amount")) == {
        "big": 2**63 - 1, "small": -(2**63), "even": Decimal("1.5"), "odd": 2,
    }  # fmt: skip
    assert column(counter, "1403-02/1", "median_share", ("median", "share"))["cents"] == Decimal("0.015")


def test_averages_are_rounded_once_halves_away_from_zero(counter: Desk) -> None:
    assert column(counter, "1403-02/1", "avg_share", ("avg", "share")) == {
        "cents": Decimal("0.02"),
        "less": Decimal("-0.01"),
    }
    assert column(counter, "1403-01/1", "avg_amount", ("avg", "amount"))["even"] == Decimal("1.50")


def test_averages_that_differ_by_less_than_a_double_can_tell_are_put_in_order(counter: Desk) -> None:
    asked = [("avg", "amount"), ("_sort", "avg_amount")]
    assert list(column(counter, "1403-04/1", "avg_amount", *asked)) == ["c", "d", "e", "a", "b", "f"]
    asked = [("avg", "amount"), ("_sort_desc", "avg_amount")]
    assert list(column(counter, "1403-04/1", "avg_amount", *asked)) == ["b", "a", "e", "d", "c", "f"]


def test_numbers_too_large_to_be_exact_have_no_answer_rather_than_a_wrong_one(counter: Desk) -> None:
    for function in ("sum", "avg"):
        with pytest.raises(TooLarge):
            counter.groups(("_release", "1403-03/1"), (function, "share"))
    (group,) = counter.groups(("_release", "1403-03/1"), ("max", "share"), ("median", "share")).rows
    assert group == {"max_share": Decimal("9" * 36 + ".99"), "median_share": Decimal("9" * 36 + ".99")}


@pytest.mark.parametrize("part", PARTS)
def test_the_first_and_last_day_of_each_month_fall_into_it(counter: Desk, part: DatePart) -> None:
    scope = Question(slug="works", release=("1403-06", 1), size=1000)
    answer = answer_groups(counter.query_service, DATASET, GroupQuestion(scope=scope, by=(GroupKey("day", part),)))
    wanted = naive.groups(DATASET, _days(), GroupQuestion(scope=scope, by=(GroupKey("day", part),)))
    assert list(answer.rows) == wanted
    assert len(wanted) == {"year": 10, "quarter": 37, "month": 109}[part]


def _days() -> Sequence[Cells]:
    return [{"day": day} for day in _border_days()]


def test_groups_follow_the_filters_the_time_and_the_release(desk: Desk) -> None:
    asked = [("by", "state"), ("count", "1")]
    for scope in ([("_release", "1403-04/1")], [("_as_of", "1403-05-12")], [("open", "true")]):
        counts = {group["state"]: group["count"] for group in desk.groups(*asked, *scope).rows}
        assert sum(counts.values()) == desk.page(*scope, ("_count", "1")).total
        for state, count in counts.items():
            condition = ("state__isnull", "1") if state is None else ("state", state)
            assert desk.page(condition, *scope, ("_count", "1")).total == count
