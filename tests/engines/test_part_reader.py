"""What a worker of a cluster fetches of a part in a bucket: the columns asked, of groups of rows that may hold some."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import obstore
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from obstore.store import S3Store
from tests.byte_counter import byte_counter
from tests.object_store import KEY, SECRET, ObjectStore

from ayan.core.query.engines.part_ranges import part_facts
from ayan.core.query.engines.part_reader import ColumnBound, may_hold, read_part
from ayan.core.store.objects import SharedObject
from ayan.core.values.canonical import sha256_hex

ROWS = 4_000
GROUP = 1_000
TABLE = pa.table(
    {
        "amount": pa.array(range(ROWS), pa.int64()),
        "day": [date(2024, 1, 1) + timedelta(days=n // 20) for n in range(ROWS)],
        "title": [secrets.token_hex(16) for _ in range(ROWS)],
        "names": [[secrets.token_hex(8), None] if n % 3 else None for n in range(ROWS)],
    }
)
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "EqualTo": lambda x, value: bool(x == value),
    "In": lambda x, value: x in value,
    "GreaterThan": lambda x, value: bool(x > value),
    "GreaterThanOrEqual": lambda x, value: bool(x >= value),
    "LessThan": lambda x, value: bool(x < value),
    "LessThanOrEqual": lambda x, value: bool(x <= value),
}
VALUES = st.one_of(
    st.lists(st.none() | st.integers(-9, 9), min_size=1),
    st.lists(st.none() | st.dates(date(2024, 1, 1), date(2024, 1, 9)), min_size=1),
    st.lists(st.none() | st.decimals(-2, 2, places=1), min_size=1),
    st.lists(st.none() | st.text(max_size=3), min_size=1),
    st.lists(st.none() | st.booleans(), min_size=1),
)


@pytest.fixture
def part(tmp_path: Path, bucket_server: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, SharedObject]:
    path, place = tmp_path / "part.parquet", bucket_server.place()
    pq.write_table(TABLE, path, row_group_size=GROUP, compression="zstd")
    monkeypatch.setenv("AYAN_S3_KEY", place.key)
    monkeypatch.setenv("AYAN_S3_SECRET", place.secret)
    shared = SharedObject(
        place.endpoint, place.region, place.bucket, f"{place.prefix}part", sha256_hex(path.read_bytes())
    )
    obstore.put(store(shared), shared.key, path.read_bytes())
    return path, shared


def store(shared: SharedObject) -> S3Store:
    return S3Store(
        shared.bucket,
        endpoint=shared.endpoint,
        region=shared.region,
        access_key_id=KEY,
        secret_access_key=SECRET,
        client_options={"allow_http": True},
    )


def read(part: tuple[Path, SharedObject], names: Sequence[str], *bounds: ColumnBound) -> pa.Table:
    stored = [name for name in names if not name.startswith("_")]
    return pa.Table.from_batches(read_part(part_facts(*part, stored), names, "_path", "_index", bounds, 300))


def test_columns_come_as_they_are_with_the_place_of_each_row(part: tuple[Path, SharedObject]) -> None:
    for names in (["day", "amount"], ["names"], ["title", "names", "day"]):
        assert read(part, names).equals(TABLE.select(names))
    placed = read(part, ["amount", "_path", "_index"])
    assert placed["_index"].to_pylist() == placed["amount"].to_pylist()
    assert set(placed["_path"].to_pylist()) == {part[1].key}
    assert read(part, ["_index"]).num_rows == ROWS
    few = read(part, ["amount", "_index"], ("amount", "GreaterThan", 2_500), ("day", "LessThan", date(2099, 1, 1)))
    assert few["_index"].to_pylist() == few["amount"].to_pylist() == list(range(2_000, ROWS))


def test_no_more_is_fetched_than_is_asked(
    part: tuple[Path, SharedObject], bucket_server: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = part[0].stat().st_size
    with byte_counter(bucket_server.ports["s3.port"]) as counter:
        monkeypatch.setenv("AYAN_S3_ENDPOINT", counter.endpoint)

        def fetched(names: Sequence[str], *bounds: ColumnBound) -> int:
            before = counter.sent
            read(part, names, *bounds)
            return counter.sent - before

        everything = fetched(TABLE.column_names)
        assert everything >= size
        # What is not asked may be fetched where it lies between: a few kilobytes are sooner fetched than left out.
        assert fetched(["title"]) > fetched(["title"], ("amount", "EqualTo", 5)) > 0
        assert fetched(["_index"]) < everything / 10


@pytest.mark.parametrize("column", TABLE.column_names)
def test_a_column_that_is_another_is_refused(part: tuple[Path, SharedObject], column: str) -> None:
    path, shared = part
    start, length, _ = part_facts(path, shared, [column])["groups"][1][column][0]
    data = bytearray(path.read_bytes())
    data[start + length // 2] ^= 1
    obstore.put(store(shared), shared.key, bytes(data))
    with pytest.raises(RuntimeError, match="ayan: not what was put there"):
        read(part, [column])


@pytest.mark.parametrize("data", [b"PAR1 something else PAR1", b""])
def test_a_shorter_file_is_refused(part: tuple[Path, SharedObject], data: bytes) -> None:
    obstore.put(store(part[1]), part[1].key, data)
    with pytest.raises(RuntimeError, match="ayan: not what was put there"):
        read(part, ["amount"])


def test_what_is_gone_is_told(part: tuple[Path, SharedObject]) -> None:
    obstore.delete(store(part[1]), part[1].key)
    with pytest.raises(RuntimeError, match="ayan: gone"):
        read(part, ["amount"])


@settings(max_examples=60)
@given(values=VALUES, how=st.sampled_from(sorted(COMPARED)), data=st.data())
def test_a_group_that_holds_a_row_is_never_left_out(values: list[Any], how: str, data: st.DataObject) -> None:
    known = [each for each in values if each is not None]
    others = data.draw(VALUES.map(lambda drawn: [each for each in drawn if each is not None]))
    wanted = data.draw(st.sampled_from([*known, *others, 0]))
    value = (wanted, None) if how == "In" else wanted
    table = pa.table({"x": pa.array(values, pa.decimal128(18, 1) if any(_is_exact(each) for each in known) else None)})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    group = pq.ParquetFile(pa.BufferReader(sink.getvalue())).metadata.row_group(0)
    held = any(type(each) is type(wanted) and COMPARED[how](each, value) for each in known)
    assert may_hold(group, [("x", how, value)]) or not held


def _is_exact(value: Any) -> bool:
    return isinstance(value, Decimal)
