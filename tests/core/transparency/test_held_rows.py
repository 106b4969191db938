"""Rows that are held in memory answer as the engine does, and a download passes only where it is the same to the byte."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ayan.core.system.duckdb import confined
from ayan.core.transparency import held_rows
from ayan.core.transparency.data_answers import DATA_ANSWERS
from ayan.core.transparency.sealed_rows import SealedRelease, SealedRows
from ayan.core.values.spreadsheet import safe

COUNT = 7
KINDS = {"name": "text", "code": "code", "amount": "rial", "day": "date", "share": "decimal", "open": "boolean"}
ODD = ['a "b", c', "=1+1", "", None, "two\nlines", "\u200f'−5", "۱۲٬۳۴۵"]


def sheet(first: int, **more: Any) -> pa.Table:
    return pa.table(
        {
            "_row": pa.array(range(first, first + COUNT), pa.int64()),
            "_line": pa.array(range(COUNT), pa.int64()),
            "name": pa.array(ODD),
            "code": pa.array(["x", "y", None, "", "x", "z~/%", "y"]),
            "amount": pa.array([2**62, -5, None, 0, 1, 2**62, 7], pa.int64()),
            "day": pa.array([date(2024, 1, 2), None, date(1, 1, 1), date(9999, 12, 31)] + [date(2024, 3, 20)] * 3),
            "share": pa.array([Decimal("-0.05"), None, Decimal("12.10"), *[Decimal(4)] * 4], pa.decimal128(18, 2)),
            "open": pa.array([True, False, None, True, True, False, False]),
            **more,
        }
    )


@pytest.fixture
def releases(tmp_path: Path) -> list[SealedRelease]:
    """Two periods, of which the later has a column more."""
    out = []
    for number, (period, table) in enumerate(
        {"1402": sheet(2), "1403": sheet(3, late=pa.array(["q"] * COUNT))}.items()
    ):
        part = tmp_path / f"data-{number}.parquet"
        pq.write_table(table, part)
        fields = [{"name": name, "ayan:kind": KINDS.get(name, "text")} for name in table.schema.names]
        manifest = {
            "ayan": {"rows": COUNT, "sealed_at": f"202{number}-01-01T00:00:00+00:00"},
            "resources": [{"path": part.name, "schema": {"fields": fields}}],
        }
        out.append(SealedRelease(f"{period}/1", manifest, (part,)))
    return out


@pytest.fixture
def both(
    releases: list[SealedRelease], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[tuple[str, ...]], tuple[SealedRows, SealedRows]]:
    """The rows held in memory, and the same rows left to the engine."""

    def connect() -> duckdb.DuckDBPyConnection:
        return confined(folders=[tmp_path])

    def opened(key: tuple[str, ...] = ()) -> tuple[SealedRows, SealedRows]:
        held = SealedRows(connect, releases, key)
        with monkeypatch.context() as patched:
            patched.setattr(held_rows, "HELD_ROWS", 0)
            asked = SealedRows(connect, releases, key)
        assert held.held is not None
        assert asked.held is None
        return held, asked

    return opened


def test_both_answer_the_same(both: Callable[..., tuple[SealedRows, SealedRows]]) -> None:
    held, asked = both(("code", "day"))
    assert held.columns == asked.columns
    assert held.published == asked.published
    assert by_address(held.every()) == by_address(asked.every())
    addresses = ["1402/1#2", "1403/1#9", "1404/1#1", "1402/1#2"]
    assert held.at(addresses) == asked.at(addresses)
    for key in ("x~2024-01-02", "~0001-01-01", "z%7E%2F%25~2024-03-20", "y~", "x", "nothing~at all"):
        assert by_address(held.keyed(key)) == by_address(asked.keyed(key)), key
    assert held.total("amount") == asked.total("amount") == 2 * (2**63 + 3)
    for by in held.columns:
        for added in ("", "amount", "share"):
            assert grouped(held, by, added) == grouped(asked, by, added), (by, added)
    for seed in range(5):
        assert held.drawn(random.Random(seed), 4) == asked.drawn(random.Random(seed), 4)


def by_address(rows: Any) -> dict[str, Mapping[str, object]]:
    return {str(row["_address"]): row for row in rows}


def grouped(rows: SealedRows, by: str, added: str) -> dict[object, tuple[int, object]]:
    return {value: (count, total) for value, count, total in rows.groups(by, added)}


def test_a_key_of_none_is_the_address(both: Callable[..., tuple[SealedRows, SealedRows]]) -> None:
    held, asked = both()
    assert held.keyed("1403~1~4") == asked.keyed("1403~1~4") != []


def written(rows: SealedRows, file: Path) -> bytes:
    """The rows as CSV, as the portal writes them."""
    head = [*rows.columns, "_row"]
    lines = [",".join(head)]
    for row in rows.every():
        cells = [row["_address" if name == "_row" else name] for name in head]
        lines.append(",".join("" if cell is None else _cell(cell) for cell in cells))
    file.write_bytes("\n".join([*lines, ""]).encode("utf-8-sig"))
    return file.read_bytes()


def _cell(value: object) -> str:
    if isinstance(value, str):
        return '"' + safe(value).replace('"', '""') + '"'
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_a_csv_passes_only_as_it_is(both: Callable[..., tuple[SealedRows, SealedRows]], tmp_path: Path) -> None:
    held, asked = both()
    file = tmp_path / "rows.csv"
    right = written(held, file)
    assert held.held is not None
    assert held.held.are_csv(file, [*held.columns, "_row"])
    assert list(DATA_ANSWERS["csv"](held, file)) == list(DATA_ANSWERS["csv"](asked, file)) == []
    chance = random.Random(16)
    for _ in range(25):
        at = chance.randrange(3, len(right))
        file.write_bytes(right[:at] + bytes([right[at] ^ 1]) + right[at + 1 :])
        head = next(csv.reader(file.read_text("utf-8-sig", errors="replace").splitlines()), [])
        assert not held.held.are_csv(file, head), at
    for lie, code in (
        (right.replace(b"4611686018427387904", b"4611686018427387905", 1), "csv-apart"),
        (right.replace(b'"1403/1#9"', b'"1403/1#8"'), "csv-apart"),
        (right + right.splitlines(keepends=True)[-1], "csv-apart"),
        (right.replace(b",late,", b",later,", 1), "column-dropped"),
    ):
        file.write_bytes(lie)
        differences = list(DATA_ANSWERS["csv"](held, file))
        assert differences == list(DATA_ANSWERS["csv"](asked, file))
        assert code in [each.code for each in differences]


def test_a_parquet_file_passes_only_as_it_is(
    both: Callable[..., tuple[SealedRows, SealedRows]], tmp_path: Path
) -> None:
    held, asked = both()
    rows: list[dict[str, Any]] = [dict(row) for row in held.every()]
    right = pa.table(
        {
            **{name: pa.array([row[name] for row in rows], kind) for name, kind in kinds(held).items()},
            "_row": pa.array([row["_address"] for row in rows]),
        }
    )
    turned = right.set_column(2, "amount", pa.array([row["amount"] for row in rows[::-1]], pa.int64()))
    rounded = right.set_column(2, "amount", right["amount"].cast(pa.float64(), safe=False))
    others = [
        right.slice(1), pa.concat_tables([right, right.slice(0, 1)]), turned, rounded,
        right.drop_columns(["late"]), right.append_column("more", right["name"]), right.take([*range(1, 14), 0]),
    ]  # fmt: skip
    file = tmp_path / "rows.parquet"
    with closing(held.con), closing(asked.con):
        for table in (right, *others):
            pq.write_table(table, file)
            differences = list(DATA_ANSWERS["parquet"](held, file))
            assert differences == list(DATA_ANSWERS["parquet"](asked, file))
            assert bool(differences) == (table is not right and table is not others[-1])


def kinds(rows: SealedRows) -> dict[str, pa.DataType]:
    assert rows.held is not None
    own: dict[str, pa.DataType] = {
        "amount": pa.int64(),
        "day": pa.date32(),
        "share": pa.decimal128(18, 2),
        "open": pa.bool_(),
    }
    return {name: own.get(name, pa.string()) for name in rows.columns}
