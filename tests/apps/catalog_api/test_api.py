"""The API as a program meets it: rows in every format, refusals, caching, releases and their files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
from django.http import HttpResponse
from django.test import Client
from tests.apps.catalog_api.api_dataset import ROOT, body, publish, whole
from tests.core.query.town import SOME_ROWS

from ayan.core.index import index_store
from ayan.wiring.city import City


def test_datasets_are_listed_and_described(client: Client) -> None:
    listed = body(client.get("/api/v1/datasets"))["datasets"]
    assert [(entry["slug"], entry["rows"], entry["url"]) for entry in listed] == [("works", 5, ROOT)]
    description = body(client.get(ROOT))
    assert description["releases"][0]["url"] == f"{ROOT}/releases/1403-05/1"
    assert description["key"] == ["number"]
    names = [field["name"] for field in description["schema"]["fields"]]
    assert "title" in names
    assert not {"nid", "line"} & set(names)


def test_rows_come_in_pages(client: Client) -> None:
    seen: list[str] = []
    url: str | None = f"{ROOT}/rows?_sort_desc=amount&_size=2&_count=1&amount__isnull=0"
    while url:
        page = body(client.get(url))
        assert page["total"] == 4
        seen += [row["number"] for row in page["rows"]]
        url = page["next"]
    assert seen == ["14", "0012", "C-1404-7", "15"]


def test_a_row_leads_to_where_it_stands(client: Client) -> None:
    (row,) = body(client.get(f"{ROOT}/rows?number=0012"))["rows"]
    assert row["_row"] == "1403-05/1#1"
    assert row["amount"] == 1_250_000_000
    assert "nid" not in row
    assert body(client.get(f"{ROOT}/rows/0012"))["rows"] == [row]
    assert client.get(f"{ROOT}/rows/nothing").status_code == 404


@pytest.mark.parametrize("ending", ["json", "ndjson", "csv", "parquet", "xlsx"])
def test_every_format_has_all_rows_and_the_same_headers(client: Client, ending: str) -> None:
    response = client.get(f"{ROOT}/rows.{ending}?state=active")
    assert response.status_code == 200
    data = whole(response) if response.streaming else response.content
    assert len(data) > 100
    assert response["ETag"].startswith('"')
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert response["Link"].split(", ") == [
        f'<{ROOT}/releases/1403-05/1>; rel="canonical"',
        f'<{ROOT}>; rel="describedby"',
        '</api/v1/openapi.json>; rel="service-desc"',
    ]
    assert response["Access-Control-Allow-Origin"] == "*"
    head = client.head(f"{ROOT}/rows.{ending}?state=active")
    assert (head.status_code, head["ETag"], head["Content-Type"]) == (200, response["ETag"], response["Content-Type"])
    assert (
        client.get(f"{ROOT}/rows.{ending}?state=active", headers={"If-None-Match": response["ETag"]}).status_code == 304
    )
    if ending != "json":
        assert response["Content-Disposition"].endswith(f'.{ending}"')


def test_csv_and_parquet_hold_the_rows(client: Client) -> None:
    lines = whole(client.get(f"{ROOT}/rows.csv?_sort=number&_fields=number,amount")).decode("utf-8-sig").splitlines()
    assert lines[:2] == ["number,amount,_row", '"0012",1250000000,"1403-05/1#1"']
    table = pq.read_table(io.BytesIO(whole(client.get(f"{ROOT}/rows.parquet"))))
    assert table.column("amount").to_pylist() == [row["amount"] for row in SOME_ROWS]


def test_tags_follow_the_state_and_the_question(client: Client, town: City) -> None:
    first = client.get(f"{ROOT}/rows")
    assert client.get(f"{ROOT}/rows?_count=0")["ETag"] == first["ETag"]
    assert client.get(f"{ROOT}/rows?_count=1")["ETag"] != first["ETag"]
    publish(town, "1403-06", [{"number": "99"}])
    again = client.get(f"{ROOT}/rows", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, len(body(again)["rows"])) == (200, 6)
    assert again["Link"].startswith(f'<{ROOT}/releases>; rel="describedby", ')


def test_another_format_of_the_index_changes_no_state_tag_or_cursor(
    client: Client, town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{ROOT}/rows?_size=2"
    first, before = client.get(address), set((town.home / "index" / "works").glob("*.duckdb"))
    monkeypatch.setattr(index_store, "INDEX_FILE_FORMAT", index_store.INDEX_FILE_FORMAT + 1)
    again = client.get(address)
    assert set((town.home / "index" / "works").glob("*.duckdb")) == before, "nothing is built for a reader"
    assert (again["ETag"], again.content) == (first["ETag"], first.content)
    town.index_store.ensure("works")
    again = client.get(address)
    assert set((town.home / "index" / "works").glob("*.duckdb")) > before
    assert (again["ETag"], again.content) == (first["ETag"], first.content)
    assert [row["number"] for row in body(client.get(body(first)["next"]))["rows"]] == ["۱۳", "14"]
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_groups_and_facets(client: Client) -> None:
    groups = body(client.get(f"{ROOT}/groups?by=state&sum=amount&avg=share&state=active"))
    assert groups["groups"] == [{"state": "active", "sum_amount": 2**60 + 1_250_000_000, "avg_share": Decimal("9.75")}]
    assert groups["total"] == 1
    facets = body(client.get(f"{ROOT}/facets?by=state,day:year&state=active&_lang=fa"))["facets"]
    assert facets["state"]["values"][0] == {"value": "active", "count": 2, "chosen": True, "label": "جاری"}
    assert facets["day:year"] == {
        "values": [{"value": "1402", "count": 1, "chosen": False}, {"value": "1403", "count": 1, "chosen": False}],
        "more": False,
    }
    assert client.get(f"{ROOT}/facets").status_code == 400


def test_groups_are_asked_by_their_numbers(client: Client) -> None:
    every = body(client.get(f"{ROOT}/groups?by=state&count=1&sum=amount"))
    many = [group for group in every["groups"] if group["count"] > 1]
    assert 0 < len(many) < every["total"]
    kept = body(client.get(f"{ROOT}/groups?by=state&count=1&sum=amount&_having=count__gt:1"))
    assert (kept["groups"], kept["total"]) == (many, len(many))
    assert kept["question"]["having"] == ["count__gt:1"]
    both = f"{ROOT}/groups?by=state&count=1&sum=amount&_having=count__gt:1,sum_amount__lt:{many[0]['sum_amount']}"
    assert many[0] not in body(client.get(both))["groups"]


PROBLEMS = [
    ("/groups?by=state&_having=count__near:5", 400, "not-allowed", "_having"),
    ("/groups?by=state&_having=sum_amount__gt:5", 400, "not-allowed", "_having"),
    ("/groups?by=state&_having=count__gt:five", 400, "not-a-number", "_having"),
    (
        "/groups?by=state&_having=count__gt:1,count__gt:2,count__gt:3,count__gt:4,count__gt:5",
        400,
        "too-many",
        "_having",
    ),
    ("/rows?colour=red", 400, "unknown-field", "colour"),
    ("/rows?nid=0012345678", 400, "not-published", "nid"),
    ("/rows?amount=x", 400, "not-a-number", "amount"),
    ("/rows?title=a&title=b", 400, "repeated", "title"),
    ("/rows?title=", 400, "empty-value", "title"),
    ("/rows?_unit=toman", 400, "unknown-parameter", "_unit"),
    ("/rows.csv?_count=1", 400, "unknown-parameter", "_count"),
    ("/rows.parquet?_calendar=jalali", 400, "unknown-parameter", "_calendar"),
    ("/rows?_next=abc", 400, "cursor", "_next"),
    ("/rows/0012?_size=3", 400, "unknown-parameter", "_size"),
    ("/rows/0012?title=a", 400, "unknown-parameter", "title"),
    ("/rows/a~b", 400, "key", "key"),
    ("/rows.pdf", 404, "no-such-format", None),
    ("/rows?_release=1403-07/1", 404, "no-such-release", None),
    ("/releases/1403-07/1", 404, "no-such-release", None),
    ("/releases/1403-05/1/other.parquet", 404, "no-such-file", None),
    ("/releases/1403-05/1/..%2Fmanifest", 404, "no-such-address", None),
    ("/releases?x=1", 400, "unknown-parameter", "x"),
    ("/nonsense", 404, "no-such-address", None),
    ("/groups?by=nid", 400, "not-published", "by"),
]


@pytest.mark.parametrize(("address", "status", "code", "parameter"), PROBLEMS)
def test_refusals_are_problem_documents(
    client: Client, address: str, status: int, code: str, parameter: str | None
) -> None:
    response = client.get(ROOT + address)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "no-store"
    document = body(response)
    assert document["type"].endswith(f"#{code}")
    assert document["status"] == status
    assert document["title"]
    assert document["detail"] == document["detail_fa"]
    assert document["detail_en"].isascii()
    assert document.get("parameter") == parameter
    assert "0012345678" not in response.content.decode()


def test_the_detail_is_in_the_language_asked_for(client: Client) -> None:
    document = body(client.get(f"{ROOT}/rows?colour=1&_lang=en"))
    assert document["detail"] == document["detail_en"]
    assert body(client.get("/api/v1/datasets/none"))["type"].endswith("#no-such-dataset")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.usefixtures("client")
def test_nothing_can_be_changed(method: str) -> None:
    response: HttpResponse = getattr(Client(enforce_csrf_checks=True), method)(f"{ROOT}/rows")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response["Content-Type"] == "application/problem+json"


def test_any_origin_may_ask(client: Client) -> None:
    response = client.options(f"{ROOT}/rows")
    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Range" in response["Access-Control-Allow-Headers"]
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_the_manifest_and_the_parts_are_the_bytes_of_the_store(client: Client, town: City) -> None:
    release = town.release_store.release("works", "1403-05", 1)
    manifest = client.get(f"{ROOT}/releases/1403-05/1")
    assert manifest.content == release.local("datapackage.json").read_bytes()
    assert manifest["ETag"] == f'"{release.digest}"'
    assert client.get(f"{ROOT}/releases/1403-05/1/datapackage.json").content == manifest.content
    (name,) = release.names
    data = release.local(name).read_bytes()
    response = client.get(f"{ROOT}/releases/1403-05/1/{name}", headers={"Accept-Encoding": "gzip"})
    assert whole(response) == data
    assert response["Content-Length"] == str(len(data))
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert f"sha256:{response['ETag'].strip(chr(34))}" == release.manifest["resources"][0]["hash"]


@pytest.fixture
def part(town: City) -> tuple[str, bytes]:
    release = town.release_store.release("works", "1403-05", 1)
    return f"{ROOT}/releases/1403-05/1/{release.names[0]}", release.local(release.names[0]).read_bytes()


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-3", 0, 4), ("bytes=4-", 4, None), ("bytes=-8", -8, None), ("bytes=2-99999999", 2, None)],
)
def test_ranges(client: Client, part: tuple[str, bytes], asked: str, start: int, stop: int | None) -> None:
    address, data = part
    response = client.get(address, headers={"Range": asked, "Accept-Encoding": "gzip"})
    assert response.status_code == 206
    expected = data[start:stop]
    assert whole(response) == expected
    first = start % len(data) if start < 0 else start
    assert response["Content-Range"] == f"bytes {first}-{first + len(expected) - 1}/{len(data)}"


def test_ranges_that_cannot_be_served(client: Client, part: tuple[str, bytes]) -> None:
    address, data = part
    for beyond in (f"bytes={len(data)}-", "bytes=-0"):
        response = client.get(address, headers={"Range": beyond})
        assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(data)}")
    for whole_file in ("bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,3-4"):
        assert client.get(address, headers={"Range": whole_file}).status_code == 200
    other = client.get(address, headers={"Range": "bytes=0-3", "If-Range": '"other"'})
    assert other.status_code == 200


def test_a_withdrawn_release_is_gone_and_says_why(client: Client, town: City, part: tuple[str, bytes]) -> None:
    page = body(client.get(f"{ROOT}/rows?_size=2"))
    town.release_store.withdraw(town.release_store.release("works", "1403-05", 1), "personal-data", "officer")
    for address in (
        f"{ROOT}/releases/1403-05/1",
        part[0],
        f"{ROOT}/rows?_release=1403-05/1",
        f"{ROOT}/rows.csv?_release=1403-05/1",
    ):
        response = client.get(address)
        assert (response.status_code, body(response)["reason"]) == (410, "personal-data")
    expired = client.get(page["next"])
    assert (expired.status_code, body(expired)["type"]) == (410, "/developers#cursor-expired")
    assert body(client.get(f"{ROOT}/rows"))["rows"] == []
    (release,) = body(client.get(f"{ROOT}/releases"))["releases"]
    assert release["withdrawn"]


# Closing an answer by hand makes Django look at the database's connections, which a test may not do unasked.
@pytest.mark.django_db
def test_a_download_that_is_given_up_lets_the_file_go(client: Client) -> None:
    response = client.get(f"{ROOT}/rows.ndjson")
    pieces: Iterator[bytes] = iter(response)
    next(pieces)
    response.close()
    assert client.get(f"{ROOT}/rows").status_code == 200


def test_days_may_be_asked_for_and_shown_in_jalali(client: Client) -> None:
    (row,) = body(client.get(f"{ROOT}/rows?day=1403-05&_calendar=jalali"))["rows"]
    assert row["day"] == "1403-05-12"
    (row,) = body(client.get(f"{ROOT}/rows?day=%DB%B1%DB%B4%DB%B0%DB%B3-05-12"))["rows"]
    assert row["day"] == date(2024, 8, 2).isoformat()


EVERYWHERE = (
    "/api/v1/datasets", ROOT, f"{ROOT}/rows", f"{ROOT}/rows.csv", f"{ROOT}/rows/0012", f"{ROOT}/groups", f"{ROOT}/facets?by=state",
    f"{ROOT}/changes", f"{ROOT}/changes.csv", f"{ROOT}/releases", f"{ROOT}/releases/1403-05/1", f"{ROOT}/openapi.json",
    "/api/v1/openapi.json", "/changes.atom",
)  # fmt: skip


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_is_tagged_open_and_linked_whatever_is_accepted(client: Client, address: str) -> None:
    response = client.get(address, headers={"Accept": "text/html", "Origin": "https://example.org"})
    assert response.status_code == 200
    assert response["ETag"].startswith('"')
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert 'rel="service-desc"' in response["Link"]
    assert "Set-Cookie" not in response
    assert not response["Content-Type"].startswith("text/html")
    other = client.get(address, headers={"Accept": "application/json"})
    assert (other["ETag"], other["Content-Type"]) == (response["ETag"], response["Content-Type"])
    head = client.head(address)
    assert (head.status_code, head["ETag"], head.content) == (200, response["ETag"], b"")
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert client.options(address).status_code == 204


@pytest.mark.parametrize("address", [*EVERYWHERE, "/api/v1/nothing", "/api/v1/"])
def test_a_request_that_cannot_be_read_is_refused_as_every_other(client: Client, address: str) -> None:
    path = address.partition("?")[0]
    response = client.get(path + "?" + "&".join(f"a{n}=1" for n in range(1_500)))
    assert response.status_code in (400, 404)
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "ETag" not in response
