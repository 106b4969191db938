"""A city of lots and trees, published once for all doors of places."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import shapely
from django.test import Client
from tests.apps.built_city import PROFILE

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal
from ayan.core.store.manifest import Approval
from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

NOW = datetime(2024, 8, 5, 12, tzinfo=UTC)
ACROSS, COUNT = 40, 1_100
LOTS = """
slug = "lots"
title = { fa = "قطعه‌ها", en = "Lots" }
description = { fa = "ساختگی", en = "Invented" }
owner = { fa = "آزمون", en = "Trial" }
topic = "planning"
cadence = "irregular"
key = ["code"]
[[field]]
name = "code"
kind = "code"
label = { fa = "کد", en = "Code" }
required = true
[[field]]
name = "storeys"
kind = "integer"
label = { fa = "طبقه", en = "Storeys" }
nature = "rate"
[[field]]
name = "outline"
aliases = ["geometry"]
kind = "geometry"
label = { fa = "شکل", en = "Shape" }
extent = [49.0, 34.0, 50.0, 35.0]
[[view]]
code = "land"
kind = "plays"
part = "land-parcels"
fields = { code = "code", shape = "outline" }
"""

TREES = """
slug = "trees"
title = { fa = "درخت‌ها", en = "Trees" }
description = { fa = "ساختگی", en = "Invented" }
owner = { fa = "آزمون", en = "Trial" }
topic = "planning"
cadence = "irregular"
key = ["code"]
[[field]]
name = "code"
kind = "code"
label = { fa = "کد", en = "Code" }
required = true
[[field]]
name = "kind"
kind = "text"
label = { fa = "گونه", en = "Kind" }
[[field]]
name = "planted"
kind = "date"
role = "date"
label = { fa = "کاشت", en = "Planted" }
[[field]]
name = "owner"
kind = "text"
label = { fa = "مالک", en = "Owner" }
shown = "withheld"
reason = { fa = "نام شخص", en = "A name of a person" }
[[field]]
name = "lon"
kind = "decimal"
scale = 6
role = "longitude"
nature = "rate"
label = { fa = "طول", en = "Longitude" }
[[field]]
name = "lat"
kind = "decimal"
scale = 6
role = "latitude"
nature = "rate"
label = { fa = "عرض", en = "Latitude" }
"""
TREE_ROWS = """code,kind,planted,owner,lon,lat
T-1,"چنار ""کهن"" \\ بلند",1390/01/15,رضا پنهان,49.700000,34.100000
T-2,کاج,,رضا پنهان,49.710000,34.110000
T-3,سرو,1400/12/01,رضا پنهان,,
"""


def outline(number: int) -> Any:
    """A lot of some thirty metres, in rows of forty; the first one has a yard that belongs to nobody."""
    west, south = 49.6 + number % ACROSS * 0.0004, 34.05 + number // ACROSS * 0.0004
    lot = shapely.box(west, south, west + 0.0003, south + 0.0003)
    return lot.difference(shapely.box(west + 1e-4, south + 1e-4, west + 2e-4, south + 2e-4)) if number == 0 else lot


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> City:
    home = tmp_path_factory.mktemp("lots")
    folder = home / "datasets" / "lots"
    folder.mkdir(parents=True)
    (folder / "dataset.toml").write_text(LOTS, encoding="utf-8")
    (home / "datasets" / "trees").mkdir()
    (home / "datasets" / "trees" / "dataset.toml").write_text(TREES, encoding="utf-8")
    town = City(
        home, home / "store", FixedClock(NOW), parts=CityParts(registry=Registry((home / "datasets",)), profile=PROFILE)
    )
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": {"code": f"L-{number:04}", "storeys": number % 7},
            "geometry": None if number == COUNT - 1 else json.loads(shapely.to_geojson(outline(number))),
        }
        for number in range(COUNT)
    ]
    # What somebody wrote into a shape beside its coordinates is in no column, so nobody decided over it.
    features[3]["geometry"] |= {"owner": "رضا پنهان", "bbox": [0, 0, 1, 1]}
    file = home / "lots.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    table = home / "trees.csv"
    table.write_text(TREE_ROWS, encoding="utf-8")
    context = town.publish_context
    for slug, sent in (("lots", file), ("trees", table)):
        with examine(context, town.registry.get(slug), sent, ClerkDecisions("all")) as examined:
            draft = write_draft(context, examined, sent_by="فرستنده")
            seal(context, draft, [Approval("تأییدکننده", NOW, "cli", draft.digest)])
    return town


@pytest.fixture
def reader(built: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(city, "current", lambda: built)
    return Client()
