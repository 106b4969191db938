"""Two sides set against each other in the box: each is changed by its own chips, and a share is of what holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from tests.flow.hamlet import Published
from tests.sampling import sampled

from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.cards.comparisons import BETWEEN, side_parts
from ayan.core.answers.cards.variants import MEASURE
from ayan.core.answers.composites.changed_answers import changed_answers
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.question_box import answer
from ayan.wiring import city

COMPARED = (
    "شهردار بیشتر می‌گیرد یا رئیس سازمان پسماند",
    "نسبت بدهی به درآمد در ۱۴۰۴",
    "تفاوت حقوق شهردار و مدیران سازمان پسماند",
    "ratio of debt to revenue in 1404",
)


@pytest.fixture
def visitor(published: Published, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody who reads the invented city."""
    monkeypatch.setattr(city, "current", lambda: published.city)
    return Client()


@pytest.fixture
def facts(published: Published) -> CityFacts:
    """What the city answers by."""
    return published.city.facts()


def compared(facts: CityFacts) -> Iterator[tuple[str, AnswerCard]]:
    """The questions that are answered by two sides, with their answers."""
    for question in COMPARED:
        first = answer(facts, question).cards[0]
        if first.comparison is not None:
            yield question, first


def test_each_side_of_a_comparison_is_changed_while_the_other_stays(facts: CityFacts) -> None:
    changed = 0
    for question, first in compared(facts):
        assert first.comparison is not None
        apis = [each.asked.scope for each in first.comparison.sides]
        for at, (_, parts) in enumerate(side_parts(facts, first.comparison)):
            conditions = [part for part in parts if part.options and part.label != MEASURE]
            assert conditions, question
            for option in (each for part in conditions for each in part.options[:3] if not each.is_current):
                after = changed_answers(facts, option.question)
                assert after[0].comparison is not None, option.question
                scopes = [each.asked.scope for each in after[0].comparison.sides]
                assert scopes[1 - at] == apis[1 - at], option.question
                assert scopes[at] != apis[at], option.question
                changed += 1
    assert changed


def test_what_a_comparison_was_before_it_is_again_when_it_is_changed_back(facts: CityFacts) -> None:
    backs = 0
    for question, first in compared(facts):
        assert first.comparison is not None
        current = (
            option.question
            for _, parts in side_parts(facts, first.comparison)
            for part in parts
            for option in part.options
            if option.is_current
        )
        for text in current:
            again = changed_answers(facts, text)[0]
            assert sorted(Decimal(each.value or 0) for each in again.figures) == sorted(
                Decimal(each.value or 0) for each in first.figures
            ), question
            assert again.text.fa == first.text.fa
            backs += 1
    assert backs


@pytest.mark.either
@pytest.mark.django_db
def test_the_page_shows_the_chips_of_both_sides_and_answers_each(facts: CityFacts, visitor: Client) -> None:
    question, first = next(compared(facts))
    page = visitor.get("/search", {"q": question}).content.decode()
    rows = re.findall(r'<div class="understood" role="group".*?</div>', page, re.DOTALL)
    assert first.comparison is not None
    assert len(rows) == 2
    for row, side in zip(rows, first.comparison.sides, strict=True):
        assert side.name.fa in re.sub("[\u2066-\u2069]", "", unescape(row))
        links = [unescape(each) for each in re.findall(r'href="([^"]+)"', row)]
        assert links
        assert all(BETWEEN in parse_qs(urlsplit(each).query)["as"][0] for each in links)
        assert visitor.get(links[0]).status_code == 200


@pytest.mark.either
@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed",
    [
        "more|contracts/groups?count=1", "louder|contracts/groups?count=1|contracts/groups?count=1",
        "more|contracts/rows?|contracts/rows?", "more|nowhere/groups?count=1|contracts/groups?count=1",
        "more|contracts/groups?count=1|contracts/groups?by=unit&count=1", "|", "||", "share|a|b|c",
    ],
)  # fmt: skip
def test_a_comparison_that_is_none_is_refused(visitor: Client, changed: str) -> None:
    assert visitor.get("/search", {"q": "قراردادها", "as": changed}).status_code == 400


SHARES = (
    "سهم مناقصه عمومی از تعداد قراردادها",
    "share of waivers in the number of contracts in 1403",
    "سهم مزایده‌ها از تعداد قراردادها",
    "share of complaints in the number of contracts",
)


@pytest.mark.parametrize("question", sampled("shares", SHARES, 2))
def test_rows_of_one_table_are_no_share_of_those_of_another(facts: CityFacts, question: str) -> None:
    first = answer(facts, question).cards[0]
    if first.kind == "figure" and first.is_sure:
        assert first.understood is not None
        assert first.understood.dataset == "contracts"
        assert ("1403" not in question) or "1403" in dict(first.understood.filters).values()
        assert Decimal(0) <= Decimal(first.figures[0].value or 0) <= Decimal(100)


def test_from_what_to_what_is_no_comparison_of_both(facts: CityFacts) -> None:
    for question in ("garden to residential zoning changes", "تغییر کاربری باغ به مسکونی"):
        first = answer(facts, question).cards[0]
        assert first.comparison is None
        assert first.kind in ("list", "nothing")


LARGEST = ("بزرگ‌ترین منطقه کدام است", "which district is the largest", "biggest district in 1404", "largest district")


@pytest.mark.parametrize("question", sampled("largest", LARGEST, 3))
def test_the_largest_without_a_measure_is_told_by_each_that_there_is(facts: CityFacts, question: str) -> None:
    first, *others = answer(facts, question).cards
    assert (first.kind, len(first.figures)) == ("nothing", 0)
    assert len({each.understood.measure for each in others if each.understood is not None}) > 1
    for each in others:
        assert each.asked is not None
        assert f"«{each.asked.dataset.title.fa}»" in first.text.fa
        assert each.asked.dataset.field(each.asked.measures[0].field).label.fa in first.text.fa


UNSUITED = (
    ("مقایسه بودجه فضای سبز با آسفالت 1404", "بلندتر"),
    ("مقایسه بودجه فضای سبز با آسفالت 1404", "طولانی‌تر"),
    ("ratio of debt to revenue in 1404", "longer"),
    ("ratio of debt to revenue in 1404", "nobody"),
    ("مقایسه بودجه فضای سبز با آسفالت 1404", "هیچکس"),
)


@pytest.mark.parametrize(("question", "word"), UNSUITED)
def test_what_is_set_against_each_other_is_compared_by_what_it_measures(
    facts: CityFacts, question: str, word: str
) -> None:
    assert answer(facts, question).cards[0].figures
    reply = answer(facts, f"{question} {word}")
    assert not reply.cards[0].is_sure
    assert not reply.cards[0].figures
    assert reply.unread
