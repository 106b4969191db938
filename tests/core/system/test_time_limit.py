"""Statements that take too long are interrupted, and no others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import duckdb
import pytest
from tests.patience import PATIENCE

from ayan.core.system.duckdb import TimeLimit, confined

ENDLESS = "SELECT count(*) FROM range(100000) a, range(100000) b, range(100000) c WHERE a.range + b.range = c.range"
SECONDS = 0.5


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with confined(threads=1) as connection:
        yield connection


@pytest.fixture
def limit(con: duckdb.DuckDBPyConnection) -> Iterator[TimeLimit]:
    limit = TimeLimit(con, SECONDS)
    yield limit
    limit.close()


def test_what_takes_too_long_is_interrupted_in_time(con: duckdb.DuckDBPyConnection, limit: TimeLimit) -> None:
    for _ in range(3):
        begun = time.monotonic()
        with pytest.raises(duckdb.InterruptException), limit.running():
            con.execute(ENDLESS)
        assert SECONDS <= time.monotonic() - begun < 100 * SECONDS
        # What comes after it is not touched, however long it comes after.
        with limit.running():
            assert con.execute("SELECT 1").fetchone() == (1,)


def test_each_block_has_all_the_time(con: duckdb.DuckDBPyConnection) -> None:
    limit = TimeLimit(con, 2)
    for _ in range(4):
        # Together more than the limit, and each so much less that a busy machine does not make it late.
        with limit.running():
            time.sleep(0.6)
            con.execute("SELECT 1")
    time.sleep(1.5)
    assert con.execute("SELECT count(*) FROM range(3000000)").fetchone() == (3_000_000,)
    limit.close()


def test_a_block_within_a_block_has_what_is_left_of_it(con: duckdb.DuckDBPyConnection, limit: TimeLimit) -> None:
    begun = time.monotonic()
    with limit.running():
        time.sleep(SECONDS / 2)
        with pytest.raises(duckdb.InterruptException), limit.running():
            con.execute(ENDLESS)
    assert time.monotonic() - begun < 100 * SECONDS


def test_the_watch_ends_with_the_limit(con: duckdb.DuckDBPyConnection) -> None:
    others = {*threading.enumerate()}
    limit = TimeLimit(con, 3_600)
    with limit.running():
        con.execute("SELECT 1")
    (watch,) = [thread for thread in threading.enumerate() if thread.name == "time-limit" and thread not in others]
    limit.close()
    watch.join(PATIENCE)
    assert not watch.is_alive()
