"""The special pages when a question costs too much, when a program asks again, and when it asks wrongly."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.addresses import step
from tests.apps.built_city import opened
from tests.apps.catalog_pages.page_elements import page, shown
from tests.apps.civic_city import (
    BENCH_ROWS,
    BUREAU_ROWS,
    MEET_ROWS,
    MEMBERS,
    OUTLAY_ROWS,
    RULE_ROWS,
    SCHEME,
    declared,
    publish,
)

from ayan.apps.civic.special_pages import pages
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.embedded_engine import EngineLimits
from ayan.core.query.query_service import QueryService
from ayan.wiring import city
from ayan.wiring.city import City

LINE = f"/budget/1403/{step(SCHEME)}/1/11"
COSTLY = (
    "/budget",
    "/budget/1403",
    LINE,
    "/council",
    f"/council/member/{step(MEMBERS[0])}",
    f"/council/session/{step('م/1')}",
    "/council/resolution/1403-1",
    "/organisation",
)


@pytest.fixture(scope="module")
def unread(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city of which nobody has asked anything yet, so that no answer about it is remembered."""
    town = declared(tmp_path_factory.mktemp("unread"), "outlays", "benches", "meets", "rules", "bureaus")
    publish(town, "outlays", [row for row in OUTLAY_ROWS if row[0] == "1403"][:4], "1403")
    for slug, rows in (("benches", BENCH_ROWS), ("meets", MEET_ROWS), ("bureaus", BUREAU_ROWS[:2])):
        publish(town, slug, rows)
    publish(town, "rules", RULE_ROWS, "1403")
    return town


@pytest.fixture
def hurried(unread: City, monkeypatch: pytest.MonkeyPatch) -> City:
    """That city as a process sees it that has no time to compute anything."""
    town = opened(unread.home, unread.clock.now())
    no_time = EngineLimits(seconds=0, first_seconds=0)
    town.__dict__["query_service"] = QueryService(town.release_store, DuckDBEngine(town.index_store, no_time))
    monkeypatch.setattr(city, "current", lambda: town)
    return town


@pytest.mark.parametrize("address", COSTLY)
@pytest.mark.usefixtures("hurried")
def test_a_page_that_costs_too_much_says_so_and_when_to_come_back(address: str) -> None:
    visitor = Client()
    for prefix in ("", "/en"):
        answer = visitor.get(prefix + address)
        assert answer.status_code == 503
        assert (answer["Cache-Control"], answer["Retry-After"]) == ("no-store", "120")
        assert "1,000,003" not in shown(answer.content.decode())


@pytest.mark.parametrize("address", ["/budget.json", "/en/budget/1403.csv"])
@pytest.mark.usefixtures("hurried")
def test_so_does_a_file(address: str) -> None:
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"] == "120"


def test_a_copy_of_the_city_leaves_out_the_budget_that_cannot_be_walked_in_time(hurried: City) -> None:
    assert {name for name, _ in pages(hurried, 0)} == {"budget_years", "organisation", "council"}


@pytest.mark.parametrize("address", ["/budget.json", "/budget/1403.csv", f"/en{LINE}.json"])
def test_a_file_that_somebody_has_is_not_sent_again(visitor: Client, address: str) -> None:
    first = visitor.get(address)
    assert first.status_code == 200
    again = visitor.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = visitor.get(address.removeprefix("/en") if address.startswith("/en") else f"/en{address}")
    assert other["ETag"] != first["ETag"], "its labels are in another language"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/budget/1300.json", 404),
        ("/budget/nothing.csv", 404),
        (f"/budget/1403/{step(SCHEME)}/1/11/more.json", 404),
        (f"/budget/1403/{step(SCHEME)}/77.csv", 404),
        ("/budget.xml", 404),
        ("/budget/" + "9" * 3000 + ".json", 404),
        ("/budget.csv?_base=1402", 400),
        ("/budget/1403.json?_unit=rial", 400),
    ],
)
def test_a_file_that_is_not_there_is_a_problem_in_both_languages(visitor: Client, address: str, status: int) -> None:
    answer = visitor.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem["detail_fa"]
    assert problem["detail_en"].isascii()


@pytest.mark.parametrize(
    "address", ["/budget/a%00b", "/council/member/%00", "/council/session/%2F", "/council/resolution/" + "9" * 3000]
)
def test_hostile_steps_are_not_found(visitor: Client, address: str) -> None:
    assert visitor.get(address).status_code == visitor.get(f"/en{address}").status_code == 404


def test_a_unit_that_is_none_counts_for_nothing(visitor: Client) -> None:
    for address in ("/en/budget/1403", "/en/organisation"):
        usual, odd = (page(visitor, f"{address}{more}") for more in ("", "?_unit=<script>"))
        figures = [re.findall(r'<data value="(\d+)">(.*?)</data>', html) for html in (usual, odd)]
        assert figures[0] == figures[1] != []
        assert "_unit=<script" not in odd


def test_a_city_without_an_organisation_or_a_council_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = declared(tmp_path, "deeds")
    monkeypatch.setattr(city, "current", lambda: town)
    visitor = Client()
    for address in ("/organisation", "/council", "/council/member/x", "/council/resolution/1"):
        for prefix, words in (("", "داده‌ای برای این صفحه تعریف نکرده"), ("/en", "declared no dataset for this page")):
            answer = visitor.get(prefix + address)
            assert words in shown(answer.content.decode()), address
    for address in ("/budget.json", "/budget/1403.csv"):
        assert visitor.get(address).status_code == 404
