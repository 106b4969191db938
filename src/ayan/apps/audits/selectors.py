"""What the pages of the balances show: outcomes, the rows behind each group, and the columns that nothing covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import sqlglot

from ayan.core.audit.balance import ROW, Balance, Key, Term
from ayan.core.audit.coverage import Covered, coverage, in_rial
from ayan.core.audit.weigh import Group, Outcome, statement
from ayan.core.schema.definition import Dataset
from ayan.core.store.shelf import Release
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that a side adds up for one group: their dataset, and the query that finds them among all."""

    dataset: Dataset
    query: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A group that differs, with the ways to the rows of both sides."""

    group: Group
    left: tuple[Rows, ...]
    right: tuple[Rows, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A dataset that a balance reads, and the releases that its outcome came from."""

    dataset: Dataset
    releases: tuple[Release, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One balance in full: its outcome, what differs, what it read, and the SQL that anybody may run."""

    outcome: Outcome
    failures: tuple[Failure, ...]
    readings: tuple[Reading, ...]
    sql: str


def outcomes(city: City) -> list[Outcome]:
    """Every balance with its outcome, those that do not hold first."""
    found = list(city.auditor.outcomes(city.registry.balances().sound))
    return sorted(found, key=lambda one: (one.holds, one.balance.owner, one.balance.code))


def covered(city: City) -> tuple[Covered, ...]:
    """Every published column of money and the balances that hold it."""
    return coverage(city.registry.balances().sound, _datasets(city))


def found(city: City, owner: str, code: str) -> Found | None:
    """The balance of this name, held against what is published now; None where there is none."""
    balance = next((one for one in city.registry.balances().sound if (one.owner, one.code) == (owner, code)), None)
    if balance is None:
        return None
    datasets = _datasets(city)
    outcome = city.auditor.outcome(balance)
    failures = tuple(
        Failure(one, _rows(balance.left, one.key, datasets), _rows(balance.right, one.key, datasets))
        for one in outcome.shown
    )
    readings = tuple(Reading(datasets[slug], city.shelf.state(slug).releases) for slug in sorted(balance.datasets))
    (sql,) = sqlglot.transpile(statement(balance, datasets), read="duckdb", write="duckdb", pretty=True)
    return Found(outcome, failures, readings, sql)


def _rows(terms: Sequence[Term], key: Sequence[str], datasets: Mapping[str, Dataset]) -> tuple[Rows, ...]:
    """A filter on each part of the key; one on a date takes the Jalali year or month as it is."""
    return tuple(
        Rows(datasets[term.dataset], urlencode([_asked(*pair) for pair in zip(term.by, key, strict=True)]))
        for term in terms
    )


def _asked(key: Key, value: str) -> tuple[str, str]:
    """The condition on one part of a key; a row by itself is looked for in its release."""
    if key.field != ROW:
        return key.field, value
    period, number, _ = value.split("~")
    return "_release", f"{period}/{number}"


def _datasets(city: City) -> dict[str, Dataset]:
    return {one.slug: one for one in city.registry.all()}


def is_money(balance: Balance, city: City) -> bool:
    """Whether every value that a balance adds up is money, so that its differences are rials."""
    return in_rial(balance, _datasets(city))
