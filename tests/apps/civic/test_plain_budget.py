"""A budget with the least that a budget may have: no headings, no amendments, nothing spent, a line without a side."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.answer_promise import promised
from tests.apps.built_city import PROFILE, copy_of
from tests.apps.catalog_pages.page_elements import links, page, shown
from tests.apps.civic_city import code_list, dataset_head, field, plays, publish
from tests.apps.small_city import NOW, declare

from ayan.apps.civic.special_pages import pages
from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

BARE: Final = (
    dataset_head("bare", "Bare", ("year", "plan", "line"), "year")
    + field("year", "period", "required = true")
    + field("plan", "code", "required = true")
    + field("line", "code", "required = true")
    + field("called", "text", 'role = "title"')
    + field("flow", "text", 'choices = "flows"')
    + field("voted", "rial", 'role = "amount"\nnature = "flow"')
    + field("site", "link")
    + plays("budget-lines", year="year", scheme="plan", code="line", title="called", side="flow", approved="voted")
)
FLOWS: Final = code_list("in", "out")
# year, plan, line, called, flow, voted, site
ROWS: Final = (
    ("1402", "A", "1", "یک", "out", 5, "https://example.org/a"),
    ("1402", "A", "2", "بی‌سمت", "", 7, ""),
    ("1403", "A", "1", "یک", "out", 9, "https://[example/b"),
    ("1403", "A", "4", "بی‌مبلغ", "out", "", ""),
    ("1403", "A", "3", "عوارض", "in", 8, ""),
)


def _build(home: Path) -> City:
    parts = CityParts(registry=Registry((home / "datasets",)), profile=PROFILE)
    town = City(home, home / "store", FixedClock(NOW), parts=parts)
    declare(home / "datasets", "bare", BARE, flows=FLOWS)
    for year in ("1402", "1403"):
        publish(town, "bare", [row for row in ROWS if row[0] == year], year)
    return town


@pytest.fixture(scope="session")
def built_bare(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city; nobody publishes more in it."""
    return copy_of("bare-city", _build, tmp_path_factory.mktemp("bare"))


@pytest.fixture
def bare(built_bare: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Its visitor."""
    monkeypatch.setattr(city, "current", lambda: built_bare)
    return Client()


def document(client: Client, address: str) -> Any:
    answer = client.get(f"{address}.json")
    assert answer.status_code == 200, answer.content[:300]
    return promised(answer)


def test_a_line_under_no_heading_has_one_address_everywhere(bare: Client) -> None:
    line = "/budget/1403/A/-/1"
    for level in ("/budget/1403", "/budget/1403/A", "/budget/1403/A/-"):
        html = page(bare, level)
        assert line in links(html), level
        assert "/budget/1403/A/1" not in links(html)
    assert line in links(page(bare, "/data/bare/r/1403~A~1"))
    html = page(bare, f"/en{line}")
    assert "/en/budget/1402/A/-/1" in links(html)
    assert "Under no heading" not in shown(html), "nobody said that there are headings"
    for absent in ("/budget/1403/A/1", "/budget/1403/A/1/1", "/budget/1403/A/x", "/budget/1403/B/-/1"):
        assert bare.get(absent).status_code == 404


def test_every_page_of_it_that_is_copied_answers(bare: Client, built_bare: City) -> None:
    copied = [reverse(f"fa:{name}", args=args) for name, args in pages(built_bare, 10)]
    assert sum(address.startswith("/budget/140") for address in copied) == 2 + 2 + 2 + len(ROWS)
    for address in copied:
        assert bare.get(address).status_code == 200, address


@pytest.mark.parametrize("address", ["/budget", "/budget/1402", "/budget/1402/A", "/budget/1402/A/-"])
def test_a_line_that_says_no_side_is_counted_by_itself(bare: Client, address: str) -> None:
    sides = {side["side"]: side for side in document(bare, address)["sides"]}
    rows = [row for row in ROWS if address == "/budget" or row[0] == "1402"]
    for code in {row[4] for row in rows}:
        own = [row for row in rows if row[4] == code]
        total = sides[code]["total"]
        assert (total["lines"], total["approved"]) == (len(own), sum(int(row[5] or 0) for row in own))
        answer = json.loads(bare.get(sides[code]["api"]).content)
        assert sum(int(group["sum_voted"] or 0) for group in answer["groups"]) == total["approved"]
    html = page(bare, f"/en{address}")
    (rows_of_it, *_) = [href for href in links(html, "/en/data/bare") if "flow__isnull=1" in href]
    assert "بی‌سمت" in shown(page(bare, rows_of_it))


def test_what_the_budget_does_not_have_stands_in_no_file_and_no_table(bare: Client) -> None:
    total = document(bare, "/budget/1403")["sides"][0]["total"]
    assert set(total) == {"lines", "approved", "changed", "silent"}
    head = next(csv.reader(io.StringIO(bare.get("/en/budget/1403.csv").content.decode("utf-8-sig"))))
    assert head == ["Side", "Code", "Title", "voted (rial)", "Lines", "Lines amended", "Lines without actual"]
    words = shown(page(bare, "/en/budget/1403"))
    for absent in ("amended", "Per cent", "reported nothing"):
        assert absent not in words


def test_a_web_address_that_leads_nowhere_is_shown_as_it_was_written(bare: Client) -> None:
    for prefix in ("", "/en"):
        html = page(bare, f"{prefix}/data/bare/r/1403~A~1")
        assert "https://[example/b" in shown(html)
        assert not any("[example" in href for href in links(html))
    assert "https://[example/b" in shown(page(bare, "/data/bare?_fields=line,site"))
    assert "https://example.org/a" in links(page(bare, "/data/bare/r/1402~A~1"))
