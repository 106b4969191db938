"""Forty questions of an assistant, each in words and by the grammar, held against the published files by SQL."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from mcp.client.client import Client
from tests import event_loop
from tests.apps.assistants.assistant import connected
from tests.flow.hamlet import Published

from ayan.wiring import city

LAST, NEWEST = "BETWEEN DATE '2024-03-20' AND DATE '2025-03-20'", "BETWEEN DATE '2025-03-21' AND DATE '2026-03-20'"
"""The days of the Jalali years 1403 and 1404."""
ESFAND = "BETWEEN DATE '2026-02-20' AND DATE '2026-03-20'"
BOUGHT = {"kind__in": "consulting,goods,services,works"}
BOUGHT_SQL = "kind IN ('consulting', 'goods', 'services', 'works')"


class Figure(NamedTuple):
    """A question with one number: in words, in the grammar, and the SELECT by which it is worked out once more."""

    text: str
    dataset: str
    where: Mapping[str, str]
    measure: str
    select: str


class Beside(NamedTuple):
    """A comparison: in words, by two values of a key, and the SELECT of both numbers."""

    text: str
    dataset: str
    measure: str
    by: str
    sides: tuple[str, str]
    where: Mapping[str, str]
    select: str


class Unpublished(NamedTuple):
    """A question about what is not published, and conditions under which nothing stands."""

    text: str
    dataset: str
    where: Mapping[str, str]


COUNTS = (
    Figure("چند قرارداد در ۱۴۰۳ بسته شد", "contracts", {"signed_on": "1403"}, "count", f"count(*) WHERE signed_on {LAST}"),
    Figure("تعداد قراردادهای سال ۱۴۰۴", "contracts", {"signed_on": "1404"}, "count", f"count(*) WHERE signed_on {NEWEST}"),
    Figure("how many contracts were signed in 1404", "contracts", {"signed_on": "۱۴۰۴"}, "count", f"count(*) WHERE signed_on {NEWEST}"),
    Figure("چند قرارداد ترک تشریفات داریم", "contracts", {"selection": "waiver"}, "count", "count(*) WHERE selection = 'waiver'"),
    Figure("چند پرداخت در ۱۴۰۴ انجام شد", "payments", {"paid_on": "1404"}, "count", f"count(*) WHERE paid_on {NEWEST}"),
    Figure("منطقه ۳ چند پارسل دارد", "parcels", {"district": "3"}, "count", "count(*) WHERE district = '3'"),
    Figure("how many parcels are in district 5", "parcels", {"district": "5"}, "count", "count(*) WHERE district = '5'"),
    Figure("چند پروانه در منطقه ۲", "building-permits", {"district": "2"}, "count", "count(*) WHERE district = '2'"),
    Figure("چند پروانه ساختمانی در ۱۴۰۴ صادر شد", "building-permits", {"issued_on": "1404"}, "count", f"count(*) WHERE issued_on {NEWEST}"),
    Figure("تعداد مزایده‌ها", "tenders", {"kind": "auction"}, "count", "count(*) WHERE kind = 'auction'"),
    Figure("چند مناقصه در ۱۴۰۴ برگزار شد", "tenders", {"kind__in": "limited-tender,public-tender", "published_on": "1404"}, "count",
           f"count(*) WHERE kind IN ('limited-tender', 'public-tender') AND published_on {NEWEST}"),
    Figure("چند مصوبه در ۱۴۰۴ رد شد", "council-resolutions", {"decided_on": "1404", "outcome": "rejected"}, "count",
           f"count(*) WHERE outcome = 'rejected' AND decided_on {NEWEST}"),
    Figure("چند کارمند داریم", "staff", {}, "count", "count(*) WHERE true"),
    Figure("تعداد کارکنان رسمی", "staff", {"contract": "permanent"}, "count", "count(*) WHERE contract = 'permanent'"),
    Figure("چند پروژه تمام شده", "projects", {"state": "done"}, "count", "count(*) WHERE state = 'done'"),
)  # fmt: skip
SUMS = (
    Figure("مبلغ قراردادهای ۱۴۰۳", "contracts", {**BOUGHT, "signed_on": "1403"}, "sum_amount", f"sum(amount) WHERE {BOUGHT_SQL} AND signed_on {LAST}"),
    Figure("جمع قراردادهای ۱۴۰۴ چقدر شد", "contracts", {**BOUGHT, "signed_on": "1404"}, "sum_amount", f"sum(amount) WHERE {BOUGHT_SQL} AND signed_on {NEWEST}"),
    Figure("کل پرداخت‌های ۱۴۰۴", "payments", {"paid_on": "1404"}, "sum_amount", f"sum(amount) WHERE paid_on {NEWEST}"),
    Figure("پرداختی‌های اسفند ۱۴۰۴", "payments", {"paid_on": "1404-12"}, "sum_amount", f"sum(amount) WHERE paid_on {ESFAND}"),
    Figure("بودجهٔ شهرداری در سال ۱۴۰۴ چقدر است", "budget", {"fiscal_year": "1404", "side": "use"}, "sum_approved",
           "sum(approved) WHERE fiscal_year = '1404' AND side = 'use'"),
    Figure("بودجه عمرانی ۱۴۰۴", "budget", {"fiscal_year": "1404", "side": "use"}, "sum_capital_share",
           "sum(capital_share) WHERE fiscal_year = '1404' AND side = 'use'"),
    Figure("بودجه جاری ۱۴۰۴", "budget", {"fiscal_year": "1404", "side": "use"}, "sum_current_share",
           "sum(current_share) WHERE fiscal_year = '1404' AND side = 'use'"),
    Figure("عملکرد بودجه ۱۴۰۳", "budget", {"fiscal_year": "1403", "side": "use"}, "sum_actual",
           "sum(actual) WHERE fiscal_year = '1403' AND side = 'use'"),
    Figure("درآمد شهرداری در سال ۱۴۰۳", "revenues", {"month": "1403"}, "sum_amount", "sum(amount) WHERE left(month, 4) = '1403'"),
    Figure("درآمدها در اسفند ۱۴۰۴", "revenues", {"month": "1404-12"}, "sum_amount", "sum(amount) WHERE month = '1404-12'"),
    Figure("هزینه تبلیغات در ۱۴۰۳", "advertising-spend", {"ordered_on": "1403"}, "sum_amount", f"sum(amount) WHERE ordered_on {LAST}"),
    Figure("حقوق شهردار در سال ۱۴۰۴", "managers-pay", {"level": "mayor", "month": "1404"}, "avg_gross",
           "avg(gross) WHERE level = 'mayor' AND left(month, 4) = '1404'"),
    Figure("میانه حقوق مدیران در ۱۴۰۴", "managers-pay", {"month": "1404"}, "median_gross", "median(gross) WHERE left(month, 4) = '1404'"),
    Figure("مساحت ملک‌های منطقه ۱", "parcels", {"district": "1"}, "sum_land_area", "sum(land_area) WHERE district = '1'"),
    Figure("جمعیت منطقه ۱ در ۱۴۰۳", "population", {"district": "1", "year": "1403"}, "sum_people",
           "sum(people) WHERE district = '1' AND year = '1403'"),
)  # fmt: skip
COMPARISONS = (
    Beside("تفاوت تعداد قراردادهای ۱۴۰۳ و ۱۴۰۴", "contracts", "count", "signed_on:year", ("1403", "1404"), {},
           f"count(*) FILTER (signed_on {LAST}), count(*) FILTER (signed_on {NEWEST})"),
    Beside("پروانه‌های منطقه ۱ بیشتر است یا منطقه ۲", "building-permits", "count", "district", ("1", "2"), {},
           "count(*) FILTER (district = '1'), count(*) FILTER (district = '2')"),
    Beside("تعداد پارسل‌های منطقه ۱ و منطقه ۲ را مقایسه کن", "parcels", "count", "district", ("1", "2"), {},
           "count(*) FILTER (district = '1'), count(*) FILTER (district = '2')"),
    Beside("difference between revenues in 1403 and 1404", "revenues", "sum_amount", "month:year", ("1403", "1404"), {},
           "sum(amount) FILTER (left(month, 4) = '1403'), sum(amount) FILTER (left(month, 4) = '1404')"),
    Beside("حقوق شهردار بیشتر است یا معاونان", "managers-pay", "avg_gross", "level", ("mayor", "deputy"), {"month": "1404"},
           "avg(gross) FILTER (level = 'mayor' AND left(month, 4) = '1404'), avg(gross) FILTER (level = 'deputy' AND left(month, 4) = '1404')"),
)  # fmt: skip
NOT_PUBLISHED = (
    Unpublished("کد ملی شهردار", "managers-pay", {"level": "mayor", "month": "1390"}),
    Unpublished("نصاب معاملات ۱۴۰۴", "transaction-ceilings", {"year": "1404"}),
    Unpublished("تعداد قراردادهای سال ۱۳۹۰", "contracts", {"signed_on": "1390"}),
    Unpublished("مبلغ پرداخت‌های ۱۳۹۵", "payments", {"paid_on": "1395"}),
    Unpublished("بودجه ۱۳۹۵", "budget", {"fiscal_year": "1395", "side": "use"}),
)


def test_they_are_forty() -> None:
    assert len((*COUNTS, *SUMS, *COMPARISONS, *NOT_PUBLISHED)) == 40


@pytest.fixture
def in_use(published: Published, monkeypatch: pytest.MonkeyPatch) -> Published:
    """The invented city as the one in use, with what its words mean read already."""
    monkeypatch.setattr(city, "current", lambda: published.city)
    published.city.facts()
    return published


def reckoned(published: Published, dataset: str, select: str) -> tuple[Any, ...]:
    """The numbers of a SELECT over the published files, by which no answer is made."""
    columns, where, condition = select.partition(" WHERE ")
    table = f"{columns} FROM {published.current(dataset)}{where}{condition}"
    (row,) = published.world.con.execute(f"SELECT {table}").fetchall()
    return tuple(row)


def same(given: Any, expected: Any) -> bool:
    """Whether two numbers are one, to the two decimals that averages have."""
    return abs(Decimal(str(given)) - Decimal(str(expected))) < Decimal("0.011")


async def document(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, (arguments, result.content)
    content: dict[str, Any] = result.structured_content or {}
    return content


def cited(answer: Mapping[str, Any], dataset: str) -> None:
    """Every number of an answer stands under releases, a leaf of the log, a citation and a page."""
    assert answer["page"]["fa"]
    assert answer["sources"]
    for source in answer["sources"]:
        assert source["dataset"] == dataset
        assert source["releases"]
        assert 0 <= source["log"]["index"] < source["log"]["size"]
        assert "/c/" in source["citation"]["fa"]
        assert "/en/c/" in source["citation"]["en"]


async def hold_figure(client: Client, published: Published, asked: Figure) -> None:
    (expected,) = reckoned(published, asked.dataset, asked.select)
    in_words = await document(client, "ask", question=asked.text)
    first = in_words["answers"][0]
    assert same(first["figures"][0]["value"], expected), asked.text
    assert not first.get("unread")
    cited(first, asked.dataset)
    by_grammar = await document(
        client, "query_dataset", dataset=asked.dataset, where=dict(asked.where), measures=[asked.measure]
    )
    assert same(by_grammar["groups"][0][asked.measure], expected), asked.text
    cited(by_grammar, asked.dataset)
    citation = by_grammar["sources"][0]["citation"]["en"]
    checked = await document(client, "check_citation", citation=citation, measure=asked.measure)
    assert checked["status"] == "current"
    assert same(checked["value_then"], expected)


async def hold_comparison(client: Client, published: Published, asked: Beside) -> None:
    expected = reckoned(published, asked.dataset, asked.select)
    first = (await document(client, "ask", question=asked.text))["answers"][0]
    values = [each["value"] for each in first["figures"]]
    assert all(any(same(value, number) for value in values) for number in expected), asked.text
    cited(first, asked.dataset)
    compared = await document(
        client,
        "compare",
        dataset=asked.dataset,
        measure=asked.measure,
        by=asked.by,
        sides=list(asked.sides),
        where=dict(asked.where),
    )
    assert all(map(same, compared["total"]["values"], expected)), asked.text
    assert same(compared["total"]["differences"][1], expected[1] - expected[0])
    cited(compared, asked.dataset)


async def hold_unpublished(client: Client, published: Published, asked: Unpublished) -> None:
    owner = published.city.registry.get(asked.dataset).owner
    in_words = await document(client, "ask", question=asked.text)
    by_grammar = await document(client, "query_dataset", dataset=asked.dataset, where=dict(asked.where))
    for answer in (in_words, by_grammar):
        assert answer["status"] == "not_published", asked.text
        assert answer["owed_by"]["owner"]["fa"] == owner.fa
        assert answer["owed_by"]["ask_for_it"]["fa"].endswith("/counter/new/access")
        assert not [each for each in answer.get("answers", []) if each["figures"]]


@pytest.mark.parametrize("revision", ["2026-07-28", "legacy"])
def test_every_number_is_right_and_cited_in_words_and_by_the_grammar(in_use: Published, revision: str) -> None:
    questions = (*COUNTS, *SUMS, *COMPARISONS, *NOT_PUBLISHED)

    async def talk() -> None:
        async with connected(revision) as client:
            # The older revisions differ in how a client begins, and get every fifth.
            for asked in questions if revision != "legacy" else questions[::5]:
                match asked:
                    case Figure():
                        await hold_figure(client, in_use, asked)
                    case Beside():
                        await hold_comparison(client, in_use, asked)
                    case Unpublished():
                        await hold_unpublished(client, in_use, asked)

    event_loop.run(talk)
