"""Every engine finds the rows that plain Python finds, whatever is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from tests import sampling
from tests.core.query import naive
from tests.engines import random_questions
from tests.engines.world import DATASET, LATE, NAMES, ROWS, Desk

from ayan.core.index import matching
from ayan.core.query.operators import operators_of
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse

ONE_DESK: Final = [HealthCheck.function_scoped_fixture]
"""All examples of a test may ask the same desk."""
often = partial(sampling.examples, suppress_health_check=ONE_DESK)
AT_LENGTH = settings(max_examples=2000, suppress_health_check=ONE_DESK)


def understood(params: Sequence[tuple[str, str]]) -> Question:
    """The question; a random one that is none is passed over."""
    try:
        return parse(DATASET, params)
    except BadQuestion:
        assume(False)
        raise


def expected(*params: tuple[str, str]) -> list[Any]:
    return [ROWS[n]["number"] for n in naive.matching(DATASET, ROWS, parse(DATASET, params))]


def as_told(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [dict(row.values) for row in rows]


@often(15, 40)
@given(params=random_questions.questions())
def test_random_questions(desk: Desk, params: random_questions.Params) -> None:
    check_rows(desk, params)


@often(15, 40)
@given(params=random_questions.questions())
@example(params=[("_search", "پل ا")])
@example(params=[("state", "active"), ("_search", "پل"), ("_sort", "amount")])
def test_rows_are_the_same_where_long_lists_are_not_read(desk: Desk, params: random_questions.Params) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "LEAST_UNREAD", 0)
        patch.setattr(matching, "LEAST_UNREAD_EACH", 0)
        patch.setattr(matching, "MOST_HELD_AGAINST", 1_000)
        check_rows(desk, params)


@pytest.mark.soak
@AT_LENGTH
@given(params=random_questions.questions())
def test_very_many_random_questions(desk: Desk, params: random_questions.Params) -> None:
    check_rows(desk, params)


def check_rows(desk: Desk, params: random_questions.Params) -> None:
    question = understood([*params, ("_count", "1"), ("_size", "1000")])
    wanted = naive.matching(DATASET, ROWS, question)
    answer = desk.page(*params, ("_count", "1"), ("_size", "1000"))
    assert as_told(answer.rows) == [{name: ROWS[n].get(name) for name in NAMES} for n in wanted]
    assert (answer.total, answer.next) == (len(wanted), None)


@often(15, 40)
@given(params=random_questions.questions())
def test_a_stream_holds_the_same_rows(desk: Desk, params: random_questions.Params) -> None:
    question = understood(params)
    streamed = [row for batch in desk.query_service.stream(DATASET, question) for row in batch.to_pylist()]
    assert [row["number"] for row in streamed] == expected(*params)
    assert all(row["_row"].startswith("140") for row in streamed)


EXAMPLES: dict[str, dict[str, str]] = {
    "code": {"eq": "a-003", "not": "A-003", "in": "A-001,b-۰۰۲,Z", "contains": "-00", "startswith": "b-"},
    "text": {"eq": "پل", "not": "پل", "in": "پل,يژ,كار", "contains": "خيابان هاي", "startswith": "كتاب"},
    "place": {"eq": "خیابان 12", "not": "خیابان ١٢", "in": "خیابان ۱۲,محمد", "contains": "1/2", "startswith": "بن بست"},
    "rial": {"eq": "۵", "not": "5", "in": "5,٥,-۵", "gt": "0", "gte": "1,152,921,504,606,846,976", "lt": "۰", "lte": "-5"},
    "decimal": {"eq": "7.00", "not": "۷", "in": "0.25,-12٫5", "gt": "0.2", "gte": "0.25", "lt": "٠", "lte": "-12.50", "above": "count", "below": "count"},
    "integer": {"eq": "1", "not": "2", "in": "1,2", "gt": "0", "gte": "1", "lt": "1", "lte": "0", "above": "share", "below": "share"},
    "date": {"eq": "1403-05-12", "not": "1403", "in": "1403-01,2025-03-21", "gt": "1402", "gte": "2024-08-02", "lt": "1404", "lte": "۱۴۰۳/۰۱"},
    "period": {"eq": "1403", "not": "1403-05", "in": "1403-05,1402", "gt": "1402", "gte": "1403-05", "lt": "۱۴۰۳", "lte": "1403-01"},
    "boolean": {"eq": "بله", "not": "true"},
    "link": {"eq": "https://example.invalid/a", "not": "HTTPS://example.invalid/A", "in": "https://example.invalid/A,y", "contains": "%D8", "startswith": "HTTPS:"},
    "company": {"eq": "۱۰۱۰۱۲۳۴۵۶۷", "not": "14001234567", "in": "10101234567,2", "contains": "1234", "startswith": "14"},
    "ref": {"eq": "a-1", "not": "A-1", "in": "b~2,x", "contains": "~", "startswith": "a"},
    "geometry": {"bbox": "۵۹٫۶۵,36.1,59.8,36.25".replace("٫", ".")},
}  # fmt: skip
LISTED = {
    "state": {"eq": "جاري", "not": "active", "in": "ended,باطل"},
    "grade": {"eq": "۱", "not": "پایه ۲", "in": "1,grade 3"},
    "person": {"eq": "***4321", "not": "***4321", "in": "***4321,x", "contains": "۴۳", "startswith": "***8"},
}


@pytest.mark.parametrize("name", NAMES)
def test_each_operator_of_each_kind(desk: Desk, name: str) -> None:
    field = random_questions.ASKED.field(name)
    texts = LISTED.get(name) or EXAMPLES[field.kind.name]
    assert {*texts, "isnull"} == set(operators_of(random_questions.ASKED, field))
    for op, text in (*texts.items(), ("isnull", "1"), ("isnull", "0")):
        parameter = name if op == "eq" else f"{name}__{op}"
        wanted = expected((parameter, text))
        assert desk.numbers((parameter, text)) == wanted
        if op != "isnull" or name != "number":
            assert 0 < len(wanted) < len(ROWS), (parameter, text)


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        (("day", "1403"), ("2024-03-20", "2024-04-19", "2024-08-02", "2025-03-20")),
        (("day", "۱۴۰۳-۰۱"), ("2024-03-20", "2024-04-19")),
        (("day", "٢٠٢٤"), ("2024-03-19", "2024-03-20", "2024-04-19", "2024-08-02")),
        (("day", "2024-03"), ("2024-03-19", "2024-03-20")),
        (("day", "1402-12-29"), ("2024-03-19",)),
        (("day", "1403-12-30"), ("2025-03-20",)),
        (("day__gt", "1403"), ("2025-03-21",)),
        (("day__gte", "1403"), ("2024-03-20", "2024-04-19", "2024-08-02", "2025-03-20", "2025-03-21")),
        (("day__lt", "1403"), ("2023-12-31", "2024-03-19")),
        (("day__lte", "1402"), ("2023-12-31", "2024-03-19")),
        (("day__lt", "2024"), ("2023-12-31",)),
    ],
)  # fmt: skip
def test_a_year_and_a_month_have_their_days_in_both_calendars(
    desk: Desk, asked: tuple[str, str], days: tuple[str, ...]
) -> None:
    listed_days = {row.values["day"] for row in desk.page(asked, ("_size", "1000")).rows}
    assert listed_days == {date.fromisoformat(day) for day in days}


def test_not_holds_for_rows_without_a_value_and_nothing_else_does(desk: Desk) -> None:
    empty = {row["number"] for row in ROWS if row["amount"] is None}
    for op, holds in (("not", True), ("gt", False), ("lte", False), ("in", False)):
        numbers = set(desk.numbers((f"amount__{op}", "5")))
        assert (numbers & empty == empty) is holds, op
        assert holds or not numbers & empty


def test_numbers_are_compared_exactly_to_the_ends_of_their_columns(desk: Desk) -> None:
    for params in (
        [("amount", str(2**63 - 1))], [("amount__lt", str(2 - 2**63))], [("amount__gte", str(2**63 - 1))],
        [("share__lt", "9" * 36 + ".99")], [("share__gt", "-" + "9" * 36)], [("share", "0.2500")],
    ):  # fmt: skip
        assert desk.numbers(*params) == expected(*params) != []


def test_one_field_declared_later_is_empty_in_what_was_sealed_before(desk: Desk) -> None:
    assert desk.numbers((f"{LATE}__isnull", "1"), ("_release", "1404-01/1")) != []
    for params in ([("_release", "1403-05/1")], [("_as_of", "1403-05-13")]):
        rows = desk.page(*params, ("_sort", LATE), ("_size", "1000")).rows
        assert {row.values[LATE] for row in rows} == {None}
        assert desk.numbers((f"{LATE}__gte", "0"), *params) == []
        assert len(desk.numbers((f"{LATE}__isnull", "1"), *params)) == len(rows) > 0
        assert desk.groups(("sum", LATE), *params).rows == ({f"sum_{LATE}": None},)


def test_only_the_fields_that_were_asked_for(desk: Desk) -> None:
    answer = desk.page(("_fields", "day,number"), ("state", "active"), ("_sort", "amount"))
    assert [column.name for column in answer.columns] == ["number", "day"]
    assert all(set(row.values) == {"number", "day"} for row in answer.rows)
    (batch,) = desk.query_service.stream(DATASET, parse(DATASET, [("_fields", "day"), ("number", "A-001")]))
    assert batch.schema.names == ["day", "_row"]


def test_nothing_found_is_an_answer(desk: Desk) -> None:
    answer = desk.page(("number", "none"), ("_count", "1"), ("_sort", "title"))
    assert (answer.rows, answer.total, answer.next) == ((), 0, None)
    (batch,) = desk.query_service.stream(DATASET, parse(DATASET, [("number", "none")]))
    assert (batch.num_rows, batch.schema.names) == (0, [*NAMES, "_row"])
    assert desk.groups(("number", "none"), ("by", "state")).rows == ()
    assert desk.groups(("number", "none"), ("sum", "amount"), ("count", "1")).rows == (
        {"sum_amount": None, "count": 0},
    )
    assert desk.facets(("number__contains", "none"), ("by", "state")).facets[0].values == ()


def test_withheld_fields_are_in_no_answer(desk: Desk) -> None:
    assert all("nid" not in row.values for row in desk.page().rows)
