"""The linked city with what a comparison needs besides: sites with an area, and people counted by district."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

import pytest
from django.test import Client
from tests.apps.built_city import copy_of
from tests.apps.linked_city import build_linked, copied, publish
from tests.apps.small_city import declare

from ayan.datasets.registry import Registry
from ayan.wiring import city
from ayan.wiring.city import City

HEAD: Final = """
slug = "{slug}"
title.fa = "{fa}"
title.en = "{en}"
description.fa = "ساختگی"
description.en = "Invented"
owner.fa = "واحد آزمون"
owner.en = "Trial unit"
topic = "money"
cadence = "irregular"
key = {key}
"""


def column(name: str, kind: str, fa: str, en: str, more: str = "") -> str:
    """One field of a declaration."""
    return f'\n[[field]]\nname = "{name}"\nkind = "{kind}"\nlabel.fa = "{fa}"\nlabel.en = "{en}"\n{more}\n'


SITES: Final = (
    HEAD.format(slug="sites", fa="کارگاه‌ها", en="Sites", key='["site"]')
    + column("site", "code", "شماره", "Site", "required = true")
    + column("district", "text", "منطقه", "District", 'role = "place"\nchoices = "districts"')
    + column("built", "date", "روز", "Built", 'role = "date"')
    + column("fee", "rial", "عوارض", "Fee", 'role = "amount"\nnature = "flow"')
    + column("price", "rial", "بهای هر متر", "Price of a metre", 'role = "rate"\nnature = "rate"')
    + column(
        "area",
        "decimal",
        "زیربنا",
        "Floor area",
        'role = "quantity"\nnature = "quantity"\nunit.fa = "متر مربع"\nunit.en = "m²"',
    )
)
FOLK: Final = (
    HEAD.format(slug="folk", fa="جمعیت ساختگی", en="Invented people", key='["year", "district"]')
    + column("year", "period", "سال", "Year", "required = true")
    + column("district", "text", "منطقه", "District", 'role = "place"\nchoices = "districts"\nrequired = true')
    + column("people", "integer", "نفر", "People", 'required = true\nnature = "stock"\nat = "year"')
    + '\n[[view]]\ncode = "people"\nkind = "people"\nyear = "year"\nplace = "district"\npeople = "people"\n'
)
DISTRICTS: Final = """
[[entry]]
code = "north"
fa = "شمال"
en = "north"

[[entry]]
code = "south"
fa = "جنوب"
en = "south"
"""
SITE_HEADER: Final = ("شماره", "منطقه", "روز", "عوارض", "زیربنا")
# number, district, day, fee in rial, floor area
SITE_ROWS: Final = (
    ("S1", "شمال", "1403/02/01", 900_000, "10.5"),
    ("S2", "شمال", "1403/05/01", 600_000, ""),
    ("S3", "شمال", "1404/01/15", 800_001, "4.5"),
    ("S4", "جنوب", "1403/03/01", 300_000, "30"),
    ("S5", "جنوب", "1404/03/01", "", "12"),
    ("S6", "جنوب", "1404/09/01", 500_000, "20"),
    ("S7", "جنوب", "1399/01/01", 70_000, "1"),
)
PEOPLE: Final = {("1403", "north"): 1000, ("1403", "south"): 4000, ("1404", "north"): 1100, ("1404", "south"): 3900}


def sheet(header: tuple[str, ...], rows: object) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])  # type: ignore[misc]  # rows of any kind
    return out.getvalue()


def build_compared_anew(home: Path) -> City:
    """The linked city with both datasets published."""
    town = build_linked(home)
    declare(town.home / "datasets", "sites", SITES, districts=DISTRICTS)
    declare(town.home / "datasets", "folk", FOLK, districts=DISTRICTS)
    town.__dict__["registry"] = Registry((town.home / "datasets",))
    publish(town, "sites", sheet(SITE_HEADER, SITE_ROWS), "sites.csv")
    words = {"north": "شمال", "south": "جنوب"}
    folk = [(year, words[district], count) for (year, district), count in PEOPLE.items()]
    publish(town, "folk", sheet(("سال", "منطقه", "نفر"), folk), "folk.csv")
    return town


@pytest.fixture(scope="session")
def built_compared(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city; nobody publishes more in it."""
    return copy_of("compared-city", build_compared_anew, tmp_path_factory.mktemp("compared"))


@pytest.fixture
def own(built_compared: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city that the test may change."""
    city_copy = copied(built_compared, tmp_path / "own")
    monkeypatch.setattr(city, "current", lambda: city_copy)
    return city_copy


@pytest.fixture
def visitor(built_compared: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A visitor of the city."""
    monkeypatch.setattr(city, "current", lambda: built_compared)
    return Client()
