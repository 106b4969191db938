"""Rows taken together straight from the row store come to what plain Python makes of them, or to nothing."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import sampling

from ayan.core.index.cell_coding import CellCoding
from ayan.core.index.limits import BLOCK_ROWS
from ayan.core.index.posting_lists import RowSet
from ayan.core.index.row_store import RowStore, write_row_store
from ayan.core.index.row_tally import Tally, TallyKey, tallies

KINDS = {
    "word": pa.dictionary(pa.uint16(), pa.string()),
    "text": pa.string(),
    "day": pa.date32(),
    "amount": pa.int64(),
    "small": pa.int32(),
}
SMALL = 10**9
ROW = st.fixed_dictionaries(
    {
        "word": st.none() | st.sampled_from(["آب", "پل", ""]),
        "text": st.none() | st.just("x"),
        "day": st.none() | st.dates(date(2024, 3, 1), date(2024, 4, 1)) | st.just(date(1900, 1, 1)),
        "amount": st.none() | st.integers(-SMALL, SMALL),
        "small": st.none() | st.integers(-9, 9),
    }
)
Rows = Sequence[dict[str, Any]]


def stored(folder: Path, rows: Rows, name: str) -> RowStore:
    columns = [pa.array([row[column] for row in rows], kind) for column, kind in KINDS.items()]
    schema = pa.schema(KINDS)
    batch = pa.record_batch(columns, schema=schema)
    blocks = write_row_store(folder / name, name, schema, [batch])
    return RowStore(folder / name, name, blocks)


def some(rows: int, chosen: Sequence[int], *, marked: bool) -> RowSet:
    """The chosen rows as a set, in either of its forms."""
    if not marked:
        return RowSet(rows, numbers=np.array(chosen, dtype=np.int64))
    marks = np.zeros(rows + 1, dtype=np.bool_)
    marks[list(chosen)] = True
    # The mark at 0 stands for no row, whatever it says.
    marks[0] = True
    return RowSet(rows, marks=marks)


def plainly(rows: Rows, key: str | None, amounts: Sequence[str]) -> dict[TallyKey, Tally]:
    grouped = defaultdict(list)
    for row in rows:
        grouped[row[key] if key else None].append(row)
    out: dict[TallyKey, Tally] = {}
    for label, members in grouped.items():
        values = [[row[name] for row in members if row[name] is not None] for name in amounts]
        out[label] = (len(members), *(sum(each) if each else None for each in values))
    return out


@sampling.examples(60, 300)
@given(data=st.data(), key=st.sampled_from([None, "word", "day"]), amounts=st.sampled_from([(), ("amount",)]))
def test_rows_of_several_segments_are_counted_and_added_exactly(
    data: st.DataObject, key: str | None, amounts: tuple[str, ...]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts, known = [], []
        for segment in range(data.draw(st.integers(1, 3))):
            rows = data.draw(st.lists(ROW, min_size=1, max_size=20))
            chosen = sorted(data.draw(st.sets(st.integers(1, len(rows)))))
            store = stored(Path(folder), rows, f"segment-{segment}")
            parts.append((store, some(len(rows), chosen, marked=data.draw(st.booleans()))))
            known += [rows[number - 1] for number in chosen]
        assert tallies(parts, key, amounts) == plainly(known, key, amounts)


def test_rows_of_several_batches_are_added_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ayan.core.index.row_store.BLOCK_ROWS", 2)
    rows = [{"word": "پل", "text": "x", "day": None, "amount": n, "small": n} for n in range(1, 6)]
    schema = pa.schema(KINDS)
    words = pa.array(["پل"], pa.string())
    batches = [
        pa.record_batch(
            [
                pa.DictionaryArray.from_arrays(pa.array([0], pa.uint16()), words),
                *(pa.array([row[column]], kind) for column, kind in list(KINDS.items())[1:]),
            ],
            schema=schema,
        )
        for row in rows
    ]
    blocks = write_row_store(tmp_path / "rows", "rows", schema, batches)
    assert len(blocks) > 1, BLOCK_ROWS
    store = RowStore(tmp_path / "rows", "rows", blocks)
    assert tallies([(store, some(5, [1, 2, 4, 5], marked=False))], "word", ["amount"]) == {"پل": (4, 12)}


@pytest.mark.parametrize(
    ("key", "amounts"),
    [("text", []), ("word", ["small"]), ("amount", []), ("word", ["text"]), ("missing", []), (None, ["missing"])],
)
def test_what_is_kept_in_another_way_is_left_to_a_statement(
    tmp_path: Path, key: str | None, amounts: list[str]
) -> None:
    rows = [{"word": "پل", "text": "x", "day": date(2024, 3, 20), "amount": 1, "small": 1}]
    assert tallies([(stored(tmp_path, rows, "one"), some(1, [1], marked=False))], key, amounts) is None


@pytest.mark.parametrize("amounts", [(2**62, 2**62), (-(2**63), 0), (2**63 - 1, 1)])
def test_a_sum_that_might_not_fit_is_left_to_a_statement(tmp_path: Path, amounts: tuple[int, int]) -> None:
    rows = [{"word": "پل", "text": None, "day": None, "amount": amount, "small": None} for amount in amounts]
    assert tallies([(stored(tmp_path, rows, "one"), some(2, [1, 2], marked=False))], "word", ["amount"]) is None


def test_days_too_far_apart_are_left_to_a_statement(tmp_path: Path) -> None:
    rows = [
        {"word": None, "text": None, "day": day, "amount": None, "small": None}
        for day in (date(1, 1, 1), date(9999, 12, 31))
    ]
    assert tallies([(stored(tmp_path, rows, "one"), some(2, [1, 2], marked=False))], "day", []) is None


@pytest.mark.parametrize("marked", [False, True])
def test_cells_that_are_stored_as_numbers_are_added_up(tmp_path: Path, marked: bool) -> None:
    codings = (
        CellCoding("amount", "whole", base=100, width=1),
        CellCoding("same", "whole", base=7),
        CellCoding("day", "day", base=19_000, width=1),
        CellCoding("number", "whole", base=-1, step=1),
    )
    batch = pa.record_batch(
        {"amount": pa.array([1, None, 3, 4], pa.uint8()), "day": pa.array([0, 1, 1, 1], pa.uint8())}
    )
    blocks = write_row_store(tmp_path / "rows", "rows", batch.schema, [batch], codings)
    parts = [(RowStore(tmp_path / "rows", "rows", blocks), some(4, [1, 2, 4], marked=marked))]
    assert tallies(parts, "day", ["amount", "same", "number"]) == {
        date(2022, 1, 8): (1, 101, 7, 0),
        date(2022, 1, 9): (2, 104, 14, 4),
    }
    assert tallies(parts, None, ["amount"]) == {None: (3, 205)}
