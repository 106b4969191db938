"""How fresh a dataset is: what came last, held against what was promised by that day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.core.schedule.test_deadlines import LAST_DAY, MONTHLY, FakeStore, Stood, dataset

from ayan.core.schedule.freshness import Freshness, freshness
from ayan.core.schema.definition import Dataset
from ayan.core.values.period import parse


def stands(declared: Dataset, today: date, *stood: Stood) -> Freshness:
    return freshness(declared, FakeStore(*stood), today)  # type: ignore[arg-type]  # as much of a store as is asked


def test_what_was_sealed_today_is_behind_all_the_same_when_its_last_period_is() -> None:
    today = LAST_DAY + timedelta(days=1)
    now = datetime.combine(today, datetime.min.time(), UTC)
    late = stands(MONTHLY, today, Stood("1403-02", now), Stood("1403-03", now))
    assert (late.state, str(late.until), late.behind, late.updated) == ("late", "1403-03", True, today)
    assert [str(period) for period in late.periods] == ["1403-04", "1403-05"]
    assert (late.since, late.days) == (parse("1403-04").end + timedelta(days=10), 32)


def test_nothing_is_owed_up_to_the_last_day_of_grace() -> None:
    stood = (Stood("1403-03"), Stood("1403-04"))
    assert stands(MONTHLY, LAST_DAY, *stood).state == "current"
    late = stands(MONTHLY, LAST_DAY + timedelta(days=1), *stood)
    assert (late.state, late.days) == ("late", 1)


def test_a_gap_before_the_last_period_is_owed_and_is_not_being_behind() -> None:
    late = stands(MONTHLY, LAST_DAY, Stood("1403-02"), Stood("1403-04"), Stood("1403-05"))
    assert (late.state, late.behind, [str(period) for period in late.periods]) == ("late", False, ["1403-03"])


def test_a_correction_of_an_older_year_makes_a_growing_register_no_fresher() -> None:
    growing = dataset("monthly", "year")
    sealed, corrected = datetime(2024, 8, 1, tzinfo=UTC), datetime(2024, 9, 20, tzinfo=UTC)
    stood = (Stood("1403", sealed), Stood("1402", corrected))
    assert stands(growing, date(2024, 9, 11), *stood).state == "current"
    late = stands(growing, date(2024, 9, 21), *stood)
    assert (late.state, late.until, late.days, late.updated) == ("late", None, 10, date(2024, 9, 20))


def test_a_year_that_was_over_speaks_to_its_end_whenever_it_is_sealed() -> None:
    growing = dataset("monthly", "year")
    today = date(2024, 8, 2)
    late = stands(growing, today, Stood("1402", datetime(2024, 8, 1, tzinfo=UTC)))
    assert late.days == (today - parse("1402").end - timedelta(days=41)).days > 0


def test_nothing_published_nothing_promised_and_all_withheld_are_states_of_their_own() -> None:
    assert stands(dataset("quarterly", "none"), LAST_DAY).state == "none"
    assert stands(dataset("irregular", "none"), LAST_DAY, Stood("all")).state == "unpromised"
    kept = replace(MONTHLY, withheld=type("Withheld", (), {"stands": lambda _self, _day: True})())
    assert stands(kept, LAST_DAY, Stood("1403-05")).state == "withheld"
