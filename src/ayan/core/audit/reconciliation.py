"""Holding a balance against published rows: one query over Parquet, exact to the last rial, and its outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from ayan.core.audit.balance import ROW, Balance, BalanceKey, BalanceRelation, BalanceTerm
from ayan.core.audit.limits import MOST_GROUPS_SHOWN, RECONCILING_MEMORY
from ayan.core.schema.definition import Dataset
from ayan.core.schema.expression import aggregate_expression, bare_row_expression
from ayan.core.store.parquet import columns_of
from ayan.core.system.duckdb import confined
from ayan.core.values import sql
from ayan.core.values.digits import ExactNumber

Parts = Mapping[str, Sequence[Path]]
RELEASE: Final = "_release"
"""The column that says of which release a row is, ``period~number``, where a balance goes row by row."""

NO_RELEASES: Final[Mapping[Path, str]] = {}

_FAILS: Final[Mapping[BalanceRelation, str]] = {
    "equal": "abs({difference}) > {allowed}",
    "at-least": "{difference} < -{allowed}",
    "at-most": "{difference} > {allowed}",
}
_PAIRED: Final[Mapping[str, str]] = {
    "either": "TRUE",
    "both": "l.there AND r.there",
    "left": "l.there",
    "right": "r.there",
}


@contextmanager
def closed_room(
    tables: Mapping[str, str], parts: Parts, also: Sequence[Path] = ()
) -> Iterator[duckdb.DuckDBPyConnection]:
    """One view for each of ``tables``, by name, made of its SELECT; their files in ``parts`` may be read, no others.

    ``also`` are further files that may be read, for views that may be wanted later.
    """
    paths = (*(path for name in tables for path in parts.get(name, ())), *also)
    with confined(paths=paths, memory=RECONCILING_MEMORY) as con:
        for name, select in tables.items():
            con.execute(f"CREATE VIEW {sql.identifier(name)} AS {select}")
        yield con


def rows(dataset: Dataset, files: Sequence[Path], prefix: str = "") -> str:
    """The published columns of a dataset's rows after ``prefix``; one that a file was sealed without is empty there."""
    there = {name for path in files for name in columns_of(path)}
    columns = prefix + ", ".join(
        sql.identifier(field.name)
        if field.name in there
        else f"CAST(NULL AS {field.storage}) AS {sql.identifier(field.name)}"
        for field in dataset.published
    )
    if not files:
        return f"SELECT {columns} WHERE FALSE"
    listed = ", ".join(sql.literal(str(path)) for path in files)
    return f"SELECT {columns} FROM read_parquet([{listed}], union_by_name = true)"


@dataclass(frozen=True, slots=True)
class BalanceGroup:
    """One group of a balance: its key, what each side comes to, and left less right."""

    key: tuple[str, ...]
    left: ExactNumber
    right: ExactNumber
    difference: ExactNumber


@dataclass(frozen=True, slots=True)
class BalanceOutcome:
    """What holding a balance found.

    ``groups`` were looked at and ``failed`` of them differ; ``unknown`` could not be judged, since a value they need is
    not published. ``off`` is the sum of the differences of the failed ones, each without its sign. ``shown_groups``
    lists the worst of them, at most `MOST_GROUPS_SHOWN`.
    """

    balance: Balance
    groups: int
    failed: int
    unknown: int
    off: ExactNumber
    shown_groups: tuple[BalanceGroup, ...]

    @property
    def holds(self) -> bool:
        """Whether every group that could be judged agrees."""
        return not self.failed


def reconcile(
    balance: Balance,
    datasets: Mapping[str, Dataset],
    parts: Parts,
    most: int = MOST_GROUPS_SHOWN,
    *,
    releases: Mapping[Path, str] = NO_RELEASES,
) -> BalanceOutcome:
    """Hold ``balance`` against the rows in ``parts`` (the Parquet files of each dataset; none means no rows).

    ``releases`` says which release a file is of (``period~number``), by which a balance row by row tells rows of
    different files apart. Raises duckdb.Error where a file cannot be read.
    """
    tables = {
        slug: table_of(balance, datasets[slug], parts.get(slug, ()), releases) for slug in sorted(balance.datasets)
    }
    with closed_room(tables, parts) as con:
        con.execute(f"CREATE TEMP TABLE weighed AS {statement(balance, datasets)}")
        return outcome_in(con, balance, most)


def outcome_in(con: duckdb.DuckDBPyConnection, balance: Balance, most: int) -> BalanceOutcome:
    """The outcome of the table ``weighed``, which the statement of ``balance`` filled; at most so many groups shown."""
    return outcome_of(lambda select: con.execute(select).fetchall(), balance, most)


def outcome_of(rows_of: Callable[[str], list[tuple[Any, ...]]], balance: Balance, most: int) -> BalanceOutcome:
    """The same of whoever answers a SELECT about the table ``weighed`` with its rows."""
    fails = failing(balance)
    counts = rows_of(
        f"SELECT count(*), count(*) FILTER ({fails}), count(*) FILTER (difference IS NULL), "
        f"coalesce(sum(abs(difference)) FILTER ({fails}), 0) FROM weighed"
    )
    order = ", ".join(["abs(difference) DESC", *keys_of(balance)])
    rows = rows_of(f"SELECT * FROM weighed WHERE {fails} ORDER BY {order} LIMIT {most}")
    groups, failed, unknown, off = counts[0]
    shown = tuple(BalanceGroup(tuple(map(str, row[:-3])), *row[-3:]) for row in rows)
    return BalanceOutcome(balance, groups, failed, unknown, off, shown)


def failing(balance: Balance, difference: str = "difference") -> str:
    """The condition under which a group fails, by the expression of its difference."""
    return _FAILS[balance.relation].format(difference=difference, allowed=format(balance.tolerance, "f"))


def keys_of(balance: Balance) -> list[str]:
    """The columns of the statement that hold the parts of a group's key."""
    return [f"k{number}" for number in range(1, len(balance.parts) + 1)]


def statement(balance: Balance, datasets: Mapping[str, Dataset], suffix: str = "") -> str:
    """The SELECT that puts both sides beside each other, over one table a dataset named by its slug and ``suffix``.

    Columns: the parts of the key as text, ``left_sum``, ``right_sum`` and ``difference``. Anybody may run it over
    the published files; for one that goes row by row, with the release of each as a column ``_release``.
    """
    keys = keys_of(balance)
    left, right = (_side(terms, keys, datasets, suffix) for terms in (balance.left, balance.right))
    joined = f"FULL JOIN right_side r USING ({', '.join(keys)})" if keys else "FULL JOIN right_side r ON TRUE"
    # A group that a side has with a value that is absent cannot be judged; one that it has not counts as nothing.
    sums = [
        f"CASE WHEN {side}.there IS NULL THEN 0 WHEN NOT {side}.absent THEN {side}.total END AS {name}"
        for side, name in (("l", "left_sum"), ("r", "right_sum"))
    ]
    return (
        f"WITH left_side AS ({left}), right_side AS ({right}), beside AS (SELECT {', '.join([*keys, *sums])} "
        f"FROM left_side l {joined} WHERE {_PAIRED[balance.pairs]}) "
        "SELECT *, left_sum - right_sum AS difference FROM beside"
    )


def _side(terms: Sequence[BalanceTerm], keys: Sequence[str], datasets: Mapping[str, Dataset], suffix: str) -> str:
    """Each term's sums, then the sum of the terms of a group; TRUE in ``absent`` where one of them is unknown."""
    union = " UNION ALL ".join(_term(term, keys, datasets[term.dataset], suffix) for term in terms)
    named = "".join(f"{key}, " for key in keys)
    return (
        f"SELECT {named}TRUE AS there, bool_or(v IS NULL) AS absent, sum(v) AS total FROM ({union}) "
        f"GROUP BY {named.rstrip(', ') or 'ALL'}"
    )


def _term(term: BalanceTerm, keys: Sequence[str], dataset: Dataset, suffix: str) -> str:
    names = tuple(field.name for field in dataset.published)
    value = aggregate_expression(term.value, names).sql
    key_columns = [f"{_key(key)} AS {name}" for name, key in zip(keys, term.by, strict=True)]
    known = [f"{sql.identifier(key.field)} IS NOT NULL" for key in term.by if key.field != ROW]
    if term.where:
        known.append(f"({bare_row_expression(term.where, names).sql})")
    where = f" WHERE {' AND '.join(known)}" if known else ""
    by = f" GROUP BY {', '.join(keys)}" if keys else ""
    return (
        f"SELECT {', '.join([*key_columns, f'{value} AS v'])} FROM {sql.identifier(term.dataset + suffix)}{where}{by}"
    )


def _key(key: BalanceKey) -> str:
    if key.field == ROW:
        return f"{RELEASE} || '~' || CAST({ROW} AS VARCHAR)"
    column = sql.identifier(key.field)
    if key.part == "month":
        return sql.jalali_month(column)
    return f"CAST({sql.jalali_year(column) if key.part else column} AS VARCHAR)"


def table_of(balance: Balance, dataset: Dataset, files: Sequence[Path], releases: Mapping[Path, str]) -> str:
    """The rows of a dataset; with the place of each, release and number in the file that was sent, where it counts."""
    if not balance.by_row:
        return rows(dataset, files)
    apart = [rows(dataset, [path], f"{sql.literal(releases.get(path, ''))} AS {RELEASE}, {ROW}, ") for path in files]
    return " UNION ALL ".join(apart) or rows(dataset, (), f"'' AS {RELEASE}, CAST(NULL AS BIGINT) AS {ROW}, ")


# --- an outcome as programs are told of it: exact numbers are text ----------------------------------------------------


def as_json(outcome: BalanceOutcome) -> dict[str, Any]:
    """An outcome with the worst of the groups that differ."""
    failures = [
        {
            "key": list(group.key),
            "left": str(group.left),
            "right": str(group.right),
            "difference": str(group.difference),
        }
        for group in outcome.shown_groups
    ]
    return in_short(outcome) | {"failures": failures}


def in_short(outcome: BalanceOutcome) -> dict[str, Any]:
    """An outcome without its groups."""
    balance = outcome.balance
    return {
        "code": balance.name,
        "title": {"fa": balance.title.fa, "en": balance.title.en},
        "relation": balance.relation,
        "tolerance": format(balance.tolerance, "f"),
        "holds": outcome.holds,
        "groups": outcome.groups,
        "failed": outcome.failed,
        "unknown": outcome.unknown,
        "off": str(outcome.off),
    }
