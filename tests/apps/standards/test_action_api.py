"""CKAN's action API, asked by CKAN's own client over HTTP and by hand: what it lists, finds, pages and refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from ckanapi import CKANAPIError, NotFound, RemoteCKAN, ValidationError
from django.core.wsgi import get_wsgi_application
from django.test import Client, RequestFactory
from tests.apps.small_city import ROWS, SECRET
from tests.http_servers import answering

from ayan.apps.standards.action_api import ACTIONS
from ayan.config.readers_queue import ReadersQueue
from ayan.config.response_cache import ResponseCache
from ayan.core.query.limits import MAX_SIZE
from ayan.wiring.city import City

ROOT = "/api/3/action"
ROWS_OF_WORKS = "/api/v1/datasets/works/rows"
RIGHT: dict[str, dict[str, Any]] = {
    "package_list": {},
    "package_show": {"id": "works"},
    "package_search": {},
    "datastore_search": {"resource_id": "works", "limit": 1000},
    "organization_list": {"all_fields": True},
    "organization_show": {"id": "trial-unit"},
    "group_list": {"all_fields": True},
    "group_show": {"id": "council"},
    "status_show": {},
    "site_read": {},
    "help_show": {"name": "package_show"},
}


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def served(small_city: City) -> Iterator[str]:
    """The address of the small city, behind the door that every request passes."""
    door = ResponseCache(get_wsgi_application(), small_city.site_version.now, "session", 1 << 20, 4)
    with answering(make_server("127.0.0.1", 0, door, handler_class=_Quiet)) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture(params=[False, True], ids=["post", "get"])
def ckan(served: str, request: pytest.FixtureRequest) -> RemoteCKAN:
    """CKAN's own client, asking by either method."""
    return RemoteCKAN(served, get_only=request.param)


def posted(client: Client, name: str, /, **parameters: Any) -> Any:
    return client.post(f"{ROOT}/{name}", json.dumps(parameters), content_type="application/json")


def result(client: Client, name: str, /, **parameters: Any) -> Any:
    response = posted(client, name, **parameters)
    assert response.status_code == 200, response.content
    return response.json()["result"]


def error(client: Client, name: str, /, **parameters: Any) -> tuple[int, dict[str, Any]]:
    response = posted(client, name, **parameters)
    assert response.json()["success"] is False
    return response.status_code, response.json()["error"]


def api_rows(client: Client, query: str = "") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(f"{ROWS_OF_WORKS}?_size=1000{query}").json()["rows"]
    return rows


def test_the_client_of_ckan_lists_finds_and_pages_a_dataset_through(ckan: RemoteCKAN, reader: Client) -> None:
    assert ckan.action.site_read() is True
    assert ckan.action.package_list() == ["works"]
    assert ckan.action.organization_list() == ["trial-unit"]
    assert ckan.action.group_list() == ["council"]
    hits = ckan.action.package_search(q="works", rows=5)
    assert (hits["count"], hits["results"]) == (1, [ckan.action.package_show(id="works")])
    (table,) = [each for each in hits["results"][0]["resources"] if each["datastore_active"]]
    records: list[dict[str, Any]] = []
    while True:
        page = ckan.action.datastore_search(resource_id=table["id"], limit=7, offset=len(records))
        assert page["total"] == ROWS
        if not page["records"]:
            break
        records += page["records"]
    assert records == api_rows(reader)
    assert {field["id"] for field in page["fields"]} == set(records[0])
    with pytest.raises(NotFound):
        ckan.action.package_show(id="unsent")
    with pytest.raises(ValidationError) as refused:
        ckan.action.datastore_search(resource_id="works", shape="round")
    assert "limit" in refused.value.error_dict["shape"][0]
    with pytest.raises(CKANAPIError, match="package_list"):
        ckan.action.package_delete(id="works")


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ({"filters": {"state": "open"}, "sort": "amount desc"}, "&state=open&_sort_desc=amount"),
        ({"filters": {"number": ["C-004", "C-010"], "site": None}}, "&number__in=C-004,C-010&site__isnull=1"),
        ({"filters": {"amount__gte": 55_000_000}, "sort": "amount asc"}, "&amount__gte=55000000&_sort=amount"),
        ({"q": "ساختگی 7"}, "&_search=ساختگی 7"),
        (
            {"q": {"subject": "ساختگی"}, "fields": ["amount", "number"]},
            "&subject__contains=ساختگی&_fields=amount,number",
        ),
        ({"sort": "_id"}, ""),
    ],
)
def test_rows_are_those_of_the_api_from_any_place(reader: Client, asked: dict[str, Any], query: str) -> None:
    expected = api_rows(reader, query)
    for offset in (0, 1, len(expected) - 1, len(expected), len(expected) + 5):
        page = result(reader, "datastore_search", resource_id="works", offset=offset, limit=9, **asked)
        assert page["records"] == expected[offset : offset + 9]
        assert page["total"] == len(expected)
    following = urlsplit(page["_links"]["start"])
    assert reader.get(following.path, dict(parse_qsl(following.query))).json()["result"]["records"] == expected[:9]
    assert result(reader, "datastore_search", resource_id="works", limit=0, **asked)["records"] == []


@pytest.mark.parametrize("name", RIGHT)
def test_nothing_withheld_or_unpublished_is_in_any_answer(reader: Client, name: str) -> None:
    assert set(RIGHT) == set(ACTIONS)
    given = {key: json.dumps(value) if value is True else value for key, value in RIGHT[name].items()}
    for response in (posted(reader, name, **RIGHT[name]), reader.get(f"{ROOT}/{name}", given)):
        assert response.status_code == 200
        assert response.json()["success"] is True
        assert reader.get(response.json()["help"].partition("testserver")[2]).status_code == 200
        for hidden in (SECRET, "holder_id", "unsent", "Unsent"):
            assert hidden not in response.content.decode()


def test_what_is_withheld_cannot_be_asked_about(reader: Client) -> None:
    for asked in (
        {"filters": {"holder_id": SECRET}},
        {"sort": "holder_id"},
        {"fields": "holder_id"},
        {"q": {"holder_id": SECRET}},
    ):
        status, fault = error(reader, "datastore_search", resource_id="works", **asked)
        assert (status, fault["__type"]) == (409, "Validation Error")
        assert SECRET not in json.dumps(fault)
    assert result(reader, "datastore_search", resource_id="works", q=SECRET)["total"] == 0
    assert result(reader, "package_search", q=SECRET)["count"] == 0
    assert error(reader, "datastore_search", resource_id="unsent")[0] == 404


@pytest.mark.parametrize(
    ("name", "asked", "status", "wrong"),
    [
        ("datastore_search", {}, 409, "resource_id"),
        ("datastore_search", {"resource_id": "works", "limit": -1}, 409, "limit"),
        ("datastore_search", {"resource_id": "works", "limit": True}, 409, "limit"),
        ("datastore_search", {"resource_id": "works", "offset": "9" * 30}, 409, "offset"),
        ("datastore_search", {"resource_id": "works", "distinct": True}, 409, "distinct"),
        ("datastore_search", {"resource_id": "works", "records_format": "csv"}, 409, "records_format"),
        ("datastore_search", {"resource_id": "works", "filters": {"amount": {"gte": 5}}}, 409, "filters"),
        ("datastore_search", {"resource_id": "works", "filters": {"_as_of": "1403"}}, 409, "filters"),
        ("datastore_search", {"resource_id": "works", "filters": {"amount": "much"}}, 409, "filters"),
        ("datastore_search", {"resource_id": "works", "filters": "{"}, 409, "filters"),
        ("datastore_search", {"resource_id": "works", "filters": ["amount"]}, 409, "filters"),
        ("datastore_search", {"resource_id": "works", "filters": {"state": []}}, 409, "filters"),
        ("datastore_search", {"resource_id": "works", "fields": ["height"]}, 409, "fields"),
        ("datastore_search", {"resource_id": "works", "sort": "amount, number"}, 409, "sort"),
        ("datastore_search", {"resource_id": "works", "sort": "amount sideways"}, 409, "sort"),
        ("datastore_search", {"resource_id": "works", "q": 7}, 409, "q"),
        ("datastore_search", {"resource_id": "works", "q": {"amount": "7"}}, 409, "q"),
        ("datastore_search", {"resource_id": "works", "q": " "}, 409, "q"),
        ("datastore_search", {"resource_id": ["works"]}, 409, "resource_id"),
        ("package_search", {"fq": "colour:red"}, 409, "fq"),
        ("package_search", {"q": '"open'}, 409, "q"),
        ("package_search", {"q": "a OR"}, 409, "q"),
        ("package_search", {"fq": "metadata_modified:[yesterday TO *]"}, 409, "fq"),
        ("package_search", {"q": "x" * 5_000}, 409, "q"),
        ("package_search", {"sort": "size desc"}, 409, "sort"),
        ("package_search", {"facet.field": ["groups"]}, 409, "facet.field"),
        ("package_search", {"include_private": True}, 409, "include_private"),
        ("package_show", {"id": "works", "x\n": 1}, 409, "x\n"),
        ("organization_list", {"limit": 5_000}, 409, "limit"),
        ("package_show", {"id": "nothing"}, 404, ""),
        ("organization_show", {"id": "nothing"}, 404, ""),
        ("group_show", {"id": "nothing"}, 404, ""),
        ("help_show", {"name": "nothing"}, 404, ""),
        ("datastore_search", {"resource_id": "works.parquet"}, 404, ""),
        ("datastore_search_sql", {"sql": "SELECT 1"}, 400, ""),
    ],
)
def test_what_means_nothing_is_refused_as_ckan_does(
    reader: Client, name: str, asked: dict[str, Any], status: int, wrong: str
) -> None:
    said, fault = error(reader, name, **asked)
    assert said == status
    assert fault["__type"]
    assert fault["message"]
    assert not wrong or fault[wrong][0]


def test_bodies_and_methods_that_are_none_are_refused(reader: Client) -> None:
    address = f"{ROOT}/package_list"
    for body in ("[1]", "{", '"works"', "{" + " " * 70_000 + "}"):
        response = reader.post(address, body, content_type="application/json")
        assert (response.status_code, response.json()["success"]) == (400, False)
    form = "application/x-www-form-urlencoded"
    assert reader.post(address, "limit=1", content_type=form).json()["result"] == ["works"]
    assert reader.post(address, '{"limit": 1}', content_type=form).json()["result"] == ["works"]
    assert reader.post(address, "limit=1&limit=2", content_type=form).status_code == 409
    assert reader.post(address, b"", content_type="application/json").json()["result"] == ["works"]
    refused = reader.put(address, "{}", content_type="application/json")
    assert (refused.status_code, "POST" in refused.headers["Allow"]) == (405, True)
    assert "POST" in reader.options(address).headers["Access-Control-Allow-Methods"]
    assert reader.get("/api/action/package_list").json()["result"] == ["works"]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"q": "*:*"}, 1),
        ({"q": "invented WORKS"}, 1),
        ({"q": "invented parks"}, 0),
        ({"q": "parks OR works"}, 1),
        ({"q": "NOT works"}, 0),
        ({"fq": "organization:trial-unit AND -groups:strange"}, 1),
        ({"fq": "organization:(other OR trial-unit)"}, 1),
        ({"fq": "-organization:trial-unit"}, 0),
        ({"fq": "name:wor* res_format:CSV"}, 1),
        ({"fq": 'title:"works"', "fq_list": ["organization:other"]}, 0),
        ({"fq": "metadata_modified:[2024-08-05T00:00:00Z TO *]"}, 1),
        ({"fq": "metadata_modified:[2024-08-06T00:00:00.000000Z TO *]"}, 0),
        ({"fq": "metadata_modified:[* TO 0001-01-01T00:00:00]"}, 0),
    ],
)
def test_packages_are_found_by_words_and_terms(reader: Client, asked: dict[str, Any], count: int) -> None:
    hits = result(reader, "package_search", sort="name asc", **asked)
    assert (hits["count"], len(hits["results"])) == (count, count)
    assert result(reader, "package_search", start=1, **asked)["results"] == []


def test_a_page_is_bounded_and_a_deep_place_leads_to_the_api(reader: Client) -> None:
    assert result(reader, "datastore_search", resource_id="works", limit=32_000)["limit"] == MAX_SIZE
    assert result(reader, "datastore_search", resource_id="works", offset=10**9)["records"] == []
    status, fault = error(
        reader, "datastore_search", resource_id="works", offset=10_001, limit=5, filters={"state": "open"}
    )
    assert status == 409
    address = next(word for word in fault["offset"][0].split() if word.startswith("http://testserver"))
    assert len(reader.get(address.removeprefix("http://testserver")).json()["rows"]) == 5


def test_answers_by_get_are_tagged_and_kept(reader: Client) -> None:
    address = f"{ROOT}/datastore_search?resource_id=works&filters=%7B%22state%22%3A%22open%22%7D"
    response = reader.get(address)
    assert response.json()["result"]["total"] == 40
    again = reader.get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "no-store" in posted(reader, "package_list").headers["Cache-Control"]


def test_a_question_by_post_takes_its_turn(small_city: City) -> None:
    """While somebody else computes and nobody more may wait, it is told so, as CKAN tells it."""
    door = ResponseCache(
        get_wsgi_application(),
        small_city.site_version.now,
        "session",
        1 << 20,
        4,
        queue=lambda: ReadersQueue(waiting=0),
    )

    def ask() -> tuple[str, Any]:
        began: list[str] = []
        sent = RequestFactory().post(f"{ROOT}/datastore_search", {"resource_id": "works"}, "application/json")
        pieces = door(sent.environ, lambda status, _headers: began.append(status))
        return began[0], json.loads(b"".join(pieces))

    with door.readers.turn("192.0.2.7"):
        status, said = ask()
    assert (status[:3], said["success"], said["error"]["__type"]) == ("503", False, "Search Error")
    status, said = ask()
    assert (status[:3], said["result"]["total"]) == ("200", ROWS)
