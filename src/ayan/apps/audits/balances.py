"""The balances of a city: outcomes, the rows behind each group, the columns that nothing covers, and the day's run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from urllib.parse import urlencode

import sqlglot
from django_tasks import task

from ayan.core.audit.balance import ROW, Balance, BalanceKey, BalanceTerm
from ayan.core.audit.balance_coverage import Covered, coverage, in_rial
from ayan.core.audit.reconciliation import BalanceGroup, BalanceOutcome, statement
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import Release
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring import city
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class TermRows:
    """The rows that a side adds up for one group: their dataset, and the query that finds them among all."""

    dataset: Dataset
    query: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A group that differs, with the ways to the rows of both sides."""

    group: BalanceGroup
    left: tuple[TermRows, ...]
    right: tuple[TermRows, ...]


@dataclass(frozen=True, slots=True)
class CoverageReading:
    """A dataset that a balance reads, and the releases that its outcome came from."""

    dataset: Dataset
    releases: tuple[Release, ...]


@dataclass(frozen=True, slots=True)
class BalanceDetail:
    """One balance in full: its outcome, what differs, what it read, and the SQL that anybody may run."""

    outcome: BalanceOutcome
    failures: tuple[Failure, ...]
    readings: tuple[CoverageReading, ...]
    sql: str


AnyMember = TypeVar("AnyMember")


@dataclass(frozen=True, slots=True)
class AuditGroup(Generic[AnyMember]):
    """Balances, or columns of money, of which the same is to be said; ``is_open`` of those that a reader came for."""

    code: str
    title: str
    members: tuple[AnyMember, ...]
    is_open: bool = False


FAILING: Final = Label("برابر نیست", "Do not agree")
UNJUDGED: Final = Label("سنجیدنی نیست", "Cannot be judged")
HOLDING: Final = Label("برابر است", "Agree")
BARE: Final = Label("هیچ موازنه‌ای ندارد", "No balance holds it")
PARTLY: Final = Label("بخشی از ردیف‌هایش نگاه داشته می‌شود", "Held in some rows")
WHOLE: Final = Label("کامل نگاه داشته می‌شود", "Held whole")


def outcome_groups(outcomes: Iterable[BalanceOutcome], lang: Lang) -> list[AuditGroup[BalanceOutcome]]:
    """The balances by what came of them, those that fail first; groups that nothing is in are left out."""
    sorts: dict[str, list[BalanceOutcome]] = {"failing": [], "unjudged": [], "holding": []}
    for outcome in outcomes:
        judged = "holding" if outcome.groups != outcome.unknown else "unjudged"
        sorts[judged if outcome.holds else "failing"].append(outcome)
    titles = {"failing": FAILING, "unjudged": UNJUDGED, "holding": HOLDING}
    return [
        AuditGroup(code, titles[code].of(lang), tuple(members), code == "failing")
        for code, members in sorts.items()
        if members
    ]


def cover_groups(columns: Iterable[Covered], lang: Lang) -> list[AuditGroup[Covered]]:
    """The columns of money by what holds them, those that nothing does first."""
    sorts: dict[str, list[Covered]] = {"bare": [], "partly": [], "whole": []}
    for column in columns:
        sorts["whole" if column.whole else "partly" if column.partly else "bare"].append(column)
    titles = {"bare": BARE, "partly": PARTLY, "whole": WHOLE}
    return [AuditGroup(code, titles[code].of(lang), tuple(members)) for code, members in sorts.items() if members]


def outcomes(city: City) -> list[BalanceOutcome]:
    """Every balance with its outcome, those that do not hold first."""
    balance_outcomes = list(city.auditor.outcomes(city.registry.balances().sound))
    return sorted(balance_outcomes, key=lambda outcome: (outcome.holds, outcome.balance.owner, outcome.balance.code))


def covered(city: City) -> tuple[Covered, ...]:
    """Every published column of money and the balances that hold it."""
    return coverage(city.registry.balances().sound, _datasets(city))


def balance_detail(city: City, owner: str, code: str) -> BalanceDetail | None:
    """The balance of this name, held against what is published now; None where there is none."""
    balance = next(
        (
            candidate
            for candidate in city.registry.balances().sound
            if (candidate.owner, candidate.code) == (owner, code)
        ),
        None,
    )
    if balance is None:
        return None
    datasets = _datasets(city)
    outcome = city.auditor.outcome(balance)
    failures = tuple(
        Failure(group, _rows(balance.left, group.key, datasets), _rows(balance.right, group.key, datasets))
        for group in outcome.shown_groups
    )
    readings = tuple(
        CoverageReading(datasets[slug], city.release_store.snapshot(slug).releases) for slug in sorted(balance.datasets)
    )
    (sql,) = sqlglot.transpile(statement(balance, datasets), read="duckdb", write="duckdb", pretty=True)
    return BalanceDetail(outcome, failures, readings, sql)


def _rows(terms: Sequence[BalanceTerm], key: Sequence[str], datasets: Mapping[str, Dataset]) -> tuple[TermRows, ...]:
    """A filter on each part of the key; one on a date takes the Jalali year or month as it is."""
    return tuple(
        TermRows(datasets[term.dataset], urlencode([_condition(*pair) for pair in zip(term.by, key, strict=True)]))
        for term in terms
    )


def _condition(key: BalanceKey, value: str) -> tuple[str, str]:
    """The condition on one part of a key; a row by itself is looked for in its release."""
    if key.field != ROW:
        return key.field, value
    period, number, _ = value.split("~")
    return "_release", f"{period}/{number}"


def _datasets(city: City) -> dict[str, Dataset]:
    return {dataset.slug: dataset for dataset in city.registry.all()}


def is_money(balance: Balance, city: City) -> bool:
    """Whether every value that a balance adds up is money, so that its differences are rials."""
    return in_rial(balance, _datasets(city))


def keep_today(city: City) -> bool:
    """Hold every balance and keep what came of it, unless today has its run already; whether it was kept now.

    One that adds up what is damaged is kept as not held.
    """
    outcomes = city.auditor.readable_outcomes(city.registry.balances().sound)
    return city.balance_history.keep(today(city.clock), city.clock.now(), outcomes)


@task()
def hold_all() -> None:
    """Hold every balance and keep what came of it; asked again on the same day it does nothing."""
    keep_today(city.current())
