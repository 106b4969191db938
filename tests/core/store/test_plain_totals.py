"""Totals by plain rules are those that the engine gives, to the last digit, and anything else is left to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from ayan.core.schema.expression import aggregate_expression
from ayan.core.store.plain_totals import column_total, plain_total
from ayan.core.system.duckdb import confined
from ayan.core.values.sql import identifier

ROWS = pa.table(
    {
        "amount": pa.array([2**62, 2**62, -3, None, 0], pa.int64()),
        "given": pa.array([1, None, 5, 4, 0], pa.int64()),
        "area": pa.array([Decimal("0.05"), None, Decimal("1234567890123456.78"), Decimal("-1.00"), Decimal(2)], pa.decimal128(18, 2)),
        "goal": pa.array([Decimal("0.05"), Decimal(1), None, Decimal(0), Decimal("2.01")], pa.decimal128(18, 2)),
        "day": pa.array([date(2024, 1, 2), None, date(2024, 1, 3), date(2024, 1, 1), date(1, 1, 1)]),
        "due": pa.array([date(2024, 1, 2), None, date(2024, 1, 2), None, date(9999, 12, 31)]),
        "state": pa.array(["open", "", None, "ended", "open"]),
        "truth": pa.array([True, None, False, True, True]),
        "ratio": pa.array([0.1, 0.2, None, 0.3, 0.4], pa.float64()),
        "void": pa.array([None] * 5, pa.int64()),
    }
)  # fmt: skip

PLAIN = [
    "count(*)",
    "sum(amount)",
    "sum(area)",
    "sum(void)",
    "sum(amount - given)",
    "sum(area - goal)",
    "count(DISTINCT state)",
    "count(DISTINCT amount)",
    "count(DISTINCT truth)",
    "count(DISTINCT void)",
    "count(*) FILTER (WHERE state = 'open')",
    "count(*) FILTER (WHERE state <> 'open')",
    "count(*) FILTER (WHERE state = '')",
    "sum(amount) FILTER (WHERE state = 'nothing')",
    "sum(amount) FILTER (WHERE day IS NOT NULL)",
    "sum(area) FILTER (WHERE given IS NULL)",
    "count(*) FILTER (WHERE ratio IS NULL)",
    "count(*) FILTER (WHERE day > due)",
    "count(*) FILTER (WHERE day <= due)",
    "count(*) FILTER (WHERE area >= goal)",
    "count(DISTINCT day) FILTER (WHERE amount < given)",
]
OTHERS = [
    "sum(ratio)",
    "sum(amount - area)",
    "avg(amount)",
    "count(*) FILTER (WHERE amount = '0')",
    "count(*) FILTER (WHERE state = 'it''s')",
    "count(*) FILTER (WHERE amount > area)",
    "count(*) FILTER (WHERE state = 'open' AND truth)",
    "count(*) FILTER (WHERE null IS NULL)",
    "sum(amount) + 1",
    "count(*) ",
    "COUNT(*)",
    "sum(nothing)",
    "",
]


@pytest.mark.parametrize("rows", [ROWS, ROWS.slice(0, 0), ROWS.slice(1, 1)], ids=["some", "none", "one"])
def test_a_plain_rule_gives_what_the_engine_gives(rows: pa.Table) -> None:
    names = {name: identifier(name) for name in rows.schema.names}
    with confined() as con:
        con.register("held", rows)
        for rule in PLAIN:
            row = con.execute(f"SELECT CAST({aggregate_expression(rule, names).sql} AS VARCHAR) FROM held").fetchall()
            assert plain_total(rule, rows) == str(row[0][0]), rule


def test_whatever_is_not_plain_is_left_to_the_engine() -> None:
    assert {rule: plain_total(rule, ROWS) for rule in [*OTHERS, None]} == dict.fromkeys([*OTHERS, None])


def test_a_total_without_a_rule_is_the_sum_of_the_column_of_its_name() -> None:
    assert column_total("amount", ROWS) == str(2**63 - 3)
    assert column_total("area", ROWS) == "1234567890123457.83"
    for name in ("ratio", "nothing", "amount - given", "amount) FILTER (WHERE state = 'open'", "", "null"):
        assert column_total(name, ROWS) is None, name
