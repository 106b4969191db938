"""From which day datasets are owed: nothing before it is late, and everything from it on is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.core.schedule.test_deadlines import MONTHLY, FakeStore, Stood, dataset

from ayan.core.schedule.deadlines import due
from ayan.core.schedule.freshness import Freshness, freshness
from ayan.core.schedule.openings import Openings
from ayan.core.schema.definition import Dataset
from ayan.core.values.period import parse

OPENS = parse("1403-05").start


def stands(declared: Dataset, today: date, *stood: Stood, opens: date | None = OPENS) -> Freshness:
    return freshness(declared, FakeStore(*stood), today, opens)  # type: ignore[arg-type]  # as much of a store as is asked


def test_before_its_day_a_dataset_is_in_preparation_and_says_what_it_will_owe_first() -> None:
    before = OPENS - timedelta(days=1)
    fresh = stands(MONTHLY, before)
    assert (fresh.state, fresh.owed, fresh.opens) == ("preparing", (), OPENS)
    (first,) = due(MONTHLY, FakeStore(), before, OPENS)  # type: ignore[arg-type]  # as above
    assert (str(first.period), first.on) == ("1403-05", parse("1403-05").end + timedelta(days=10))
    growing = stands(dataset("monthly", "year"), before)
    assert (growing.state, growing.owed) == ("preparing", ())


def test_from_its_day_on_each_period_is_owed_and_none_before_it() -> None:
    opened = stands(MONTHLY, OPENS)
    assert (opened.state, opened.owed) == ("none", ())
    late = stands(MONTHLY, parse("1403-08").start)
    assert [str(period) for period in late.periods] == ["1403-05", "1403-06"]
    # What is published of older times makes no gap among them a debt.
    older = stands(MONTHLY, OPENS, Stood("1402-01"), Stood("1402-07"))
    assert (older.state, older.owed) == ("current", ())


def test_a_growing_register_is_owed_from_its_day_and_grace() -> None:
    growing = dataset("monthly", "year")
    assert stands(growing, OPENS + timedelta(days=growing.grace_days)).state == "none"
    late = stands(growing, OPENS + timedelta(days=growing.grace_days + 3))
    assert (late.days, late.since) == (3, OPENS + timedelta(days=growing.grace_days))


def test_without_a_day_everything_is_as_it_was() -> None:
    owed = stands(MONTHLY, parse("1403-08").start + timedelta(days=15), opens=None)
    assert [str(period) for period in owed.periods] == ["1403-07"]
    assert Openings.read({}).of("payments") is None


def test_days_are_written_in_jalali_for_all_or_for_one() -> None:
    openings = Openings.read({"all": "1405-10-01", "payments": "۱۴۰۵/۱۲/۰۱"})
    assert openings.of("payments") == parse("1405-12").start
    assert openings.of("contracts") == parse("1405-10").start
    assert openings.as_declared() == {"all": "2026-12-22", "payments": "2027-02-20"}


@pytest.mark.parametrize("table", ["1405", {"all": 1405}, {"payments": "1405-13-01"}, {"all": ""}])
def test_what_is_no_day_is_refused_in_a_sentence(table: object) -> None:
    with pytest.raises(ValueError, match="1405-10-01"):
        Openings.read(table)


@pytest.mark.parametrize("declared", [MONTHLY, dataset("monthly", "year")])
def test_a_dataset_whose_day_nobody_has_named_owes_nothing_however_long_it_takes(declared: Dataset) -> None:
    openings = Openings.read({"all": "1403-05-01", declared.slug: "later"})
    later = openings.of(declared.slug)
    assert openings.as_declared()[declared.slug] == "later"
    fresh = stands(declared, parse("1409-01").start, opens=later)
    assert (fresh.state, fresh.owed, fresh.opens) == ("preparing", (), None)
    assert due(declared, FakeStore(), parse("1409-01").start, later) == []  # type: ignore[arg-type]  # as above
    begun = stands(declared, parse("1409-01").start, Stood("1403-05"), opens=later)
    assert (begun.state, begun.owed) == ("current", ())
