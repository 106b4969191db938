"""A plan says all that an engine must know: one that knows no SQL gives the results of those that write it."""

from __future__ import annotations

import ast
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from tests.engines import naive_engine
from tests.engines.engines import ENGINES
from tests.engines.golden import ASKED, QUESTIONS, plan_of
from tests.engines.world import DATASET, World

from ayan.core.query.plan import (
    AmountTotals,
    Extent,
    Median,
    Newest,
    Plan,
    RowCount,
    RowNumbers,
    Series,
    SeriesGaps,
    Tiles,
)
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.query.sql import to_sql

ALL: Final = Question(slug="works")
SOME: Final = parse(DATASET, [("state__in", "active,ended"), ("_search", "پل")])
PERIODS: Final = ("1404-01", "1403-04", "1403-05")
# Plans that no sample question is asked with; those of the samples are in `tests.engines.golden`.
PLANS: Final[dict[str, Plan]] = {
    "numbers": RowNumbers(SOME, None, 5),
    "newest": Newest(ALL, PERIODS, 50, 3),
    "newest-of-some": Newest(SOME, PERIODS, 7, 0),
    "count-of-none": RowCount(parse(DATASET, [("number", "none")])),
    "totals": AmountTotals(ALL, ("amount", "share")),
    "totals-by-day": AmountTotals(SOME, ("amount",), "day"),
    "totals-by-release": AmountTotals(ALL, (), "_period"),
    "median": Median(ALL, "count"),
    "median-of-some": Median(SOME, "count"),
    "median-of-none": Median(parse(DATASET, [("number", "none")]), "count"),
    "series": Series("number"),
    "series-from": Series("number", 20),
    "gaps": SeriesGaps("number", None, 100),
    "gaps-from": SeriesGaps("number", 2, 3),
    "extent": Extent(ALL, "share", "share"),
    "extent-of-none": Extent(parse(DATASET, [("number", "none")]), "share", "share"),
    "tiles": Tiles(SOME, "share", Decimal(-13), Decimal("2.5"), "share", Decimal(8), Decimal("1.25")),
}
UNORDERED: Final = (AmountTotals,)


def result(world: World, engine: str, plan: Plan) -> list[tuple[Any, ...]]:
    reader = world.desk(engine).query_service
    rows = reader.table(ASKED, plan, reader.snapshot(ASKED, ALL))
    return sorted(rows, key=repr) if isinstance(plan, UNORDERED) else rows


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "naive"])
@pytest.mark.parametrize("name", [*PLANS, *QUESTIONS])
def test_every_plan_has_one_result(world: World, engine: str, name: str) -> None:
    plan = PLANS.get(name) or plan_of(QUESTIONS[name])
    assert result(world, engine, plan) == result(world, "naive", plan)


def test_no_plan_is_left_out() -> None:
    tried = {type(plan) for plan in (*PLANS.values(), *map(plan_of, QUESTIONS.values()))}
    assert tried == set(get_args(Plan))


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_is_a_value_that_always_makes_the_same_statement(name: str) -> None:
    plan, again = PLANS[name], deepcopy(PLANS[name])
    assert (plan, hash(plan)) == (again, hash(again))
    first, other = to_sql(ASKED, plan), to_sql(ASKED, again)
    assert (first.sql, first.values) == (other.sql, other.values)


def test_the_naive_engine_knows_no_sql() -> None:
    tree = ast.parse(Path(naive_engine.__file__).read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {module for module in modules if module and module.endswith("sql")}
    called = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not called & {"sql", "execute", "executemany", "query"}
