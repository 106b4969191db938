"""Parameters that are not understood are refused by name, in both languages, all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.query import strategies
from tests.core.query.town import DATASET

from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.problem import WORDINGS, BadQuestion, QuestionProblem
from ayan.core.query.question import Position
from ayan.core.query.question_parser import parse


def refused(*params: tuple[str, str]) -> list[tuple[str, str]]:
    with pytest.raises(BadQuestion) as caught:
        parse(DATASET, params)
    assert all(problem.wording.fa and problem.wording.en for problem in caught.value.problems)
    return [(problem.code, problem.parameter) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("colour", "red", "unknown-field"),
        ("colour__gt", "1", "unknown-field"),
        ("nid", "0012345678", "not-published"),
        ("nid__isnull", "1", "not-published"),
        ("line", "3", "not-published"),
        ("title__like", "a", "unknown-operator"),
        ("title__eq", "a", "unknown-operator"),
        ("title__gt", "a", "unknown-operator"),
        ("amount__contains", "1", "unknown-operator"),
        ("open__in", "true", "unknown-operator"),
        ("title", "", "empty-value"),
        ("title__contains", "\u064b", "empty-value"),
        ("title", "x" * 201, "too-long"),
        ("title", "a\x00b", "control-character"),
        ("title", "\ud800", "control-character"),
        ("title__in", "[1]", "not-a-list"),
        ("title__in", '["a"', "not-a-list"),
        ("number__in", ",".join(map(str, range(300))), "too-many"),
        ("number__in", "[" + ",".join(f'"{n}"' for n in range(300)) + "]", "too-many"),
        ("amount", "many", "not-a-number"),
        ("amount", "1e9", "not-a-number"),
        ("amount", "9" * 60, "not-a-number"),
        ("amount", "1.5", "not-whole"),
        ("amount__gt", str(2**63), "out-of-range"),
        ("amount__lt", "-" + "9" * 38, "out-of-range"),
        ("share", "1.005", "too-many-decimals"),
        ("share__lt", "1" + "0" * 36, "out-of-range"),
        ("number__in", ",".join(f"{'a' * 50}{n}" for n in range(100)), "too-long"),
        ("day", "soon", "not-a-date"),
        ("day", "1403-13", "not-a-date"),
        ("day", "1403-12-31", "not-a-date"),
        ("day", "all", "not-a-date"),
        ("month", "spring", "not-a-period"),
        ("open", "perhaps", "not-a-boolean"),
        ("state", "lost", "not-in-list"),
        ("state__isnull", "yes", "not-zero-or-one"),
        ("_colour", "1", "unknown-parameter"),
        ("_unit", "toman", "unknown-parameter"),
        ("_size", "0", "size"),
        ("_size", "1001", "size"),
        ("_size", "-1", "size"),
        ("_count", "2", "not-zero-or-one"),
        ("_sort", "colour", "unknown-field"),
        ("_sort", "nid", "not-published"),
        ("_fields", "title,nid", "not-published"),
        ("_fields", "", "unknown-field"),
        ("_search", " ", "empty-value"),
        ("_search", " ".join("abcdefghijkl"), "too-many"),
        ("_calendar", "lunar", "not-allowed"),
        ("_lang", "de", "not-allowed"),
        ("_release", "1403-05", "release"),
        ("_release", "1403-05/0", "release"),
        ("_release", "../1", "release"),
        ("_as_of", "yesterday", "not-a-date"),
        ("_as_of", "2024-08-02T12:00:00", "not-a-date"),
        ("_next", "", "cursor"),
        ("_next", "abc", "cursor"),
    ],
)
def test_each_fault_is_named(name: str, text: str, code: str) -> None:
    assert refused((name, text)) == [(code, name)]


def test_all_faults_are_told_at_once() -> None:
    assert refused(("colour", "x"), ("amount", "x"), ("_size", "x")) == [
        ("unknown-field", "colour"),
        ("not-a-number", "amount"),
        ("size", "_size"),
    ]


def test_one_value_one_time() -> None:
    assert refused(("title", "a"), ("title", "b")) == [("repeated", "title")]
    assert refused(("_sort", "title"), ("_sort_desc", "title")) == [("both-sorts", "_sort_desc")]
    assert refused(("_as_of", "1403"), ("_release", "1403/1")) == [("both-times", "_release")]


@given(params=strategies.parameters)
def test_the_canonical_text_gives_the_question_again(params: list[tuple[str, str]]) -> None:
    try:
        question = parse(DATASET, params)
    except BadQuestion:
        return
    again = parse(DATASET, parse_qsl(question.query_string(), keep_blank_values=True, strict_parsing=bool(params)))
    assert again == question
    assert parse(DATASET, list(reversed(params))) == question


def test_a_list_sent_in_pieces_is_one_list() -> None:
    assert refused(*[("title__in", f"a{n}") for n in range(30)])[0] == ("too-many", "title__in")
    pieces = [("count__in", "2"), ("count__in", "۱,2")]
    assert parse(DATASET, pieces) == parse(DATASET, [("count__in", "1,2")])


def test_equal_numbers_make_equal_questions() -> None:
    texts = ("12.5", "12.50", "۱۲٫۵", "012.5")
    assert len({parse(DATASET, [("share", text)]).query_string() for text in texts}) == 1
    assert parse(DATASET, [("amount", str(2**63 - 1))]).filters[0].values == (2**63 - 1,)


def test_values_are_never_repeated_in_a_refusal() -> None:
    with pytest.raises(BadQuestion) as caught:
        parse(DATASET, [("nid", "0012345678"), ("amount", "secret-42"), ("state", "secret-43")])
    refusal = str([problem.as_json() for problem in caught.value.problems]) + str(caught.value)
    assert "0012345678" not in refusal
    assert "secret" not in refusal


def test_a_page_passes_over_boxes_left_blank_and_knows_its_own_parameters() -> None:
    question = parse(DATASET, [("title", ""), ("amount__gte", " "), ("_unit", "toman")], page_params=True)
    assert question.filters == ()
    assert question.unit == "toman"


def test_a_cursor_of_another_order_is_refused() -> None:
    cursor = Position("s", 5, 1).encode(parse(DATASET, [("_sort", "amount")]).sort)
    assert parse(DATASET, [("_sort", "amount"), ("_next", cursor)]).cursor == cursor
    for other in [("_sort", "count")], [("_sort_desc", "amount")], []:
        assert refused(*other, ("_next", cursor)) == [("cursor", "_next")]


def test_every_wording_is_in_both_languages() -> None:
    assert all(any("آ" <= c <= "ی" for c in words.fa) and words.en.isascii() for words in WORDINGS.values())


names = st.sampled_from([field.name for field in DATASET.fields]) | st.text(max_size=8)
tails = st.sampled_from(["", "__in", "__gt", "__contains", "__isnull", "__"]) | st.text(max_size=4)
any_name = st.builds(lambda name, tail: name + tail, names, tails) | st.sampled_from(
    ["_sort", "_size", "_next", "_fields", "_search", "_as_of", "_release", "by", "sum", "count", "_sort_desc"]
)


@given(st.lists(st.tuples(any_name, st.text(max_size=20)), max_size=5))
def test_whatever_is_asked_is_a_question_or_a_refusal(params: list[tuple[str, str]]) -> None:
    for read in (parse, parse_groups, parse_facets):
        problems = problems_of(read, params)
        assert all(
            problem.wording.fa and problem.wording.en and problem.parameter.encode() is not None for problem in problems
        )


def problems_of(read: Callable[..., object], params: list[tuple[str, str]]) -> tuple[QuestionProblem, ...]:
    try:
        read(DATASET, params)
    except BadQuestion as bad:
        return bad.problems
    return ()


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
    assert [problem.code for problem in caught.value.problems] == [code]
