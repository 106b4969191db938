"""ayan iceberg: tables that engines on the same disk read, of files that went the whole way, in step with every act."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyiceberg.table import StaticTable
from tests.cli.city import FIRST, GOOD, Town

from ayan.core.open_table.table_columns import columns_of

PEOPLE = ("--by", FIRST)


def table(town: Town) -> StaticTable:
    return StaticTable.from_metadata(f"file://{town.home}/iceberg/trees")


def said_by_the_api(town: Town) -> tuple[int, int]:
    said = json.loads(town.ayan("query", "trees", "groups?count=1&sum=cost", "--format", "json").out)
    (group,) = said["groups"]
    return group["count"], group["sum_cost"]


def said_by_the_table(town: Town) -> tuple[int, Any]:
    rows = table(town).scan().to_arrow()
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
