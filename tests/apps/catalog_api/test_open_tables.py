"""A dataset as an Iceberg table: PyIceberg and DuckDB read from it what the API says, and never what is gone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pyarrow.compute as pc
import pytest
from django.test import Client
from tests.apps.catalog_api.api_dataset import ROOT, body, publish
from tests.apps.catalog_api.table_reader import FileGone, read_table
from tests.core.query.town import SOME_ROWS
from tests.core.store.store_releases import erased

from ayan.core.values.clock import FixedClock
from ayan.wiring.city import City

MEASURES = ("amount", "share", "count")


def test_pyiceberg_reads_what_the_api_says(client: Client, town: City, clock: FixedClock) -> None:
    clock.move(timedelta(hours=1))
    publish(town, "1403-06", list(SOME_ROWS[:3]))
    rows = read_table("works").scan().to_arrow()
    sums = body(client.get(f"{ROOT}/groups?count=1&" + "&".join(f"sum={name}" for name in MEASURES)))["groups"][0]
    assert rows.num_rows == sums["count"]
    for name in MEASURES:
        assert Decimal(str(pc.sum(rows[name]).as_py())) == Decimal(str(sums[f"sum_{name}"])), name


def test_duckdb_reads_the_files_that_the_metadata_names(
    client: Client, town: City, clock: FixedClock, tmp_path: Path
) -> None:
    clock.move(timedelta(hours=1))
    publish(town, "1403-06", list(SOME_ROWS[:3]))
    paths = []
    for number, task in enumerate(read_table("works").scan().plan_files()):
        answer = client.get(urlsplit(task.file.file_path).path)
        paths.append(tmp_path / f"{number}.parquet")
        paths[-1].write_bytes(answer.getvalue())
        assert len(paths[-1].read_bytes()) == task.file.file_size_in_bytes
    asked = body(client.get(f"{ROOT}/groups?count=1&by=state&sum=amount"))["groups"]
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT state, count(*), sum(amount) FROM read_parquet(?) GROUP BY state", [[str(path) for path in paths]]
        ).fetchall()
    assert set(rows) == {(each["state"], each["count"], each["sum_amount"]) for each in asked}


def test_every_snapshot_is_what_the_api_says_of_its_time(client: Client, town: City, clock: FixedClock) -> None:
    for rows in (SOME_ROWS[:2], SOME_ROWS[:4]):
        clock.move(timedelta(days=1))
        publish(town, "1403-05", list(rows))
    table = read_table("works")
    counts = [table.scan(snapshot_id=each.snapshot_id).to_arrow().num_rows for each in table.snapshots()]
    days = ("2024-08-05", "2024-08-06", "2024-08-07")
    assert counts == [body(client.get(f"{ROOT}/rows?_as_of={day}&_count=1"))["total"] for day in days]
    assert counts == [len(SOME_ROWS), 2, 4]


def test_after_an_erasure_every_address_of_the_old_snapshot_is_gone(client: Client, town: City) -> None:
    before = client.get(f"{ROOT}/iceberg/metadata.json").json()
    (snapshot,) = before["snapshots"]
    (release,) = town.release_store.releases("works")
    town.release_store.erase(release, *erased(town.release_store, release, [1]))
    after = client.get(f"{ROOT}/iceberg/metadata.json")
    assert release.digest not in after.content.decode()
    assert after.json()["current-snapshot-id"] != snapshot["snapshot-id"]
    manifest = snapshot["manifest-list"].replace("snap-", "manifest-")
    for address in (snapshot["manifest-list"], manifest, f"{before['location']}/metadata/v1.metadata.json"):
        gone = client.get(urlsplit(address).path)
        assert (gone.status_code, gone.json()["type"]) == (410, "/developers#table-file-replaced"), address
    for name in ("v9.metadata.json", "snap-1-0123456789abcdef.avro", "x", "..%2Fworks"):
        assert client.get(f"{ROOT}/iceberg/metadata/{name}").status_code == 404, name
    rows = read_table("works").scan().to_arrow()
    assert rows.num_rows == body(client.get(f"{ROOT}/rows?_count=1"))["total"] == len(SOME_ROWS) - 1


def test_a_table_is_gone_with_what_it_showed(client: Client, town: City) -> None:
    (release,) = town.release_store.releases("works")
    (snapshot,) = client.get(f"{ROOT}/iceberg/metadata.json").json()["snapshots"]
    town.release_store.withdraw(release, "wrong", "مدیر (ساختگی)")
    addresses = ("iceberg/metadata.json", "iceberg/metadata/version-hint.text", "iceberg/metadata/v1.metadata.json")
    for address in (*(f"{ROOT}/{each}" for each in addresses), urlsplit(snapshot["manifest-list"]).path):
        gone = client.get(address)
        assert (gone.status_code, gone.json()["type"]) == (410, "/developers#table-withdrawn"), address
    with pytest.raises(FileGone, match="410"):
        read_table("works")


def test_what_is_not_public_is_in_no_file_of_the_table(client: Client) -> None:
    table = read_table("works")
    assert {"_period", "_release", "_row", "amount", "day"} < set(table.schema().column_names)
    assert not {"nid", "line"} & set(table.schema().column_names)
    assert client.get(f"{ROOT}/iceberg/metadata.json?x=1").status_code == 400
    assert client.get("/api/v1/datasets/nothing/iceberg/metadata.json").status_code == 404
