"""The figures of a result are exact on every engine: they equal plain Python's, and agree with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from tests.core.query import naive
from tests.engines import random_questions
from tests.engines.engines import ENGINES
from tests.engines.test_rows import often
from tests.engines.world import DATASET, ROWS, Cells, Desk, World

from ayan.core.index.index import Index
from ayan.core.index.posting_lists import RowSet
from ayan.core.query.engines import index_lookup, row_figures
from ayan.core.query.engines.index_lookup import IndexLookup
from ayan.core.query.plan import AmountTotals, Facet, Scoped
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.query.statistics import EXACT_DOUBLE, Statistics, axis_of, statistics
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import FieldRole
from ayan.core.values import jalali
from ayan.datasets.registry import Registry

ROLES: dict[str, FieldRole] = {"amount": "amount", "day": "date"}


def with_roles(dataset: Dataset, roles: dict[str, FieldRole]) -> Dataset:
    fields = tuple(replace(field, role=roles.get(field.name)) for field in dataset.fields)
    return replace(dataset, fields=fields)


PLAYED = with_roles(DATASET, ROLES)


def figures(desk: Desk, question: Question, dataset: Dataset = PLAYED) -> Statistics:
    return statistics(desk.query_service, dataset, question, desk.query_service.snapshot(dataset, question))


def middle(values: list[int]) -> int | None:
    """The median in whole rial, halves away from zero."""
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    doubled = 2 * ordered[half] if len(values) % 2 else ordered[half - 1] + ordered[half]
    return (abs(doubled) + 1) // 2 * (-1 if doubled < 0 else 1)


def year_of(day: Any) -> str | None:
    try:
        return str(jalali.from_gregorian(day).year) if isinstance(day, date) else None
    except jalali.NotADate:
        return None


@often(20, 60)
@given(scope=random_questions.scopes())
def test_figures_equal_plain_reckoning(desk: Desk, scope: random_questions.Params) -> None:
    try:
        question = parse(DATASET, scope)
    except BadQuestion:
        return
    rows = [ROWS[n] for n in naive.matching(DATASET, ROWS, question)]
    summary = figures(desk, question)
    amounts = [row["amount"] for row in rows if row.get("amount") is not None]
    assert summary.rows == len(rows)
    assert summary.amounts[0].total == (sum(amounts) if amounts else None)
    assert summary.amounts[0].median == middle(amounts)
    years: dict[str, list[Cells]] = {}
    for row in rows:
        year = year_of(row.get("day"))
        if year is not None:
            years.setdefault(year, []).append(row)
    assert [year.name for year in summary.years] == sorted(years)
    for year_figures in summary.years:
        inside = [row["amount"] for row in years[year_figures.name] if row.get("amount") is not None]
        assert (year_figures.rows, year_figures.totals[0]) == (
            len(years[year_figures.name]),
            sum(inside) if inside else None,
        )
        months = [month for month in summary.months if month.name[:4] == year_figures.name]
        assert sum(month.rows for month in months) == year_figures.rows
        assert sum(month.totals[0] or 0 for month in months) == (year_figures.totals[0] or 0)


def test_rows_that_are_named_exactly_are_taken_together_without_a_statement(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where no rollup holds what is asked for; and it comes to what a statement says of the same rows."""
    desk, answered = world.desk("indexed"), Counter[type]()

    def counted(cursor: Any, dataset: Dataset, index: Index, plan: Scoped, rows: RowSet) -> Any:
        answer = row_figures.tallied(cursor, dataset, index, plan, rows)
        answered[type(plan)] += answer is not None
        return answer

    monkeypatch.setattr(IndexLookup, "_from_rollup", lambda *_: None)
    asked: list[random_questions.Params] = [
        [("state", "active")],
        [("number__in", ",".join(str(row["number"]) for row in ROWS[::3]))],
        [("day__gte", "2024-01-01"), ("state__in", "active,void")],
        [("amount__gt", "0"), ("day__isnull", "0")],
        [("number", "none-of-them")],
    ]
    by = [("by", name) for name in ("state", "title", "street", "firm", "month", "day")]
    for scope in asked:
        question = parse(DATASET, scope)
        monkeypatch.setattr(index_lookup, "tallied", lambda *_: None)
        by_statement = figures(desk, question), desk.facets(*scope, *by, ("_size", "3")).facets
        monkeypatch.setattr(index_lookup, "tallied", counted)
        assert (figures(desk, question), desk.facets(*scope, *by, ("_size", "3")).facets) == by_statement, scope
    assert answered[AmountTotals], "sums too large for eight bytes are asked for; others are not"
    assert answered[Facet] >= 5


def test_without_a_date_the_period_tells_the_year(desk: Desk) -> None:
    dataset = with_roles(DATASET, {"amount": "amount"})
    summary = figures(desk, Question(slug="works"), dataset)
    assert summary.axis is not None
    assert summary.axis.kind.is_period
    bare = replace(dataset, fields=tuple(field for field in dataset.fields if not field.kind.is_period))
    by_release = figures(desk, Question(slug="works"), bare)
    assert by_release.axis is None
    assert sum(year.rows for year in by_release.years) == by_release.rows


def test_a_dataset_without_amounts_is_counted(desk: Desk) -> None:
    summary = figures(desk, Question(slug="works"), DATASET)
    assert (summary.rows, summary.amounts) == (len(ROWS), ())


@pytest.fixture
def large(tmp_path: Path) -> Iterator[World]:
    new_world = World(tmp_path)
    yield new_world
    new_world.close()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("most", [EXACT_DOUBLE - 1, EXACT_DOUBLE, EXACT_DOUBLE + 1, 2**62])
def test_the_median_of_very_large_amounts_is_exact(large: World, engine: str, most: int) -> None:
    amounts = [most - 3, most - 2, most, 5]
    large.publish("1403-05", [{"number": str(n), "amount": amount} for n, amount in enumerate(amounts)])
    summary = figures(large.desk(engine), Question(slug="works"))
    assert summary.amounts[0].median == middle(amounts)
    assert summary.amounts[0].total == sum(amounts)


def test_a_month_that_is_declared_as_the_date_tells_the_year_before_the_year_itself() -> None:
    """Or a year of which some months have come would pass for a whole one."""
    declared = Registry()
    axes = {slug: axis_of(declared.get(slug)) for slug in ("revenues", "payments", "budget")}
    assert {slug: axis.name for slug, axis in axes.items() if axis} == {
        "revenues": "month", "payments": "paid_on", "budget": "fiscal_year",
    }  # fmt: skip
