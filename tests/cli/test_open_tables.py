"""ayan iceberg: tables that engines on the same disk read, of files that went the whole way, in step with every act."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyiceberg.table import StaticTable
from tests.cli.city import FIRST, GOOD, Town
from tests.object_store import ObjectStore

from ayan.core.bucket.bucket import Bucket
from ayan.core.open_table.table_columns import columns_of

PEOPLE = ("--by", FIRST)


def table(town: Town) -> StaticTable:
    return StaticTable.from_metadata(f"file://{town.home}/iceberg/trees")


def said_by_the_api(town: Town, **there: Any) -> tuple[int, int]:
    said = json.loads(town.ayan("query", "trees", "groups?count=1&sum=cost", "--format", "json", **there).out)
    (group,) = said["groups"]
    return group["count"], group["sum_cost"]


def said_by_the_table(town: Town) -> tuple[int, Any]:
    return counted(table(town))


def counted(table: StaticTable) -> tuple[int, Any]:
    rows = table.scan().to_arrow()
    return rows.num_rows, pc.sum(rows["cost"]).as_py()


def test_tables_follow_every_act(town: Town) -> None:
    assert town.publish(town.file(GOOD)).code == 0
    assert not (town.home / "iceberg").exists()
    said = town.ayan("iceberg")
    assert said.code == 0, said.words
    assert str(town.home / "iceberg") in said.out
    assert said_by_the_table(town) == said_by_the_api(town)
    columns = set(table(town).schema().column_names)
    assert columns == {"_period", "_release", "_row", "_line", "number", "planted", "species", "cost"}

    (release,) = town.city.release_store.releases("trees")
    footer = [(each.name, str(each.type)) for each in pq.read_schema(release.parts()[0])]
    types = {"string": "string", "int64": "long", "date32[day]": "date"}
    assert [(each.name, each.type) for each in columns_of(release)] == [(name, types[kind]) for name, kind in footer]

    gone = str(release.parts()[0])
    assert town.ayan("erase", "trees/1403-05/1", "--row", "2", "--code", "personal-data", *PEOPLE).code == 0
    assert said_by_the_table(town) == said_by_the_api(town)
    assert not any(gone.encode() in path.read_bytes() for path in Path(town.home / "iceberg").rglob("*.avro"))

    assert town.ayan("withdraw", "trees/1403-05/1", "--code", "wrong-data", *PEOPLE).code == 0
    assert not list((town.home / "iceberg").rglob("*.avro"))
    assert town.ayan("iceberg", "--remove").code == 0
    assert not (town.home / "iceberg").exists()


def test_tables_of_releases_in_a_bucket_are_read_from_there(town: Town, bucket_server: ObjectStore) -> None:
    place = bucket_server.place()
    there = bucket_server.variables(place)

    def table() -> StaticTable:
        keys = {"s3.endpoint": place.endpoint, "s3.access-key-id": place.key, "s3.secret-access-key": place.secret}
        return StaticTable.from_metadata(f"{place.url}/iceberg/trees", {**keys, "s3.region": place.region})

    assert town.publish(town.file(GOOD), **there).code == 0
    said = town.ayan("iceberg", **there)
    assert said.code == 0, said.words
    assert f"{place.url}/iceberg" in said.out
    assert place.secret not in said.words
    assert counted(table()) == said_by_the_api(town, **there)
    (old,) = table().snapshots()
    assert town.ayan("erase", "trees/1403-05/1", "--row", "2", "--code", "personal-data", *PEOPLE, **there).code == 0
    assert counted(table()) == said_by_the_api(town, **there)
    assert old.snapshot_id not in {each.snapshot_id for each in table().snapshots()}
    assert town.ayan("iceberg", "--remove", **there).code == 0
    assert not Bucket(place).listing("iceberg/")
