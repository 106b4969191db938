"""A question that is stopped ends, whenever it begins."""

from __future__ import annotations

import duckdb
import pytest

from ayan.core.query.engines.deadline import Deadline

ENDLESS = "SELECT count(*) FROM range(100000000) a, range(1000) b WHERE (a.range * b.range) % 7 = 3"


def test_what_begins_when_it_has_been_stopped_already_ends_too() -> None:
    with duckdb.connect(config={"threads": 1}) as connection:
        deadline = Deadline(connection, 3600)
        deadline.stop()
        with pytest.raises(duckdb.InterruptException):
            connection.execute(ENDLESS)
        deadline.cancel()
        assert connection.execute("SELECT count(*) FROM range(3000000)").fetchone() == (3_000_000,)
