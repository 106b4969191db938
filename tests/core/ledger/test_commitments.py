"""Commitments to rows: the set-based way and a naive one agree, each row is proved alone, and an erased one is gone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import sampling
from tests.core.ledger.committed_rows import commit_rows
from tests.core.ledger.definition import row_bytes

from ayan.core.ledger import tree
from ayan.core.ledger.commitments import BLOCKS, SALTS, erase_salts, open_row, recompute_rows
from ayan.core.ledger.opening import BadRows
from ayan.core.ledger.rowhash import GROUP, hash_rows, row_sql

_FIELDS: list[pa.Field[Any]] = [
    pa.field("_row", pa.int64()),
    pa.field("_line", pa.int64()),
    pa.field("payee", pa.string()),
    pa.field("amount", pa.int64()),
    pa.field("rate", pa.decimal128(38, 2)),
    pa.field("paid_on", pa.date32()),
    pa.field("late", pa.bool_()),
    pa.field("نام", pa.string()),
]
SCHEMA = pa.schema(_FIELDS)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["\\u00ff", '"\\', "\x00", "\x1f\x0b", "a/b", "\u2028\x7f", "\ufeff\U0001f600", "\\u0041\x01"]
)
ROWS = st.fixed_dictionaries(
    {
        "_line": st.none() | st.integers(0, 2**40),
        "payee": st.none() | TEXTS,
        "amount": st.none() | st.integers(-(2**63), 2**63 - 1),
        "rate": st.none() | st.decimals(min_value=-(10**34), max_value=10**34, places=2),
        "paid_on": st.none() | st.dates(),
        "late": st.none() | st.booleans(),
        "نام": st.none() | TEXTS,
    }
)


def write(path: Path, rows: Iterable[dict[str, Any]], start: int = 2) -> list[dict[str, Any]]:
    numbered = [{"_row": start + 3 * number, **row} for number, row in enumerate(rows)]
    table = pa.Table.from_pylist(numbered, schema=SCHEMA)
    pq.write_table(table, path, row_group_size=1000)
    return table.to_pylist()


def plain(number: int) -> dict[str, Any]:
    return {
        "_line": number,
        "payee": f"شرکت {number % 97}",
        "amount": number * 1_000_003,
        "rate": Decimal(number) / 100,
        "paid_on": date(2024, 3, 20),
        "late": number % 2 == 0,
        "نام": None,
    }


def naive_root(rows: list[dict[str, Any]], salts: list[bytes]) -> bytes:
    """From the definition alone: no SQL, no blocks."""
    hashes = [sha256(salt + row_bytes(row)).digest() for salt, row in zip(salts, rows, strict=True)]
    return tree.root_of([sha256(b"\x00" + row_hash).digest() for row_hash in hashes])


def salts_in(folder: Path) -> list[bytes]:
    salts: list[Any] = pq.read_table(folder / SALTS).column("_salt").to_pylist()
    return salts


@given(st.lists(ROWS, min_size=1, max_size=30))
@sampling.examples(10, 50)
def test_the_text_of_a_row_in_sql_is_the_one_of_its_python_twin(rows: list[dict[str, Any]]) -> None:
    numbered = [{"_row": number, **row} for number, row in enumerate(rows)]
    table = pa.Table.from_pylist(numbered, schema=SCHEMA)
    with duckdb.connect() as con:
        con.register("t", table)
        columns = {name: kind for name, kind, *_ in con.execute("DESCRIBE t").fetchall()}
        row_texts = con.execute(f"SELECT encode({row_sql(columns)}) FROM t ORDER BY _row").fetchall()
    assert [text for (text,) in row_texts] == [row_bytes(row) for row in table.to_pylist()]


def test_the_text_of_a_row_is_spelled_out() -> None:
    row: dict[str, Any] = {
        "_row": 7,
        "b": Decimal("-1.50"),
        "a": 'گفت "نه"\n',
        "on": date(2024, 8, 2),
        "ok": True,
        "ـ": None,
    }
    assert row_bytes(row).decode() == (
        '{"_row":"7","a":"گفت \\"نه\\"\\n","b":"-1.50","ok":"true","on":"2024-08-02","ـ":null}'
    )
    wrong: Any
    for wrong in (1.5, b"x", [1]):
        with pytest.raises(BadRows):
            row_bytes({"a": wrong})
    for kind in ("DOUBLE", "BLOB", "VARCHAR[]", "TIMESTAMP"):
        with pytest.raises(BadRows):
            row_sql({"a": kind})


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 511, 1000, 4096])
def test_the_root_is_the_one_of_the_definition_and_every_kind_of_row_is_proved(tmp_path: Path, count: int) -> None:
    rows = write(tmp_path / "a.parquet", (plain(number) for number in range(count)))
    commitment = commit_rows([tmp_path / "a.parquet"], tmp_path)
    assert (commitment.rows, commitment.root) == (count, naive_root(rows, salts_in(tmp_path)))
    assert recompute_rows([tmp_path / "a.parquet"], tmp_path) == commitment
    for position in {0, count // 2, count - 1, min(255, count - 1), min(256, count - 1)}:
        opening = open_row([tmp_path / "a.parquet"], tmp_path, rows[position]["_row"])
        assert (opening.position, opening.text) == (position, row_bytes(rows[position]))
        assert opening.root() == commitment.root
    with pytest.raises(KeyError):
        open_row([tmp_path / "a.parquet"], tmp_path, 3)


def test_several_parts_are_one_run_of_rows(tmp_path: Path) -> None:
    rows = write(tmp_path / "a.parquet", (plain(number) for number in range(300)))
    rows += write(tmp_path / "b.parquet", (plain(number) for number in range(400)), start=2000)
    parts = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    commitment = commit_rows(parts, tmp_path)
    assert commitment.root == naive_root(rows, salts_in(tmp_path))
    assert open_row(parts, tmp_path, 2000).root() == commitment.root
    with pytest.raises(BadRows):
        commit_rows(parts[::-1], tmp_path)


def test_no_two_rows_share_a_salt_and_no_two_releases_a_root(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", (plain(number) for number in range(1000)))
    first = commit_rows([tmp_path / "a.parquet"], tmp_path)
    salts = salts_in(tmp_path)
    assert len(set(salts)) == 1000
    assert {len(salt) for salt in salts} == {32}
    assert commit_rows([tmp_path / "a.parquet"], tmp_path).root != first.root


def test_an_erased_row_leaves_its_blinded_hash_and_nothing_else(tmp_path: Path) -> None:
    rows = write(tmp_path / "a.parquet", (plain(number) for number in range(700)))
    before = commit_rows([tmp_path / "a.parquet"], tmp_path)
    gone = [rows[5]["_row"], rows[699]["_row"]]
    lost = [salts_in(tmp_path)[5], salts_in(tmp_path)[699]]
    after = tmp_path / "after"
    after.mkdir()
    assert erase_salts([tmp_path / "a.parquet"], tmp_path, gone, after) == 2
    kept = [row for row in rows if row["_row"] not in gone]
    pq.write_table(pa.Table.from_pylist(kept, schema=SCHEMA), after / "a.parquet")
    assert recompute_rows([after / "a.parquet"], after) == before
    assert open_row([after / "a.parquet"], after, rows[6]["_row"]).root() == before.root
    opening = open_row([after / "a.parquet"], after, gone[0])
    assert (opening.text, opening.salt, opening.root()) == (None, None, before.root)
    bytes_left = b"".join(path.read_bytes() for path in after.iterdir())
    assert not any(salt in bytes_left for salt in lost)
    # Erasing goes on from there; what is erased already stays so.
    third = tmp_path / "third"
    third.mkdir()
    assert erase_salts([after / "a.parquet"], after, [gone[0], rows[6]["_row"]], third) == 1
    with pytest.raises(KeyError):
        erase_salts([after / "a.parquet"], after, [4], third)


def test_a_changed_row_salt_or_block_is_found_and_its_neighbourhood_named(tmp_path: Path) -> None:
    part = tmp_path / "a.parquet"
    rows = write(part, (plain(number) for number in range(700)))
    sealed = commit_rows([part], tmp_path)
    rows[300]["amount"] += 1
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), part)
    for tried in (lambda: recompute_rows([part], tmp_path), lambda: open_row([part], tmp_path, rows[301]["_row"])):
        with pytest.raises(BadRows, match=f"{rows[256]['_row']} to {rows[511]['_row']}"):
            tried()
    assert open_row([part], tmp_path, rows[0]["_row"]).root() == sealed.root
    rows[300]["amount"] -= 1
    for wrong in (rows[:-1], rows[1:], [*rows, {**rows[0], "_row": 10_000}], rows[:5] + rows[6:]):
        pq.write_table(pa.Table.from_pylist(wrong, schema=SCHEMA), part)
        with pytest.raises(BadRows):
            recompute_rows([part], tmp_path)
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), part)
    (tmp_path / BLOCKS).write_bytes((tmp_path / BLOCKS).read_bytes()[:-32])
    with pytest.raises(BadRows):
        recompute_rows([part], tmp_path)


def test_a_stranger_recomputes_the_root_with_plain_sql_and_a_loop(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", (plain(number) for number in range(300)))
    commitment = commit_rows([tmp_path / "a.parquet"], tmp_path)
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT _salt, "
            '\'{"_line":"\' || _line || \'","_row":"\' || _row || \'","amount":"\' || amount || \'","late":"\' || late || '
            '\'","paid_on":"\' || paid_on || \'","payee":"\' || payee || \'","rate":"\' || rate || \'","نام":null}\' '
            f"FROM '{tmp_path}/a.parquet' JOIN '{tmp_path}/{SALTS}' USING (_row) ORDER BY _row"
        ).fetchall()
    hashes = [sha256(b"\x00" + sha256(salt + text.encode()).digest()).digest() for salt, text in rows]
    while len(hashes) > 1:
        pairs = [hashes[at : at + 2] for at in range(0, len(hashes), 2)]
        hashes = [sha256(b"\x01" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    assert hashes == [commitment.root]


def test_processes_that_share_the_work_find_the_same_hashes_and_the_same_faults(tmp_path: Path) -> None:
    part, salts = tmp_path / "a.parquet", tmp_path / SALTS
    rows = pa.table({"_row": pa.array(range(2 * GROUP + 300), pa.int64())})
    pq.write_table(rows, part, row_group_size=50_000)
    commit_rows([part], tmp_path)
    alone = hash_rows([part], salts)
    assert len(alone[0]) == (2 * 240 + 1 + 44) * 32
    assert hash_rows([part], salts, share_from=1) == alone
    extra = pa.table({"_row": pa.array([3 * GROUP], pa.int64())})
    pq.write_table(pa.concat_tables([rows, extra]), part)
    with pytest.raises(BadRows, match=r"^there are more rows than salts$"):
        hash_rows([part], salts, share_from=1)


def test_no_row_hides_where_two_shares_meet(tmp_path: Path) -> None:
    part = tmp_path / "a.parquet"
    pq.write_table(pa.table({"_row": pa.array([*range(GROUP), *range(GROUP + 1, GROUP + 300)], pa.int64())}), part)
    commit_rows([part], tmp_path)
    pq.write_table(pa.table({"_row": pa.array(range(GROUP + 300), pa.int64())}), part)
    with pytest.raises(BadRows):
        hash_rows([part], tmp_path / SALTS, share_from=1)


def test_rows_that_the_salts_do_not_know_are_refused(tmp_path: Path) -> None:
    part, salts = tmp_path / "a.parquet", tmp_path / SALTS
    rows = pa.table({"_row": pa.array(range(300), pa.int64())})
    pq.write_table(rows, part)
    commit_rows([part], tmp_path)
    nameless = pa.concat_tables([rows, pa.table({"_row": pa.array([None], pa.int64())})])
    for wrong in (rows.slice(0, 290), nameless, rows.cast(pa.schema({"_row": pa.int32()}))):
        pq.write_table(wrong, part)
        with pytest.raises(BadRows):
            hash_rows([part], salts)
    part.write_bytes(b"no parquet")
    with pytest.raises(BadRows):
        hash_rows([part], salts)


def test_the_salts_come_from_the_source_of_chance_that_is_given(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", (plain(number) for number in range(10)))
    again = [commit_rows([tmp_path / "a.parquet"], tmp_path, chance=Random(1).randbytes) for _ in range(2)]
    assert again[0] == again[1]
