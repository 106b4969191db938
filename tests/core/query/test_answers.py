"""Questions answered from a file give what plain Python gives, page by page, each row exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.core.query import naive, strategies
from tests.core.query.town import DATASET, NAMES, SOME_ROWS, Town, town_of

from ayan.core.query.parse import parse
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.values.text import fold

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def asked(params: Sequence[tuple[str, str]]) -> Question:
    try:
        return parse(DATASET, params)
    except BadQuestion:
        assume(False)
        raise


def found(town: Town, question: Question) -> list[int]:
    return [row.number - 2 for row in town.reader.rows(DATASET, question).rows]


@QUICK
@given(rows=strategies.rows, params=strategies.parameters, data=st.data())
def test_equals_plain_python(
    tmp_path: Path, rows: list[dict[str, Any]], params: list[tuple[str, str]], data: st.DataObject
) -> None:
    question = asked(params)
    sorts = [None, *(name for name in NAMES if name != "title")]
    field = data.draw(st.sampled_from(sorts))
    if field:
        question = question.sorted_by(field, descending=data.draw(st.booleans()))
    question = replace(question, count=True)
    town = town_of(tmp_path, rows)
    expected = naive.matching(rows, question)
    assert found(town, question) == expected
    assert town.reader.rows(DATASET, question).total == len(expected)


@QUICK
@given(rows=strategies.rows, field=st.sampled_from([None, *NAMES]), descending=st.booleans(), size=st.integers(1, 5))
def test_cursors_visit_each_row_once(
    tmp_path: Path, rows: list[dict[str, Any]], field: str | None, descending: bool, size: int
) -> None:
    question = Question(slug="works", size=size)
    if field:
        question = question.sorted_by(field, descending=descending)
    town = town_of(tmp_path, rows)
    whole = found(town, replace(question, size=1000))
    assert sorted(whole) == list(range(len(rows)))
    visited: list[int] = []
    cursor = None
    while True:
        answer = town.reader.rows(DATASET, replace(question, cursor=cursor))
        assert len(answer.rows) <= size
        visited += [row.number - 2 for row in answer.rows]
        cursor = answer.next
        if cursor is None:
            break
    assert visited == whole


@QUICK
@given(rows=strategies.rows, params=strategies.parameters)
def test_a_stream_holds_the_rows_of_all_pages(
    tmp_path: Path, rows: list[dict[str, Any]], params: list[tuple[str, str]]
) -> None:
    question = asked(params)
    town = town_of(tmp_path, rows)
    streamed = [
        int(row["_row"].partition("#")[2]) - 2
        for batch in town.reader.stream(DATASET, question)
        for row in batch.to_pylist()
    ]
    assert streamed == naive.matching(rows, question)


@QUICK
@given(params=strategies.parameters)
def test_the_canonical_text_gives_the_question_again(params: list[tuple[str, str]]) -> None:
    from urllib.parse import parse_qsl

    question = asked(params)
    again = parse(DATASET, parse_qsl(question.query_string(), keep_blank_values=True, strict_parsing=bool(params)))
    assert again == question
    assert parse(DATASET, list(reversed(params))) == question


@pytest.mark.parametrize(
    ("params", "rows"),
    [
        ([("day", "1403-05")], [0]),
        ([("day", "1403")], [0, 1]),
        ([("day", "۱۴۰۳-۰۵-۱۲")], [0]),
        ([("day", "2024-08-02")], [0]),
        ([("day__gte", "1403")], [0, 1, 4]),
        ([("day__gt", "1403")], [4]),
        ([("day__lte", "1402")], [3]),
        ([("day__lt", "1404")], [0, 1, 3]),
        ([("day__not", "1403")], [2, 3, 4]),
        ([("state", "جاري")], [0, 3]),
        ([("state__in", "active"), ("state__in", "پایان یافته")], [0, 1, 3, 4]),
        ([("state__isnull", "1")], [2]),
        ([("title__contains", "خیابانهای")], [0]),
        ([("title__contains", "خيابان هاي")], [0]),
        ([("title__startswith", "كتابخانه")], [1]),
        ([("title", "کتابخانه محله 12")], [1]),
        ([("title__contains", "1/2")], [3]),
        ([("title__in", '["پل عابر (ساختگی) ½ راه","هیچ"]')], [3]),
        ([("number", "0012")], [0]),
        ([("number", "12")], []),
        ([("number", "c-1404-7")], [1]),
        ([("amount__gte", "1,250,000,000")], [0, 3]),
        ([("amount", str(2**60))], [3]),
        ([("share", "۷")], [3, 4]),
        ([("open", "بله")], [0, 3]),
        ([("month", "1403")], [0, 1]),
        ([("_search", "پل جاری")], [3]),
        ([("_search", "14")], [1, 3]),
        ([("_sort_desc", "amount"), ("_size", "2")], [3, 0]),
    ],
)
def test_examples(tmp_path: Path, params: list[tuple[str, str]], rows: list[int]) -> None:
    assert town_of(tmp_path, SOME_ROWS).found(*params) == rows


def test_words_are_sorted_by_the_persian_alphabet(tmp_path: Path) -> None:
    titles = ["یک", "هر", "وام", "گل", "کار", "پل", "بام", "تیر", "چاه", "جاده", "ژاله", "زمین", "آب"]
    town = town_of(tmp_path, [{"title": title} for title in titles])
    answer = town.ask(("_sort", "title"))
    in_order = ["آب", "بام", "پل", "تیر", "جاده", "چاه", "زمین", "ژاله", "کار", "گل", "وام", "هر", "یک"]
    assert [row.values["title"] for row in answer.rows] == in_order


def test_a_spelling_of_the_search_finds_every_other(tmp_path: Path) -> None:
    titles = ["کتاب‌های تازه", "کتاب های تازه", "کتابهای تازه"]
    town = town_of(tmp_path, [{"title": title} for title in titles])
    for asked_for in ("كتاب‌هاي", "کتاب های"):
        assert town.found(("_search", asked_for)) == [0, 1, 2]
    assert fold(titles[0]) == fold(titles[1])
