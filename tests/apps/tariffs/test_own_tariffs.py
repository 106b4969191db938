"""A city's own tariff: on its pages, held against its published rows, in its log, and anew whenever it is changed."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.small_city import build

from ayan.datasets.registry import Registry
from ayan.wiring import accountability, city
from ayan.wiring.city import City

TARIFF = """
item = "work-fee"
city = { fa = "شهر", en = "Town" }
title = { fa = "عوارض کار", en = "Fee of works" }
says = { fa = "آزمون", en = "Test" }
source = { says = { fa = "آزمون", en = "Test" } }

[valid]
since = "1400-01-01"

[[input]]
name = "state"
kind = "choice"
title = { fa = "وضعیت", en = "State" }
choices = [{ code = "open", fa = "جاری", en = "Open" }, { code = "done", fa = "پایان", en = "Done" }]

[[table]]
name = "price"
title = { fa = "بها", en = "Price" }
by = ["state"]
rows = [{ state = "open", value = 1000 }, { state = "done", value = 2000 }]

[[step]]
name = "fee"
title = { fa = "عوارض", en = "Fee" }
sql = "price * 3"

[result]
step = "fee"

[audit]
dataset = "works"
date = "day"
charged = "amount"

[audit.inputs]
state = "state"
"""


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    built = build(tmp_path / "town")
    (built.home / "tariffs").mkdir()
    (built.home / "tariffs" / "work-fee.toml").write_text(TARIFF, "utf-8")
    registry = Registry((built.home / "datasets",), built.home / "tariffs")
    own = City(built.home, built.store, built.clock, parts=replace(built.parts, registry=registry))
    monkeypatch.setattr(city, "current", lambda: own)
    return own


def text_of(page: bytes) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.decode())))


def test_a_record_leads_to_its_fee_and_what_was_charged(town: City) -> None:
    page = Client().get("/en/data/works/r/C-001").content.decode()
    (address,) = re.findall(r'href="(/en/tariffs/work-fee[^"]*)"', page)
    shown = text_of(Client().get(html.unescape(address)).content)
    assert re.search(r"It comes to [36],000 rial", shown)
    assert "more than the tariff gives" in shown
    (flag,) = [each for each in town.registry.flags().sound if each.code == "tariff-work-fee"]
    assert flag.about == "works"


def test_a_change_shows_at_once_and_is_a_leaf(town: City) -> None:
    reader, address = Client(), "/en/tariffs/work-fee?state=open"
    assert "It comes to 3,000 rial" in text_of(reader.get(address).content)
    first = reader.get(address)["ETag"]
    assert "tariffs/work-fee.toml" in {each.path for each in accountability.declare(town)}
    file = town.home / "tariffs" / "work-fee.toml"
    file.write_text(TARIFF.replace("price * 3", "price * 4"), "utf-8")
    town.site_version._look = None  # what is known of a second ago
    changed = reader.get(address)
    assert "It comes to 4,000 rial" in text_of(changed.content)
    assert changed["ETag"] != first
    assert [each.path for each in accountability.declare(town)] == ["tariffs/work-fee.toml"]


def test_a_case_is_compared_with_another_city_whose_tariff_asks_the_same(town: City) -> None:
    other = TARIFF.replace('city = { fa = "شهر", en = "Town" }', 'city = { fa = "شهر دیگر", en = "Other Town" }')
    (town.home / "tariffs" / "their-fee.toml").write_text(other.replace("price * 3", "price * 5"), "utf-8")
    page = text_of(Client().get("/en/tariffs/work-fee?state=open&_with=their-fee").content)
    assert "Other Town: Fee of works" in page
    assert "They differ by 2,000 rial." in page


def test_what_is_broken_is_said_and_computes_nothing(town: City) -> None:
    (town.home / "tariffs" / "work-fee.toml").write_text(TARIFF.replace("price * 3", "price / 3"), "utf-8")
    assert "1 declared tariff is not valid" in text_of(Client().get("/en/tariffs").content)
    assert Client().get("/tariffs/work-fee?state=open").status_code == 404
    ((problem,),) = [[each for each in town.registry.problems() if each.file == "tariffs/work-fee.toml"]]
    assert problem.key == "step[fee].sql"
