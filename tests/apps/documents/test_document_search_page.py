"""A citizen finds a document by what stands on its pages, in the box of the site and in its answer for programs."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.apps.documents.conftest import FIRST, SECOND

from ayan.config.tasks import OwnIndexWork
from ayan.wiring.city import City
from ayan.wiring.document_words import document_index, follow_documents


@pytest.fixture(autouse=True)
def words_are_there(built: City) -> None:
    follow_documents(built)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_phrase_leads_to_its_page(reader: Client, prefix: str) -> None:
    shown = reader.get(f"{prefix}/search", {"q": "متن مجوز نخست"}).content.decode()
    assert re.search("<mark[^>]*>متن مجوز نخست</mark>", shown)
    assert f"{prefix}/documents/{FIRST.digest}/1?q=" in shown
    assert SECOND.digest not in shown


def test_programs_are_told_the_same(reader: Client) -> None:
    said = reader.get("/api/v1/search", {"q": "«متن مجوز»"}).json()
    assert {each["digest"] for each in said["documents"]} == {FIRST.digest, SECOND.digest}
    assert said["documents_total"] == 2
    first = said["documents"][0]
    assert (first["kind"], first["page"], first["line"]) == ("document", 1, 1)
    assert [part["text"] for part in first["snippet"] if part["marked"]] == ["متن مجوز"]


def test_a_sentence_longer_than_a_search_of_rows_finds_its_document(reader: Client) -> None:
    sentence = "متن مجوز نخست سطر دوم " * 2 + "متن"
    assert len(sentence.split()) > 10
    answer = reader.get("/search", {"q": sentence})
    assert answer.status_code == 200
    assert FIRST.digest in answer.content.decode()


def test_the_worker_sees_to_their_words_where_the_machine_has_one_city(reader: Client, built: City) -> None:
    document_index(built).drop()
    work = OwnIndexWork(shared=True)
    while built.unindexed() or document_index(built).path is None:
        work.derive()
    assert FIRST.digest in reader.get("/search", {"q": "متن مجوز نخست"}).content.decode()


def test_without_their_words_the_answer_says_so_and_nobody_keeps_it(reader: Client, built: City) -> None:
    document_index(built).drop()
    answer = reader.get("/search", {"q": "متن مجوز نخست"})
    assert "واژه‌های سندها هنوز آماده نیست" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "question", ["which trees have documents", "درختان که فایل دارند", "متن کدام درختان منتشر شده است"]
)
def test_who_asks_for_the_documents_of_a_table_is_led_to_them(reader: Client, question: str) -> None:
    said = reader.get("/api/v1/search", {"q": question}).json()
    assert said["answers"][0]["understood"]["dataset"] == "trees-documents"
