"""The calculator and the query over a table agree on every case, and what the law says grows does grow."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.tariff.tariffs import SHIPPED, case
from tests.sampling import chance

from ayan.core.system.duckdb import confined
from ayan.core.tariff.outcome import outcome
from ayan.core.tariff.tariff import Tariff, TariffInput
from ayan.core.tariff.tariff_query import WHY, statement
from ayan.core.values.sql import literal

FEW, MANY = 60, 10_000


def drawn(draw: random.Random, tariff_input: TariffInput) -> int | str:
    """A value within bounds, often at an end or small, where the bands are."""
    number = tariff_input.number
    if number is None:
        return draw.choice([code for code, _ in tariff_input.choices])
    near = number.low + draw.randrange(min(number.high - number.low, 1_000 * 10**number.decimals) + 1)
    return draw.choice([number.low, number.high, near, near, near, draw.randint(number.low, number.high)])


def agree(tariff: Tariff, cases: list[dict[str, int | str]]) -> None:
    columns = [
        f"{each.name} {'VARCHAR' if each.number is None else f'DECIMAL(38, {each.number.decimals})'}"
        for each in tariff.inputs
    ]
    with confined() as con:
        con.execute(f"CREATE TABLE cases (n INTEGER, {', '.join(columns)})")
        rows = [
            f"({n}, {', '.join(literal(str(written(each, values[each.name]))) for each in tariff.inputs)})"
            for n, values in enumerate(cases)
        ]
        for at in range(0, len(rows), 1_000):
            con.execute(f"INSERT INTO cases VALUES {', '.join(rows[at : at + 1_000])}")
        sql = statement(tariff, {each.name: each.name for each in tariff.inputs}, "cases", ("n",))
        worked_by_sql = con.execute(f"SELECT {WHY}, {', '.join(tariff.results)} FROM ({sql}) ORDER BY n").fetchall()
    for values, (why, *amounts) in zip(cases, worked_by_sql, strict=True):
        worked = outcome(tariff, values)
        assert (worked.why or None) == why, values
        assert list(worked.amounts or [None] * len(amounts)) == amounts, values


def written(tariff_input: TariffInput, value: int | str) -> object:
    number = tariff_input.number
    return value if number is None else Decimal(int(value)).scaleb(-number.decimals)


def cases_of(tariff: Tariff, count: int) -> list[dict[str, int | str]]:
    draw = chance(f"tariff {tariff.code}")
    return [{each.name: drawn(draw, each) for each in tariff.inputs} for _ in range(count)]


@pytest.mark.parametrize("code", SHIPPED)
def test_the_calculator_and_the_query_agree(code: str) -> None:
    agree(SHIPPED[code], cases_of(SHIPPED[code], FEW))


@pytest.mark.soak
@pytest.mark.parametrize("code", SHIPPED)
def test_they_agree_on_ten_thousand_cases(code: str) -> None:
    agree(SHIPPED[code], cases_of(SHIPPED[code], MANY))


def test_what_is_outside_the_range_or_too_exact_stops_no_query() -> None:
    tariff = SHIPPED["nasirshahr-change-of-use"]
    sql = statement(tariff, {each.name: each.name for each in tariff.inputs}, "cases", ("n",))
    with confined() as con:
        con.execute("CREATE TABLE cases (n INTEGER, price DECIMAL(38, 0), land DECIMAL(38, 3), factor DECIMAL(38, 2))")
        con.execute(
            "INSERT INTO cases VALUES (1, 9999999999999999999999999999999999, 1, 1), (2, 5, 1.005, 1), (3, 5, NULL, 1), "
            "(4, 5, 10000000000000000000000000000000, 1), (5, -1, 1, 1), (6, 5, 3, 2)"
        )
        rows = con.execute(f"SELECT _why, _amount FROM ({sql}) ORDER BY n").fetchall()
    assert rows == [("_input", None)] * 5 + [(None, 30)]


@given(
    price=st.integers(0, 10**9),
    small=st.decimals(1, 500, places=2),
    large=st.decimals(1, 500, places=2),
    parking=st.integers(0, 10),
)
def test_a_larger_house_never_costs_less(price: int, small: Decimal, large: Decimal, parking: int) -> None:
    """Within the published bands; and a further parking space never makes it dearer."""
    small, large = sorted((small, large))
    tariff = SHIPPED["tehran-single-dwelling"]
    less, more = (case(tariff, price=price, area=area, parking=parking).amounts for area in (small, large))
    if less and more:
        assert less[0] <= more[0]
    fewer = case(tariff, price=price, area=large, parking=max(0, parking - 1)).amounts
    if more and fewer:
        assert more[0] <= fewer[0]


@given(value=st.integers(0, 10**14), year=st.integers(1347, 1404))
def test_the_rate_of_the_renovation_levy_never_falls(value: int, year: int) -> None:
    levy = SHIPPED["iran-renovation-levy"]
    now, next_year = (case(levy, year=at, value=value).amounts[0] for at in (year, year + 1))
    assert now <= next_year
    # Whole rial: the nearest to the exact product, in thousandths of the value.
    permille = {True: 5, False: 10}[year < 1382] if year < 1401 else 25
    assert abs(now * 1000 - value * permille) <= 500


@given(area=st.decimals(0, 10**6, places=2), value=st.integers(0, 10**9))
def test_a_range_never_ends_before_it_begins(area: Decimal, value: int) -> None:
    for use in ("residential", "other"):
        low, high = case(SHIPPED["iran-article-100-fine"], use=use, area=area, value=value).amounts
        assert low <= high


GROWS = {
    "tehran-single-dwelling": ("price",),
    "tehran-commercial": ("price", "area", "frontage", "height", "units"),
    "mashhad-missing-parking": ("price", "area"),
    "nasirshahr-density": ("price", "ground", "first", "second", "third", "fourth", "fifth", "sixth"),
    "nasirshahr-renovation": ("building_value", "floor_area", "price", "land"),
    "nasirshahr-change-of-use": ("price", "land", "factor"),
    "arak-1398-building-value": ("land",),
    "iran-renovation-levy": ("year", "value"),
    "iran-article-100-fine": ("area", "value"),
}
"""The inputs of which more never costs less, all others being the same; of a dwelling's area and parking see above."""


@pytest.mark.parametrize("code", SHIPPED)
def test_more_of_what_is_charged_for_never_costs_less(code: str) -> None:
    """By formula every factor is a number that is not negative: so each end of the result grows with each of these."""
    tariff, draw, held = SHIPPED[code], chance(f"grows {code}"), 0
    for stated in cases_of(tariff, FEW):
        name = draw.choice(GROWS[code])
        number = tariff.input(name).number
        assert number is not None
        low, high = sorted((int(stated[name]), draw.randint(number.low, number.high)))
        less, more = (outcome(tariff, {**stated, name: value}).amounts for value in (low, high))
        # Of a case that the published text is silent on, nothing is said on either side.
        if less and more:
            held += 1
            assert all(small <= large for small, large in zip(less, more, strict=True)), (stated, name, high)
    assert held, "no case was held"
