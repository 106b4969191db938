"""A record by what is asked of it, two that are compared, and what each of several has on average."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.test import Client
from tests.flow.hamlet import Published

from ayan.core.answers.facts import CityFacts
from ayan.core.answers.question_box import answer
from ayan.wiring import city


@pytest.fixture
def facts(published: Published) -> CityFacts:
    """What the city answers by."""
    return published.city.facts()


@pytest.fixture
def visitor(published: Published, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody who reads the invented city."""
    monkeypatch.setattr(city, "current", lambda: published.city)
    return Client()


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("قرارداد {} با کی بسته شده", "contractor"),
        ("قرارداد {} مال کدوم واحده", "unit"),
        ("who is the contractor of contract {}", "contractor"),
    ],
)
def test_a_contract_is_told_by_whoever_is_asked_for(
    published: Published, facts: CityFacts, question: str, column: str
) -> None:
    row = published.world.con.execute(
        f"SELECT number, {column} FROM {published.current('contracts')} WHERE {column} IS NOT NULL ORDER BY number LIMIT 1"
    ).fetchone()
    assert row is not None
    first = answer(facts, question.format(row[0])).cards[0]
    assert first.kind == "record"
    assert first.text.fa.index(row[1]) < first.text.fa.index("قراردادها")


def test_what_a_record_has_not_is_said_and_no_other_column_in_its_place(published: Published, facts: CityFacts) -> None:
    row = published.world.con.execute(
        f"SELECT number FROM {published.current('tenders')} WHERE winner IS NULL ORDER BY number LIMIT 1"
    ).fetchone()
    assert row is not None
    first = answer(facts, f"who won tender {row[0]}").cards[0]
    assert "not stated" in first.text.en


def test_another_state_than_the_one_that_is_asked_is_told_with_a_no(published: Published, facts: CityFacts) -> None:
    row = published.world.con.execute(
        f"SELECT name FROM {published.current('vendors')} WHERE standing = 'clear' ORDER BY name LIMIT 1"
    ).fetchone()
    assert row is not None
    first = answer(facts, f"is company {row[0]} barred").cards[0]
    assert first.text.en.startswith("No.")
    assert dict(first.understood.filters if first.understood else ()).get("standing") is None


def test_two_districts_are_told_with_both_figures_and_their_difference(facts: CityFacts) -> None:
    first = answer(facts, "اختلاف جمعیت منطقه ۱ و ۲").cards[0]
    more, less = (Decimal(each.value or 0) for each in first.figures)
    assert "تفاوت" in first.text.fa
    assert more >= less
    beside = answer(facts, "جمعیت منطقه ۱ چقدر از منطقه ۲ بیشتره").cards[0]
    assert {Decimal(each.value or 0) for each in beside.figures} == {more, less, more - less}


def test_the_year_before_is_that_before_the_year_which_is_said(facts: CityFacts) -> None:
    last = facts.this_year - 1
    for question in (
        f"هزینه سفرهای خارجی {last} نسبت به سال قبل",
        f"cost of foreign trips in {last} compared to the year before",
    ):
        first = answer(facts, question).cards[0]
        assert first.asked is not None
        assert {each.text for each in first.asked.scope.filters if each.field == "left_on"} == {
            str(last - 1),
            str(last),
        }
    # Words that end with what would begin a time.
    assert answer(facts, "revenue in 1403 the year after") is not None
    assert answer(facts, "revenue before") is not None


def test_what_each_group_has_on_average_counts_those_without_a_row_of_the_sort(
    published: Published, facts: CityFacts
) -> None:
    row = published.world.con.execute(
        "SELECT count(*) FILTER (attendance = 'absent'), count(DISTINCT session)"
        f" FROM {published.current('council-attendance')}"
    ).fetchone()
    assert row is not None
    first = answer(facts, "میانگین غیبت اعضا تو هر جلسه").cards[0]
    assert first.figures[0].value == (Decimal(row[0]) / row[1]).quantize(Decimal("0.1"), ROUND_HALF_UP)


def test_the_newest_year_is_told_beside_all_of_them_where_nobody_said_when(facts: CityFacts) -> None:
    first, second, *_ = answer(facts, "میانگین جریمه توی رای های تجدید نظر ماده صد چقدره").cards
    assert first.asked is not None
    assert second.asked is not None
    assert second.asked.period is None
    assert "در همهٔ سال‌ها" in first.text.fa


@pytest.mark.parametrize("question", ["ادارهٔ آمار کجاست", "اداره آمار", "واحد آمار تلفنش چنده", "بخش آمار شمارش چنده"])
def test_a_unit_is_found_by_what_it_sees_to_whatever_it_is_called(
    published: Published, facts: CityFacts, question: str
) -> None:
    row = published.world.con.execute(
        f"SELECT title FROM {published.current('organisation-chart')} WHERE title LIKE '%آمار%'"
    ).fetchone()
    assert row is not None
    first = answer(facts, question).cards[0]
    assert first.kind == "record"
    assert row[0] in first.text.fa


def test_what_stands_somewhere_is_no_unit_that_sees_to_it(facts: CityFacts) -> None:
    first = answer(facts, "پارک‌ها کجاست").cards[0]
    assert first.understood is None or first.understood.dataset != "organisation-chart"


def test_a_code_that_every_year_has_again_leads_to_its_newest_record(published: Published, facts: CityFacts) -> None:
    row = published.world.con.execute(
        f"SELECT year, code, item FROM {published.current('fees-and-tariffs')} ORDER BY year DESC, code LIMIT 1"
    ).fetchone()
    assert row is not None
    first = answer(facts, f"{row[1]} چیست").cards[0]
    assert first.kind == "record"
    assert row[2] in first.text.fa
    assert str(row[0]) in first.url


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("برای پارکینگ نداشتن چقدر باید بدم", "کسری پارکینگ"),
        ("پول پارک کنار خیابون ساعتی چنده", "بهای پارک حاشیه‌ای"),
        ("جریمه بریدن درخت چنده", "جبران بریدن درخت"),
        ("قیمت کارشناسی ملک", "بهای بازدید کارشناسی"),
        ("بهای تابلو تبلیقاتی", "بهای تابلوی تبلیغاتی"),
        ("how much do I pay for parking on the street", "بهای پارک حاشیه‌ای"),
    ],
)
def test_what_something_costs_is_told_by_its_rate_and_by_no_sum(visitor: Client, question: str, item: str) -> None:
    first = visitor.get("/api/v1/search", {"q": question}).json()["answers"][0]
    assert (first["kind"], first["understood"]["dataset"]) == ("list", "fees-and-tariffs")
    assert any(value in item for value in first["understood"]["filters"].values())


def test_what_was_received_stays_before_the_rate(visitor: Client) -> None:
    first = visitor.get("/api/v1/search", {"q": "عوارض نوسازی چقدر وصول شد"}).json()["answers"][0]
    assert (first["kind"], first["understood"]["dataset"]) == ("figure", "revenues")
