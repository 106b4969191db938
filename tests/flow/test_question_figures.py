"""The exact figures that the API gives of each question, worked out from the published files by another road."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from statistics import median
from typing import Any

import pytest
from django.test import Client
from tests.flow.hamlet import Published

from ayan.core.values import jalali
from ayan.wiring import city

OUT = "kind IN ('works', 'services', 'goods', 'consulting')"
Figures = dict[str, tuple[Any, str, str | None]]


@pytest.fixture
def figures_of(published: Published, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Figures]:
    """The exact figures of a question: value, unit and period, by the part and the name."""
    monkeypatch.setattr(city, "current", lambda: published.city)

    def of(code: str) -> Figures:
        answer = Client().get(f"/api/v1/answers/{code}").json()
        return {f"{each['part']}.{each['name']}": (each["value"], each["unit"], each["period"])
                for each in answer["figures"] if each["value"] is not None}  # fmt: skip

    return of


FiguresOf = Callable[[str], Figures]


def rows(published: Published, slug: str, columns: str, where: str = "TRUE") -> list[tuple[Any, ...]]:
    return published.world.con.execute(f"SELECT {columns} FROM {published.current(slug)} WHERE {where}").fetchall()


def year(day: Any) -> str:
    return str(jalali.from_gregorian(day).year)


def share(part: int, whole: int) -> float:
    return float(round(Decimal(part) * 100 / Decimal(whole), 2))


def close(value: Any, expected: float) -> bool:
    """Two decimals, whichever way a half was rounded."""
    return abs(float(value) - expected) < 0.0101


def test_pay(published: Published, figures_of: FiguresOf) -> None:
    figures = figures_of("managers-pay")
    for code, where in (("managers", "TRUE"), ("mayor", "level = 'mayor'")):
        by_month: dict[str, list[int]] = {}
        for month, gross in rows(published, "managers-pay", "CAST(month AS VARCHAR), gross", where):
            by_month.setdefault(month, []).append(gross)
        for name, month in (("first", min(by_month)), ("last", max(by_month))):
            value, unit, period = figures[f"{code}.{name}_value"]
            assert (float(value), unit, period) == (float(median(by_month[month])), "rial", month)


def test_the_budget(published: Published, figures_of: FiguresOf) -> None:
    total, unit, period = figures_of("where-the-budget-goes")["lines.total"]
    lines = rows(published, "budget", "coalesce(amended, approved)", f"fiscal_year = '{period}' AND side = 'use'")
    assert (total, unit) == (sum(amount for (amount,) in lines), "rial")


def test_contractors_waivers_and_districts(published: Published, figures_of: FiguresOf) -> None:
    signed = rows(published, "contracts", "contractor, amount, signed_on, selection, district", OUT)
    top, waived, heads = (
        figures_of("biggest-contractors"),
        figures_of("without-tender"),
        figures_of("district-per-head"),
    )
    period = top["top.total"][2]
    of_year = [row for row in signed if year(row[2]) == period]
    money = Counter[str]()
    for name, amount, *_ in of_year:
        money[name] += amount
    largest = money.most_common(10)
    assert top["top.total"][0] == money.total()
    assert (top["top.groups"][0], top["top.rows"][0]) == (len(money), len(of_year))
    assert top["top.top_value"][0] == largest[0][1]
    assert close(top["top.shown_share"][0], share(sum(amount for _, amount in largest), money.total()))
    without = sum(amount for _, amount, _, how, _ in of_year if how == "waiver")
    assert close(top["top.named_share"][0], share(without, money.total()))
    count, of = (waived[f"waived.{name}"][0] for name in ("count", "of"))
    when = waived["waived.count"][2]
    assert of == sum(year(day) == when for _, _, day, _, _ in signed)
    assert count == sum(year(day) == when and how == "waiver" for _, _, day, how, _ in signed)
    # Each district by the people of the same year.
    people = Counter[str]()
    for district, number in rows(published, "population", "district, people", f"year = {heads['heads.top_value'][2]}"):
        people[district] += number
    sums = Counter[str]()
    for _, amount, day, _, district in signed:
        if district in people and year(day) == heads["heads.top_value"][2]:
            sums[district] += amount
    each = {district: sums[district] / people[district] for district in sums if people[district]}
    for name, expected in (("top", max(each.values())), ("least", min(each.values()))):
        assert abs(float(heads[f"heads.{name}_value"][0]) - expected) <= 1
    whole = sum(sums[district] for district in each) / sum(people[district] for district in each)
    assert abs(float(heads["heads.city_value"][0]) - whole) <= 1


def test_amendments(published: Published, figures_of: FiguresOf) -> None:
    figures = figures_of("contracts-that-grew")
    period = figures["kinds.total"][2]
    changes = [
        (kind, change or 0)
        for kind, change, day in rows(published, "contract-amendments", "kind, change, signed_on")
        if year(day) == period
    ]
    assert figures["kinds.total"][0] == sum(change for _, change in changes)
    assert figures["kinds.rows"][0] == len(changes)
    kinds = Counter[str]()
    for kind, change in changes:
        kinds[kind] += change
    assert figures["kinds.top_value"][0] == max(kinds.values())


def test_answers_to_requests(published: Published, figures_of: FiguresOf) -> None:
    figures = figures_of("how-long-answers")
    value, unit, period = figures["days.last_value"]
    asked = rows(published, "requests", "days, outcome, received")
    days = [each for each, _, day in asked if each is not None and year(day) == period]
    assert (float(value), unit) == (float(median(days)), "days")
    count, of, when = (figures["refused.count"][0], figures["refused.of"][0], figures["refused.of"][2])
    assert of == sum(year(day) == when for _, _, day in asked)
    assert count == sum(year(day) == when and outcome == "refused" for _, outcome, day in asked)
