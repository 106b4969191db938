"""Open tables beside releases in a bucket: read from there by PyIceberg and DuckDB, and nothing in it names what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
from pyarrow import fs
from pyiceberg.table import StaticTable
from tests import sampling
from tests.core.open_table.tables import SLUG, Rows, everything, rows_of_releases
from tests.core.store.store_releases import NOON, erased, numbers, seal
from tests.injecting_proxy import Asked, Deed, InjectingProxy, injecting_proxy
from tests.object_store import ObjectStore
from tests.patience import PATIENCE

from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.open_table.table_bucket import TableBucket
from ayan.core.store import bucket_objects, head_board
from ayan.core.store.bucket_objects import BucketObjects
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import Clock, FixedClock

SECONDS = 0.2
"""After how long somebody is taken for dead who says nothing any more."""

MOST_REQUESTS = 90


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a server that is gone, and what another machine did is seen at once."""
    monkeypatch.setattr(head_board, "BOARD_SECONDS", 0.0)
    monkeypatch.setattr(head_board, "BOARD_PAUSE", 0.0)
    monkeypatch.setattr(bucket_objects, "LOOK_PATIENCE", 0.0)


@pytest.fixture
def proxy(bucket_server: ObjectStore) -> Iterator[InjectingProxy]:
    with injecting_proxy(bucket_server.endpoint) as running:
        yield running


def opened(
    place: BucketPlace, folder: Path, clock: Clock, seconds: float = SECONDS
) -> tuple[ReleaseStore, TableBucket]:
    tables, objects = TableBucket(everything, seconds), BucketObjects(place, folder, 1 << 30, seconds)
    tables.reads(objects)
    return ReleaseStore(folder, clock, objects, tables), tables


def table(place: BucketPlace) -> StaticTable:
    """The table as whoever may read the bucket opens it, by its address alone."""
    return StaticTable.from_metadata(
        f"{place.url}/iceberg/{SLUG}",
        {
            "s3.endpoint": place.endpoint,
            "s3.access-key-id": place.key,
            "s3.secret-access-key": place.secret,
            "s3.region": place.region,
        },
    )


def rows_of_table(place: BucketPlace) -> Rows:
    columns = table(place).scan(selected_fields=("_period", "_release", "_row", "species")).to_arrow().to_pydict()
    return sorted(zip(*(columns[name] for name in ("_period", "_release", "_row", "species")), strict=True))


def rows_by_duckdb(place: BucketPlace, folder: Path) -> Rows:
    """The same by DuckDB, of the objects that the metadata names."""
    address = urlsplit(place.endpoint)
    there = fs.S3FileSystem(
        access_key=place.key,
        secret_key=place.secret,
        endpoint_override=address.netloc,
        scheme="https" if address.scheme == "https" else "http",
        region=place.region,
    )
    rows: Rows = []
    for task in table(place).scan().plan_files():
        path = folder / "read.parquet"
        path.write_bytes(there.open_input_file(task.file.file_path.removeprefix("s3://")).read())
        period, number = task.file.partition[0], task.file.partition[1]
        with duckdb.connect() as con:
            rows += con.execute(
                "SELECT ?, ?, _row, species FROM read_parquet(?)", [period, number, str(path)]
            ).fetchall()
    return sorted(rows)


def words_of(place: BucketPlace) -> bytes:
    """Every byte of the tables in the bucket, names of objects included; not who holds which lease."""
    bucket = Bucket(place)
    keys = [each.key for each in bucket.listing("iceberg/") if "/metadata/" in each.key]
    return b"\n".join(key.encode() + b"\n" + (stored.data if (stored := bucket.get(key)) else b"") for key in keys)


def names_what_stands(place: BucketPlace) -> bool:
    """Whether every object of a release that any byte of the tables names is there."""
    words = words_of(place).decode("utf-8", "replace")
    named = {f"releases/{piece.split('.parquet')[0]}.parquet" for piece in words.split(f"{place.url}/releases/")[1:]}
    return named <= {each.key for each in Bucket(place).listing("releases/")}


def test_a_table_in_a_bucket_says_what_the_releases_say_and_follows_every_act(
    bucket_server: ObjectStore, tmp_path: Path
) -> None:
    place, clock = bucket_server.place(), FixedClock(NOON)
    store, tables = opened(place, tmp_path / "one", clock)
    first = seal(store, "1402", {"species": ["چنار", "راز", "سرو"]})
    assert not Bucket(place).listing("iceberg/"), "nobody asked for tables"
    tables.begin()
    store.follow(SLUG)
    clock.move(timedelta(days=1))
    seal(store, "1403")
    current = store.snapshot(SLUG).releases
    assert rows_of_table(place) == rows_of_releases(current) == rows_by_duckdb(place, tmp_path)
    before, old = words_of(place), table(place).snapshots()
    assert names_what_stands(place)
    assert first.digest.encode() in before

    store.erase(first, *erased(store, first, [2]))
    after = words_of(place)
    assert first.digest.encode() not in after
    assert names_what_stands(place)
    assert not {each.snapshot_id for each in old} & {each.snapshot_id for each in table(place).snapshots()}
    rows = rows_of_table(place)
    assert rows == rows_of_releases(store.snapshot(SLUG).releases) == rows_by_duckdb(place, tmp_path)
    assert "راز" not in {row[3] for row in rows}
    # Another machine writes the same, byte for byte.
    other, _ = opened(place, tmp_path / "two", clock)
    other.follow(SLUG)
    assert words_of(place) == after

    for release in store.snapshot(SLUG).releases:
        store.withdraw(release, "wrong", "ناظر (ساختگی)")
    assert words_of(place) == b""
    tables.end()
    assert not Bucket(place).listing("iceberg/")


def cut(act: str, step: int, proxy: InjectingProxy, server: ObjectStore, folder: Path) -> bool:
    """Cut an act off at its request ``step``, as a machine that dies there; whether it had come to its end before."""
    place, clock = server.place(endpoint=proxy.endpoint), FixedClock(NOON)
    # It renews its leases once in a minute: on a busy machine renewals would be counted among the requests of the act.
    store, tables = opened(place, folder / "one", clock, PATIENCE)
    tables.begin()
    tables.objects.bucket._patience = 0.0
    seal(store, "1402", {"species": ["کاج", "بید"]})
    release = seal(store, "1403", {"species": ["چنار", "راز", "سرو"]})
    begun = len(proxy.asked)

    def deed(asked: Asked) -> Deed:
        number = asked.number - begun
        return "pass" if number < step else "lose" if number == step else "drop"

    proxy.deed = deed
    try:
        if act == "seal":
            seal(store, "1404")
        elif act == "erase":
            store.erase(release, *erased(store, release, [min(numbers(release))]))
        else:
            store.withdraw(release, "wrong", "ناظر (ساختگی)")
    except BucketFault:
        pass
    ended = len(proxy.asked) - begun < step
    proxy.deed = lambda _: "pass"
    there = server.place(place.prefix)
    assert names_what_stands(there), f"{act}, cut off at {step}"
    # Whoever acts next makes good what was left, though the one who died still seems to be at it.
    other, others = opened(there, folder / "two", clock)
    seal(other, "1405")
    assert others.unsettled() == []
    settled = words_of(there)
    others.end()
    others.begin()
    other.follow(SLUG)
    assert settled == words_of(there), f"{act}, cut off at {step}"
    assert rows_of_table(there) == rows_of_releases(other.snapshot(SLUG).releases)
    return ended


@pytest.mark.parametrize("act", ["seal", "erase", "withdraw"])
def test_cut_off_at_some_requests_no_table_names_what_is_gone(
    act: str, proxy: InjectingProxy, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    for step in sorted(sampling.chance(f"table cut {act}").sample(range(1, 30), 2)):
        cut(act, step, proxy, bucket_server, tmp_path / f"{step}")


@pytest.mark.soak
@pytest.mark.parametrize("act", ["seal", "erase", "withdraw"])
def test_cut_off_at_every_request_no_table_names_what_is_gone(
    act: str, proxy: InjectingProxy, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    for step in range(1, MOST_REQUESTS):
        if cut(act, step, proxy, bucket_server, tmp_path / f"{step}"):
            return
    raise AssertionError("the act never came to its end")
