"""The cells of a rollup are what plain counting of the rows gives, and every table holds every row once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import sampling

from ayan.core.index import rollup
from ayan.core.index.rollup import LowCardinality, Rollup, added_columns, read_rollups, spread_column, write_rollups
from ayan.core.values.sql import identifier

TYPES = {
    "_n": pa.int64(),
    "word": pa.string(),
    "code": pa.string(),
    "day": pa.date32(),
    "open": pa.bool_(),
    "amount": pa.int64(),
    "share": pa.decimal128(38, 2),
}
KEYS = ("word", "code", "day", "open")
ROW = st.fixed_dictionaries(
    {
        "word": st.none() | st.sampled_from(["آب", "اب", "می\u200cرود", "میرود", "پل", "Pol", ""]),
        "code": st.none() | st.sampled_from(["1", "2"]),
        "day": st.none() | st.sampled_from([date(2024, 3, 19), date(2024, 3, 20), date(2025, 1, 1)]),
        "open": st.none() | st.booleans(),
        "amount": st.none() | st.integers(-(2**63), 2**63 - 1),
        "share": st.none() | st.decimals(-999, 999, places=2),
    }
)


@contextmanager
def written(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[duckdb.DuckDBPyConnection, tuple[Rollup, ...]]]:
    """The tables made of some rows, and a connection that can read them."""
    table = pa.table(
        {
            name: pa.array([n + 1 if name == "_n" else row[name] for n, row in enumerate(rows)], kind)
            for name, kind in TYPES.items()
        }
    )
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("ATTACH ':memory:' AS kept")
        connection.register("given", table)
        connection.execute("CREATE TABLE main.rows AS FROM given")
        few = [LowCardinality(name, len({row[name] for row in rows} - {None}), name == "word") for name in KEYS]
        write_rollups(connection, "kept", len(rows), few)
        yield connection, read_rollups(connection, "kept")


def cells_of(connection: duckdb.DuckDBPyConnection, rollup: Rollup, names: Sequence[str]) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT {', '.join(map(identifier, names))} FROM kept.{rollup.table}").fetchall()


def figures(values: list[Any]) -> tuple[Any, ...]:
    full = [value for value in values if value is not None]
    return (sum(full), len(full), min(full), max(full)) if full else (None, 0, None, None)


@sampling.examples(10, 50)
@given(
    rows=st.lists(ROW, min_size=1, max_size=14), few_cells=st.sampled_from([0, 1_024]), sample=st.sampled_from([3, 99])
)
def test_cells_are_what_plain_counting_gives(rows: list[dict[str, Any]], few_cells: int, sample: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rollup, "LEAST_ROWS_A_CELL", 1)
        patch.setattr(rollup, "FEW_CELLS", few_cells)
        patch.setattr(rollup, "SAMPLE", sample)
        with written(rows) as (connection, rollups):
            for table_rollup in rollups:
                keys = sorted(table_rollup.keys)
                counts = {cell[:-1]: cell[-1] for cell in cells_of(connection, table_rollup, [*keys, rollup.ROWS])}
                assert counts == Counter(tuple(row[key] for key in keys) for row in rows)
                assert table_rollup.cells == len(counts)
                assert table_rollup.added == {"amount", "share"}
                for x in table_rollup.added:
                    inside: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
                    for row in rows:
                        inside[tuple(row[key] for key in keys)].append(row[x])
                    cell_rows = cells_of(connection, table_rollup, [*keys, *added_columns(x).values()])
                    assert {cell[: len(keys)]: cell[len(keys) :] for cell in cell_rows} == {
                        key: figures(values) for key, values in inside.items()
                    }


def test_words_are_numbered_by_the_alphabet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollup, "LEAST_ROWS_A_CELL", 1)
    words = ["پل", "اب", "می\u200cرود", "یخ", "میرود", None]
    rows = [{**dict.fromkeys(TYPES), "word": word} for word in words]
    with written(rows) as (connection, rollups):
        table_rollup = next(candidate for candidate in rollups if "word" in candidate.keys)
        assert table_rollup.ordered == {"word"}
        places = dict(cells_of(connection, table_rollup, ["word", spread_column("word")]))
    assert places == {"اب": 1, "پل": 2, "می\u200cرود": 3, "میرود": 3, "یخ": 4, None: None}


def test_what_would_be_large_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {
            **dict.fromkeys(TYPES),
            "word": str(n % 7),
            "code": str(n % 11),
            "open": n % 2 == 0,
            "day": date(2024, 1, 1 + n % 13),
        }
        for n in range(13_013)
    ]
    monkeypatch.setattr(rollup, "MOST_CELLS", 80)
    monkeypatch.setattr(rollup, "FEW_CELLS", 0)
    with written(rows) as (_, rollups):
        kept = {rollup.keys for rollup in rollups}
        assert all(rollup.cells <= 80 for rollup in rollups)
    assert frozenset({"word", "code"}) in kept
    assert frozenset({"code", "day"}) not in kept
    assert {"word", "code", "day", "open"} == frozenset().union(*kept)


def test_numbers_whose_sum_would_not_be_exact_are_not_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollup, "LEAST_ROWS_A_CELL", 1)
    row = {**dict.fromkeys(TYPES), "code": "1", "amount": 2**63 - 1, "share": Decimal(10**34)}
    with written([row] * 100) as (_, rollups):
        assert [rollup.added for rollup in rollups] == [{"amount"}] * len(rollups)
