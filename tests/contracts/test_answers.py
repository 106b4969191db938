"""Every operation that promises an answer gives one that keeps the promise."""

from __future__ import annotations

import pytest
from django.test import Client
from jsonschema import ValidationError
from tests.apps.addresses import step
from tests.apps.answer_promise import described, promised
from tests.apps.civic_city import SCHEME

from ayan.apps.api.openapi import operations
from ayan.core.store.objects import MANIFEST
from ayan.ui.api.operations import JSON
from ayan.wiring import city
from ayan.wiring.city import City

OUTLAYS = "/api/v1/datasets/outlays"
ADDRESSES = (
    "/api/v1/datasets",
    OUTLAYS,
    f"{OUTLAYS}/rows",
    f"{OUTLAYS}/rows.json?_count=1&_lang=en&_sort_desc=voted&line=11",
    f"{OUTLAYS}/groups?by=chapter,flow&sum=voted&count=1&_lang=fa",
    f"{OUTLAYS}/facets?by=flow&flow=out&_lang=fa",
    f"{OUTLAYS}/changes",
    f"{OUTLAYS}/changes.json?_lang=en",
    f"{OUTLAYS}/releases",
    f"{OUTLAYS}/releases/1403/1",
    f"{OUTLAYS}/releases/1403/1/{MANIFEST}",
    "/api/v1/search?q=1403",
    "/api/v1/compare?_data=outlays&_measure=sum_voted&_by=year&_side=1402&_side=1403&_over=flow",
    "/api/v1/flags",
    "/api/v1/findings",
    "/api/v1/findings.json",
    "/api/v1/changes",
    "/api/v1/missing",
    "/api/v1/missing/history",
    "/api/v1/withheld",
    "/api/v1/audits",
    "/api/v1/tariffs",
    "/api/v1/tariffs/tehran-single-dwelling?price=120000&area=145&parking=2&_charged=2300000",
    "/api/v1/answers",
    *(f"/api/3/action/{name}" for name in ("package_list", "organization_list", "group_list", "package_search")),
    *(f"/api/3/action/{name}" for name in ("status_show", "site_read", "help_show?name=site_read")),
    "/api/3/action/package_show?id=outlays",
    "/api/3/action/datastore_search?resource_id=outlays",
    *(f"{'/'.join(('/budget', '1403', step(SCHEME), '1', '11')[:depth])}.json" for depth in range(1, 6)),
)


@pytest.fixture
def client(built_civic: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(city, "current", lambda: built_civic)
    return Client()


def followed(client: Client) -> list[str]:
    """Addresses that answers lead to: of one record, of one balance, and of a citation."""
    (record, *_) = promised(client.get("/api/v1/search?q=1403"))["rows"][0]["rows"]
    (balance, *_) = promised(client.get("/api/v1/audits"))["balances"]
    cited = promised(client.get(f"{OUTLAYS}/rows"))["citation"]
    owner, topic = (client.get(f"/api/3/action/{kind}_list").json()["result"][0] for kind in ("organization", "group"))
    return [
        f"/api/v1/datasets/{record['dataset']}/rows/{record['key']}",
        balance["url"],
        f"/api/v1/citations/{cited.rpartition('/')[2]}",
        f"/api/3/action/organization_show?id={owner}",
        f"/api/3/action/group_show?id={topic}",
    ]


def kept(client: Client, *addresses: str) -> set[str]:
    """The operations that the addresses are of; each answers what is promised of it."""
    out = set()
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        promised(response)
        out.add(described(response.request["PATH_INFO"]).id)
    return out


@pytest.mark.django_db
def test_every_answer_is_what_is_promised_of_it(
    client: Client, built_promises: City, built_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = kept(client, *ADDRESSES, *followed(client))
    # Its own city: only there the city says what it does.
    monkeypatch.setattr(city, "current", lambda: built_promises)
    held |= kept(client, "/api/v1/activities")
    # And only the small city declares a question and services of its own.
    monkeypatch.setattr(city, "current", lambda: built_city)
    held |= kept(client, "/api/v1/answers/largest-works", "/api/v1/services", "/api/v1/services/S-1")
    # Answers about places and documents are held to what they promise where a city has some: tests/apps.
    elsewhere = ("places", "documents")
    promising = [
        operation for operation in operations() if operation.answers.get(JSON) and operation.tag not in elsewhere
    ]
    assert {operation.id for operation in promising} - held == set()


def test_an_answer_with_a_member_that_nobody_declared_keeps_no_promise(client: Client) -> None:
    response = client.get("/api/v1/datasets")
    response.content = response.content.replace(b'"slug"', b'"more":1,"slug"', 1)
    with pytest.raises(ValidationError, match="more"):
        promised(response)
