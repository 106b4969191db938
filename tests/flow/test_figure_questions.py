"""Kinds of questions about figures, each in several wordings, held against the published files by SQL."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from tests.flow.hamlet import Published
from tests.sampling import sampled

from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.question_box import answer
from ayan.core.values import locale
from ayan.core.values.digits import to_latin

TODAY = 12
"""Of each kind so many wordings a day."""


@pytest.fixture
def facts(published: Published) -> CityFacts:
    """What the city answers by."""
    return published.city.facts()


Reckon = Callable[[str], list[Any]]


@pytest.fixture
def reckoned(published: Published, facts: CityFacts) -> Reckon:
    """The first row of a SELECT over the published files, whose tables stand in braces."""

    def of(select: str) -> list[Any]:
        tables = {
            slug.replace("-", "_"): published.current(slug)
            for slug in facts.lexicon.datasets
            if f"{{{slug.replace('-', '_')}}}" in select
        }
        (row, *_) = published.world.con.execute(select.format(**tables, today=facts.today)).fetchall()
        return list(row)

    return of


def asked(facts: CityFacts, question: str) -> AnswerCard:
    """The first answer to a question, which is a sure one."""
    first = answer(facts, question).cards[0]
    assert first.is_sure, (question, first.left)
    return first


def same(given: Any, expected: Any) -> bool:
    """Whether two numbers are one, to two decimals."""
    return abs(Decimal(str(given)) - Decimal(str(expected))) < Decimal("0.011")


NOW = (
    "شهردار الان ماهی چقد میگیره", "شهردار الان چقدر حقوق می‌گیرد", "حقوق فعلی شهردار", "شهردار ماهی چند می‌گیرد", "آخرین حقوق شهردار",
    "حقوق ماهانه شهردار چقدر است", "hoghoghe shahrdar alan cheghadre", "how much does the mayor earn now", "mayor's salary a month",
    "what is the mayor's current pay", "latest pay of the mayor",
)  # fmt: skip


@pytest.mark.parametrize("question", sampled("now", NOW, TODAY))
def test_what_somebody_gets_now_is_that_of_the_newest_month_and_the_year_stands_beside_it(
    facts: CityFacts, reckoned: Reckon, question: str
) -> None:
    mayor = "FROM {managers_pay} WHERE level = 'mayor'"
    (month, pay) = reckoned(f"SELECT month, avg(gross) {mayor} GROUP BY month ORDER BY month DESC LIMIT 1")
    first, *others = answer(facts, question).cards
    assert first.understood is not None
    assert first.understood.period == str(month)
    assert same(first.figures[0].value, pay)
    assert str(month)[:4] in [each.understood.period for each in others if each.understood is not None]


DEDUCTED = (
    "مالیاتی که از حقوق شهردار در ۱۴۰۳ کم شد", "از حقوق شهردار در ۱۴۰۳ چقدر مالیات کسر شد", "کل مالیات کسر شده از حقوق شهردار در ۱۴۰۳",
    "چقدر مالیات از حقوق شهردار در ۱۴۰۳ کم کردند", "مالیات حقوق شهردار در سال ۱۴۰۳ چقدر شد", "how much tax was deducted from the mayor's pay in 1403",
    "tax taken off the mayor's salary in 1403", "tax withheld from the mayor's pay in 1403",
)  # fmt: skip


@pytest.mark.parametrize("question", sampled("deducted", DEDUCTED, TODAY))
def test_what_is_taken_off_did_not_become_less(facts: CityFacts, reckoned: Reckon, question: str) -> None:
    (tax,) = reckoned("SELECT sum(tax) FROM {managers_pay} WHERE level = 'mayor' AND left(month, 4) = '1403'")
    first = asked(facts, question)
    assert (first.kind, first.figures[0].value) == ("figure", tax)


AMENDED = (
    "ردیف‌های اصلاح‌شده بودجه ۱۴۰۴", "کدام ردیف‌های بودجه ۱۴۰۴ اصلاح شدند", "چند ردیف بودجه در ۱۴۰۴ اصلاح شده", "بودجه‌هایی که در ۱۴۰۴ متمم خوردند",
    "which budget lines were amended in 1404", "how many budget lines were amended in 1404", "budget lines revised in 1404",
    "amended budget lines of 1404",
)  # fmt: skip


@pytest.mark.parametrize("question", sampled("amended", AMENDED, TODAY))
def test_amended_lines_are_those_that_were_amended(facts: CityFacts, reckoned: Reckon, question: str) -> None:
    (lines,) = reckoned("SELECT count(*) FROM {budget} WHERE fiscal_year = '1404' AND amended IS NOT NULL")
    first = asked(facts, question)
    assert lines in [each.value for each in first.figures]


SHARED = (
    ("کدام ردیف هزینه در بودجه ۱۴۰۴ کمترین درصد تحقق را داشته", "use", "min"),
    ("کدوم ردیف هزینه بودجه ۱۴۰۴ کمترین درصد جذب رو داشت", "use", "min"),
    ("پنج ردیف هزینه با بیشترین درصد تحقق در ۱۴۰۴", "use", "max"),
    ("بیشترین درصد تحقق بودجه ۱۴۰۴", "", "max"),
    ("کدام ردیف درآمد بودجه ۱۴۰۴ بیشترین درصد تحقق را داشت", "resource", "max"),
    ("which budget line had the lowest execution rate in 1404", "", "min"),
    ("budget lines with the highest percentage spent in 1404", "", "max"),
    ("lowest share of the budget spent by line in 1404", "", "min"),
)  # fmt: skip


@pytest.mark.parametrize(("question", "side", "end"), sampled("shared", SHARED[:-1], TODAY))
def test_the_order_by_a_share_is_no_order_by_the_amount(
    facts: CityFacts, reckoned: Reckon, question: str, side: str, end: str
) -> None:
    share = f"{end}(CAST(actual AS DECIMAL(38, 9)) * 100 / revised)"
    of_side = f" AND side = '{side}'" if side else ""
    (percent,) = reckoned(f"SELECT {share} FROM {{budget}} WHERE fiscal_year = '1404' AND revised > 0{of_side}")
    first = asked(facts, question)
    assert first.figures[0].unit == "percent"
    assert first.figures[0].value == Decimal(str(percent)).quantize(Decimal("0.1"), ROUND_HALF_UP)


GROWN = (
    "درآمد شهرداری ۱۴۰۴ نسبت به ۱۴۰۳ چند درصد رشد کرده", "درآمدهای ۱۴۰۴ نسبت به ۱۴۰۳ چند درصد زیاد شده", "درصد رشد درآمد از ۱۴۰۳ تا ۱۴۰۴",
    "درآمد شهرداری از ۱۴۰۳ به ۱۴۰۴ چند درصد بالا رفته", "how many percent did revenues grow from 1403 to 1404",
    "by what percent did revenues rise in 1404 compared to 1403", "percentage growth of revenues between 1403 and 1404",
    "daramad 1404 nesbat be 1403 chand darsad roshd karde",
)  # fmt: skip


@pytest.mark.parametrize("question", sampled("grown", GROWN, TODAY))
def test_how_many_per_cent_something_grew_counts_no_rows(facts: CityFacts, reckoned: Reckon, question: str) -> None:
    years = [f"sum(amount) FILTER (WHERE left(month, 4) = '{year}')" for year in (1403, 1404)]
    sums = reckoned(f"SELECT {', '.join(years)} FROM {{revenues}}")
    first = asked(facts, question)
    assert [each.value for each in first.figures] == sums
    percent = (Decimal(sums[1] - sums[0]) * 100 / sums[0]).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert f"{percent}%" in first.text.en


EITHER = (
    "{some} بیشتر قرارداد بسته یا {other}", "کدام بیشتر قرارداد بسته، {some} یا {other}", "{some} بیشتر قرارداد دارد یا {other}",
)  # fmt: skip


@pytest.mark.parametrize("question", sampled("either", EITHER, TODAY))
def test_two_that_are_named_are_told_beside_each_other(facts: CityFacts, reckoned: Reckon, question: str) -> None:
    units = "FROM {contracts} WHERE unit LIKE 'سازمان %' GROUP BY unit"
    (first, most) = reckoned(f"SELECT unit, count(*) {units} ORDER BY 2 DESC, 1 LIMIT 1")
    (last, fewest) = reckoned(f"SELECT unit, count(*) {units} ORDER BY 2, 1 LIMIT 1")
    assert first != last
    cards = answer(facts, question.format(some=last, other=first)).cards
    assert cards[0].is_sure
    assert [each.value for each in cards[0].figures] == [most, fewest, most - fewest]
    assert sorted(each.figures[0].value for each in cards[1:]) == [fewest, most]  # type: ignore[type-var]  # figures here are numbers


TWICE = (
    ("شهردار در ۱۴۰۴ چقدر می‌گیرد و چند معاون دارد", "avg(gross)", "level = 'mayor'", "count(DISTINCT name)", "level = 'deputy'"),
    ("how much did the mayor earn in 1404 and how many deputies were there", "avg(gross)", "level = 'mayor'", "count(DISTINCT name)", "level = 'deputy'"),
)  # fmt: skip


@pytest.mark.parametrize(("question", "first", "of_first", "second", "of_second"), TWICE)
def test_two_questions_get_two_answers(
    facts: CityFacts, reckoned: Reckon, question: str, first: str, of_first: str, second: str, of_second: str
) -> None:
    cards = answer(facts, question).cards
    for card, what, where in zip(cards, (first, second), (of_first, of_second), strict=False):
        (value,) = reckoned(f"SELECT {what} FROM {{managers_pay}} WHERE left(month, 4) = '1404' AND {where}")
        assert card.is_sure
        assert same(card.figures[0].value, value)


DATED = (
    ("tenders closing after today", "tenders", "bids_until > '{today}' AND kind IN ('public-tender', 'limited-tender')"),
    ("open requests older than 60 days", "requests", "outcome = 'open' AND received < DATE '{today}' - 60"),
    ("درخواست‌های باز قدیمی‌تر از ۶۰ روز", "requests", "outcome = 'open' AND received < DATE '{today}' - 60"),
    ("projects whose deadline has passed", "projects", "planned_end_on < '{today}' AND state <> 'done'"),
    ("پروژه‌هایی که مهلتشان گذشته", "projects", "planned_end_on < '{today}' AND state <> 'done'"),
    ("projects less than half finished", "projects", "physical_progress < 50"),
    ("مناقصه‌هایی که مهلتشان تمام شده", "tenders", "bids_until < '{today}' AND kind IN ('public-tender', 'limited-tender')"),
)  # fmt: skip


@pytest.mark.parametrize(("question", "slug", "where"), sampled("dated", DATED, TODAY))
def test_a_condition_on_a_date_is_kept(
    facts: CityFacts, reckoned: Reckon, question: str, slug: str, where: str
) -> None:
    (rows,) = reckoned(f"SELECT count(*) FROM {{{slug}}} WHERE {where}")
    first = answer(facts, question).cards[0]
    assert first.is_sure
    assert first.kind == "nothing" if not rows else rows in [each.value for each in first.figures]


UNSAID = (
    ("شکایت‌هایی که بیشتر از ۳۰ روز مانده", "مانده"),
    ("which budget lines were revised by more than 20 percent in 1404", "20"),
    ("حقوق شهردار ۱۴۰۱ به پول امروز", "به پول امروز"),
    ("unpaid fines of article 100", "unpaid"),
)


@pytest.mark.parametrize(("question", "word"), UNSAID)
def test_what_no_condition_says_makes_the_answer_a_guess_that_names_it(
    facts: CityFacts, question: str, word: str
) -> None:
    first = answer(facts, question).cards[0]
    assert not first.is_sure
    assert not first.figures
    assert word in first.left


@pytest.mark.parametrize("tens", ["سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود"])
def test_a_number_in_words_is_no_misspelt_smaller_one(facts: CityFacts, tens: str) -> None:
    numbers = ("سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود")
    first = answer(facts, f"پروژه‌هایی که پیشرفت فیزیکی زیر {tens} درصد دارند").cards[0]
    assert first.understood is not None
    assert dict(first.understood.filters) == {"physical_progress__lt": str(30 + 10 * numbers.index(tens))}


WHOLE = ("حقوق شهردار در ۱۴۰۴", "بودجه فضای سبز ۱۴۰۴", "total payments in 1404")
OPERATORS = (
    "کمترین", "درصد", "بدون", "اصلاح شده", "جز", "سرانه", "میانه", "غیر", "معوق", "نصف", "دو برابر", "حداقل", "کسر", "پرداخت نشده",
    "lowest", "percent", "without", "amended", "except", "per head", "median", "unpaid", "overdue", "half", "twice",
)  # fmt: skip


@pytest.mark.parametrize("operator", sampled("operators", OPERATORS, 6))
def test_a_word_that_would_change_a_figure_changes_it_or_is_told(facts: CityFacts, operator: str) -> None:
    for question in WHOLE:
        if question.isascii() is not operator.isascii():
            continue
        plain, (first, *rest) = answer(facts, question).cards[0], question.split()
        for other in (" ".join((first, operator, *rest)), f"{question} {operator}"):
            card = answer(facts, other).cards[0]
            is_same = (card.kind, card.api, card.text) == (plain.kind, plain.api, plain.text)
            assert not (card.is_sure and card.figures and is_same), other


def test_a_glued_plural_in_the_name_of_a_unit_adds_no_condition(facts: CityFacts) -> None:
    glued, parted = (asked(facts, f"قراردادهای سازمان {each} و فضای سبز") for each in ("پارکها", "پارک‌ها"))
    assert glued.understood == parted.understood
    assert glued.understood is not None
    assert [name for name, _ in glued.understood.filters] == ["unit"]


COMPANIES = ("کدوم شرکت بیشترین پول رو گرفته", "which company got the most money")


@pytest.mark.parametrize("question", COMPANIES)
def test_companies_paid_without_a_legal_number_are_told_beside_those_with_one(
    facts: CityFacts, reckoned: Reckon, question: str
) -> None:
    first = asked(facts, question)
    assert first.groups
    named, most, rows = reckoned(
        "WITH paid AS (SELECT payee, payee_id, sum(amount) AS total, count(*) AS n FROM {payments} GROUP BY 1, 2) SELECT "
        "(SELECT payee FROM paid WHERE payee_id IS NULL AND payee LIKE 'شرکت%' ORDER BY total DESC, payee LIMIT 1), "
        "(SELECT max(total) FROM paid WHERE payee_id IS NULL AND payee LIKE 'شرکت%'), "
        "(SELECT sum(n) FROM paid WHERE payee_id IS NULL)"
    )
    assert locale.of("fa").number(int(rows)) in first.text.fa
    assert first.text.fa.startswith(str(named)) is (most > first.groups[0]["sum_amount"])


@pytest.mark.parametrize("question", ["جمع پرداخت‌ها در ۱۴۰۴", "کدوم پیمانکار بیشترین قرارداد رو داره"])
def test_what_leaves_no_company_out_says_nothing_of_them(facts: CityFacts, question: str) -> None:
    assert "بی «شناسهٔ ملی" not in asked(facts, question).text.fa


LED = (
    ("کی سازمان آتش‌نشانی رو اداره میکنه", "رئیس سازمان آتش‌نشانی کیه"),
    ("شهر رو کی اداره میکنه", "شهردار کیه"),
    ("منطقه ۳ رو کی میگردونه", "رئیس منطقه ۳ کیه"),
)


@pytest.mark.parametrize(("question", "other"), LED)
def test_who_runs_something_is_who_its_head_is(facts: CityFacts, question: str, other: str) -> None:
    assert answer(facts, question).cards[0].text == answer(facts, other).cards[0].text


LARGEST = (
    ("بزرگترین قرارداد مال کدوم واحده", "SELECT unit, amount FROM {contracts} ORDER BY 2 DESC LIMIT 1"),
    ("which company has the largest contract",
     "SELECT contractor, amount FROM {contracts} WHERE contractor_id IS NOT NULL ORDER BY 2 DESC LIMIT 1"),
    ("بزرگترین مجوز ساخت از نظر زیربنا مال کدوم منطقه‌س",
     "SELECT file_number, floor_area FROM {building_permits} ORDER BY 2 DESC LIMIT 1"),
)  # fmt: skip


@pytest.mark.parametrize(("question", "select"), LARGEST)
def test_the_largest_of_some_rows_is_one_of_them_and_whose_it_is_is_told(
    facts: CityFacts, reckoned: Reckon, question: str, select: str
) -> None:
    first = asked(facts, question)
    whose, most = reckoned(select)
    assert first.asked is not None
    assert first.asked.shape == "list"
    assert first.figures[0].value == most
    assert str(whose) in to_latin(first.text.fa)


def test_one_number_by_another_is_neither_of_them(facts: CityFacts) -> None:
    first = answer(facts, "population per household in district 2").cards[0]
    assert not first.is_sure
    assert not first.figures


def test_how_far_votes_are_apart_is_no_condition_and_takes_the_answer_away(facts: CityFacts) -> None:
    reply = answer(facts, "مصوباتی که با یک رأی اختلاف رد یا تصویب شدن")
    assert all(not (card.is_sure and card.figures) for card in reply.cards[:1])
    assert reply.unread
