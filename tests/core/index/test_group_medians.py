"""Groups with the values in their middle, straight from the row store, are what plain Python makes of the same rows."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests import sampling
from tests.core.index.test_row_tally import ROW, Rows, some, stored

from ayan.core.index import group_medians
from ayan.core.index.cell_coding import CellCoding
from ayan.core.index.group_medians import GroupLabel, group_figures
from ayan.core.index.posting_lists import RowSet
from ayan.core.index.row_store import RowStore, write_row_store

FIGURES = ("sum", "min", "max", "low", "high")
KEYS: tuple[tuple[str, ...], ...] = ((), ("word",), ("day",), ("small",), ("word", "day"), ("small", "word"))


def each_its_own(_: int, labels: list[GroupLabel]) -> Sequence[int]:
    return range(len(labels))


def plainly(rows: Rows, keys: Sequence[str]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    grouped = defaultdict(list)
    for row in rows:
        grouped[tuple(row[key] for key in keys)].append(row["amount"])
    if not keys:
        grouped.setdefault((), [])
    return {label: (len(members), *of_values(members)) for label, members in grouped.items()}


def of_values(members: Sequence[int | None]) -> tuple[Any, ...]:
    values = sorted(value for value in members if value is not None)
    if not values:
        return 0, *(None for _ in FIGURES)
    last = len(values) - 1
    return len(values), sum(values), values[0], values[-1], values[last // 2], values[(last + 1) // 2]


def worked_out(parts: Sequence[tuple[RowStore, RowSet | None]], keys: Sequence[str]) -> Any:
    figures = group_figures(parts, keys, {"amount": FIGURES}, each_its_own)
    assert figures is not None
    amounts = figures.amounts["amount"]
    columns = zip(figures.rows, amounts.filled, *(amounts.figures[name] for name in FIGURES), strict=True)
    assert len(set(figures.labels)) == len(figures.labels)
    return dict(zip(figures.labels, columns, strict=True))


@sampling.examples(60, 300)
@given(data=st.data(), keys=st.sampled_from(KEYS))
def test_rows_of_several_segments_are_grouped_exactly(data: st.DataObject, keys: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts: list[tuple[RowStore, RowSet | None]] = []
        known: list[dict[str, Any]] = []
        for number in range(data.draw(st.integers(1, 3))):
            rows = data.draw(st.lists(ROW, min_size=1, max_size=30))
            store = stored(Path(folder), rows, str(number))
            chosen = data.draw(st.none() | st.lists(st.integers(1, len(rows)), unique=True).map(sorted))
            held = None if chosen is None else some(len(rows), chosen, marked=data.draw(st.booleans()))
            known += rows if chosen is None else (rows[at - 1] for at in chosen)
            parts.append((store, held))
        assert worked_out(parts, keys) == plainly(known, keys)


@sampling.examples(60, 300)
@given(
    values=st.lists(st.none() | st.integers(-(2**20), 2**20) | st.integers(0, 2**46), min_size=1, max_size=40),
    base=st.integers(-(2**50), 2**50),
)
@example(values=[7], base=0)
@example(values=[None, None, 5], base=-3)
# The last rows, behind which nothing stands, and the first of a column whose width is none of numpy's.
@example(values=[2**23, 0, 2**17, 1], base=0)
def test_cells_of_any_width_are_read_as_they_were_written(values: list[int | None], base: int) -> None:
    filled = [value for value in values if value is not None]
    least, greatest = min(filled, default=0), max(filled, default=0)
    width = max(1, -(-(greatest - least).bit_length() // 8))
    coding = CellCoding("amount", "whole", base=least + base, width=width)
    plain = [None if value is None else value - least for value in values]
    schema = pa.schema({"amount": pa.uint64() if width not in (1, 2, 4) else coding.stored})
    batch = pa.record_batch([pa.array(plain, schema.field(0).type)], schema=schema)
    with tempfile.TemporaryDirectory() as folder:
        blocks = write_row_store(Path(folder) / "rows", "s", schema, [batch], [coding])
        store = RowStore(Path(folder) / "rows", "s", blocks)
        assert worked_out([(store, None)], ()) == {
            (): (len(values), *of_values([None if value is None else value + base for value in values]))
        }


@pytest.mark.parametrize(
    "values",
    [
        [0] * 1_000,
        [10**12] * 999 + [1],
        [*range(1, 1_001)],
        [2**60, -(2**59), 0, 5],
        # The middle of these lies between two values far apart.
        [0] * 500 + [10**15] * 500,
        [int(1.03**place) for place in range(1_000)],
    ],
)
def test_the_middle_is_exact_however_values_are_spread(tmp_path: Path, values: list[int]) -> None:
    row = {"word": None, "text": None, "day": None, "small": 0}
    rows = [{**row, "amount": value, "word": "ab"[at % 2]} for at, value in enumerate(values)]
    store = stored(tmp_path, rows, "s")
    for keys in ((), ("word",)):
        figures = group_figures([(store, None)], keys, {"amount": ("low", "high")}, each_its_own)
        assert figures is not None
        middles = zip(*(figures.amounts["amount"].figures[name] for name in ("low", "high")), strict=True)
        wanted = {label: plain[-2:] for label, plain in plainly(rows, keys).items()}
        assert dict(zip(figures.labels, middles, strict=True)) == wanted


def test_labels_may_be_put_together(tmp_path: Path) -> None:
    rows = [{"word": word, "text": None, "day": None, "small": 0, "amount": at} for at, word in enumerate("abcabc")]
    store = stored(tmp_path, rows, "s")

    def ends(_: int, labels: list[GroupLabel]) -> Sequence[int]:
        return [int(label == "b") for label in labels]

    figures = group_figures([(store, None)], ["word"], {"amount": ("low", "high")}, ends)
    assert figures is not None
    counts = dict(zip(figures.labels, figures.rows, strict=True))
    assert counts.pop(("b",)) == 2
    assert list(counts.values()) == [4]


@pytest.mark.parametrize(("keys", "amount"), [(("text",), "amount"), (("word",), "small"), (("none",), "amount")])
def test_what_is_kept_otherwise_is_left_to_a_statement(tmp_path: Path, keys: tuple[str, ...], amount: str) -> None:
    rows = [{"word": "a", "text": "x", "day": None, "small": 0, "amount": 1}]
    store = stored(tmp_path, rows, "s")
    assert group_figures([(store, None)], keys, {amount: ("low",)}, each_its_own) is None


@pytest.mark.parametrize(("limit", "most"), [("MOST_IN_ORDER", 5), ("MOST_GROUPS", 2), ("MOST_BINS", 20)])
def test_what_takes_too_much_is_left_to_a_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    rows = [
        {"word": word, "text": None, "day": None, "small": 0, "amount": at * 10**6} for at, word in enumerate("abcabc")
    ]
    store = stored(tmp_path, rows, "s")
    monkeypatch.setattr(group_medians, limit, most)
    assert group_figures([(store, None)], ["word"], {"amount": ("low",)}, each_its_own) is None


def test_sums_that_would_not_fit_are_left_to_a_statement(tmp_path: Path) -> None:
    rows = [{"word": "a", "text": None, "day": None, "small": 0, "amount": 2**62}] * 3
    store = stored(tmp_path, rows, "s")
    assert group_figures([(store, None)], ["word"], {"amount": ("sum",)}, each_its_own) is None
    figures = group_figures([(store, None)], ["word"], {"amount": ("low",)}, each_its_own)
    assert figures is not None
    assert np.array(figures.amounts["amount"].figures["low"]).tolist() == [2**62]
