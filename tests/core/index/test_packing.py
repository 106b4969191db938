"""Packed row numbers and coded cells are read as they were written, whatever stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ayan.core.index import posting_lists
from ayan.core.index.cell_coding import codings
from ayan.core.index.packed_numbers import BLOCK, SECTION
from ayan.core.index.posting_lists import PostingLists, PostingListsWriter
from ayan.core.index.row_store import RowStore, write_row_store

SIZES = st.sampled_from([1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 1_000])
SECTIONS = st.sampled_from([BLOCK, 3 * BLOCK + 1, 2**16])


@settings(max_examples=25, deadline=None)
@given(rows=SIZES, values=st.sampled_from([1, 2, 5, 40, 10**6]), seed=st.integers(0, 99), section=SECTIONS)
def test_numbers_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, rows: int, values: int, seed: int, section: int
) -> None:
    check_lists(tmp_path_factory.mktemp("lists") / "lists", rows, values, seed, section)


@pytest.mark.parametrize("rows", [70_000, 150_000, 300_000])
def test_so_are_many(tmp_path: Path, rows: int) -> None:
    check_lists(tmp_path / "lists", rows, 10**6, 1, 2**16)


def check_lists(path: Path, rows: int, values: int, seed: int, section: int) -> None:
    random = np.random.default_rng(seed)
    # Some values are much rarer than others, and a value's rows begin again at the first one.
    held = np.minimum(random.integers(0, values, rows), random.integers(0, values, rows))
    order = (np.argsort(held, kind="stable") + 1).astype(np.uint32)
    repeated = np.sort(np.append(order, order[: rows // 3]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posting_lists, "SECTION", section)
        writer = PostingListsWriter(path, rows)
        lists = {"order": order, "repeated": repeated, "none": order[:0], "turned": order[::-1]}
        for name, numbers in lists.items():
            writer.add(name, [numbers[: rows // 2], numbers[rows // 2 :]])
        opened = PostingLists(path, writer.listings, writer.sections, rows)
        for name, numbers in lists.items():
            assert opened.length(name) == len(numbers)
            assert opened.slice(name, 0, rows * 2).tolist() == numbers.tolist()
            for first, last in random.integers(0, len(numbers) + 1, (6, 2)).tolist():
                assert opened.slice(name, first, last).tolist() == numbers[first:last].tolist()
                after, until = sorted(random.integers(0, rows + 1, 2).tolist())
                parts = [(first, last), (0, last), (first, first + 3), (last, last + 200), (5, 4)]
                for some in (parts[:1], parts):
                    wanted = np.concatenate([numbers[begin:end] for begin, end in some])
                    assert opened.slices(name, some).tolist() == wanted.tolist()
                    wanted = wanted[(wanted > after) & (wanted <= until)]
                    within = np.concatenate([numbers[:0], *opened.within(name, some, after, until)])
                    assert within.tolist() == wanted.tolist()
            for place in random.integers(0, len(numbers), 6).tolist() if len(numbers) else ():
                assert opened.at(name, place) == numbers[place]


def test_lists_of_many_equal_values_take_few_bytes(tmp_path: Path) -> None:
    rows = 100_000
    numbers = np.arange(rows, dtype=np.uint32)
    writer = PostingListsWriter(tmp_path / "lists", rows)
    for name, values in (("one", 1), ("forty", 40), ("all", 99_991)):
        writer.add(name, [(np.argsort(numbers * 7 % values, kind="stable") + 1).astype(np.uint32)])
    sizes = [
        sum([section.bytes for section in writer.sections[listing.section :][: -(-rows // SECTION)]])
        for listing in writer.listings.values()
    ]
    assert [round(size / rows, 1) for size in sizes] == [0.0, 2.0, 2.2]


DIGITS = st.text("0123456789", min_size=1, max_size=19)
TEXTS = st.one_of(
    st.lists(st.none() | DIGITS, min_size=1, max_size=9),
    st.lists(st.integers(0, 10**19).map(lambda n: f"الف-{n}"), min_size=1, max_size=9),
    st.lists(st.none() | st.integers(0, 999).map(lambda n: f"A{n:04}"), min_size=1, max_size=9),
    st.lists(st.none() | st.sampled_from(["", "0", "1", "٣", "12 ", "+1", "1.5", "x"]), min_size=1, max_size=9),
    st.integers(0, 10**6).map(lambda first: [f"S/{first + n:07}" for n in range(9)]),
)
COLUMNS: dict[str, tuple[Any, pa.DataType]] = {
    "text": (TEXTS, pa.string()),
    "whole": (st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=9), pa.int64()),
    "small": (st.lists(st.none() | st.integers(-200, 200), min_size=1, max_size=9), pa.int32()),
    "serial": (st.integers(-5, 5).map(lambda first: [first + n for n in range(9)]), pa.int64()),
    "day": (st.lists(st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)), min_size=1, max_size=9), pa.date32()),
    "share": (
        st.lists(st.none() | st.decimals(-(10**20), 10**20, places=3), min_size=1, max_size=9),
        pa.decimal128(38, 3),
    ),
    "open": (st.lists(st.none() | st.booleans(), min_size=1, max_size=9), pa.bool_()),
}


@settings(max_examples=15, deadline=None)
@given(data=st.data(), rows=st.integers(1, 9))
def test_cells_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, rows: int
) -> None:
    drawn = {name: _filled(data.draw(values), rows) for name, (values, _) in COLUMNS.items()}
    kinds = {name: kind for name, (_, kind) in COLUMNS.items()}
    table = pa.table({name: pa.array(values, kinds[name]) for name, values in drawn.items()})
    table = table.append_column("_n", pa.array(range(1, rows + 1), pa.int64()))
    path = tmp_path_factory.mktemp("rows") / "rows"
    with duckdb.connect() as connection:
        connection.register("given", table)
        connection.execute("CREATE TABLE rows AS FROM given")
        described = connection.execute("DESCRIBE rows").fetchall()
        chosen = codings(connection, {name: kind for name, kind, *_ in described if name != "_n"}, frozenset())
        coded = {coding.name: coding for coding in chosen}
        asked = [coded[name].sql if name in coded else name for name in drawn if name not in coded or coded[name].width]
        reader = connection.sql(f"SELECT {', '.join(asked)} FROM rows ORDER BY _n").to_arrow_reader()
        written = write_row_store(path, "s", reader.schema, reader, chosen)
    store = RowStore(path, "s", written)
    order = np.array(data.draw(st.permutations(range(1, rows + 1))))
    assert store.names >= set(drawn)
    assert store.rows(order, list(drawn)) == [tuple(drawn[name][n - 1] for name in drawn) for n in order.tolist()]
    some = np.sort(order[: rows // 2 + 1])
    for name, values in drawn.items():
        wanted = [values[number - 1] for number in some.tolist()]
        column = store.table(some, [name]).column(name)
        assert (column.to_pylist(), column.type, store.kinds[name]) == (wanted, kinds[name], kinds[name])
        assert [store.value(number, name) for number in some.tolist()] == wanted
    for name in ("whole", "serial"):
        filled = [value for value in drawn[name] if value is not None]
        numbers = store.all_whole_numbers(name)
        assert numbers is not None
        assert numbers.tolist() == filled
    assert store.all_whole_numbers("small") is None


def _filled(values: Sequence[Any], rows: int) -> list[Any]:
    """So many values, the last one going on; decimals as they are stored."""
    out = [*values, *[values[-1]] * rows][:rows]
    if len(values) == 9 and isinstance(values[0], int):
        out = list(values[:rows])
    return [value.quantize(Decimal("0.001")) if isinstance(value, Decimal) else value for value in out]
