"""Documents for programs: listed, read page by page, and downloaded byte for byte."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.documents.conftest import FIRST, PAPERS, PLAN, SECOND

ATOM: Final = "{http://www.w3.org/2005/Atom}"


def _listed(reader: Client, query: str = "") -> Any:
    path = f"/api/v1/documents{query}"
    return promised(reader.get(path))


def test_documents_are_listed_by_dataset_kind_and_day(reader: Client) -> None:
    assert {each["digest"] for each in _listed(reader)["documents"]} == {paper.digest for paper in PAPERS}
    assert [each["digest"] for each in _listed(reader, "?dataset=trees&kind=plan")["documents"]] == [PLAN.digest]
    assert len(_listed(reader, "?since=2024-08-02")["documents"]) == 3
    assert _listed(reader, "?since=2024-08-03")["documents"] == []
    assert _listed(reader, "?kind=nothing")["documents"] == []


def test_pages_of_the_list_follow_each_other_without_gap(reader: Client) -> None:
    seen, following = [], "/api/v1/documents?_size=1"
    while following:
        answer = reader.get(following).json()
        seen += [each["digest"] for each in answer["documents"]]
        following = answer["next"]
    assert seen == sorted(paper.digest for paper in PAPERS)


@pytest.mark.parametrize("query", ["?since=1403", "?_size=0", "?_size=x", "?after=abc", "?unknown=1"])
def test_a_wrong_parameter_is_named(reader: Client, query: str) -> None:
    answer = reader.get(f"/api/v1/documents{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == query[1:].partition("=")[0]


def test_one_document_names_its_rows(reader: Client) -> None:
    path = f"/api/v1/documents/{SECOND.digest}"
    said = promised(reader.get(path))
    assert said["bytes"] == len(SECOND.content)
    (row,) = said["rows"]
    assert (row["dataset"], row["key"], row["kind"], row["version"]) == ("trees", ["1"], "permit", 2)
    assert reader.get(row["url"]).json()["rows"][0]["number"] == "1"
    assert reader.get(f"/api/v1/documents/{SECOND.digest[:16]}").json() == said


@pytest.mark.parametrize("digest", ["0" * 64, "0" * 16, SECOND.digest[:15], "x" * 64])
def test_what_is_not_published_is_not_found(reader: Client, digest: str) -> None:
    for path in ("", "/file", "/pages/1"):
        assert reader.get(f"/api/v1/documents/{digest}{path}").status_code == 404


def test_the_answer_of_a_row_leads_to_its_documents(reader: Client) -> None:
    row = promised(reader.get("/api/v1/datasets/trees/rows/1"))
    listed = promised(reader.get(row["documents"]))["documents"]
    assert [each["digest"] for each in listed] == [SECOND.digest, FIRST.digest]
    assert "documents" not in promised(reader.get(f"/api/v1/datasets/trees-documents/rows/1~{FIRST.digest}"))
    assert reader.get("/api/v1/documents?key=1").json()["parameter"] == "dataset"
    assert reader.get("/api/v1/documents?dataset=trees&key=1~2").json()["parameter"] == "key"


def test_the_text_of_a_page_has_its_lines_and_where_they_stand(reader: Client) -> None:
    path = f"/api/v1/documents/{FIRST.digest}/pages/1"
    said = promised(reader.get(path))
    assert [line["text"] for line in said["lines"]] == ["متن مجوز نخست", "سطر دوم"]
    assert said["lines"][0]["box"] == [10.25, 20.0, 300.0, 32.5]
    assert reader.get(f"/api/v1/documents/{FIRST.digest}/pages/2").json()["drawn"] is True
    for number in (0, 3, 99999):
        assert reader.get(f"/api/v1/documents/{FIRST.digest}/pages/{number}").status_code == 404


def test_the_file_is_the_sealed_bytes_and_can_do_nothing_here(reader: Client) -> None:
    path = f"/api/v1/documents/{FIRST.digest}/file"
    answer = reader.get(path)
    body = answer.getvalue()
    assert body == FIRST.content
    assert sha256(body).hexdigest() == FIRST.digest
    digest = f"sha-256=:{base64.b64encode(sha256(body).digest()).decode()}:"
    assert answer["Content-Digest"] == answer["Repr-Digest"] == digest
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["Content-Type"] == "application/pdf"
    assert reader.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304

    part = reader.get(path, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.getvalue()) == (206, b"PDF")
    assert "Content-Digest" not in part
    assert part["Repr-Digest"] == digest
    assert reader.get(path, headers={"Range": "bytes=9999-"}).status_code == 416


def test_the_page_of_a_row_leads_to_its_documents(reader: Client) -> None:
    page = reader.get("/en/data/trees/r/1").content.decode()
    for paper in (FIRST, SECOND):
        assert f"/api/v1/documents/{paper.digest}/file" in page
    assert "earlier version" in page
    assert "۲ صفحه" in reader.get("/data/trees/r/1").content.decode()
    assert "&lt;b&gt;" in reader.get("/data/trees/r/2").content.decode()
    assert "/api/v1/documents/" not in reader.get("/data/benches").content.decode()


def test_rows_that_lack_a_document_are_counted_as_missing(reader: Client) -> None:
    (said,) = promised(reader.get("/api/v1/missing"))["documents"]
    assert (said["dataset"], said["rows"], said["documents"], said["without_text"]) == ("trees", 2, 3, 1)
    assert [(each["kind"], each["rows"]) for each in said["lacking"]] == [("permit", 1)]
    page = reader.get("/en/missing").content.decode()
    assert "Planting permit: 1 of 2 rows have none." in page
    assert "1 of 3 documents have pages without text" in page


@pytest.mark.parametrize(("lang", "page"), [("fa", "/documents/"), ("en", "/en/documents/")])
def test_the_feed_of_documents_leads_to_each_and_to_its_bytes(reader: Client, lang: str, page: str) -> None:
    feed = ElementTree.fromstring(reader.get(f"/api/v1/datasets/trees-documents/rows.atom?_lang={lang}").getvalue())
    enclosures = {
        link.get("href", "").rpartition("/documents/")[2]: link.attrib
        for link in feed.iterfind(f"{ATOM}entry/{ATOM}link[@rel='enclosure']")
    }
    assert {name.removesuffix("/file") for name in enclosures} == {each.digest for each in PAPERS}
    assert enclosures[f"{FIRST.digest}/file"]["length"] == str(len(FIRST.content))
    assert enclosures[f"{FIRST.digest}/file"]["type"] == "application/pdf"
    for link in enclosures.values():
        assert reader.get(urlsplit(link["href"]).path).status_code == 200
    related = [link.get("href", "") for link in feed.iterfind(f"{ATOM}entry/{ATOM}link[@rel='related']")]
    assert {urlsplit(each).path for each in related} == {page + each.digest for each in PAPERS}
