"""How long it takes to seal a city's parcels with their tiles, to answer where a point lies, and to draw the map.

``python -m benchmarks.land --rows 200000`` writes invented parcels as a GeoPackage in UTM 39N, publishes them with
``ayan``'s own pipeline in a city of their own, and asks for points, for ranges of the tiles, and for pages of the map
at each level, each window once, every one in a request of Django's test client, so that neither a server nor a network
is in the figures.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.test")

import django
import numpy as np
import pyogrio
import shapely

SIDE: Final = 30.0
GAP: Final = 10.0
WEST, SOUTH = 360_000.0, 3_760_000.0
ZONES: Final = ("R121", "S214", "M112")
DISTRICTS: Final = 5


def parcels(rows: int) -> Any:
    """Squares in rows, a street between them, each a little out of line."""
    chance = np.random.default_rng(25)
    across = int(rows**0.5) + 1
    number = np.arange(rows)
    x = WEST + number % across * (SIDE + GAP) + chance.uniform(0, GAP / 2, rows)
    y = SOUTH + number // across * (SIDE + GAP) + chance.uniform(0, GAP / 2, rows)
    return shapely.box(x, y, x + SIDE, y + SIDE)


def written(folder: Path, rows: int) -> Path:
    """The GeoPackage."""
    path = folder / "parcels.gpkg"
    chance = random.Random(25)
    number = range(rows)
    columns: dict[str, Any] = {
        "RENOVATION_CODE": np.array([f"P-{n}" for n in number], dtype=object),
        "MANTAGHE": np.array([f"منطقه {n * DISTRICTS // rows + 1}" for n in number], dtype=object),
        "MABAR": np.array([f"خیابان {n // (int(rows**0.5) + 1) // 2} ساختگی" for n in number], dtype=object),
        "ZONE": np.array([chance.choice(ZONES) for _ in number], dtype=object),
        "KARBARI": np.array(["مسکونی"] * rows, dtype=object),
        "TABAGHE": np.array([n % 6 + 1 for n in number], dtype=np.int32),
        "SHAPE_AREA": np.array([SIDE * SIDE] * rows),
    }
    pyogrio.raw.write(
        path, shapely.to_wkb(parcels(rows)), list(columns.values()), list(columns), crs="EPSG:32639", driver="GPKG",
        geometry_type="Polygon", layer="parcels",
    )  # fmt: skip
    return path


DECLARED: Final = """
slug = "land"
title = { fa = "ملک‌ها", en = "Land" }
description = { fa = "ساختگی", en = "Invented" }
owner = { fa = "آزمون", en = "Trial" }
topic = "planning"
cadence = "irregular"
key = ["code"]
[[field]]
name = "code"
kind = "code"
label = { fa = "کد نوسازی", en = "Renovation code" }
aliases = ["RENOVATION_CODE"]
required = true
[[field]]
name = "district"
kind = "text"
choices = "districts"
role = "place"
label = { fa = "منطقه", en = "District" }
aliases = ["MANTAGHE"]
[[field]]
name = "street"
kind = "text"
label = { fa = "معبر", en = "Street" }
aliases = ["MABAR"]
[[field]]
name = "zone"
kind = "text"
choices = "zones"
role = "category"
label = { fa = "پهنه", en = "Zone" }
aliases = ["ZONE"]
[[field]]
name = "use"
kind = "text"
label = { fa = "کاربری", en = "Use" }
aliases = ["KARBARI"]
[[field]]
name = "storeys"
kind = "integer"
label = { fa = "طبقه", en = "Storeys" }
aliases = ["TABAGHE"]
nature = "rate"
[[field]]
name = "area"
kind = "decimal"
label = { fa = "مساحت", en = "Area" }
aliases = ["SHAPE_AREA"]
nature = "quantity"
[[field]]
name = "shape"
kind = "geometry"
label = { fa = "شکل", en = "Shape" }
aliases = ["geometry"]
[[view]]
code = "land"
kind = "plays"
part = "land-parcels"
fields = { code = "code", shape = "shape", zone = "zone", district = "district", street = "street" }
"""


def main() -> None:
    """Print the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=200_000)
    asked.add_argument("--turns", type=int, default=300)
    options = asked.parse_args()
    django.setup()
    with tempfile.TemporaryDirectory() as name:
        _measure(Path(name), options.rows, options.turns)


def _declare(folder: Path) -> None:
    lists = {"zones": [(zone, zone) for zone in ZONES]}
    lists["districts"] = [(str(n), f"منطقه {n}") for n in range(1, DISTRICTS + 1)]
    (folder / "codes").mkdir(parents=True)
    (folder / "dataset.toml").write_text(DECLARED, encoding="utf-8")
    for name, entries in lists.items():
        text = "".join(f'[[entry]]\ncode = "{code}"\nfa = "{words}"\nen = "{code}"\n\n' for code, words in entries)
        (folder / "codes" / f"{name}.toml").write_text(text, encoding="utf-8")


def _measure(folder: Path, rows: int, turns: int) -> None:
    from django.test import Client

    from ayan.core.publish.decisions import ClerkDecisions
    from ayan.core.publish.draft import write_draft
    from ayan.core.publish.examination import examine
    from ayan.core.publish.sealing import seal
    from ayan.core.store.manifest import Approval
    from ayan.core.values.clock import FixedClock
    from ayan.core.values.coordinate_system import to_degrees
    from ayan.datasets.registry import Registry
    from ayan.wiring import city
    from ayan.wiring.city import City
    from ayan.wiring.city_parts import CityParts

    _declare(folder / "datasets" / "land")
    now = datetime(2026, 11, 1, tzinfo=UTC)
    town = City(folder, folder / "store", FixedClock(now), parts=CityParts(registry=Registry((folder / "datasets",))))
    file = written(folder, rows)
    print(f"{rows} parcels, {file.stat().st_size / 1e6:.0f} MB of GeoPackage in UTM 39N", flush=True)
    context, begun = town.publish_context, time.monotonic()
    with examine(context, town.registry.get("land"), file, ClerkDecisions("all")) as examined:
        checked = time.monotonic()
        draft = write_draft(context, examined, sent_by="sender")
        drafted = time.monotonic()
        release = seal(context, draft, [Approval("approver", now, "cli", draft.digest)])
        sealed = time.monotonic()
    tiles = release.manifest["ayan"].get("tiles", [])
    print(
        f"read and checked {checked - begun:.1f} s, drafted {drafted - checked:.1f} s, "
        f"sealed with index and tiles {sealed - drafted:.1f} s; tiles {sum(t['bytes'] for t in tiles) / 1e6:.1f} MB",
        flush=True,
    )
    city.current = lambda: town
    reader, chance = Client(), random.Random(7)
    across, degrees = int(rows**0.5) + 1, to_degrees("EPSG:32639")

    def point() -> None:
        number = chance.randrange(rows)
        x = WEST + number % across * (SIDE + GAP) + SIDE / 2 + GAP / 4
        y = SOUTH + number // across * (SIDE + GAP) + SIDE / 2 + GAP / 4
        (lng,), (lat,) = degrees([x], [y])
        answer = reader.get("/api/v1/parcels/at", {"lat": f"{lat:.7f}", "lng": f"{lng:.7f}"})
        assert len(answer.json()["features"]) == 1

    path = f"/api/v1/datasets/land/releases/all/1/{tiles[0]['path']}" if tiles else ""

    def tile() -> None:
        start = chance.randrange(max(1, tiles[0]["bytes"] - 40_000))
        answer = reader.get(path, headers={"Range": f"bytes={start}-{start + 40_000}"})
        assert answer.status_code == 206
        for _ in answer.streaming_content:  # type: ignore[attr-defined]  # a streamed answer
            pass

    for what, ask in (("point in parcel", point), ("range of tiles, 40 kB", tile)):
        if what.startswith("range") and not tiles:
            continue
        _timed(what, ask, turns)
    begun = time.process_time()
    assert reader.get("/en/map").status_code == 200
    print(f"the first map of a release, {time.process_time() - begun:.1f} s of processor", flush=True)
    _timed("whole map", lambda: _map(reader, "/en/map?q="), min(turns, 20))
    for level in range(1, 9):
        last = 2 ** (level + 1) - 1
        windows = {f"{level}-{chance.randrange(last)}-{chance.randrange(last)}" for _ in range(turns)}
        left = iter(windows)

        def window(left: Iterator[str] = left) -> None:
            _map(reader, f"/en/map?at={next(left)}")

        _timed(f"map at level {level}", window, len(windows) - 1)


def _map(reader: Any, address: str) -> None:
    assert reader.get(address).status_code == 200


def _timed(what: str, ask: Callable[[], None], turns: int) -> None:
    """By the clock, and in processor seconds of this process: the clock of a busy machine tells of the others."""
    ask()
    clock, processor = [], []
    for _ in range(turns):
        begun, used = time.perf_counter(), time.process_time()
        ask()
        clock.append(1000 * (time.perf_counter() - begun))
        processor.append(1000 * (time.process_time() - used))
    figures = (
        f"p50 {statistics.median(each):.1f} ms, p95 {sorted(each)[int(0.95 * turns)]:.1f} ms of {name}"
        for each, name in ((clock, "the clock"), (processor, "processor"))
    )
    print(f"{what}, {turns} turns: {'; '.join(figures)}", flush=True)


if __name__ == "__main__":
    main()
