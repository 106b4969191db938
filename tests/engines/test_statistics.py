"""The figures of a result are exact on every engine: they equal plain Python's, and agree with each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from tests.core.query import naive
from tests.engines import asking
from tests.engines.test_rows import OFTEN
from tests.engines.world import DATASET, ENGINES, ROWS, Cells, Desk, World

from ayan.core.query.parse import parse
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.query.statistics import EXACT_DOUBLE, Statistics, statistics
from ayan.core.schema.definition import Dataset
from ayan.core.values import jalali

ROLES = {"amount": "amount", "day": "date"}


def with_roles(dataset: Dataset, roles: dict[str, str]) -> Dataset:
    fields = tuple(replace(one, role=roles.get(one.name)) for one in dataset.fields)
    return replace(dataset, fields=fields)


PLAYED = with_roles(DATASET, ROLES)


def figures(desk: Desk, question: Question, dataset: Dataset = PLAYED) -> Statistics:
    return statistics(desk.reader, dataset, question, desk.reader.standing(dataset, question))


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


@settings(OFTEN, max_examples=60)
@given(scope=asking.scopes())
def test_figures_equal_plain_reckoning(desk: Desk, scope: asking.Params) -> None:
    try:
        question = parse(DATASET, scope)
    except BadQuestion:
        return
    rows = [ROWS[n] for n in naive.matching(DATASET, ROWS, question)]
    found = figures(desk, question)
    amounts = [row["amount"] for row in rows if row.get("amount") is not None]
    assert found.rows == len(rows)
    assert found.amounts[0].total == (sum(amounts) if amounts else None)
    assert found.amounts[0].median == middle(amounts)
    years: dict[str, list[Cells]] = {}
    for row in rows:
        year = year_of(row.get("day"))
        if year is not None:
            years.setdefault(year, []).append(row)
    assert [one.name for one in found.years] == sorted(years)
    for one in found.years:
        inside = [row["amount"] for row in years[one.name] if row.get("amount") is not None]
        assert (one.rows, one.totals[0]) == (len(years[one.name]), sum(inside) if inside else None)
        months = [month for month in found.months if month.name[:4] == one.name]
        assert sum(month.rows for month in months) == one.rows
        assert sum(month.totals[0] or 0 for month in months) == (one.totals[0] or 0)


def test_without_a_date_the_period_tells_the_year(desk: Desk) -> None:
    dataset = with_roles(DATASET, {"amount": "amount"})
    found = figures(desk, Question(slug="works"), dataset)
    assert found.axis is not None
    assert found.axis.kind == "period"
    bare = replace(dataset, fields=tuple(one for one in dataset.fields if one.kind != "period"))
    by_release = figures(desk, Question(slug="works"), bare)
    assert by_release.axis is None
    assert sum(one.rows for one in by_release.years) == by_release.rows


def test_a_dataset_without_amounts_is_counted(desk: Desk) -> None:
    found = figures(desk, Question(slug="works"), DATASET)
    assert (found.rows, found.amounts) == (len(ROWS), ())


@pytest.fixture
def large(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("most", [EXACT_DOUBLE - 1, EXACT_DOUBLE, EXACT_DOUBLE + 1, 2**62])
def test_the_median_of_very_large_amounts_is_exact(large: World, engine: str, most: int) -> None:
    amounts = [most - 3, most - 2, most, 5]
    large.publish("1403-05", [{"number": str(n), "amount": one} for n, one in enumerate(amounts)])
    found = figures(large.desk(engine), Question(slug="works"))
    assert found.amounts[0].median == middle(amounts)
    assert found.amounts[0].total == sum(amounts)
