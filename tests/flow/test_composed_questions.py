"""Questions that several questions answer: ratios, means of months, meanings of words, telephones, who has none."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.test import Client
from tests.flow.hamlet import Published
from tests.flow.test_answers import names
from tests.sampling import sampled

from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.question_box import answer
from ayan.core.system.processor_budget import spending
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


def first(facts: CityFacts, question: str) -> AnswerCard:
    """The first answer."""
    return answer(facts, question).cards[0]


def value(facts: CityFacts, question: str) -> Decimal:
    """The first figure of the first answer."""
    return Decimal(first(facts, question).figures[0].value or 0)


RATIOS = (
    ("حقوق شهردار چند برابر حقوق معاونان است", "حقوق شهردار", "حقوق معاونان شهردار"),
    ("نسبت حقوق شهردار به حقوق معاونان", "حقوق شهردار", "حقوق معاونان شهردار"),
    ("بودجه ۱۴۰۴ چند برابر ۱۴۰۳ شده", "بودجه ۱۴۰۴ چقدر است", "بودجه ۱۴۰۳ چقدر است"),
    ("ratio of rejected to adopted resolutions", "تعداد مصوبه‌های رد شده", "تعداد مصوبه‌های تصویب شده"),
)


@pytest.mark.parametrize(("question", "part", "base"), RATIOS)
def test_one_figure_is_told_in_terms_of_another(facts: CityFacts, question: str, part: str, base: str) -> None:
    given = first(facts, question)
    expected = value(facts, part) / value(facts, base)
    assert given.is_sure
    assert abs(Decimal(given.figures[0].value or 0) - expected) <= Decimal("0.005")
    assert [each.value for each in given.figures[1:]] == [value(facts, part), value(facts, base)]


PUT_TOGETHER = (
    "ratio of rejected to adopted resolutions",
    "بودجه ۱۴۰۴ چند برابر ۱۴۰۳ شده",
    "پرداخت‌های ۱۴۰۴ در مقایسه با ۱۴۰۳",
    "میانگین ماهانه پرداخت‌ها در ۱۴۰۴",
    "سرانهٔ قراردادهای منطقه ۲",
    "پروانه‌های ساختمانی منطقه ۲ به ازای هر هزار نفر در ۱۴۰۴",
    "عوارض پروانه به ازای هر متر مربع زیربنا",
    "share of the top five payees in payments",
    "چند درصد مناقصه‌ها تک‌پیشنهادی بود",
    "چند درصد درخواست‌ها سر وقت جواب داده شده",
    "میانگین تأخیر پاسخ به شکایت‌ها",
    "کدام واحدها قرارداد نداشتند",
    "آیا شهردار در ۱۴۰۴ سفر خارجی داشته",
)
LITTLE = (0.0, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05)
"""Processor seconds that a question of several parts comes to its end in on few machines, or on none."""


@pytest.mark.parametrize("question", sampled("put together", PUT_TOGETHER, 5))
def test_what_there_was_no_time_to_put_together_is_answered_by_no_part_of_it(facts: CityFacts, question: str) -> None:
    whole = first(facts, question)
    for seconds in LITTLE:
        with spending(seconds):
            given = answer(facts, question)
        for card in given.cards[:1]:
            figures = card.figures[:1] if card.is_sure else ()
            assert not figures or figures == whole.figures[:1], (seconds, card.text.fa)
            assert given.is_late or card.api == whole.api


PARTS = (
    "contracts per employee",
    "payments per contract",
    "نسبت جمعیت به بدهی شهرداری",
    "نسبت بدهی به جمعیت",
    "جمع اجاره سالانه املاک",
    "بدهی به ازای هر خانوار",
)


@pytest.mark.parametrize("question", PARTS)
def test_what_no_table_puts_together_is_answered_by_no_part_of_it(facts: CityFacts, question: str) -> None:
    given = first(facts, question)
    assert not given.is_sure
    assert not given.figures


SAID_MORE = (
    ("آیا درآمد ۱۴۰۴ از ۱۴۰۳ بیشتر بود", "بله", "درآمد ۱۴۰۴", "درآمد ۱۴۰۳"),
    ("was the 1403 budget higher than the 1404 budget", "خیر", "بودجه ۱۴۰۳ چقدر است", "بودجه ۱۴۰۴ چقدر است"),
)


@pytest.mark.parametrize(("question", "says", "left", "right"), SAID_MORE)
def test_whether_one_is_more_than_another_is_said_by_both(
    facts: CityFacts, question: str, says: str, left: str, right: str
) -> None:
    given = first(facts, question)
    assert given.text.fa.startswith(says)
    assert [each.value for each in given.figures[1:]] == [value(facts, left), value(facts, right)]
    assert (value(facts, left) > value(facts, right)) == (says == "بله")


@pytest.mark.parametrize("question", ["نسبت حقوق شهردار به بودجه", "نسبت جمعیت به بدهی شهرداری"])
def test_unlike_figures_are_not_set_against_each_other(facts: CityFacts, question: str) -> None:
    assert all(figure.unit != "times" for card in answer(facts, question).cards for figure in card.figures)


def test_a_mean_of_months_is_the_sum_by_their_number(facts: CityFacts) -> None:
    for question in ("میانگین ماهانه پرداخت‌ها در ۱۴۰۴", "average monthly payments in 1404"):
        mean, whole = first(facts, question).figures[:2]
        assert Decimal(whole.value or 0) == value(facts, "جمع پرداخت‌های ۱۴۰۴ چقدر است")
        assert abs(Decimal(mean.value or 0) - Decimal(whole.value or 0) / 12) < 1


def test_a_mean_in_each_year_stays_the_mean_of_its_rows(facts: CityFacts) -> None:
    given = first(facts, "متوسط مبلغ قرارداد در هر سال")
    assert given.understood is not None
    assert (given.understood.measure, given.understood.by) == ("avg_amount", "signed_on:year")


MEANINGS = (
    ("ترک تشریفات یعنی چی", "waiver"),
    ("کمیسیون ماده ۱۰۰ چیه", "article-100"),
    ("what does waiver mean", "waiver"),
    ("what is a completion certificate", "completion"),
    ("فرق مناقصه و مزایده چیه", "tender"),
)


@pytest.mark.parametrize(("question", "term"), MEANINGS)
def test_what_a_word_means_is_said_by_the_glossary(facts: CityFacts, question: str, term: str) -> None:
    given = first(facts, question)
    assert (given.kind, given.url) == ("page", f"/glossary#{term}")
    says = next(each.says for each in facts.terms if each.code == term)
    assert says.fa in given.text.fa
    assert says.en in given.text.en


@pytest.mark.parametrize("question", ["بودجه ۱۴۰۴ چقدر است", "what is the mayor's salary", "مناقصه‌های باز چیست"])
def test_whoever_asks_for_a_number_gets_no_meaning(facts: CityFacts, question: str) -> None:
    assert all("/glossary" not in card.url for card in answer(facts, question).cards)


def test_the_telephone_of_a_unit_is_that_of_its_record(facts: CityFacts) -> None:
    for question in ("شماره تلفن شهرداری منطقه ۲", "phone number of district 2 municipality"):
        given = first(facts, question)
        assert given.kind == "record"
        assert given.rows[0].values["title"] == "شهرداری منطقه دو"
        assert str(given.rows[0].values["phone"]) in given.text.fa


def test_the_head_of_a_unit_is_named_with_the_month_that_says_so(published: Published, facts: CityFacts) -> None:
    pay, units = published.current("managers-pay"), published.current("organisation-chart")
    row = published.world.con.execute(
        f"SELECT unit, any_value(name) FROM {pay} WHERE month = (SELECT max(month) FROM {pay}) "
        f"AND unit IN (SELECT title FROM {units}) AND unit NOT LIKE '%منطقه%' "
        "GROUP BY unit HAVING count(*) = 1 ORDER BY unit LIKE 'سازمان%' DESC, unit LIMIT 1"
    ).fetchone()
    assert row is not None
    given = first(facts, f"رئیس {row[0]} کیست")
    assert given.understood is not None
    assert given.understood.dataset == "managers-pay"
    assert str(row[1]) in given.text.fa


def test_those_without_any_row_are_all_others(facts: CityFacts, visitor: Client) -> None:
    given = first(facts, "کدام واحدها قرارداد نداشتند")
    document = json.loads(visitor.get(given.api).content)
    having = {group["unit"] for group in document["groups"]}
    named = given.text.fa.partition(": ")[2].partition(". ")[0].split("، ")
    assert having
    assert named
    assert not having & set(named)


def test_how_many_for_a_thousand_people_is_their_number_by_those_of_the_place(facts: CityFacts) -> None:
    ratio, count, people = first(facts, "پروانه‌های ساختمانی منطقه ۲ به ازای هر هزار نفر در ۱۴۰۴").figures
    exact = Decimal(count.value or 0) * 1000 / Decimal(people.value or 1)
    assert abs(Decimal(ratio.value or 0) - exact) <= Decimal("0.005")


def test_a_word_that_no_row_holds_is_said_before_what_leaves_it_out(facts: CityFacts) -> None:
    given = first(facts, "پرداخت‌های بلورین")
    assert given.kind == "nothing"
    assert "بلورین" in given.text.fa
    assert not given.figures


def test_what_is_stated_in_no_row_is_no_row_missing(facts: CityFacts) -> None:
    for card in answer(facts, "مساحت پارک‌های شهر").cards:
        assert not (card.kind == "nothing" and "ردیفی با این شرط‌ها نیست" in card.text.fa)


def test_rows_that_point_to_what_the_rest_says(published: Published, facts: CityFacts) -> None:
    chair = published.world.con.execute(
        f"SELECT name FROM {published.current('council-members')} WHERE office = 'chair'"
    ).fetchone()
    assert chair is not None
    given = first(facts, "رییس شورا چند بار غیبت داشته")
    assert given.understood is not None
    assert dict(given.understood.filters) == {"attendance": "absent", "member": chair[0]}


def test_whose_something_is_is_no_condition_beside_it(facts: CityFacts) -> None:
    for question in ("شهردار چند تا معاون دارد", "who are the deputies of the mayor"):
        understood = first(facts, question).understood
        assert understood is not None
        assert dict(understood.filters)["level"] == "deputy"
    beside = first(facts, "compare the mayor's salary with deputies").understood
    assert beside is not None
    assert dict(beside.filters)["level__in"] == "deputy,mayor"


def test_no_share_is_of_a_column_that_the_question_leaves(published: Published, facts: CityFacts) -> None:
    given = first(facts, "چند درصد از مناقصه‌ها بدون برنده مانده")
    assert Decimal(given.figures[0].value or 0) < 100
    blanks = names(published, facts)
    assert all(not card.figures for card in answer(facts, f"چند درصد بودجه عمرانی {blanks['year']} محقق شده").cards)


def test_whoever_has_most_of_what_only_points_to_theirs(published: Published, facts: CityFacts) -> None:
    given = first(facts, "contractors with most amendments")
    rows = published.world.con.execute(
        f"SELECT c.contractor, count(*) FROM {published.current('contract-amendments')} a "
        f"JOIN {published.current('contracts')} c ON c.number = a.contract GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10"
    ).fetchall()
    assert rows
    assert [(each.label.fa, each.value) for each in given.figures] == rows


def test_groups_by_two_keys_are_those_of_the_api(facts: CityFacts, visitor: Client) -> None:
    for question in ("permits by district and year", "پروانه‌ها به تفکیک منطقه و سال"):
        given = first(facts, question)
        rows = json.loads(visitor.get(given.api).content)["groups"]
        assert [each["count"] for each in rows] == [figure.value for figure in given.figures]
        assert all({"district", "issued_on:year", "count"} <= set(each) for each in rows)


def test_how_densely_people_live_is_their_number_over_the_area(published: Published, facts: CityFacts) -> None:
    given = first(facts, "تراکم جمعیت منطقه ۲")
    row = published.world.con.execute(
        f"SELECT people / area FROM {published.current('population')} WHERE district = '2' ORDER BY year DESC"
    ).fetchone()
    assert row is not None
    assert abs(Decimal(given.figures[0].value or 0) - Decimal(str(row[0]))) <= Decimal("0.06") * Decimal(str(row[0]))


@pytest.mark.parametrize(
    "question",
    ["چند قرارداد تمدید شده", "چه شرکتی زباله‌ها را جمع می‌کند", "سهم حقوق از بودجه", "closed council sessions"],
)
def test_no_figure_is_of_what_a_word_happens_to_mean_elsewhere(facts: CityFacts, question: str) -> None:
    given = first(facts, question)
    assert not (given.kind == "figure" and given.is_sure)


def test_by_what_rows_are_not_told_is_said(facts: CityFacts) -> None:
    given = answer(facts, "requests by channel").cards
    assert given[0].kind == "nothing"
    assert "channel" in given[0].text.en
    assert not any(card.figures for card in given)
