"""The record: its sentence, its cells, its life over the releases, its relations, and what is left when it is gone."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import links, page, shown
from tests.apps.linked_city import parts, publish
from tests.apps.small_city import SECRET

from ayan.apps.catalog.record.records import sentence, title
from ayan.core.publish.sealing import withdraw
from ayan.core.query.answer import Row
from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring.city import City

ISOLATES = re.compile("[\u2066-\u2069]")


def test_a_record_is_said_in_one_sentence_as_its_dataset_declares(visitor: Client) -> None:
    text = shown(page(visitor, "/en/data/parts/r/P-7"))
    said = "On 29 October 2024, 700 toman was paid for “تکهٔ 7 از کار C-007”; work C-007."
    assert said.replace(" ", "") in text.replace(" ", "")


@pytest.mark.parametrize(
    ("slug", "values", "lang", "called"),
    [
        ("progress-statements", {"contract": "1399-0003", "number": 1}, "fa", "شمارهٔ صورت‌وضعیت ۱، شمارهٔ قرارداد 1399-0003"),
        ("progress-statements", {"contract": "1399-0003", "number": 1}, "en", "Statement number 1, Contract number 1399-0003"),
        ("article-100-rulings", {"number": "1400/0001"}, "fa", "شمارهٔ رأی 1400/0001"),
        ("council-sessions", {"number": "12"}, "fa", "شمارهٔ جلسه ۱۲"),
        ("transaction-ceilings", {"year": "1399"}, "fa", "سال ۱۳۹۹"),
    ],
)  # fmt: skip
def test_a_record_without_a_title_is_called_by_its_key_in_words(
    slug: str, values: dict[str, object], lang: str, called: str
) -> None:
    assert ISOLATES.sub("", title(Registry().get(slug), Row(values, "1404", 1, 1), lang)) == called


def test_a_sentence_leaves_out_what_is_empty(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts/r/P-25")
    said = shown(text[text.index('class="answer"') : text.index('class="facts"')])
    assert "was paid for" in said
    assert "; work" not in said


def test_what_came_back_is_told_with_its_sign_at_the_left_of_its_number() -> None:
    values: dict[str, object] = {"paid_on": date(2021, 7, 18), "amount": -72_547_500, "payee": "شرکت"}
    said = sentence(Registry().get("payments"), values, "fa", "jalali")
    assert '<data value="-72547500">\u2066−۷٫۲۵۵\u2069 میلیون تومان</data>' in said


def test_every_value_names_its_cell(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts/r/P-7")
    assert "At the end of each line, the cell of that value in the source file" in shown(text)
    assert re.search(r"Cost 700 toman 7,000 rial E8\b", shown(text))
    assert re.search(r"Work \S.*? C-007 B8\b", shown(text)), "a reader knows a record by its name"
    assert re.search(r'<span class="vh">cell <\w+[^>]*>E8</\w+></span>', text), "a voice says what the code is"


def test_a_correction_stands_with_both_values_its_release_and_its_day(visitor: Client) -> None:
    text = shown(page(visitor, "/en/data/parts/r/P-1"))
    life = text[text.index("History of this record") :]
    assert re.search(r"number 2 Corrected: Cost: 100 toman 100\.7 toman", life)
    assert life.index("number 2") < life.index("number 1")
    assert "Has been corrected" in text
    unchanged = shown(page(visitor, "/en/data/parts/r/P-2"))
    assert "Corrected" not in unchanged
    assert "Repeated unchanged in one other release" in unchanged


def test_a_record_that_is_gone_says_so_and_keeps_what_was_last_known(visitor: Client) -> None:
    text = shown(page(visitor, "/en/data/parts/r/P-9", 410))
    assert "This record is in no current release" in text
    assert "900 toman" in text
    assert "Not in this release" in text


def test_a_record_that_never_was_is_not_found(visitor: Client) -> None:
    page(visitor, "/data/parts/r/P-999", 404)
    page(visitor, "/data/parts/r/P-1~2", 404)


def test_relations_lead_both_ways(visitor: Client) -> None:
    assert "/en/data/works/r/C-007" in links(page(visitor, "/en/data/parts/r/P-7"))
    text = page(visitor, "/en/data/works/r/C-007")
    assert "/en/data/parts/r/P-7" in links(text)
    whole = next(href for href in links(text, "/en/data/parts?work="))
    assert "1 row" in shown(page(visitor, whole))
    assert "Cost, sum: 700 toman" in shown(text)


def test_a_reference_to_nothing_is_no_link(visitor: Client) -> None:
    assert not links(page(visitor, "/en/data/parts/r/P-25"), "/en/data/works/r/")


def test_the_record_of_a_superseded_release_is_read_from_the_store_not_from_the_index(own: City) -> None:
    for file in (own.home / "index" / "parts").glob("*.duckdb"):
        file.unlink()
    text = shown(page(Client(), "/en/data/parts/r/P-1"))
    assert "100.7 toman" in text


def test_a_withdrawn_release_is_in_the_life_but_says_nothing(own: City) -> None:
    assert isinstance(own.clock, FixedClock)
    own.clock.move(timedelta(days=1))
    withdraw(own.publish_context, own.release_store.release("parts", "all", 1), "wrong-data", "ناظر ساختگی")
    text = shown(page(Client(), "/en/data/parts/r/P-1"))
    assert "This release was withdrawn" in text
    assert "100 toman 100.7" not in text


def test_a_row_that_comes_back_is_told(own: City) -> None:
    assert isinstance(own.clock, FixedClock)
    own.clock.move(timedelta(days=1))
    publish(own, "parts", parts([n * 1000 for n in range(1, 41)]), "parts-3.csv")
    text = shown(page(Client(), "/en/data/parts/r/P-9"))
    assert "Came back" in text
    assert "Not in this release" in text


def test_a_withheld_value_is_nowhere_in_a_life(visitor: Client) -> None:
    text = page(visitor, "/data/works/r/C-002")
    assert SECRET not in text
    assert "این ستون منتشر نمی‌شود" in text


@pytest.mark.parametrize(
    ("unit", "cost"), [("", "700 toman"), ("rial", "7,000 rial"), ("mtoman", "0.0007 million toman")]
)
def test_money_of_a_record_follows_the_address(visitor: Client, unit: str, cost: str) -> None:
    text = shown(page(visitor, f"/en/data/parts/r/P-7?_unit={unit}&fbclid=ignored"))
    assert f"Cost {cost}" in text


def test_an_error_is_reported_with_the_record_it_is_about(visitor: Client) -> None:
    address = next(href for href in links(page(visitor, "/en/data/parts/r/P-7"), "/en/contact?about="))
    assert "row:parts/P-7" in shown(page(visitor, address))
