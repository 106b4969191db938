"""The cards of the search page: what was understood is told, may be changed by plain links, and nothing withheld is said."""

from __future__ import annotations

from html import unescape
from urllib.parse import quote

import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.catalog_pages.page_elements import links, page, shown
from tests.apps.small_city import ROWS, SECRET

from ayan.apps.search.limits import LONGEST_CHANGE


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_question_is_answered_by_a_card_with_its_parts(reader: Client, prefix: str) -> None:
    text = page(reader, f"{prefix}/search?q={quote('تعداد کارها')}")
    assert 'class="ans"' in text
    assert ("این‌طور فهمیده شد" if not prefix else "Understood as") in shown(text)
    changes = [unescape(link) for link in links(text, f"{prefix}/search?q=") if "as=" in link]
    assert changes
    for link in changes:
        assert 'class="ans"' in page(reader, link)


def test_the_api_gives_the_same_answer(reader: Client) -> None:
    answers = promised(reader.get("/api/v1/search", {"q": "تعداد کارها"}))["answers"]
    first = answers[0]
    assert (first["kind"], first["understood"]["dataset"], first["understood"]["measure"]) == (
        "figure",
        "works",
        "count",
    )
    assert first["figures"][0]["value"] == ROWS
    assert promised(reader.get(first["api"]))["groups"] == [{"count": ROWS}]
    assert reader.get(first["url"]).status_code == 200


@pytest.mark.parametrize(
    "changed", ["nowhere/rows?", "works/groups?sum=national", "works/rows?_sort=no", "x" * (LONGEST_CHANGE + 1)]
)
def test_a_change_that_is_no_question_is_refused(reader: Client, changed: str) -> None:
    response = reader.get("/search", {"q": "تعداد کارها", "as": changed})
    assert response.status_code == 400


@pytest.mark.parametrize("question", [SECRET, f"کارها {SECRET}", f"چند کار {SECRET}"])
def test_nothing_withheld_is_answered(reader: Client, question: str) -> None:
    answers = promised(reader.get("/api/v1/search", {"q": question}))["answers"]
    assert [(answer["kind"], answer["figures"]) for answer in answers] == [("nothing", [])]
    assert all(SECRET not in str(answer) for answer in answers)


def test_a_word_that_is_not_understood_takes_the_figure_away(reader: Client) -> None:
    answers = promised(reader.get("/api/v1/search", {"q": "تعداد کارها زرافه‌ها"}))["answers"]
    assert all(not answer["figures"] for answer in answers)
    assert "به حساب نیامده" in shown(page(reader, f"/search?q={quote('تعداد کارها زرافه‌ها')}"))


def test_a_sentence_of_many_words_is_answered_although_no_row_is_looked_for(reader: Client) -> None:
    question = "سلام لطفا به من بگو که الان تعداد کارها در این شهر ما چند است"
    answers = promised(reader.get("/api/v1/search", {"q": question}))["answers"]
    assert answers[0]["figures"][0]["value"] == ROWS
    assert 'class="ans"' in page(reader, f"/search?q={quote(question)}")


@pytest.mark.parametrize(
    ("question", "at"),
    [("بیشتر پول کجا رفت؟", None), ("{title}", 0), ("{title_en}", 0), ("{title} زرافه", 0)],
)
def test_a_question_with_a_page_leads_to_its_page(reader: Client, question: str, at: int | None) -> None:
    listed = promised(reader.get("/api/v1/answers"))["questions"]
    asked = next(each for each in listed if each["code"] == "largest-works")["question"]
    words = question.format(title=asked["fa"], title_en=asked["en"])
    answers = promised(reader.get("/api/v1/search", {"q": words}))["answers"]
    pages = [place for place, answer in enumerate(answers) if answer["url"] == "/answers/largest-works"]
    assert pages == ([] if at is None else [at])
    if at is not None:
        assert answers[at]["kind"] == "page"
        assert 'href="/answers/largest-works"' in page(reader, f"/search?q={quote(words)}")
