"""The rows that lists of several conditions have in common are those of plain sets, however much of them is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ayan.core.index import matching
from ayan.core.index.candidates import Candidates, Range
from ayan.core.index.matching import MatchPlan, StateCandidates
from ayan.core.index.posting_lists import PostingLists, PostingListsWriter
from ayan.core.index.row_store import RowStore, write_row_store
from ayan.core.index.segment import IndexSegment
from ayan.core.index.word_lists import WORDS

ROWS = 40
VALUES = 6
# Two columns, each row under one value of each, and words, of which a row has any.
COLUMNS = ("0", "1")

Ranges = list[tuple[str, int]]
"""The lists and values that a condition names."""

words = st.lists(
    st.tuples(st.sampled_from([*COLUMNS, WORDS]), st.integers(0, VALUES - 1)), min_size=1, max_size=8, unique=True
)


class WrittenLists:
    """A segment of lists, and what stands in them."""

    def __init__(self, folder: Path, held: dict[str, list[set[int]]]) -> None:
        writer = PostingListsWriter(folder / "lists", ROWS)
        self.held, self.places = held, dict[tuple[str, int], tuple[int, int]]()
        for name, values in held.items():
            numbers: list[int] = []
            for value, rows in enumerate(values):
                self.places[name, value] = len(numbers), len(numbers) + len(rows)
                numbers += sorted(rows)
            writer.add(name, [np.array(numbers, dtype=np.uint32)])
        table = pa.record_batch({"n": pa.array(range(ROWS), pa.int64())})
        blocks = write_row_store(folder / "rows", "s", table.schema, [table])
        lists = PostingLists(folder / "lists", writer.listings, writer.sections, ROWS)
        self.segment = IndexSegment("", {}, lists, RowStore(folder / "rows", "s", blocks), ROWS)

    def candidates(self, named: Sequence[tuple[str, int]]) -> Candidates:
        ends = [(name, *self.places[name, value]) for name, value in named]
        return Candidates(tuple(Range(*each) for each in ends if each[1] < each[2]), once=False)

    def rows(self, named: Sequence[tuple[str, int]]) -> set[int]:
        return set[int]().union(*(self.held[name][value] for name, value in named))


@settings(max_examples=120, deadline=None)
@given(
    seeds=st.lists(st.integers(0, 10**6), min_size=1, max_size=2),
    asked=st.lists(words, min_size=1, max_size=4),
    unread=st.booleans(),
)
def test_conditions_have_the_rows_that_all_of_them_have(
    tmp_path_factory: pytest.TempPathFactory, seeds: list[int], asked: list[Ranges], unread: bool
) -> None:
    segments = [WrittenLists(tmp_path_factory.mktemp("lists"), held_by(seed)) for seed in seeds]
    conditions = [
        (number, StateCandidates(tuple(each.candidates(named) for each in segments)))
        for number, named in enumerate(asked)
    ]
    parts = tuple(sorted(conditions, key=lambda part: part[1].size))
    plan = MatchPlan(tuple(range(len(asked))), parts, pays=True)
    with pytest.MonkeyPatch.context() as patch:
        if unread:
            patch.setattr(matching, "LEAST_UNREAD", 8)
            patch.setattr(matching, "LEAST_UNREAD_EACH", 0)
        matches = plan.matches([each.segment for each in segments])
    matched = set(matches.rows.all().tolist())
    settled = [named for number, named in enumerate(asked) if number not in matches.left]
    for at, each in enumerate(segments):
        own = {number - at * ROWS for number in matched if at * ROWS < number <= (at + 1) * ROWS}
        assert own >= set.intersection(*map(each.rows, asked))
        if matched:
            assert own <= set(range(1, ROWS + 1)).intersection(*map(each.rows, settled))


def held_by(seed: int) -> dict[str, list[set[int]]]:
    """Rows of each value of each list."""
    random = np.random.default_rng(seed)
    held: dict[str, list[set[int]]] = {}
    for name in COLUMNS:
        value = random.integers(0, VALUES, ROWS)
        held[name] = [set((np.flatnonzero(value == cell) + 1).tolist()) for cell in range(VALUES)]
    marks = random.random((VALUES, ROWS)) < random.choice([0.1, 0.5])
    held[WORDS] = [set((np.flatnonzero(each) + 1).tolist()) for each in marks]
    return held
