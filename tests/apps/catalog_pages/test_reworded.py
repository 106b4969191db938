"""A declaration that is reworded after a release: pages and answers keep the sealed words, and show today's beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.small_city import build, publish, sheet

from ayan.core.store.sealed_labels import as_sealed, label_changes
from ayan.wiring import city
from ayan.wiring.city import City

REWORDED = (
    ('title.en = "Works"', 'title.en = "Donations"'),
    ('owner.en = "Trial unit"', 'owner.en = "Deputy for nobody"'),
    ('label.en = "Amount"', 'label.en = "Amount given back"'),
)

BESIDE = re.compile(r'<details class="behind">.*?</details>', re.DOTALL)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[City]:
    built = build(tmp_path)
    with city.in_use(built):
        yield built


def reword(own: City) -> None:
    works = own.home / "datasets" / "works"
    text = (works / "dataset.toml").read_text("utf-8")
    for before, after in REWORDED:
        assert before in text
        text = text.replace(before, after)
    (works / "dataset.toml").write_text(text, "utf-8")
    codes = works / "codes" / "states.toml"
    codes.write_text(codes.read_text("utf-8").replace('en = "open"', 'en = "refused"'), "utf-8")


def table(reader: Client, query: str) -> str:
    answer: Any = reader.get(f"/api/v1/datasets/works/rows.csv?{query}")
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_pages_and_answers_keep_the_sealed_words_and_show_those_of_today(own: City) -> None:
    reader = Client()
    assert promised(reader.get("/api/v1/datasets/works"))["reworded"] == []
    assert "has reworded" not in reader.get("/en/data/works").content.decode()
    reword(own)
    answer = promised(reader.get("/api/v1/datasets/works"))
    assert (answer["title"]["en"], answer["owner"]["en"]) == ("Works", "Trial unit")
    assert [(rewording["subject"], rewording["field"], rewording["code"]) for rewording in answer["reworded"]] == [
        ("title", "", ""), ("owner", "", ""), ("code", "state", "open"), ("column", "amount", ""),
    ]  # fmt: skip
    assert answer["reworded"][2]["sealed"]["en"] == "open"
    assert answer["reworded"][2]["declared"]["en"] == "refused"
    rows = table(reader, "_lang=en")
    assert "Amount given back" not in rows
    assert "refused" not in rows
    for address in ("/en/data/works", "/en/data/works?_view=columns", "/en/data/works/releases/1403/2"):
        page = reader.get(address).content.decode()
        if "has reworded" not in page:
            pytest.fail(f"{address} does not say what was reworded")
        assert page.count("Deputy for nobody") == 1, "beside the sealed name, and nowhere else"
        assert "Trial unit" in page
    record = reader.get("/en/data/works/r/C-002").content.decode()
    assert "refused" not in record
    assert "Deputy for nobody" not in reader.get("/en/data").content.decode()


def test_the_next_release_is_sealed_in_the_new_words_and_the_older_keeps_its_own(own: City) -> None:
    reword(own)
    assert own.registry.get("works").title.en == "Donations", "files are read by what is declared today"
    publish(own, sheet(7, year=1405), "1405", "works-1405.csv")
    reader = Client()
    answer = promised(reader.get("/api/v1/datasets/works"))
    assert (answer["title"]["en"], answer["reworded"]) == ("Donations", [])
    assert "Amount given back" in reader.get("/en/data/works").content.decode()
    older = reader.get("/en/data/works?_release=1403/2").content.decode()
    assert "Amount given back" in older
    assert "Amount given back" not in BESIDE.sub("", older)
    then = table(reader, "_lang=en&_release=1403/2")
    assert "Amount" in then.splitlines()[0]
    assert "given back" not in then
    older = reader.get("/en/data/works/releases/1403/2").content.decode()
    assert "Trial unit" in older
    assert "has reworded" in older


def test_a_dataset_worded_alike_is_the_very_same(own: City) -> None:
    declared = own.registry.get("works")
    manifest = own.release_store.release("works", "1403", 2).manifest
    assert as_sealed(declared, manifest) is declared
    assert label_changes(declared, declared) == ()
    assert as_sealed(declared, {}) is declared
    assert as_sealed(declared, {"resources": [{"schema": {"fields": [{"name": "amount"}]}}]}) is declared
