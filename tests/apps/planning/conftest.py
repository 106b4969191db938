"""An invented town of a few blocks whose datasets play the land, the values of streets and the permits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.test import Client
from tests.apps.built_city import PROFILE, copy_of
from tests.apps.civic_city import code_list, dataset_head, field, plays, publish
from tests.apps.small_city import HOSTILE, NOW, SECRET, declare

from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

STREETS: Final = ("کوچهٔ سرو", HOSTILE)
LOTS: Final = (
    dataset_head("lots", "Lots", ("mark",))
    + field("mark", "code", 'required = true\nrole = "title"')
    + field("ward", "text", 'choices = "wards"\nrequired = true\nrole = "place"')
    + field("lane", "text")
    + field("band", "text", 'choices = "bands"\nrole = "category"')
    + field("purpose", "text", 'choices = "purposes"')
    + field("ratio", "integer", 'nature = "rate"')
    + field("floors", "integer", 'nature = "rate"')
    + field("ground", "decimal", 'nature = "quantity"')
    + field("outline", "geometry")
    + field("holder", "text", 'shown = "withheld"')
    + plays(
        "land-parcels",
        code="mark",
        district="ward",
        street="lane",
        zone="band",
        use="purpose",
        density="ratio",
        storeys="floors",
        area="ground",
        shape="outline",
    )
)
WORTHS: Final = (
    dataset_head("worths", "Worths", ("year", "lane"))
    + field("year", "period", "required = true")
    + field("lane", "text", 'required = true\nrole = "title"')
    + field("worth", "rial", 'nature = "rate"')
    + field("factor", "integer", 'nature = "rate"')
    + plays("land-values", year="year", street="lane", value="worth", coefficient="factor")
)
GRANTS: Final = (
    dataset_head("grants", "Grants", ("file",))
    + field("file", "code", 'required = true\nrole = "title"')
    + field("lot", "ref", 'ref = "lots.mark"')
    + field("day", "date", 'calendar = "jalali"\nrole = "date"')
    + field("ward", "text", 'choices = "wards"\nrole = "place"')
    + field("state", "text", 'choices = "states"\nrole = "status"')
    + field("floor", "decimal", 'nature = "quantity"')
    + field("charge", "rial", 'role = "amount"\nnature = "flow"')
    + field("east", "decimal", 'scale = 6\nrole = "longitude"')
    + field("north", "decimal", 'scale = 6\nrole = "latitude"')
    + plays("permitted-buildings", parcel="lot", floor_area="floor")
)
HALLS: Final = (
    dataset_head("halls", "Halls", ("hall",))
    + field("hall", "code", "required = true")
    + field("name", "text", 'role = "title"')
    + field("state", "text", 'choices = "states"\nrole = "status"')
    + field("lot", "ref", 'ref = { to = "lots.mark", required = false }')
    + field("giver", "text", 'shown = "withheld"')
    + '\n[[view]]\ncode = "map"\nkind = "placed"\nby = "lot"\nat = "lots.mark"\n'
)
DEALS: Final = (
    dataset_head("deals", "Deals", ("deal",))
    + field("deal", "code", 'required = true\nrole = "title"')
    + field("file", "code")
    + '\n[[view]]\ncode = "map"\nkind = "placed"\nby = "file"\nat = "grants.file"\n'
)
CROWD: Final = (
    dataset_head("crowd", "Crowd", ("year", "ward"))
    + field("year", "period", "required = true")
    + field("ward", "text", 'choices = "wards"\nrequired = true\nrole = "place"')
    + field("souls", "integer", 'nature = "stock"\nat = "year"')
    + '\n[[view]]\ncode = "people"\nkind = "people"\nyear = "year"\npeople = "souls"\nplace = "ward"\n'
)
TARIFF: Final = """
item = "building-fee"
kind = "levy"
city = { fa = "شهر آزمون", en = "Trial City" }
title = { fa = "عوارض ساخت", en = "Building fee" }
says = { fa = "ساختگی", en = "Invented" }

[source]
says = { fa = "ساختگی", en = "Invented" }

[valid]
since = "1400-01-01"

[[input]]
name = "ward"
kind = "choice"
title = { fa = "بخش", en = "Ward" }
choices = [{ code = "north", fa = "شمال", en = "North" }, { code = "south", fa = "جنوب", en = "South" }]

[[input]]
name = "area"
kind = "area"
title = { fa = "زیربنا", en = "Floor area" }
minimum = 0
maximum = 200000

[[table]]
name = "price"
title = { fa = "بها", en = "Price" }
unit = { fa = "ریال", en = "rial" }
by = ["ward"]
rows = [{ ward = "north", value = 1000 }, { ward = "south", value = 3000 }]

[[step]]
name = "fee"
title = { fa = "عوارض", en = "Fee" }
unit = { fa = "ریال", en = "rial" }
sql = "price * area"

[result]
step = "fee"
rounding = "down"
to = 1

[audit]
dataset = "grants"
date = "day"
charged = "charge"

[audit.inputs]
ward = "ward"
area = "floor"
"""
WEST, SOUTH = 54.44, 34.44


def outline(column: int, line: int) -> str:
    """A lot of some 18 by 22 metres on a grid, as GeoJSON."""
    west, south = WEST + column * 0.0002, SOUTH + line * 0.0002
    corners = ((west, south), (west + 0.0002, south), (west + 0.0002, south + 0.0002), (west, south + 0.0002))
    text = ",".join(f"[{x:.6f},{y:.6f}]" for x, y in (*corners, corners[0]))
    return f'{{"type":"Polygon","coordinates":[[{text}]]}}'


def lots(many: int = 40) -> Iterator[tuple[object, ...]]:
    """Lots in rows of ten, forty of them unless more are asked for: one without any rule, one without a shape."""
    for n in range(many):
        ward, lane = ("north en", STREETS[0]) if n < 20 else ("south en", STREETS[1])
        band, purpose = ("B1 en", "home en") if n % 10 < 5 else ("B2 en", "shop en")
        rule = (band, purpose, 200, 4, 400) if n != 39 else ("", "", "", "", "")
        yield (f"L-{n}", ward, lane, *rule, "" if n == 38 else outline(n % 10, n // 10), SECRET)


def opened(home: Path) -> City:
    """The town in its folder, with its own tariffs."""
    parts = CityParts(registry=Registry((home / "datasets",), tariffs=home / "tariffs"), profile=PROFILE)
    return City(home, home / "store", FixedClock(NOW), parts=parts)


def build(home: Path, many: int = 40) -> City:
    """The town with everything published."""
    town = opened(home)
    wards = code_list("north", "south")
    bands, purposes = code_list("B1", "B2"), code_list("home", "shop")
    declare(home / "datasets", "lots", LOTS, wards=wards, bands=bands, purposes=purposes)
    declare(home / "datasets", "worths", WORTHS)
    declare(home / "datasets", "grants", GRANTS, wards=wards, states=code_list("open", "shut"))
    declare(home / "datasets", "crowd", CROWD, wards=wards)
    (home / "tariffs").mkdir()
    (home / "tariffs" / "building-fee-1403.toml").write_text(TARIFF, encoding="utf-8")
    publish(town, "lots", list(lots(many)))
    publish(town, "worths", [("1402", STREETS[0], 5_000, 400), ("1403", STREETS[0], 7_000, 450)])
    grants = [
        (f"G-{n}", f"L-{n}", "1402/05/01", "north en", "open en" if n % 2 else "shut en", 100, 6_000 * n,
         round(WEST + n * 0.0002 + 0.0001, 6), SOUTH + 0.0001)
        for n in range(1, 6)
    ]  # fmt: skip
    publish(town, "grants", grants)
    publish(town, "crowd", [("1402", "north en", 30), ("1402", "south en", 60)])
    declare(home / "datasets", "halls", HALLS, states=code_list("open", "shut"))
    declare(home / "datasets", "deals", DEALS)
    publish(town, "halls", [
        ("H-1", f"Hall {HOSTILE}", "open en", "L-7", SECRET), ("H-2", "Hall two", "shut en", "L-7", SECRET),
        ("H-3", "Hall three", "shut en", "L-25", SECRET), ("H-4", "Hall four", "open en", "", SECRET),
        ("H-5", "Hall five", "open en", "L-38", SECRET), ("H-6", "Hall six", "open en", "L-99", SECRET),
    ])  # fmt: skip
    publish(town, "deals", [("D-1", "G-1"), ("D-2", "G-9"), ("D-3", "")])
    return town


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The town, built once; nobody publishes more in it."""
    return opened(copy_of("planned-town", build, tmp_path_factory.mktemp("town")).home)


@pytest.fixture
def visitor(built_town: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A visitor of the town. Tests share it, so what was counted in it meanwhile is taken away."""
    monkeypatch.setattr(city, "current", lambda: built_town)
    yield Client()
    built_town.place_figures._file.unlink(missing_ok=True)
