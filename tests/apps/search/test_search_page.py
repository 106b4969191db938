"""The page of the one box: best answer, datasets, rows by dataset, words loosened; a plain form in the head of each page."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import Elements, links, page, shown
from tests.apps.small_city import ROWS, SECRET

from ayan import datasets
from ayan.apps.search import selectors
from ayan.apps.search.limits import ROWS_SHOWN
from ayan.core.answers.concepts.concepts import read_concepts
from ayan.wiring.lexicons import LEXICON


def ask(reader: Client, q: str, prefix: str = "", status: int = 200) -> str:
    return page(reader, f"{prefix}/search?q={quote(q)}", status)


@pytest.mark.parametrize("q", ["C-012", "c-۰۱۲", " C-٠١٢ "])
def test_a_key_is_answered_by_its_record_before_all_else(reader: Client, q: str) -> None:
    text = ask(reader, q, "/en")
    card = re.search(r'<article class="ans" aria-label.*?</article>', text, re.DOTALL)
    assert card
    assert "کار ساختگی 12" in shown(card[0])
    assert "Amount" in shown(card[0])
    assert links(card[0]) == ["/en/data/works", "/en/data/works/r/C-012"]
    assert links(text).count("/en/data/works/r/C-012") == 1


def test_rows_stand_by_dataset_with_their_count_and_the_way_to_all_of_them(reader: Client) -> None:
    text = ask(reader, "ساختگي", "/en")
    assert f"{ROWS - 1} rows in one dataset" in shown(text)
    (every,) = links(text, "/en/data/works?")
    assert f"{ROWS - 1} rows" in shown(page(reader, every))
    assert len(set(links(text, "/en/data/works/r/"))) == ROWS_SHOWN
    assert text.count('<mark lang="fa">ساختگی</mark>') == ROWS_SHOWN


def test_a_word_is_shown_where_it_was_found(reader: Client) -> None:
    text = ask(reader, "کار جاری")
    assert re.search(r"وضعیت: <bdi><mark>جاری</mark></bdi>", text)


def test_datasets_are_answers_too(reader: Client) -> None:
    text = ask(reader, "Unsent", "/en")
    assert "/en/data/unsent" in links(text)
    assert "No row holds it" in shown(text)


def test_what_was_searched_is_shown_in_its_one_spelling(reader: Client) -> None:
    assert "جست‌وجو شد: کتاب های و 12" in shown(ask(reader, "كتاب‌هاي ۱۲"))


@pytest.mark.parametrize("mark", ["؟", "?", " ؟", "؟؟"])
def test_the_mark_of_a_question_is_no_part_of_its_last_word(reader: Client, mark: str) -> None:
    text = shown(ask(reader, f"کار ۱۲{mark}"))
    assert "جست‌وجو شد: کار و 12" in text
    assert "12?" not in text


@pytest.mark.django_db
def test_a_page_that_answers_is_called_as_it_calls_itself(reader: Client) -> None:
    called = {}
    for concept in read_concepts(Path(datasets.__file__).parent / LEXICON).all:
        if concept.sense != "page" or concept.target == "/":
            continue
        for prefix, lang in (("", "fa"), ("/en", "en")):
            answer = reader.get(prefix + concept.target)
            if answer.status_code == 200:
                heading = re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.DOTALL)
                assert heading
                called[lang, concept.target] = (concept.text(f"title_{lang}"), shown(heading[1]))
    assert {where: both for where, both in called.items() if both[0] != both[1]} == {}
    assert len(called) > 30


def test_where_nothing_is_found_each_word_is_loosened_and_the_next_step_named(reader: Client) -> None:
    text = ask(reader, "ساختگی زرافه 12", "/en")
    (loosened,) = links(text, "/en/search?q=")
    assert loosened == f"/en/search?q={quote('ساختگی 12')}"
    assert "1 row" in shown(text)
    assert "/en/data/works/r/C-012" in links(page(reader, loosened))
    assert f"/en/contact?about={quote('search:ساختگی زرافه 12', safe='')}" in links(text)
    assert "What I was looking for: ساختگی زرافه 12" in shown(page(reader, links(text, "/en/contact?")[0]))
    assert "This word is in no dataset" in shown(ask(reader, "زرافه", "/en"))


def test_words_that_were_not_left_out_are_named(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "LOOSER_PROCESSOR", 0)
    text = shown(ask(reader, "ساختگی زرافه", "/en"))
    assert "Not tried without these words:" in text
    assert "finds nothing either" not in text


def test_nothing_withheld_is_found(reader: Client) -> None:
    text = ask(reader, SECRET)
    assert "شمارهٔ ملی اشخاص منتشر نمی‌شود" in shown(text)
    assert links(text, "/data/works/r/") == []


@pytest.mark.parametrize(("q", "words"), [("a b c d e f g h i j k", "too many words"), ("\u064b", "no word in it")])
def test_what_is_no_search_is_refused_beside_its_box(reader: Client, q: str, words: str) -> None:
    text = ask(reader, q, "/en", 400)
    assert words in shown(text)
    assert "<title>Error:" in text
    box = next(attributes for tag, attributes in Elements(text).tags if tag == "input")
    assert (box["value"], box["aria-invalid"], box["id"]) == (q, "true", "find")
    assert "#find" in links(text)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("address", ["/", "/search", "/search?q=a", "/data/works", "/about", "/nothing"])
def test_every_page_has_one_box_that_needs_no_script(reader: Client, prefix: str, address: str) -> None:
    text = reader.get(prefix + address).content.decode()
    boxes = [attributes for tag, attributes in Elements(text).tags if tag == "form" and attributes.get("role")]
    assert [(box["role"], box["action"], box["method"]) for box in boxes] == [("search", f"{prefix}/search", "get")]
    assert text.count('name="q" type="search"') == 1


def test_what_the_front_page_proposes_finds_something(reader: Client) -> None:
    proposed = links(page(reader, "/"), "/search?q=")
    assert proposed
    for address in proposed:
        assert links(page(reader, address), "/data/works/r/"), address


def test_a_page_that_could_not_look_everywhere_says_so_and_is_not_kept(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = reader.get("/en/search?q=12")
    assert "must-revalidate" in whole["Cache-Control"]
    assert reader.get("/en/search?q=12", headers={"If-None-Match": whole["ETag"]}).status_code == 304
    monkeypatch.setattr(selectors, "SEARCH_SECONDS", 0)
    response = reader.get("/en/search?q=ساختگی")
    assert "no time to search these data: Works" in shown(response.content.decode())
    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response
    assert "in no dataset" not in response.content.decode()
