"""A bundle: rows with what belongs to them, opened as a citizen would, held against the rows asked for one by one."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from html import unescape

import openpyxl
import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import page
from tests.apps.small_city import SECRET

from ayan.core.query import linked_rows as linking
from ayan.core.query.linked_rows import links_of
from ayan.datasets.registry import Registry

WORKS = "/api/v1/datasets/works/bundle.zip"


def opened(visitor: Client, address: str) -> zipfile.ZipFile:
    """The zip at an address, its sums right."""
    answer = visitor.get(address)
    assert answer.status_code == 200, answer.content
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]  # a stream has it
    assert book.testzip() is None
    return book


def lines(book: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    """The rows of a CSV in it."""
    return list(csv.DictReader(io.StringIO(book.read(name).decode("utf-8-sig"))))


def fetched(visitor: Client, address: str) -> list[dict[str, str]]:
    """The rows of a CSV at an address."""
    body = b"".join(visitor.get(address).streaming_content)  # type: ignore[attr-defined]  # a stream has it
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_a_bundle_holds_the_rows_and_exactly_those_that_name_them(visitor: Client) -> None:
    book = opened(visitor, f"{WORKS}?state=open&_lang=fa&_calendar=jalali&_unit=toman")
    works = lines(book, "csv/works.csv")
    assert works == fetched(visitor, "/api/v1/datasets/works/rows.csv?state=open")
    numbers = {row["number"] for row in works}
    every = fetched(visitor, "/api/v1/datasets/parts/rows.csv")
    assert lines(book, "csv/parts.csv") == [row for row in every if row["work"] in numbers]
    sheet, about = openpyxl.load_workbook(io.BytesIO(book.read("excel/parts.xlsx"))).worksheets
    assert [row[-1] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        row["_row"] for row in lines(book, "csv/parts.csv")
    ]
    assert "هزینه (تومان)" in [cell.value for cell in sheet[1]]
    assert about["A1"].value == "بستهٔ"
    assert SECRET.encode() not in b"".join(book.read(name) for name in book.namelist())


def test_its_manifest_vouches_for_every_file_and_its_words_for_people(visitor: Client) -> None:
    book = opened(visitor, f"{WORKS}?state=open")
    manifest = json.loads(book.read("datapackage.json"))
    held = {resource["path"]: resource for resource in manifest["resources"]}
    readmes = {name for name in book.namelist() if name.startswith("README.")}
    assert readmes == {"README.fa.txt", "README.en.txt"}
    assert set(held) | readmes | {"datapackage.json"} == set(book.namelist())
    for name, resource in held.items():
        body = book.read(name)
        assert (resource["hash"], resource["bytes"]) == (f"sha256:{hashlib.sha256(body).hexdigest()}", len(body))
    for name in readmes:
        assert manifest["readme"][name] == f"sha256:{hashlib.sha256(book.read(name)).hexdigest()}"
    parts = held["csv/parts.csv"]
    assert (parts["rows"], parts["linked"]) == (
        len(lines(book, "csv/parts.csv")),
        {"field": "work", "to": "works.number"},
    )
    assert [field["name"] for field in parts["schema"]["fields"]] == list(lines(book, "csv/parts.csv")[0])
    assert parts["schema"]["foreignKeys"][0]["reference"] == {"resource": "works", "fields": ["number"]}
    persian, english = (book.read(f"README.{code}.txt").decode("utf-8-sig") for code in ("fa", "en"))
    assert "وضعیت" in persian
    assert "تکه‌ها" in persian
    assert "bundle.zip?state=open" in english


def test_a_bundle_follows_references_to_what_a_row_names(visitor: Client) -> None:
    book = opened(visitor, "/api/v1/datasets/parts/bundle.zip?part=P-7")
    assert [row["number"] for row in lines(book, "csv/works.csv")] == ["C-007"]


def test_who_has_a_bundle_need_not_take_it_again(visitor: Client) -> None:
    first = visitor.head(f"{WORKS}?state=open")
    assert re.fullmatch('"[0-9a-f]{32}"', first.headers["ETag"])
    assert "works-bundle-" in first.headers["Content-Disposition"]
    assert visitor.get(f"{WORKS}?state=open", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_bundle_is_bounded_and_says_so_in_both_languages(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "MOST_BUNDLED_ROWS", 3)
    refused = visitor.get(WORKS)
    assert (refused.status_code, refused.json()["type"]) == (400, "/developers#too-many-to-link")
    assert "ردیف" in refused.json()["detail_fa"]
    monkeypatch.setattr(linking, "MOST_BUNDLED_ROWS", 5_000)
    monkeypatch.setattr(linking, "MOST_LINKED_ROWS", 1)
    assert visitor.get(WORKS).json()["type"] == "/developers#too-many-linked"
    assert visitor.get(f"{WORKS}?number=C-999").json()["type"] == "/developers#nothing-to-bundle"
    assert visitor.get(f"{WORKS}?_sort=number").json()["type"] == "/developers#unknown-parameter"


def test_pages_of_results_and_of_records_lead_to_bundles(visitor: Client) -> None:
    for address in ("/data/works?state=open", "/en/data/works/r/C-007"):
        text = page(visitor, address)
        match = re.search(r'href="(/api/v1/datasets/works/bundle\.zip[^"]+)"', text)
        assert match, address
        assert opened(visitor, unescape(match[1])).namelist()


def test_a_year_of_contracts_brings_its_whole_way() -> None:
    registry = Registry()
    linked = {link.dataset.slug: link.by.name for link in links_of(registry.all(), registry.get("contracts"))}
    expected = {
        "tenders": "tender_number",
        "bids": "tender_number",
        "contract-amendments": "number",
        "progress-statements": "number",
        "payments": "number",
    }
    assert expected.items() <= linked.items()
    assert "contracts" not in linked
