"""Real budgets of the state: three parts against their total, row by row, through our own reading and balances."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.corpus.outcomes import Case, Outcome, cases, outcome

from ayan.core.audit.balance import Balance, load_balance
from ayan.core.audit.reconciliation import reconcile

SLUG = "iran-budget-lines"
PARTS = """
title = { fa = "سه جزء = مبلغ", en = "Three parts = the amount" }
says = { fa = "جاری و سرمایه‌ای و مالی روی هم مبلغ ردیف است.", en = "Current, capital and financial make the amount." }
parts = [{ fa = "ردیف پرونده", en = "Row of the file" }]
left = [{ of = "iran-budget-lines", value = "sum(current + capital + financial)", by = ["_row"] }]
right = [{ of = "iran-budget-lines", value = "sum(amount)", by = ["_row"] }]
"""


@pytest.fixture(scope="module")
def budgets(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Both files, published, by year."""
    real = [case for case in cases() if case.slug == SLUG and not case.refused]
    return {_year(case): outcome(case, shared / "data", tmp_path_factory.mktemp("city")) for case in real}


def _year(case: Case) -> str:
    assert case.period is not None
    return case.period


def balance(folder: Path, budget: Outcome, tolerance: str) -> Balance:
    """The balance of the parts, with the largest difference that still passes."""
    file = folder / SLUG / "audits" / "parts.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"tolerance = {tolerance}\n{PARTS}", encoding="utf-8")
    return load_balance(file, {SLUG: budget.dataset})


@pytest.mark.parametrize(
    ("year", "tolerance", "failed"),
    [("1396", "0", 56), ("1402", "0", 82), ("1396", "0.001", 3), ("1402", "0.001", 0)],
)
def test_parts_against_totals(
    budgets: dict[str, Outcome], tmp_path: Path, year: str, tolerance: str, failed: int
) -> None:
    budget = budgets[year]
    weighed = reconcile(
        balance(tmp_path, budget, tolerance),
        {SLUG: budget.dataset},
        {SLUG: [budget.parquet]},
        releases={budget.parquet: f"{year}~1"},
    )
    assert budget.counts is not None
    assert (weighed.groups, weighed.failed, weighed.unknown) == (budget.counts.good, failed, 0)
    if failed == 3:
        assert {group.key for group in weighed.shown_groups} == {("1396~1~7",), ("1396~1~124",), ("1396~1~1082",)}
    if tolerance == "0":
        # All but those three differ by the last digit alone.
        large = [group for group in weighed.shown_groups if abs(Decimal(group.difference)) > Decimal("0.001")]
        assert len(large) == (3 if year == "1396" else 0)


def test_rows_of_two_files_are_not_taken_for_one_another(budgets: dict[str, Outcome], tmp_path: Path) -> None:
    files = {budget.parquet: f"{year}~1" for year, budget in budgets.items()}
    budget = budgets["1396"]
    weighed = reconcile(balance(tmp_path, budget, "0.001"), {SLUG: budget.dataset}, {SLUG: list(files)}, releases=files)
    assert {group.key[0] for group in weighed.shown_groups} == {"1396~1~7", "1396~1~124", "1396~1~1082"}
    assert weighed.groups == sum(budget.counts.good for budget in budgets.values() if budget.counts)
