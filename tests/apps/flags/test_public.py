"""The public pages and answers of flags: what each says, what is found, and how anybody computes it again."""

from __future__ import annotations

import html
import re

import duckdb
import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.small_city import FLAG, FOUND, HOSTILE

from ayan.wiring.city import City


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_pages_say_what_a_flag_says_and_how_often_it_fires(reader: Client, prefix: str) -> None:
    for address in ("/flags", f"/flags/{FLAG}"):
        answer = reader.get(f"{prefix}{address}")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert HOSTILE not in page
        assert ("8%" if prefix else "۸٪") in page
    page = reader.get(f"{prefix}/flags/{FLAG}").content.decode()
    for words in ("دلیل", "پاسخ") if not prefix else ("It is invented.", "There is no amount."):
        assert words in page


def test_a_finding_leads_to_its_record_and_the_record_to_its_finding(reader: Client) -> None:
    page = reader.get(f"/flags/{FLAG}").content.decode()
    assert "/data/works/r/C-001" in page
    record = reader.get("/data/works/r/C-001").content.decode()
    assert f"/flags/{FLAG}#f-{FOUND.id}" in record
    assert f'id="f-{FOUND.id}"' in page


def test_anybody_gets_the_same_from_the_sql_on_the_page(small_city: City, reader: Client) -> None:
    page = reader.get(f"/en/flags/{FLAG}").content.decode()
    (sql,) = re.findall(r'aria-label="SQL"[^>]*>(.*?)</pre>', page, re.DOTALL)
    parts = [str(path) for release in small_city.release_store.snapshot("works").releases for path in release.parts()]
    with duckdb.connect() as con:
        con.execute(f"CREATE VIEW works AS FROM read_parquet({parts})")
        rows = con.execute(html.unescape(sql)).fetchall()
    assert {row[0] for row in rows if row[1]} == {f"C-{number:03}" for number in range(56, 61)}


@pytest.mark.parametrize("address", ["/flags/works/nothing", "/flags/nothing/too-large", "/en/flags/works/nothing"])
def test_an_unknown_flag_is_not_found(reader: Client, address: str) -> None:
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["C-001", "C-058"]),
        ("flag=works/too-large", ["C-001", "C-058"]),
        ("flag=works/other", []),
        ("dataset=works&key=C-058", ["C-058"]),
        ("party_id=99423976253", ["C-001", "C-058"]),
        ("party_id=1", []),
        ("_size=1", ["C-001"]),
        (f"_next={FOUND.id}", ["C-058"]),
    ],
)
def test_findings_are_asked_for_by_flag_record_and_company(reader: Client, query: str, keys: list[str]) -> None:
    answer = promised(reader.get(f"/api/v1/findings?{query}"))
    assert [finding["key"] for finding in answer["findings"]] == keys


def test_the_address_of_the_next_page_is_in_the_answer(reader: Client) -> None:
    first = reader.get("/api/v1/findings?_size=1&dataset=works").json()
    second = promised(reader.get(first["next"]))
    assert [finding["key"] for finding in (*first["findings"], *second["findings"])] == ["C-001", "C-058"]
    assert second["next"] is None


@pytest.mark.parametrize(
    "query", ["nothing=1", "flag=", "_size=0", "_size=x", "_next=gone", "flag=a&flag=b", "_lang=de"]
)
def test_a_wrong_question_is_told_so(reader: Client, query: str) -> None:
    answer = reader.get(f"/api/v1/findings?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_there_is_no_other_format(reader: Client) -> None:
    assert reader.get("/api/v1/findings.xlsx").status_code == 404
