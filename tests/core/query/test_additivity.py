"""A sum is formed only of what may be added: a stock at one date, money of one side, and never a rate."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.core.query.town import DATASET, Town, town_of

from ayan.core.query.additivity import side_label
from ayan.core.query.grouping import parse_groups
from ayan.core.query.problem import BadQuestion
from ayan.core.query.query_service import answer_groups
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.query.statistics import Statistics, statistics
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field, Sides

ENDS = (date(2023, 3, 20), date(2024, 3, 19), date(2025, 3, 20))
"""The last days of 1401, 1402 and 1403."""
SUMMER = date(2024, 8, 2)


def _ledger(*, required: bool = True) -> Dataset:
    """The invented dataset as a ledger: balances at days, of which the active are owed and the ended are claimed."""
    meant = {
        "amount": {"nature": "stock", "at": "day", "role": "amount"},
        "day": {"role": "date", "required": True},
        "state": {"side": Sides(("ended",), ("active",)), "required": required},
        "share": {"nature": "rate"},
        "count": {"nature": "quantity"},
    }
    fields = tuple(replace(field, **meant.get(field.name, {})) for field in DATASET.fields)  # type: ignore[arg-type]  # facts of a field
    return replace(DATASET, fields=fields, digest="ledger")


LEDGER = _ledger()


def rows(days: tuple[date, ...] = ENDS, count: int = 60) -> list[dict[str, object]]:
    chance = random.Random(7)
    return [
        {
            "number": str(n),
            "title": "الف",
            "state": chance.choice(("active", "ended")),
            "amount": chance.choice((None, *range(1, 9))),
            "share": Decimal("1.50"),
            "count": n % 5,
            "day": chance.choice(days),
            "month": "1403-05",
            "open": n % 2 == 0,
        }
        for n in range(count)
    ]


ROWS = rows()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return town_of(tmp_path_factory.mktemp("town"), ROWS)


def total(state: str, day: date, given: list[dict[str, object]] = ROWS) -> int:
    """What plain reckoning makes of one side at one date."""
    chosen = [row["amount"] for row in given if (row["state"], row["day"]) == (state, day)]
    return sum(int(str(amount)) for amount in chosen if amount is not None)


def refusal(*params: tuple[str, str], dataset: Dataset = LEDGER) -> list[tuple[str, str]]:
    """The codes and parameters by which a question is refused; none where it is read."""
    try:
        parse_groups(dataset, params)
    except BadQuestion as bad:
        return [(fault.code, fault.parameter) for fault in bad.problems]
    return []


SUMS = ("sum", "amount")
ASKED = [
    ([SUMS], "over-time"),
    ([SUMS, ("by", "title")], "over-time"),
    ([SUMS, ("by", "state")], "over-time"),
    ([SUMS, ("day__not", "1403-12-30")], "over-time"),
    ([SUMS, ("by", "day")], "both-sides"),
    ([SUMS, ("by", "day:year,title")], "both-sides"),
    ([SUMS, ("by", "day"), ("state__in", "active,ended")], "both-sides"),
    ([SUMS, ("by", "day"), ("state__isnull", "0")], "both-sides"),
    ([("sum", "share")], "never-added"),
    ([("sum", "number")], "not-allowed"),
    ([SUMS, ("by", "day,state")], ""),
    ([SUMS, ("by", "day"), ("state", "active")], ""),
    ([SUMS, ("by", "day"), ("state__not", "active")], ""),
    ([SUMS, ("day", "1402"), ("by", "state,title")], ""),
    ([("sum", "count")], ""),
    ([("avg", "share"), ("median", "share,amount"), ("min", "amount"), ("max", "amount")], ""),
]


@pytest.mark.parametrize(("params", "code"), ASKED)
def test_a_sum_that_means_nothing_is_refused_with_what_to_ask_instead(params: list[tuple[str, str]], code: str) -> None:
    assert refusal(*params) == ([(code, "sum")] if code else [])
    if code in ("over-time", "both-sides"):
        with pytest.raises(BadQuestion) as caught:
            parse_groups(LEDGER, params)
        hint = "by=day" if code == "over-time" else "by=state"
        assert hint in caught.value.problems[0].wording.fa
        assert hint in caught.value.problems[0].wording.en
        assert set(caught.value.problems[0].allowed) == {"amount", "count"}


def test_what_nobody_declared_is_never_added() -> None:
    bare = replace(LEDGER, fields=tuple(replace(field, nature=None) for field in LEDGER.fields))
    assert refusal(("sum", "amount"), dataset=bare) == [("never-added", "sum")]
    assert refusal(("avg", "amount"), dataset=bare) == []


def test_a_group_that_holds_two_dates_is_refused_where_the_rows_say_so(tmp_path: Path, town: Town) -> None:
    asked = parse_groups(LEDGER, [SUMS, ("by", "day:year,state")])
    answer = answer_groups(town.query_service, LEDGER, asked)
    assert {(row["day:year"], row["state"]): row["sum_amount"] or 0 for row in answer.rows} == {
        (year, state): total(state, day)
        for year, day in zip(("1401", "1402", "1403"), ENDS, strict=True)
        for state in ("active", "ended")
    }
    twice = town_of(tmp_path, rows((*ENDS, SUMMER)))
    with pytest.raises(BadQuestion) as caught:
        answer_groups(twice.query_service, LEDGER, asked)
    assert [fault.code for fault in caught.value.problems] == ["over-time"]
    whole = answer_groups(twice.query_service, LEDGER, parse_groups(LEDGER, [SUMS, ("by", "day,state")]))
    assert len(whole.rows) == 8


def figures(town: Town, *params: tuple[str, str], dataset: Dataset = LEDGER) -> Statistics:
    question = parse(dataset, params)
    return statistics(town.query_service, dataset, question, town.query_service.snapshot(dataset, question))


def test_the_figures_of_a_result_stand_at_its_latest_date_each_side_by_itself(town: Town) -> None:
    summary = figures(town)
    assert summary.rows == len(ROWS)
    assert [(amount.part.side, amount.part.at, amount.total) for amount in summary.amounts] == [
        ("out", ENDS[-1], total("active", ENDS[-1])),
        ("in", ENDS[-1], total("ended", ENDS[-1])),
    ]
    assert [year.name for year in summary.years] == ["1401", "1402", "1403"]
    assert [year.totals for year in summary.years] == [(total("active", day), total("ended", day)) for day in ENDS]
    earlier = figures(town, ("day__lte", "1402"), ("state", "active"))
    assert [(amount.part.at, amount.total) for amount in earlier.amounts] == [(ENDS[1], total("active", ENDS[1]))]


def test_a_year_with_several_dates_is_told_by_its_last(tmp_path: Path) -> None:
    given = rows((*ENDS, SUMMER))
    summary = figures(town_of(tmp_path, given))
    years = {year.name: year.totals for year in summary.years}
    assert years["1403"] == (total("active", ENDS[2], given), total("ended", ENDS[2], given))


def test_the_conditions_of_a_part_find_exactly_its_rows(town: Town) -> None:
    for amount in figures(town).amounts:
        matching = town.query_service.rows(
            LEDGER, Question(slug="works", filters=amount.part.conditions, size=1000)
        ).rows
        assert sum(int(str(row.values["amount"] or 0)) for row in matching) == amount.total


def test_a_code_on_neither_side_and_a_row_without_a_code_stand_by_themselves(tmp_path: Path) -> None:
    flows = _ledger(required=False)
    alone = Sides((), ("active",))
    changed = [replace(field, nature="flow", at="") if field.name == "amount" else field for field in flows.fields]
    changed = [replace(field, side=alone) if field.name == "state" else field for field in changed]
    dataset = replace(flows, fields=tuple(changed), digest="flows")
    given: list[dict[str, object]] = [{**row, "state": (None, "active", "ended")[n % 3]} for n, row in enumerate(ROWS)]
    summary = figures(town_of(tmp_path, given), dataset=dataset)
    shown = {side_label(dataset, amount.part.side, "en"): amount.total for amount in summary.amounts}
    expected = {
        name: sum(int(str(row["amount"])) for row in given if row["state"] == state and row["amount"] is not None)
        for name, state in (("active", "active"), ("ended", "ended"), ("Label state: no value", None))
    }
    assert shown == expected


def test_a_field_says_what_it_means_in_words(town: Town) -> None:
    assert side_label(LEDGER, "out", "fa") == "جاری"
    both: list[Field] = [
        replace(field, side=Sides((), ("active", "ended"))) if field.name == "state" else field
        for field in LEDGER.fields
    ]
    assert side_label(replace(LEDGER, fields=tuple(both)), "out", "fa") == "هزینه‌ای"
