"""What is published in the words of standards: lists, descriptions of columns, and the signs that lead to them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client
from tests.apps.small_city import SECRET

from ayan.core.schema.view import PlaysView
from ayan.wiring import city
from ayan.wiring.city import City

WORKS = "/api/v1/datasets/works"
EVERYWHERE = (
    "/data.json",
    "/.well-known/api-catalog",
    f"{WORKS}/croissant.json",
    f"{WORKS}/rows.csv-metadata.json",
    f"{WORKS}/dcat.jsonld",
)


def links(value: str) -> list[tuple[str, str]]:
    """The relation and the address of every link of a header."""
    return [(relation, address) for address, relation in re.findall(r'<([^>]*)>; rel="([^"]*)"', value)]


@pytest.mark.parametrize("address", EVERYWHERE)
def test_nothing_withheld_is_in_it_and_it_is_kept_until_something_changes(reader: Client, address: str) -> None:
    response = reader.get(address)
    assert response.status_code == 200
    assert SECRET not in response.content.decode()
    assert "holder_id" not in response.content.decode()
    again = reader.get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert reader.get(f"{address}?x=1").status_code == 400


def test_the_columns_are_those_of_the_csv(reader: Client) -> None:
    described = reader.get(f"{WORKS}/rows.csv-metadata.json")
    assert described.headers["Content-Type"] == "application/csvm+json"
    response: Any = reader.get(f"{WORKS}/rows.csv")
    assert ("describedby", f"{WORKS}/rows.csv-metadata.json") in links(response.headers["Link"])
    assert "csv-metadata" not in reader.get(f"{WORKS}/rows.csv?_lang=en").headers["Link"]
    header = next(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    columns = described.json()["tableSchema"]["columns"]
    assert [column["titles"][0] for column in columns] == header
    assert {column["name"]: column["datatype"] for column in columns}["day"] == "date"
    assert described.json()["url"].endswith(f"{WORKS}/rows.csv")


def test_croissant_names_each_file_with_its_digest_and_each_column(reader: Client, small_city: City) -> None:
    body = reader.get(f"{WORKS}/croissant.json").json()
    assert body["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    live, *sealed = body["distribution"]
    assert live["contentUrl"].endswith(f"{WORKS}/rows.csv")
    state = small_city.release_store.snapshot("works")
    digests = {
        resource["hash"].removeprefix("sha256:")
        for release in state.releases
        for resource in release.manifest["resources"]
    }
    assert {file["sha256"] for file in sealed} == digests
    columns = [field["source"]["extract"]["column"] for field in body["recordSet"][0]["field"]]
    assert columns == ["number", "subject", "state", "amount", "day", "site", "_row"]
    assert reader.get("/api/v1/datasets/unsent/croissant.json").status_code == 404


def test_the_list_has_every_dataset_and_files_only_of_what_is_published(reader: Client) -> None:
    listed = {each["identifier"].rpartition("/")[2]: each for each in reader.get("/data.json").json()["dataset"]}
    assert set(listed) == {"works", "unsent"}
    assert "distribution" not in listed["unsent"]
    addresses = [each["downloadURL"] for each in listed["works"]["distribution"]]
    assert all(reader.head(address.partition("testserver")[2]).status_code == 200 for address in addresses)


def test_the_host_leads_to_its_doors(reader: Client) -> None:
    response = reader.get("/.well-known/api-catalog")
    assert response.headers["Content-Type"] == "application/linkset+json"
    paths = re.findall(r'"href":"http://testserver(/[^"]+)"', response.content.decode())
    assert "/api/v1/openapi.json" in paths
    # Contracting and the council answer where a city publishes them.
    doors = [path for path in paths if path not in ("/api/v1", "/api/v1/ocds", "/api/v1/popolo")]
    assert all(reader.get(path).status_code == 200 for path in doors)


def test_a_page_of_data_has_signposts_that_lead_somewhere(reader: Client) -> None:
    for page in ("/data/works", "/en/data/works"):
        signposts = links(reader.get(page).headers["Link"])
        relations = {relation for relation, _ in signposts}
        assert relations == {"cite-as", "describedby", "item", "license", "type", "collection"}
        own = [address.partition("testserver")[2] for _, address in signposts if "testserver" in address]
        assert len(own) >= 8
        assert all(reader.head(address).status_code == 200 for address in own)
    assert "Link" not in reader.get("/data/works?state=open").headers


def test_a_budget_is_a_fiscal_package(built_civic: City, monkeypatch: pytest.MonkeyPatch, reader: Client) -> None:
    assert reader.get(f"{WORKS}/fiscal.json").json()["type"] == "/developers#no-budget"
    monkeypatch.setattr(city, "current", lambda: built_civic)
    budget = next(dataset for dataset in built_civic.registry.declaring(PlaysView) if dataset.plays == "budget-lines")
    body: dict[str, Any] = Client().get(f"/api/v1/datasets/{budget.slug}/fiscal.json").json()
    names = {field["name"] for field in body["resources"][0]["schema"]["fields"]}
    measures, dimensions = body["model"]["measures"], body["model"]["dimensions"]
    assert measures["approved"]["phase"] == "approved"
    assert {measure["source"] for measure in measures.values()} < names
    sources = [attribute["source"] for each in dimensions.values() for attribute in each["attributes"].values()]
    assert set(sources) < names
    assert all(each["primaryKey"][0] in each["attributes"] for each in dimensions.values())
