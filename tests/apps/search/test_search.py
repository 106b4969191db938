"""One box finds records by their keys, datasets by what they say, and rows in every spelling; and says what it left out."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.small_city import ROWS, SECRET

from ayan.apps.search import selectors
from ayan.apps.search.limits import MOST_LOOSENED, ROWS_SHOWN
from ayan.apps.search.selectors import find
from ayan.core.query.problem import BadQuestion
from ayan.wiring.city import City

ADDRESS = "/api/v1/search"


def ask(reader: Client, q: str, **more: str) -> Any:
    response = reader.get(ADDRESS, {"q": q, **more})
    assert response.status_code == 200, response.content
    return promised(response)


@pytest.mark.parametrize("q", ["C-012", "c-012", "C-۰۱۲", "C-٠١٢", "  C-012 "])
def test_a_code_leads_straight_to_its_record(reader: Client, q: str) -> None:
    answer = ask(reader, q)
    assert answer["best"] == answer["records"][0]
    assert (answer["best"]["key"], answer["best"]["row"]["subject"]) == ("C-012", "کار ساختگی 12")
    assert reader.get(answer["best"]["url"]).status_code == 200


def test_part_of_a_code_finds_rows_and_no_record(reader: Client) -> None:
    answer = ask(reader, "12")
    assert answer["best"] is None
    assert [hit["key"] for hit in answer["rows"][0]["rows"]] == ["C-012"]


@pytest.mark.parametrize("q", ["ساختگی", "ساختگي", "ساخـتگی", "کار ساختگی"])
def test_rows_are_counted_and_the_first_are_shown(reader: Client, q: str) -> None:
    (table,) = ask(reader, q)["rows"]
    assert (table["dataset"], table["total"], len(table["rows"])) == ("works", ROWS - 1, ROWS_SHOWN)
    assert len(ask(reader, q, _size="۷")["rows"][0]["rows"]) == 7
    listed = json.loads(reader.get(table["api"]).content)
    assert [row["_row"] for row in listed["rows"]][:ROWS_SHOWN] == [hit["row"]["_row"] for hit in table["rows"]]
    assert reader.get(table["url"]).status_code == 200
    for hit in table["rows"]:
        assert reader.get(hit["url"]).status_code == 200


@pytest.mark.parametrize(
    ("q", "slugs"),
    [("کارها", ["works"]), ("unsent", ["unsent"]), ("واحد آزمون", ["unsent", "works"]), ("مبلغ", ["works"])],
)
def test_datasets_are_found_by_what_they_say(reader: Client, q: str, slugs: list[str]) -> None:
    datasets = ask(reader, q)["datasets"]
    assert sorted(dataset["slug"] for dataset in datasets) == slugs
    assert all(
        reader.get(dataset["api"]).status_code == reader.get(dataset["url"]).status_code == 200 for dataset in datasets
    )


def test_the_words_are_shown_as_they_are_compared(reader: Client) -> None:
    assert ask(reader, "كتاب‌هاي  ۱۲  C-٠١")["words"] == ["کتاب های", "12", "c-01"]


def test_where_nothing_is_found_each_word_is_left_out_in_turn(reader: Client) -> None:
    answer = ask(reader, "ساختگی زرافه 12")
    assert (answer["rows"], answer["total"]) == ([], 0)
    assert answer["loosened"] == [{"without": "زرافه", "q": "ساختگی 12", "total": 1}]
    assert ask(reader, "زرافه")["loosened"] == []
    assert ask(reader, "ساختگی")["loosened"] == []


def test_nothing_withheld_is_found(reader: Client) -> None:
    answer = ask(reader, SECRET)
    assert (answer["records"], answer["rows"], answer["datasets"]) == ([], [], [])


@pytest.mark.parametrize(
    ("address", "code", "parameter"),
    [
        ("", "needed", "q"),
        ("?q=", "empty-value", "q"),
        ("?q=%20", "empty-value", "q"),
        ("?q=" + "ا" * 300, "too-long", "q"),
        ("?q=" + "+".join("abcdefghijk"), "too-many", "q"),
        ("?q=%00", "control-character", "q"),
        ("?q=a&_size=0", "size", "_size"),
        ("?q=a&_size=many", "size", "_size"),
        ("?q=a&_lang=de", "not-allowed", "_lang"),
        ("?q=a&colour=red", "unknown-parameter", "colour"),
        ("?q=a&q=b", "repeated", "q"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_both_languages(
    reader: Client, address: str, code: str, parameter: str
) -> None:
    response = reader.get(ADDRESS + address)
    document = json.loads(response.content)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert (document["code"], document["parameter"]) == (code, parameter)
    assert document["detail_fa"]
    assert document["detail_en"].isascii()


@pytest.mark.parametrize(
    "q", ["'; DROP TABLE rows; --", "%", "_", "(?i).*", "[[:alpha:]]+", "){0,999}", "\\", "$p0", "<script>"]
)
def test_a_hostile_text_is_only_a_text(reader: Client, q: str) -> None:
    answer = ask(reader, q)
    assert answer["records"] == []
    assert answer["total"] < ROWS


def test_an_answer_is_told_apart_by_a_tag_and_open_to_all(reader: Client) -> None:
    first = reader.get(ADDRESS, {"q": "12"})
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "must-revalidate" in first["Cache-Control"]
    again = reader.get(ADDRESS, {"q": "12"}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert reader.get(ADDRESS, {"q": "13"})["ETag"] != first["ETag"]
    assert reader.post(ADDRESS, {"q": "12"}).status_code == 405
    assert reader.head(ADDRESS, {"q": "12"}).status_code == 200


def test_what_was_not_looked_through_in_time_is_said_and_not_kept(
    reader: Client, small_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find(small_city, "ساختگی", seconds=0).unanswered == ("works",)
    monkeypatch.setattr(selectors, "SEARCH_SECONDS", 0)
    response = reader.get(ADDRESS, {"q": "ساختگی"})
    assert promised(response)["unanswered"] == ["works"]
    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response


def test_a_search_has_a_purse_and_says_what_it_did_not_pay_for(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds of a clock are many; the processor is what runs out."""
    monkeypatch.setattr(selectors, "SEARCH_PROCESSOR", 0)
    response = reader.get(ADDRESS, {"q": "ساختگی زرافه"})
    answer = promised(response)
    assert (answer["unanswered"], answer["rows"], answer["loosened"]) == (["works"], [], [])
    assert response["Cache-Control"] == "no-store"


def test_words_are_left_out_within_the_same_purse_and_few_of_them(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    table = selectors._Search.table

    def counted(search: Any, dataset: Any, words: Any, size: int) -> Any:
        asked.append(" ".join(words))
        return table(search, dataset, words, size)

    monkeypatch.setattr(selectors._Search, "table", counted)
    text = "ساختگی زرافه زرافهها شترمرغ پلنگ"
    response = reader.get(ADDRESS, {"q": text})
    answer = promised(response)
    assert len(set(asked)) == 1 + MOST_LOOSENED
    assert answer["untried"] == ["زرافه", "پلنگ"]
    assert response["ETag"]
    monkeypatch.setattr(selectors, "LOOSER_PROCESSOR", 0)
    response = reader.get(ADDRESS, {"q": text})
    assert promised(response)["untried"] == text.split()
    assert response["Cache-Control"] == "no-store"


def test_of_a_long_text_no_word_is_left_out(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "ساختگی زرافه شترمرغ پلنگ کرگدن گورخر فیل"
    response = reader.get(ADDRESS, {"q": text})
    assert (promised(response)["loosened"], promised(response)["untried"]) == ([], text.split())
    # There is nothing that would be found when it is asked again.
    assert response["ETag"]


def test_readers_may_search_at_the_same_time(small_city: City) -> None:
    totals: list[int] = []
    threads = [threading.Thread(target=lambda: totals.append(find(small_city, "ساختگی").total)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for worker in threads:
        worker.join()
    assert totals == [ROWS - 1] * 4


def test_the_selector_refuses_what_is_no_word(small_city: City) -> None:
    with pytest.raises(BadQuestion) as caught:
        find(small_city, "\u064b")
    assert [(problem.code, problem.parameter) for problem in caught.value.problems] == [("empty-value", "q")]
