"""Two cities: another portal's tables are taken in with their proof, and stand beside the city's own, never among them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.catalog_pages.page_elements import Elements, links, page, shown
from tests.apps.compare.conftest import PEOPLE, SITE_HEADER, SITE_ROWS, sheet
from tests.apps.compare.neighbour import harvest, served
from tests.apps.linked_city import copied, publish

from ayan.wiring import city
from ayan.wiring.city import City

CITIES = "_by=_city&_side=here&_side=kharazm"
FEES = f"_data=sites&_measure=sum_fee&{CITIES}"
OURS: list[tuple[Any, ...]] = list(SITE_ROWS)
# The other city takes twice the fee for each site, one rial more for the first, and had none in 1399.
THEIRS = [
    (n, district, day, fee and 2 * int(fee) + (n == "S1"), area) for n, district, day, fee, area in OURS if n != "S7"
]
FOLK = {key: 10 * count for key, count in PEOPLE.items()}


@pytest.fixture(autouse=True)
def this_machine_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AYAN_PULL_NETWORKS", "127.0.0.1/32")


def _neighbour(town: City, home: Path) -> City:
    neighbour = copied(town, home)
    publish(neighbour, "sites", sheet(SITE_HEADER, THEIRS), "theirs.csv")
    words = {"north": "شمال", "south": "جنوب"}
    people = [(year, words[district], count) for (year, district), count in FOLK.items()]
    publish(neighbour, "folk", sheet(("سال", "منطقه", "نفر"), people), "folk.csv")
    return neighbour


@pytest.fixture(scope="module")
def settled(built_compared: City, tmp_path_factory: pytest.TempPathFactory) -> City:
    """The other city; nobody publishes more in it."""
    return _neighbour(built_compared, tmp_path_factory.mktemp("settled") / "city")


@pytest.fixture(scope="module")
def portal(settled: City) -> Iterator[str]:
    with served(settled) as address:
        yield address


@pytest.fixture(scope="module")
def joined(built_compared: City, settled: City, portal: str, tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city that has harvested the other one's sites and people."""
    joined_city = copied(built_compared, tmp_path_factory.mktemp("joined") / "city")
    named = ("--name-fa", "خوارزم", "--name-en", "Kharazm", "--key", settled.home / "ledger" / "vkey", "--plain")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AYAN_PULL_NETWORKS", "127.0.0.1/32")
        assert harvest(joined_city, portal, "--as", "kharazm", "--dataset", "sites", "--dataset", "folk", *named) == 0
    return joined_city


@pytest.fixture
def mine(built_compared: City, tmp_path: Path) -> City:
    """A city that has harvested nothing yet."""
    return copied(built_compared, tmp_path / "mine")


@pytest.fixture
def visitor(joined: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(city, "current", lambda: joined)
    return Client()


def asked(client: Client, query: str, status: int = 200) -> Any:
    response = client.get(f"/api/v1/compare?{query}")
    assert response.status_code == status, response.content[:500]
    return promised(response)


def fees(rows: list[Any], year: str = "") -> int:
    return sum(int(fee) for _, _, day, fee, _ in rows if fee and day.startswith(year))


# --- the comparison -----------------------------------------------------------------------------------------------------


def test_sums_of_two_cities_are_those_of_their_own_rows(visitor: Client, portal: str, settled: City) -> None:
    answer = asked(visitor, f"{FEES}&_over=built:year")
    lines = {line["key"]: line["values"] for line in answer["lines"]}
    assert lines.pop("1399") == [fees(OURS, "1399"), None]
    assert lines == {year: [fees(OURS, year), fees(THEIRS, year)] for year in ("1403", "1404")}
    # A year that one of them has not published is in no sum, however the sum is taken.
    both = [fees(OURS, "140"), fees(THEIRS)]
    assert answer["total"]["values"] == both
    assert "Not every city has published 1399; it is in no sum." in answer["method"]["en"]
    places = asked(visitor, f"{FEES}&_over=district")
    assert places["total"]["values"] == both
    assert [sum(column) for column in zip(*(line["values"] for line in places["lines"]), strict=True)] == both
    own, other = answer["sides"]
    assert (own["city"], own["label"]) == (None, "شهر ساختگی")
    assert (other["api"], other["label"]) == (None, "خوارزم (شهر دیگر)")
    (release,) = other["city"]["releases"]
    assert other["city"]["address"] == portal
    assert (release["release"], release["rows"]) == ("all/2", len(THEIRS))
    assert release["manifest"] == settled.release_store.release("sites", "all", 2).digest == release["origin"]["digest"]
    assert release["origin"]["licence"] == "ODC-BY-1.0"
    assert release["origin"]["logged"]["vouched"]
    assert any("are those of another city" in sentence for sentence in answer["method"]["en"])


def test_each_city_is_divided_by_its_own_people_and_told_at_one_index(visitor: Client) -> None:
    cent = Decimal("0.01")
    answer = asked(visitor, f"{FEES}&_over=built:year&_per=person")
    values = {line["key"]: line["values"] for line in answer["lines"]}
    for year in ("1403", "1404"):
        counts = [sum(count for (of, _), count in people.items() if of == year) for people in (PEOPLE, FOLK)]
        sums = [fees(rows, year) for rows in (OURS, THEIRS)]
        expected = [(Decimal(total) / of).quantize(cent, ROUND_HALF_UP) for total, of in zip(sums, counts, strict=True)]
        assert values[year] == [float(value) for value in expected]
    real = asked(visitor, f"{FEES}&_over=built:year&_real=1&_base=1404")
    assert real["total"]["values"] == [fees(rows, "1404") + 2 * fees(rows, "1403") for rows in (OURS, THEIRS)]
    assert any("for all cities" in sentence for sentence in real["method"]["en"])


def test_pages_and_files_say_whose_figures_they_are(visitor: Client, portal: str) -> None:
    for path, words in (("/compare", "خوارزم (شهر دیگر)"), ("/en/compare", "Kharazm (another city)")):
        html = page(visitor, f"{path}?{FEES}&_over=built%3Ayear")
        assert words in shown(html)
        assert {portal, f"{path}/cities#city-kharazm", f"{path}/cities#city-kharazm-sites"} <= set(links(html))
        assert f"{path}/cities" in links(page(visitor, path))
        about = page(visitor, f"{path}/cities")
        marks = [str(attributes.get("id")) for _, attributes in Elements(about).tags if attributes.get("id")]
        assert len(marks) == len(set(marks))
        assert {"city-kharazm", "city-kharazm-sites"} <= set(marks)
        assert f"{portal}/data/sites/releases/all/2" in links(about)
    rows = list(
        csv.reader(io.StringIO(visitor.get(f"/api/v1/compare.csv?{FEES}&_over=none&_lang=en").content.decode()))
    )
    assert "Kharazm (another city) (rial)" in rows[0]
    book = openpyxl.load_workbook(io.BytesIO(visitor.get(f"/api/v1/compare.xlsx?{FEES}&_lang=en").content))
    notes = [str(cell.value) for row in book.worksheets[1].iter_rows() for cell in row]
    assert any(f"{portal}/api/v1/datasets/sites/releases/all/2" in note for note in notes)


def test_the_figures_of_another_city_are_nowhere_else(joined: City, visitor: Client, built_compared: City) -> None:
    assert joined.release_store.snapshot("sites").digest == built_compared.release_store.snapshot("sites").digest
    groups = json.loads(visitor.get("/api/v1/datasets/sites/groups?by=built:year&sum=fee").content)
    assert sum(group["sum_fee"] for group in groups["groups"]) == fees(OURS)
    for address in ("/en/data/", "/en/search?q=works", "/en/missing", "/en/changes", "/en/audits", "/en/data/sites"):
        text = visitor.get(address).content.decode()
        assert "Kharazm" not in text, address
        assert "another city" not in text, address


def test_what_another_city_cannot_be_asked_is_refused_in_words(visitor: Client, joined: City) -> None:
    assert asked(visitor, f"{FEES}&_as_of=1404", 400)["code"] == "no-past"
    assert asked(visitor, "_data=parts&_by=_city&_side=here&_side=kharazm", 400)["allowed"] == ["here"]
    other = joined.others.get("kharazm")
    assert other is not None
    (release,) = other.release_store.snapshot("sites").releases
    origin = other.origin(release.address)
    assert origin is not None
    other.keep_origin(release.address, replace(origin, unlike=("fee",)))
    refused = asked(visitor, f"{FEES}&_over=none", 400)
    assert (refused["code"], refused["parameter"]) == ("not-there", "_measure")
    assert "Kharazm" in refused["detail_en"]
    assert asked(visitor, f"_data=sites&_measure=count&{CITIES}&_over=none")["total"]["values"] == [6, 6]
    other.keep_origin(release.address, origin)
