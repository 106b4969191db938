"""What of balances and flags is carried over to a cluster, and what stays with DuckDB because it might come out otherwise."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one
from tests.core.audit.flags.world import DATASETS, FLAGS, REGISTRY

from ayan.core.audit import reconciliation
from ayan.core.audit.flags import flag as flags
from ayan.core.query.engines.carried_sql import NotCarried, carried
from ayan.core.query.engines.cluster import worth
from ayan.core.query.limits import LEAST_CLUSTER_ROWS

CALENDAR = "holiday(day, name) AS (VALUES (DATE '2024-01-01', 'x')), weekend(weekday) AS (VALUES (5))"
TABLE = {"t": {"k": "VARCHAR", "whole": "BIGINT", "part": "DECIMAL(38, 2)", "day": "DATE", "open": "BOOLEAN"}}
CARRIED_FLAGS = {
    "bids/all-others-out",
    "bids/single-bid",
    "contracts/before-opening",
    "contracts/new-company",
    "contracts/signed-on-holiday",
    "contracts/split-purchases",
    "payments/above-contract",
    "payments/another-payee",
    "payments/before-signature",
    "payments/paid-twice",
    "tenders/short-notice",
}


def is_carried(text: str, slugs: frozenset[str]) -> bool:
    columns = {slug: {field.name: field.storage for field in DATASETS[slug].published} for slug in slugs}
    try:
        written = carried(text, columns, lambda slug, _: f"view_{sorted(slugs).index(slug)}")
    except NotCarried:
        return False
    read = {table.name for table in parse_one(written, read="spark").find_all(exp.Table)}
    return bool(read) and not read & slugs


def test_every_balance_that_comes_with_ayan_is_carried() -> None:
    left = [
        balance.name
        for balance in REGISTRY.balances().sound
        if not is_carried(reconciliation.statement(balance, DATASETS), balance.datasets)
    ]
    assert not left


def test_of_the_flags_those_of_which_both_engines_say_the_same() -> None:
    alike = {
        name
        for name, flag in FLAGS.items()
        if is_carried(
            flags.statement(flag, DATASETS, CALENDAR if flags.reads_calendar(flag) else ""), frozenset(flag.datasets)
        )
    }
    assert alike == CARRIED_FLAGS


@pytest.mark.parametrize(
    "text",
    [
        "SELECT whole / 2 FROM t",
        "SELECT round(part, 1) FROM t",
        "SELECT part * part FROM t",
        "SELECT avg(whole) FROM t",
        "SELECT arg_max(k, whole) FROM t",
        "SELECT any_value(k) FROM t",
        "SELECT quantile_r8(list(whole), 0.25) FROM t",
        "SELECT k > 5 FROM t",
        "SELECT day > '2024-01-01' FROM t",
        "SELECT CAST(k AS BIGINT) FROM t",
        "SELECT coalesce(k, 0) FROM t",
        "SELECT day + 1 FROM t",
        "SELECT sum(k) FROM t",
        "SELECT unknown FROM t",
        "SELECT whole FROM (",
    ],
)
def test_what_may_come_out_otherwise_stays(text: str) -> None:
    with pytest.raises(NotCarried):
        carried(text, TABLE, lambda *_: "v")


def test_sums_have_all_their_digits_and_days_are_subtracted_by_name() -> None:
    written = carried("SELECT sum(whole), sum(part), max(day - DATE '2024-01-01') FROM t", TABLE, lambda *_: "v")
    assert "SUM(CAST(`t`.`whole` AS DECIMAL(38, 0)))" in written
    assert "SUM(CAST(`t`.`part` AS DECIMAL(38, 2)))" in written
    assert "DATEDIFF" in written
    assert "FROM v AS `t`" in written


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("SELECT count(*) FROM t", set()),
        ("SELECT k, sum(whole) FROM t WHERE open GROUP BY k", {"k", "whole", "open"}),
        ("WITH a AS (SELECT * FROM t) SELECT whole FROM a WHERE day > DATE '2024-01-01'", {"whole", "day"}),
        ("SELECT a.k FROM t a JOIN t b ON a.k = b.k WHERE b.part > 1", {"k", "part"}),
        ("SELECT k FROM t UNION ALL SELECT k FROM (SELECT k, day FROM t)", {"k"}),
        ("SELECT * FROM t", {"k", "whole", "part", "day", "open"}),
        ("SELECT k, row_number() OVER (PARTITION BY day ORDER BY whole) AS n FROM t", {"k", "day", "whole"}),
    ],
)
def test_a_statement_reads_the_columns_that_it_needs(text: str, read: set[str]) -> None:
    asked = set[str]()

    def view(name: str, columns: frozenset[str]) -> str:
        asked.update(columns)
        return name

    carried(text, TABLE, view)
    assert asked == read


def test_a_cluster_is_asked_where_it_is_faster_or_this_machine_gives_up() -> None:
    assert not worth(LEAST_CLUSTER_ROWS, 2)
    assert worth(20_000_000, 64)
    assert worth(10**9, 1)
    for rows in (LEAST_CLUSTER_ROWS, 20_000_000, 10**8):
        chosen = [worth(rows, cores) for cores in (1, 2, 8, 64, 512)]
        assert chosen == sorted(chosen), "more processors never take a question away from it"
