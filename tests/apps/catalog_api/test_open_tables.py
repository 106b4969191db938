"""A dataset as an Iceberg table: PyIceberg and DuckDB read from it what the API says, and never what is gone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pyarrow.compute as pc
from django.test import Client
from tests.apps.catalog_api.asking import ROOT, body, publish
from tests.apps.catalog_api.table_reader import read_table
from tests.core.query.town import SOME_ROWS

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
