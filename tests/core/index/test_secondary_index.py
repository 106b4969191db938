"""The secondary index, the places and the row store say of a state what its rows say, and belong to that state alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import sampling
from tests.core.index.test_index_store import Town
from tests.core.store.store_releases import seal

from ayan.core.index import posting_lists, row_store, secondary_index
from ayan.core.index.index_store import IndexStore
from ayan.core.index.packed_numbers import NumberSection
from ayan.core.index.posting_lists import PostingList, PostingLists
from ayan.core.index.row_store import RowBlock, RowStore, RowStoreDamaged
from ayan.core.index.secondary_index import StoredColumn, index_files
from ayan.core.index.word_lists import WordColumn
from ayan.core.values.text import ZWNJ, fold, publish

WORDS = st.text("ابیکه ۱٣45-aA\u200c\u064b½", max_size=8).map(publish)
ROW = st.fixed_dictionaries(
    {
        "word": st.none() | WORDS,
        "code": st.none() | st.from_regex(r"[0-9]{1,4}", fullmatch=True),
        "amount": st.none() | st.integers(-(2**63), 2**63 - 1),
        "share": st.none() | st.decimals(-999, 999, places=2),
        "day": st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1)),
        "open": st.none() | st.booleans(),
        "deed": st.none() | st.from_regex(r"[0-9]{1,3}", fullmatch=True),
        "lot": st.from_regex(r"[0-9]{1,2}", fullmatch=True),
    }
)
HEADS = st.sampled_from(["", "C-1403-", "a 0450", "A-a-", "ابی-"])
TYPES = {
    "word": pa.string(),
    "code": pa.string(),
    "amount": pa.int64(),
    "share": pa.decimal128(38, 2),
    "day": pa.date32(),
    "open": pa.bool_(),
    "deed": pa.string(),
    "lot": pa.string(),
}


class Opened:
    """The files beside a index file, read as they stand."""

    def __init__(self, path: Path) -> None:
        self.secondary, self.places, self.cards = index_files(path)

    def table(self, name: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute(f"ATTACH '{self.secondary}' AS secondary (READ_ONLY)")
            return connection.execute(f"SELECT * FROM secondary.{name}").fetchall()

    def kept(self) -> list[StoredColumn]:
        return [StoredColumn(*row) for row in self.table("columns")]

    def lists(self) -> PostingLists:
        listings = {name: PostingList(section, length) for name, section, length in self.table("listings")}
        rows = int(dict(self.table("about"))["rows"])
        return PostingLists(self.places, listings, [NumberSection(*row) for row in self.table("sections")], rows)

    def read_lists(self, names: Sequence[str]) -> None:
        lists = self.lists()
        for name in names:
            lists.slice(name, 0, 99)

    def rows(self) -> RowStore:
        return RowStore(
            self.cards, dict(self.table("about"))["state"], [RowBlock(*row) for row in self.table("batches")]
        )


def sealed(folder: Path, rows: Sequence[dict[str, Any]]) -> Path:
    town = Town(folder)
    table = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in TYPES.items()}
    seal(town.release_store, "1403", table)
    (path,) = IndexStore(town.release_store, folder / "index", least_rows=0).ensure("trees")
    return path


@sampling.examples(6, 32)
@given(
    rows=st.lists(ROW, max_size=12),
    scanned=st.sampled_from([0, 2, 100]),
    sections=st.sampled_from([3, 2**16]),
    differ=st.booleans(),
    heads=st.tuples(HEADS, HEADS),
)
def test_everything_is_said_of_the_rows(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[dict[str, Any]],
    scanned: int,
    sections: int,
    differ: bool,
    heads: tuple[str, str],
) -> None:
    for name, head in zip(("deed", "lot"), heads, strict=True):
        rows = [row | {name: None if row[name] is None else head + row[name]} for row in rows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secondary_index, "MOST_SCANNED", scanned)
        patch.setattr(secondary_index, "WordColumn", lambda name, filled, _: WordColumn(name, filled, differ))
        patch.setattr(posting_lists, "SECTION", sections)
        opened = Opened(sealed(tmp_path_factory.mktemp("town"), rows))
        lists = opened.lists()
        for column in opened.kept():
            filled = [(row[column.name], n + 1) for n, row in enumerate(rows) if row[column.name] is not None]
            ordered = sorted(filled) + [(None, n + 1) for n, row in enumerate(rows) if row[column.name] is None]
            assert lists.slice(str(column.number), 0, len(rows)).tolist() == [number for _, number in ordered]
            assert column.filled == len(filled)
            if not column.distinct:
                continue
            spread = [
                (value, number)
                for value, count, first, *_ in opened.table(f"values_{column.number}")
                for number in lists.slice(str(column.number), first, first + count).tolist()
            ]
            assert spread == ordered
            assert column.distinct == len({value for value, _ in filled}) <= scanned
        words = {t: lists.slice("words", first, first + count) for t, count, first in opened.table("words")}
        assert words.keys() == set().union(
            *(runs_of(rows, column.name) for column in opened.kept() if column.searched == "words")
        )
        searched = [column.name for column in opened.kept() if column.searched == "words"]
        for word, numbers in words.items():
            holding = [n + 1 for n, row in enumerate(rows) if any(word in runs_of([row], name) for name in searched)]
            assert sorted(set(numbers.tolist())) == holding
            assert numbers.tolist() == sorted(numbers.tolist())
        backwards = np.arange(len(rows), 0, -1)
        assert opened.rows().rows(backwards, list(TYPES)) == [
            tuple(row[name] for name in TYPES) for row in reversed(rows)
        ]
        assert opened.rows().table(backwards[::-1], ["word"]).column("word").to_pylist() == [
            row["word"] for row in rows
        ]


def runs_of(rows: Sequence[dict[str, Any]], name: str) -> set[str]:
    texts = [row[name] for row in rows if row[name] is not None]
    runs = {run for text in texts for run in re.findall(r"[0-9]+|[^0-9\W]+", fold(text.replace(ZWNJ, "")))}
    runs |= {run for text in texts if ZWNJ in text for run in re.findall(r"[0-9]+", fold(text))}
    return {run.lstrip("0") for run in runs} - {""}


def test_small_states_have_none(tmp_path: Path) -> None:
    town = Town(tmp_path)
    assert not any(path.exists() for path in index_files(town.seal()))


def test_a_correction_brings_files_of_its_own_and_a_withdrawal_takes_them(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.index_store = IndexStore(town.release_store, tmp_path / "index", least_rows=0)
    secret = "قناتِ بی‌نام ۷۷۲۱"
    first = town.seal("1403", {"species": [secret, "سرو"]})
    second = town.seal("1403", {"species": ["سرو", "چنار"]})
    assert first != second
    assert all(path.exists() for path in (*index_files(first), *index_files(second)))
    town.release_store.withdraw(town.release_store.release("trees", "1403", 1), "wrong", "مدیر (ساختگی)")
    town.index_store.drop_stale("trees")
    assert town.files() == {second.name, *(path.name for path in index_files(second))}
    assert not any(secret.encode() in path.read_bytes() for path in index_files(second))


def test_files_without_their_index_file_go(tmp_path: Path) -> None:
    town = Town(tmp_path)
    path = town.seal()
    for suffix in secondary_index.SUFFIXES:
        (path.parent / f"0{suffix}").write_bytes(b"x")
        (path.parent / f"0{suffix}.draft").write_bytes(b"x")
    town.index_store.drop_stale("trees")
    assert town.files() == {path.name}


@pytest.mark.parametrize("what", ["places", "cards"])
@pytest.mark.parametrize("how", ["cut", "changed", "empty"])
def test_damage_is_said(tmp_path: Path, what: str, how: str) -> None:
    rows = [
        {"word": "سرو", "code": str(n), "amount": n, "share": Decimal(n), "day": None, "open": True} for n in range(99)
    ]
    opened = Opened(sealed(tmp_path, rows))
    path: Path = getattr(opened, what)
    held = bytearray(path.read_bytes())
    middle = len(held) // 2
    held[middle : middle + 40] = bytes(40)
    path.write_bytes({"cut": bytes(held[:middle]), "changed": bytes(held), "empty": b""}[how])
    numbers = [str(column.number) for column in opened.kept()]
    with pytest.raises((RowStoreDamaged, OSError)):
        opened.rows().rows(np.arange(1, 100), list(TYPES)) if what == "cards" else opened.read_lists(numbers)


def test_many_batches_are_one_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_store, "BLOCK_ROWS", 1)
    schema = pa.schema([("n", pa.int64())])
    pieces = [pa.RecordBatch.from_arrays([pa.array([3 * i, 3 * i + 1, None])], schema=schema) for i in range(5)]
    written = row_store.write_row_store(tmp_path / "x", "s", schema, pieces)
    assert [block.rows for block in written] == [3] * 5
    read = RowStore(tmp_path / "x", "s", written)
    assert read.rows(np.array([15, 1, 8]), ["n"]) == [(None,), (0,), (7,)]
    some = read.table(np.array([1, 3, 4, 12, 13]), ["n"])
    assert some.to_pydict() == {"n": [0, None, 3, None, 12]}
    with pytest.raises(RowStoreDamaged):
        RowStore(tmp_path / "x", "another", written)
