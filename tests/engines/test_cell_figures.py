"""What is counted from the cells of a rollup in memory is what the statement over the same cells says, to the order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.engines import random_questions
from tests.engines.test_rows import AT_LENGTH, often
from tests.engines.world import DATASET, Desk, World

from ayan.core.index import cell_table
from ayan.core.index.cell_table import CellTable, read_cells
from ayan.core.query.engines import index_lookup
from ayan.core.query.engines.cell_figures import from_cells
from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.plan import AmountTotals, Facet, Groups, RowCount, Scoped
from ayan.core.query.problem import BadQuestion
from ayan.core.schema.definition import Dataset


@pytest.fixture(scope="module")
def indexed(world: World) -> Desk:
    """The engine that has rollups."""
    return world.desk("indexed")


@contextmanager
def by_statement() -> Iterator[None]:
    """Let no cell be counted in memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_lookup, "from_cells", lambda *_: None)
        yield


def check(desk: Desk, plan: Scoped) -> None:
    snapshot = desk.query_service.snapshot(DATASET, plan.scope)
    counted = desk.query_service.table(random_questions.ASKED, plan, snapshot)
    with by_statement():
        asked = desk.query_service.table(random_questions.ASKED, plan, snapshot)
    if isinstance(plan, AmountTotals):
        # Its parts have no order.
        counted, asked = sorted(counted, key=str), sorted(asked, key=str)
    assert counted == asked
    assert [list(map(type, row)) for row in counted] == [list(map(type, row)) for row in asked]


def check_plans(desk: Desk, params: random_questions.Params, by: str, size: int) -> None:
    try:
        question = parse_groups(DATASET, [*params, ("_size", str(size))])
        facets = parse_facets(DATASET, [("by", by)])
    except BadQuestion:
        return
    check(desk, Groups(question))
    check(desk, RowCount(question.scope))
    for key in facets.by:
        check(desk, Facet(question.scope, key, size))
    for column in (None, "month", "day"):
        check(desk, AmountTotals(question.scope, ("count",), column))


@often(15, 40)
@given(params=random_questions.groupings(), by=random_questions.keys(), size=st.integers(1, 60))
@example(params=[("by", "title"), ("count", "1"), ("_sort_desc", "title")], by="title", size=60)
@example(params=[("by", "state,open"), ("avg", "count"), ("_sort", "avg_count")], by="grade", size=3)
@example(params=[("by", "month"), ("sum", "count"), ("day__gt", "1403-02"), ("month", "1403")], by="month", size=2)
@example(params=[("max", "count"), ("state__not", "void"), ("day__lte", "1403-02-03")], by="open", size=60)
def test_cells_say_what_their_statement_says(
    indexed: Desk, params: random_questions.Params, by: str, size: int
) -> None:
    check_plans(indexed, params, by, size)


@pytest.mark.soak
@AT_LENGTH
@given(params=random_questions.groupings(), by=random_questions.keys(), size=st.integers(1, 60))
def test_very_many_of_them_say_so(indexed: Desk, params: random_questions.Params, by: str, size: int) -> None:
    check_plans(indexed, params, by, size)


def test_small_rollups_are_counted_without_a_statement(indexed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = Counter[type]()

    def counted(dataset: Dataset, plan: Scoped, cells: CellTable) -> Any:
        answer = from_cells(dataset, plan, cells)
        answered[type(plan)] += answer is not None
        return answer

    monkeypatch.setattr(index_lookup, "from_cells", counted)
    question = parse_groups(DATASET, [("by", "state"), ("count", "1"), ("sum", "count"), ("open", "true")])
    plans = (
        Groups(question),
        RowCount(question.scope),
        Facet(question.scope, question.by[0], 5),
        AmountTotals(question.scope, ("count",), "_period"),
    )
    for plan in plans:
        check(indexed, plan)
    assert {type(plan): answered[type(plan)] for plan in plans} == {type(plan): 1 for plan in plans}


def test_what_python_would_round_or_order_otherwise_is_left_to_the_statement(indexed: Desk) -> None:
    for params in (
        [("by", "state"), ("sum", "share")],
        [("by", "state"), ("median", "count")],
        [("by", "day:month"), ("count", "1")],
        [("by", "state"), ("count", "1"), ("_having", "count__gt:1")],
    ):
        check(indexed, Groups(parse_groups(DATASET, params)))


def test_a_large_table_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE cells AS SELECT unnest(['a', 'b', NULL]) AS x, NULL AS y, 7 AS z")
        cells = read_cells(connection, "cells")
        assert cells == CellTable(
            {"x": ["a", "b", None], "y": [None] * 3, "z": [7] * 3}, {"x": str, "y": None, "z": int}, 3
        )
        monkeypatch.setattr(cell_table, "MOST_CELLS_AT_HAND", 2)
        assert read_cells(connection, "cells") is None
