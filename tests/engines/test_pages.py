"""On every engine cursors visit each row once, in one order, with equal and with empty values, forwards and backwards."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.query import naive
from tests.engines import random_questions
from tests.engines.engines import ENGINES
from tests.engines.test_rows import often, understood
from tests.engines.world import DATASET, ROWS, Desk, World
from tests.sampling import sampled

from ayan.core.query.answer import Answer
from ayan.core.query.question_parser import parse
from ayan.core.query.values import sortable

SORTED = [field.name for field in random_questions.ASKED.published if sortable(field)]


def visited(pages: list[Answer]) -> list[object]:
    return [row.values["number"] for page in pages for row in page.rows]


@pytest.mark.parametrize(
    ("name", "way"), sampled("sorted pages", product(SORTED, ("_sort", "_sort_desc")), few=4, by=lambda case: case[1])
)
def test_each_row_once_in_the_order_of_each_field(desk: Desk, name: str, way: str) -> None:
    whole = desk.numbers((way, name))
    assert sorted(whole) == sorted(row["number"] for row in ROWS)
    pages = desk.walk(parse(DATASET, [(way, name), ("_size", "7")]))
    assert visited(pages) == whole
    assert [len(page.rows) for page in pages] == [7] * (len(ROWS) // 7) + [len(ROWS) % 7]
    if name in random_questions.SORTABLE:
        question = parse(DATASET, [(way, name)])
        assert whole == [ROWS[n]["number"] for n in naive.matching(DATASET, ROWS, question)]


def test_without_an_order_rows_stand_as_they_were_published(desk: Desk) -> None:
    rows = [row for page in desk.walk(parse(DATASET, [("_size", "9")])) for row in page.rows]
    assert [row.values["number"] for row in rows] == [row["number"] for row in ROWS]
    assert [row.address for row in rows] == sorted((row.address for row in rows), key=_place)
    assert rows[0].address == "1403-04/2#2"


def _place(address: str) -> tuple[str, int]:
    period, _, number = address.partition("#")
    return period, int(number)


@often(10, 25)
@given(params=random_questions.questions(), size=st.integers(8, 40))
def test_pages_of_random_questions(desk: Desk, params: random_questions.Params, size: int) -> None:
    question = understood([*params, ("_size", str(size)), ("_count", "1")])
    wanted = [ROWS[n]["number"] for n in naive.matching(DATASET, ROWS, question)]
    pages = desk.walk(question)
    assert visited(pages) == wanted
    assert {page.total for page in pages} == {len(wanted)}
    assert all(len(page.rows) == size for page in pages[:-1])


@often(10, 25)
@given(params=random_questions.questions(), cut=st.integers(1, 20))
def test_a_stream_goes_on_behind_a_cursor(desk: Desk, params: random_questions.Params, cut: int) -> None:
    question = understood([*params, ("_size", str(cut))])
    first = desk.query_service.rows(DATASET, question)
    if first.next is None:
        return
    rest = replace(question, size=None, cursor=first.next)
    streamed = [row["number"] for batch in desk.query_service.stream(DATASET, rest) for row in batch.to_pylist()]
    wanted = [ROWS[n]["number"] for n in naive.matching(DATASET, ROWS, question)]
    assert streamed == wanted[cut:]


@often(10, 25)
@given(params=random_questions.questions() | st.just([("_sort", "street")]), size=st.integers(8, 40))
def test_all_engines_give_one_answer(world: World, params: random_questions.Params, size: int) -> None:
    question = understood([*params, ("_size", str(size)), ("_count", "1")])
    walks = [[_facts_of(page) for page in world.desk(name).walk(question)] for name in ENGINES]
    assert all(walk == walks[0] for walk in walks)


def _facts_of(page: Answer) -> tuple[object, ...]:
    """All that an answer says; the cursor too, so that a reader may change engines between two pages."""
    return [(row.address, *row.values.items()) for row in page.rows], page.total, page.next, page.state, page.releases
