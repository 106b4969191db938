"""Who won stands first among the rows that competed, however many were handed in and in whatever order."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import page, shown
from tests.apps.linked_city import publish, written
from tests.apps.small_city import build, declare

from ayan.datasets.registry import Registry
from ayan.wiring import city
from ayan.wiring.city import City

OFFERS = """
slug = "offers"
title = { fa = "پیشنهادها (ساختگی)", en = "Offers" }
description = { fa = "پیشنهادهای ساختگی", en = "Invented offers" }
owner = { fa = "واحد آزمون", en = "Trial unit" }
topic = "money"
key = ["number"]

[[field]]
name = "number"
kind = "code"
label = { fa = "شماره", en = "Number" }
required = true

[[field]]
name = "work"
kind = "ref"
label = { fa = "کار", en = "Work" }
ref = "works.number"

[[field]]
name = "bidder"
kind = "text"
label = { fa = "پیشنهاددهنده", en = "Bidder" }
role = "title"

[[field]]
name = "day"
kind = "date"
label = { fa = "روز", en = "Day" }
role = "date"

[[field]]
name = "price"
kind = "rial"
label = { fa = "قیمت", en = "Price" }

[[field]]
name = "rank"
kind = "integer"
label = { fa = "رتبه", en = "Rank" }

[[view]]
code = "ranking"
kind = "ranking"
title = { fa = "برنده", en = "Winner" }
by = "work"
rank = "rank"
measure = "price"
against = "works.amount"
"""
HEADER = ("شماره", "کار", "پیشنهاددهنده", "روز", "قیمت", "رتبه")


@pytest.fixture(scope="module")
def contest(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Six offers for one work, the winner among the last handed in; twenty-five for another, the winner the oldest."""
    home = tmp_path_factory.mktemp("contest")
    town = build(home)
    declare(home / "datasets", "offers", OFFERS)
    town.__dict__["registry"] = Registry((home / "datasets",))
    few = [
        ("O-1", "C-002", "پس‌گرفتهٔ گران", "1403/05/09", 900_000, ""),
        ("O-2", "C-002", "پس‌گرفتهٔ ارزان", "1403/05/08", 100_000, ""),
        ("O-3", "C-002", "سوم", "1403/05/07", 700_000, 3),
        ("O-4", "C-002", "دوم", "1403/05/06", 500_000, 2),
        ("O-5", "C-002", "بی‌قیمت", "1403/05/05", "", ""),
        ("O-6", "C-002", "یکم", "1403/05/04", 600_000, 1),
    ]
    many = [(f"M-{n}", "C-004", f"شرکت {n}", f"1403/04/{n:02}", n * 10, n) for n in range(1, 26)]
    publish(town, "offers", written(HEADER, [*few, *many]), "offers.csv")
    return town


@pytest.fixture
def reader(contest: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(city, "current", lambda: contest)
    return Client()


def order(text: str, *names: str) -> list[str]:
    table = shown(text.split('id="offers-work"')[1].split("</table>")[0])
    return sorted((name for name in names if name in table), key=table.index)


def test_the_winner_stands_first_and_is_marked_and_those_without_a_rank_last(reader: Client) -> None:
    text = page(reader, "/data/works/r/C-002")
    names = ("یکم", "دوم", "سوم", "پس‌گرفتهٔ ارزان", "پس‌گرفتهٔ گران", "بی‌قیمت")
    assert order(text, *names) == list(names), "all six, also those without a rank"
    rows = text.split('id="offers-work"')[1].split("</table>")[0].split("<tr>")[2:]
    assert ["برنده" in shown(row) for row in rows] == [True, *[False] * 5]
    assert "Winner" in shown(page(reader, "/en/data/works/r/C-002"))


def test_of_many_the_first_twelve_are_shown_also_where_they_were_handed_in_first(reader: Client) -> None:
    text = page(reader, "/data/works/r/C-004")
    table = shown(text.split('id="offers-work"')[1].split("</table>")[0])
    assert [n for n in range(1, 26) if f"M-{n} " in table or f"شرکت {n} " in table] == list(range(1, 13))


def test_each_price_stands_against_the_amount_that_is_declared(reader: Client, contest: City) -> None:
    work = next(
        row
        for row in Client().get("/api/v1/datasets/works/rows.json?_size=100").json()["rows"]
        if row["number"] == "C-002"
    )
    amount = work["amount"]
    assert amount
    text = page(reader, "/en/data/works/r/C-002").split('id="offers-work"')[1].split("</section>")[0]
    bars = re.findall(r'<rect x="0" y="2" width="(\d+)" height="6"[^>]*/><path d="M(\d+) 0v10"', text)
    prices = [600_000, 500_000, 700_000, 100_000, 900_000]
    top = max(amount, 900_000)
    assert [int(width) for width, _ in bars] == [max(1, round(price * 100 / top)) for price in prices]
    assert {int(line) for _, line in bars} == {round(amount * 100 / top)}
    # Second offered less, so the winner's price is told as it stands, and not as the lowest.
    under = Decimal(amount - 600_000) * 100 / amount
    assert f"The winner’s price is {under.quantize(Decimal('0.1')).normalize():f}% below “Amount”" in shown(text)
    assert "lowest" not in shown(text)
