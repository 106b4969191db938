"""What was promised and when: counted from declarations and releases alone, on the day one asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ayan.core.schedule.deadlines import due, missing
from ayan.core.schedule.limits import MOST_MISSING
from ayan.core.schema.definition import Cadence, Dataset, Periodicity
from ayan.core.values.label import Label
from ayan.core.values.period import parse
from ayan.datasets.registry import BUILTIN, Registry

DECLARED = Registry((BUILTIN,)).all()[0]


@dataclass(frozen=True)
class Stood:
    """A release as far as a promise is concerned."""

    period: str
    sealed_at: datetime = datetime(2024, 8, 1, tzinfo=UTC)
    withdrawn: bool = False


class FakeStore:
    """A store of such releases."""

    def __init__(self, *releases: Stood) -> None:
        self.all = list(releases)

    def periods(self, _slug: str) -> tuple[str, ...]:
        return tuple(sorted({release.period for release in self.all}))

    def snapshot(self, _slug: str) -> object:
        current = sorted((each for each in self.all if not each.withdrawn), key=lambda each: each.period)
        last = max((release.sealed_at for release in current), default=None)
        facts = {"sealed_at": last, "periods": tuple(each.period for each in current), "releases": tuple(current)}
        return type("State", (), facts)()


def dataset(cadence: Cadence, period: Periodicity, grace: int = 10) -> Dataset:
    return replace(DECLARED, cadence=cadence, period=period, grace_days=grace, title=Label("ن", "n"))


def said(store: FakeStore, today: date, declared: Dataset) -> tuple[list[str], list[str]]:
    """The periods that are late, and those to come."""
    every = due(declared, store, today)  # type: ignore[arg-type]  # as much of a store as is asked
    late = missing(every, today)
    return [str(due_period.period) for due_period in late], [
        str(due_period.period) for due_period in every if due_period not in late
    ]


MONTHLY = dataset("monthly", "month")
# The last day of Mordad 1403 is 21 August 2024; with ten days of grace the promise holds until the 31st.
LAST_DAY = parse("1403-05").end + timedelta(days=10)


def test_a_month_is_late_from_the_day_after_its_grace() -> None:
    store = FakeStore(Stood("1403-03"), Stood("1403-04"))
    assert said(store, LAST_DAY, MONTHLY) == ([], ["1403-05", "1403-06"])
    assert said(store, LAST_DAY + timedelta(days=1), MONTHLY) == (["1403-05"], ["1403-06"])
    first = due(MONTHLY, store, LAST_DAY + timedelta(days=3))[0]  # type: ignore[arg-type]  # likewise
    assert (first.on, first.late(LAST_DAY + timedelta(days=3)), first.ref) == (LAST_DAY, 3, f"{MONTHLY.slug}/1403-05")


def test_a_hole_in_the_middle_and_a_month_that_was_withdrawn_are_missing() -> None:
    store = FakeStore(Stood("1403-01", withdrawn=True), Stood("1403-02"), Stood("1403-04"), Stood("1403-05"))
    assert said(store, LAST_DAY, MONTHLY) == (["1403-01", "1403-03"], ["1403-06"])


def test_what_came_early_is_not_asked_for_again() -> None:
    store = FakeStore(Stood("1403-05"), Stood("1403-06"), Stood("1403-07"))
    assert said(store, LAST_DAY, MONTHLY) == ([], [])


def test_of_what_never_came_the_last_period_that_is_over_is_due() -> None:
    assert said(FakeStore(), LAST_DAY + timedelta(days=1), MONTHLY) == (["1403-05"], ["1403-06"])
    never = due(dataset("quarterly", "none"), FakeStore(), LAST_DAY)  # type: ignore[arg-type]  # likewise
    assert [(due_period.never, due_period.late(LAST_DAY)) for due_period in never] == [(True, 1)]


@pytest.mark.parametrize(("cadence", "days"), [("quarterly", 92), ("weekly", 7)])
def test_a_whole_register_is_due_its_cadence_and_grace_after_the_last(cadence: Cadence, days: int) -> None:
    store = FakeStore(Stood("all"))
    due_periods = due(dataset(cadence, "none"), store, date(2024, 8, 2))  # type: ignore[arg-type]  # likewise
    assert [due_period.on for due_period in due_periods] == [date(2024, 8, 1) + timedelta(days=days + 10)]


def test_nothing_is_due_without_a_cadence_and_names_that_are_no_periods_are_passed_over() -> None:
    assert due(dataset("irregular", "month"), FakeStore(), LAST_DAY) == []  # type: ignore[arg-type]  # likewise
    store = FakeStore(Stood("2024-05"), Stood("1403"), Stood("x"), Stood("1403-05"))
    assert said(store, LAST_DAY, MONTHLY) == ([], ["1403-06"])


def test_a_dataset_that_stopped_long_ago_is_told_of_to_a_bound() -> None:
    assert len(due(dataset("daily", "day"), FakeStore(Stood("1380-01-01")), LAST_DAY)) == MOST_MISSING  # type: ignore[arg-type]  # likewise
