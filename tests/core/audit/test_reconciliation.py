"""A balance finds every group that differs, to the last rial, and no other; naive sums are the judge."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from tests import sampling
from tests.core.audit.balance_world import BY_BASKET, HEAD, Basket, Item, Stall, stall

from ayan.core.audit.balance_coverage import coverage
from ayan.core.audit.limits import MOST_GROUPS_SHOWN
from ayan.core.audit.reconciliation import reconcile

DAY = date(2024, 8, 2)
CODES = st.sampled_from(["A", "B", "C", "D"])
MONEY = st.integers(-(2**62), 2**62)


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Stall:
    return stall(tmp_path_factory.mktemp("stall"))


def naive(baskets: list[Basket], items: list[Item]) -> dict[str, tuple[int, int]]:
    """What each basket states and what its items come to."""
    sides: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for code, _, stated in baskets:
        sides[code][0] += stated or 0
    for item, price, returned in items:
        if item is not None and not returned:
            sides[item][1] += price or 0
    return {code: (left, right) for code, (left, right) in sides.items()}


@sampling.examples(20, 100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    baskets=st.lists(st.tuples(CODES, st.just(DAY), MONEY), max_size=6, unique_by=lambda basket: basket[0]),
    items=st.lists(st.tuples(st.none() | CODES, MONEY, st.booleans()), max_size=12),
)
def test_what_differs_is_found_to_the_rial(fair: Stall, baskets: list[Basket], items: list[Item]) -> None:
    outcome = reconcile(fair.balance(), fair.datasets, fair.rows(baskets, items))
    sides = naive(baskets, items)
    wrong = {code: left - right for code, (left, right) in sides.items() if left != right}
    assert {group.key[0]: group.difference for group in outcome.shown_groups} == wrong
    assert (outcome.groups, outcome.failed, outcome.unknown) == (len(sides), len(wrong), 0)
    assert outcome.off == sum(map(abs, wrong.values()))
    assert outcome.holds is not bool(wrong)
    assert list(outcome.shown_groups) == sorted(
        outcome.shown_groups, key=lambda group: (-abs(Decimal(group.difference)), group.key)
    )


@sampling.examples(20, 100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CODES, st.integers(1, 10**9)), min_size=1, max_size=10), st.data())
def test_one_rial_anywhere_breaks_the_group_that_holds_it_and_no_other(
    fair: Stall, sold: list[tuple[str, int]], data: st.DataObject
) -> None:
    items: list[Item] = [(code, price, False) for code, price in sold]
    baskets: list[Basket] = [
        (code, DAY, sum(price for sold_code, price in sold if sold_code == code))
        for code in sorted({code for code, _ in sold})
    ]
    balance = fair.balance()
    assert reconcile(balance, fair.datasets, fair.rows(baskets, items)).holds
    by = data.draw(st.sampled_from([-1, 1]))
    if data.draw(st.booleans()):
        index = data.draw(st.integers(0, len(items) - 1))
        code = items[index][0]
        items[index] = (code, (items[index][1] or 0) + by, False)
    else:
        index = data.draw(st.integers(0, len(baskets) - 1))
        code = baskets[index][0]
        baskets[index] = (code, DAY, (baskets[index][2] or 0) + by)
    outcome = reconcile(balance, fair.datasets, fair.rows(baskets, items))
    assert [group.key for group in outcome.shown_groups] == [(code,)]
    assert abs(outcome.shown_groups[0].difference) == 1


@pytest.mark.parametrize(
    ("pairs", "groups"), [("either", {"A", "B", "C"}), ("both", {"B"}), ("left", {"A", "B"}), ("right", {"B", "C"})]
)
def test_which_groups_are_looked_at(fair: Stall, pairs: str, groups: set[str]) -> None:
    rows = fair.rows([("A", DAY, 1), ("B", DAY, 1)], [("B", 2, False), ("C", 2, False)])
    outcome = reconcile(fair.balance(more=f'pairs = "{pairs}"\n'), fair.datasets, rows)
    assert {group.key[0] for group in outcome.shown_groups} == groups
    assert outcome.groups == len(groups)


@pytest.mark.parametrize(
    ("relation", "failing"), [("equal", {"more", "less"}), ("at-least", {"less"}), ("at-most", {"more"})]
)
def test_what_left_may_be(fair: Stall, relation: str, failing: set[str]) -> None:
    rows = fair.rows(
        [("more", DAY, 12), ("less", DAY, 8), ("same", DAY, 10)],
        [(code, 10, False) for code in ("more", "less", "same")],
    )
    outcome = reconcile(fair.balance(more=f'holds = "{relation}"\n'), fair.datasets, rows)
    assert {group.key[0] for group in outcome.shown_groups} == failing


def test_a_declared_tolerance_lets_small_differences_pass(fair: Stall) -> None:
    rows = fair.rows([("A", DAY, 12), ("B", DAY, 13)], [("A", 10, False), ("B", 10, False)])
    outcome = reconcile(fair.balance(more="tolerance = 2\n"), fair.datasets, rows)
    assert [group.key for group in outcome.shown_groups] == [("B",)]


def test_a_value_that_is_not_there_is_neither_right_nor_wrong(fair: Stall) -> None:
    rows = fair.rows([("A", DAY, None), ("B", DAY, 1)], [("A", 10, False), ("B", 1, False)])
    outcome = reconcile(fair.balance(), fair.datasets, rows)
    assert (outcome.groups, outcome.failed, outcome.unknown) == (2, 0, 1)


def test_by_the_year_and_month_of_a_date(fair: Stall) -> None:
    """The last day of Esfand 1402 and the first of Farvardin 1403 are in different years."""
    rows = fair.rows([("A", date(2024, 3, 19), 5), ("B", date(2024, 3, 20), 7)], [])
    for part, keys in (("year", {"1402", "1403"}), ("month", {"1402-12", "1403-01"})):
        text = (
            HEAD
            + f"""
parts = [{{ fa = "دوره", en = "Period" }}]
pairs = "left"
left = [{{ of = "baskets", value = "sum(stated)", by = ["day:{part}"] }}]
right = [{{ of = "items", value = "sum(price)", by = ["basket"] }}]
"""
        )
        outcome = reconcile(fair.balance(text, code=f"by-{part}"), fair.datasets, rows)
        assert {group.key[0] for group in outcome.shown_groups} == keys


def test_one_sum_against_another_without_groups(fair: Stall) -> None:
    text = (
        HEAD
        + """
left = [{ of = "baskets", value = "sum(stated)" }]
right = [{ of = "items", value = "sum(price)" }]
"""
    )
    rows = fair.rows([("A", DAY, 3), ("B", DAY, 4)], [("Z", 6, False)])
    outcome = reconcile(fair.balance(text, code="all"), fair.datasets, rows)
    assert [(group.key, group.difference) for group in outcome.shown_groups] == [((), 1)]


def test_without_rows_and_with_very_many_failures(fair: Stall) -> None:
    balance = fair.balance()
    assert reconcile(balance, fair.datasets, {}).groups == 0
    rows = fair.rows([(f"N{number}", DAY, 1) for number in range(MOST_GROUPS_SHOWN + 50)], [])
    outcome = reconcile(balance, fair.datasets, rows)
    assert (outcome.failed, len(outcome.shown_groups)) == (MOST_GROUPS_SHOWN + 50, MOST_GROUPS_SHOWN)


def test_the_columns_that_a_balance_covers(fair: Stall) -> None:
    """A withheld column is not listed at all: it is nobody's business which sums it is in."""
    exact, loose = fair.balance(), fair.balance(more='holds = "at-most"\n', code="loose")
    one_sided = fair.balance(more='pairs = "right"\n', code="one-sided")
    held = {
        (covered.dataset.slug, covered.field.name): [
            [balance.code for balance in held] for held in (covered.whole, covered.partly)
        ]
        for covered in coverage([exact, loose, one_sided], fair.datasets)
    }
    assert held == {
        ("baskets", "stated"): [["basket-items"], ["one-sided"]],
        ("items", "price"): [[], ["basket-items", "one-sided"]],
    }
    unheld = coverage([fair.balance(BY_BASKET, "tolerance = 1\n", "near")], fair.datasets)
    assert not any(covered.whole or covered.partly for covered in unheld)


@pytest.mark.parametrize(
    ("left", "right", "whole"),
    [
        ("sum(stated)", "count(*)", True),
        ("sum(coalesce(stated, 0) - 5)", "count(*)", True),
        ("max(stated) + min(stated)", "count(*)", True),
        ("max(stated)", "count(*)", False),
        ("sum(CASE WHEN stated > 5 THEN stated ELSE 0 END)", "count(*)", False),
        ("sum(stated)", "sum(stated) + 1", False),
    ],
)
def test_a_column_is_held_whole_only_where_any_of_its_cells_moves_one_side(
    fair: Stall, left: str, right: str, whole: bool
) -> None:
    sides = "".join(
        f'[[{side}]]\nof = "baskets"\nvalue = "{value}"\nby = ["code"]\n'
        for side, value in (("left", left), ("right", right))
    )
    balance = fair.balance(f'{HEAD}parts = [{{ fa = "سبد", en = "Basket" }}]\n{sides}')
    (stated,) = coverage([balance], fair.datasets)[:1]
    assert (bool(stated.whole), bool(stated.partly)) == (whole, not whole)
