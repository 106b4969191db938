"""Jalali years and months as SQL computes them, on every day of the official calendar."""

from __future__ import annotations

import duckdb
from tests.core.query.town import DATASET

from ayan.core.query.grouping import GroupKey
from ayan.core.query.sql import group_key
from ayan.core.values import jalali
from ayan.core.values.sql import SqlStatement


def test_years_and_months_follow_the_official_calendar_on_every_day() -> None:
    statement = SqlStatement()
    keys = [group_key(DATASET, GroupKey("day", part), statement) for part in ("year", "month")]
    with duckdb.connect(config={"threads": 1}) as con:
        calendar_rows = con.execute(
            f"SELECT day, {', '.join(keys)} FROM (SELECT DATE '1827-03-01' + range::INTEGER AS day FROM range(107100))",
            statement.values,
        ).fetchall()
    for day, year, month in calendar_rows:
        try:
            real = jalali.from_gregorian(day)
        except jalali.NotADate:
            assert (year, month) == (None, None)
            continue
        assert (year, month) == (real.year, real.year * 100 + real.month)
